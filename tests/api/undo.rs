//! Everything can be taken back: random commands, all undone, leave the
//! database as it was, apart from the log.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use sea_orm::{ConnectionTrait as _, Statement};
use shared::access::Object;
use shared::accounts::*;
use shared::change::*;
use shared::contacts::*;
use shared::fields::STAMPS;
use shared::id::{AccountId, BatchId, ContactId, OpportunityId};
use shared::opportunities::*;
use shared::pipelines::Stage;
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;
use crate::board::stages;

/// Every record, list index and search token, as text.
async fn snapshot(app: &TestApp) -> Vec<String> {
    let db = &app.app.db.read;
    let mut lines = Vec::new();
    for object in [Object::Account, Object::Contact, Object::Opportunity, Object::Pipeline, Object::Stage, Object::View]
    {
        let schema = object.schema();
        let rows = server::ground::rows::all(db, schema, &server::ground::rows::select(schema)).await.unwrap();
        for mut row in rows {
            row.retain(|key, _| !STAMPS.contains(&key.as_str()));
            lines.push(format!("{object} {}", serde_json::Value::Object(row)));
        }
    }
    for (table, columns) in [("links", "object, field, key"), ("tokens", "object, token, token")] {
        let sql = format!("SELECT {columns}, record_id FROM {table}");
        for row in db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap() {
            let text = |at: usize| row.try_get_by_index::<String>(at).unwrap();
            let id: Uuid = row.try_get_by_index(3).unwrap();
            lines.push(format!("{table} {} {} {} {id}", text(0), text(1), text(2)));
        }
    }
    lines.sort();
    lines
}

struct Hand<'a> {
    caller: Caller<'a>,
    stages: Vec<Stage>,
    accounts: Vec<AccountId>,
    contacts: Vec<ContactId>,
    deals: Vec<OpportunityId>,
}

impl Hand<'_> {
    /// One random command; its handle if it was accepted.
    async fn act(&mut self, random: &mut StdRng) -> Option<BatchId> {
        match random.random_range(0..10) {
            0 | 1 => self.create(random).await,
            2 | 3 => self.edit(random).await,
            4 | 5 => self.shift(random).await,
            6 => self.bulk(random).await,
            7 => self.archive(random).await,
            8 => self.link(random).await,
            _ => self.tag(random).await,
        }
    }

    async fn create(&mut self, random: &mut StdRng) -> Option<BatchId> {
        let id = Uuid::now_v7();
        let name = format!("张 {} {}", random.random::<u16>(), ["Acme", "Betatech", "远见"].choose(random).unwrap());
        match random.random_range(0..3) {
            0 => {
                let new = Account { name, tags: vec!["vip".into()], ..Account::default() };
                self.accounts.push(AccountId(id));
                self.caller.call::<CreateAccount>((), New::of(id, &new)).await.ok().map(|done| done.batch)
            }
            1 => {
                let links =
                    self.accounts.choose(random).map(|id| AccountLink { account_id: *id, ..AccountLink::default() });
                let new = Contact { name, accounts: links.into_iter().collect(), ..Contact::default() };
                self.contacts.push(ContactId(id));
                self.caller.call::<CreateContact>((), New::of(id, &new)).await.ok().map(|done| done.batch)
            }
            _ => {
                let stage = &self.stages[random.random_range(0..3)];
                let new = Opportunity {
                    name,
                    pipeline_id: stage.pipeline_id,
                    stage_id: stage.id,
                    amount: Some(random.random_range(0..9_999)),
                    ..Opportunity::default()
                };
                self.deals.push(OpportunityId(id));
                self.caller.call::<CreateOpportunity>((), New::of(id, &new)).await.ok().map(|done| done.batch)
            }
        }
    }

    async fn edit(&mut self, random: &mut StdRng) -> Option<BatchId> {
        let id = *self.accounts.choose(random)?;
        let patch = Patch::set("name", format!("Name {}", random.random::<u8>()))
            .and("region", ["华东", "华南"].choose(random).copied());
        self.caller.call::<UpdateAccount>(id, patch).await.ok().map(|done| done.batch)
    }

    async fn shift(&mut self, random: &mut StdRng) -> Option<BatchId> {
        let ids: Vec<OpportunityId> = self.deals.choose_multiple(random, 3).copied().collect();
        let wanted = Move {
            ids,
            stage: self.stages.choose(random)?.id,
            after: self.deals.choose(random).copied().filter(|_| random.random_bool(0.3)),
            lost_reason: random.random_bool(0.7).then(|| "price".into()),
            ..Move::default()
        };
        self.caller.call::<MoveOpportunities>((), wanted).await.ok().map(|done| done.batch)
    }

    async fn bulk(&mut self, random: &mut StdRng) -> Option<BatchId> {
        let ids = self.deals.choose_multiple(random, 4).map(|id| id.0).collect();
        let set = Patch::set("close_date", format!("2026-12-{:02}", random.random_range(1..29))).set;
        self.caller
            .call::<UpdateOpportunities>((), Bulk { ids, set, ..Bulk::default() })
            .await
            .ok()
            .map(|done| done.batch)
    }

    async fn archive(&mut self, random: &mut StdRng) -> Option<BatchId> {
        let ids = self.contacts.choose_multiple(random, 2).map(|id| id.0).collect();
        let archive = Archive { ids, archived: random.random_bool(0.6) };
        self.caller.call::<ArchiveContacts>((), archive).await.ok().map(|done| done.batch)
    }

    async fn link(&mut self, random: &mut StdRng) -> Option<BatchId> {
        let id = *self.contacts.choose(random)?;
        let accounts: Vec<_> = self
            .accounts
            .choose_multiple(random, 2)
            .map(|id| AccountLink { account_id: *id, ..AccountLink::default() })
            .collect();
        let patch = Patch::set("accounts", serde_json::to_value(accounts).unwrap());
        self.caller.call::<UpdateContact>(id, patch).await.ok().map(|done| done.batch)
    }

    async fn tag(&mut self, random: &mut StdRng) -> Option<BatchId> {
        let id = *self.accounts.choose(random)?;
        let tags: Vec<&str> = ["a", "b", "c"].choose_multiple(random, 2).copied().collect();
        self.caller.call::<UpdateAccount>(id, Patch::set("tags", tags)).await.ok().map(|done| done.batch)
    }
}

#[tokio::test]
async fn random_commands_all_undone_leave_nothing_behind() {
    for _ in 0..4 {
        let seed = rand::rng().random::<u64>();
        eprintln!("seed {seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let kept = account(&admin, "Kept").await;
        let start = snapshot(&app).await;
        let mut hand = Hand {
            stages: stages(&admin).await,
            caller: admin.clone(),
            accounts: vec![kept],
            contacts: vec![],
            deals: vec![],
        };
        let mut done = Vec::new();
        for _ in 0..120 {
            done.extend(hand.act(&mut random).await);
        }
        assert!(done.len() > 60, "only {} commands were accepted", done.len());
        let end = snapshot(&app).await;
        let mut undone = Vec::new();
        for batch in done.iter().rev() {
            undone.push(admin.call::<UndoBatch>(*batch, ()).await.unwrap().batch);
        }
        assert_eq!(snapshot(&app).await, start);
        for batch in undone.iter().rev() {
            admin.call::<UndoBatch>(*batch, ()).await.unwrap();
        }
        assert_eq!(snapshot(&app).await, end, "redone");
    }
}

#[tokio::test]
async fn undo_does_not_overwrite_what_somebody_did_since() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let role = app.role(server::demo::ADMIN).await;
    let bob = app.staff("Bob", role, None).await;
    let id = account(&admin, "Acme").await;
    let done = admin.call::<UpdateAccount>(id, Patch::set("region", "A")).await.unwrap();
    bob.call::<UpdateAccount>(id, Patch::set("region", "B")).await.unwrap();

    let refused = admin.call::<UndoBatch>(done.batch, ()).await.unwrap_err();

    assert_eq!((refused.status, refused.conflicts[0].by_name.as_str()), (409, "Bob"));
}

#[tokio::test]
async fn a_command_is_undone_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let id = account(&admin, "Acme").await;
    let done = admin.call::<UpdateAccount>(id, Patch::set("region", "A")).await.unwrap();
    admin.call::<UndoBatch>(done.batch, ()).await.unwrap();

    let again = admin.call::<UndoBatch>(done.batch, ()).await.unwrap_err();

    assert_eq!((again.status, again.code.as_str()), (409, "already_undone"));
}

#[tokio::test]
async fn nobody_undoes_for_somebody_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let own = app.role_of(shared::access::Scope::Own).await;
    let ann = app.staff("Ann", own, None).await;
    let id = account(&admin, "Acme").await;
    let done = admin.call::<UpdateAccount>(id, Patch::set("region", "A")).await.unwrap();

    let refused = ann.call::<UndoBatch>(done.batch, ()).await.unwrap_err();

    assert_eq!(refused.status, 404);
}

/// The last change of a deal.
async fn last_change(caller: &Caller<'_>, id: OpportunityId) -> Change {
    let query = ChangeQuery { object: Object::Opportunity, id: id.0, after: None, limit: Some(1) };
    caller.call::<ListChanges>((), query).await.unwrap().items.remove(0)
}

#[tokio::test]
async fn one_change_taken_back_leaves_the_deal_as_it_was_and_the_rest_of_its_command() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let (one, other) =
        (crate::board::deal(&admin, &stages[0], "a", 1).await, crate::board::deal(&admin, &stages[0], "b", 1).await);
    let get = async |id| admin.call::<GetOpportunity>(id, AsOf::default()).await.unwrap();
    let bulk = |set: Patch| Bulk { ids: vec![one.0, other.0], set: set.set, ..Bulk::default() };
    admin.call::<UpdateOpportunities>((), bulk(Patch::set("close_date", "2026-12-01"))).await.unwrap();
    let before = get(one).await;
    app.app.clock.advance(10_000);

    admin.call::<UpdateOpportunities>((), bulk(Patch::set("close_date", "2026-12-24"))).await.unwrap();
    let pushed = last_change(&admin, one).await;
    admin.call::<UndoChange>((), ChangeUndo { seq: pushed.seq }).await.unwrap();
    let moved = Move { ids: vec![one], stage: stages[1].id, ..Move::default() };
    admin.call::<MoveOpportunities>((), moved).await.unwrap();
    let moved = last_change(&admin, one).await;
    admin.call::<UndoChange>((), ChangeUndo { seq: moved.seq }).await.unwrap();

    let after = get(one).await;
    let stamps = (before.version, before.updated_at);
    assert_eq!(Opportunity { version: stamps.0, updated_at: stamps.1, ..after }, before);
    let rest = get(other).await;
    assert_eq!((rest.close_date_pushes, rest.close_date.map(|day| day.to_string())), (1, Some("2026-12-24".into())));
    let again = admin.call::<UndoChange>((), ChangeUndo { seq: pushed.seq }).await.unwrap_err();
    assert_eq!((again.status, again.conflicts[0].field.as_str()), (409, "close_date"));
}

#[tokio::test]
async fn nobody_takes_a_change_back_for_somebody_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let own = app.role_of(shared::access::Scope::Own).await;
    let ann = app.staff("Ann", own, None).await;
    let id = account(&admin, "Acme").await;
    let done = admin.call::<UpdateAccount>(id, Patch::set("region", "A")).await.unwrap();

    let refused = ann.call::<UndoChange>((), ChangeUndo { seq: done.seq }).await.unwrap_err();

    assert_eq!(refused.status, 404);
}

#[tokio::test]
async fn two_people_take_back_in_any_order_and_nothing_is_mangled() {
    for _ in 0..3 {
        let seed = rand::rng().random::<u64>();
        eprintln!("seed {seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let bob = app.staff("Bob", app.role(server::demo::ADMIN).await, None).await;
        let kept = account(&admin, "Kept").await;
        let mut hand = Hand {
            stages: stages(&admin).await,
            caller: admin.clone(),
            accounts: vec![kept],
            contacts: vec![],
            deals: vec![],
        };
        let mut done = Vec::new();
        for _ in 0..80 {
            hand.caller = if random.random_bool(0.5) { admin.clone() } else { bob.clone() };
            let author = hand.caller.clone();
            done.extend(hand.act(&mut random).await.map(|batch| (author, batch)));
        }
        let end = snapshot(&app).await;
        let mut undone = Vec::new();
        while !done.is_empty() {
            let (author, batch) = done.swap_remove(random.random_range(0..done.len()));
            match author.call::<UndoBatch>(batch, ()).await {
                Ok(done) => undone.push((author, done.batch)),
                // Something was built upon it, or has gone meanwhile.
                Err(refused) => assert!([409, 422].contains(&refused.status), "{refused:?}"),
            }
        }
        assert!(undone.len() > 10, "only {} commands were taken back", undone.len());
        for (author, batch) in undone.into_iter().rev() {
            author.call::<UndoBatch>(batch, ()).await.unwrap();
        }
        assert_eq!(snapshot(&app).await, end, "redone");
    }
}
