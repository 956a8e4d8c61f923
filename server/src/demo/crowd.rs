//! Many made-up customers and deals, to see how Kith carries them.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use shared::access::Object;
use shared::accounts::{Account, INDUSTRIES};
use shared::change::Cause;
use shared::contacts::{AccountLink, Contact, Point, PointKind};
use shared::id::{AccountId, ContactId, OpportunityId};
use shared::opportunities::{LOST_REASONS, Opportunity};
use shared::pipelines::{Stage, StageKind};
use shared::time::DAY;
use shared::users::User;
use uuid::Uuid;

use super::company::all;
use super::insert;
use crate::App;
use crate::error::{Error, Result};

/// So many records are written in one command.
const CHUNK: usize = 1_000;

const PLACES: [&str; 12] =
    ["北京", "上海", "深圳", "广州", "杭州", "成都", "武汉", "苏州", "Berlin", "London", "Boston", "Osaka"];
const WORDS: [&str; 16] = [
    "远见", "博澜", "铭科", "云栖", "蜀景", "天合", "粤海", "星辰", "Nova", "Delta", "Orion", "Vertex", "Harbor",
    "Summit", "Quanta", "Lumen",
];
const TRADES: [&str; 12] =
    ["科技", "医药", "精密", "教育", "文旅", "配件", "物流", "餐饮", "Systems", "Foods", "Logistics", "Health"];
const PROJECTS: [&str; 8] =
    ["客服平台", "冷链监控", "设备维保", "会员系统", "Server refresh", "Support renewal", "Storage", "Pilot"];
const SURNAMES: [&str; 10] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"];
const GIVEN: [&str; 10] = ["伟", "芳", "娜", "敏", "静", "强", "磊", "洋", "艳", "杰"];

/// Writes `count` deals, an account for every deal when `accounts` is equal,
/// and a contact for every account. The same count gives the same crowd.
pub async fn write(app: &App, accounts: usize, deals: usize) -> Result<()> {
    let mut random = StdRng::seed_from_u64(42);
    let mut write = app.write(Cause::Demo).await?;
    let users: Vec<User> = all(&write).await?;
    let stages: Vec<Stage> = all(&write).await?;
    if users.is_empty() || stages.is_empty() {
        return Err(Error::Refused("no_users"));
    }
    let people: Vec<(Account, Contact)> = (0..accounts).map(|n| customer(n, &users, &mut random)).collect();
    for chunk in people.chunks(CHUNK) {
        insert(&mut write, Object::Account, chunk.iter().map(|(account, _)| account.clone()).collect()).await?;
        insert(&mut write, Object::Contact, chunk.iter().map(|(_, contact)| contact.clone()).collect()).await?;
        write.commit(|_| ()).await?;
        write = app.write(Cause::Demo).await?;
    }
    let mut ranks = shared::rank::spread(Some("W"), deals).into_iter();
    let mut left = deals;
    while left > 0 {
        let size = left.min(CHUNK);
        let chunk = ranks.by_ref().take(size).map(|rank| deal(app, rank, &people, &users, &stages, &mut random));
        insert(&mut write, Object::Opportunity, chunk.collect::<Result<_>>()?).await?;
        write.commit(|_| ()).await?;
        write = app.write(Cause::Demo).await?;
        left -= size;
    }
    Ok(())
}

fn pick<'a, T: ?Sized>(random: &mut StdRng, from: &[&'a T]) -> &'a T {
    from.choose(random).expect("none of the lists is empty")
}

fn customer(n: usize, users: &[User], random: &mut StdRng) -> (Account, Contact) {
    let owner = users.choose(random).expect("there are users");
    let account = Account {
        id: AccountId(Uuid::now_v7()),
        name: format!("{}{}{} {n}", pick(random, &PLACES), pick(random, &WORDS), pick(random, &TRADES)),
        industry: Some(pick(random, INDUSTRIES).to_owned()),
        region: Some(pick(random, &PLACES).to_owned()),
        level: Some(pick(random, &["A", "B", "C", "D"]).to_owned()),
        currency: "CNY".into(),
        owner_id: Some(owner.id),
        team_id: owner.team_id,
        ..Account::default()
    };
    let phone = format!("13{:09}", random.random_range(0..1_000_000_000_u32));
    let mut contact = Contact {
        id: ContactId(Uuid::now_v7()),
        name: format!("{}{}", pick(random, &SURNAMES), pick(random, &GIVEN)),
        accounts: vec![AccountLink { account_id: account.id, is_primary: true, ..AccountLink::default() }],
        points: vec![Point { kind: PointKind::Phone, value: phone, is_primary: true, ..Point::default() }],
        owner_id: account.owner_id,
        team_id: account.team_id,
        ..Contact::default()
    };
    contact.check();
    (account, contact)
}

fn deal(
    app: &App,
    rank: String,
    people: &[(Account, Contact)],
    users: &[User],
    stages: &[Stage],
    random: &mut StdRng,
) -> Result<Opportunity> {
    let now = app.clock.now();
    let stage = stages.choose(random).expect("there are stages");
    let owner = users.choose(random).expect("there are users");
    let today = app.clock.day_of(now);
    let day = |days: i64| today.checked_add_signed(chrono::Duration::days(days));
    let has_step = random.random_bool(0.7);
    let mut deal = Opportunity {
        id: OpportunityId(Uuid::now_v7()),
        name: format!("{} {}", pick(random, &PROJECTS), random.random_range(1..1_000)),
        account_id: people.choose(random).map(|(account, _)| account.id),
        pipeline_id: stage.pipeline_id,
        stage_id: stage.id,
        rank,
        amount: Some(random.random_range(10..5_000) * 100_000),
        currency: "CNY".into(),
        close_date: day(random.random_range(-30..120)),
        next_step: has_step.then(|| "电话".into()),
        next_step_on: if has_step { day(random.random_range(-5..20)) } else { None },
        lost_reason: (stage.kind == StageKind::Lost).then(|| LOST_REASONS[0].into()),
        owner_id: Some(owner.id),
        team_id: owner.team_id,
        ..Opportunity::default()
    };
    let entered = now.plus(-random.random_range(0..40) * DAY);
    let errors = deal.check(None, stage, entered);
    if errors.is_empty() { Ok(deal) } else { Err(errors.into()) }
}
