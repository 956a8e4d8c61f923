//! Who is asked, when, and who is not.

use serde_json::json;
use shared::change::{New, Patch, UndoBatch};
use shared::contacts::{Contact, CreateContact};
use shared::surveys::*;
use shared::time::{DAY, HOUR, MINUTE};
use tests::TestApp;
use uuid::Uuid;

use super::{asked, contact, later, mails, policy, read, reopen, rows, settle, solve, states, ticket_of};
use crate::tickets::{heard, ticket};

#[tokio::test]
async fn a_solution_asks_its_customer_a_day_later_in_their_language() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let zoe = contact(&ann, "Zoe").await;
    let lin = contact(&ann, "Lin").await;
    let english = ticket_of(&ann, zoe, "Printer").await;
    let chinese = ticket_of(&ann, lin, "Printer").await;
    ann.call::<shared::tickets::RecordMessage>(chinese, heard("打印机不工作")).await.unwrap();
    solve(&ann, english).await;
    solve(&ann, chinese).await;

    let ann = later(&app, &ann, 23 * HOUR).await;
    assert_eq!((states(&app).await, mails(&app).await), (vec!["planned".to_owned(); 2], Vec::new()));
    later(&app, &ann, HOUR + MINUTE).await;

    assert_eq!(states(&app).await, ["sent", "sent"]);
    let waiting = server::ground::outbox::waiting(&app.app.db.read, app.app.clock.now()).await.unwrap();
    let mut told: Vec<_> = waiting.iter().map(|one| (one.mail.recipient.as_str(), one.mail.subject.as_str())).collect();
    told.sort_unstable();
    let expected =
        [("lin@customer.example", "请评价 #1002 的服务"), ("zoe@customer.example", "How did we do with #1001?")];
    assert_eq!(told, expected);
    assert!(mails(&app).await.iter().all(|(_, token)| token.len() == 64));
    // The secret is nowhere but in the mail.
    let hidden = mails(&app).await.remove(0).1;
    assert_eq!(rows(&app, &format!("SELECT id FROM jobs WHERE payload LIKE '%{hidden}%'")).await, 0);
}

#[tokio::test]
async fn nobody_is_asked_twice_in_a_fortnight_nor_against_the_policy() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let zoe = contact(&ann, "Zoe").await;
    let first = ticket_of(&ann, zoe, "First").await;
    let second = ticket_of(&ann, zoe, "Second").await;
    solve(&ann, first).await;
    solve(&ann, second).await;
    // Nobody asked for it.
    let own = ticket(&ann, "Own").await.id;
    solve(&ann, own).await;
    settle(&app).await;
    assert_eq!(states(&app).await, ["planned"]);

    policy(&ann, Patch::set("excluded", json!(["problem"]))).await;
    let max = contact(&ann, "Max").await;
    let problem = ticket_of(&ann, max, "Problem").await;
    let patch = Patch::set("kind", "problem");
    ann.call::<shared::tickets::UpdateTicket>(problem, patch).await.unwrap();
    solve(&ann, problem).await;
    policy(&ann, Patch::set("sample", 0)).await;
    let left_out = ticket_of(&ann, max, "Left out").await;
    solve(&ann, left_out).await;
    settle(&app).await;
    assert_eq!(states(&app).await, ["planned"]);

    policy(&ann, Patch::set("sample", 100)).await;
    let ann = later(&app, &ann, DAY + MINUTE).await;
    let mut ann = later(&app, &ann, 13 * DAY).await;
    for expected in [&["expired"] as &[_], &["expired", "planned"]] {
        let again = ticket_of(&ann, zoe, "Again").await;
        solve(&ann, again).await;
        settle(&app).await;
        assert_eq!(states(&app).await, expected);
        ann = later(&app, &ann, DAY + MINUTE).await;
    }
}

#[tokio::test]
async fn who_has_no_address_is_asked_in_the_portal_alone() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let contact = Contact { name: "Zoe".into(), ..Contact::default() };
    let zoe = ann.call::<CreateContact>((), New::of(Uuid::now_v7(), &contact)).await.unwrap().record.id;
    let id = ticket_of(&ann, zoe, "Printer").await;
    solve(&ann, id).await;
    later(&app, &ann, DAY + MINUTE).await;
    assert_eq!((states(&app).await, mails(&app).await.len()), (vec!["sent".to_owned()], 0));
    let now = app.app.clock.now();
    let open = server::surveys::open_for(&app.app.db.read, id, now).await.unwrap().unwrap();
    assert_eq!((open.subject.as_str(), open.given), ("Printer", None));
}

#[tokio::test]
async fn a_ticket_that_is_opened_again_asks_no_more_and_asks_anew_when_it_is_solved() {
    let app = TestApp::start().await;
    let (ann, id, token) = asked(&app, &app.admin().await, "Zoe").await;
    reopen(&ann, id).await;
    // At once, whatever the jobs do.
    let refused = read(&app, &token).await.unwrap_err();
    assert_eq!(refused.fields["token"].code, "survey_over");
    settle(&app).await;
    assert_eq!(states(&app).await, ["cancelled"]);

    solve(&ann, id).await;
    settle(&app).await;
    assert_eq!(states(&app).await, ["cancelled", "planned"]);
    assert!(read(&app, &token).await.is_err());
}

#[tokio::test]
async fn the_undo_of_a_solution_takes_its_question_back_and_the_redo_brings_it_again() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket_of(&ann, contact(&ann, "Zoe").await, "Printer").await;
    let solved = solve(&ann, id).await;
    settle(&app).await;
    assert_eq!(states(&app).await, ["planned"]);

    let undone = ann.call::<UndoBatch>(solved.batch, ()).await.unwrap();
    settle(&app).await;
    assert_eq!(states(&app).await, ["cancelled"]);

    ann.call::<UndoBatch>(undone.batch, ()).await.unwrap();
    later(&app, &ann, DAY + MINUTE).await;
    assert_eq!((states(&app).await, mails(&app).await.len()), (vec!["sent".to_owned()], 1));
}

#[tokio::test]
async fn a_policy_is_checked_and_only_one_is_the_default() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let other = SurveyPolicy { name: "Other".into(), dimensions: Vec::new(), ..starter() };
    let refused = ann.call::<CreateSurveyPolicy>((), New::of(Uuid::now_v7(), &other)).await.unwrap_err();
    assert_eq!(refused.fields["dimensions"].code, "required");

    let other = SurveyPolicy { name: "Other".into(), ..starter() };
    ann.call::<CreateSurveyPolicy>((), New::of(Uuid::now_v7(), &other)).await.unwrap();
    let policies = ann.call::<ListSurveyPolicies>((), shared::query::ListQuery::default()).await.unwrap().items;
    let defaults: Vec<_> = policies.iter().filter(|one| one.is_default).map(|one| one.name.as_str()).collect();
    assert_eq!((policies.len(), defaults), (2, vec!["Other"]));

    let rep = app.staff("Rep", app.role(server::demo::REP).await, None).await;
    let forbidden = rep.call::<UpdateSurveyPolicy>(policies[0].id, Patch::set("sample", 1)).await.unwrap_err();
    assert_eq!(forbidden.status, 403);
}

#[tokio::test]
async fn an_edit_of_the_policy_changes_no_question_that_was_asked() {
    let app = TestApp::start().await;
    let (ann, _, token) = asked(&app, &app.admin().await, "Zoe").await;
    let other = json!([{ "key": "price", "label": "价格" }]);
    policy(&ann, Patch::set("dimensions", other).and("ask_overall", true).and("expire_days", 1)).await;
    app.app.clock.advance(2 * DAY);
    let survey = read(&app, &token).await.unwrap();
    assert_eq!((survey.dimensions, survey.ask_overall), (starter().dimensions, false));
}
