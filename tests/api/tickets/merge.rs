//! Two tickets of one matter become one, and come apart again.

use serde_json::json;
use shared::access::{Action, Grant, Object, Scope};
use shared::api::ApiError;
use shared::change::{Archive, AsOf, Done, Patch, UndoBatch};
use shared::id::{BatchId, TicketId};
use shared::query::{ListQuery, TotalsQuery};
use shared::sla::{Category, Metric, State};
use shared::tickets::*;
use shared::time::MINUTE;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::clocks::{check_kept, clocks, of, promise};
use super::{bodies, contact, heard, put, reply, solve, thread, ticket, with};

async fn merge(caller: &Caller<'_>, id: TicketId, into_id: TicketId) -> Result<Done<Ticket>, ApiError> {
    caller.call::<MergeTicket>(id, Merge { into_id, is_confirmed: false }).await
}

async fn get(caller: &Caller<'_>, id: TicketId) -> Ticket {
    caller.call::<GetTicket>(id, AsOf::default()).await.unwrap()
}

/// Two tickets of one customer, each with something said on it.
async fn two(caller: &Caller<'_>) -> (TicketId, TicketId) {
    let contact = contact(caller, "Ms Li").await;
    let one = with(caller, json!({ "name": "Printer", "contact_id": contact })).await.id;
    let other = with(caller, json!({ "name": "Printer again", "contact_id": contact })).await.id;
    caller.call::<RecordMessage>(one, heard("It does not print")).await.unwrap();
    caller.call::<RecordMessage>(other, heard("Hello?")).await.unwrap();
    (one, other)
}

#[tokio::test]
async fn a_merged_ticket_ends_and_the_other_tells_what_was_said_on_both() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let (one, other) = two(&ann).await;
    reply(&ann, one, "One moment").await;
    let number = get(&ann, other).await.number;

    let told = ann.call::<PreviewMerge>(other, MergeInto { into_id: one }).await.unwrap();
    assert_eq!((told.messages, told.numbers.as_slice(), told.is_others), (1, [number].as_slice(), false));
    assert_eq!(get(&ann, other).await.merged_into_id, None, "a preview changes nothing");
    let into = merge(&ann, other, one).await.unwrap().record;

    let shown = thread(&ann, one).await;
    let said: Vec<_> = shown.messages.iter().map(|said| (said.message.body.as_str(), said.said_on)).collect();
    assert_eq!(said, [("It does not print", None), ("Hello?", Some(number)), ("One moment", None)]);
    assert_eq!(shown.ticket, into);
    assert!(into.waiting_since.is_some(), "the customer of the other one waits still");
    let ended = get(&ann, other).await;
    assert_eq!((ended.merged_into_id, ended.state), (Some(one), Category::Closed));
    assert_eq!((ended.resolution, ended.merged_seq), (Some(Resolution::Duplicate), Some(into.version)));
    assert_eq!(bodies(&ann, other).await, ["Hello?"]);
    let listed = ann.call::<ListTickets>((), ListQuery::default()).await.unwrap().items;
    assert_eq!(listed.iter().map(|ticket| ticket.id).collect::<Vec<_>>(), [one]);
    assert_eq!(ann.call::<TicketTotals>((), TotalsQuery::default()).await.unwrap().count(), 1);
}

#[tokio::test]
async fn a_merge_is_taken_back_as_a_whole_and_done_again() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let (one, other) = two(&ann).await;
    let before = (get(&ann, one).await, get(&ann, other).await);
    let done = merge(&ann, other, one).await.unwrap();

    let undone = ann.call::<UndoBatch>(done.batch, ()).await.unwrap();

    let plain = |ticket: Ticket| Ticket { version: 0, updated_at: before.0.updated_at, ..ticket };
    let after = (get(&ann, one).await, get(&ann, other).await);
    assert_eq!((plain(after.0), plain(after.1)), (plain(before.0.clone()), plain(before.1.clone())));
    assert_eq!(
        (bodies(&ann, one).await, bodies(&ann, other).await),
        (vec!["It does not print".into()], vec!["Hello?".into()])
    );
    ann.call::<UndoBatch>(undone.batch, ()).await.unwrap();
    assert_eq!(bodies(&ann, one).await, ["It does not print", "Hello?"]);
}

#[tokio::test]
async fn what_a_customer_says_on_a_merged_ticket_comes_to_the_other_one() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let (li, wang) = (contact(&ann, "Ms Li").await, contact(&ann, "Mr Wang").await);
    let one = with(&ann, json!({ "name": "Printer", "contact_id": li })).await.id;
    let other = with(&ann, json!({ "name": "Printer", "contact_id": wang })).await.id;
    ann.call::<MergeTicket>(other, Merge { into_id: one, is_confirmed: true }).await.unwrap();

    let said = ann.call::<RecordMessage>(other, heard("Any news?")).await.unwrap().record;

    assert_eq!((said.ticket_id, said.contact_id), (one, Some(wang)));
    assert_eq!(bodies(&ann, one).await, ["Any news?"]);
    solve(&ann, one).await;
    put(&ann, one, Category::Closed).await.unwrap();
    let late = ann.call::<RecordMessage>(other, heard("Thank you")).await.unwrap().record;
    assert_eq!(thread(&ann, late.ticket_id).await.ticket.follows_id, Some(one));
}

#[tokio::test]
async fn nothing_else_happens_to_a_merged_ticket() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let (one, other) = two(&ann).await;
    merge(&ann, other, one).await.unwrap();
    let seen = get(&ann, other).await.version;

    let replied = ann.call::<ReplyToTicket>(other, super::answer(seen, "Hello")).await.unwrap_err();
    let note = Note { id: shared::id::MessageId(Uuid::now_v7()), body: "Again".into(), files: Vec::new() };
    let noted = ann.call::<AddNote>(other, note).await.unwrap_err();
    let changed = ann.call::<UpdateTicket>(other, Patch::set("tags", json!(["vip"]))).await.unwrap_err();
    let back = ann.call::<ArchiveTickets>((), Archive { ids: vec![other.0], archived: false }).await.unwrap_err();
    let again = merge(&ann, other, one).await.unwrap_err();
    let into_it = merge(&ann, one, other).await.unwrap_err();

    assert_eq!((replied.status, replied.code.as_str()), (409, "ticket_closed"));
    for refused in [noted, changed, back, again, into_it] {
        assert_eq!((refused.status, refused.code.as_str()), (409, "ticket_merged"));
    }
    let itself = merge(&ann, one, one).await.unwrap_err();
    assert_eq!(itself.fields["into_id"].code, "itself");
}

#[tokio::test]
async fn another_customers_ticket_is_merged_only_by_who_knows_it() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let (li, wang) = (contact(&ann, "Ms Li").await, contact(&ann, "Mr Wang").await);
    let one = with(&ann, json!({ "name": "Printer", "contact_id": li })).await.id;
    let other = with(&ann, json!({ "name": "Printer", "contact_id": wang })).await.id;

    let told = ann.call::<PreviewMerge>(other, MergeInto { into_id: one }).await.unwrap();
    let refused = merge(&ann, other, one).await.unwrap_err();

    assert!(told.is_others);
    assert_eq!((refused.status, refused.code.as_str(), told.joining), (409, "merge_unconfirmed", vec![wang]));
    let into = ann.call::<MergeTicket>(other, Merge { into_id: one, is_confirmed: true }).await.unwrap().record;
    let [joined] = into.participants.as_slice() else { panic!("{into:?}") };
    assert_eq!((joined.contact_id, into.contact_id), (wang, Some(li)));
    assert!(joined.since >= into.created_at);
}

#[tokio::test]
async fn a_merged_ticket_goes_its_own_way_again_however_the_other_went_on() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    promise(&ann, 1, None, 3_600).await;
    let (li, wang) = (contact(&ann, "Ms Li").await, contact(&ann, "Mr Wang").await);
    let one = with(&ann, json!({ "name": "Printer", "contact_id": li })).await.id;
    let other = with(&ann, json!({ "name": "Printer", "contact_id": wang })).await.id;
    let third = with(&ann, json!({ "name": "Third", "contact_id": wang })).await.id;
    ann.call::<RecordMessage>(other, heard("Hello?")).await.unwrap();
    merge(&ann, third, other).await.unwrap();
    let done = ann.call::<MergeTicket>(other, Merge { into_id: one, is_confirmed: true }).await.unwrap();
    reply(&ann, one, "One moment").await;
    ann.call::<RecordMessage>(other, heard("Well?")).await.unwrap();
    assert_eq!(ann.call::<UndoBatch>(done.batch, ()).await.unwrap_err().status, 409);

    let parted = ann.call::<PartTicket>(other, ()).await.unwrap();

    let ticket = &parted.record;
    assert_eq!((ticket.merged_into_id, ticket.state, ticket.archived_at), (None, Category::New, None));
    assert_eq!((ticket.waiting_since, ticket.resolution, ticket.closed_at), (None, None, None), "they were answered");
    check_kept(&ann, ticket).await;
    let left = get(&ann, one).await;
    assert!(left.participants.is_empty() && left.waiting_since.is_some());
    check_kept(&ann, &left).await;
    assert_eq!(bodies(&ann, one).await, ["One moment", "Well?"], "what was said since stays where it was said");
    let third = get(&ann, third).await;
    assert_eq!((bodies(&ann, other).await, third.merged_into_id), (vec!["Hello?".to_owned()], Some(other)));
    let again = ann.call::<PartTicket>(other, ()).await.unwrap_err();
    assert_eq!((again.status, again.code.as_str()), (409, "not_merged"));
    ann.call::<UndoBatch>(parted.batch, ()).await.unwrap();
    assert_eq!(bodies(&ann, one).await, ["Hello?", "One moment", "Well?"]);
    let bob = reader(&app, "Bob", app.team("North", None).await).await;
    assert_eq!(bob.call::<PartTicket>(other, ()).await.unwrap_err().status, 404);
}

/// Somebody who reads all tickets of a team and writes none of them but their own.
async fn reader<'a>(app: &'a TestApp, name: &str, team: shared::id::TeamId) -> Caller<'a> {
    let grants = Object::ALL.iter().flat_map(|object| {
        Action::ALL.iter().map(move |action| {
            let scope = match (object, action) {
                (Object::Ticket, Action::Read) => Scope::Team,
                (Object::Ticket, _) => Scope::Own,
                _ => Scope::All,
            };
            Grant { object: *object, action: *action, scope }
        })
    });
    app.staff(name, app.role_with(grants.collect()).await, Some(team)).await
}

#[tokio::test]
async fn a_refusal_tells_nothing_of_a_ticket_that_one_may_not_read() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (north, south) = (app.team("North", None).await, app.team("South", None).await);
    let bob = reader(&app, "Bob", north).await;
    let his = with(&admin, json!({ "name": "His", "owner_id": bob.id, "team_id": north })).await.id;
    let ours = with(&admin, json!({ "name": "Ours", "team_id": north })).await.id;
    let hidden = with(&admin, json!({ "name": "Hidden", "team_id": south })).await.id;
    let gone = TicketId(Uuid::now_v7());

    for (from, into) in [(his, hidden), (hidden, his)] {
        let absent = if into == hidden { (his, gone) } else { (gone, his) };
        let refused = merge(&bob, from, into).await.unwrap_err();
        let never = merge(&bob, absent.0, absent.1).await.unwrap_err();
        let plain = |error: ApiError| ApiError { request_id: None, ..error };
        assert_eq!((refused.status, plain(refused)), (404, plain(never)));
        let looked = bob.call::<PreviewMerge>(from, MergeInto { into_id: into }).await.unwrap_err();
        assert_eq!(looked.status, 404);
    }
    assert_eq!(merge(&bob, his, ours).await.unwrap_err().status, 403);
    assert_eq!(merge(&bob, ours, his).await.unwrap_err().status, 403);
    assert_eq!(get(&admin, his).await.merged_into_id, None);
}

#[tokio::test]
async fn the_earliest_of_what_was_promised_holds_on() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    promise(&ann, 1, Some("priority.is.urgent"), 1_800).await;
    promise(&ann, 2, None, 7_200).await;
    let li = contact(&ann, "Ms Li").await;
    let urgent = with(&ann, json!({ "name": "Fire", "contact_id": li, "priority": "urgent" })).await.id;
    ann.call::<RecordMessage>(urgent, heard("It burns")).await.unwrap();
    let due = get(&ann, urgent).await.due_at;
    app.app.clock.advance(5 * MINUTE);
    let calm = with(&ann, json!({ "name": "Smoke", "contact_id": li })).await.id;
    ann.call::<RecordMessage>(calm, heard("It smokes")).await.unwrap();
    assert!(get(&ann, calm).await.due_at > due);

    let done = merge(&ann, urgent, calm).await.unwrap();

    let second = |at: Option<shared::time::Instant>| at.map(|at| at.0 / 1_000);
    assert!((second(done.record.due_at).unwrap() - second(due).unwrap()).abs() <= 1);
    check_kept(&ann, &done.record).await;
    let ended = clocks(&ann, &get(&ann, urgent).await).await;
    assert!(ended.iter().all(|clock| clock.state == State::Cancelled), "{ended:?}");
    let answered = reply(&ann, calm, "Fire brigade is coming").await;
    let after = thread(&ann, calm).await.ticket;
    check_kept(&ann, &after).await;
    assert_eq!(of(&clocks(&ann, &after).await, Metric::FirstResponse).state, State::Met);
    ann.call::<UndoBatch>(answered.batch, ()).await.unwrap();
    ann.call::<UndoBatch>(done.batch, ()).await.unwrap();
    let back = get(&ann, urgent).await;
    assert_eq!(back.due_at, due);
    check_kept(&ann, &back).await;
    assert_eq!(of(&clocks(&ann, &back).await, Metric::FirstResponse).state, State::Running);
}

#[tokio::test]
async fn what_was_merged_before_goes_on_with_the_ticket_that_took_it() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    promise(&ann, 1, None, 3_600).await;
    let (one, other) = two(&ann).await;
    let last = with(&ann, json!({ "name": "Third", "contact_id": get(&ann, one).await.contact_id })).await.id;
    let first = merge(&ann, other, one).await.unwrap();

    let second = merge(&ann, one, last).await.unwrap();

    assert_eq!(bodies(&ann, last).await, ["It does not print", "Hello?"]);
    assert_eq!(get(&ann, other).await.merged_into_id, Some(last));
    check_kept(&ann, &second.record).await;
    assert_eq!(ann.call::<RecordMessage>(other, heard("Hm")).await.unwrap().record.ticket_id, last);
    let refused = ann.call::<UndoBatch>(first.batch, ()).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (409, "conflict"));
}

#[tokio::test]
async fn a_reply_whose_writer_has_not_seen_what_was_merged_is_told() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.admin().await, app.staff("Bob", app.role("admin").await, None).await);
    let (one, other) = two(&ann).await;
    let seen = get(&ann, one).await.version;
    merge(&bob, other, one).await.unwrap();

    let refused = ann.call::<ReplyToTicket>(one, super::answer(seen, "Turn it on")).await.unwrap_err();

    let news = refused.moved_on.unwrap();
    assert_eq!(news.messages.iter().map(|said| said.message.body.as_str()).collect::<Vec<_>>(), ["Hello?"]);
}

#[tokio::test]
async fn a_waiting_customer_opens_a_solved_ticket_that_theirs_is_merged_into() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let (one, other) = two(&ann).await;
    solve(&ann, one).await;

    let into = merge(&ann, other, one).await.unwrap().record;

    assert_eq!((into.state, into.reopened), (Category::Open, 1));
    let closed = ticket(&ann, "Old").await.id;
    solve(&ann, closed).await;
    put(&ann, closed, Category::Closed).await.unwrap();
    assert_eq!(merge(&ann, one, closed).await.unwrap_err().code, "ticket_closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_merges_at_once_one_is_done() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let bob = app.staff("Bob", app.role("admin").await, None).await;
    let (one, other) = two(&ann).await;
    let third = with(&ann, json!({ "name": "Third", "contact_id": get(&ann, one).await.contact_id })).await.id;

    let crossed = tokio::join!(merge(&ann, one, other), merge(&bob, other, one));
    assert_eq!(i32::from(crossed.0.is_ok()) + i32::from(crossed.1.is_ok()), 1, "{crossed:?}");
    let left = if crossed.0.is_ok() { other } else { one };
    let (merged, said) = tokio::join!(merge(&ann, left, third), bob.call::<RecordMessage>(left, heard("Meanwhile")));
    let lost = [merged.err(), said.err()].into_iter().flatten().find(|error| error.status != 503);
    assert_eq!(lost, None);
    let twice = ann.with_key(BatchId(Uuid::now_v7()));
    let fourth = with(&ann, json!({ "name": "Fourth", "contact_id": get(&ann, one).await.contact_id })).await.id;
    let (a, b) = tokio::join!(merge(&twice, fourth, third), merge(&twice, fourth, third));
    assert_eq!(a.unwrap(), b.unwrap());
    let listed = ann.call::<ListTickets>((), ListQuery::default()).await.unwrap().items;
    for ticket in listed {
        let all = bodies(&ann, ticket.id).await;
        assert!(!all.is_empty(), "{ticket:?}");
    }
}
