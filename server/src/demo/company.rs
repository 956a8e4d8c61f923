//! The demo company: three teams, six people, their customers and deals.

use chrono::Days;
use sea_orm::sea_query::Condition;
use shared::access::Object;
use shared::accounts::{Account, AccountKind, Lifecycle};
use shared::change::Cause;
use shared::contacts::{AccountLink, Contact, Point, PointKind};
use shared::fields::Record;
use shared::id::{AccountId, ContactId, OpportunityId, ProductId, TeamId, UserId};
use shared::opportunities::{DealContact, DealRole, Line, Opportunity};
use shared::pipelines::{Stage, StageKind};
use shared::products::Product;
use shared::time::DAY;
use shared::users::{Role, Team, User};
use uuid::Uuid;

use super::{ADMIN, AGENT, AUDITOR, LEAD, REP, articles, insert, service};
use crate::App;
use crate::auth;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::rows;

/// The password of every demo sign-in.
pub const PASSWORD: &str = "kith-demo-2026";

/// Address, name, role, team of every demo sign-in.
pub const SIGN_INS: [(&str, &str, &str, usize); 7] = [
    ("admin@kith.demo", "林晓", ADMIN, 0),
    ("lead@kith.demo", "李静", LEAD, 1),
    ("rep@kith.demo", "王磊", REP, 1),
    ("chen@kith.demo", "陈佳怡", REP, 1),
    ("zhang@kith.demo", "张伟", REP, 2),
    ("auditor@kith.demo", "Emma Clarke", AUDITOR, 0),
    ("agent@kith.demo", "周倩", AGENT, SUPPORT),
];

const TEAMS: [(&str, Option<usize>); 4] =
    [("总部", None), ("华东销售部", Some(0)), ("华南销售部", Some(0)), ("客户支持部", Some(0))];
const SUPPORT: usize = 3;

/// Writes its people and customers.
pub async fn found(app: &App) -> Result<()> {
    let mut write = app.write(Cause::Demo).await?;
    let teams = teams();
    insert(&mut write, Object::Team, teams.clone()).await?;
    let users = users(&write, &teams).await?;
    insert(&mut write, Object::User, users.clone()).await?;
    for user in &users {
        auth::set_password(&app.auth, write.db(), user.id, PASSWORD, write.now).await?;
    }
    let products = products();
    insert(&mut write, Object::Product, products.clone()).await?;
    let accounts: Vec<Account> = ACCOUNTS.iter().map(|line| account(line, &users)).collect();
    insert(&mut write, Object::Account, accounts.clone()).await?;
    let contacts: Vec<Contact> =
        PEOPLE.iter().zip(accounts.iter().cycle()).map(|(line, account)| contact(line, account)).collect();
    insert(&mut write, Object::Contact, contacts.clone()).await?;
    service::begin(&mut write, teams[SUPPORT].id).await?;
    let agent = users.iter().find(|user| user.team_id == Some(teams[SUPPORT].id)).map(|user| user.id);
    articles::write(&mut write, agent.unwrap_or_default()).await?;
    write.commit(|_| ()).await
}

/// Writes its deals.
pub async fn sell(app: &App) -> Result<()> {
    let mut write = app.write(Cause::Demo).await?;
    let (accounts, contacts, products) = (all(&write).await?, all(&write).await?, all(&write).await?);
    let deals = deals(&write, app, &accounts, &contacts, &products).await?;
    insert(&mut write, Object::Opportunity, deals).await?;
    write.commit(|_| ()).await
}

fn teams() -> Vec<Team> {
    let ids: Vec<TeamId> = TEAMS.iter().map(|_| TeamId(Uuid::now_v7())).collect();
    let of = |(n, (label, parent)): (usize, &(&str, Option<usize>))| Team {
        id: ids[n],
        name: (*label).into(),
        parent_id: parent.map(|parent| ids[parent]),
        ..Team::default()
    };
    TEAMS.iter().enumerate().map(of).collect()
}

pub async fn all<R: Record>(write: &Write<'_>) -> Result<Vec<R>> {
    let schema = R::OBJECT.schema();
    let select = rows::select(schema).cond_where(Condition::all()).take();
    rows::all(write.db(), schema, &select).await?.iter().map(rows::typed).collect()
}

async fn users(write: &Write<'_>, teams: &[Team]) -> Result<Vec<User>> {
    let roles: Vec<Role> = all(write).await?;
    let role = |code: &str| roles.iter().find(|role| role.code.as_deref() == Some(code)).map(|role| role.id);
    let user = |(email, label, code, team): &(&str, &str, &str, usize)| User {
        id: UserId(Uuid::now_v7()),
        name: (*label).into(),
        email: (*email).into(),
        team_id: Some(teams[*team].id),
        roles: role(code).into_iter().collect(),
        ..User::default()
    };
    Ok(SIGN_INS.iter().map(user).collect())
}

fn products() -> Vec<Product> {
    [
        ("智能客服平台", "KF-100", 12_000_000),
        ("冷链监控系统", "LL-200", 31_000_000),
        ("会员与积分平台", "HY-300", 18_000_000),
        ("年度维保", "WB-010", 7_600_000),
    ]
    .map(|(label, code, price)| Product {
        id: ProductId(Uuid::now_v7()),
        name: label.into(),
        code: Some(code.into()),
        price: Some(price),
        currency: "CNY".into(),
        is_active: true,
        ..Product::default()
    })
    .into()
}

/// Name, industry, region, level, owner (of `SIGN_INS`), currency.
type AccountLine = (&'static str, &'static str, &'static str, &'static str, usize, &'static str);

const ACCOUNTS: [AccountLine; 14] = [
    ("深圳远见科技", "technology", "广东", "A", 4, "CNY"),
    ("上海博澜医药", "medical", "上海", "A", 1, "CNY"),
    ("苏州铭科精密", "manufacturing", "江苏", "B", 2, "CNY"),
    ("杭州云栖教育", "education", "浙江", "C", 3, "CNY"),
    ("宁波港集团", "logistics", "浙江", "A", 2, "CNY"),
    ("成都蜀景文旅", "hospitality", "四川", "B", 1, "CNY"),
    ("常州天合配件", "manufacturing", "江苏", "B", 3, "CNY"),
    ("广州粤海物流", "logistics", "广东", "A", 4, "CNY"),
    ("Acme Corporation", "technology", "United States", "B", 2, "USD"),
    ("Cancity", "retail", "United States", "B", 3, "USD"),
    ("Isdom", "medical", "United States", "C", 1, "USD"),
    ("Betatech", "medical", "Kenya", "C", 1, "USD"),
    ("重庆单氏餐饮", "hospitality", "重庆", "C", 4, "CNY"),
    ("曾记茶行", "retail", "福建", "C", 4, "CNY"),
];

fn account(line: &AccountLine, users: &[User]) -> Account {
    let (label, industry, region, level, owner, currency) = *line;
    Account {
        id: AccountId(Uuid::now_v7()),
        name: label.into(),
        kind: AccountKind::Organization,
        industry: Some(industry.into()),
        region: Some(region.into()),
        level: Some(level.into()),
        lifecycle: if level == "A" { Lifecycle::Customer } else { Lifecycle::Prospect },
        source: Some("referral".into()),
        currency: currency.into(),
        owner_id: Some(users[owner].id),
        team_id: users[owner].team_id,
        ..Account::default()
    }
}

/// Name, job, phone, mail.
const PEOPLE: [(&str, &str, &str, &str); 14] = [
    ("周敏", "总经理", "13800005678", "zhou@yuanjian.example"),
    ("孙涛", "采购经理", "13900001234", "sun@bolan.example"),
    ("吴芳", "设备主管", "13700002468", "wu@mingke.example"),
    ("郑洁", "校长助理", "13600001357", "zheng@yunqi.example"),
    ("冯强", "信息中心主任", "13500008642", "feng@ningbo.example"),
    ("何丽", "运营总监", "13400009753", "he@shujing.example"),
    ("沈浩", "IT 经理", "13300001122", "shen@tianhe.example"),
    ("韩梅", "财务总监", "13200003344", "han@yuehai.example"),
    ("Grace Miller", "IT Director", "+1 415 555 0134", "grace@acme.example"),
    ("Tom Baker", "Store Systems", "+1 212 555 0187", "tom@cancity.example"),
    ("Ruth Gray", "Legal", "+1 617 555 0119", "ruth@isdom.example"),
    ("Peter Otieno", "Laboratory Lead", "+254 20 555 0110", "peter@betatech.example"),
    ("单雪", "店长", "13100005566", "shan@danshi.example"),
    ("曾国强", "老板", "13000007788", "zeng@zengji.example"),
];

fn contact(line: &(&str, &str, &str, &str), account: &Account) -> Contact {
    let (label, job, phone, mail) = *line;
    let point = |kind, value: &str| Point { kind, value: value.into(), norm: String::new(), is_primary: true };
    let mut contact = Contact {
        id: ContactId(Uuid::now_v7()),
        name: label.into(),
        job_title: Some(job.into()),
        accounts: vec![AccountLink {
            account_id: account.id,
            role: Some(job.into()),
            is_primary: true,
            has_left: false,
        }],
        points: vec![point(PointKind::Phone, phone), point(PointKind::Email, mail)],
        owner_id: account.owner_id,
        team_id: account.team_id,
        ..Contact::default()
    };
    let errors = contact.check();
    debug_assert!(errors.is_empty(), "{label}: {errors:?}");
    contact
}

/// Account (of `ACCOUNTS`), name, stage, amount, next step, days to it, days in the stage.
type DealLine = (usize, &'static str, usize, i64, Option<&'static str>, i64, i64);

const DEALS: [DealLine; 18] = [
    (0, "智能客服平台 · 一期", 0, 18_000_000, Some("电话"), 0, 3),
    (8, "Server refresh, 40 nodes", 0, 9_240_000, Some("上门"), 1, 5),
    (2, "设备维保年框", 0, 7_600_000, None, 0, 20),
    (3, "校区 CRM 试点", 0, 4_500_000, Some("演示"), 4, 2),
    (12, "门店会员系统", 0, 2_800_000, None, 0, 4),
    (1, "冷链监控系统", 1, 62_000_000, Some("报价审批"), -2, 11),
    (9, "GTX Plus Pro × 120", 1, 6_600_000, Some("发报价"), 0, 4),
    (4, "堆场调度二期", 1, 128_000_000, Some("汇报"), 6, 6),
    (13, "茶叶商城", 1, 3_600_000, Some("回访"), 2, 3),
    (10, "Annual support renewal", 2, 2_480_000, Some("法务"), 0, 4),
    (5, "会员与积分平台", 2, 89_000_000, Some("签约"), 3, 5),
    (6, "MES 接口开发", 2, 31_000_000, Some("催合同"), -5, 9),
    (7, "仓配一体 SaaS", 3, 54_000_000, None, 0, 12),
    (11, "Diagnostics suite", 3, 11_800_000, None, 0, 20),
    (0, "知识库扩容", 3, 6_200_000, None, 0, 33),
    (8, "Storage pilot", 4, 3_100_000, None, 0, 15),
    (2, "视觉检测试点", 4, 8_800_000, None, 0, 40),
    (3, "直播课堂", 5, 5_500_000, None, 0, 25),
];

async fn deals(
    write: &Write<'_>,
    app: &App,
    accounts: &[Account],
    contacts: &[Contact],
    products: &[Product],
) -> Result<Vec<Opportunity>> {
    let stages: Vec<Stage> = all(write).await?;
    let today = app.clock.day_of(write.now);
    let day = |offset: i64| {
        let by = Days::new(offset.unsigned_abs());
        if offset < 0 { today.checked_sub_days(by) } else { today.checked_add_days(by) }
    };
    let ranks = shared::rank::spread(None, DEALS.len());
    let mut deals = Vec::new();
    for (n, (line, rank)) in DEALS.iter().zip(ranks).enumerate() {
        let (account, label, stage, amount, step, step_in, entered) = *line;
        let stage = stages.get(stage).ok_or_else(|| Error::internal("the default pipeline has six stages"))?;
        let (account, contact) = (&accounts[account], &contacts[account]);
        let mut deal = Opportunity {
            id: OpportunityId(Uuid::now_v7()),
            name: label.into(),
            account_id: Some(account.id),
            contacts: vec![DealContact { contact_id: contact.id, role: DealRole::DecisionMaker }],
            pipeline_id: stage.pipeline_id,
            stage_id: stage.id,
            rank,
            amount: Some(amount),
            currency: account.currency.clone(),
            lines: if n % 3 == 0 {
                vec![Line { product_id: products[n % products.len()].id, quantity: 1, price: amount }]
            } else {
                Vec::new()
            },
            opened_on: day(-entered - 20),
            close_date: day(30 - i64::try_from(n).unwrap_or(0)),
            next_step: step.map(Into::into),
            next_step_on: step.and_then(|_| day(step_in)),
            source: Some("referral".into()),
            owner_id: account.owner_id,
            team_id: account.team_id,
            ..Opportunity::default()
        };
        if stage.kind == StageKind::Lost {
            deal.lost_reason = Some("price".into());
        }
        let errors = deal.check(None, stage, write.now.plus(-entered * DAY));
        debug_assert!(errors.is_empty(), "{label}: {errors:?}");
        deals.push(deal);
    }
    Ok(deals)
}
