//! Who gets a ticket: by which rule, within which room, and how one learns why.

mod model;
mod rehearsal;
mod room;

use std::time::{Duration, Instant as Clock};

use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use shared::change::{AsOf, Cause, ChangeQuery, ListChanges, New, Patch, UndoBatch};
use shared::id::{SkillId, TeamId, TicketCategoryId, UserId};
use shared::sla::Category;
use shared::tickets::routing::*;
use shared::tickets::*;
use shared::time::MINUTE;
use shared::users::{UpdateUser, User};
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{put, solve, with};

/// A team with a queue that gives its tickets away.
pub struct Desk<'a> {
    pub app: &'a TestApp,
    pub admin: Caller<'a>,
    pub team: TeamId,
    pub queue: Queue,
}

impl<'a> Desk<'a> {
    pub async fn open(app: &'a TestApp, rule: Value) -> Self {
        let admin = app.admin().await;
        let team = app.team("Support", None).await;
        let mut values = json!({ "name": "Support", "team_id": team });
        values.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
        let values = serde_json::from_value(values).unwrap();
        let queue = admin.call::<CreateQueue>((), New::from_values(Uuid::now_v7(), values)).await.unwrap().record;
        Self { app, admin, team, queue }
    }

    /// Somebody of the team who is there and takes so many.
    pub async fn agent(&self, name: &str, capacity: i64) -> Caller<'a> {
        let agent = self.app.staff(name, self.app.role(server::demo::ADMIN).await, Some(self.team)).await;
        self.set(&agent, Patch::set("capacity", capacity).and("presence", "online")).await;
        agent
    }

    pub async fn set(&self, who: &Caller<'_>, patch: Patch) -> User {
        self.admin.call::<UpdateUser>(who.id, patch).await.unwrap().record
    }

    pub async fn ticket(&self, name: &str) -> Ticket {
        with(&self.admin, json!({ "name": name, "queue_id": self.queue.id })).await
    }

    /// Time passes, and the administrator comes back to a session that has ended.
    pub async fn later(&mut self, time: i64) {
        self.app.app.clock.advance(time);
        self.admin = self.app.sign_in(self.admin.id, "ada.admin@test.example").await;
    }

    pub async fn owner(&self, ticket: &Ticket) -> Option<UserId> {
        self.admin.call::<GetTicket>(ticket.id, AsOf::default()).await.unwrap().owner_id
    }

    /// Until no job has anything left to do at this moment.
    pub async fn rest(&self) {
        let begun = Clock::now();
        loop {
            let now = self.app.app.clock.now().0;
            let due = format!(
                "SELECT COUNT(*) FROM jobs WHERE kind = 'route_tickets' AND ended_at IS NULL AND run_at <= {now}"
            );
            if number(self.app, &due).await == 0 {
                return;
            }
            assert!(begun.elapsed() < Duration::from_mins(1), "routing does not come to rest");
            self.app.app.jobs.wake();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn skill(&self, name: &str) -> SkillId {
        let skill = Skill { name: name.into(), ..Skill::default() };
        self.admin.call::<CreateSkill>((), New::of(Uuid::now_v7(), &skill)).await.unwrap().record.id
    }

    pub async fn category(&self, name: &str, needs: Value) -> TicketCategoryId {
        let values = json!({ "name": name, "priority": "normal", "queue_id": self.queue.id, "needs": needs });
        let new = New::from_values(Uuid::now_v7(), serde_json::from_value(values).unwrap());
        self.admin.call::<CreateTicketCategory>((), new).await.unwrap().record.id
    }
}

pub async fn number(app: &TestApp, sql: &str) -> i64 {
    let statement = Statement::from_string(app.app.db.backend(), sql);
    app.app.db.read.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn a_ticket_that_comes_in_is_somebodys_at_once_and_says_why() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "least_load" })).await;
    let ann = desk.agent("Ann", 2).await;
    let bob = desk.agent("Bob", 4).await;
    let cat = desk.agent("Cat", 9).await;
    cat.call::<SetPresence>((), PresenceChange { presence: Presence::Away }).await.unwrap();

    let first = desk.ticket("Printer").await;
    let second = desk.ticket("Screen").await;

    assert_eq!((first.owner_id, first.state, first.queued_at), (Some(ann.id), Category::Open, None));
    assert_eq!(second.owner_id, Some(bob.id));
    let [why] = desk.admin.call::<GetAssignments>(second.id, ()).await.unwrap().try_into().unwrap();
    assert_eq!((why.user_id, why.queue_id, why.queue_version), (bob.id, desk.queue.id, desk.queue.version));
    let told: Vec<_> = why.candidates.iter().map(|one| (one.user_id, one.score, one.open, one.excluded)).collect();
    assert_eq!(told, [(bob.id, 3_000, 0, None), (ann.id, 1_500, 1, None), (cat.id, 3_000, 0, Some(Excluded::Away))]);
}

#[tokio::test]
async fn the_log_says_that_it_was_routing_and_undoing_the_creation_takes_all_of_it_back() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "round_robin" })).await;
    desk.agent("Ann", 2).await;
    let values = serde_json::from_value(json!({ "name": "Printer", "queue_id": desk.queue.id })).unwrap();
    let new = NewTicket { ticket: New::from_values(Uuid::now_v7(), values), heard: None };

    let done = desk.admin.call::<CreateTicket>((), new).await.unwrap();

    let query = ChangeQuery { object: shared::access::Object::Ticket, id: done.record.id.0, after: None, limit: None };
    let causes: Vec<Cause> =
        desk.admin.call::<ListChanges>((), query).await.unwrap().items.iter().map(|change| change.cause).collect();
    assert_eq!(causes, [Cause::Routing, Cause::User]);
    desk.admin.call::<UndoBatch>(done.batch, ()).await.unwrap();
    let gone = desk.admin.call::<GetTicket>(done.record.id, AsOf::default()).await.unwrap_err();
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn in_turn_everybody_gets_one_before_anybody_gets_two() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "round_robin" })).await;
    let people = [desk.agent("Ann", 5).await.id, desk.agent("Bob", 5).await.id, desk.agent("Cat", 5).await.id];

    let mut owners = Vec::new();
    for n in 0..6 {
        app.app.clock.advance(MINUTE);
        owners.push(desk.ticket(&format!("{n}")).await.owner_id.unwrap());
    }

    assert_eq!(owners, [people, people].concat());
}

#[tokio::test]
async fn a_skill_is_required_until_the_ticket_has_waited_long_enough() {
    let app = TestApp::start().await;
    let mut desk = Desk::open(&app, json!({ "routing": "skill", "relax_after": 30 })).await;
    let network = desk.skill("Network").await;
    let ann = desk.agent("Ann", 5).await;
    let bob = desk.agent("Bob", 5).await;
    desk.set(&bob, Patch::set("skills", json!([{ "skill_id": network, "level": 2 }]))).await;
    let need = |least| json!([{ "skill_id": network, "least": least, "need": "required" }]);
    let easy = desk.category("Easy", need(2)).await;
    let hard = desk.category("Hard", need(4)).await;

    let taken = with(&desk.admin, json!({ "name": "Wi-Fi", "category_id": easy })).await;
    let waits = with(&desk.admin, json!({ "name": "Routes", "category_id": hard })).await;
    desk.rest().await;

    assert_eq!((taken.owner_id, desk.owner(&waits).await), (Some(bob.id), None));
    assert_eq!(waits.queued_at, Some(waits.created_at));
    desk.later(30 * MINUTE).await;
    desk.rest().await;
    // Bob knows half of it, but has had one within the hour and less room: it is near.
    let why = desk.admin.call::<GetAssignments>(waits.id, ()).await.unwrap().remove(0);
    let told: Vec<_> = why.candidates.iter().map(|one| (one.user_id, one.parts.skill, one.excluded)).collect();
    assert_eq!(told, [(bob.id, 2_500, None), (ann.id, 0, None)]);
}

#[tokio::test]
async fn whoever_comes_and_whoever_is_done_gets_what_waits_the_most_urgent_first() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "least_load" })).await;
    let usual = desk.ticket("Usual").await;
    let urgent = with(&desk.admin, json!({ "name": "Urgent", "priority": "urgent", "queue_id": desk.queue.id })).await;
    desk.rest().await;
    assert_eq!((desk.owner(&usual).await, desk.owner(&urgent).await), (None, None));

    let ann = desk.agent("Ann", 1).await;
    desk.rest().await;
    assert_eq!((desk.owner(&usual).await, desk.owner(&urgent).await), (None, Some(ann.id)));

    solve(&ann, urgent.id).await;
    desk.rest().await;
    assert_eq!(desk.owner(&usual).await, Some(ann.id));
}

#[tokio::test]
async fn out_of_their_hours_people_get_nothing_and_with_them_it_comes() {
    let app = TestApp::start().await;
    let mut desk = Desk::open(&app, json!({ "routing": "least_load" })).await;
    let ann = desk.agent("Ann", 3).await;
    // An hour that begins in the half hour after the next.
    let begins = app.app.clock.now().plus(40 * MINUTE);
    let minutes = (begins.0 / MINUTE).rem_euclid(24 * 60);
    let week: Vec<Value> = (1..=7).map(|day| json!({ "day": day, "start": minutes, "end": minutes + 60 })).collect();
    let values = json!({ "name": "Shift", "zone": "UTC", "week": week });
    let new = New::from_values(Uuid::now_v7(), serde_json::from_value(values).unwrap());
    let calendar = desk.admin.call::<shared::calendars::CreateCalendar>((), new).await.unwrap().record;
    desk.set(&ann, Patch::set("calendar_id", json!(calendar.id))).await;

    let waits = desk.ticket("Night").await;
    desk.rest().await;
    assert_eq!(desk.owner(&waits).await, None);

    desk.later(41 * MINUTE).await;
    desk.rest().await;
    assert_eq!(desk.owner(&waits).await, Some(ann.id));
}

#[tokio::test]
async fn what_was_taken_from_somebody_does_not_come_back_to_them_but_goes_to_the_next() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "least_load" })).await;
    let ticket = desk.ticket("Printer").await;
    let ann = desk.agent("Ann", 3).await;
    desk.rest().await;
    let given = desk.admin.call::<GetAssignments>(ticket.id, ()).await.unwrap().remove(0);
    assert_eq!(desk.owner(&ticket).await, Some(ann.id));

    let undone = desk.admin.call::<UndoBatch>(given.batch, ()).await.unwrap();
    desk.rest().await;
    assert_eq!(desk.owner(&ticket).await, None);
    desk.admin.call::<UndoBatch>(undone.batch, ()).await.unwrap();
    assert_eq!(desk.owner(&ticket).await, Some(ann.id));

    let bob = desk.agent("Bob", 3).await;
    desk.admin.call::<UpdateTicket>(ticket.id, Patch::set("owner_id", Value::Null)).await.unwrap();
    let back = Patch::set("team_id", json!(desk.team));
    desk.admin.call::<UpdateTicket>(ticket.id, back).await.unwrap();
    desk.rest().await;
    assert_eq!(desk.owner(&ticket).await, Some(bob.id));
    let why = desk.admin.call::<GetAssignments>(ticket.id, ()).await.unwrap().remove(0);
    assert_eq!(why.candidates.last().unwrap().excluded, Some(Excluded::Returned));
}

#[tokio::test]
async fn a_team_lead_takes_back_what_routing_gave_and_nobody_else_does() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "least_load" })).await;
    let lead = app.staff("Lea", app.role(server::demo::LEAD).await, Some(desk.team)).await;
    let other = app.staff("Otto", app.role(server::demo::LEAD).await, Some(app.team("Sales", None).await)).await;
    let ticket = desk.ticket("Printer").await;
    let ann = desk.agent("Ann", 3).await;
    desk.rest().await;
    let given = desk.admin.call::<GetAssignments>(ticket.id, ()).await.unwrap().remove(0);

    assert_eq!(other.call::<GetAssignments>(ticket.id, ()).await.unwrap_err().status, 404);
    let refused = other.call::<UndoBatch>(given.batch, ()).await.unwrap_err();
    assert_eq!((refused.status, desk.owner(&ticket).await), (404, Some(ann.id)));
    lead.call::<UndoBatch>(given.batch, ()).await.unwrap();
    assert_eq!(desk.owner(&ticket).await, None);
}

#[tokio::test]
async fn who_had_a_ticket_or_owns_its_account_is_asked_first() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "least_load", "stick": "account_owner" })).await;
    let ann = desk.agent("Ann", 4).await;
    let bob = desk.agent("Bob", 4).await;
    let account = json!({ "name": "Acme", "owner_id": bob.id });
    let new = New::from_values(Uuid::now_v7(), serde_json::from_value(account).unwrap());
    let account = desk.admin.call::<shared::accounts::CreateAccount>((), new).await.unwrap().record.id;
    let of_account = json!({ "name": "Theirs", "queue_id": desk.queue.id, "account_id": account });

    let theirs = [with(&desk.admin, of_account.clone()).await, with(&desk.admin, of_account).await];
    assert_eq!(theirs.map(|ticket| ticket.owner_id), [Some(bob.id); 2]);

    desk.admin.call::<UpdateQueue>(desk.queue.id, Patch::set("stick", "last_agent")).await.unwrap();
    let late = desk.ticket("Late").await;
    assert_eq!(late.owner_id, Some(ann.id));
    solve(&ann, late.id).await;
    put(&ann, late.id, Category::Closed).await.unwrap();
    desk.set(&ann, Patch::set("capacity", 1)).await;
    desk.admin.call::<RecordMessage>(late.id, super::heard("Again")).await.unwrap();
    desk.rest().await;
    let follows = desk.admin.call::<ListTickets>((), shared::query::ListQuery::default()).await.unwrap().items;
    let follows = follows.iter().find(|ticket| ticket.follows_id == Some(late.id)).unwrap();
    assert_eq!(follows.owner_id, Some(ann.id));
}

#[tokio::test]
async fn bad_skills_and_needs_are_told_at_their_place_and_used_skills_stay() {
    let app = TestApp::start().await;
    let desk = Desk::open(&app, json!({ "routing": "skill" })).await;
    let ann = desk.agent("Ann", 1).await;
    let network = desk.skill("Network").await;
    let need = desk.category("Easy", json!([{ "skill_id": network, "least": 2 }])).await;

    let high = Patch::set("skills", json!([{ "skill_id": network, "level": 6 }]));
    let refused = desk.admin.call::<UpdateUser>(ann.id, high).await.unwrap_err();
    assert_eq!(refused.fields["skills.0.level"].code, "out_of_range");
    let unknown = Patch::set("skills", json!([{ "skill_id": Uuid::now_v7(), "level": 1 }]));
    let refused = desk.admin.call::<UpdateUser>(ann.id, unknown).await.unwrap_err();
    assert_eq!(refused.fields["skills"].code, "no_such_record");
    let never = Patch::set("needs", json!([{ "skill_id": network, "least": 1, "relax_after": 0 }]));
    let refused = desk.admin.call::<UpdateTicketCategory>(need, never).await.unwrap_err();
    assert_eq!(refused.fields["needs.0.relax_after"].code, "out_of_range");
    let away = shared::change::Archive { ids: vec![network.0], archived: true };
    let refused = desk.admin.call::<ArchiveSkills>((), away).await.unwrap_err();
    assert_eq!(refused.code, "skill_in_use");
}
