//! When a deal wants attention. Days are counted, not hours: a signal changes at
//! midnight in the organisation's zone, for everyone and in every count at once.

use chrono::Days;

use super::Card;
use crate::pipelines::{Stage, StageKind};
use crate::query::{Arg, Filter, Op};
use crate::time::Date;

choices! {
    /// Why a card wants attention, the gravest first.
    pub enum Signal {
        /// The next step's day has passed.
        Overdue = "overdue",
        /// Longer in the stage than its rot days.
        Rotting = "rotting",
        /// Open without a next step.
        NoNextStep = "no_next_step",
        Today = "today",
        Fine = "fine",
    }
}

impl Stage {
    /// The day from which a deal that entered on `entered_on` counts as rotting.
    pub fn rots_on(&self, entered_on: Date) -> Option<Date> {
        let days = self.rot_days.filter(|_| self.kind == StageKind::Open)?;
        entered_on.checked_add_days(Days::new(u64::try_from(days).ok()?))
    }
}

impl Card {
    /// The card's most pressing signal on a day in a stage that it entered on another.
    pub fn signal(&self, stage: &Stage, today: Date, entered_on: Date) -> Signal {
        if stage.kind != StageKind::Open {
            return Signal::Fine;
        }
        match self.next_step_on {
            Some(day) if day < today => Signal::Overdue,
            _ if stage.rots_on(entered_on).is_some_and(|day| day <= today) => Signal::Rotting,
            None => Signal::NoNextStep,
            Some(day) if day == today => Signal::Today,
            Some(_) => Signal::Fine,
        }
    }
}

/// The deals of a stage behind one mark of its meter: together they are all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Fine,
    Stale,
    Late,
}

impl Mark {
    /// What `Card::signal` says, as a question: of a past day, or of today,
    /// whichever day that is when it is asked.
    pub fn filter(self, stage: &Stage, past: Option<Date>) -> Filter {
        let own = Filter::is("stage_id", stage.id);
        if stage.kind != StageKind::Open {
            return if self == Self::Fine { own } else { own.and(Filter::Any(Vec::new())) };
        }
        let late = Filter::test("next_step_on", Op::Lt, [days_ago(0, past)]);
        let mut stale = vec![Filter::test("next_step_on", Op::Empty, [])];
        if let Some(days) = stage.rot_days.and_then(|days| u32::try_from(days).ok()) {
            let long = Filter::test("stage_entered_at", Op::Le, [days_ago(days, past)]);
            stale.push(Filter::test("next_step_on", Op::Ge, [days_ago(0, past)]).and(long));
        }
        own.and(match self {
            Self::Late => late,
            Self::Stale => Filter::Any(stale),
            Self::Fine => Filter::Not(Box::new(Filter::Any([vec![late], stale].concat()))),
        })
    }
}

/// The day so many days before, as a filter names it.
fn days_ago(days: u32, past: Option<Date>) -> Arg {
    match past {
        None => Arg::Today(i32::try_from(days).map_or(i32::MIN, |days| -days)),
        Some(day) => Arg::Literal(day.checked_sub_days(Days::new(days.into())).unwrap_or(Date::MIN).to_string()),
    }
}

/// The first day on which an open deal is overdue, rotting or without a next
/// step; `None`: it has no next step, and is so on every day.
pub fn wants_attention_from(next_step_on: Option<Date>, rots_on: Option<Date>) -> Option<Date> {
    let overdue_on = next_step_on?.succ_opt()?;
    Some(rots_on.map_or(overdue_on, |day| day.min(overdue_on)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::text::print;

    fn day(n: u64) -> Date {
        Date::default() + Days::new(n)
    }

    fn signal(next_step_on: Option<Date>, stage: &Stage, today: Date, entered_on: Date) -> Signal {
        Card { next_step_on, ..Card::default() }.signal(stage, today, entered_on)
    }

    #[test]
    fn the_gravest_signal_is_told() {
        let stage = Stage { rot_days: Some(14), ..Stage::default() };
        let told = |next, today| signal(next, &stage, day(today), day(100));
        assert_eq!(told(Some(day(110)), 111), Signal::Overdue);
        assert_eq!(told(Some(day(113)), 113), Signal::Today);
        assert_eq!(told(Some(day(120)), 113), Signal::Fine);
        assert_eq!(told(Some(day(120)), 114), Signal::Rotting);
        assert_eq!(told(None, 113), Signal::NoNextStep);
        assert_eq!(told(None, 114), Signal::Rotting);
        let won = Stage { kind: StageKind::Won, ..stage };
        assert_eq!(signal(None, &won, day(500), day(100)), Signal::Fine);
    }

    #[test]
    fn a_mark_asks_for_what_the_signal_says() {
        let stage = Stage { rot_days: Some(2), ..Stage::default() };
        let asked = |mark: Mark, stage: &Stage| print(&mark.filter(stage, None));
        let own = format!("stage_id.is.{}", stage.id);
        let stale = "next_step_on.empty,all(next_step_on.ge.@today,stage_entered_at.le.@today-2)";
        assert_eq!(asked(Mark::Late, &stage), format!("all({own},next_step_on.lt.@today)"));
        assert_eq!(asked(Mark::Stale, &stage), format!("all({own},any({stale}))"));
        assert_eq!(asked(Mark::Fine, &stage), format!("all({own},not(any(next_step_on.lt.@today,{stale})))"));
        let then = print(&Mark::Stale.filter(&stage, Some("2026-11-20".parse().unwrap())));
        assert_eq!(
            then,
            format!("all({own},any({}))", stale.replace("@today-2", "2026-11-18").replace("@today", "2026-11-20"))
        );
        let won = Stage { kind: StageKind::Won, ..stage };
        assert_eq!(asked(Mark::Fine, &won), own);
        assert_eq!(asked(Mark::Late, &won), format!("all({own},any())"));
    }

    #[test]
    fn a_deal_wants_attention_from_the_day_its_first_signal_shows() {
        for rot_days in [None, Some(1), Some(3), Some(9)] {
            let stage = Stage { rot_days, ..Stage::default() };
            for next in (0..12).map(day).map(Some).chain([None]) {
                let from = wants_attention_from(next, stage.rots_on(day(2)));
                for today in (0..15).map(day) {
                    let told = signal(next, &stage, today, day(2));
                    let wants = matches!(told, Signal::Overdue | Signal::Rotting | Signal::NoNextStep);
                    assert_eq!(from.is_none_or(|day| day <= today), wants, "{rot_days:?} {next:?} {today}");
                }
            }
        }
    }
}
