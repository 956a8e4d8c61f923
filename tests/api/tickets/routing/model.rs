//! Many at work at once: the two laws of routing hold in between and at rest.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::join_all;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;
use shared::change::Patch;
use shared::id::{SkillId, TicketCategoryId, UserId};
use shared::query::ListQuery;
use shared::sla::Category;
use shared::tickets::routing::*;
use shared::tickets::*;
use shared::users::{ListUsers, User};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::super::{status, with};
use super::Desk;

/// Numbers that look like chance and are the same every time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn number(&mut self, below: u64) -> i64 {
        i64::try_from(self.throw(below)).unwrap()
    }
}

/// What an agent looks at: what is theirs and what nobody has.
const MINE_OR_FREE: &str = "all(state.is.new~open,any(owner_id.is.@me,owner_id.empty))";

struct World<'a> {
    desk: Desk<'a>,
    agents: Vec<Caller<'a>>,
    categories: Vec<TicketCategoryId>,
    resolved: Patch,
}

async fn world<'a>(app: &'a TestApp, people: u64, dice: &mut Dice) -> World<'a> {
    let desk = Desk::open(app, json!({ "routing": "skill" })).await;
    let skills: Vec<SkillId> = [desk.skill("A").await, desk.skill("B").await, desk.skill("C").await].into();
    let mut agents = Vec::new();
    for n in 0..people {
        let agent = desk.agent(&format!("Agent {n}"), 1 + dice.number(6)).await;
        let known = skills.iter().filter(|_| dice.throw(2) == 0).collect::<Vec<_>>();
        let levels: Vec<SkillLevel> =
            known.into_iter().map(|id| SkillLevel { skill_id: *id, level: 1 + dice.number(5) }).collect();
        desk.set(&agent, Patch::set("skills", json!(levels))).await;
        agents.push(agent);
    }
    let mut categories = Vec::new();
    for n in 0..6 {
        let need = SkillNeed { skill_id: skills[n % 3], least: 1 + dice.number(4), ..SkillNeed::default() };
        let needs = if n == 0 { Vec::new() } else { vec![need] };
        categories.push(desk.category(&format!("Category {n}"), json!(needs)).await);
    }
    let solved = status(&desk.admin, Category::Solved).await;
    let resolved = Patch::set("resolution", "answered").and("status_id", json!(solved));
    World { desk, agents, categories, resolved }
}

impl World<'_> {
    async fn come(&self, n: u64, dice: &mut Dice) -> Ticket {
        let category = self.categories[usize::try_from(dice.throw(6)).unwrap()];
        with(&self.desk.admin, json!({ "name": format!("Ticket {n}"), "category_id": category })).await
    }

    async fn tickets(&self, caller: &Caller<'_>) -> Vec<Ticket> {
        let mut all = Vec::new();
        let mut query = ListQuery { limit: Some(200), sort: Some("number".into()), ..ListQuery::default() };
        loop {
            let page = caller.call::<ListTickets>((), query.clone()).await.unwrap();
            all.extend(page.items);
            let Some(next) = page.next else { return all };
            query.after = Some(next);
        }
    }

    /// An agent works: solves what is theirs, takes what waits, gives some back.
    async fn work(&self, agent: &Caller<'_>, seed: u64, is_over: &AtomicBool) {
        let mut dice = Dice(seed);
        while !is_over.load(Ordering::Relaxed) {
            let query = ListQuery { filter: Some(MINE_OR_FREE.into()), limit: Some(30), ..ListQuery::default() };
            let open = agent.call::<ListTickets>((), query).await.unwrap().items;
            let mine: Vec<&Ticket> = open.iter().filter(|ticket| ticket.owner_id == Some(agent.id)).collect();
            let free: Vec<&Ticket> = open.iter().filter(|ticket| ticket.owner_id.is_none()).collect();
            let one = |of: &[&Ticket], dice: &mut Dice| {
                let at = dice.throw(u64::try_from(of.len()).unwrap().max(1));
                of.get(usize::try_from(at).unwrap()).map(|ticket| ticket.id)
            };
            let (id, patch) = match dice.throw(10) {
                0..6 => (one(&mine, &mut dice), self.resolved.clone()),
                6..9 => (one(&free, &mut dice), Patch::set("owner_id", json!(agent.id))),
                _ => {
                    let back = Patch::set("owner_id", json!(null)).and("team_id", json!(self.desk.team));
                    (one(&mine, &mut dice), back)
                }
            };
            // Refusals are part of it: others were faster, or there is no room.
            if let Some(id) = id
                && let Err(refused) = agent.call::<UpdateTicket>(id, patch).await
            {
                assert!(refused.status < 500 || refused.status == 503, "{refused:?}");
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    async fn capacities(&self) -> BTreeMap<UserId, User> {
        let query = ListQuery { limit: Some(200), ..ListQuery::default() };
        let users = self.desk.admin.call::<ListUsers>((), query).await.unwrap().items;
        users.into_iter().map(|user| (user.id, user)).collect()
    }
}

/// How many open tickets anybody has too many, in one look.
async fn over(app: &TestApp) -> Vec<(Uuid, i64)> {
    let sql = "SELECT users.id, COUNT(*) - users.capacity FROM tickets JOIN users ON users.id = tickets.owner_id \
        WHERE tickets.state NOT IN ('solved', 'closed') AND users.capacity IS NOT NULL \
        GROUP BY users.id, users.capacity HAVING COUNT(*) > users.capacity";
    let rows = app.app.db.read.query_all_raw(Statement::from_string(app.app.db.backend(), sql)).await.unwrap();
    rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_at_work_on_two_hundred_nobody_has_too_many_and_nothing_waits_for_who_is_free() {
    let app = TestApp::start().await;
    let mut dice = Dice(7);
    let world = world(&app, 20, &mut dice).await;
    let is_over = AtomicBool::new(false);
    let come = async {
        for n in 0..200 {
            world.come(n, &mut dice).await;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        is_over.store(true, Ordering::Relaxed);
    };
    let watch = async {
        let mut looks = 0;
        while !is_over.load(Ordering::Relaxed) {
            assert_eq!(over(&app).await, []);
            looks += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        looks
    };
    let works = (1..).zip(&world.agents).map(|(seed, agent)| world.work(agent, seed, &is_over));

    let ((), looks, _) = tokio::join!(come, watch, join_all(works));
    world.desk.rest().await;

    assert!(looks > 10, "it was not looked at");
    assert_eq!(over(&app).await, []);
    let tickets = world.tickets(&world.desk.admin).await;
    assert_eq!(tickets.len(), 200);
    assert_at_rest(&world, &tickets).await;
    let given = super::number(&app, "SELECT COUNT(*) FROM assignments").await;
    assert!(given >= 100, "routing gave only {given}");
}

/// Nothing that waits could be given to anybody.
async fn assert_at_rest(world: &World<'_>, tickets: &[Ticket]) {
    let users = world.capacities().await;
    let query = ListQuery { limit: Some(200), ..ListQuery::default() };
    let categories = world.desk.admin.call::<ListTicketCategories>((), query).await.unwrap().items;
    let waiting: Vec<&Ticket> = tickets.iter().filter(|ticket| ticket.waits()).collect();
    for ticket in &waiting {
        let needs = &categories.iter().find(|one| Some(one.id) == ticket.category_id).unwrap().needs;
        for agent in &world.agents {
            let user = &users[&agent.id];
            let open = tickets.iter().filter(|other| other.burdens() == Some(agent.id)).count();
            let has_room = i64::try_from(open).unwrap() < user.capacity.unwrap();
            let knows = needs
                .iter()
                .all(|need| user.skills.iter().any(|one| one.skill_id == need.skill_id && one.level >= need.least));
            let gave_back = super::number(
                world.desk.app,
                &format!(
                    "SELECT COUNT(*) FROM ticket_returns JOIN tickets ON tickets.id = ticket_id \
                     JOIN users ON users.id = user_id WHERE number = {} AND email = '{}' \
                     AND returned_at >= queued_at",
                    ticket.number, user.email
                ),
            )
            .await;
            assert!(!(has_room && knows && gave_back == 0), "{} waits although {} is free", ticket.name, user.name);
        }
    }
}

#[tokio::test]
async fn the_same_things_in_the_same_order_end_the_same() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let app = TestApp::start().await;
        let mut dice = Dice(11);
        let world = world(&app, 8, &mut dice).await;
        let names: BTreeMap<UserId, String> =
            world.capacities().await.into_iter().map(|(id, user)| (id, user.name)).collect();
        let mut given = Vec::new();
        for n in 0..60 {
            app.app.clock.advance(8_000);
            world.come(n, &mut dice).await;
            if dice.throw(3) == 0 {
                let open = world.tickets(&world.desk.admin).await;
                let owned: Vec<&Ticket> = open.iter().filter(|ticket| ticket.burdens().is_some()).collect();
                if let Some(one) = owned.get(usize::try_from(dice.throw(8)).unwrap()) {
                    world.desk.admin.call::<UpdateTicket>(one.id, world.resolved.clone()).await.unwrap();
                }
            }
            world.desk.rest().await;
        }
        for ticket in world.tickets(&world.desk.admin).await {
            given.push((ticket.number, ticket.owner_id.map(|id| names[&id].clone())));
        }
        runs.push(given);
    }
    assert!(runs[0].iter().filter(|(_, owner)| owner.is_some()).count() > 20);
    assert_eq!(runs[0], runs[1]);
}
