//! Saved views: one's own, until they are shared with the team.

use shared::change::{New, Patch};
use shared::query::ListQuery;
use shared::views::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

async fn names(who: &Caller<'_>) -> Vec<String> {
    let views = who.call::<ListViews>((), ListQuery::default()).await.unwrap().items;
    views.into_iter().map(|view| view.name).collect()
}

#[tokio::test]
async fn a_view_is_its_makers_alone_until_it_is_shared_with_the_team() {
    let app = TestApp::start().await;
    let role = app.role("sales_rep").await;
    let (north, south) = (app.team("North", None).await, app.team("South", None).await);
    let (ann, bob) = (app.staff("Ann", role, Some(north)).await, app.staff("Bob", role, Some(north)).await);
    let cid = app.staff("Cid", role, Some(south)).await;
    let view = View { name: "Mine".into(), object: "account".into(), layout: "table".into(), ..View::default() };
    let view = ann.call::<CreateView>((), New::of(Uuid::now_v7(), &view)).await.unwrap().record;
    assert_eq!((view.team_id, names(&ann).await, names(&bob).await), (None, vec!["Mine".to_owned()], vec![]));

    ann.call::<UpdateView>(view.id, Patch::set("team_id", north.to_string())).await.unwrap();

    assert_eq!((names(&bob).await, names(&cid).await), (vec!["Mine".to_owned()], vec![]));
    assert_eq!(bob.call::<UpdateView>(view.id, Patch::set("name", "His")).await.unwrap_err().status, 403);
    ann.call::<UpdateView>(view.id, Patch::set("team_id", None::<String>)).await.unwrap();
    assert_eq!(names(&bob).await, Vec::<String>::new());
}
