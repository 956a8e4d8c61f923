//! What is said: by whom, to whom, and what happens when others speak meanwhile.

use serde_json::json;
use shared::change::{New, UndoBatch};
use shared::sla::Category;
use shared::tickets::*;
use shared::time::SECOND;
use tests::TestApp;
use uuid::Uuid;

use super::{answer, heard, put, reply, thread, ticket};

#[tokio::test]
async fn a_call_becomes_a_ticket_with_what_was_said() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let values = serde_json::from_value(json!({ "name": "打印机不动", "channel": "phone" })).unwrap();
    let new = NewTicket {
        ticket: New::from_values(Uuid::now_v7(), values), heard: Some(heard("昨天起打印机不动了"))
    };

    let ticket = ann.call::<CreateTicket>((), new.clone()).await.unwrap().record;

    let shown = thread(&ann, ticket.id).await;
    assert_eq!((ticket.number, ticket.state, ticket.owner_id), (1_001, Category::New, None));
    assert!(ticket.waiting_since.is_some());
    let [said] = shown.messages.as_slice() else { panic!("{shown:?}") };
    assert_eq!((said.message.direction, said.message.seq), (Direction::In, shown.ticket.version));
    assert_eq!(said.html.trim(), "<p>昨天起打印机不动了</p>");
}

#[tokio::test]
async fn an_answer_begins_the_ticket_and_ends_the_wait() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    ann.call::<RecordMessage>(id, heard("It does not print")).await.unwrap();
    let draft = Draft { body: "Have you".into(), kind: MessageKind::Public, seen: 2 };
    ann.call::<PutDraft>(id, draft.clone()).await.unwrap();
    assert_eq!(thread(&ann, id).await.draft, Some(draft));

    let sent = reply(&ann, id, "Have you **tried** <script>alert(1)</script>").await.record;

    let after = thread(&ann, id).await;
    assert_eq!((after.ticket.state, after.ticket.waiting_since, after.draft), (Category::Open, None, None));
    assert!(after.ticket.first_reply_at.is_some());
    let html = &after.messages.last().unwrap().html;
    assert!(html.contains("<strong>tried</strong>") && !html.contains("<script"), "{html}");
    assert_eq!(sent.held_until, Some(app.app.clock.now().plus(HOLD)).map(|_| sent.created_at.plus(HOLD)));
}

#[tokio::test]
async fn a_list_shows_how_the_last_words_begin_and_no_note() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    let long = format!("# It **does** not\n\nprint {}", "很久".repeat(80));
    ann.call::<RecordMessage>(id, heard(&long)).await.unwrap();
    let words = |ticket: Ticket| ticket.preview.unwrap_or_default();
    let first = words(thread(&ann, id).await.ticket);
    assert!(first.starts_with("It does not print 很久"), "{first}");
    assert_eq!(first.chars().count(), PREVIEW_MAX);

    ann.call::<AddNote>(
        id,
        Note { id: shared::id::MessageId(Uuid::now_v7()), body: "He is angry".into(), files: Vec::new() },
    )
    .await
    .unwrap();
    assert_eq!(words(thread(&ann, id).await.ticket), first);

    let hasty = reply(&ann, id, "No").await;
    assert_eq!(words(thread(&ann, id).await.ticket), "No");
    ann.call::<UndoBatch>(hasty.batch, ()).await.unwrap();
    assert_eq!(words(thread(&ann, id).await.ticket), first);
}

#[tokio::test]
async fn an_answer_is_taken_back_within_ten_seconds_and_not_later() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    let before = thread(&ann, id).await.ticket;
    let hasty = reply(&ann, id, "No").await;

    ann.call::<UndoBatch>(hasty.batch, ()).await.unwrap();

    let after = thread(&ann, id).await;
    assert!(after.messages.is_empty());
    assert_eq!((after.ticket.state, after.ticket.first_reply_at), (before.state, None));
    let sent = reply(&ann, id, "Yes").await;
    app.app.clock.advance(10 * SECOND);
    let refused = ann.call::<UndoBatch>(sent.batch, ()).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (409, "already_sent"));
    assert_eq!(thread(&ann, id).await.messages.len(), 1);
}

#[tokio::test]
async fn a_note_can_be_taken_back_at_any_time_and_changes_no_state() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    let note = Note { id: shared::id::MessageId(Uuid::now_v7()), body: "He is angry".into(), files: Vec::new() };
    let done = ann.call::<AddNote>(id, note).await.unwrap();
    let shown = thread(&ann, id).await;
    assert_eq!((shown.ticket.state, shown.ticket.first_reply_at), (Category::New, None));
    assert_eq!(shown.messages[0].message.kind, MessageKind::Note);

    app.app.clock.advance(3_600 * SECOND);
    let ann = app.sign_in(ann.id, "ada.admin@test.example").await;
    ann.call::<UndoBatch>(done.batch, ()).await.unwrap();

    assert!(thread(&ann, id).await.messages.is_empty());
}

#[tokio::test]
async fn a_reply_to_a_thread_that_moved_on_is_refused_with_what_is_new() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.admin().await, app.staff("Bob", app.role("admin").await, None).await);
    let id = ticket(&ann, "Printer").await.id;
    let seen = thread(&ann, id).await.ticket.version;
    let draft = Draft { body: "Turn it off".into(), kind: MessageKind::Public, seen };
    ann.call::<PutDraft>(id, draft.clone()).await.unwrap();
    reply(&bob, id, "Turn it on").await;

    let refused = ann.call::<ReplyToTicket>(id, answer(seen, "Turn it off")).await.unwrap_err();

    assert_eq!((refused.status, refused.code.as_str()), (409, "moved_on"));
    let news = refused.moved_on.unwrap();
    assert_eq!(news.messages.iter().map(|said| said.message.body.as_str()).collect::<Vec<_>>(), ["Turn it on"]);
    let shown = thread(&ann, id).await;
    assert_eq!((shown.draft, shown.messages.len(), shown.ticket.version), (Some(draft), 1, news.version));
    let anyway = Reply { anyway: true, ..answer(seen, "Turn it off") };
    ann.call::<ReplyToTicket>(id, anyway).await.unwrap();
    assert_eq!(thread(&ann, id).await.messages.len(), 2);
}

#[tokio::test]
async fn what_one_said_oneself_and_what_only_the_fields_say_is_no_news() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.admin().await, app.staff("Bob", app.role("admin").await, None).await);
    let id = ticket(&ann, "Printer").await.id;
    let seen = thread(&ann, id).await.ticket.version;
    reply(&ann, id, "One moment").await;
    bob.call::<UpdateTicket>(id, shared::change::Patch::set("tags", json!(["vip"]))).await.unwrap();

    ann.call::<ReplyToTicket>(id, answer(seen, "Here it is")).await.unwrap();

    let seqs: Vec<i64> = thread(&ann, id).await.messages.iter().map(|said| said.message.seq).collect();
    assert_eq!(seqs, [2, 4]);
    let heard = ann.call::<RecordMessage>(id, heard("Thank you")).await.unwrap().record;
    let refused = ann.call::<ReplyToTicket>(id, answer(4, "You are welcome")).await.unwrap_err();
    assert_eq!(refused.moved_on.unwrap().messages[0].message.id, heard.id);
}

#[tokio::test]
async fn of_two_who_answer_at_once_one_is_told() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.admin().await, app.staff("Bob", app.role("admin").await, None).await);
    let id = ticket(&ann, "Printer").await.id;
    let seen = thread(&ann, id).await.ticket.version;

    let (hers, his) = tokio::join!(
        ann.call::<ReplyToTicket>(id, answer(seen, "Hers")),
        bob.call::<ReplyToTicket>(id, answer(seen, "His")),
    );

    assert_eq!([hers.is_ok(), his.is_ok()].iter().filter(|sent| **sent).count(), 1, "{hers:?} {his:?}");
    assert_eq!(thread(&ann, id).await.messages.len(), 1);
}

#[tokio::test]
async fn an_empty_or_endless_answer_is_refused_at_its_field() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    for (body, code) in [(" \n".to_owned(), "required"), ("x".repeat(BODY_MAX + 1), "too_long")] {
        let refused = ann.call::<ReplyToTicket>(id, answer(1, &body)).await.unwrap_err();
        assert_eq!(refused.fields["body"].code, code);
    }
    let draft = Draft { body: "x".repeat(BODY_MAX + 1), ..Draft::default() };
    assert_eq!(ann.call::<PutDraft>(id, draft).await.unwrap_err().fields["body"].code, "too_long");
    assert_eq!(thread(&ann, id).await.ticket.version, 1);
    put(&ann, id, Category::Open).await.unwrap();
}

#[tokio::test]
async fn a_long_thread_is_read_page_by_page() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    for n in 0..5 {
        ann.call::<RecordMessage>(id, heard(&format!("Message {n}"))).await.unwrap();
    }

    let last = ann.call::<GetThread>(id, ThreadQuery { limit: Some(3), before: None }).await.unwrap();
    let before = last.messages[0].message.id;
    let first = ann.call::<GetThread>(id, ThreadQuery { limit: Some(3), before: Some(before) }).await.unwrap();

    let bodies = |thread: &Thread| thread.messages.iter().map(|said| said.message.body.clone()).collect::<Vec<_>>();
    assert_eq!(
        (bodies(&last), last.has_earlier),
        (vec!["Message 2".into(), "Message 3".into(), "Message 4".into()], true)
    );
    assert_eq!((bodies(&first), first.has_earlier), (vec!["Message 0".into(), "Message 1".into()], false));
}
