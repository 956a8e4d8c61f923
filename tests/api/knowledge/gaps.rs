//! What is looked for in vain becomes an article; what readers say is kept.

use shared::change::{New, UndoBatch};
use shared::id::{ArticleId, ArticleVersionId};
use shared::knowledge::*;
use shared::query::ListQuery;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{category, draft, publish, search};

async fn gaps(caller: &Caller<'_>, state: Option<GapState>) -> Vec<(String, i64, GapState)> {
    let page = caller.call::<ListGaps>((), GapQuery { state, limit: None }).await.unwrap();
    page.items.into_iter().map(|gap| (gap.name, gap.count, gap.state)).collect()
}

#[tokio::test]
async fn a_question_in_vain_becomes_a_gap_a_draft_and_an_answer() {
    let app = TestApp::start().await;
    let (ada, bea) = (app.admin().await, app.staff("Bea", app.role(server::demo::ADMIN).await, None).await);
    let help = category(&ada, "帮助", &[]).await;
    for q in ["量子打印", " 量子打印？", "量子列印机", "ＡＢＣ門", "abc门"] {
        assert!(search(&ada, q).await.is_empty());
    }
    let typing = KnowledgeQuery { q: "量子".into(), is_typing: true, ..KnowledgeQuery::default() };
    ada.call::<SearchArticles>((), typing).await.unwrap();
    let open = |name: &str, count| (name.to_owned(), count, GapState::Open);
    assert_eq!(gaps(&ada, None).await, [open("ＡＢＣ門", 2), open("量子打印", 2), open("量子列印机", 1)]);

    let norm = |q: &str| q.to_owned();
    let ignored = GapDecision { norm: norm("量子列印机"), state: GapState::Ignored };
    let done = ada.call::<DecideGap>((), ignored).await.unwrap();
    assert_eq!(gaps(&ada, Some(GapState::Open)).await.len(), 2);
    ada.call::<UndoBatch>(done.batch, ()).await.unwrap();
    assert_eq!(gaps(&ada, Some(GapState::Open)).await.len(), 3);
    let unknown = GapDecision { norm: norm("没有人问过"), state: GapState::Done };
    assert_eq!(ada.call::<DecideGap>((), unknown).await.unwrap_err().status, 404);

    let (article_id, version_id) = (ArticleId(Uuid::now_v7()), ArticleVersionId(Uuid::now_v7()));
    let wanted =
        GapDraft { norm: norm("量子打印"), article_id, version_id, category_id: help, locale: "zh-CN".into() };
    let article = ada.call::<DraftFromGap>((), wanted).await.unwrap();
    assert_eq!((article.record.id, article.record.name.as_str()), (article_id, "量子打印"));
    assert_eq!(gaps(&ada, Some(GapState::Drafting)).await, [("量子打印".to_owned(), 2, GapState::Drafting)]);

    publish(&ada, &bea, version_id).await;

    assert_eq!(gaps(&ada, Some(GapState::Done)).await, [("量子打印".to_owned(), 2, GapState::Done)]);
    assert_eq!(search(&ada, "量子打印").await[0].article_id, article_id);
}

#[tokio::test]
async fn votes_and_views_are_told_with_their_number() {
    let app = TestApp::start().await;
    let (ada, bea) = (app.admin().await, app.staff("Bea", app.role(server::demo::ADMIN).await, None).await);
    let version = draft(&ada, category(&ada, "帮助", &[]).await, "标题", "一").await;
    publish(&ada, &bea, version.id).await;
    let vote = |is_helpful, reason| ArticleFeedback {
        article_id: version.article_id,
        version_id: version.id,
        is_helpful,
        reason,
        note: Some("第二步不对".into()),
        ..ArticleFeedback::default()
    };
    let give = |vote: ArticleFeedback| ada.call::<GiveArticleFeedback>((), New::of(Uuid::now_v7(), &vote));

    give(vote(true, Some(FeedbackReason::Wrong))).await.unwrap();
    give(vote(false, Some(FeedbackReason::Outdated))).await.unwrap();
    let lost = ArticleFeedback { article_id: ArticleId(Uuid::now_v7()), ..vote(true, None) };
    assert_eq!(give(lost).await.unwrap_err().status, 422);
    for _ in 0..3 {
        ada.call::<ViewArticle>(version.article_id, ()).await.unwrap();
    }

    let said = ada.call::<ListArticleFeedback>((), ListQuery::default()).await.unwrap().items;
    let reasons: Vec<_> = said.iter().map(|vote| (vote.is_helpful, vote.reason)).collect();
    assert_eq!(reasons, [(false, Some(FeedbackReason::Outdated)), (true, None)]);
    let health = ada.call::<ListHealth>((), HealthQuery::default()).await.unwrap().items;
    assert_eq!((health.len(), health[0].views, health[0].votes, health[0].helpful), (1, 3, 2, 1));
}
