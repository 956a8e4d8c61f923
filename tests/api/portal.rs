//! The portal: who comes in, what they see, and what they make of their tickets.

mod desk;
mod form;
mod reach;
mod shelf;
mod sign_in;

use serde_json::json;
use server::ground::outbox;
use shared::accounts::{Account, CreateAccount};
use shared::change::New;
use shared::contacts::{AccountLink, Contact, CreateContact, Point, PointKind};
use shared::fields::Row;
use shared::id::{AccountId, ContactId, MessageId, TicketId};
use shared::portal::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

/// The mails that wait for an address, oldest first.
pub async fn mails(app: &TestApp, to: &str) -> Vec<outbox::Mail> {
    let waiting = outbox::waiting(&app.app.db.read, app.app.clock.now()).await.unwrap();
    waiting.into_iter().map(|waiting| waiting.mail).filter(|mail| mail.recipient == to).collect()
}

/// The code that was mailed last.
pub async fn code(app: &TestApp, to: &str) -> String {
    let mail = mails(app, to).await.pop().unwrap();
    mail.body.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == CODE_LENGTH).unwrap().to_owned()
}

/// A customer who signs in by a mailed code.
pub async fn customer<'a>(app: &'a TestApp, email: &str) -> Caller<'a> {
    let mut caller = app.stranger();
    caller.call::<AskPortalCode>((), CodeAsked { email: email.into() }).await.unwrap();
    let given = json!({ "email": email, "code": code(app, email).await });
    let answer = caller.post_json("/api/portal/sign-in/code", &given).await;
    assert_eq!(answer.status, http::StatusCode::OK, "{}", answer.text());
    caller.cookie = Some(answer.cookies());
    caller
}

pub async fn account(staff: &Caller<'_>, name: &str) -> AccountId {
    let account = Account { name: name.into(), ..Account::default() };
    staff.call::<CreateAccount>((), New::of(Uuid::now_v7(), &account)).await.unwrap().record.id
}

pub async fn contact(staff: &Caller<'_>, name: &str, email: &str, at: &[AccountId]) -> ContactId {
    let contact = Contact {
        name: name.into(),
        points: vec![Point { kind: PointKind::Email, value: email.into(), ..Point::default() }],
        accounts: at.iter().map(|id| AccountLink { account_id: *id, ..AccountLink::default() }).collect(),
        ..Contact::default()
    };
    staff.call::<CreateContact>((), New::of(Uuid::now_v7(), &contact)).await.unwrap().record.id
}

pub fn question(subject: &str, body: &str) -> Ask {
    Ask {
        id: TicketId(Uuid::now_v7()),
        message_id: MessageId(Uuid::now_v7()),
        subject: subject.into(),
        body: body.into(),
        name: None,
        files: Vec::new(),
    }
}

pub fn words(body: &str) -> Say {
    Say { id: MessageId(Uuid::now_v7()), body: body.into(), files: Vec::new() }
}

pub async fn told(caller: &Caller<'_>, id: TicketId) -> ThreadTold {
    caller.call::<GetOwnTicket>(id, shared::tickets::ThreadQuery::default()).await.unwrap()
}

/// What a customer's list holds.
pub async fn listed(caller: &Caller<'_>, whose: Whose) -> Vec<TicketTold> {
    let mut all = Vec::new();
    for is_done in [false, true] {
        let asked = TicketsAsked { whose, is_done, after: None };
        all.extend(caller.call::<ListOwnTickets>((), asked).await.unwrap().items);
    }
    all
}

pub fn row(values: serde_json::Value) -> Row {
    serde_json::from_value(values).unwrap()
}
