//! Articles for customers: by audience, on every way to them.

use shared::change::New;
use shared::id::{ArticleCategoryId, ArticleFeedbackId};
use shared::knowledge::*;
use shared::portal::*;
use shared::query::ListQuery;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::customer;
use crate::knowledge::{draft, publish};

async fn category(caller: &Caller<'_>, name: &str, audience: Audience) -> ArticleCategoryId {
    let category = ArticleCategory { name: name.into(), audience, ..ArticleCategory::default() };
    caller.call::<CreateArticleCategory>((), New::of(Uuid::now_v7(), &category)).await.unwrap().record.id
}

#[tokio::test]
async fn an_article_is_found_listed_and_read_by_those_it_is_for() {
    let app = TestApp::start_with(|settings| settings.four_eyes = false).await;
    let ada = app.admin().await;
    let shelves = [("公开", Audience::Public), ("客户", Audience::Customers), ("内部", Audience::Staff)];
    let mut slugs = Vec::new();
    for (name, audience) in shelves {
        let shelf = category(&ada, name, audience).await;
        let version = draft(&ada, shelf, &format!("{name}网络诊断手册"), "重启网关，再看指示灯。").await;
        slugs.push(publish(&ada, &ada, version.id).await.slug.unwrap());
        draft(&ada, shelf, &format!("{name}网络诊断草稿"), "还没写完").await;
    }
    let stranger = app.stranger();
    let known = customer(&app, "zhou@acme.example").await;

    for (caller, reaches) in [(&stranger, 1), (&known, 2)] {
        let asked = ShelfQuery { q: "网络诊断".into(), ..ShelfQuery::default() };
        let mut found: Vec<String> =
            caller.call::<SearchShelf>((), asked).await.unwrap().into_iter().map(|hit| hit.slug).collect();
        found.sort();
        let mut expected = slugs[..reaches].to_vec();
        expected.sort();
        assert_eq!(found, expected);
        let listed = caller.call::<ListShelf>((), ShelfAsked::default()).await.unwrap();
        assert_eq!(listed.iter().map(|shelf| shelf.articles.len()).sum::<usize>(), reaches);
        for (n, slug) in slugs.iter().enumerate() {
            let read = caller.call::<ReadShelf>((), ReadQuery { slug: slug.clone(), locale: None }).await;
            assert_eq!(read.map_err(|error| error.status).err(), (n >= reaches).then_some(404), "{slug}");
        }
    }
    let read = stranger.call::<ReadShelf>((), ReadQuery { slug: slugs[0].clone(), locale: None }).await.unwrap();
    assert_eq!((read.title.as_str(), read.locale.as_str()), ("公开网络诊断手册", "zh-CN"));
}

#[tokio::test]
async fn a_reader_votes_once_on_what_they_may_read() {
    let app = TestApp::start_with(|settings| settings.four_eyes = false).await;
    let ada = app.admin().await;
    let (public, staff) =
        (category(&ada, "公开", Audience::Public).await, category(&ada, "内部", Audience::Staff).await);
    let open = draft(&ada, public, "重启网关", "按住五秒").await;
    let closed = draft(&ada, staff, "内部口令", "不外传").await;
    for version in [open.id, closed.id] {
        publish(&ada, &ada, version).await;
    }
    let stranger = app.stranger();
    let vote = Vote {
        id: ArticleFeedbackId(Uuid::now_v7()),
        version_id: open.id,
        is_helpful: false,
        reason: Some(FeedbackReason::Unclear),
        note: Some("哪个按钮？".into()),
    };

    stranger.call::<VoteOnShelf>((), vote.clone()).await.unwrap();
    stranger.call::<VoteOnShelf>((), vote.clone()).await.unwrap();
    let hidden = Vote { version_id: closed.id, id: ArticleFeedbackId(Uuid::now_v7()), ..vote };
    assert_eq!(stranger.call::<VoteOnShelf>((), hidden).await.unwrap_err().status, 404);

    let votes = ada.call::<ListArticleFeedback>((), ListQuery::default()).await.unwrap().items;
    let [one] = votes.as_slice() else { panic!("{votes:?}") };
    assert_eq!(
        (one.is_helpful, one.reason, one.note.as_deref()),
        (false, Some(FeedbackReason::Unclear), Some("哪个按钮？"))
    );
}
