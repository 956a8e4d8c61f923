//! The next page of a list.

use std::rc::Rc;
use std::sync::Arc;

use super::rows::Rows;
use super::slot::{Data, Slot, Source};

/// Loads it once, however often it is asked for.
pub fn load(slot: &Rc<Slot>) {
    let Source::Rows { object, query, .. } = &slot.spec.source else { return };
    let Some(base) = slot.base() else { return };
    let Ok(rows) = base.clone().downcast::<Rows>() else { return };
    let Some(next) = rows.next.clone() else { return };
    if !slot.begin_more() {
        return;
    }
    let (slot, object, mut query) = (slot.clone(), *object, query.clone());
    query.after = Some(next);
    crate::spawn::local(async move {
        let outcome = rows.and_page(object, &query, None).await;
        slot.end_more();
        // A page that fails is asked for again when the reader scrolls on.
        if let Ok(longer) = outcome {
            slot.replace(&base, Arc::new(longer) as Data);
        }
    });
}
