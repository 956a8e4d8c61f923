//! People and their rights: who writes users becomes no more than they are,
//! and somebody is always left who may let others in.

use serde_json::json;
use shared::access::{Action, Grant, Object, Scope};
use shared::accounts::GetAccount;
use shared::auth::WhoAmI;
use shared::change::*;
use shared::id::{RoleId, TeamId, UserId};
use shared::users::*;
use tests::TestApp;
use uuid::Uuid;

/// A role that manages people, and sees customers of the team and below.
async fn personnel(app: &TestApp) -> RoleId {
    let people = [Object::User, Object::Team, Object::Role].into_iter().flat_map(|object| {
        [Action::Read, Action::Create, Action::Write, Action::Archive].map(|action| Grant {
            object,
            action,
            scope: if object == Object::Role && action != Action::Read { Scope::None } else { Scope::All },
        })
    });
    let customers = Grant { object: Object::Account, action: Action::Read, scope: Scope::Subtree };
    app.role_with(people.chain([customers]).collect()).await
}

fn away(ids: &[UserId]) -> Archive {
    Archive { ids: ids.iter().map(|id| id.0).collect(), archived: true }
}

#[tokio::test]
async fn who_writes_users_does_not_take_an_administrators_place() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let role = personnel(&app).await;
    let hr = app.staff("Hana", role, None).await;
    let admins_role = app.role(server::demo::ADMIN).await;

    let refused = [
        hr.call::<UpdateUser>(admin.id, Patch::set("email", "hana@test.example")).await.unwrap_err(),
        hr.call::<UpdateUser>(admin.id, Patch::set("roles", json!([role]))).await.unwrap_err(),
        hr.call::<UpdateUser>(hr.id, Patch::set("roles", json!([role, admins_role]))).await.unwrap_err(),
    ];

    let told: Vec<_> = refused.iter().flat_map(|error| &error.fields).map(|(key, e)| (&**key, &*e.code)).collect();
    let beyond = "more_than_yours";
    assert_eq!(told, [("email", beyond), ("roles", beyond), ("roles", beyond)]);
    hr.call::<UpdateUser>(admin.id, Patch::set("job_title", "Boss")).await.unwrap();
}

#[tokio::test]
async fn who_writes_users_does_not_climb_the_teams() {
    let app = TestApp::start().await;
    let role = personnel(&app).await;
    let top = app.team("Top", None).await;
    let (north, south) = (app.team("North", Some(top)).await, app.team("South", Some(top)).await);
    let below = app.team("Below", Some(north)).await;
    let hr = app.staff("Hana", role, Some(north)).await;
    let to = |team: TeamId| Patch::set("team_id", team.to_string());

    let climbed = hr.call::<UpdateUser>(hr.id, to(top)).await.unwrap_err();
    let beside = hr.call::<UpdateUser>(hr.id, to(south)).await.unwrap_err();
    let taken = hr.call::<UpdateTeam>(south, Patch::set("parent_id", north.to_string())).await.unwrap_err();
    let moved = hr.call::<UpdateUser>(hr.id, to(below)).await.unwrap().record;

    let codes = [&climbed, &beside].map(|error| error.fields["team_id"].code.as_str());
    assert_eq!(codes, ["more_than_yours"; 2]);
    assert_eq!(taken.fields["parent_id"].code, "more_than_yours");
    assert_eq!(moved.team_id, Some(below));
}

#[tokio::test]
async fn nobody_puts_themselves_or_the_last_administrator_away() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let role = personnel(&app).await;
    let hr = app.staff("Hana", role, None).await;
    let off = Patch::set("is_disabled", true);

    let self_off = admin.call::<UpdateUser>(admin.id, off.clone()).await.unwrap_err();
    let self_away = admin.call::<ArchiveUsers>((), away(&[hr.id, admin.id])).await.unwrap_err();
    let last_off = hr.call::<UpdateUser>(admin.id, off.clone()).await.unwrap_err();
    let last_away = hr.call::<ArchiveUsers>((), away(&[admin.id])).await.unwrap_err();
    let no_role = admin.call::<UpdateUser>(admin.id, Patch::set("roles", json!([role]))).await.unwrap_err();

    let codes = [&self_off, &self_away].map(|error| error.fields["is_disabled"].code.as_str());
    assert_eq!(codes, ["yourself"; 2]);
    let codes = [&last_off, &last_away, &no_role].map(|error| error.code.as_str());
    assert_eq!(codes, ["last_admin"; 3]);
    assert_eq!(hr.call::<WhoAmI>((), ()).await.unwrap().actor.id, hr.id, "nothing is half-written");
}

#[tokio::test]
async fn of_two_administrators_who_put_each_other_away_one_is_left() {
    for _ in 0..5 {
        let app = TestApp::start().await;
        let ada = app.admin().await;
        let role = app.role(server::demo::ADMIN).await;
        let bob = app.staff("Bob", role, None).await;

        let off = Patch::set("is_disabled", true);
        let (a, b) =
            tokio::join!(ada.call::<UpdateUser>(bob.id, off.clone()), bob.call::<UpdateUser>(ada.id, off.clone()));

        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|done| **done).count(), 1, "{a:?} {b:?}");
    }
}

#[tokio::test]
async fn who_is_let_in_again_signs_in_anew() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let own = app.role_of(Scope::Own).await;
    let ann = app.staff("Ann", own, None).await;

    let off = admin.call::<UpdateUser>(ann.id, Patch::set("is_disabled", true)).await.unwrap();
    admin.call::<UndoBatch>(off.batch, ()).await.unwrap();

    assert_eq!(ann.call::<WhoAmI>((), ()).await.unwrap_err().status, 401);
    app.sign_in(ann.id, "ann@test.example").await;
}

#[tokio::test]
async fn what_one_server_takes_away_no_other_gives_for_longer_than_a_second() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let admin = app.admin().await;
    let (own, all) = (app.role_of(Scope::Own).await, app.role_of(Scope::All).await);
    let (ann, bob) = (app.staff("Ann", all, None).await, app.staff("Bob", own, None).await);
    let hidden = crate::access::account(&admin, "Hidden").await;
    let seen = |caller: &tests::Caller<'_>| caller.at(&other);
    seen(&ann).call::<GetAccount>(hidden, AsOf::default()).await.unwrap();
    seen(&bob).call::<WhoAmI>((), ()).await.unwrap();

    admin.call::<UpdateUser>(ann.id, Patch::set("roles", json!([own]))).await.unwrap();
    admin.call::<UpdateUser>(bob.id, Patch::set("is_disabled", true)).await.unwrap();
    // The other server's clock is real.
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;

    assert_eq!(seen(&ann).call::<GetAccount>(hidden, AsOf::default()).await.unwrap_err().status, 404);
    assert_eq!(seen(&bob).call::<WhoAmI>((), ()).await.unwrap_err().status, 401);
}

#[tokio::test]
async fn the_last_role_that_changes_roles_stays_one() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let role = app.role(server::demo::ADMIN).await;
    let less = json!([{ "object": "role", "action": "read", "scope": "all" }]);

    let refused = admin.call::<UpdateRole>(role, Patch::set("grants", less.clone())).await.unwrap_err();
    let another = Role { name: "Other".into(), ..Role::default() };
    admin.call::<CreateRole>((), New::of(Uuid::now_v7(), &another)).await.unwrap();

    assert_eq!((refused.status, refused.code.as_str()), (409, "last_admin"));
}
