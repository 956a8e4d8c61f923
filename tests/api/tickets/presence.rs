//! Who sees whom at a ticket, and for how long.

use std::time::Duration;

use serde_json::json;
use shared::access::Scope;
use shared::events::{Attended, Doing, PRESENCE, Present, STAYS};
use shared::id::{TicketId, UserId};
use shared::tickets::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::access::agent;
use super::{ticket, with};
use crate::live::Ear;

/// So soon one hears of it.
const SOON: Duration = Duration::from_secs(2);
/// Long enough to have heard.
const LATE: Duration = Duration::from_millis(600);

type There = Vec<(UserId, Doing)>;

fn there(present: &[Present]) -> There {
    present.iter().map(|one| (one.user_id, one.what)).collect()
}

fn sorted(mut there: There) -> There {
    there.sort();
    there
}

/// Says what somebody does in a window of theirs; who is there.
async fn does(who: &Caller<'_>, id: TicketId, visit: Uuid, what: Doing) -> There {
    there(&who.call::<PutPresence>(id, Visit { visit, what }).await.unwrap())
}

/// What a stream says next of who is at a ticket.
async fn told(ear: &mut Ear, patience: Duration) -> Option<(Uuid, There)> {
    let told = ear.next_of(PRESENCE, patience).await?;
    let told: Attended = serde_json::from_str(&told).unwrap();
    Some((told.id, there(&told.present)))
}

async fn listed(who: &Caller<'_>) -> Vec<(Uuid, There)> {
    let all = who.call::<ListPresence>((), ()).await.unwrap();
    all.iter().map(|attended| (attended.id, there(&attended.present))).collect()
}

#[tokio::test]
async fn who_is_at_a_ticket_is_told_to_those_who_are_there_and_who_writes_to_all_who_may_read_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let ann = agent(&app, "Ann", Scope::All, None).await;
    let id = ticket(&admin, "Printer").await.id;
    let (mut admins, mut anns) = (Ear::open(&admin, None).await, Ear::open(&ann, None).await);
    let (here, window, other) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());

    assert_eq!(does(&ann, id, window, Doing::Looking).await, [(ann.id, Doing::Looking)]);
    assert_eq!(told(&mut anns, SOON).await, Some((id.0, vec![(ann.id, Doing::Looking)])));
    assert_eq!(told(&mut admins, LATE).await, None, "who only looks is of no interest elsewhere");

    let both = sorted(vec![(ann.id, Doing::Looking), (admin.id, Doing::Looking)]);
    assert_eq!(sorted(does(&admin, id, here, Doing::Looking).await), both);
    assert_eq!(told(&mut anns, SOON).await.map(|(_, there)| sorted(there)), Some(both.clone()));
    assert_eq!(told(&mut admins, SOON).await.map(|(_, there)| sorted(there)), Some(both), "who is there hears of it");
    admin.call::<EndPresence>(id, Leaving { visit: here }).await.unwrap();
    assert_eq!(told(&mut anns, SOON).await, Some((id.0, vec![(ann.id, Doing::Looking)])));

    let writes = (id.0, vec![(ann.id, Doing::Replying)]);
    does(&ann, id, other, Doing::Replying).await;
    assert_eq!(told(&mut admins, SOON).await, Some(writes.clone()));
    assert_eq!(listed(&admin).await, [writes]);
    ann.call::<EndPresence>(id, Leaving { visit: window }).await.unwrap();
    does(&ann, id, other, Doing::Replying).await;
    assert_eq!(told(&mut admins, LATE).await, None, "nothing is new");
    ann.call::<EndPresence>(id, Leaving { visit: other }).await.unwrap();
    assert_eq!(told(&mut admins, SOON).await, Some((id.0, vec![])));
    assert_eq!(listed(&admin).await, []);
}

#[tokio::test]
async fn who_says_no_more_is_gone_after_a_moment() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let ann = agent(&app, "Ann", Scope::All, None).await;
    let id = ticket(&admin, "Printer").await.id;
    let mut admins = Ear::open(&admin, None).await;
    does(&ann, id, Uuid::now_v7(), Doing::Noting).await;
    assert_eq!(told(&mut admins, SOON).await, Some((id.0, vec![(ann.id, Doing::Noting)])));

    app.app.clock.advance(STAYS + 1);

    assert_eq!(listed(&admin).await, []);
    assert_eq!(told(&mut admins, SOON).await, Some((id.0, vec![])));
    assert_eq!(does(&admin, id, Uuid::now_v7(), Doing::Looking).await, [(admin.id, Doing::Looking)]);
}

#[tokio::test]
async fn another_team_neither_is_there_nor_hears_of_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (north, south) = (app.team("North", None).await, app.team("South", None).await);
    let ann = agent(&app, "Ann", Scope::Team, Some(north)).await;
    let bob = agent(&app, "Bob", Scope::Team, Some(south)).await;
    let id = with(&admin, json!({ "name": "Printer", "team_id": north })).await.id;
    let mut bobs = Ear::open(&bob, None).await;
    let window = Uuid::now_v7();
    does(&ann, id, window, Doing::Replying).await;

    let visit = Visit { visit: window, what: Doing::Looking };
    let (hidden, never) =
        (bob.call::<PutPresence>(id, visit).await, bob.call::<PutPresence>(TicketId::default(), visit).await);
    assert_eq!((hidden.unwrap_err().status, never.unwrap_err().status), (404, 404));
    bob.call::<EndPresence>(id, Leaving { visit: window }).await.unwrap();
    assert_eq!(told(&mut bobs, LATE).await, None);
    assert_eq!(listed(&bob).await, []);
    assert_eq!(listed(&ann).await, [(id.0, vec![(ann.id, Doing::Replying)])]);

    let given = shared::change::Patch::set("team_id", json!(south));
    admin.call::<UpdateTicket>(id, given).await.unwrap();
    assert_eq!(ann.call::<PutPresence>(id, visit).await.unwrap_err().status, 404);
    assert_eq!(listed(&ann).await, []);
    ann.call::<EndPresence>(id, Leaving { visit: window }).await.unwrap();
    assert_eq!(told(&mut bobs, SOON).await, Some((id.0, vec![])), "whom it was given to hears that it is free");
}

#[tokio::test]
async fn strangers_and_customers_have_no_part_in_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let id = ticket(&admin, "Printer").await.id;
    let stranger = app.stranger();
    let visit = Visit { visit: Uuid::now_v7(), what: Doing::Looking };

    let put = stranger.call::<PutPresence>(id, visit).await.unwrap_err();
    let list = stranger.call::<ListPresence>((), ()).await.unwrap_err();

    assert_eq!((put.status, list.status), (401, 401));
}

#[tokio::test]
async fn what_one_server_hears_another_knows() {
    let app = TestApp::start().await;
    if app.app.db.is_sqlite() {
        return;
    }
    let other = app.beside().await;
    let admin = app.admin().await;
    let ann = agent(&app, "Ann", Scope::All, None).await;
    let id = ticket(&admin, "Printer").await.id;
    let mut admins = Ear::open(&admin.at(&other), None).await;
    // The other server's listener needs a moment to be there.
    let window = Uuid::now_v7();
    let mut heard = None;
    for _ in 0..20 {
        does(&ann, id, window, Doing::Noting).await;
        does(&ann, id, window, Doing::Replying).await;
        while let Some(next) = told(&mut admins, LATE).await {
            heard = Some(next);
        }
        if heard.is_some() {
            break;
        }
    }
    assert_eq!(heard, Some((id.0, vec![(ann.id, Doing::Replying)])));
    assert_eq!(listed(&admin.at(&other)).await, [(id.0, vec![(ann.id, Doing::Replying)])]);

    ann.call::<EndPresence>(id, Leaving { visit: window }).await.unwrap();
    assert_eq!(told(&mut admins, SOON).await, Some((id.0, vec![])));
}
