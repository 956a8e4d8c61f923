//! The demo company's knowledge base: what its agents answer again and again.

use shared::access::Object;
use shared::id::{ArticleCategoryId, ArticleId, ArticleVersionId, UserId};
use shared::knowledge::{Article, ArticleCategory, ArticleVersion, Audience, VersionState};
use uuid::Uuid;

use super::insert;
use crate::error::Result;
use crate::ground::change::Write;

/// Name and audience of each category.
const CATEGORIES: [(&str, Audience); 3] =
    [("使用指南", Audience::Public), ("账单与发票", Audience::Customers), ("内部处理流程", Audience::Staff)];

/// Category, language, address, title, summary, text; a translation follows what it translates.
type Told = (usize, &'static str, &'static str, &'static str, &'static str, &'static str);

const ARTICLES: [Told; 7] = [
    (
        0,
        "zh-CN",
        "probe-offline",
        "温控探头离线怎么办",
        "先切备用通道，再看供电和网络。",
        "温控探头离线时，**先保证数据不断**，再找原因。\n\n## 立即处理\n\n1. 在设备页点「切换备用通道」，数据会在一分钟内恢复。\n2. 用手持温度计记录一次库温，作为补录依据。\n\n## 查找原因\n\n| 现象 | 原因 | 处理 |\n| --- | --- | --- |\n| 指示灯不亮 | 供电中断 | 检查适配器，更换备件 |\n| 指示灯慢闪 | 网络断开 | 重启网关，确认信号格 |\n| 指示灯快闪 | 探头故障 | 联系客服更换 |\n\n更换探头需要停机约五分钟，请避开出入库时段。",
    ),
    (
        0,
        "en",
        "probe-offline-en",
        "What to do when a probe is offline",
        "Switch to the spare channel first, then look for the cause.",
        "When a temperature probe is offline, **keep the data flowing first**.\n\n1. Press *Switch to the spare channel* on the device page.\n2. Note the temperature once by hand.\n\nThen check power and network. A slow blink means no network, a fast blink a broken probe.",
    ),
    (
        0,
        "zh-CN",
        "export-customers",
        "如何导出客户数据",
        "用筛选选出客户，再导出为 CSV。",
        "1. 打开「客户」，用筛选选出要导出的客户。\n2. 点右上角的「…」，选择「导出为 CSV」。\n3. 用 Excel 打开。\n\n手机号变成科学计数时，请把该列设成「文本」后再打开。另见[批量导入](/knowledge/import-phone)。",
    ),
    (
        0,
        "zh-CN",
        "import-phone",
        "导入后手机号变成科学计数",
        "表格软件改写了长数字，导入前设成文本。",
        "Excel 会把 11 位手机号显示成 `1.38E+10`。\n\n- 在 Excel 里选中该列，格式设为「文本」，重新输入后另存为 CSV。\n- 已经导入的，可在「导入」里**整批撤销**后重新导入。",
    ),
    (
        1,
        "zh-CN",
        "invoice-title",
        "发票抬头写错了如何重开",
        "当月可作废重开，跨月走红冲。",
        "## 当月发票\n\n把正确的抬头和税号发给客服，原票作废后当天重开。\n\n## 跨月发票\n\n需要先开红字发票，一般 2–3 个工作日。请寄回原票或确认电子票未入账。",
    ),
    (
        1,
        "en",
        "invoice-currency",
        "Invoices in other currencies",
        "Euro and dollar invoices are issued on request.",
        "Invoices are issued in the currency of the contract. **Euro** and **US dollar** are available for companies outside mainland China; ask before the first of the month.",
    ),
    (
        2,
        "zh-CN",
        "late-visit",
        "上门迟到的补偿标准",
        "迟到半小时以上免上门费，须先电话说明。",
        "1. 预计迟到时，调度**先打电话**，说明原因和新的时间。\n2. 迟到 30 分钟以上，免本次上门费。\n3. 迟到 2 小时以上，由主管回访，并登记投诉。",
    ),
];

pub async fn write(write: &mut Write<'_>, author: UserId) -> Result<()> {
    let category = |(position, (label, audience)): (i64, (&str, Audience))| ArticleCategory {
        id: ArticleCategoryId(Uuid::now_v7()),
        name: label.into(),
        position,
        audience,
        ..ArticleCategory::default()
    };
    let categories: Vec<ArticleCategory> = (1..).zip(CATEGORIES).map(category).collect();
    let (mut articles, mut versions): (Vec<Article>, Vec<ArticleVersion>) = (Vec::new(), Vec::new());
    for (at, locale, slug, title, summary, body) in ARTICLES {
        // A translation has the address of what it translates, with its language behind it.
        let source =
            versions.iter().find(|version| slug == format!("{}-{locale}", version.slug.as_deref().unwrap_or_default()));
        let (article_id, source_n) = match source {
            Some(source) => (source.article_id, Some(source.n)),
            None => (ArticleId(Uuid::now_v7()), None),
        };
        if source_n.is_none() {
            articles.push(Article {
                id: article_id,
                name: title.into(),
                category_id: categories[at].id,
                locale: locale.into(),
                owner_id: Some(author),
                is_live: true,
                ..Article::default()
            });
        }
        versions.push(ArticleVersion {
            id: ArticleVersionId(Uuid::now_v7()),
            article_id,
            locale: locale.into(),
            n: 1,
            name: title.into(),
            slug: Some(slug.into()),
            body: body.into(),
            summary: Some(summary.into()),
            state: VersionState::Published,
            source_n,
            published_at: Some(write.now),
            owner_id: Some(author),
            ..ArticleVersion::default()
        });
    }
    insert(write, Object::ArticleCategory, categories).await?;
    insert(write, Object::Article, articles).await?;
    insert(write, Object::ArticleVersion, versions).await
}
