//! Another matter becomes a ticket of its own.

use serde_json::json;
use shared::access::Scope;
use shared::api::ApiError;
use shared::change::{AsOf, Done, UndoBatch};
use shared::id::{MessageId, TicketId};
use shared::sla::Category;
use shared::tickets::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::access::agent;
use super::clocks::{check_kept, promise};
use super::{bodies, contact, heard, reply, thread, ticket, with};

async fn split(caller: &Caller<'_>, id: TicketId, messages: &[MessageId]) -> Result<Done<Ticket>, ApiError> {
    let new = Split { id: TicketId(Uuid::now_v7()), name: " Invoice ".into(), messages: messages.to_vec() };
    caller.call::<SplitTicket>(id, new).await
}

#[tokio::test]
async fn what_is_another_matter_begins_a_ticket_and_both_show_it() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    promise(&ann, 1, None, 3_600).await;
    let li = contact(&ann, "Ms Li").await;
    let id = with(&ann, json!({ "name": "Printer", "contact_id": li, "priority": "high" })).await.id;
    ann.call::<RecordMessage>(id, heard("It does not print")).await.unwrap();
    reply(&ann, id, "Turn it on").await;
    let other = ann.call::<RecordMessage>(id, heard("And the invoice is wrong")).await.unwrap().record;
    let first = thread(&ann, id).await;

    let done = split(&ann, id, &[other.id]).await.unwrap();

    let new = done.record.clone();
    assert_eq!((new.name.as_str(), new.state, new.split_from_id), ("Invoice", Category::New, Some(id)));
    assert_eq!((new.contact_id, new.priority), (Some(li), first.ticket.priority));
    assert_eq!((new.waiting_since, new.preview.as_deref()), (Some(other.created_at), Some("And the invoice is wrong")));
    check_kept(&ann, &new).await;
    let shown = thread(&ann, new.id).await.messages;
    assert_eq!((shown.len(), shown[0].message.id, shown[0].said_on), (1, other.id, Some(first.ticket.number)));
    let old = thread(&ann, id).await;
    assert_eq!(old.messages.last().unwrap().split_to, Some(new.number));
    assert_eq!(old.ticket, first.ticket);
    reply(&ann, new.id, "I look at it").await;
    let again = split(&ann, id, &[other.id]).await.unwrap_err();
    assert_eq!(again.fields["messages"].code, "split_already");
}

#[tokio::test]
async fn a_split_is_taken_back_as_a_whole_until_something_is_said() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    let said = ann.call::<RecordMessage>(id, heard("The invoice is wrong")).await.unwrap().record;
    let done = split(&ann, id, &[said.id]).await.unwrap();

    ann.call::<UndoBatch>(done.batch, ()).await.unwrap();

    let gone = ann.call::<GetTicket>(done.record.id, AsOf::default()).await.unwrap_err();
    assert_eq!((gone.status, thread(&ann, id).await.messages[0].split_to), (404, None));
    let second = split(&ann, id, &[said.id]).await.unwrap();
    reply(&ann, second.record.id, "I look at it").await;
    let refused = ann.call::<UndoBatch>(second.batch, ()).await.unwrap_err();
    assert_eq!(refused.status, 409);
    assert_eq!(bodies(&ann, second.record.id).await, ["The invoice is wrong", "I look at it"]);
}

#[tokio::test]
async fn only_what_stands_in_the_thread_is_split_off_and_only_by_who_may_change_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let bob = agent(&app, "Bob", Scope::Own, None).await;
    let (mine, hidden) =
        (with(&admin, json!({ "name": "Mine", "owner_id": bob.id })).await.id, ticket(&admin, "Hidden").await.id);
    let secret = admin.call::<RecordMessage>(hidden, heard("Secret")).await.unwrap().record.id;

    let foreign = split(&bob, mine, &[secret]).await.unwrap_err();
    let absent = split(&bob, mine, &[MessageId(Uuid::now_v7())]).await.unwrap_err();
    let nothing = split(&bob, mine, &[]).await.unwrap_err();
    let not_his = split(&bob, hidden, &[secret]).await.unwrap_err();

    assert_eq!((foreign.status, &foreign.fields), (422, &absent.fields));
    assert_eq!((nothing.fields["messages"].code.as_str(), not_his.status), ("required", 404));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_splits_of_one_message_one_is_done() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    let said = ann.call::<RecordMessage>(id, heard("The invoice is wrong")).await.unwrap().record.id;
    let both = [said];
    let (a, b) = tokio::join!(split(&ann, id, &both), split(&ann, id, &both));
    assert_eq!(i32::from(a.is_ok()) + i32::from(b.is_ok()), 1, "{a:?} {b:?}");
}
