//! All answers of the server by question: kept while they are fresh or looked
//! at, asked again when what they are about has changed.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use shared::access::Object;
use uuid::Uuid;

use super::expected::Expected;
use super::live;
use super::rows::Rows;
use super::slot::{Slot, Spec};
use crate::ui::format;

thread_local! {
    static SLOTS: RefCell<HashMap<String, Rc<Slot>>> = RefCell::default();
    static USES: Cell<u64> = const { Cell::new(0) };
    static HOLDS: Cell<u32> = const { Cell::new(0) };
    /// The first and the last change that nobody has asked about yet.
    static CHANGED: Cell<Option<(i64, i64)>> = const { Cell::new(None) };
}

/// Answers nobody looks at are kept up to this number.
const KEPT: usize = 40;
const QUIET_MS: i64 = 150;
const PATIENCE_MS: i64 = 1000;

/// The slot of a question; a new one begins to load.
pub fn open(spec: Spec) -> String {
    let key = spec.key.clone();
    let known = find(&key);
    let slot = known.clone().unwrap_or_else(|| {
        let slot = Rc::new(Slot::new(spec));
        SLOTS.with_borrow_mut(|slots| slots.insert(key.clone(), slot.clone()));
        slot
    });
    slot.used.set(USES.get());
    USES.set(USES.get() + 1);
    if known.is_none() {
        evict();
    }
    let is_under_way = slot.abort.borrow().is_some();
    let is_old =
        slot.base.borrow().is_none() || slot.is_stale.get() || !live::is_connected() || slot.spec.objects.is_empty();
    if is_old && !is_under_way {
        slot.refresh();
    }
    key
}

pub fn find(key: &str) -> Option<Rc<Slot>> {
    SLOTS.with_borrow(|slots| slots.get(key).cloned())
}

fn evict() {
    SLOTS.with_borrow_mut(|slots| {
        let mut idle: Vec<(u64, String)> = slots
            .iter()
            .filter(|(_, slot)| slot.watchers.get() == 0 && slot.abort.borrow().is_none())
            .map(|(key, slot)| (slot.used.get(), key.clone()))
            .collect();
        shared::order::sort_by(&mut idle, Ord::cmp);
        let surplus = idle.len().saturating_sub(KEPT);
        idle.drain(..surplus).for_each(|(_, key)| drop(slots.remove(&key)));
    });
}

/// Somebody looks at the answer; a question nobody waits for is taken back.
pub struct Watch(Rc<Slot>);

impl Watch {
    pub fn of(key: &str) -> Option<Self> {
        let slot = find(key)?;
        slot.watchers.set(slot.watchers.get() + 1);
        // Whoever looked before may have taken the question back on leaving.
        if slot.base.borrow().is_none() && slot.abort.borrow().is_none() && slot.status_now().error.is_none() {
            slot.refresh();
        }
        Some(Self(slot))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let left = self.0.watchers.get().saturating_sub(1);
        self.0.watchers.set(left);
        if left == 0 {
            self.0.take_back();
        }
    }
}

fn all() -> Vec<Rc<Slot>> {
    SLOTS.with_borrow(|slots| slots.values().cloned().collect())
}

/// The records of every list somebody looks at.
pub fn ids_in_sight() -> HashSet<Uuid> {
    let watched = all().into_iter().filter(|slot| slot.watchers.get() > 0);
    let rows = watched.filter_map(|slot| slot.base()?.downcast::<Rows>().ok());
    rows.flat_map(|rows| Vec::clone(&rows.ids)).collect()
}

/// The pending commands are others now.
pub fn show_pending(effects: &[Expected]) {
    all().iter().filter(|slot| slot.concerns(effects)).for_each(|slot| slot.show(false));
}

/// The server has confirmed these effects.
pub fn promote(effects: &[Expected]) {
    all().iter().filter(|slot| slot.concerns(effects)).for_each(|slot| slot.promote(effects));
}

/// Records of this kind changed: what was answered about them is asked again
/// when it has been quiet for a moment.
pub fn invalidate(object: Object) {
    all().iter().filter(|slot| slot.spec.objects.contains(&object)).for_each(|slot| slot.is_stale.set(true));
    changed();
}

/// Nothing that was answered can be relied on.
pub fn invalidate_all() {
    for slot in all() {
        slot.is_stale.set(true);
    }
    changed();
}

/// The server can be reached again: what failed is asked anew.
pub fn retry() {
    all().iter().for_each(Slot::retry);
}

pub fn changed() {
    let now = format::now().0;
    let first = CHANGED.get().map(|(first, _)| first);
    CHANGED.set(Some((first.unwrap_or(now), now)));
    if first.is_none() {
        wait();
    }
}

fn wait() {
    crate::spawn::after(QUIET_MS.unsigned_abs(), || {
        let Some((first, last)) = CHANGED.get() else { return };
        let now = format::now().0;
        let is_quiet = now - last >= QUIET_MS - 10 || now - first >= PATIENCE_MS;
        if HOLDS.get() > 0 || !is_quiet {
            return wait();
        }
        CHANGED.set(None);
        all().iter().filter(|slot| slot.is_stale.get() && slot.watchers.get() > 0).for_each(Slot::refresh);
    });
}

/// While it lives, no live change is fetched: nothing moves under a drag.
pub struct Hold(());

pub fn hold() -> Hold {
    HOLDS.set(HOLDS.get() + 1);
    Hold(())
}

impl Drop for Hold {
    fn drop(&mut self) {
        HOLDS.set(HOLDS.get().saturating_sub(1));
    }
}
