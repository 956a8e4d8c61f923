//! The search answers what people ask, in whatever way they type it.

use std::path::Path;

use serde::Deserialize;
use serde_json::json;
use shared::change::{Archive, New, UndoBatch};
use shared::id::ArticleId;
use shared::knowledge::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{category, draft, publish, search, shelve};

#[derive(Deserialize)]
struct Line {
    id: usize,
    title: String,
    body: String,
}

fn data(file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/knowledge");
    std::fs::read_to_string(folder.join(file)).unwrap()
}

fn questions(file: &str) -> Vec<(String, usize)> {
    let lines = data(file);
    let pair = |line: &str| {
        let (question, id) = line.split_once('\t').unwrap();
        (question.to_owned(), id.trim().parse().unwrap())
    };
    lines.lines().filter(|line| !line.is_empty()).map(pair).collect()
}

/// The help centre, and its articles by their number.
async fn help_centre(app: &TestApp, admin: &Caller<'_>) -> Vec<ArticleId> {
    let lines: Vec<Line> = data("articles.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().enumerate().all(|(at, line)| line.id == at + 1));
    let texts: Vec<_> = lines.into_iter().map(|line| (line.title, line.body)).collect();
    shelve(app, category(admin, "帮助", &[]).await, &texts).await
}

/// How well questions are answered.
struct Quality {
    recall: f64,
    mrr: f64,
    empty: Vec<String>,
    missed: Vec<String>,
}

#[expect(clippy::cast_precision_loss, reason = "shares of a few dozen")]
async fn quality(caller: &Caller<'_>, articles: &[ArticleId], questions: &[(String, usize)]) -> Quality {
    let (mut found, mut ranks) = (0, 0.0);
    let (mut empty, mut missed) = (Vec::new(), Vec::new());
    for (question, wanted) in questions {
        let hits = search(caller, question).await;
        if hits.is_empty() {
            empty.push(question.clone());
        }
        match hits.iter().position(|hit| hit.article_id == articles[wanted - 1]) {
            Some(at) => {
                found += usize::from(at < 3);
                ranks += 1.0 / (at + 1) as f64;
                if at > 0 {
                    missed.push(format!("{question} at {}", at + 1));
                }
            }
            None => missed.push(format!("{question} not at all")),
        }
    }
    let all = questions.len() as f64;
    Quality { recall: f64::from(u32::try_from(found).unwrap()) / all, mrr: ranks / all, empty, missed }
}

#[tokio::test]
async fn what_people_ask_is_answered_by_the_first_articles() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let articles = help_centre(&app, &admin).await;

    let golden = quality(&admin, &articles, &questions("golden.tsv")).await;

    assert!(golden.recall >= 0.95 && golden.mrr >= 0.90, "{:?}", golden.missed);
    assert_eq!(golden.empty, Vec::<String>::new());
}

#[tokio::test]
async fn what_nobody_tried_is_answered_as_well() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let articles = help_centre(&app, &admin).await;

    let other = quality(&admin, &articles, &questions("paraphrases.tsv")).await;

    assert!(other.recall >= 0.90 && other.mrr >= 0.80, "recall@3 {}, MRR {}", other.recall, other.mrr);
}

#[tokio::test]
async fn writing_and_width_make_no_difference() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    help_centre(&app, &admin).await;

    let pairs = [
        ("修改密碼", "修改密码"),
        ("雙因素認證", "双因素认证"),
        ("ＣＳＶ导出", "csv导出"),
        ("ＶＰＮ　８０９", "vpn 809"),
    ];
    for (one, other) in pairs {
        let (one, other) = (search(&admin, one).await, search(&admin, other).await);
        assert!(!one.is_empty());
        let ids = |hits: &[ArticleHit]| hits.iter().map(|hit| hit.article_id).collect::<Vec<_>>();
        assert_eq!(ids(&one), ids(&other));
    }
}

#[tokio::test]
async fn nonsense_finds_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    help_centre(&app, &admin).await;

    let nonsense = [
        "",
        "   ",
        "？！",
        "'",
        "%",
        "\\",
        "量子纠缠",
        "红烧肉的做法",
        "asdfqwer",
        "zzzz",
        "qwertyuiop",
        "明天会下雨吗",
        "世界杯冠军",
        "怎么申请火星移民",
        "lorem ipsum dolor",
        "99999999",
        "😀😀",
        "SELECT * FROM users",
        "龘靐齉",
    ];
    for question in nonsense {
        let hits = search(&admin, question).await;
        let titles: Vec<_> = hits.iter().map(|hit| hit.title.text.as_str()).collect();
        assert!(titles.is_empty(), "{question} finds {titles:?}");
    }
}

/// The title of the first hit, and why it is there.
async fn first(caller: &Caller<'_>, q: &str) -> (String, Vec<(WhyKind, String, String)>) {
    let hits = search(caller, q).await;
    let hit = hits.first().unwrap_or_else(|| panic!("{q} finds nothing"));
    let why = hit.why.iter().map(|why| (why.kind, why.asked.clone(), why.found.clone()));
    (hit.title.text.clone(), why.collect())
}

#[tokio::test]
async fn each_hit_says_why() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let help = category(&admin, "帮助", &[]).await;
    let texts = [
        ("如何修改登录密码", "在账户安全里修改。"),
        ("Printing invoices", "Open the order and print."),
        ("退货流程", "七天内。"),
    ];
    let texts: Vec<_> = texts.map(|(title, body)| (title.to_owned(), body.to_owned())).into();
    shelve(&app, help, &texts).await;
    let synonym = Synonym { words: vec!["通行码".into(), "密码".into()], ..Synonym::default() };
    admin.call::<CreateSynonym>((), New::of(Uuid::now_v7(), &synonym)).await.unwrap();

    let why = async |q: &str| {
        let (title, mut why) = first(&admin, q).await;
        let (kind, asked, found) = why.remove(0);
        (title, kind, asked, found)
    };
    let told =
        |title: &str, kind, asked: &str, found: &str| (title.to_owned(), kind, asked.to_owned(), found.to_owned());
    let password = "如何修改登录密码";
    assert_eq!(why("改密码").await, told(password, WhyKind::Term, "密码", "密码"));
    assert_eq!(why("通行码").await, told(password, WhyKind::Synonym, "通行码", "密码"));
    assert_eq!(why("xiugai").await, told(password, WhyKind::Pinyin, "xiugai", "修改"));
    assert_eq!(why("xgmm").await, told(password, WhyKind::Pinyin, "xgmm", "修改"));
    assert_eq!(why("修该蜜码").await.1, WhyKind::Typo);
    assert_eq!(why("invocie").await, told("Printing invoices", WhyKind::Typo, "invocie", "invoices"));
    assert_eq!(why("print invoic").await.0, "Printing invoices");
    assert_eq!(why("tuihuo").await, told("退货流程", WhyKind::Pinyin, "tuihuo", "退货"));
}

#[tokio::test]
async fn a_snippet_marks_what_was_asked() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let help = category(&admin, "帮助", &[]).await;
    let body = format!(
        "{}\n\n## 步骤\n\n请在**订单页**点击「[申请换开](https://kith.example)」。",
        "这里先说些别的。".repeat(20)
    );
    shelve(&app, help, &[("发票".into(), body)]).await;

    let hits = search(&admin, "换开发票").await;

    let marked = |marked: &Marked| {
        let chars: Vec<char> = marked.text.chars().collect();
        marked.marks.iter().map(|(start, end)| chars[*start..*end].iter().collect::<String>()).collect::<Vec<_>>()
    };
    assert_eq!(marked(&hits[0].title), ["发票"]);
    assert_eq!(marked(&hits[0].snippet), ["换开"]);
    assert!(hits[0].snippet.text.contains("请在订单页点击"), "{}", hits[0].snippet.text);
}

#[tokio::test]
async fn what_helped_others_stands_before_what_did_not() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let help = category(&admin, "帮助", &[]).await;
    let same = || ("安装打印机驱动".to_owned(), "下载后运行。".to_owned());
    let ids = shelve(&app, help, &[same(), same()]).await;
    let versions = search(&admin, "打印机驱动").await;
    for (id, is_helpful) in [(ids[0], false), (ids[1], true)] {
        let version_id = versions.iter().find(|hit| hit.article_id == id).unwrap().version_id;
        for _ in 0..3 {
            let vote = ArticleFeedback { article_id: id, version_id, is_helpful, ..ArticleFeedback::default() };
            admin.call::<GiveArticleFeedback>((), New::of(Uuid::now_v7(), &vote)).await.unwrap();
        }
    }

    let order: Vec<_> = search(&admin, "打印机驱动").await.iter().map(|hit| hit.article_id).collect();

    assert_eq!(order, [ids[1], ids[0]]);
}

#[tokio::test]
async fn the_search_follows_what_is_published_and_what_is_undone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let other = app.staff("Bea", app.role(server::demo::ADMIN).await, None).await;
    let help = category(&admin, "帮助", &[]).await;
    let titles = async |q: &str| search(&admin, q).await.iter().map(|hit| hit.title.text.clone()).collect::<Vec<_>>();

    let version = draft(&admin, help, "量子打印指南", "先打开量子盖。").await;
    assert_eq!(titles("量子").await, [""; 0], "a draft is nobody's answer");
    publish(&admin, &other, version.id).await;
    assert_eq!(titles("量子打印").await, ["量子打印指南"]);

    let away = Archive { ids: vec![version.article_id.0], archived: true };
    let done = admin.call::<ArchiveArticles>((), away).await.unwrap();
    assert_eq!(titles("量子打印").await, [""; 0]);
    admin.call::<UndoBatch>(done.batch, ()).await.unwrap();
    assert_eq!(titles("量子打印").await, ["量子打印指南"]);

    let next = super::next_draft(&admin, version.article_id, "zh-CN", "原子打印指南", "先打开原子盖。").await;
    publish(&admin, &other, next.id).await;
    assert_eq!((titles("量子盖").await, titles("原子打印").await), (vec![], vec!["原子打印指南".to_owned()]));
}

#[tokio::test]
async fn bad_questions_are_told() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let long = KnowledgeQuery { q: "密".repeat(201), ..KnowledgeQuery::default() };
    let refused = admin.call::<SearchArticles>((), long).await.unwrap_err();
    assert_eq!((refused.status, refused.fields["q"].code.as_str()), (422, "too_long"));
    let french = KnowledgeQuery { q: "密".into(), locale: Some("fr".into()), ..KnowledgeQuery::default() };
    assert_eq!(admin.call::<SearchArticles>((), french).await.unwrap_err().fields["locale"].code, "not_offered");
    let lonely = json!({ "id": Uuid::now_v7(), "values": { "words": ["密码", " 密碼 "] } });
    let answer = admin.post_json("/api/synonyms", &lonely).await;
    assert_eq!(answer.error().fields["words"].code, "too_few_words");
}
