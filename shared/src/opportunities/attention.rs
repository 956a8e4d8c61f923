//! When a deal wants attention. Days are counted, not hours: a signal changes at
//! midnight in the organisation's zone, for everyone and in every count at once.

use chrono::Days;

use super::Card;
use crate::pipelines::{Stage, StageKind};
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

/// The first day on which an open deal is overdue, rotting or without a next
/// step; `None`: it has no next step, and is so on every day.
pub fn wants_attention_from(next_step_on: Option<Date>, rots_on: Option<Date>) -> Option<Date> {
    let overdue_on = next_step_on?.succ_opt()?;
    Some(rots_on.map_or(overdue_on, |day| day.min(overdue_on)))
}

#[cfg(test)]
mod tests {
    use super::*;

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
