//! The web form: tickets of those who do not sign in, at a price.

use shared::id::{MessageId, TicketId};
use shared::portal::*;
use shared::query::ListQuery;
use shared::tickets::{Channel, ListTickets};
use shared::time::HOUR;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{contact, customer, listed, mails};

async fn form(caller: &Caller<'_>, email: &str) -> Form {
    let puzzle = caller.call::<GetPuzzle>((), ()).await.unwrap();
    Form {
        id: TicketId(Uuid::now_v7()),
        message_id: MessageId(Uuid::now_v7()),
        name: "周敏".into(),
        email: email.into(),
        subject: "探头离线".into(),
        body: "没有数据".into(),
        answer: solve(&puzzle, 0, u64::MAX).unwrap(),
        puzzle,
    }
}

#[tokio::test]
async fn a_form_becomes_a_ticket_and_its_answer_goes_to_the_address() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let known = contact(&ada, "周总", "zhou@acme.example", &[]).await;
    let stranger = app.stranger();

    let sent = form(&stranger, "Zhou@acme.example").await;
    let first = stranger.call::<SendForm>((), sent.clone()).await.unwrap();
    let again = stranger.call::<SendForm>((), sent).await.unwrap();
    let other = stranger.call::<SendForm>((), form(&stranger, "new@nowhere.example").await).await.unwrap();

    assert_eq!((first.number, again.number, other.number), (1_001, 1_001, 1_002));
    let tickets = ada.call::<ListTickets>((), ListQuery::default()).await.unwrap().items;
    assert!(tickets.iter().all(|ticket| ticket.channel == Channel::Web));
    assert_eq!(tickets.iter().filter(|ticket| ticket.contact_id == Some(known)).count(), 1);
    for email in ["zhou@acme.example", "new@nowhere.example"] {
        assert!(mails(&app, email).await[0].body.contains("/portal/tickets/"), "{email}");
    }
    // Who proves the address sees it among their own.
    assert_eq!(listed(&customer(&app, "new@nowhere.example").await, Whose::Mine).await.len(), 1);
}

#[tokio::test]
async fn an_answer_counts_once_for_an_hour_and_only_for_our_own_puzzles() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let sent = form(&stranger, "zhou@acme.example").await;
    let wrong = Form { answer: sent.answer.wrapping_add(1), ..sent.clone() };
    let made = Puzzle { seal: "0".repeat(64), ..sent.puzzle.clone() };
    let forged = Form { answer: solve(&made, 0, u64::MAX).unwrap(), puzzle: made, ..sent.clone() };
    for refused in [wrong, forged] {
        let error = stranger.call::<SendForm>((), refused).await.unwrap_err();
        assert_eq!(error.fields["puzzle"].code, "expired_link");
    }
    stranger.call::<SendForm>((), sent.clone()).await.unwrap();

    let spent = Form { id: TicketId(Uuid::now_v7()), message_id: MessageId(Uuid::now_v7()), ..sent };
    assert_eq!(stranger.call::<SendForm>((), spent).await.unwrap_err().status, 429);
    let late = form(&stranger, "zhou@acme.example").await;
    app.app.clock.advance(HOUR);
    assert_eq!(stranger.call::<SendForm>((), late).await.unwrap_err().fields["puzzle"].code, "expired_link");
}

#[tokio::test]
async fn nobody_is_written_to_without_end() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let sent = form(&stranger, "zhou@acme.example").await;
        statuses.push(stranger.call::<SendForm>((), sent).await.map_err(|error| error.status).err());
    }

    assert_eq!(statuses, [None, None, None, None, None, Some(429)]);
    assert_eq!(mails(&app, "zhou@acme.example").await.len(), 5);
}
