//! Surveys: customers are asked about a solution, answer once, and are heard.

mod answer;
mod ask;
mod totals;

use std::time::{Duration, Instant as Moment};

use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;
use server::ground::outbox;
use shared::api::ApiError;
use shared::change::{New, Patch};
use shared::contacts::{Contact, CreateContact, Point, PointKind};
use shared::id::{ContactId, TicketId};
use shared::query::ListQuery;
use shared::sla::Category;
use shared::surveys::*;
use shared::tickets::*;
use shared::time::{DAY, MINUTE};
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::tickets::{category, reply, status, with};

/// Somebody who asks, and can be written to.
async fn contact(caller: &Caller<'_>, name: &str) -> ContactId {
    let address = format!("{}@customer.example", name.to_lowercase());
    let point = Point { kind: PointKind::Email, value: address, ..Point::default() };
    let contact = Contact { name: name.into(), points: vec![point], ..Contact::default() };
    caller.call::<CreateContact>((), New::of(Uuid::now_v7(), &contact)).await.unwrap().record.id
}

async fn ticket_of(caller: &Caller<'_>, contact: ContactId, name: &str) -> TicketId {
    with(caller, json!({ "name": name, "contact_id": contact })).await.id
}

/// Solves a ticket; its category is filled in if it has none.
async fn solve(caller: &Caller<'_>, id: TicketId) -> shared::change::Done<Ticket> {
    let mut patch = Patch::set("status_id", json!(status(caller, Category::Solved).await)).and("resolution", "fixed");
    let ticket = crate::tickets::thread(caller, id).await.ticket;
    if ticket.category_id.is_none() {
        patch = patch.and("category_id", json!(category(caller, "Anything").await));
    }
    caller.call::<UpdateTicket>(id, patch).await.unwrap()
}

async fn reopen(caller: &Caller<'_>, id: TicketId) {
    let patch = Patch::set("status_id", json!(status(caller, Category::Open).await));
    caller.call::<UpdateTicket>(id, patch).await.unwrap();
}

/// Lets everything run that is due.
async fn settle(app: &TestApp) {
    let begun = Moment::now();
    loop {
        app.app.jobs.wake();
        let now = app.app.clock.now().0;
        let due = format!("SELECT id FROM jobs WHERE kind = 'survey' AND ended_at IS NULL AND run_at <= {now}");
        if rows(app, &due).await == 0 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "the surveys' jobs do not end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn rows(app: &TestApp, sql: &str) -> usize {
    app.app.db.read.query_all_raw(Statement::from_string(app.app.db.backend(), sql)).await.unwrap().len()
}

/// The states of all questions, the oldest first.
async fn states(app: &TestApp) -> Vec<String> {
    let sql = "SELECT state FROM survey_invites ORDER BY solved_at, send_at";
    let found = app.app.db.read.query_all_raw(Statement::from_string(app.app.db.backend(), sql)).await.unwrap();
    found.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// The time of asking has come; whoever called signs in again.
async fn later<'a>(app: &'a TestApp, caller: &Caller<'a>, ms: i64) -> Caller<'a> {
    settle(app).await;
    app.app.clock.advance(ms);
    settle(app).await;
    app.sign_in(caller.id, "ada.admin@test.example").await
}

/// The addresses written to and the secrets of their links, the oldest first.
async fn mails(app: &TestApp) -> Vec<(String, String)> {
    let waiting = outbox::waiting(&app.app.db.read, app.app.clock.now()).await.unwrap();
    let link = |body: &str| body.split("/portal/rate#").nth(1).map(|rest| rest.lines().next().unwrap().to_owned());
    waiting.into_iter().filter_map(|one| Some((one.mail.recipient, link(&one.mail.body)?))).collect()
}

/// A ticket that was solved for somebody, asked about by a mail just now.
async fn asked<'a>(app: &'a TestApp, caller: &Caller<'a>, name: &str) -> (Caller<'a>, TicketId, String) {
    let id = ticket_of(caller, contact(caller, name).await, "Printer").await;
    reply(caller, id, "Done").await;
    solve(caller, id).await;
    let caller = later(app, caller, DAY + MINUTE).await;
    let token = mails(app).await.pop().unwrap().1;
    (caller, id, token)
}

fn said(token: &str, scores: &[(&str, i64)], comment: &str) -> SurveyReply {
    let scores = scores.iter().map(|(key, score)| Score { key: (*key).into(), score: *score }).collect();
    let comment = (!comment.is_empty()).then(|| comment.to_owned());
    SurveyReply { token: token.into(), scores, comment }
}

async fn read(app: &TestApp, token: &str) -> Result<Survey, ApiError> {
    app.stranger().call::<ReadSurvey>((), SurveyToken { token: token.into() }).await
}

async fn answers(caller: &Caller<'_>) -> Vec<SurveyAnswer> {
    caller.call::<ListSurveyAnswers>((), ListQuery::default()).await.unwrap().items
}

async fn policy(caller: &Caller<'_>, patch: Patch) {
    let known = caller.call::<ListSurveyPolicies>((), ListQuery::default()).await.unwrap().items.remove(0);
    caller.call::<UpdateSurveyPolicy>(known.id, patch).await.unwrap();
}
