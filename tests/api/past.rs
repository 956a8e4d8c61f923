//! The past as it was: what a list said at a moment, it says again when it is
//! asked for that moment later.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use shared::accounts::*;
use shared::change::*;
use shared::contacts::*;
use shared::fields::STAMPS;
use shared::id::{AccountId, ContactId, OpportunityId, UserId};
use shared::opportunities::*;
use shared::pipelines::Stage;
use shared::time::Instant;
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::board::stages;

/// Orders, filters, searches and the archive, of lists that people look at.
const ASKED: [&str; 12] = [
    "accounts?sort=name",
    "accounts?sort=-employees,name",
    "accounts?sort=owner_id,-name&archived=with",
    "accounts?search=acme",
    "accounts?search=yj&sort=-created_at",
    "accounts?filter=region.is.East&archived=only",
    "contacts?search=zhang",
    "contacts?sort=-name&archived=with",
    "opportunities?sort=stage_id,-amount",
    "opportunities?sort=-stage_id,name",
    "opportunities?search=deal&sort=close_date",
    "opportunities?filter=amount.ge.500",
];

#[tokio::test]
async fn each_moment_asked_later_equals_what_was_seen_then() {
    let seed = rand::rng().random::<u64>();
    eprintln!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let bob = app.staff("Bob", app.role(server::demo::ADMIN).await, None).await;
    let mut hand = Hand::new(&admin, vec![admin.id, bob.id]).await;
    let mut seen: Vec<(Instant, Vec<Value>)> = Vec::new();
    for step in 0..160 {
        hand.act(&mut random).await;
        if step % 20 == 19 {
            app.app.clock.advance(1_000);
            let now = app.app.clock.now();
            seen.push((now, answers(&admin, "").await));
            app.app.clock.advance(1_000);
        }
    }
    for (at, then) in seen {
        let again = answers(&admin, &format!("&as_of={}", at.0)).await;
        for ((asked, then), again) in ASKED.iter().zip(&then).zip(&again) {
            assert_eq!(then, again, "{asked} as of {}", at.0);
        }
    }
}

#[tokio::test]
async fn moments_follow_the_numbers_of_the_log_whatever_the_clock_says() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let id = crate::access::account(&admin, "Acme").await;
    app.app.clock.advance(-20_000);
    admin.call::<UpdateAccount>(id, Patch::set("name", "Acme Ltd")).await.unwrap();

    let asked = ChangeQuery { object: shared::access::Object::Account, id: id.0, after: None, limit: None };
    let changes = admin.call::<ListChanges>((), asked).await.unwrap().items;

    assert!(changes[0].applied_at >= changes[1].applied_at, "{changes:?}");
    assert_eq!(changes.len(), 2);
}

async fn answers(caller: &Caller<'_>, more: &str) -> Vec<Value> {
    let mut answers = Vec::new();
    for asked in ASKED {
        let answer = caller.get_json(&format!("/api/{asked}&limit=500{more}")).await;
        assert!(answer.status.is_success(), "{asked}{more}: {}", answer.text());
        let mut items = answer.json()["items"].clone();
        for row in items.as_array_mut().unwrap() {
            row.as_object_mut().unwrap().retain(|key, _| !STAMPS.contains(&key.as_str()));
        }
        answers.push(items);
    }
    answers
}

struct Hand<'a> {
    caller: &'a Caller<'a>,
    owners: Vec<UserId>,
    stages: Vec<Stage>,
    accounts: Vec<AccountId>,
    contacts: Vec<ContactId>,
    deals: Vec<OpportunityId>,
}

impl<'a> Hand<'a> {
    async fn new(caller: &'a Caller<'a>, owners: Vec<UserId>) -> Self {
        let stages = stages(caller).await;
        Self { caller, owners, stages, accounts: vec![], contacts: vec![], deals: vec![] }
    }

    async fn act(&mut self, random: &mut StdRng) {
        match random.random_range(0..10) {
            0..4 => self.create(random).await,
            4..8 => self.edit(random).await,
            _ => self.archive(random).await,
        }
    }

    async fn create(&mut self, random: &mut StdRng) {
        let id = Uuid::now_v7();
        let name = format!("{} {}", ["Acme", "远见", "张伟", "Zeta"].choose(random).unwrap(), random.random::<u8>());
        let owner_id = self.owners.choose(random).copied();
        match random.random_range(0..3) {
            0 => {
                let employees = random.random_bool(0.6).then(|| random.random_range(1..5));
                let new = Account { name, employees, owner_id, ..Account::default() };
                self.caller.call::<CreateAccount>((), New::of(id, &new)).await.unwrap();
                self.accounts.push(AccountId(id));
            }
            1 => {
                let new = Contact { name, owner_id, ..Contact::default() };
                self.caller.call::<CreateContact>((), New::of(id, &new)).await.unwrap();
                self.contacts.push(ContactId(id));
            }
            _ => {
                let stage = &self.stages[random.random_range(0..3)];
                let new = Opportunity {
                    name: format!("Deal {name}"),
                    pipeline_id: stage.pipeline_id,
                    stage_id: stage.id,
                    amount: random.random_bool(0.8).then(|| random.random_range(0..9) * 100),
                    owner_id,
                    ..Opportunity::default()
                };
                self.caller.call::<CreateOpportunity>((), New::of(id, &new)).await.unwrap();
                self.deals.push(OpportunityId(id));
            }
        }
    }

    async fn edit(&mut self, random: &mut StdRng) {
        let owner = self.owners.choose(random).map(ToString::to_string);
        let region = ["East", "West"].choose(random).copied();
        let name = format!("{} {}", ["Acme", "张三", "Nova"].choose(random).unwrap(), random.random::<u8>());
        if let Some(id) = self.accounts.choose(random) {
            let patch = Patch::set("owner_id", owner).and("region", region).and("name", name.clone());
            self.caller.call::<UpdateAccount>(*id, patch).await.unwrap();
        }
        if let Some(id) = self.contacts.choose(random) {
            self.caller.call::<UpdateContact>(*id, Patch::set("name", name)).await.unwrap();
        }
        if let Some(id) = self.deals.choose(random) {
            let stage = self.stages[random.random_range(0..4)].id.to_string();
            let patch = Patch::set("stage_id", stage).and("amount", json!(random.random_range(0..9) * 100));
            self.caller.call::<UpdateOpportunity>(*id, patch).await.unwrap();
        }
    }

    async fn archive(&mut self, random: &mut StdRng) {
        let archived = random.random_bool(0.6);
        if let Some(id) = self.accounts.choose(random) {
            self.caller.call::<ArchiveAccounts>((), Archive { ids: vec![id.0], archived }).await.unwrap();
        }
        if let Some(id) = self.deals.choose(random) {
            self.caller.call::<ArchiveOpportunities>((), Archive { ids: vec![id.0], archived }).await.unwrap();
        }
    }
}
