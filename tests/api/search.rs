//! The palette finds people the way people look for them.

use serde_json::json;
use shared::accounts::*;
use shared::change::{New, Patch};
use shared::contacts::*;
use shared::fields::row_of;
use shared::id::AccountId;
use shared::search::{Search, SearchQuery};
use tests::{Caller, TestApp};
use uuid::Uuid;

async fn titles(caller: &Caller<'_>, q: &str) -> Vec<String> {
    let asked = SearchQuery { q: q.into(), ..SearchQuery::default() };
    caller.call::<Search>((), asked).await.unwrap().into_iter().map(|hit| hit.title).collect()
}

#[tokio::test]
async fn names_phones_and_initials_are_found() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let acme = Account { name: "Acme Corporation".into(), ..Account::default() };
    admin.call::<CreateAccount>((), New::of(Uuid::now_v7(), &acme)).await.unwrap();
    let phone = Point { kind: PointKind::Phone, value: "138 0000 5678".into(), ..Point::default() };
    let zhang = Contact { name: "张伟".into(), points: vec![phone], ..Contact::default() };
    let zhang = admin.call::<CreateContact>((), New::of(Uuid::now_v7(), &zhang)).await.unwrap().record;

    for q in ["张", "张伟", "張偉", "zw", "zhangwei", "zhangw", "5678", "13800005678", "+86 138 0000 5678"] {
        assert_eq!(titles(&admin, q).await, ["张伟"], "for {q}");
    }
    for q in ["acme", "ACME", "ＡＣＭＥ", "acm", "corp", "acme corp"] {
        assert_eq!(titles(&admin, q).await, ["Acme Corporation"], "for {q}");
    }
    for q in ["", "   ", "李", "acme 张", "9999", "zzz", "%", "'"] {
        assert!(titles(&admin, q).await.is_empty(), "for {q}");
    }
    admin.call::<UpdateContact>(zhang.id, Patch::set("name", "李雷").and("points", json!([]))).await.unwrap();
    assert_eq!((titles(&admin, "5678").await.len(), titles(&admin, "lilei").await), (0, vec!["李雷".to_owned()]));
}

#[tokio::test]
async fn the_better_match_stands_first() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for name in ["Zeta Acme", "Acme", "Acmeda"] {
        let account = Account { name: name.into(), ..Account::default() };
        admin.call::<CreateAccount>((), New::of(Uuid::now_v7(), &account)).await.unwrap();
    }
    assert_eq!(titles(&admin, "acme").await[0], "Acme");
}

#[tokio::test]
async fn the_very_word_is_found_among_many_that_begin_with_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mut write = app.app.write(shared::change::Cause::Demo).await.unwrap();
    let named = |name: String| Account { id: AccountId(Uuid::now_v7()), name, ..Account::default() };
    let mut many: Vec<Account> = (0..600).map(|n| named(format!("Holding acme {n}"))).collect();
    many.extend((0..300).map(|n| named(format!("Acm{n} Works"))));
    many.push(named("Acme".into()));
    write.insert(&Account::SCHEMA, many.iter().map(row_of).collect()).await.unwrap();
    write.commit(|_| ()).await.unwrap();

    let found = titles(&admin, "acme").await;

    assert_eq!(found[..2], ["Acme", "Holding acme 0"]);
    assert_eq!(titles(&admin, "acme").await, found);
}
