//! The people of a team as routing sees them: what they know, whether they are
//! there, and how much they have.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait as _, Func, OnConflict, Query, SimpleExpr};
use shared::id::{CalendarId, TeamId, UserId};
use shared::tickets::Ticket;
use shared::tickets::routing::{Agent, open_states, presence};
use shared::time::{DAY, HOUR, Instant, SECOND};
use shared::users::User;
use shared::worktime::WorkingTime;
use uuid::Uuid;

use crate::calendars;
use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::db::{name, sum};
use crate::ground::rows::{self, column};

/// Those who may be given a team's tickets, and when they work.
pub struct Crew {
    pub users: Vec<User>,
    hours: HashMap<CalendarId, WorkingTime>,
    open: BTreeMap<UserId, i64>,
    given: BTreeMap<UserId, Lately>,
}

/// What routing gave somebody of late.
#[derive(Clone, Copy, Default)]
struct Lately {
    last: Option<Instant>,
    of_hour: i64,
    hard: i64,
}

/// Everybody of a team who has not left.
pub async fn members(db: &impl ConnectionTrait, team: TeamId) -> Result<Vec<User>> {
    let schema = &User::SCHEMA;
    let select = rows::select(schema)
        .and_where(column(schema, "team_id").eq(team.0))
        .and_where(column(schema, "is_disabled").eq(false))
        .and_where(column(schema, "archived_at").is_null())
        .take();
    rows::all(db, schema, &select).await?.iter().map(rows::typed).collect()
}

/// Lets nobody else give these people tickets, or go through this team's, until the command ends.
pub async fn hold<I: Into<Uuid>>(write: &Write<'_>, ids: impl IntoIterator<Item = I>) -> Result<()> {
    let ids: BTreeSet<Uuid> = ids.into_iter().map(Into::into).collect();
    // SQLite has one writer at a time.
    if ids.is_empty() || write.app().db.is_sqlite() {
        return Ok(());
    }
    let mut insert = Query::insert();
    insert.into_table(name("routing_turns")).columns([name("id")]);
    for id in ids {
        insert.values_panic([id.into()]);
    }
    insert.on_conflict(OnConflict::column(name("id")).update_column(name("id")).to_owned());
    write.db().execute(&insert).await?;
    Ok(())
}

/// How many open tickets each of these people has, but for some tickets.
pub async fn open(db: &impl ConnectionTrait, ids: &[Uuid], without: &[Uuid]) -> Result<BTreeMap<UserId, i64>> {
    let schema = &Ticket::SCHEMA;
    let select = Query::select()
        .column(name("owner_id"))
        .expr(Func::count(column(schema, "id")))
        .from(name(schema.table))
        .and_where(column(schema, "owner_id").is_in(ids.iter().copied()))
        .and_where(column(schema, "state").is_in(open_states().map(shared::sla::Category::word)))
        .and_where(column(schema, "archived_at").is_null())
        .and_where(column(schema, "id").is_not_in(without.iter().copied()))
        .group_by_col(name("owner_id"))
        .take();
    let found = db.query_all(&select).await?;
    found.iter().map(|row| Ok((UserId(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
}

impl Crew {
    pub async fn load(db: &impl ConnectionTrait, users: Vec<User>, now: Instant) -> Result<Self> {
        let ids: Vec<Uuid> = users.iter().map(|user| user.id.0).collect();
        let open = open(db, &ids, &[]).await?;
        let given = given(db, &ids, now).await?;
        let hours = hours(db, &users).await?;
        Ok(Self { users, hours, open, given })
    }

    /// As they stand for one ticket: from whom it was taken gets it back from nobody but people.
    pub fn agents(&self, team: TeamId, returned: &BTreeSet<UserId>, now: Instant) -> Vec<Agent> {
        let agent = |user: &User| {
            let lately = self.given.get(&user.id).copied().unwrap_or_default();
            Agent {
                id: user.id,
                is_of_team: user.team_id == Some(team),
                presence: presence(user.presence, self.works(user, now)),
                capacity: user.capacity,
                open: self.open.get(&user.id).copied().unwrap_or(0),
                skills: user.skills.clone(),
                lately: lately.of_hour,
                hard: lately.hard,
                last_given_at: lately.last,
                has_returned: returned.contains(&user.id),
            }
        };
        self.users.iter().map(agent).collect()
    }

    /// Whether they are within their hours, if they have any.
    fn works(&self, user: &User, at: Instant) -> Option<bool> {
        Some(works(self.hours.get(&user.calendar_id?)?, at))
    }

    /// When the first of them begins to work.
    pub fn begins_next(&self, now: Instant) -> Option<Instant> {
        let takes = self.users.iter().filter(|user| user.capacity.is_some() && self.works(user, now) == Some(false));
        takes.filter_map(|user| begins(self.hours.get(&user.calendar_id?)?, now)).min()
    }
}

/// The hours by which these people work.
pub async fn hours(db: &impl ConnectionTrait, users: &[User]) -> Result<HashMap<CalendarId, WorkingTime>> {
    let ids: BTreeSet<Uuid> = users.iter().filter_map(|user| user.calendar_id).map(|id| id.0).collect();
    calendars::working_now(db, &ids.into_iter().collect::<Vec<_>>()).await
}

pub fn works(hours: &WorkingTime, at: Instant) -> bool {
    hours.working_between(at, at.plus(SECOND)) > 0
}

/// When the next working second begins.
pub fn begins(hours: &WorkingTime, after: Instant) -> Option<Instant> {
    hours.add_working(after, 1).map(|end| end.plus(-SECOND))
}

/// Who got nothing for so long has gone without for as long as anybody.
const REMEMBERED: i64 = 90 * DAY;

async fn given(db: &impl ConnectionTrait, ids: &[Uuid], now: Instant) -> Result<BTreeMap<UserId, Lately>> {
    let at = || Expr::col(name("given_at"));
    let since = |ago: i64, counts: SimpleExpr| {
        let case = CaseStatement::new().case(at().gt(now.plus(-ago).0), counts).finally(0_i64);
        sum(case.into())
    };
    let select = Query::select()
        .column(name("user_id"))
        .expr(Func::max(at()))
        .expr(since(HOUR, Expr::value(1_i64)))
        .expr(since(DAY, Expr::col(name("is_hard"))))
        .from(name("assignments"))
        .and_where(Expr::col(name("user_id")).is_in(ids.iter().copied()))
        .and_where(at().gt(now.plus(-REMEMBERED).0))
        .group_by_col(name("user_id"))
        .take();
    let mut given = BTreeMap::new();
    for row in db.query_all(&select).await? {
        let last = row.try_get_by_index::<Option<i64>>(1)?.map(Instant);
        let lately = Lately { last, of_hour: row.try_get_by_index(2)?, hard: row.try_get_by_index(3)? };
        given.insert(UserId(row.try_get_by_index(0)?), lately);
    }
    Ok(given)
}
