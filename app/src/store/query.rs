//! What pages hold of a question: its answer now, and how it stands.

use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::api::{ApiError, Endpoint};
use shared::fields::Record;
use shared::query::ListQuery;
use uuid::Uuid;

use super::expected::Expected;
use super::rows::Rows;
use super::slot::{Data, Slot, Source, Spec, Status};
use super::slots::{self, Watch};
use super::{fetch, records};
use crate::{api, links};

/// A question that follows its signals. Lives as long as the component that made it.
#[derive(Clone, Copy)]
struct Asked {
    key: Memo<Option<String>>,
    /// The last answer to an earlier question.
    last: StoredValue<Option<Data>>,
}

impl Asked {
    fn new(spec: impl Fn() -> Option<Spec> + Send + Sync + 'static) -> Self {
        // A page on its way out must not ask what the next page's address says.
        let home = use_context::<links::OnPage>().map(|_| untrack(links::place));
        let key = Memo::new(move |asked: Option<&Option<String>>| {
            if home.as_ref().is_some_and(|home| *home != links::place()) {
                return asked.cloned().flatten();
            }
            spec().map(|spec| untrack(|| slots::open(spec)))
        });
        Effect::new(move |_: Option<Option<Watch>>| key.get().and_then(|key| Watch::of(&key)));
        Self { key, last: StoredValue::new(None) }
    }

    fn slot(self) -> Option<Rc<Slot>> {
        slots::find(&self.key.try_get()??)
    }

    fn data(self) -> Option<Data> {
        let now = self.slot().and_then(|slot| slot.data());
        if now.is_some() {
            self.last.set_value(now.clone());
        }
        now.or_else(|| self.last.try_get_value().flatten().filter(|_| self.key.try_get().flatten().is_some()))
    }

    fn status(self) -> Status {
        self.slot().map(|slot| slot.status()).unwrap_or_default()
    }

    fn is_stale(self) -> bool {
        self.slot().is_some_and(|slot| slot.data().is_none())
    }

    fn refresh(self) {
        if let Some(slot) = untrack(|| self.slot()) {
            slot.refresh();
        }
    }
}

macro_rules! asked {
    ($name:ident) => {
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}

        impl<T> $name<T> {
            /// Asking, the first time or again. Tracked.
            pub fn is_loading(self) -> bool {
                self.asked.status().is_loading
            }

            /// What is shown answers an earlier question. Tracked.
            pub fn is_stale(self) -> bool {
                self.asked.is_stale()
            }

            /// Why the last asking failed. Tracked.
            pub fn error(self) -> Option<Arc<ApiError>> {
                self.asked.status().error
            }

            /// Nothing to show yet. Tracked.
            pub fn is_first(self) -> bool {
                self.asked.data().is_none() && self.error().is_none()
            }

            /// Asks again.
            pub fn refresh(self) {
                self.asked.refresh();
            }
        }
    };
}

/// The answer of a call, kept fresh.
pub struct Query<T> {
    asked: Asked,
    kind: PhantomData<fn() -> T>,
}

asked!(Query);

impl<T: Send + Sync + 'static> Query<T> {
    /// The answer; an earlier one while the next is on its way. Tracked.
    pub fn data(self) -> Option<Arc<T>> {
        self.asked.data()?.downcast().ok()
    }
}

fn read<T: serde::de::DeserializeOwned + Send + Sync + 'static>(text: &str) -> Result<Data, ApiError> {
    api::read::<T>(text).map(|answer| Arc::new(answer) as Data)
}

fn spec<E: Endpoint>((path, input): (E::Path, E::Input), objects: &'static [Object]) -> Spec
where
    E::Output: Sync,
{
    let url = api::request::<E>(&path, &input).url;
    Spec { key: url.clone(), objects, source: Source::Answer { url, read: read::<E::Output> }, patch: None }
}

/// Asks a `GET` of the contract, again when its signals or records of these kinds change.
pub fn query<E: Endpoint>(
    ask: impl Fn() -> Option<(E::Path, E::Input)> + Send + Sync + 'static,
    objects: &'static [Object],
) -> Query<E::Output>
where
    E::Output: Sync,
{
    let asked = Asked::new(move || ask().map(|asked| spec::<E>(asked, objects)));
    Query { asked, kind: PhantomData }
}

/// As `query`, with what pending commands will do on top of the answer.
pub fn patched<E: Endpoint>(
    ask: impl Fn() -> Option<(E::Path, E::Input)> + Send + Sync + 'static,
    objects: &'static [Object],
    foresee: fn(&mut E::Output, &Expected),
) -> Query<E::Output>
where
    E::Output: Sync + Clone,
{
    let patch = move |data: &Data, effects: &[Expected]| {
        let Ok(answer) = data.clone().downcast::<E::Output>() else { return data.clone() };
        let mut answer = E::Output::clone(&answer);
        for effect in effects {
            foresee(&mut answer, effect);
        }
        Arc::new(answer) as Data
    };
    let asked =
        Asked::new(move || ask().map(|asked| Spec { patch: Some(Rc::new(patch)), ..spec::<E>(asked, objects) }));
    Query { asked, kind: PhantomData }
}

/// Records that answer a question, in their order.
pub struct List<R> {
    asked: Asked,
    kind: PhantomData<fn() -> R>,
}

asked!(List);

impl<R: Record> List<R> {
    fn answer(self) -> Option<Arc<Rows>> {
        self.asked.data()?.downcast().ok()
    }

    /// The ids of the rows so far. Tracked.
    pub fn ids(self) -> Arc<Vec<Uuid>> {
        self.answer().map(|rows| rows.ids.clone()).unwrap_or_default()
    }

    /// The rows so far; changes with any of them. Tracked.
    pub fn rows(self) -> Vec<Arc<R>> {
        self.ids().iter().filter_map(|id| records::get::<R>(*id).here()).collect()
    }

    /// There is more than is loaded. Tracked.
    pub fn has_more(self) -> bool {
        !self.is_stale() && self.answer().is_some_and(|rows| rows.next.is_some())
    }

    /// Loads the next page.
    pub fn more(self) {
        if let Some(slot) = untrack(|| self.asked.slot()) {
            super::more::load(&slot);
        }
    }
}

/// Records of one kind that answer a question.
pub fn list<R: Record>(ask: impl Fn() -> Option<ListQuery> + Send + Sync + 'static) -> List<R> {
    let asked = Asked::new(move || ask().map(|query| rows(R::OBJECT, query, false)));
    List { asked, kind: PhantomData }
}

/// The question for rows of a kind; `whole`: every page at once.
pub fn rows(object: Object, query: ListQuery, whole: bool) -> Spec {
    let key = key(object, &query);
    let asked = query.clone();
    let patch = move |data: &Data, effects: &[Expected]| match data.clone().downcast::<Rows>() {
        Ok(rows) => Arc::new(rows.foresee(object, &asked, effects)) as Data,
        Err(data) => data,
    };
    Spec { key, objects: only(object), source: Source::Rows { object, query, whole }, patch: Some(Rc::new(patch)) }
}

/// Names a question for rows.
pub fn key(object: Object, query: &ListQuery) -> String {
    format!("rows {}", fetch::url(object, query))
}

/// The kind as a list that lasts.
fn only(object: Object) -> &'static [Object] {
    let at = Object::ALL.iter().position(|one| *one == object).unwrap_or_default();
    &Object::ALL[at..=at]
}
