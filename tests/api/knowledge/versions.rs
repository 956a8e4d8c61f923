//! Versions: from draft to readers, back, side by side, and when it is time.

use std::time::{Duration, Instant as Moment};

use shared::change::{Archive, Patch, UndoBatch};
use shared::id::ArticleVersionId;
use shared::knowledge::*;
use shared::time::HOUR;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{category, decide, draft, next_draft, publish};

async fn two(app: &TestApp) -> (Caller<'_>, Caller<'_>) {
    let ada = app.admin().await;
    let bea = app.staff("Bea", app.role(server::demo::ADMIN).await, None).await;
    (ada, bea)
}

async fn read(caller: &Caller<'_>, slug: &str) -> Result<Reading, shared::api::ApiError> {
    caller.call::<ReadArticle>((), ReadQuery { slug: slug.into(), locale: None }).await
}

#[tokio::test]
async fn a_text_is_reviewed_by_somebody_else_before_it_is_read() {
    let app = TestApp::start().await;
    let (ada, bea) = two(&app).await;
    let help = category(&ada, "帮助", &[]).await;
    let version = draft(&ada, help, "如何改密码", "第一步").await;
    assert_eq!((version.n, version.state, version.slug.as_deref()), (1, VersionState::Draft, Some("ru-he-gai-mi-ma")));
    assert_eq!(read(&ada, "ru-he-gai-mi-ma").await.unwrap_err().status, 404);

    assert_eq!(decide(&bea, version.id, VersionState::Published).await.unwrap_err().code, "no_such_step");
    ada.call::<SubmitArticleVersion>(version.id, ()).await.unwrap();
    let closed = ada.call::<UpdateArticleVersion>(version.id, Patch::set("body", "改了")).await.unwrap_err();
    assert_eq!(closed.code, "version_closed");
    assert_eq!(decide(&ada, version.id, VersionState::Approved).await.unwrap_err().code, "own_review");
    let silent = decide(&bea, version.id, VersionState::ChangesRequested).await.unwrap_err();
    assert_eq!(silent.fields["note"].code, "required");
    let asked = Decision { to: VersionState::ChangesRequested, note: Some("再短些".into()), at: None };
    let back = bea.call::<DecideArticleVersion>(version.id, asked).await.unwrap().record;
    assert_eq!((back.state, back.review_note.as_deref()), (VersionState::ChangesRequested, Some("再短些")));
    // Whoever wrote the last words is an author too.
    bea.call::<UpdateArticleVersion>(version.id, Patch::set("body", "一步")).await.unwrap();
    ada.call::<SubmitArticleVersion>(version.id, ()).await.unwrap();
    assert_eq!(decide(&bea, version.id, VersionState::Approved).await.unwrap_err().code, "own_review");

    let cem = app.staff("Cem", app.role(server::demo::ADMIN).await, None).await;
    decide(&cem, version.id, VersionState::Approved).await.unwrap();
    decide(&cem, version.id, VersionState::Published).await.unwrap();
    let shown = read(&ada, "ru-he-gai-mi-ma").await.unwrap();
    assert_eq!((shown.html.as_str(), shown.has_moved, shown.article.is_live), ("<p>一步</p>\n", false, true));
}

#[tokio::test]
async fn one_pair_of_eyes_is_enough_where_the_house_says_so() {
    let app = TestApp::start_with(|settings| settings.four_eyes = false).await;
    let ada = app.admin().await;
    let version = draft(&ada, category(&ada, "帮助", &[]).await, "标题", "正文").await;

    assert_eq!(publish(&ada, &ada, version.id).await.state, VersionState::Published);
}

#[tokio::test]
async fn the_published_text_stays_until_the_next_takes_its_place() {
    let app = TestApp::start().await;
    let (ada, bea) = two(&app).await;
    let first = draft(&ada, category(&ada, "帮助", &[]).await, "标题", "旧").await;
    publish(&ada, &bea, first.id).await;
    let second = next_draft(&ada, first.article_id, "zh-CN", "新标题", "新").await;
    assert_eq!((second.n, read(&ada, "biao-ti").await.unwrap().html.as_str()), (2, "<p>旧</p>\n"));

    publish(&ada, &bea, second.id).await;

    let old = ada.call::<GetArticleVersion>(first.id, ()).await.unwrap();
    assert_eq!(old.state, VersionState::Archived);
    let moved = read(&ada, "biao-ti").await.unwrap();
    assert_eq!(
        (moved.has_moved, moved.version.slug.as_deref(), moved.html.as_str()),
        (true, Some("xin-biao-ti"), "<p>新</p>\n")
    );
    assert_eq!(ada.call::<GetArticle>(first.article_id, ()).await.unwrap().name, "新标题");
}

#[tokio::test]
async fn publishing_is_undone_and_redone_as_one_step() {
    let app = TestApp::start().await;
    let (ada, bea) = two(&app).await;
    let first = draft(&ada, category(&ada, "帮助", &[]).await, "标题", "旧").await;
    publish(&ada, &bea, first.id).await;
    let second = next_draft(&ada, first.article_id, "zh-CN", "标题", "新").await;
    ada.call::<SubmitArticleVersion>(second.id, ()).await.unwrap();
    decide(&bea, second.id, VersionState::Approved).await.unwrap();
    let to = Decision { to: VersionState::Published, ..Decision::default() };
    let done = bea.call::<DecideArticleVersion>(second.id, to).await.unwrap();
    let shown = async || read(&ada, "biao-ti").await.unwrap().html;
    assert_eq!(shown().await, "<p>新</p>\n");

    let undone = bea.call::<UndoBatch>(done.batch, ()).await.unwrap();
    assert_eq!(shown().await, "<p>旧</p>\n");
    bea.call::<UndoBatch>(undone.batch, ()).await.unwrap();

    assert_eq!(shown().await, "<p>新</p>\n");
}

#[tokio::test]
async fn an_old_text_comes_back_as_a_new_version() {
    let app = TestApp::start().await;
    let (ada, bea) = two(&app).await;
    let first = draft(&ada, category(&ada, "帮助", &[]).await, "标题", "一\n二\n三").await;
    publish(&ada, &bea, first.id).await;
    let second = next_draft(&ada, first.article_id, "zh-CN", "标题", "一\n贰\n三").await;
    publish(&ada, &bea, second.id).await;

    let lines = ada.call::<DiffArticleVersions>((), DiffQuery { from: first.id, to: second.id }).await.unwrap();
    let changed: Vec<_> =
        lines.iter().filter(|line| line.kind != DiffKind::Same).map(|line| (line.kind, line.text.as_str())).collect();
    assert_eq!(changed, [(DiffKind::Removed, "二"), (DiffKind::Added, "贰")]);

    let id = ArticleVersionId(Uuid::now_v7());
    let done = ada.call::<RestoreArticleVersion>(first.id, Restore { id }).await.unwrap();
    let third = done.record;
    assert_eq!((third.id, third.n, third.state, third.body.as_str()), (id, 3, VersionState::Draft, "一\n二\n三"));

    ada.call::<UndoBatch>(done.batch, ()).await.unwrap();
    assert_eq!(ada.call::<GetArticleVersion>(id, ()).await.unwrap_err().status, 404);
    assert_eq!(read(&ada, "biao-ti").await.unwrap().version.id, second.id, "what is published stayed");
}

#[tokio::test]
async fn a_translation_knows_when_its_source_moved_on() {
    let app = TestApp::start().await;
    let (ada, bea) = two(&app).await;
    let source = draft(&ada, category(&ada, "帮助", &[]).await, "标题", "一").await;
    publish(&ada, &bea, source.id).await;
    let english = next_draft(&ada, source.article_id, "en", "The title", "One").await;
    assert_eq!((english.n, english.source_n), (1, Some(1)));
    publish(&ada, &bea, english.id).await;
    let fresh = read(&ada, "the-title").await.unwrap();
    let siblings: Vec<_> = fresh.locales.iter().map(|one| (one.locale.as_str(), one.slug.as_str())).collect();
    assert_eq!((fresh.is_stale, siblings), (false, vec![("en", "the-title"), ("zh-CN", "biao-ti")]));

    let newer = next_draft(&ada, source.article_id, "zh-CN", "标题", "二").await;
    publish(&ada, &bea, newer.id).await;

    assert!(read(&ada, "the-title").await.unwrap().is_stale);
    let health = ada.call::<ListHealth>((), HealthQuery::default()).await.unwrap();
    assert_eq!(health.items[0].stale, ["en"]);
    let asked = ReadQuery { slug: "the-title".into(), locale: Some("zh-CN".into()) };
    assert_eq!(ada.call::<ReadArticle>((), asked).await.unwrap().html, "<p>二</p>\n");
    let id = ArticleVersionId(Uuid::now_v7());
    let restored = ada.call::<RestoreArticleVersion>(english.id, Restore { id }).await.unwrap().record;
    assert_eq!((restored.n, restored.source_n), (2, Some(1)), "old words translate what they translated");
}

#[tokio::test]
async fn an_address_belongs_to_one_article_for_good() {
    let app = TestApp::start().await;
    let (ada, bea) = two(&app).await;
    let help = category(&ada, "帮助", &[]).await;
    let first = draft(&ada, help, "标题", "一").await;
    publish(&ada, &bea, first.id).await;
    let second = draft(&ada, help, "标题", "二").await;
    assert_eq!(second.slug.as_deref(), Some("biao-ti-2"));

    let taken = ada.call::<UpdateArticleVersion>(second.id, Patch::set("slug", "biao-ti")).await.unwrap_err();
    assert_eq!(taken.fields["slug"].code, "taken");
    let reserved = ada.call::<UpdateArticleVersion>(second.id, Patch::set("slug", "gaps")).await.unwrap_err();
    assert_eq!(reserved.fields["slug"].code, "taken");
    assert_eq!(draft(&ada, help, "Health", "三").await.slug.as_deref(), Some("health-2"));
    let odd = ada.call::<UpdateArticleVersion>(second.id, Patch::set("slug", "Bad Slug")).await.unwrap_err();
    assert_eq!(odd.fields["slug"].code, "bad_address");
}

#[tokio::test]
async fn what_others_link_to_leaves_only_for_a_substitute() {
    let app = TestApp::start().await;
    let (ada, bea) = two(&app).await;
    let help = category(&ada, "帮助", &[]).await;
    let target = draft(&ada, help, "目标", "一").await;
    publish(&ada, &bea, target.id).await;
    let other = draft(&ada, help, "来源", "见[目标](/knowledge/mu-biao#a)和[没有](/knowledge/nowhere)").await;
    assert_eq!(other.refs, ["mu-biao", "nowhere"]);
    publish(&ada, &bea, other.id).await;
    let health = ada.call::<ListHealth>((), HealthQuery::default()).await.unwrap();
    assert_eq!(health.items.iter().flat_map(|one| &one.broken).collect::<Vec<_>>(), ["nowhere"]);

    let away = Archive { ids: vec![target.article_id.0], archived: true };
    assert_eq!(ada.call::<ArchiveArticles>((), away.clone()).await.unwrap_err().code, "article_linked");
    let instead = Patch::set("redirect_id", other.article_id.to_string());
    let led_on = ada.call::<UpdateArticle>(target.article_id, instead).await.unwrap();
    let gone = ada.call::<ArchiveArticles>((), away).await.unwrap();

    let led = read(&ada, "mu-biao").await.unwrap();
    assert_eq!((led.has_moved, led.article.id), (true, other.article_id));
    for batch in [gone.batch, led_on.batch] {
        ada.call::<UndoBatch>(batch, ()).await.unwrap();
    }
    let back = read(&ada, "mu-biao").await.unwrap();
    assert_eq!((back.has_moved, back.article.id, back.article.redirect_id), (false, target.article_id, None));
}

#[tokio::test]
async fn a_scheduled_version_is_published_when_its_time_comes() {
    let app = TestApp::start().await;
    let (ada, bea) = two(&app).await;
    let version = draft(&ada, category(&ada, "帮助", &[]).await, "标题", "一").await;
    ada.call::<SubmitArticleVersion>(version.id, ()).await.unwrap();
    decide(&bea, version.id, VersionState::Approved).await.unwrap();
    let schedule = async |hours: i64| {
        let at = Some(app.app.clock.now().plus(hours * HOUR));
        bea.call::<DecideArticleVersion>(version.id, Decision { to: VersionState::Scheduled, at, note: None }).await
    };
    assert_eq!(schedule(-1).await.unwrap_err().fields["at"].code, "in_the_past");
    schedule(1).await.unwrap();
    // Put off: the first date passes and nothing happens.
    schedule(2).await.unwrap();
    app.app.clock.advance(HOUR + HOUR / 2);
    app.app.jobs.wake();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let ada = app.sign_in(ada.id, "ada.admin@test.example").await;
    assert_eq!(ada.call::<GetArticleVersion>(version.id, ()).await.unwrap().state, VersionState::Scheduled);

    app.app.clock.advance(HOUR);
    let ada = app.sign_in(ada.id, "ada.admin@test.example").await;
    app.app.jobs.wake();
    let begun = Moment::now();
    while ada.call::<GetArticleVersion>(version.id, ()).await.unwrap().state != VersionState::Published {
        assert!(begun.elapsed() < Duration::from_secs(20), "it was not published");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let published = ada.call::<GetArticleVersion>(version.id, ()).await.unwrap();
    assert_eq!((published.publish_at, read(&ada, "biao-ti").await.unwrap().html.as_str()), (None, "<p>一</p>\n"));
}
