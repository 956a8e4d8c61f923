//! The law of access, at random: a row is in the list exactly when it opens, is
//! counted, found, exported, heard of and remembered, for everybody, whatever
//! became of roles, teams, owners and shares.

use std::collections::{BTreeMap, BTreeSet};

use http::{Method, StatusCode};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use server::ground::{access, rows};
use shared::access::{Action, Actor, Grant, Object, Scope, ShareLevel, rule};
use shared::accounts::*;
use shared::auth::WhoAmI;
use shared::change::{Archive, New, Patch};
use shared::contacts::*;
use shared::id::{AccountId, ContactId, OpportunityId, RoleId, ShareId, TeamId, UserId};
use shared::opportunities::*;
use shared::users::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::board::first_stage;
use crate::live::Ear;

const KINDS: [Object; 3] = [Object::Account, Object::Contact, Object::Opportunity];

#[tokio::test]
async fn a_row_is_in_the_list_exactly_when_it_opens() {
    let (app, mut random) = (TestApp::start().await, seeded());
    let mut world = World::build(&app, &mut random).await;
    let mut pairs = 0;
    for round in 0..6 {
        world.shake(&app, &mut random, round % 2 == 0).await;
        for caller in &world.callers {
            pairs += world.check(caller).await;
        }
    }
    assert!(pairs >= 10_000, "only {pairs} pairs were checked");
}

#[tokio::test]
async fn what_one_hears_adds_up_to_what_one_sees() {
    let (app, mut random) = (TestApp::start().await, seeded());
    let mut world = World::build(&app, &mut random).await;
    let mut readers = Vec::new();
    for caller in &world.callers {
        readers.push(Reader { ear: Ear::open(caller, None).await, sees: world.seen_by(caller).await });
    }
    for round in 0..6 {
        world.shake(&app, &mut random, round % 3 == 2).await;
        // Shares run out, and roles change, by the stream's own clock.
        tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
        for (caller, reader) in world.callers.iter().zip(&mut readers) {
            reader.listen(&world, caller).await;
            assert_eq!(reader.sees, world.seen_by(caller).await, "round {round} for {}", caller.id);
        }
    }
}

fn seeded() -> StdRng {
    let seed = rand::rng().random::<u64>();
    eprintln!("seed {seed}");
    StdRng::seed_from_u64(seed)
}

type Seen = BTreeSet<(Object, Uuid)>;

/// Somebody who keeps a set by what the stream says.
struct Reader {
    ear: Ear,
    sees: Seen,
}

impl Reader {
    async fn listen(&mut self, world: &World<'_>, caller: &Caller<'_>) {
        let head = server::ground::live::last_seq(&caller.test.app.db.read).await.unwrap();
        for (event, data) in self.ear.up_to(head).await {
            match event.as_str() {
                "change" => {
                    let change: shared::events::Event = serde_json::from_str(&data).unwrap();
                    let key = (change.object, change.id);
                    match change.row {
                        Some(_) if KINDS.contains(&change.object) => drop(self.sees.insert(key)),
                        _ => drop(self.sees.remove(&key)),
                    }
                }
                "refresh" => {
                    let now = world.seen_by(caller).await;
                    self.sees.retain(|(object, _)| object.word() != data);
                    self.sees.extend(now.into_iter().filter(|(object, _)| object.word() == data));
                }
                "reset" => self.sees = world.seen_by(caller).await,
                _ => {}
            }
        }
    }
}

/// A company in which anything may be anybody's.
struct World<'a> {
    admin: Caller<'a>,
    callers: Vec<Caller<'a>>,
    teams: Vec<TeamId>,
    users: Vec<UserId>,
    accounts: Vec<AccountId>,
    contacts: Vec<ContactId>,
    deals: Vec<OpportunityId>,
    roles: Vec<RoleId>,
    shares: Vec<ShareId>,
}

impl<'a> World<'a> {
    async fn build(app: &'a TestApp, random: &mut StdRng) -> Self {
        let admin = app.admin().await;
        let mut teams = Vec::new();
        for n in 0..5 {
            let parent = if n == 0 { None } else { teams.choose(random).copied() };
            teams.push(app.team(&format!("Team {n}"), parent).await);
        }
        let mut roles = Vec::new();
        for scope in [Scope::Own, Scope::Team, Scope::Subtree, Scope::All] {
            roles.push(app.role_of(scope).await);
        }
        for _ in 0..4 {
            roles.push(app.role_with(any_grants(random)).await);
        }
        let mut callers = Vec::new();
        for n in 0..10 {
            let role = *roles.choose(random).unwrap();
            let team = if random.random_bool(0.8) { teams.choose(random).copied() } else { None };
            callers.push(app.staff(&format!("User {n}"), role, team).await);
        }
        let users = callers.iter().map(|caller| caller.id).collect();
        let (accounts, contacts, deals, shares) = Default::default();
        let mut world = Self { admin, callers, teams, users, accounts, contacts, deals, roles, shares };
        world.fill(random).await;
        world
    }

    fn anyone(&self, random: &mut StdRng) -> Option<UserId> {
        if random.random_bool(0.9) { self.users.choose(random).copied() } else { None }
    }

    fn any_team(&self, random: &mut StdRng) -> Option<TeamId> {
        if random.random_bool(0.8) { self.teams.choose(random).copied() } else { None }
    }

    fn any_links(&self, random: &mut StdRng) -> Vec<AccountLink> {
        let some = self.accounts.choose_multiple(random, 2);
        some.map(|id| AccountLink { account_id: *id, ..AccountLink::default() }).collect()
    }

    fn anything(&self, random: &mut StdRng) -> (Object, Uuid) {
        match random.random_range(0..3) {
            0 => (Object::Account, self.accounts.choose(random).unwrap().0),
            1 => (Object::Contact, self.contacts.choose(random).unwrap().0),
            _ => (Object::Opportunity, self.deals.choose(random).unwrap().0),
        }
    }

    async fn fill(&mut self, random: &mut StdRng) {
        let stage = first_stage(&self.admin).await;
        for n in 0..60 {
            let account = Account {
                name: format!("Account {n}"),
                owner_id: self.anyone(random),
                team_id: self.any_team(random),
                ..Account::default()
            };
            let done = self.admin.call::<CreateAccount>((), New::of(Uuid::now_v7(), &account)).await.unwrap();
            self.accounts.push(done.record.id);
            let contact = Contact {
                name: format!("Contact {n}"),
                owner_id: self.anyone(random),
                team_id: self.any_team(random),
                accounts: self.any_links(random),
                ..Contact::default()
            };
            let done = self.admin.call::<CreateContact>((), New::of(Uuid::now_v7(), &contact)).await.unwrap();
            self.contacts.push(done.record.id);
            let deal = Opportunity {
                name: format!("Deal {n}"),
                account_id: self.accounts.choose(random).copied(),
                pipeline_id: stage.pipeline_id,
                stage_id: stage.id,
                owner_id: self.anyone(random),
                team_id: self.any_team(random),
                ..Opportunity::default()
            };
            let done = self.admin.call::<CreateOpportunity>((), New::of(Uuid::now_v7(), &deal)).await.unwrap();
            self.deals.push(done.record.id);
        }
    }

    /// Changes owners, links and shares at random, and who people are if asked.
    async fn shake(&mut self, app: &TestApp, random: &mut StdRng, people: bool) {
        if people {
            self.shake_people(random).await;
        }
        for _ in 0..15 {
            let owner = self.anyone(random).map(|user| user.to_string());
            let patch =
                Patch::set("owner_id", owner).and("team_id", self.any_team(random).map(|team| team.to_string()));
            self.admin.call::<UpdateAccount>(*self.accounts.choose(random).unwrap(), patch.clone()).await.unwrap();
            let account = self.accounts.choose(random).map(ToString::to_string);
            let moved = patch.and("account_id", account);
            self.admin.call::<UpdateOpportunity>(*self.deals.choose(random).unwrap(), moved).await.unwrap();
            let links = Patch::set("accounts", json!(self.any_links(random)));
            self.admin.call::<UpdateContact>(*self.contacts.choose(random).unwrap(), links).await.unwrap();
        }
        for _ in 0..15 {
            let (object, record_id) = self.anything(random);
            let to_user = random.random_bool(0.5);
            let share = Share {
                object: object.word().into(),
                record_id,
                user_id: if to_user { self.users.choose(random).copied() } else { None },
                team_id: if to_user { None } else { self.teams.choose(random).copied() },
                level: *ShareLevel::ALL.choose(random).unwrap(),
                expires_at: random.random_bool(0.3).then(|| app.app.clock.now().plus(60_000)),
                ..Share::default()
            };
            let done = self.admin.call::<CreateShare>((), New::of(Uuid::now_v7(), &share)).await.unwrap();
            self.shares.push(done.record.id);
        }
        let revoked = self.shares.choose_multiple(random, 4).map(|id| id.0).collect();
        let archive = Archive { ids: revoked, archived: random.random_bool(0.8) };
        self.admin.call::<ArchiveShares>((), archive).await.unwrap();
        // Some of the shares run out.
        app.app.clock.advance(61_000);
    }

    async fn shake_people(&self, random: &mut StdRng) {
        for user in &self.users {
            let mut patch = Patch::default();
            if random.random_bool(0.5) {
                patch = patch.and("team_id", self.any_team(random).map(|team| team.to_string()));
            }
            if random.random_bool(0.5) {
                let some = random.random_range(1..=2);
                let roles: Vec<String> = self.roles.choose_multiple(random, some).map(ToString::to_string).collect();
                patch = patch.and("roles", roles);
            }
            self.admin.call::<UpdateUser>(*user, patch).await.unwrap();
        }
        let role = *self.roles[4..].choose(random).unwrap();
        self.admin.call::<UpdateRole>(role, Patch::set("grants", json!(any_grants(random)))).await.unwrap();
    }

    fn ids(&self, object: Object) -> Vec<Uuid> {
        match object {
            Object::Account => self.accounts.iter().map(|id| id.0).collect(),
            Object::Contact => self.contacts.iter().map(|id| id.0).collect(),
            _ => self.deals.iter().map(|id| id.0).collect(),
        }
    }

    /// Everything that stands in the caller's lists.
    async fn seen_by(&self, caller: &Caller<'_>) -> Seen {
        let mut seen = Seen::new();
        for object in KINDS {
            seen.extend(ids_of(caller, object, "").await.into_iter().map(|id| (object, id)));
        }
        seen
    }

    /// Everything that reads or writes agrees for one caller; the pairs checked.
    async fn check(&self, caller: &Caller<'_>) -> usize {
        let actor = caller.call::<WhoAmI>((), ()).await.unwrap().actor;
        let mut pairs = 0;
        for object in KINDS {
            let may = self.may(caller, &actor, object).await;
            let listed = ids_of(caller, object, "").await;
            assert_eq!(listed, may[&Action::Read], "{object} of {}", caller.id);
            pairs += self.check_each(caller, object, &may).await;
            self.check_sums(caller, object, &may).await;
        }
        pairs
    }

    /// The rows that the rule admits, one by one, for each action.
    async fn may(&self, caller: &Caller<'_>, actor: &Actor, object: Object) -> BTreeMap<Action, BTreeSet<Uuid>> {
        let (db, schema, now) = (&caller.test.app.db.read, object.schema(), caller.test.app.clock.now());
        let found = rows::all(db, schema, &rows::select(schema)).await.unwrap();
        let facts = access::facts(db, schema, &found.iter().collect::<Vec<_>>()).await.unwrap();
        let of = |action: Action| {
            let rule = rule(actor, object, schema.guard, action, now);
            let admitted = found.iter().zip(&facts).filter(|(_, facts)| rule.admits(facts));
            (action, admitted.map(|(row, _)| rows::id(row)).collect())
        };
        Action::ALL.iter().map(|action| of(*action)).collect()
    }

    async fn check_each(&self, caller: &Caller<'_>, object: Object, may: &BTreeMap<Action, BTreeSet<Uuid>>) -> usize {
        let (readable, writable) = (&may[&Action::Read], &may[&Action::Write]);
        assert!(may.values().all(|rows| rows.is_subset(readable)), "{object} beyond sight of {}", caller.id);
        for id in self.ids(object) {
            let path = format!("/api/{}/{id}", object.schema().table);
            let opens = caller.send(Method::GET, &path, None).await.status;
            assert_eq!(opens == StatusCode::OK, readable.contains(&id), "{path} for {}", caller.id);
            let written = caller.send(Method::PATCH, &path, Some(br#"{"set":{}}"#.to_vec())).await.status;
            assert_eq!(written == StatusCode::OK, writable.contains(&id), "writing {path} for {}", caller.id);
        }
        self.ids(object).len()
    }

    /// Counts, search, export and the past say the same as the list.
    async fn check_sums(&self, caller: &Caller<'_>, object: Object, may: &BTreeMap<Action, BTreeSet<Uuid>>) {
        let (readable, table) = (&may[&Action::Read], object.schema().table);
        let counted = caller.get_json(&format!("/api/{table}/totals")).await.json();
        let lines = counted["lines"].as_array().cloned().unwrap_or_default();
        let count: i64 = lines.iter().filter_map(|line| line["count"].as_i64()).sum();
        assert_eq!(count as usize, readable.len(), "{object} counted by {}", caller.id);
        let word = if object == Object::Opportunity { "deal" } else { object.word() };
        let found = caller.get_json(&format!("/api/search?q={word}&object={object}&limit=50")).await.json();
        let found: BTreeSet<Uuid> = found.as_array().unwrap().iter().map(|hit| id_of(&hit["id"])).collect();
        assert_eq!(found.len(), readable.len().min(50), "{object} found by {}", caller.id);
        assert!(found.is_subset(readable));
        let now = caller.test.app.clock.now();
        assert_eq!(ids_of(caller, object, &format!("&as_of={}", now.0)).await, *readable, "{object} as of now");
        let exported = caller.get_json(&format!("/api/export/{object}?columns=id")).await;
        if exported.status == StatusCode::OK {
            let ids: BTreeSet<Uuid> = exported.text().lines().skip(1).map(|line| line.parse().unwrap()).collect();
            assert_eq!(ids, may[&Action::Export], "{object} exported by {}", caller.id);
        } else {
            assert_eq!((exported.status, may[&Action::Export].len()), (StatusCode::FORBIDDEN, 0));
        }
    }
}

fn id_of(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}

/// The ids of a caller's list, which is empty where they may not ask.
async fn ids_of(caller: &Caller<'_>, object: Object, more: &str) -> BTreeSet<Uuid> {
    let answer = caller.get_json(&format!("/api/{}?limit=500{more}", object.schema().table)).await;
    if answer.status == StatusCode::FORBIDDEN {
        return BTreeSet::new();
    }
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()["items"].as_array().unwrap().iter().map(|row| id_of(&row["id"])).collect()
}

/// Any scope for each action on what is somebody's; everything else freely.
fn any_grants(random: &mut StdRng) -> Vec<Grant> {
    let mut grants = Vec::new();
    for object in Object::ALL {
        for action in Action::ALL {
            let scope = if KINDS.contains(object) { *Scope::ALL.choose(random).unwrap() } else { Scope::All };
            grants.push(Grant { object: *object, action: *action, scope });
        }
    }
    grants
}
