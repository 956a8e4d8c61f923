//! Who an article is for: in lists, by its id, by its address, in the search,
//! in counts of votes and on every side door alike.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use shared::access::{Action, Grant, Object, Scope};
use shared::change::{ChangeQuery, ListChanges, New, Patch};
use shared::id::{ArticleId, RoleId, TeamId};
use shared::knowledge::*;
use shared::query::ListQuery;
use shared::search::{Search, SearchQuery};
use shared::users::{CreateRole, Role};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{category, draft, next_draft, publish, search};

/// A role that reads articles so far, and writes them so far.
async fn role(admin: &Caller<'_>, read: Scope, write: Scope) -> RoleId {
    let mut grants = Vec::new();
    for object in [Object::Article, Object::ArticleVersion, Object::ArticleCategory] {
        for action in [Action::Read, Action::Create, Action::Write, Action::Archive] {
            let scope = if action == Action::Read { read } else { write };
            if scope > Scope::None {
                grants.push(Grant { object, action, scope });
            }
        }
    }
    grants.push(Grant { object: Object::User, action: Action::Read, scope: Scope::All });
    let role = Role { name: format!("{read}-{write}"), grants, ..Role::default() };
    admin.call::<CreateRole>((), New::of(Uuid::now_v7(), &role)).await.unwrap().record.id
}

#[tokio::test]
async fn an_article_for_a_team_does_not_exist_for_others() {
    let app = TestApp::start().await;
    let (ada, bea) = (app.admin().await, app.staff("Bea", app.role(server::demo::ADMIN).await, None).await);
    let (north, south) = (app.team("North", None).await, app.team("South", None).await);
    let reader = role(&ada, Scope::Team, Scope::None).await;
    let (nina, sol) = (app.staff("Nina", reader, Some(north)).await, app.staff("Sol", reader, Some(south)).await);
    let secret = draft(&ada, category(&ada, "北方", &[north]).await, "北方折扣底价", "底价是九折。").await;
    publish(&ada, &bea, secret.id).await;

    assert_eq!(search(&nina, "折扣底价").await.len(), 1);
    assert_eq!(nina.call::<GetArticle>(secret.article_id, ()).await.unwrap().name, "北方折扣底价");
    let absent = sol.call::<GetArticle>(ArticleId(Uuid::now_v7()), ()).await.unwrap_err();
    let hidden = sol.call::<GetArticle>(secret.article_id, ()).await.unwrap_err();
    assert_eq!((hidden.status, &hidden.message), (absent.status, &absent.message));
    let slug = ReadQuery { slug: secret.slug.clone().unwrap(), locale: None };
    assert_eq!(sol.call::<ReadArticle>((), slug.clone()).await.unwrap_err().status, 404);
    assert_eq!(nina.call::<ReadArticle>((), slug).await.unwrap().version.id, secret.id);
    assert!(search(&sol, "折扣底价").await.is_empty());
    assert!(sol.call::<ListArticles>((), ListQuery::default()).await.unwrap().items.is_empty());
    assert!(sol.call::<ListArticleVersions>((), ListQuery::default()).await.unwrap().items.is_empty());
    assert!(sol.call::<ListArticleCategories>((), ListQuery::default()).await.unwrap().items.is_empty());
    assert_eq!(sol.call::<GetArticleVersion>(secret.id, ()).await.unwrap_err().status, 404);
    assert_eq!(sol.call::<ViewArticle>(secret.article_id, ()).await.unwrap_err().status, 404);
    let diff = DiffQuery { from: secret.id, to: secret.id };
    assert_eq!(sol.call::<DiffArticleVersions>((), diff).await.unwrap_err().status, 404);
    let palette = SearchQuery { q: "北方折扣".into(), ..SearchQuery::default() };
    assert!(sol.call::<Search>((), palette.clone()).await.unwrap().is_empty());
    assert_eq!(nina.call::<Search>((), palette).await.unwrap().len(), 1);
    let past = ChangeQuery { object: Object::ArticleVersion, id: secret.id.0, after: None, limit: None };
    assert_eq!(sol.call::<ListChanges>((), past).await.unwrap_err().status, 404);
}

#[tokio::test]
async fn readers_see_what_is_published_and_writers_their_drafts() {
    let app = TestApp::start().await;
    let (ada, bea) = (app.admin().await, app.staff("Bea", app.role(server::demo::ADMIN).await, None).await);
    let reader = role(&ada, Scope::Team, Scope::None).await;
    let rita = app.staff("Rita", reader, None).await;
    let live = draft(&ada, category(&ada, "帮助", &[]).await, "标题", "一").await;
    publish(&ada, &bea, live.id).await;
    let next = next_draft(&ada, live.article_id, "zh-CN", "标题二", "二").await;

    let seen = rita.call::<ListArticleVersions>((), ListQuery::default()).await.unwrap().items;
    assert_eq!(seen.iter().map(|version| version.id).collect::<Vec<_>>(), [live.id]);
    assert_eq!(rita.call::<GetArticleVersion>(next.id, ()).await.unwrap_err().status, 404);
    assert_eq!(rita.call::<SubmitArticleVersion>(live.id, ()).await.unwrap_err().status, 403);
    assert_eq!(ada.call::<ListArticleVersions>((), ListQuery::default()).await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn an_author_reaches_their_own_and_no_others() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let author = role(&ada, Scope::Own, Scope::Own).await;
    let (amy, ben) = (app.staff("Amy", author, None).await, app.staff("Ben", author, None).await);
    let help = category(&ada, "帮助", &[]).await;
    let hers = draft(&amy, help, "标题", "一").await;

    assert_eq!(amy.call::<UpdateArticleVersion>(hers.id, Patch::set("body", "二")).await.unwrap().record.body, "二");
    assert_eq!(ben.call::<UpdateArticleVersion>(hers.id, Patch::set("body", "三")).await.unwrap_err().status, 404);
    assert_eq!(ben.call::<GetArticle>(hers.article_id, ()).await.unwrap_err().status, 404);
}

#[tokio::test]
async fn down_the_tree_readers_only_become_fewer() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let (north, south) = (app.team("North", None).await, app.team("South", None).await);
    let top = category(&ada, "内部", &[north]).await;
    let child = |audience, teams: &[TeamId]| {
        let child = ArticleCategory {
            name: "下级".into(),
            parent_id: Some(top),
            audience,
            teams: teams.to_vec(),
            ..ArticleCategory::default()
        };
        ada.call::<CreateArticleCategory>((), New::of(Uuid::now_v7(), &child))
    };
    let code = |refused: shared::api::ApiError, field: &str| refused.fields[field].code.clone();

    assert_eq!(code(child(Audience::Staff, &[]).await.unwrap_err(), "audience"), "wider_than_parent");
    assert_eq!(code(child(Audience::Teams, &[south]).await.unwrap_err(), "audience"), "wider_than_parent");
    assert_eq!(code(child(Audience::Teams, &[]).await.unwrap_err(), "teams"), "required");
    let below = child(Audience::Teams, &[north]).await.unwrap().record;
    let narrowed = Patch::set("teams", serde_json::json!([south.to_string()]));
    assert_eq!(code(ada.call::<UpdateArticleCategory>(top, narrowed).await.unwrap_err(), "audience"), "wider_below");
    let circle = Patch::set("parent_id", below.id.to_string());
    assert_eq!(
        code(ada.call::<UpdateArticleCategory>(top, circle).await.unwrap_err(), "parent_id"),
        "circle_of_categories"
    );
    let away = shared::change::Archive { ids: vec![top.0], archived: true };
    assert_eq!(ada.call::<ArchiveArticleCategories>((), away).await.unwrap_err().code, "category_in_use");
}

/// Ids of a list, all pages.
async fn listed(caller: &Caller<'_>) -> BTreeSet<Uuid> {
    let all = ListQuery { limit: Some(500), ..ListQuery::default() };
    caller.call::<ListArticles>((), all).await.unwrap().items.iter().map(|article| article.id.0).collect()
}

#[tokio::test]
async fn an_article_is_listed_found_and_opened_by_the_same_people() {
    let app = TestApp::start().await;
    let (ada, bea) = (app.admin().await, app.staff("Bea", app.role(server::demo::ADMIN).await, None).await);
    let mut random = StdRng::seed_from_u64(7);
    let top = app.team("Top", None).await;
    let teams = [top, app.team("Left", Some(top)).await, app.team("Right", Some(top)).await];
    let mut categories = vec![category(&ada, "全体", &[]).await];
    for team in teams {
        categories.push(category(&ada, "团队", &[team]).await);
    }
    let mut people = Vec::new();
    for (n, (read, write)) in [
        (Scope::All, Scope::None),
        (Scope::Subtree, Scope::None),
        (Scope::Team, Scope::Own),
        (Scope::Subtree, Scope::Team),
        (Scope::Own, Scope::Subtree),
    ]
    .into_iter()
    .enumerate()
    {
        let role = role(&ada, read, write).await;
        people.push(app.staff(&format!("Person {n}"), role, Some(*teams.choose(&mut random).unwrap())).await);
    }
    let mut articles = Vec::new();
    for n in 0..24 {
        let in_category = *categories.choose(&mut random).unwrap();
        let version = draft(&ada, in_category, &format!("共同标题 {n}"), "正文").await;
        if random.random_bool(0.7) {
            publish(&ada, &bea, version.id).await;
        }
        articles.push(version);
    }
    let mut differing = 0;
    for person in &people {
        let in_list = listed(person).await;
        let asked = KnowledgeQuery { q: "共同标题".into(), limit: Some(50), ..KnowledgeQuery::default() };
        let hits = person.call::<SearchArticles>((), asked).await.unwrap().hits;
        let found: BTreeSet<Uuid> = hits.iter().map(|hit| hit.article_id.0).collect();
        for version in &articles {
            let opens = person.call::<GetArticle>(version.article_id, ()).await;
            assert_eq!(in_list.contains(&version.article_id.0), opens.is_ok(), "{}", version.name);
            let live = opens.is_ok_and(|article| article.is_live);
            assert_eq!(found.contains(&version.article_id.0), live, "{} in the search", version.name);
        }
        differing += articles.len() - in_list.len();
    }
    assert!(differing > 10, "the rule hid only {differing}");
}
