//! Who reaches a ticket reaches what is said on it, and nobody else does.

use serde_json::json;
use shared::access::{Action, Grant, Object, Scope};
use shared::change::{AsOf, New};
use shared::contacts::{Contact, CreateContact};
use shared::id::TeamId;
use shared::query::ListQuery;
use shared::sla::Category;
use shared::tickets::*;
use shared::users::{CreateShare, Share};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{heard, ticket, with};

pub async fn agent<'a>(app: &'a TestApp, name: &str, scope: Scope, team: Option<TeamId>) -> Caller<'a> {
    let grants = Object::ALL.iter().flat_map(|object| {
        Action::ALL.iter().map(move |action| {
            let is_ours = matches!(object, Object::Ticket | Object::Message | Object::TimeEntry | Object::Account);
            Grant { object: *object, action: *action, scope: if is_ours { scope } else { Scope::All } }
        })
    });
    let role = app.role_with(grants.collect()).await;
    app.staff(name, role, team).await
}

/// The tickets that somebody lists, opens, reads and finds.
async fn reached(who: &Caller<'_>, all: &[Ticket]) -> Vec<String> {
    let listed = who.call::<ListTickets>((), ListQuery::default()).await.unwrap().items;
    let mut names: Vec<String> = listed.iter().map(|ticket| ticket.name.clone()).collect();
    names.sort();
    for one in all {
        let is_listed = names.contains(&one.name);
        let opens = who.call::<GetTicket>(one.id, AsOf::default()).await;
        let reads = who.call::<GetThread>(one.id, ThreadQuery::default()).await;
        assert_eq!((opens.is_ok(), reads.is_ok()), (is_listed, is_listed), "{} of {}", one.name, who.id);
        for refused in [opens.err(), reads.err()].into_iter().flatten() {
            assert_eq!(refused.status, 404);
        }
        if let Ok(thread) = who.call::<GetThread>(one.id, ThreadQuery::default()).await {
            assert_eq!(thread.messages.len(), 1);
        }
        let drafted = who.call::<PutDraft>(one.id, Draft { body: "x".into(), ..Draft::default() }).await;
        assert_eq!(drafted.is_ok(), is_listed);
    }
    names
}

#[tokio::test]
async fn what_is_listed_opens_and_reads_and_nothing_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (north, south) = (app.team("North", None).await, app.team("South", None).await);
    let ann = agent(&app, "Ann", Scope::Team, Some(north)).await;
    let bob = agent(&app, "Bob", Scope::Own, Some(south)).await;
    let mut all = Vec::new();
    for (name, owner, team) in [
        ("a", Some(ann.id), Some(north)),
        ("b", Some(bob.id), Some(south)),
        ("c", None, Some(north)),
        ("d", None, None),
    ] {
        let one = with(&admin, json!({ "name": name, "owner_id": owner, "team_id": team })).await;
        admin.call::<RecordMessage>(one.id, heard("Hello")).await.unwrap();
        all.push(one);
    }
    assert_eq!(reached(&ann, &all).await, ["a", "c"]);
    assert_eq!(reached(&bob, &all).await, ["b"]);
    assert_eq!(reached(&admin, &all).await, ["a", "b", "c", "d"]);

    let share = Share { record_id: all[2].id.0, object: "ticket".into(), user_id: Some(bob.id), ..Share::default() };
    admin.call::<CreateShare>((), New::of(Uuid::now_v7(), &share)).await.unwrap();
    assert_eq!(reached(&bob, &all).await, ["b", "c"]);
}

#[tokio::test]
async fn an_agent_writes_down_what_a_customer_says_whom_they_may_not_look_up() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let team = app.team("Support", None).await;
    let grants = [Object::Ticket, Object::Message, Object::TicketStatus]
        .into_iter()
        .flat_map(|object| Action::ALL.iter().map(move |action| Grant { object, action: *action, scope: Scope::Team }));
    let ann = app.staff("Ann", app.role_with(grants.collect()).await, Some(team)).await;
    let contact = Contact { name: "Ms Li".into(), ..Contact::default() };
    let contact = admin.call::<CreateContact>((), New::of(Uuid::now_v7(), &contact)).await.unwrap().record.id;
    let one = with(&admin, json!({ "name": "Printer", "team_id": team, "contact_id": contact })).await;

    let said = ann.call::<RecordMessage>(one.id, heard("It does not print")).await.unwrap().record;
    super::solve(&admin, one.id).await;
    super::put(&admin, one.id, Category::Closed).await.unwrap();
    let late = ann.call::<RecordMessage>(one.id, heard("It still does not")).await.unwrap().record;

    assert_eq!((said.contact_id, late.contact_id), (Some(contact), Some(contact)));
    let other = Heard { contact_id: Some(contact), ..heard("Somebody else") };
    let loose = with(&admin, json!({ "name": "Mouse", "team_id": team })).await;
    let refused = ann.call::<RecordMessage>(loose.id, other).await.unwrap_err();
    assert_eq!(refused.fields["contact_id"].code, "no_such_record");
}

#[tokio::test]
async fn who_may_only_read_says_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let id = ticket(&admin, "Printer").await.id;
    let eva = app.staff("Eva", app.role("auditor").await, None).await;

    let replied = eva.call::<ReplyToTicket>(id, super::answer(1, "Hello")).await.unwrap_err();
    let heard = eva.call::<RecordMessage>(id, heard("Hello")).await.unwrap_err();

    assert_eq!((replied.status, heard.status), (403, 403));
    assert!(eva.call::<GetThread>(id, ThreadQuery::default()).await.unwrap().messages.is_empty());
}
