//! Tickets by their number, their name, and by what was said on them. Notes are
//! among it: only staff lists tickets. What the caller does not reach takes no
//! place of what they do, and shows in no count.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query, SimpleExpr};
use shared::access::{Action, Object};
use uuid::Uuid;

use super::texts::holding;
use crate::error::Result;
use crate::ground::db::name;
use crate::ground::rows::column;
use crate::http::Ctx;

/// Messages that are looked up at once, the latest first, and how often.
const SLICE: usize = 5_000;
const MAX_SLICES: usize = 8;
/// Of more tickets than these, those that it was said on last are found: such a word is common.
const ENOUGH: usize = 2_000;
/// As many tickets are found by their names.
const NAMED: usize = 20_000;

/// Tickets that hold every word in one place: in the name, or in one message.
pub async fn condition(ctx: &Ctx, words: &str) -> Result<Condition> {
    let id = || column(Object::Ticket.schema(), "id");
    let mut any = Condition::any();
    if let Some(number) = number(words) {
        any = any.add(column(Object::Ticket.schema(), "number").eq(number));
    }
    let mut named = holding(&ctx.app.db.read, Object::Ticket, words).await?;
    named.truncate(NAMED);
    if !named.is_empty() {
        let held = Query::select()
            .column(name("record_id"))
            .from(name("text_docs"))
            .and_where(Expr::col((name("text_docs"), name("object"))).eq(Object::Ticket.word()))
            .and_where(is_one_of(ctx, &named)?)
            .take();
        any = any.add(id().in_subquery(held));
    }
    Ok(any.add(id().is_in(said(ctx, words).await?)))
}

/// What people call a ticket on the phone.
fn number(words: &str) -> Option<i64> {
    let words = words.trim();
    words.strip_prefix('#').unwrap_or(words).parse().ok().filter(|number| *number >= 0)
}

/// Tickets with a message that holds the words.
async fn said(ctx: &Ctx, words: &str) -> Result<Vec<Uuid>> {
    // Who reaches a ticket reads what is said on it only with this grant.
    if !ctx.actor()?.may(Object::Message, Action::Read) {
        return Ok(Vec::new());
    }
    let docs = holding(&ctx.app.db.read, Object::Message, words).await?;
    let mut tickets = Vec::new();
    for slice in docs.chunks(SLICE).take(MAX_SLICES) {
        tickets.extend(tickets_of(ctx, slice).await?);
        tickets.sort_unstable();
        tickets.dedup();
        if tickets.len() >= ENOUGH {
            break;
        }
    }
    Ok(tickets)
}

/// The tickets in whose threads these messages stand: their own, those that
/// they began, those that theirs were merged into. Of the first only what the
/// caller reaches; the list's own rule decides about all.
async fn tickets_of(ctx: &Ctx, docs: &[i64]) -> Result<Vec<Uuid>> {
    let (messages, tickets) = (Object::Message.schema(), Object::Ticket.schema());
    let (split, merged) = (|| column(messages, "split_to_id"), || column(tickets, "merged_into_id"));
    let reached = ctx.scope(Object::Ticket, Action::Read)?;
    let select = Query::select()
        .distinct()
        .expr(column(messages, "ticket_id"))
        .expr(split())
        .expr(merged())
        .from(name("text_docs"))
        .inner_join(name(messages.table), Expr::col((name("text_docs"), name("record_id"))).eq(column(messages, "id")))
        .inner_join(name(tickets.table), column(messages, "ticket_id").eq(column(tickets, "id")))
        .and_where(Expr::col((name("text_docs"), name("object"))).eq(Object::Message.word()))
        .and_where(is_one_of(ctx, docs)?)
        .cond_where(Condition::any().add(reached).add(split().is_not_null()).add(merged().is_not_null()))
        .take();
    let mut found = Vec::new();
    for row in ctx.app.db.read.query_all(&select).await? {
        found.push(row.try_get_by_index(0)?);
        for at in [1, 2] {
            let elsewhere: Option<Uuid> = row.try_get_by_index(at)?;
            found.extend(elsewhere);
        }
    }
    Ok(found)
}

/// Thousands of numbers as one value: a statement has room for fewer.
fn is_one_of(ctx: &Ctx, docs: &[i64]) -> Result<SimpleExpr> {
    let list = serde_json::to_string(docs)?;
    let sql = if ctx.app.db.is_sqlite() {
        "text_docs.doc IN (SELECT value FROM json_each(?))"
    } else {
        "text_docs.doc IN (SELECT value::bigint FROM json_array_elements_text($1::json))"
    };
    Ok(Expr::cust_with_values(sql, [list]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_as_people_say_it() {
        assert_eq!([" 1004 ", "#1004", "1004 ab", "-3", ""].map(number), [Some(1_004), Some(1_004), None, None, None]);
    }
}
