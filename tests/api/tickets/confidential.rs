//! Who only owns a ticket's account does not reach a confidential one.

use serde_json::json;
use server::ground::{access, rows};
use shared::access::{Action, Object, Scope, rule};
use shared::accounts::{Account, CreateAccount};
use shared::auth::WhoAmI;
use shared::change::{AsOf, ChangeQuery, FindIds, IdsQuery, ListChanges, New, Patch};
use shared::events::{CHANGE, Event};
use shared::query::{ListQuery, TotalsQuery};
use shared::tickets::*;
use shared::users::{CreateShare, Share};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::access::agent;
use super::{heard, with};
use crate::live::Ear;

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

/// What the rule says of single tickets and what lists, counts and the past say of all, for many callers.
#[tokio::test]
async fn the_rule_says_the_same_of_one_ticket_and_of_many() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (north, south) = (app.team("North", None).await, app.team("South", None).await);
    let mut callers = Vec::new();
    for (n, scope) in [Scope::Own, Scope::Team, Scope::Subtree, Scope::All].into_iter().enumerate() {
        for team in [None, Some(north), Some(south)] {
            callers.push(agent(&app, &format!("User {n} {team:?}"), scope, team).await);
        }
    }
    let mut n = 0;
    for owner in [None, Some(callers[0].id), Some(callers[5].id)] {
        for team in [None, Some(north)] {
            for holder in [None, Some(callers[1].id), Some(callers[0].id)] {
                for is_confidential in [false, true] {
                    n += 1;
                    let account = Account { name: format!("Account {n}"), owner_id: holder, ..Account::default() };
                    let new = New::of(Uuid::now_v7(), &account);
                    let account = admin.call::<CreateAccount>((), new).await.unwrap().record.id;
                    let values = json!({
                        "name": format!("Ticket {n}"), "owner_id": owner, "team_id": team,
                        "account_id": account, "is_confidential": is_confidential,
                    });
                    with(&admin, values).await;
                }
            }
        }
    }
    let (db, schema) = (&app.app.db.read, &Ticket::SCHEMA);
    let found = rows::all(db, schema, &rows::select(schema)).await.unwrap();
    let facts = access::facts(db, schema, &found.iter().collect::<Vec<_>>()).await.unwrap();
    let mut told_apart = 0;
    for caller in &callers {
        let actor = caller.call::<WhoAmI>((), ()).await.unwrap().actor;
        let rule = rule(&actor, Object::Ticket, schema.guard, Action::Read, app.app.clock.now());
        let admitted = found.iter().zip(&facts).filter(|(_, facts)| rule.admits(facts));
        let mut admitted: Vec<Uuid> = admitted.map(|(row, _)| rows::id(row)).collect();
        let all = ListQuery { limit: Some(500), ..ListQuery::default() };
        let listed = caller.call::<ListTickets>((), all).await.unwrap().items;
        let mut listed: Vec<Uuid> = listed.iter().map(|ticket| ticket.id.0).collect();
        admitted.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, admitted, "{}", caller.id);
        assert_eq!(
            caller.call::<TicketTotals>((), TotalsQuery::default()).await.unwrap().count() as usize,
            admitted.len()
        );
        told_apart += usize::from(!admitted.is_empty() && admitted.len() < found.len());
    }
    assert!(told_apart > 4, "callers who reach some and not all: {told_apart}");
}

#[tokio::test]
async fn whoever_no_longer_reaches_it_is_told_that_it_is_gone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let ann = agent(&app, "Ann", Scope::Own, None).await;
    let account = Account { name: "Acme".into(), owner_id: Some(ann.id), ..Account::default() };
    let account = admin.call::<CreateAccount>((), New::of(Uuid::now_v7(), &account)).await.unwrap().record.id;
    let id = with(&admin, json!({ "name": "Salary", "account_id": account })).await.id;
    let renamed = admin.call::<UpdateTicket>(id, Patch::set("name", "Pay")).await.unwrap();
    let mut ear = Ear::open(&ann, Some(renamed.seq - 1)).await;

    let done = admin.call::<UpdateTicket>(id, Patch::set("is_confidential", true)).await.unwrap();
    let later = admin.call::<UpdateTicket>(id, Patch::set("name", "Bonus")).await.unwrap();

    let told = ear.up_to(later.seq).await;
    let changes = told.iter().filter(|(name, _)| name == CHANGE);
    let changes: Vec<Event> = changes.map(|(_, data)| serde_json::from_str(data).unwrap()).collect();
    let heard: Vec<(i64, bool)> = changes.iter().map(|event| (event.seq, event.row.is_some())).collect();
    assert!(heard.contains(&(done.seq, false)), "{heard:?}");
    assert!(heard.iter().all(|(seq, has_row)| !(*has_row && *seq >= done.seq)), "{heard:?}");
    assert!(!told.iter().any(|(_, data)| data.contains("Bonus")));
}
