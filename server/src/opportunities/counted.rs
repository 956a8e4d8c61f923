//! What a deal adds to the numbers of its stage.

use shared::access::Object;
use shared::fields::Row;
use shared::opportunities::wants_attention_from;
use shared::pipelines::Stage;
use shared::time::{Date, Instant};

use crate::ground::tally::{Counted, DayOf, Line, Place, What, number, text};

pub const COUNTED: Counted = Counted {
    object: Object::Opportunity,
    fields: &["stage_id", "currency", "amount", "probability", "next_step_on", "stage_entered_at"],
    place: Some(Place { field: "stage_id", object: Object::Stage, fields: &["kind", "rot_days"] }),
    lines,
};

fn lines(deal: &Row, stage: &Row, day_of: DayOf) -> Vec<Line> {
    let amount = number(deal, "amount").unwrap_or(0);
    let weighted = amount.saturating_mul(number(deal, "probability").unwrap_or(0));
    let mut lines = vec![Line { what: What::All, key: text(deal, "currency").to_owned(), amount, weighted }];
    if text(stage, "kind") != "open" {
        return lines;
    }
    let on = |what, key: String| Line { what, key, amount: 0, weighted: 0 };
    let next_step_on: Option<Date> = text(deal, "next_step_on").parse().ok();
    if let Some(day) = next_step_on {
        lines.push(on(What::Due, day.to_string()));
    }
    let stage = Stage { rot_days: number(stage, "rot_days"), ..Stage::default() };
    let entered_on = day_of(Instant(number(deal, "stage_entered_at").unwrap_or(0)));
    let from = wants_attention_from(next_step_on, stage.rots_on(entered_on));
    lines.push(on(What::Attention, from.map(|day| day.to_string()).unwrap_or_default()));
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(deal: serde_json::Value, kind: &str) -> Vec<(What, String, i64, i64)> {
        let stage = json!({ "kind": kind, "rot_days": 14 });
        let row = |value: serde_json::Value| value.as_object().cloned().unwrap();
        let lines = lines(&row(deal), &row(stage), &|_| "2026-11-20".parse().unwrap());
        lines.into_iter().map(|line| (line.what, line.key, line.amount, line.weighted)).collect()
    }

    #[test]
    fn an_open_deal_is_due_and_wants_attention_from_a_day_on() {
        let deal = json!({ "currency": "CNY", "amount": 200, "probability": 50, "next_step_on": "2026-11-25" });
        let all = (What::All, "CNY".to_owned(), 200, 10_000);
        let attention = (What::Attention, "2026-11-26".to_owned(), 0, 0);
        assert_eq!(told(deal.clone(), "open"), [all.clone(), (What::Due, "2026-11-25".to_owned(), 0, 0), attention]);
        assert_eq!(told(deal, "won"), [all]);
    }

    #[test]
    fn without_a_next_step_a_deal_always_wants_attention() {
        let deal = json!({ "currency": "CNY", "probability": 50 });
        assert_eq!(told(deal, "open")[1], (What::Attention, String::new(), 0, 0));
    }
}
