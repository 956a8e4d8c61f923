//! The customers' part of the rule, as SQL.

use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr};
use serde_json::Value;
use shared::access::Rule;
use shared::fields::{Row, Schema};
use shared::id::ContactId;
use shared::tickets::MessageKind;
use shared::time::Instant;

use crate::ground::db::name;
use crate::ground::rows::{self, column};

/// What a rule of customers opens; nothing, of any other.
pub fn compile(schema: &Schema, rule: &Rule) -> SimpleExpr {
    match rule {
        Rule::AskedBy(contact) => column(schema, "contact_id").eq(contact.0),
        Rule::TakenPartIn(contact) => column(schema, "id").in_subquery(taken_part_in(schema, *contact)),
        Rule::OfAccounts(accounts) => column(schema, "account_id").is_in(accounts.iter().map(|account| account.0)),
        Rule::Ticket(id) => column(schema, "id").eq(id.0),
        Rule::InUse => column(schema, "archived_at").is_null(),
        Rule::ToldBy(now) => {
            let has_left = Condition::any()
                .add(column(schema, "held_until").is_null())
                .add(column(schema, "held_until").lte(now.0));
            let told = Condition::all()
                .add(column(schema, "kind").eq(MessageKind::Public.word()))
                .add(column(schema, "archived_at").is_null())
                .add(has_left);
            told.into()
        }
        _ => Expr::value(false),
    }
}

fn taken_part_in(schema: &Schema, contact: ContactId) -> SelectStatement {
    Query::select()
        .column(name("record_id"))
        .from(name("links"))
        .and_where(Expr::col(name("object")).eq(schema.object.word()))
        .and_where(Expr::col(name("field")).eq("participants"))
        .and_where(Expr::col(name("key")).eq(contact.to_string()))
        .take()
}

/// Who takes part in a ticket.
pub fn participants(row: &Row) -> Vec<ContactId> {
    let items = row.get("participants").and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.get("contact_id").and_then(rows::id_of)).map(ContactId).collect()
}

/// Since when the customer may read a message; never, of a note.
pub fn told_at(message: &Row) -> Option<Instant> {
    let word = |key: &str| message.get(key).and_then(Value::as_str);
    let moment = |key: &str| message.get(key).and_then(Value::as_i64);
    if word("kind") != Some(MessageKind::Public.word()) || moment("archived_at").is_some() {
        return None;
    }
    Some(Instant(moment("held_until").unwrap_or(0)))
}
