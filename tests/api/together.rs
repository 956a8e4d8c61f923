//! Commands that come at once share a commit, and nothing else.

use futures::future::join_all;
use shared::accounts::*;
use shared::change::{AsOf, New, UndoBatch};
use shared::id::{AccountId, BatchId};
use shared::query::{ListQuery, TotalsQuery};
use tests::{Caller, TestApp};
use uuid::Uuid;

async fn create(caller: &Caller<'_>, id: Uuid, name: &str) -> Result<BatchId, shared::api::ApiError> {
    let account = Account { name: name.into(), ..Account::default() };
    caller.call::<CreateAccount>((), New::of(id, &account)).await.map(|done| done.batch)
}

#[tokio::test]
async fn one_that_fails_among_many_takes_back_itself_alone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let taken = Uuid::now_v7();
    create(&admin, taken, "First").await.unwrap();

    let many = (0..40).map(|n| {
        let (id, name) = if n % 4 == 3 { (taken, "Again".to_owned()) } else { (Uuid::now_v7(), format!("New {n}")) };
        let admin = &admin;
        async move {
            let outcome = create(admin, id, &name).await.map(drop);
            // What is answered can be read, by whatever connection.
            let read = admin.call::<GetAccount>(AccountId(id), AsOf::default()).await.unwrap();
            (n, outcome.map_err(|refused| refused.fields["id"].code.clone()), read.name)
        }
    });
    for (n, outcome, name) in join_all(many).await {
        let expected =
            if n % 4 == 3 { (Err("taken".to_owned()), "First".to_owned()) } else { (Ok(()), format!("New {n}")) };
        assert_eq!((outcome, name), expected);
    }

    let all = ListQuery { limit: Some(100), ..ListQuery::default() };
    assert_eq!(admin.call::<ListAccounts>((), all).await.unwrap().items.len(), 31);
    assert_eq!(admin.call::<CountAccounts>((), TotalsQuery::default()).await.unwrap().count(), 31);
    assert_eq!(server::ground::chain::verify(&app.app.db.read).await.unwrap(), None);
}

#[tokio::test]
async fn the_same_request_twice_at_once_is_done_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (id, batch) = (Uuid::now_v7(), BatchId(Uuid::now_v7()));
    let same = admin.with_key(batch);

    let twice = join_all([create(&same, id, "Twice"), create(&same, id, "Twice")]).await;
    let later = create(&same, id, "Twice").await;

    // The second is answered as the first, or asked to come again.
    assert!(twice.contains(&Ok(batch)), "{twice:?}");
    assert!(
        twice
            .iter()
            .all(|outcome| outcome.as_ref().map_or_else(|refused| refused.status == 503, |done| *done == batch)),
        "{twice:?}"
    );
    assert_eq!(later, Ok(batch));
    assert_eq!(admin.call::<CountAccounts>((), TotalsQuery::default()).await.unwrap().count(), 1);
}

#[tokio::test]
async fn a_command_that_is_hung_up_on_holds_nobody_up() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mut done = Vec::new();
    for n in 0..30 {
        let name = format!("New {n}");
        let hung_up = create(&admin, Uuid::now_v7(), "Hung up");
        let patience = std::time::Duration::from_micros(200 * n);
        let (_, kept) = tokio::join!(tokio::time::timeout(patience, hung_up), create(&admin, Uuid::now_v7(), &name));
        done.push(kept.unwrap());
    }
    for batch in done {
        admin.call::<UndoBatch>(batch, ()).await.unwrap();
    }
    let left = admin.call::<ListAccounts>((), ListQuery::default()).await.unwrap().items;
    assert!(left.iter().all(|account| account.name == "Hung up"), "{left:?}");
    assert_eq!(admin.call::<CountAccounts>((), TotalsQuery::default()).await.unwrap().count() as usize, left.len());
}
