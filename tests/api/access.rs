//! Who may call what, and which rows they reach: the contract walked.

use std::collections::HashSet;

use http::{Method, StatusCode};
use shared::access::{Access, Scope};
use shared::accounts::*;
use shared::change::{AsOf, New, Patch};
use shared::id::AccountId;
use shared::opportunities::*;
use shared::query::TotalsQuery;
use shared::search::{Search, SearchQuery};
use shared::users::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::board::first_stage;

#[tokio::test]
async fn every_call_is_mounted_and_turns_strangers_away() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    for route in shared::endpoints().filter(|route| !matches!(route.access, Access::Anyone | Access::Visitor)) {
        let path =
            route.path.split('/').map(|part| if part.starts_with('{') { Uuid::nil().to_string() } else { part.into() });
        let path = path.collect::<Vec<_>>().join("/");
        let body = (route.method != Method::GET).then(|| b"{}".to_vec());
        let answer = stranger.send(route.method.clone(), &path, body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} {}", route.method, route.path);
    }
}

#[test]
fn who_may_call_what() {
    let lines: Vec<String> = shared::endpoints()
        .map(|route| format!("{:<22} {:<6} {:<38} {:?}", route.name, route.method.as_str(), route.path, route.access))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn no_two_calls_share_a_name_or_a_path() {
    let (mut names, mut paths) = (HashSet::new(), HashSet::new());
    for route in shared::endpoints() {
        assert!(names.insert(route.name), "{} is declared twice", route.name);
        assert!(paths.insert((route.method.clone(), route.path)), "{} {} is declared twice", route.method, route.path);
    }
}

#[tokio::test]
async fn a_hidden_record_looks_like_one_that_never_was() {
    let app = TestApp::start().await;
    let own = app.role_of(Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let hers = account(&ann, "Acme").await;

    let hidden = bob.call::<GetAccount>(hers, AsOf::default()).await.unwrap_err();
    let absent = bob.call::<GetAccount>(AccountId(Uuid::now_v7()), AsOf::default()).await.unwrap_err();

    assert_eq!((hidden.status, &hidden.code, &hidden.message), (404, &absent.code, &absent.message));
    assert_eq!(absent.status, 404);
}

#[tokio::test]
async fn a_share_opens_a_record_until_it_expires() {
    let app = TestApp::start().await;
    let own = app.role_of(Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let hers = account(&ann, "Acme").await;
    let until = app.app.clock.now().plus(60_000);
    let share = Share {
        object: "account".into(),
        record_id: hers.0,
        user_id: Some(bob.id),
        expires_at: Some(until),
        ..Share::default()
    };
    ann.call::<CreateShare>((), New::of(Uuid::now_v7(), &share)).await.unwrap();

    bob.call::<GetAccount>(hers, AsOf::default()).await.unwrap();
    let written = bob.call::<UpdateAccount>(hers, Patch::set("name", "Mine")).await.unwrap_err();
    app.app.clock.advance(61_000);
    let expired = bob.call::<GetAccount>(hers, AsOf::default()).await.unwrap_err();

    assert_eq!((written.status, expired.status), (403, 404));
}

#[tokio::test]
async fn an_account_owner_reads_every_child() {
    let app = TestApp::start().await;
    let own = app.role_of(Scope::Own).await;
    let admin = app.admin().await;
    let ann = app.staff("Ann", own, None).await;
    let hers = account(&ann, "Acme").await;
    let stage = first_stage(&admin).await;
    let deal = Opportunity {
        name: "Deal".into(),
        account_id: Some(hers),
        pipeline_id: stage.pipeline_id,
        stage_id: stage.id,
        owner_id: Some(admin.id),
        ..Opportunity::default()
    };
    let deal = admin.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &deal)).await.unwrap().record;

    let read = ann.call::<GetOpportunity>(deal.id, AsOf::default()).await.unwrap();
    let written = ann.call::<UpdateOpportunity>(deal.id, Patch::set("name", "Mine")).await.unwrap_err();

    assert_eq!((read.id, written.status), (deal.id, 403));
}

#[tokio::test]
async fn what_one_may_not_read_answers_no_question() {
    let app = TestApp::start().await;
    let own = app.role_of(Scope::Own).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let admin = app.admin().await;
    let secret = Account { name: "Secret Works".into(), industry: Some("energy".into()), ..Account::default() };
    let secret = ann.call::<CreateAccount>((), New::of(Uuid::now_v7(), &secret)).await.unwrap().record;
    let stage = first_stage(&admin).await;
    let deal = Opportunity {
        name: "Deal".into(),
        account_id: Some(secret.id),
        pipeline_id: stage.pipeline_id,
        stage_id: stage.id,
        owner_id: Some(bob.id),
        ..Opportunity::default()
    };
    admin.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &deal)).await.unwrap();

    let asked = TotalsQuery { filter: Some("account_id>industry.is.energy".into()), ..TotalsQuery::default() };
    let counted = bob.call::<CountOpportunities>((), asked.clone()).await.unwrap();
    let found = bob.call::<Search>((), SearchQuery { q: "secret".into(), ..SearchQuery::default() }).await.unwrap();

    assert_eq!((counted.count(), found.len()), (0, 0));
    assert_eq!(admin.call::<CountOpportunities>((), asked).await.unwrap().count(), 1);
}

/// A new account of the caller's.
pub async fn account(caller: &Caller<'_>, name: &str) -> AccountId {
    let account = Account { name: name.into(), ..Account::default() };
    caller.call::<CreateAccount>((), New::of(Uuid::now_v7(), &account)).await.unwrap().record.id
}
