//! Questions on their way: beside the records, as jobs and mails are. What is
//! asked is written down when it is planned, so that an edit of the policy
//! changes no question.

use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait as _, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QueryResult};
use shared::id::{ContactId, SurveyAnswerId, SurveyPolicyId, TicketId};
use shared::surveys::{Dimension, InviteState as State, SurveyPolicy};
use shared::tickets::Ticket;
use shared::time::{DAY, Instant, MINUTE};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::db::name;

pub const TABLE: &str = "survey_invites";

/// One solution's question to one contact.
#[derive(Clone, Debug)]
pub struct Invite {
    pub id: Uuid,
    pub ticket_id: TicketId,
    pub contact_id: ContactId,
    /// The solution that is asked about.
    pub solved_at: Instant,
    pub policy_id: SurveyPolicyId,
    pub policy_version: i64,
    pub dimensions: Vec<Dimension>,
    pub ask_overall: bool,
    pub low_tag: String,
    pub expire_days: i64,
    pub state: State,
    pub send_at: Instant,
    pub sent_at: Option<Instant>,
    pub opened_at: Option<Instant>,
    pub expires_at: Option<Instant>,
    pub answer_id: Option<SurveyAnswerId>,
}

const COLUMNS: [&str; 16] = [
    "id",
    "ticket_id",
    "contact_id",
    "solved_at",
    "policy_id",
    "policy_version",
    "dimensions",
    "ask_overall",
    "low_tag",
    "expire_days",
    "state",
    "send_at",
    "sent_at",
    "opened_at",
    "expires_at",
    "answer_id",
];

impl Invite {
    pub fn planned(ticket: &Ticket, contact_id: ContactId, solved_at: Instant, policy: &SurveyPolicy) -> Self {
        Self {
            id: Uuid::now_v7(),
            ticket_id: ticket.id,
            contact_id,
            solved_at,
            policy_id: policy.id,
            policy_version: policy.version,
            dimensions: policy.dimensions.clone(),
            ask_overall: policy.ask_overall,
            low_tag: policy.low_tag.clone(),
            expire_days: policy.expire_days,
            state: State::Planned,
            send_at: solved_at.plus(policy.delay_minutes * MINUTE),
            sent_at: None,
            opened_at: None,
            expires_at: None,
            answer_id: None,
        }
    }

    /// Whether it may be answered now: who looks at their ticket need not wait
    /// for the mail. An answer may be changed also when the ticket was opened
    /// again because of what was answered.
    pub fn is_open(&self, ticket: &Ticket, now: Instant) -> bool {
        let stands = match self.state {
            State::Planned | State::Sent | State::Opened => ticket.solved_at == Some(self.solved_at),
            State::Answered => true,
            State::Expired | State::Cancelled => false,
        };
        stands && now < self.ends_at()
    }

    /// When it can be answered no more.
    pub fn ends_at(&self) -> Instant {
        self.expires_at.unwrap_or_else(|| self.until(self.send_at))
    }

    /// The state that it was in before the ticket was opened again.
    pub fn revived(&self) -> State {
        match (self.opened_at, self.sent_at) {
            (Some(_), _) => State::Opened,
            (None, Some(_)) => State::Sent,
            (None, None) => State::Planned,
        }
    }

    pub fn until(&self, sent_at: Instant) -> Instant {
        sent_at.plus(self.expire_days * DAY)
    }
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS.map(name)).from(name(TABLE)).take()
}

fn read(row: &QueryResult) -> Result<Invite> {
    let instant = |at: usize| row.try_get_by_index::<Option<i64>>(at).map(|at| at.map(Instant));
    let state: String = row.try_get_by_index(10)?;
    Ok(Invite {
        id: row.try_get_by_index(0)?,
        ticket_id: TicketId(row.try_get_by_index(1)?),
        contact_id: ContactId(row.try_get_by_index(2)?),
        solved_at: Instant(row.try_get_by_index(3)?),
        policy_id: SurveyPolicyId(row.try_get_by_index(4)?),
        policy_version: row.try_get_by_index(5)?,
        dimensions: serde_json::from_str(&row.try_get_by_index::<String>(6)?)?,
        ask_overall: row.try_get_by_index(7)?,
        low_tag: row.try_get_by_index(8)?,
        expire_days: row.try_get_by_index(9)?,
        state: state.parse().map_err(Error::internal)?,
        send_at: Instant(row.try_get_by_index(11)?),
        sent_at: instant(12)?,
        opened_at: instant(13)?,
        expires_at: instant(14)?,
        answer_id: row.try_get_by_index::<Option<Uuid>>(15)?.map(SurveyAnswerId),
    })
}

async fn one(db: &impl ConnectionTrait, select: &SelectStatement) -> Result<Option<Invite>> {
    db.query_one(select).await?.as_ref().map(read).transpose()
}

pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Invite>> {
    one(db, &select().and_where(Expr::col(name("id")).eq(id)).take()).await
}

/// As `by_id`, held until the transaction ends.
pub async fn held(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Invite>> {
    one(db, &select().and_where(Expr::col(name("id")).eq(id)).lock_exclusive().take()).await
}

pub async fn by_hash(db: &impl ConnectionTrait, hash: Vec<u8>) -> Result<Option<Invite>> {
    one(db, &select().and_where(Expr::col(name("token_hash")).eq(hash)).take()).await
}

pub async fn of_solution(db: &impl ConnectionTrait, ticket: TicketId, solved_at: Instant) -> Result<Option<Invite>> {
    let of_both = select()
        .and_where(Expr::col(name("ticket_id")).eq(ticket.0))
        .and_where(Expr::col(name("solved_at")).eq(solved_at.0))
        .take();
    one(db, &of_both).await
}

/// The latest question about a ticket.
pub async fn latest(db: &impl ConnectionTrait, ticket: TicketId) -> Result<Option<Invite>> {
    let of_ticket = select()
        .and_where(Expr::col(name("ticket_id")).eq(ticket.0))
        .order_by(name("solved_at"), Order::Desc)
        .limit(1)
        .take();
    one(db, &of_ticket).await
}

pub async fn insert(db: &impl ConnectionTrait, invite: &Invite) -> Result<()> {
    let at = |at: Option<Instant>| at.map(|at| at.0);
    let insert = Query::insert()
        .into_table(name(TABLE))
        .columns(COLUMNS.map(name))
        .values_panic([
            invite.id.into(),
            invite.ticket_id.0.into(),
            invite.contact_id.0.into(),
            invite.solved_at.0.into(),
            invite.policy_id.0.into(),
            invite.policy_version.into(),
            serde_json::to_string(&invite.dimensions)?.into(),
            invite.ask_overall.into(),
            invite.low_tag.as_str().into(),
            invite.expire_days.into(),
            invite.state.word().into(),
            invite.send_at.0.into(),
            at(invite.sent_at).into(),
            at(invite.opened_at).into(),
            at(invite.expires_at).into(),
            invite.answer_id.map(|id| id.0).into(),
        ])
        .take();
    db.execute(&insert).await?;
    Ok(())
}

/// Whether somebody was asked since a moment, or is about to be. What came to
/// nothing as this ticket was opened again does not count.
pub async fn was_asked(
    db: &impl ConnectionTrait,
    contact: ContactId,
    ticket: TicketId,
    since: Instant,
) -> Result<bool> {
    let is_of_another = Condition::any()
        .add(Expr::col(name("ticket_id")).ne(ticket.0))
        .add(Expr::col(name("state")).ne(State::Cancelled.word()));
    let was_sent = Condition::all().add(Expr::col(name("sent_at")).gt(since.0)).add(is_of_another);
    let is_planned = Condition::all().add(Expr::col(name("state")).eq(State::Planned.word()));
    let select = Query::select()
        .expr(Expr::cust("1"))
        .from(name(TABLE))
        .and_where(Expr::col(name("contact_id")).eq(contact.0))
        .cond_where(Condition::any().add(was_sent).add(is_planned))
        .limit(1)
        .take();
    Ok(db.query_one(&select).await?.is_some())
}

/// Puts an invite into a state, with what goes with it.
pub async fn set(
    db: &impl ConnectionTrait,
    id: Uuid,
    state: State,
    with: impl IntoIterator<Item = (&'static str, sea_orm::Value)>,
) -> Result<()> {
    let mut update = Query::update();
    update.table(name(TABLE)).value(name("state"), state.word()).and_where(Expr::col(name("id")).eq(id));
    for (key, value) in with {
        update.value(Alias::new(key), Expr::value(value));
    }
    db.execute(&update).await?;
    Ok(())
}

/// Takes back what was asked about other solutions of a ticket and not answered.
pub async fn cancel(db: &impl ConnectionTrait, ticket: TicketId, but: Option<Instant>) -> Result<()> {
    let open = [State::Planned, State::Sent, State::Opened].map(State::word);
    let mut update = Query::update();
    update
        .table(name(TABLE))
        .value(name("state"), State::Cancelled.word())
        .and_where(Expr::col(name("ticket_id")).eq(ticket.0))
        .and_where(Expr::col(name("state")).is_in(open));
    if let Some(solved_at) = but {
        update.and_where(Expr::col(name("solved_at")).ne(solved_at.0));
    }
    db.execute(&update).await?;
    Ok(())
}
