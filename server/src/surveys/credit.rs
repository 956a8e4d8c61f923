//! Whose solution it was: told by the replies that led to it, not by who has
//! the ticket last.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order, Query};
use shared::id::UserId;
use shared::surveys::{Credit, SurveyAnswer, WHOLE};
use shared::tickets::{Direction, Message, MessageKind, Ticket};
use shared::time::Instant;
use uuid::Uuid;

use crate::error::Result;
use crate::ground::db::name;
use crate::ground::rows::column;

/// By public replies up to the solution, and since what was judged before.
/// Where nobody replied, whoever has the ticket solved it.
pub async fn of(db: &impl ConnectionTrait, ticket: &Ticket, solved_at: Instant) -> Result<Vec<Credit>> {
    let since = judged(db, ticket).await?;
    let schema = &Message::SCHEMA;
    let mut select = Query::select();
    select
        .expr(column(schema, "created_by"))
        .expr(Expr::cust("COUNT(*)").cast_as(Alias::new("bigint")))
        .from(name(schema.table))
        .and_where(column(schema, "ticket_id").eq(ticket.id.0))
        .and_where(column(schema, "kind").eq(MessageKind::Public.word()))
        .and_where(column(schema, "direction").eq(Direction::Out.word()))
        .and_where(column(schema, "created_by").is_not_null())
        .and_where(column(schema, "created_at").lte(solved_at.0))
        .add_group_by([column(schema, "created_by")])
        .order_by_expr(column(schema, "created_by"), Order::Asc);
    if let Some(since) = since {
        select.and_where(column(schema, "created_at").gt(since.0));
    }
    let mut replies = Vec::new();
    for row in db.query_all(&select).await? {
        replies.push((UserId(row.try_get_by_index::<Uuid>(0)?), row.try_get_by_index::<i64>(1)?));
    }
    if replies.is_empty() {
        replies.extend(ticket.owner_id.map(|owner| (owner, 1)));
    }
    Ok(shares(&replies))
}

/// When the customer last said what they think of the ticket.
async fn judged(db: &impl ConnectionTrait, ticket: &Ticket) -> Result<Option<Instant>> {
    let schema = &SurveyAnswer::SCHEMA;
    let select = Query::select()
        .expr(column(schema, "answered_at").max())
        .from(name(schema.table))
        .and_where(column(schema, "ticket_id").eq(ticket.id.0))
        .take();
    let found = db.query_one(&select).await?;
    Ok(found.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten().map(Instant))
}

/// Parts of `WHOLE` by how often each replied; what rounding leaves goes to
/// those whom it took most from.
fn shares(replies: &[(UserId, i64)]) -> Vec<Credit> {
    let all: i64 = replies.iter().map(|(_, n)| n).sum();
    if all == 0 {
        return Vec::new();
    }
    let mut credits: Vec<Credit> =
        replies.iter().map(|(user_id, n)| Credit { user_id: *user_id, share: n * WHOLE / all }).collect();
    let left = WHOLE - credits.iter().map(|credit| credit.share).sum::<i64>();
    let mut order: Vec<usize> = (0..replies.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(replies[*at].1 * WHOLE % all));
    for (at, _) in order.into_iter().zip(0..left) {
        credits[at].share += 1;
    }
    // A part that is none is nobody's work.
    credits.retain(|credit| credit.share > 0);
    credits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_go_by_replies_and_are_a_whole() {
        let users = [1, 2, 3].map(|n| UserId(Uuid::from_u128(n)));
        let of = |replies: &[i64]| -> Vec<i64> {
            let replies: Vec<(UserId, i64)> = users.iter().copied().zip(replies.iter().copied()).collect();
            shares(&replies).iter().map(|credit| credit.share).collect()
        };
        assert_eq!(of(&[3, 1]), [750, 250]);
        assert_eq!(of(&[1, 1, 1]), [334, 333, 333]);
        assert_eq!(of(&[1, 2, 4]), [143, 286, 571]);
        assert_eq!(of(&[]), [0; 0]);
    }
}
