//! Who only owns a ticket's account does not reach a confidential one.

use serde_json::json;
use shared::access::{Object, Scope};
use shared::accounts::{Account, CreateAccount};
use shared::change::{AsOf, ChangeQuery, FindIds, IdsQuery, ListChanges, New, Patch};
use shared::query::{ListQuery, TotalsQuery};
use shared::tickets::*;
use shared::users::{CreateShare, Share};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::access::agent;
use super::{heard, with};

/// Whether somebody lists, counts, finds, opens, reads and looks back on the one ticket there is: all or none.
async fn reaches(who: &Caller<'_>, id: shared::id::TicketId) -> bool {
    let listed = !who.call::<ListTickets>((), ListQuery::default()).await.unwrap().items.is_empty();
    let counted = who.call::<TicketTotals>((), TotalsQuery::default()).await.unwrap().count() == 1;
    let asked =
        IdsQuery { object: Object::Ticket, filter: Some("name.has.salary".into()), search: None, archived: None };
    let found = !who.call::<FindIds>((), asked).await.unwrap().is_empty();
    let opens = who.call::<GetTicket>(id, AsOf::default()).await.is_ok();
    let reads = who.call::<GetThread>(id, ThreadQuery::default()).await.is_ok();
    let clocks = who.call::<GetTicketClocks>(id, ()).await.is_ok();
    let past = ChangeQuery { object: Object::Ticket, id: id.0, after: None, limit: None };
    let looks_back = who.call::<ListChanges>((), past).await.is_ok();
    let as_of = ListQuery { as_of: Some(who.test.app.clock.now()), ..ListQuery::default() };
    let was_there = !who.call::<ListTickets>((), as_of).await.unwrap().items.is_empty();
    let all = [listed, counted, found, opens, reads, clocks, looks_back, was_there];
    assert!(all.iter().all(|one| *one == listed), "{all:?}");
    listed
}

#[tokio::test]
async fn only_who_works_on_it_and_whom_it_is_shared_with_reach_a_confidential_ticket() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let team = app.team("Support", None).await;
    let (ann, bob) = (agent(&app, "Ann", Scope::Own, None).await, agent(&app, "Bob", Scope::Own, None).await);
    let carl = agent(&app, "Carl", Scope::Team, Some(team)).await;
    let account = Account { name: "Acme".into(), owner_id: Some(ann.id), ..Account::default() };
    let account = admin.call::<CreateAccount>((), New::of(Uuid::now_v7(), &account)).await.unwrap().record.id;
    let values = json!({ "name": "Salary of the manager", "account_id": account, "owner_id": bob.id, "team_id": team });
    let id = with(&admin, values).await.id;
    admin.call::<RecordMessage>(id, heard("It is too low")).await.unwrap();
    assert!(reaches(&ann, id).await && reaches(&bob, id).await && reaches(&carl, id).await);

    admin.call::<UpdateTicket>(id, Patch::set("is_confidential", true)).await.unwrap();

    assert!(!reaches(&ann, id).await, "whose account it is");
    assert!(reaches(&bob, id).await && reaches(&carl, id).await && reaches(&admin, id).await);
    let share = Share { record_id: id.0, object: "ticket".into(), user_id: Some(ann.id), ..Share::default() };
    admin.call::<CreateShare>((), New::of(Uuid::now_v7(), &share)).await.unwrap();
    assert!(reaches(&ann, id).await);
}
