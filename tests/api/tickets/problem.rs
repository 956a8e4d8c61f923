//! A problem and its incidents, related tickets, and steps to take before a ticket is done.

use serde_json::json;
use shared::access::Scope;
use shared::change::{Patch, UndoBatch};
use shared::sla::Category;
use shared::tickets::*;
use tests::TestApp;

use super::access::agent;
use super::{bodies, category, heard, put, solve, thread, ticket, with};

#[tokio::test]
async fn solving_a_problem_answers_and_solves_its_incidents_that_nothing_hinders() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let bob = agent(&app, "Bob", Scope::Own, None).await;
    let about = category(&admin, "Outage").await;
    let of = |name: &str| json!({ "name": name, "owner_id": bob.id });
    let mut values = of("Mail is down");
    values["kind"] = json!("problem");
    values["category_id"] = json!(about);
    let problem = with(&admin, values).await.id;
    let incident = async |name: &str| {
        let mut values = of(name);
        values["problem_id"] = json!(problem);
        let id = with(&admin, values).await.id;
        admin.call::<RecordMessage>(id, heard("No mail")).await.unwrap();
        id
    };
    let (one, two, stuck) = (incident("One").await, incident("Two").await, incident("Stuck").await);
    let step = json!([{ "text": "Call them", "is_required": true }]);
    admin.call::<UpdateTicket>(stuck, Patch::set("checklist", step)).await.unwrap();
    let foreign = incident("Foreign").await;
    admin.call::<UpdateTicket>(foreign, Patch::set("owner_id", json!(admin.id))).await.unwrap();

    let told = bob.call::<PreviewIncidents>(problem, ()).await.unwrap();
    let names: Vec<_> = told.iter().map(|one| (one.ticket.name.as_str(), one.hindrance)).collect();
    assert_eq!(names, [("One", None), ("Two", None), ("Stuck", Some(Hindrance::OpenStep))]);
    let done = bob.call::<SolveIncidents>(problem, SolveAll { body: "Mail works again".into() }).await.unwrap();

    for id in [one, two] {
        let solved = thread(&admin, id).await.ticket;
        assert_eq!((solved.state, solved.category_id), (Category::Solved, Some(about)));
        assert_eq!((solved.resolution, solved.waiting_since), (Some(Resolution::Fixed), None));
        assert_eq!(bodies(&admin, id).await, ["No mail", "Mail works again"]);
    }
    for id in [stuck, foreign] {
        assert_eq!(bodies(&admin, id).await, ["No mail"]);
    }
    bob.call::<UndoBatch>(done.batch, ()).await.unwrap();
    let back = thread(&admin, one).await;
    assert_eq!((back.ticket.state, back.messages.len(), back.ticket.resolution), (Category::Open, 1, None));
    let empty = bob.call::<SolveIncidents>(problem, SolveAll { body: " ".into() }).await.unwrap_err();
    assert_eq!(empty.fields["body"].code, "required");
}

#[tokio::test]
async fn an_incident_comes_from_a_problem_that_one_may_read() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let bob = agent(&app, "Bob", Scope::Own, None).await;
    let question = ticket(&admin, "Question").await.id;
    let hidden = with(&admin, json!({ "name": "Hidden", "kind": "problem" })).await.id;
    let his = with(&admin, json!({ "name": "His", "owner_id": bob.id })).await.id;

    let set = async |caller: &tests::Caller<'_>, problem: shared::id::TicketId| {
        caller.call::<UpdateTicket>(his, Patch::set("problem_id", json!(problem))).await
    };
    let wrong = set(&admin, question).await.unwrap_err();
    let itself = set(&admin, his).await.unwrap_err();
    let unseen = set(&bob, hidden).await.unwrap_err();
    let related = bob.call::<UpdateTicket>(his, Patch::set("related", json!([hidden]))).await.unwrap_err();

    assert_eq!(
        (wrong.fields["problem_id"].code.as_str(), itself.fields["problem_id"].code.as_str()),
        ("not_a_problem", "itself")
    );
    assert_eq!(
        (unseen.fields["problem_id"].code.as_str(), related.fields["related"].code.as_str()),
        ("no_such_record", "no_such_record")
    );
    let linked = admin.call::<UpdateTicket>(his, Patch::set("related", json!([hidden]))).await.unwrap();
    assert_eq!(linked.record.related, [hidden]);
}

#[tokio::test]
async fn a_ticket_is_not_solved_before_its_required_steps_are_done() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    let steps = |is_done: bool| json!([{ "text": " Call them ", "is_required": true, "is_done": is_done }, { "text": "Thank them" }]);
    let set = async |steps| ann.call::<UpdateTicket>(id, Patch::set("checklist", steps)).await;
    let listed = set(steps(false)).await.unwrap().record.checklist;
    assert_eq!((listed[0].text.as_str(), listed[1].is_required), ("Call them", false));
    assert_eq!(set(json!([{ "text": " " }])).await.unwrap_err().fields["checklist.0.text"].code, "required");

    let refused = put(&ann, id, Category::Solved).await.unwrap_err();
    assert_eq!(refused.fields["checklist"].code, "open_step");
    set(steps(true)).await.unwrap();
    assert_eq!(solve(&ann, id).await.state, Category::Solved);
}

#[tokio::test]
async fn the_incidents_of_a_merged_problem_are_those_of_the_one_that_goes_on() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let about = category(&ann, "Outage").await;
    let problem = json!({ "name": "Mail is down", "kind": "problem", "category_id": about });
    let (one, other) = (with(&ann, problem.clone()).await.id, with(&ann, problem).await.id);
    let incident = with(&ann, json!({ "name": "No mail", "problem_id": other })).await.id;
    ann.call::<MergeTicket>(other, Merge { into_id: one, is_confirmed: false }).await.unwrap();

    let told = ann.call::<PreviewIncidents>(one, ()).await.unwrap();
    ann.call::<SolveIncidents>(one, SolveAll { body: "Mail works again".into() }).await.unwrap();

    assert_eq!(told.iter().map(|one| one.ticket.id).collect::<Vec<_>>(), [incident]);
    assert_eq!(thread(&ann, incident).await.ticket.state, Category::Solved);
    assert!(ann.call::<PreviewIncidents>(one, ()).await.unwrap().is_empty());
}
