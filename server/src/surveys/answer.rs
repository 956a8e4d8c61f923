//! What a customer says of a solution, written down once and changed by them alone.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Condition, Query};
use serde_json::json;
use shared::access::Action;
use shared::change::Cause;
use shared::fields::{Row, row_of};
use shared::id::{ContactId, MessageId, SurveyAnswerId, TicketId};
use shared::surveys::{InviteState as State, *};
use shared::tickets::{Message, Ticket};
use uuid::Uuid;

use super::invite::{self, Invite};
use super::{credit, plan, portal};
use crate::App;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::rows;
use crate::tickets::remark;

const SCHEMA: &shared::fields::Schema = &SurveyAnswer::SCHEMA;

/// The answer of a signed-in customer to what they were asked about a ticket.
pub async fn answer_as_contact(app: &App, ticket: TicketId, contact: ContactId, said: Judgement) -> Result<Survey> {
    let invite = invite::latest(&app.db.read, ticket).await?.filter(|invite| invite.contact_id == contact);
    take(app, invite.ok_or(Error::NotFound)?, said).await?.ok_or(Error::NotFound)
}

/// Writes an answer, or the change of one. `None`: there is nothing to answer
/// any more. Of two that come at once, the second changes the first.
pub async fn take(app: &App, invite: Invite, said: Judgement) -> Result<Option<Survey>> {
    let mut write = app.write(Cause::User).await?;
    let row = write.find(&Ticket::SCHEMA, invite.ticket_id.0, Action::Write).await?;
    let ticket: Ticket = rows::typed(&row)?;
    let Some(invite) = invite::held(write.db(), invite.id).await? else { return Ok(None) };
    if !invite.is_open(&ticket, write.now) {
        return Ok(None);
    }
    let comment = said.comment.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let said = Judgement { comment, ..said };
    let errors = portal::asked(&invite, &ticket, None).check(&said);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let answer = write_down(&mut write, row, &invite, &ticket, said).await?;
    let survey = portal::asked(&invite, &ticket, Some(&answer));
    write.commit(|_| ()).await?;
    Ok(Some(survey))
}

/// Asks and answers in one command: what the customers of the demo company said.
pub async fn asked_and_answered(write: &mut Write<'_>, row: Row, said: Judgement) -> Result<()> {
    let ticket: Ticket = rows::typed(&row)?;
    let (Some(contact), Some(solved_at)) = (ticket.contact_id, ticket.solved_at) else { return Ok(()) };
    let Some(policy) = plan::policy(write.db()).await? else { return Ok(()) };
    let mut invite = Invite::planned(&ticket, contact, solved_at, &policy);
    (invite.state, invite.sent_at, invite.expires_at) = (State::Sent, Some(write.now), Some(invite.until(write.now)));
    invite::insert(write.db(), &invite).await?;
    write_down(write, row, &invite, &ticket, said).await?;
    Ok(())
}

async fn write_down(
    write: &mut Write<'_>,
    row: Row,
    invite: &Invite,
    ticket: &Ticket,
    said: Judgement,
) -> Result<SurveyAnswer> {
    let answer = keep(write, invite, ticket, said).await?;
    let row = judge(write, row, ticket, &answer).await?;
    follow_up(write, row, invite, &answer).await?;
    Ok(answer)
}

async fn keep(write: &mut Write<'_>, invite: &Invite, ticket: &Ticket, said: Judgement) -> Result<SurveyAnswer> {
    let lowest = said.scores.iter().map(|score| score.score).min().unwrap_or_default();
    let Judgement { scores, comment } = said;
    if let Some(id) = invite.answer_id {
        let before = write.find(SCHEMA, id.0, Action::Write).await?;
        let old: SurveyAnswer = rows::typed(&before)?;
        if (&old.scores, &old.comment) == (&scores, &comment) {
            return Ok(old);
        }
        let edited_at = Some(write.now);
        let new = SurveyAnswer { scores, lowest, comment, edited_at, ..old };
        let row = write.update(SCHEMA, &before, &row_of(&new)).await?;
        let new = rows::typed(&row)?;
        spread(write, &new).await?;
        return Ok(new);
    }
    let new = SurveyAnswer {
        id: SurveyAnswerId(Uuid::now_v7()),
        ticket_id: ticket.id,
        contact_id: Some(invite.contact_id),
        dimensions: invite.dimensions.clone(),
        scores,
        lowest,
        comment,
        answered_at: write.now,
        credits: credit::of(write.db(), ticket, invite.solved_at).await?,
        ..SurveyAnswer::default()
    };
    write.insert(SCHEMA, vec![row_of(&new)]).await?;
    spread(write, &new).await?;
    let with = [("answer_id", new.id.0.into()), ("expires_at", invite.ends_at().0.into())];
    invite::set(write.db(), invite.id, State::Answered, with).await?;
    Ok(new)
}

/// Scores and credits beside the answer, for sums.
async fn spread(write: &Write<'_>, answer: &SurveyAnswer) -> Result<()> {
    for table in ["survey_scores", "survey_credits"] {
        rows::delete(write.db(), table, "answer_id", &[answer.id.0]).await?;
    }
    let mut scores = Query::insert();
    scores.into_table(name("survey_scores")).columns(["answer_id", "dimension", "score"].map(name));
    for score in &answer.scores {
        scores.values_panic([answer.id.0.into(), score.key.as_str().into(), score.score.into()]);
    }
    write.db().execute(&scores).await?;
    if answer.credits.is_empty() {
        return Ok(());
    }
    let mut credits = Query::insert();
    credits.into_table(name("survey_credits")).columns(["answer_id", "user_id", "share"].map(name));
    for credit in &answer.credits {
        credits.values_panic([answer.id.0.into(), credit.user_id.0.into(), credit.share.into()]);
    }
    write.db().execute(&credits).await?;
    Ok(())
}

/// A ticket is judged by its last answer.
async fn judge(write: &mut Write<'_>, row: Row, ticket: &Ticket, answer: &SurveyAnswer) -> Result<Row> {
    if ticket.rated_at.is_some_and(|at| at > answer.answered_at) {
        return Ok(row);
    }
    let credited: Vec<_> = answer.credits.iter().map(|credit| credit.user_id).collect();
    let set = [
        ("rated_at", json!(answer.answered_at)),
        ("lowest_score", json!(answer.lowest)),
        ("credited", json!(credited)),
    ];
    let set = Row::from_iter(set.map(|(key, value)| (key.to_owned(), value)));
    write.update(&Ticket::SCHEMA, &row, &set).await
}

/// A low score is put before staff once: a note that says what was said, and a
/// tag that a view of the inbox may ask for.
async fn follow_up(write: &mut Write<'_>, row: Row, invite: &Invite, answer: &SurveyAnswer) -> Result<()> {
    if answer.lowest > LOW || answer.followed_up_at.is_some() {
        return Ok(());
    }
    let ticket: Ticket = rows::typed(&row)?;
    let mut tags = ticket.tags.clone();
    if !tags.contains(&invite.low_tag) {
        tags.push(invite.low_tag.clone());
    }
    let set = Row::from_iter([("tags".to_owned(), json!(tags))]);
    let row = write.update(&Ticket::SCHEMA, &row, &set).await?;
    let ticket: Ticket = rows::typed(&row)?;
    let note = Message { id: MessageId(Uuid::now_v7()), body: note(invite, answer), ..Message::default() };
    remark(write, &row, &ticket, note).await?;
    let before = write.find(SCHEMA, answer.id.0, Action::Write).await?;
    let set = Row::from_iter([("followed_up_at".to_owned(), json!(write.now))]);
    write.update(SCHEMA, &before, &set).await?;
    Ok(())
}

/// In the company's own words: its tag, its dimensions, and the customer's.
fn note(invite: &Invite, answer: &SurveyAnswer) -> String {
    let label = |key: &str| {
        let known = invite.dimensions.iter().find(|one| one.key == key);
        known.map_or_else(|| key.to_owned(), |one| one.label.clone())
    };
    let scores = answer.scores.iter().map(|score| format!("- {}: {}/{SCALE}", label(&score.key), score.score));
    let scores: Vec<String> = scores.collect();
    let said = answer.comment.iter().flat_map(|text| text.lines()).map(|line| format!("> {line}"));
    let said: Vec<String> = said.collect();
    [format!("**{}**", invite.low_tag), scores.join("\n"), said.join("\n")]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// The answer that was given to an invite.
pub async fn given(db: &impl sea_orm::ConnectionTrait, invite: &Invite) -> Result<Option<SurveyAnswer>> {
    let Some(id) = invite.answer_id else { return Ok(None) };
    let found = rows::find(db, SCHEMA, id.0, Condition::all()).await?;
    found.as_ref().map(rows::typed).transpose()
}
