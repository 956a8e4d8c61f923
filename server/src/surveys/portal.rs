//! What customers see of a survey, by the link of a mail or signed in. No
//! `GET` does anything here: mail scanners open every link.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::Condition;
use shared::id::TicketId;
use shared::surveys::{InviteState as State, *};
use shared::tickets::Ticket;
use shared::time::Instant;

use super::answer::{given, take};
use super::invite::{self, Invite};
use crate::auth::limits::{self, SURVEY_NETWORK};
use crate::auth::secret;
use crate::error::{Error, Result};
use crate::ground::rows;
use crate::http::{Call, Ctx, Reply};

pub async fn read(ctx: Ctx, Call { input, .. }: Call<ReadSurvey>) -> Reply<ReadSurvey> {
    let open = ctx.app.db.begin().await?;
    limit(&open.tx, &ctx).await?;
    let mut found = None;
    if let Some(invite) = invite::by_hash(&open.tx, secret::hash(&input.token)).await? {
        found = shown(&open.tx, &invite, ctx.now).await?;
        if found.is_some() && invite.state == State::Sent {
            let with = [("opened_at", ctx.now.0.into())];
            invite::set(&open.tx, invite.id, State::Opened, with).await?;
        }
    }
    open.commit().await?;
    found.ok_or_else(over)
}

pub async fn answer(ctx: Ctx, Call { input, .. }: Call<AnswerSurvey>) -> Reply<AnswerSurvey> {
    let SurveyReply { token, scores, comment } = input;
    let open = ctx.app.db.begin().await?;
    limit(&open.tx, &ctx).await?;
    open.commit().await?;
    let invite = invite::by_hash(&ctx.app.db.read, secret::hash(&token)).await?.ok_or_else(over)?;
    take(&ctx.app, invite, Judgement { scores, comment }).await?.ok_or_else(over)
}

/// What a signed-in customer is asked about a ticket just now, if anything.
/// Whether the ticket is theirs, the caller has looked already.
pub async fn open_for(db: &impl ConnectionTrait, ticket: TicketId, now: Instant) -> Result<Option<Survey>> {
    match invite::latest(db, ticket).await? {
        Some(invite) => shown(db, &invite, now).await,
        None => Ok(None),
    }
}

async fn shown(db: &impl ConnectionTrait, invite: &Invite, now: Instant) -> Result<Option<Survey>> {
    let ticket = rows::find(db, &Ticket::SCHEMA, invite.ticket_id.0, Condition::all()).await?;
    let Some(ticket) = ticket.as_ref().map(rows::typed::<Ticket>).transpose()? else { return Ok(None) };
    if !invite.is_open(&ticket, now) {
        return Ok(None);
    }
    let answer = given(db, invite).await?;
    Ok(Some(asked(invite, &ticket, answer.as_ref())))
}

pub fn asked(invite: &Invite, ticket: &Ticket, answer: Option<&SurveyAnswer>) -> Survey {
    let given = answer.map(|answer| Judgement { scores: answer.scores.clone(), comment: answer.comment.clone() });
    Survey {
        number: ticket.number,
        subject: ticket.name.clone(),
        dimensions: invite.dimensions.clone(),
        ask_overall: invite.ask_overall,
        given,
        answered_at: answer.map(|answer| answer.answered_at),
        until: Some(invite.ends_at()),
    }
}

async fn limit(db: &impl ConnectionTrait, ctx: &Ctx) -> Result<()> {
    let network = format!("survey-network:{}", ctx.visit().network);
    limits::take(db, &network, SURVEY_NETWORK, ctx.now).await
}

/// A link that never was, one that ran out and one that was taken back are the same.
fn over() -> Error {
    Error::field("token", "survey_over")
}
