//! Words that mean the same to the search: a table that administrators keep,
//! with what help centres commonly mix up to begin with.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query};
use shared::api::{FieldError, FieldErrors};
use shared::id::SynonymId;
use shared::knowledge::*;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::{self, Room};
use crate::ground::search::texts::normal_form;
use crate::http::{Call, Ctx, Listed, Reply, Routes};

const MAX_WORDS: usize = 20;
const MAX_LENGTH: usize = 30;
/// Groups that the search reads.
const MAX_GROUPS: u64 = 2_000;

pub fn routes() -> Routes {
    Routes::default().on_list(list).on(create).on(update).on(archive)
}

impl Room for Synonym {
    const SORT: &'static str = "-created_at";

    async fn rules(_: &Write<'_>, _: Option<&Self>, after: &mut Self) -> Result<()> {
        let mut words: Vec<String> = Vec::new();
        for word in &after.words {
            let word = shared::text::collapse_spaces(word);
            if normal_form(&word).is_empty() || word.chars().count() > MAX_LENGTH {
                return Err(FieldErrors::from([(
                    "words".to_owned(),
                    FieldError::new("bad_tag").with("max", MAX_LENGTH),
                )])
                .into());
            }
            if !words.iter().any(|known| normal_form(known) == normal_form(&word)) {
                words.push(word);
            }
        }
        if words.len() > MAX_WORDS {
            return Err(
                FieldErrors::from([("words".to_owned(), FieldError::new("too_many").with("max", MAX_WORDS))]).into()
            );
        }
        if words.len() < 2 {
            return Err(Error::field("words", "too_few_words"));
        }
        after.words = words;
        Ok(())
    }
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListSynonyms>) -> Listed {
    records::list::<Synonym>(&ctx, &input).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateSynonym>) -> Reply<CreateSynonym> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateSynonym>) -> Reply<UpdateSynonym> {
    records::update(&ctx, id, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveSynonyms>) -> Reply<ArchiveSynonyms> {
    records::archive::<Synonym>(&ctx, input).await
}

/// All groups, as the search asks for them.
pub async fn groups(db: &impl ConnectionTrait) -> Result<Vec<Vec<String>>> {
    let select = Query::select()
        .column(name("words"))
        .from(name(Synonym::SCHEMA.table))
        .and_where(Expr::col(name("archived_at")).is_null())
        .order_by(name("created_at"), Order::Asc)
        .limit(MAX_GROUPS)
        .take();
    let found = db.query_all(&select).await?;
    found.iter().map(|row| Ok(serde_json::from_str(&row.try_get_by_index::<String>(0)?)?)).collect()
}

/// Variants of one word, words of everyday speech beside those of forms, and
/// English beside Chinese: general, for any trade.
const STARTERS: &[&[&str]] = &[
    &["账号", "账户", "帐号", "帐户", "account"],
    &["登录", "登陆", "登入", "login", "sign in"],
    &["密码", "口令", "password"],
    &["注销", "删除账号", "销户"],
    &["付款", "支付", "付钱", "缴费", "payment"],
    &["退款", "退钱", "refund"],
    &["退货", "退换", "return"],
    &["发票", "开票", "invoice"],
    &["订单", "order"],
    &["优惠券", "代金券", "红包", "coupon"],
    &["快递", "物流", "包裹", "配送", "delivery"],
    &["维修", "修理", "报修", "repair"],
    &["保修", "质保", "三包", "warranty"],
    &["坏了", "故障", "损坏"],
    &["手机号", "手机号码", "电话号码"],
    &["邮件", "邮箱", "电邮", "email"],
    &["短信", "sms"],
    &["验证码", "校验码", "动态码"],
    &["打不开", "无法打开", "不能用", "无法使用"],
    &["双因素", "双重验证", "两步验证", "二次验证", "2fa", "mfa"],
    &["宕机", "挂了", "down机", "崩溃"],
    &["备份", "backup"],
    &["导出", "下载", "export"],
    &["升级", "更新", "upgrade"],
    &["合同", "协议", "contract"],
    &["客服", "人工", "support"],
    &["投诉", "举报", "complaint"],
    &["会员", "vip"],
    &["锁定", "冻结", "封号"],
    &["打印机", "printer"],
    &["服务器", "server"],
    &["驱动", "driver"],
    &["套餐", "版本", "plan"],
];

pub fn starters() -> Vec<Synonym> {
    let group = |words: &&[&str]| Synonym {
        id: SynonymId(Uuid::now_v7()),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        ..Synonym::default()
    };
    STARTERS.iter().map(group).collect()
}
