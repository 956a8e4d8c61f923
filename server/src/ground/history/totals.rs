//! Numbers about rows as they were at a moment, worked out in memory.

use std::collections::BTreeMap;

use serde_json::Value;
use shared::fields::{FieldKind, Row, Schema};
use shared::query::{TotalLine, Totals, TotalsQuery};
use shared::time::Instant;

use super::matching;
use crate::error::Result;
use crate::ground::query::{Asked, Group, groups, summed};
use crate::http::Ctx;

/// The groups' words and the currency, in the order of the answer.
type Line = (Vec<Option<String>>, Option<String>);

/// The same answer as `query::totals`, of the past.
pub async fn totals(ctx: &Ctx, schema: &Schema, query: &TotalsQuery, at: Instant) -> Result<Totals> {
    let groups = groups(schema, query.group.as_deref())?;
    let summed = summed(schema, query.sum.as_deref())?;
    let is_money = summed.is_some_and(|field| field.kind == FieldKind::Money);
    let mut lines: BTreeMap<Line, (i64, i64)> = BTreeMap::new();
    for row in matching(ctx, schema, &Asked::totals(query), at).await? {
        let group = groups.iter().map(|group| word(group, &row)).collect();
        let currency = row.get("currency").and_then(Value::as_str).filter(|_| is_money).map(str::to_owned);
        let (count, sum) = lines.entry((group, currency)).or_default();
        *count += 1;
        let value = summed.and_then(|field| row.get(field.key)).and_then(Value::as_i64);
        *sum = sum.saturating_add(value.unwrap_or(0));
    }
    // A sum without groups is a line even where there is no row.
    if lines.is_empty() && groups.is_empty() && !is_money {
        lines.insert((Vec::new(), None), (0, 0));
    }
    let line = |((group, currency), (count, sum))| TotalLine { group, currency, count, sum };
    Ok(Totals { lines: lines.into_iter().map(line).collect() })
}

fn word(group: &Group, row: &Row) -> Option<String> {
    match row.get(group.field.key)? {
        Value::Null => None,
        Value::String(text) => Some(text.chars().take(group.length.unwrap_or(usize::MAX)).collect()),
        other => Some(other.to_string()),
    }
}
