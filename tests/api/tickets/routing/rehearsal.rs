//! A changed rule, gone through with what came in.

use serde_json::json;
use shared::change::Patch;
use shared::tickets::routing::*;
use shared::tickets::*;
use shared::time::{DAY, HOUR, MINUTE};
use tests::TestApp;

use super::super::{solve, with};
use super::Desk;

#[tokio::test]
async fn a_rule_is_gone_through_with_the_tickets_of_the_month() {
    let app = TestApp::start().await;
    let mut desk = Desk::open(&app, json!({ "routing": "round_robin" })).await;
    let old = desk.ticket("Long ago").await;
    desk.later(31 * DAY).await;
    solve(&desk.admin, old.id).await;
    let ann = desk.agent("Ann", 10).await;
    let bob = desk.agent("Bob", 1).await;
    let mut came = Vec::new();
    for n in 0..4 {
        desk.later(HOUR).await;
        came.push(desk.ticket(&format!("Ticket {n}")).await);
        desk.rest().await;
    }
    let did: Vec<_> = came.iter().map(|ticket| ticket.owner_id).collect();
    assert_eq!(did, [Some(ann.id), Some(bob.id), Some(ann.id), Some(ann.id)]);
    app.app.clock.advance(MINUTE);

    let rule = Rehearsal { routing: Routing::LeastLoad, ..Rehearsal::default() };
    let told = desk.admin.call::<RehearseRouting>(desk.queue.id, rule).await.unwrap();

    // Ann has nine tenths of her room left when Bob has all or none of his.
    let rows: Vec<_> = told.tickets.iter().map(|one| (one.ticket_id, one.did, one.would, one.would_at)).collect();
    let row = |n: usize, did, would| (came[n].id, Some(did), Some(would), Some(came[n].created_at));
    assert_eq!(rows, [row(0, ann.id, ann.id), row(1, bob.id, bob.id), row(2, ann.id, ann.id), row(3, ann.id, ann.id)]);
    assert_eq!((told.differ, told.left_out), (0, 0));

    let same = Rehearsal { routing: Routing::RoundRobin, ..Rehearsal::default() };
    let told = desk.admin.call::<RehearseRouting>(desk.queue.id, same).await.unwrap();
    assert_eq!(told.differ, 0, "{told:?}");
}

#[tokio::test]
async fn a_rule_of_skills_gives_tickets_to_others_and_says_how_many() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "round_robin" })).await;
    let network = desk.skill("Network").await;
    let (ann, bob) = (desk.agent("Ann", 9).await, desk.agent("Bob", 9).await);
    desk.set(&bob, Patch::set("skills", json!([{ "skill_id": network, "level": 3 }]))).await;
    let needs = json!([{ "skill_id": network, "least": 3, "need": "required" }]);
    let category = desk.category("Network", needs).await;
    for n in 0..4 {
        app.app.clock.advance(MINUTE);
        with(&desk.admin, json!({ "name": format!("{n}"), "category_id": category })).await;
    }
    app.app.clock.advance(MINUTE);

    let rule = Rehearsal { routing: Routing::Skill, ..Rehearsal::default() };
    let told = desk.admin.call::<RehearseRouting>(desk.queue.id, rule).await.unwrap();

    let mut shares =
        [PersonsShare { user_id: ann.id, did: 2, would: 0 }, PersonsShare { user_id: bob.id, did: 2, would: 4 }];
    shares.sort_by_key(|share| share.user_id);
    assert_eq!((told.differ, told.people), (2, shares.to_vec()));
    let manual = desk.admin.call::<RehearseRouting>(desk.queue.id, Rehearsal::default()).await.unwrap();
    assert!(manual.tickets.iter().all(|ticket| ticket.would.is_none()));
    let never = Rehearsal { relax_after: Some(0), ..Rehearsal::default() };
    let refused = desk.admin.call::<RehearseRouting>(desk.queue.id, never).await.unwrap_err();
    assert_eq!(refused.fields["relax_after"].code, "out_of_range");
}

#[tokio::test]
async fn a_rehearsal_tells_of_no_ticket_that_its_caller_may_not_read() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "round_robin" })).await;
    desk.ticket("Theirs").await;
    let grants = shared::access::Object::ALL.iter().flat_map(|object| {
        shared::access::Action::ALL.iter().map(move |action| {
            let own = *object == shared::access::Object::Ticket;
            let scope = if own { shared::access::Scope::Own } else { shared::access::Scope::All };
            shared::access::Grant { object: *object, action: *action, scope }
        })
    });
    let role = app.role_with(grants.collect()).await;
    let eve = app.staff("Eve", role, None).await;

    let told = eve.call::<RehearseRouting>(desk.queue.id, Rehearsal::default()).await.unwrap();

    assert_eq!((told.tickets, told.left_out), (Vec::new(), 0));
    let rep = app.staff("Rita", app.role(server::demo::REP).await, Some(desk.team)).await;
    assert_eq!(rep.call::<RehearseRouting>(desk.queue.id, Rehearsal::default()).await.unwrap_err().status, 403);
}
