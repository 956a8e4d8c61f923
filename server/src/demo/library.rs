//! Many made-up articles, to see how the search carries them.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use shared::access::Object;
use shared::change::Cause;
use shared::id::{ArticleCategoryId, ArticleId, ArticleVersionId};
use shared::knowledge::{Article, ArticleCategory, ArticleVersion, Audience, VersionState};
use uuid::Uuid;

use super::insert;
use crate::App;
use crate::error::Result;

/// So many articles are written in one command.
const CHUNK: usize = 1_000;
/// Words of the library; the first of them stand in most articles.
const WORDS: usize = 6_000;
const CHARACTERS: &str = "账户密码登录订单退款发票合同签字打印机器网络邮件短信验证客服工单系统数据备份导出升级安装驱动服务保修积分会员优惠\
    地址物流快递包裹手机微信程序页面设置权限角色团队流程审批预约维修投诉建议支付转账银行税号专用普通电子企业个人版本功能使用查询处理进度状态\
    时间日期金额数量单位名称编号规则条件范围方式原因结果问题步骤说明注意完成开始结束取消提交修改删除新增选择点击输入保存返回确认";

/// Writes `count` published articles; the same count gives the same library.
pub async fn write(app: &App, count: usize) -> Result<()> {
    let mut random = StdRng::seed_from_u64(42);
    let words = words(&mut random);
    let category = ArticleCategory {
        id: ArticleCategoryId(Uuid::now_v7()),
        name: "帮助中心".into(),
        audience: Audience::Staff,
        ..ArticleCategory::default()
    };
    let mut write = app.write(Cause::Demo).await?;
    insert(&mut write, Object::ArticleCategory, vec![category.clone()]).await?;
    for start in (0..count).step_by(CHUNK) {
        let numbers = start..(start + CHUNK).min(count);
        let texts: Vec<_> = numbers.map(|n| article(n, category.id, &words, &mut random)).collect();
        let (articles, versions): (Vec<_>, Vec<_>) = texts.into_iter().unzip();
        insert(&mut write, Object::Article, articles).await?;
        insert(&mut write, Object::ArticleVersion, versions).await?;
        write.commit(|_| ()).await?;
        write = app.write(Cause::Demo).await?;
    }
    Ok(())
}

/// Two characters each, so that their pairs are a vocabulary of its own.
pub fn words(random: &mut StdRng) -> Vec<String> {
    let characters: Vec<char> = CHARACTERS.chars().filter(|c| !c.is_whitespace()).collect();
    let pick = |random: &mut StdRng| *characters.choose(random).expect("there are characters");
    (0..WORDS).map(|_| String::from_iter([pick(random), pick(random)])).collect()
}

/// The how-manieth word comes about as often as in a language: the tenth a tenth of the first.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index")]
fn word<'a>(words: &'a [String], random: &mut StdRng) -> &'a str {
    let at = (words.len() as f64).powf(random.random::<f64>()) as usize;
    &words[at.min(words.len() - 1)]
}

pub fn text(length: usize, words: &[String], random: &mut StdRng) -> String {
    let mut text = String::new();
    for n in 1..=length {
        text.push_str(word(words, random));
        if n % 8 == 0 {
            text.push('。');
        }
    }
    text
}

fn article(n: usize, category: ArticleCategoryId, words: &[String], random: &mut StdRng) -> (Article, ArticleVersion) {
    let title = format!("{} {n}", text(4, words, random));
    let article = Article {
        id: ArticleId(Uuid::now_v7()),
        name: title.clone(),
        category_id: category,
        locale: "zh-CN".into(),
        is_live: true,
        ..Article::default()
    };
    let length = random.random_range(40..160);
    let version = ArticleVersion {
        id: ArticleVersionId(Uuid::now_v7()),
        article_id: article.id,
        locale: "zh-CN".into(),
        n: 1,
        name: title,
        slug: Some(format!("library-{n}")),
        body: text(length, words, random),
        state: VersionState::Published,
        published_at: Some(article.created_at),
        ..ArticleVersion::default()
    };
    (article, version)
}
