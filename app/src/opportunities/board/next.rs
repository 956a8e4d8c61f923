//! What a card says of its next step and its age, and how loudly.

use shared::i18n::{Key, Plural};
use shared::opportunities::Card;
use shared::pipelines::{Stage, StageKind};
use shared::time::{Date, Instant};

use crate::i18n::{count, fill, text};
use crate::opportunities::question;
use crate::ui::format;

/// The line at the foot of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// How it is coloured; the words say it too.
    pub class: &'static str,
    pub words: String,
}

/// Tracked.
pub fn step(card: &Card, stage: &Stage) -> Next {
    let what = card.next_step.as_deref().unwrap_or_default();
    let with = |when: String| if what.is_empty() { when } else { format!("{when} · {what}") };
    if stage.kind != StageKind::Open {
        let when = card.close_date.map(format::date).unwrap_or_default();
        return Next { class: "next", words: if what.is_empty() { when } else { what.to_owned() } };
    }
    let today = question::day();
    let (class, words) = match card.next_step_on {
        Some(day) if day < today => ("next late", with(count(Plural::BoardOverdue, days(day, today)))),
        Some(day) if day == today => ("next today", with(format::day(day))),
        Some(day) => ("next", with(format::day(day))),
        None if what.is_empty() => ("next none", text(Key::BoardNoNextStep).to_owned()),
        None => ("next none", with(text(Key::BoardNoDay).to_owned())),
    };
    Next { class, words }
}

fn days(from: Date, to: Date) -> usize {
    usize::try_from((to - from).num_days()).unwrap_or(0)
}

/// That a deal rots, in short and with why.
#[derive(Clone, Debug, PartialEq)]
pub struct Rot {
    pub words: String,
    pub why: String,
}

/// Whether a deal that came into a stage then rots on the day that is shown. Tracked.
pub fn rot(entered: Instant, stage: &Stage) -> Option<Rot> {
    let (stands, limit) = rots(stage, format::day_of(entered), question::day())?;
    let why = fill(Key::BoardRotting, &[("days", &format::number(stands)), ("limit", &format::number(limit))]);
    Some(Rot { words: count(Plural::BoardStands, usize::try_from(stands).unwrap_or(0)), why })
}

/// How many days it stands there, and how many are usual, when it is too long.
fn rots(stage: &Stage, entered_on: Date, today: Date) -> Option<(i64, i64)> {
    stage.rots_on(entered_on).filter(|day| *day <= today)?;
    Some(((today - entered_on).num_days(), stage.rot_days?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_card_rots_from_the_last_usual_day_on_and_only_while_it_is_open() {
        let stage = Stage { rot_days: Some(14), ..Stage::default() };
        let entered = Date::default();
        assert_eq!(rots(&stage, entered, entered + Days::new(13)), None);
        assert_eq!(rots(&stage, entered, entered + Days::new(14)), Some((14, 14)));
        assert_eq!(rots(&Stage { kind: StageKind::Won, ..stage }, entered, entered + Days::new(99)), None);
    }
}
