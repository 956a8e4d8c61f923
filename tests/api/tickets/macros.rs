//! Macros: one's own, the team's, everybody's.

use serde_json::json;
use shared::change::{New, Patch};
use shared::id::MacroId;
use shared::query::ListQuery;
use shared::tickets::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

async fn make(caller: &Caller<'_>, values: serde_json::Value) -> Result<MacroId, shared::api::ApiError> {
    let new = New::from_values(Uuid::now_v7(), serde_json::from_value(values).unwrap());
    caller.call::<CreateMacro>((), new).await.map(|done| done.record.id)
}

async fn names(caller: &Caller<'_>) -> Vec<String> {
    let page = caller.call::<ListMacros>((), ListQuery::default()).await.unwrap();
    page.items.into_iter().map(|one| one.name).collect()
}

#[tokio::test]
async fn a_macro_is_ones_own_or_the_teams_or_everybodys() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let (care, sales) = (app.team("Care", None).await, app.team("Sales", None).await);
    let role = app.role(server::demo::AGENT).await;
    let bob = app.staff("Bob", role, Some(care)).await;
    let eve = app.staff("Eve", role, Some(care)).await;
    let sue = app.staff("Sue", role, Some(sales)).await;

    make(&bob, json!({ "name": "mine", "body": "Hello {customer}" })).await.unwrap();
    make(&bob, json!({ "name": "ours", "team_id": care })).await.unwrap();
    let all = make(&ada, json!({ "name": "all", "owner_id": null, "position": 9 })).await.unwrap();

    assert_eq!(names(&bob).await, ["mine", "ours", "all"]);
    assert_eq!(names(&eve).await, ["ours", "all"]);
    assert_eq!(names(&sue).await, ["all"]);
    assert_eq!(names(&ada).await, ["all"]);

    let own = make(&bob, json!({ "name": "for all", "owner_id": null })).await.unwrap_err();
    assert_eq!((own.status, own.fields["owner_id"].code.as_str()), (422, "may_not_assign"));
    let theirs = bob.call::<UpdateMacro>(all, Patch::set("name", "changed")).await.unwrap_err();
    assert_eq!(theirs.status, 403);
    ada.call::<UpdateMacro>(all, Patch::set("name", "for everybody")).await.unwrap();
    assert_eq!(names(&sue).await, ["for everybody"]);
}
