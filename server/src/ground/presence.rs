//! Who is at which record right now. It is no record and no change: each server
//! keeps it in memory for as long as it is said again, and on PostgreSQL tells
//! the others.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sea_orm::sea_query::Condition;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde::{Deserialize, Serialize};
use shared::access::Object;
use shared::events::{Attended, Doing, Present, STAYS};
use shared::fields::Row;
use shared::id::UserId;
use shared::time::Instant;
use uuid::Uuid;

use super::live::Came;
use super::{access, rows};
use crate::App;
use crate::error::Result;

/// Where servers tell each other.
pub const CHANNEL: &str = "kith_presence";

/// At most so many windows of one person count at once; of more, those that were heard of last.
const MOST: usize = 20;

/// What somebody says of one of their windows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Word {
    pub object: Object,
    pub id: Uuid,
    pub visit: Uuid,
    pub user_id: UserId,
    pub name: String,
    /// Absent: they have left.
    pub what: Option<Doing>,
}

/// A word as one server passes it on.
#[derive(Serialize, Deserialize)]
struct Passed<W> {
    /// Who passes it on: it knows already.
    by: Uuid,
    word: W,
}

/// Who is where.
pub struct Presence {
    /// This server among those of one database.
    server: Uuid,
    windows: Mutex<Windows>,
}

/// By record, person and window.
type Windows = BTreeMap<(Object, Uuid, UserId, Uuid), Window>;

struct Window {
    name: String,
    what: Doing,
    until: Instant,
}

/// A record at which something is other than it was told.
struct News {
    object: Object,
    id: Uuid,
    /// Who writes there is.
    is_about_writers: bool,
}

impl Default for Presence {
    fn default() -> Self {
        Self { server: Uuid::now_v7(), windows: Mutex::default() }
    }
}

impl Presence {
    /// Who is at a record at a moment, each once, by their ids.
    pub fn at(&self, object: Object, id: Uuid, now: Instant) -> Vec<Present> {
        at(&self.lock(), object, id, now)
    }

    fn lock(&self) -> MutexGuard<'_, Windows> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a word; what it changes.
    fn note(&self, word: Word, now: Instant) -> Vec<News> {
        let Word { object, id, visit, user_id, name, what } = word;
        let mut windows = self.lock();
        let key = (object, id, user_id, visit);
        let too_many = what.is_some() && !windows.contains_key(&key);
        let dropped = if too_many { one_too_many(&windows, user_id) } else { None };
        let dropped =
            dropped.and_then(|old| news(&mut windows, (old.0, old.1), now, |windows| drop(windows.remove(&old))));
        let changed = news(&mut windows, (object, id), now, |windows| match what {
            Some(what) => drop(windows.insert(key, Window { name, what, until: now.plus(STAYS) })),
            None => drop(windows.remove(&key)),
        });
        dropped.into_iter().chain(changed).collect()
    }

    /// Forgets windows that nothing was heard of; what that changes.
    fn forget(&self, now: Instant) -> Vec<News> {
        let mut changed: BTreeMap<(Object, Uuid), bool> = BTreeMap::new();
        self.lock().retain(|(object, id, ..), window| {
            let stays = now < window.until;
            if !stays {
                *changed.entry((*object, *id)).or_default() |= window.what.writes();
            }
            stays
        });
        changed.into_iter().map(|((object, id), is_about_writers)| News { object, id, is_about_writers }).collect()
    }
}

fn at(windows: &Windows, object: Object, id: Uuid, now: Instant) -> Vec<Present> {
    let (first, last) = ((UserId(Uuid::nil()), Uuid::nil()), (UserId(Uuid::max()), Uuid::max()));
    let mut present: Vec<Present> = Vec::new();
    for ((_, _, user_id, _), window) in windows.range((object, id, first.0, first.1)..=(object, id, last.0, last.1)) {
        if window.until <= now {
            continue;
        }
        match present.last_mut().filter(|one| one.user_id == *user_id) {
            Some(one) => one.what = one.what.max(window.what),
            None => present.push(Present { user_id: *user_id, name: window.name.clone(), what: window.what }),
        }
    }
    present
}

/// Makes a change; whether something is other than it was told before.
fn news(
    windows: &mut Windows,
    (object, id): (Object, Uuid),
    now: Instant,
    change: impl FnOnce(&mut Windows),
) -> Option<News> {
    // Who has been silent for too long was told as present until `forget` runs.
    let before = at(windows, object, id, Instant(i64::MIN));
    change(windows);
    let after = at(windows, object, id, now);
    let writers = |present: &[Present]| present.iter().filter(|one| one.what.writes()).cloned().collect::<Vec<_>>();
    let is_about_writers = writers(&before) != writers(&after);
    (before != after).then_some(News { object, id, is_about_writers })
}

/// Of somebody's windows the one heard of first, if they have as many as count.
fn one_too_many(windows: &Windows, user: UserId) -> Option<(Object, Uuid, UserId, Uuid)> {
    let own = || windows.iter().filter(|((_, _, of, _), _)| *of == user);
    let oldest = own().min_by_key(|(_, window)| window.until).map(|(key, _)| *key);
    oldest.filter(|_| own().count() >= MOST)
}

/// Takes note of what a caller does, tells who may know, and passes it on.
pub async fn say(app: &App, word: Word) -> Result<()> {
    if app.db.backend() == DbBackend::Postgres {
        let passed = serde_json::to_string(&Passed { by: app.presence.server, word: &word })?;
        let notify = "SELECT pg_notify($1, $2)";
        let values = [CHANNEL.into(), passed.into()];
        app.db.read.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, notify, values)).await?;
    }
    let news = app.presence.note(word, app.clock.now());
    tell(app, news).await
}

/// What another server heard.
pub async fn hear(app: &App, passed: &str) {
    let Ok(Passed { by, word }) = serde_json::from_str::<Passed<Word>>(passed) else { return };
    if by == app.presence.server {
        return;
    }
    let news = app.presence.note(word, app.clock.now());
    if let Err(error) = tell(app, news).await {
        tracing::warn!(?error, "nobody was told who is at a record");
    }
}

/// Tells of those who left without a word.
pub async fn expire(app: &App) -> Result<()> {
    let news = app.presence.forget(app.clock.now());
    tell(app, news).await
}

/// Of a kind, the records in the scope that somebody is at.
pub async fn readable(app: &App, object: Object, scope: Condition) -> Result<Vec<Attended>> {
    let now = app.clock.now();
    let mut ids: Vec<Uuid> = {
        let windows = app.presence.lock();
        windows.keys().filter(|(of, ..)| *of == object).map(|(_, id, ..)| *id).collect()
    };
    ids.dedup();
    let found = rows::by_ids(&app.db.read, object.schema(), &ids, &scope).await?;
    ids.retain(|id| found.contains_key(id));
    let attended = ids.into_iter().map(|id| Attended { object, id, present: app.presence.at(object, id, now) });
    Ok(attended.filter(|attended| !attended.present.is_empty()).collect())
}

/// Tells the streams who is at these records now.
async fn tell(app: &App, news: Vec<News>) -> Result<()> {
    if news.is_empty() || !app.live.has_readers() {
        return Ok(());
    }
    let mut known = Vec::new();
    // By kind: a fixed number of statements for each.
    for of_kind in news.chunk_by(|a, b| a.object == b.object) {
        let schema = of_kind[0].object.schema();
        let ids: Vec<Uuid> = of_kind.iter().map(|news| news.id).collect();
        let found = rows::by_ids(&app.db.read, schema, &ids, &Condition::all()).await?;
        let (here, rows): (Vec<&News>, Vec<&Row>) =
            of_kind.iter().filter_map(|news| Some((news, found.get(&news.id)?))).unzip();
        let facts = access::facts(&app.db.read, schema, &rows).await?;
        known.extend(here.into_iter().zip(facts));
    }
    // Under the lock: what is told last is what is so.
    let (now, windows) = (app.clock.now(), app.presence.lock());
    let came = known.into_iter().map(|(news, facts)| {
        let News { object, id, is_about_writers } = *news;
        let attended = Attended { object, id, present: at(&windows, object, id, now) };
        Came { attended, facts, is_for_all: is_about_writers }
    });
    app.live.tell_attended(came.collect());
    drop(windows);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_000_000);

    fn word(user: u128, visit: u128, what: Option<Doing>) -> Word {
        let user_id = UserId(Uuid::from_u128(user));
        let visit = Uuid::from_u128(visit);
        Word { object: Object::Ticket, id: Uuid::from_u128(7), visit, user_id, name: format!("User {user}"), what }
    }

    fn there(presence: &Presence, now: Instant) -> Vec<(u128, Doing)> {
        let present = presence.at(Object::Ticket, Uuid::from_u128(7), now);
        present.iter().map(|one| (one.user_id.0.as_u128(), one.what)).collect()
    }

    #[test]
    fn somebody_is_there_once_until_their_last_window_is_left() {
        let presence = Presence::default();
        let told = |word: Word| presence.note(word, NOW).pop().map(|news| news.is_about_writers);
        assert_eq!(told(word(1, 1, Some(Doing::Looking))), Some(false));
        assert_eq!(told(word(1, 2, Some(Doing::Replying))), Some(true));
        assert_eq!(told(word(1, 1, Some(Doing::Noting))), None, "replying is more");
        assert_eq!(there(&presence, NOW), [(1, Doing::Replying)]);
        assert_eq!(told(word(1, 2, None)), Some(true));
        assert_eq!(there(&presence, NOW), [(1, Doing::Noting)]);
        assert_eq!(told(word(2, 1, None)), None, "another's window is not theirs to leave");
        assert_eq!(told(word(1, 1, None)), Some(true));
        assert!(there(&presence, NOW).is_empty());
    }

    #[test]
    fn who_is_not_heard_of_again_is_gone_and_that_is_news_once() {
        let presence = Presence::default();
        presence.note(word(1, 1, Some(Doing::Looking)), NOW);
        presence.note(word(2, 1, Some(Doing::Noting)), NOW.plus(STAYS - 1));
        assert_eq!(there(&presence, NOW.plus(STAYS)), [(2, Doing::Noting)]);
        let forget = |now| -> Vec<bool> { presence.forget(now).iter().map(|news| news.is_about_writers).collect() };
        assert_eq!(forget(NOW.plus(STAYS)), [false]);
        assert!(forget(NOW.plus(STAYS)).is_empty());
        assert_eq!(forget(NOW.plus(2 * STAYS)), [true]);
    }

    #[test]
    fn nobody_fills_the_memory() {
        let presence = Presence::default();
        for n in 0..1_000 {
            let news = presence.note(
                Word { id: Uuid::from_u128(n), ..word(1, n, Some(Doing::Looking)) },
                NOW.plus(i64::try_from(n).unwrap()),
            );
            let told: Vec<u128> = news.iter().map(|news| news.id.as_u128()).collect();
            let dropped = n.checked_sub(MOST as u128);
            assert_eq!(told, dropped.into_iter().chain([n]).collect::<Vec<_>>());
        }
        presence.note(word(2, 1, Some(Doing::Looking)), NOW);
        let windows = presence.lock();
        assert_eq!(windows.len(), MOST + 1);
        assert!(windows.keys().all(|(_, id, user, _)| user.0.as_u128() == 2 || id.as_u128() >= 1_000 - MOST as u128));
    }
}
