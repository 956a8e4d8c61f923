//! A list of records as a page holds it: the question in the address, the rows
//! that answer it, which of them are chosen, and where the reader stands.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::api::{ApiError, Endpoint};
use shared::fields::{Field, Record, Row, Schema};
use shared::query::text::{parse_sort, print_sort};
use shared::query::{Archived, Filter, ListQuery, SortKey, Totals, TotalsQuery};
use uuid::Uuid;

use super::columns::{self, Columns};
use crate::filters::Filters;
use crate::ui::{Glyph, Order, Selection, SortBy};
use crate::{links, session, store};

/// How a cell is shown, where it is shown in a way of its own.
pub type CellView = fn(&'static Field, &Arc<Row>) -> Option<AnyView>;

/// What a room says about its table.
pub struct Shape {
    pub object: Object,
    pub glyph: Glyph,
    /// The columns shown at first; the name leads.
    pub columns: &'static [&'static str],
    /// On a phone's card, under the name.
    pub telling: &'static [&'static str],
    /// Summed in the footer.
    pub sum: Option<&'static str>,
    pub sort: &'static str,
    /// Many records can be changed at once.
    pub has_bulk: bool,
    /// A cell that is shown in a way of its own.
    pub cell: Option<CellView>,
}

/// The rows of a question, whichever kind they are.
#[derive(Clone, Copy)]
pub struct Rows {
    pub ids: Signal<Arc<Vec<Uuid>>>,
    pub has_more: Signal<bool>,
    pub is_first: Signal<bool>,
    pub is_stale: Signal<bool>,
    pub error: Signal<Option<Arc<ApiError>>>,
    pub more: Callback<()>,
    pub refresh: Callback<()>,
}

#[derive(Clone, Copy)]
pub struct Listing {
    pub shape: &'static Shape,
    pub filters: Filters,
    pub rows: Rows,
    /// Absent for a kind that is not counted.
    pub totals: Signal<Option<Arc<Totals>>>,
    pub columns: Columns,
    pub selection: Selection,
    pub place: RwSignal<Place>,
    /// The cell that is being edited.
    pub editing: RwSignal<Option<(Uuid, &'static str)>>,
    /// The question, for an export of it.
    pub asked: Signal<Option<ListQuery>>,
}

/// The row, and perhaps the cell of it, that keys act on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub row: usize,
    pub column: Option<usize>,
}

/// Rows of a page; further ones follow as the reader scrolls.
const PAGE: u32 = 200;

impl Listing {
    /// A list with its numbers. `more` narrows it besides the filters in the bar.
    pub fn new<R, E>(
        shape: &'static Shape,
        filters: Filters,
        more: impl Fn() -> Option<Filter> + Copy + Send + Sync + 'static,
    ) -> Self
    where
        R: Record,
        E: Endpoint<Path = (), Input = TotalsQuery, Output = Totals>,
    {
        let count = move || {
            let query = question(shape, filters, more)?;
            let sum = shape.sum.map(str::to_owned);
            Some((
                (),
                TotalsQuery {
                    filter: query.filter,
                    search: query.search,
                    archived: query.archived,
                    sum,
                    ..TotalsQuery::default()
                },
            ))
        };
        let totals = store::query::<E>(count, kind(shape.object));
        Self { totals: Signal::derive(move || totals.data()), ..Self::uncounted::<R>(shape, filters, more) }
    }

    /// A list of a kind that the server does not count.
    pub fn uncounted<R: Record>(
        shape: &'static Shape,
        filters: Filters,
        more: impl Fn() -> Option<Filter> + Copy + Send + Sync + 'static,
    ) -> Self {
        let asked = Memo::new(move |_| question(shape, filters, more));
        let list = store::list::<R>(move || asked.get());
        let rows = Rows {
            ids: Signal::derive(move || list.ids()),
            has_more: Memo::new(move |_| list.has_more()).into(),
            is_first: Memo::new(move |_| list.is_first()).into(),
            is_stale: Memo::new(move |_| list.is_stale()).into(),
            error: Signal::derive(move || list.error()),
            more: Callback::new(move |()| list.more()),
            refresh: Callback::new(move |()| list.refresh()),
        };
        let listing = Self {
            shape,
            filters,
            rows,
            totals: Signal::stored(None),
            columns: Columns::new(shape),
            selection: Selection::new(),
            place: RwSignal::new(Place::default()),
            editing: RwSignal::new(None),
            asked: asked.into(),
        };
        listing.forget_what_left();
        listing
    }

    /// Another question: what was chosen may not be in its answer.
    fn forget_what_left(self) {
        Effect::new(move |before: Option<Option<ListQuery>>| {
            let now = self.asked.get();
            let narrowed = |query: &Option<ListQuery>| {
                query.as_ref().map(|query| (query.filter.clone(), query.search.clone(), query.archived))
            };
            if before.is_some_and(|before| narrowed(&before) != narrowed(&now)) {
                self.selection.clear();
                self.place.set(Place::default());
                self.editing.set(None);
            }
            now
        });
    }

    pub fn object(self) -> Object {
        self.shape.object
    }

    pub fn schema(self) -> &'static Schema {
        self.shape.object.schema()
    }

    /// How many rows there are, loaded or not. Tracked.
    pub fn count(self) -> usize {
        let loaded = self.rows.ids.read().len();
        let all = self.totals.get().and_then(|totals| usize::try_from(totals.count()).ok());
        if self.rows.has_more.get() { all.unwrap_or(loaded).max(loaded) } else { loaded }
    }

    /// Untracked.
    pub fn id_at(self, row: usize) -> Option<Uuid> {
        self.rows.ids.with_untracked(|ids| ids.get(row).copied())
    }

    /// The ids as the selection keeps them, in their order. Untracked.
    pub fn order(self) -> Vec<String> {
        self.rows.ids.with_untracked(|ids| ids.iter().map(Uuid::to_string).collect())
    }

    /// The chosen records. Tracked.
    pub fn chosen(self) -> Vec<Uuid> {
        self.selection.keys().iter().filter_map(|key| key.parse().ok()).collect()
    }

    /// The chosen records in the order of the list; those that are not loaded follow. Untracked.
    pub fn chosen_in_order(self) -> Vec<Uuid> {
        let mut left: std::collections::HashSet<Uuid> = untrack(|| self.chosen()).into_iter().collect();
        let loaded = self.rows.ids.get_untracked();
        let mut ids: Vec<Uuid> = loaded.iter().copied().filter(|id| left.remove(id)).collect();
        ids.extend(left);
        ids
    }

    /// The order asked for in the address. Tracked.
    pub fn sort(self) -> Option<SortBy> {
        let written = links::param("sort").unwrap_or_else(|| self.shape.sort.to_owned());
        let first = parse_sort(&written).into_iter().next()?;
        let order = if first.descending { Order::Descending } else { Order::Ascending };
        Some(SortBy { column: first.key, order })
    }

    pub fn sort_by(self, sort: &SortBy) {
        let key = SortKey { key: sort.column.clone(), descending: sort.order == Order::Descending };
        links::go(&untrack(|| links::with(&[("sort", Some(&print_sort(&[key])))])));
    }

    /// Opens a record beside the list.
    pub fn open(self, id: Uuid) {
        let is_open = untrack(links::open_id).is_some();
        let href = untrack(|| links::opened(id));
        if is_open { links::replace(&href) } else { links::go(&href) }
    }

    /// The record before or behind the open one. Untracked.
    pub fn beside(self, id: Uuid, by: isize) -> Option<Uuid> {
        let at = self.rows.ids.with_untracked(|ids| ids.iter().position(|other| *other == id))?;
        self.id_at(at.checked_add_signed(by)?)
    }

    /// Tracked.
    pub fn may(self, action: Action) -> bool {
        session::can(self.shape.object, action)
    }

    /// Nothing narrows the list. Tracked.
    pub fn is_whole(self) -> bool {
        let archived = links::param("archived").is_some();
        !archived && search().is_none() && self.filters.get().is_ok_and(|filter| filter.is_everything())
    }
}

/// The words in the address. Tracked.
pub fn search() -> Option<String> {
    links::param("search").map(|words| words.trim().to_owned()).filter(|words| !words.is_empty())
}

/// The question in the address; `None` while it cannot be read. Tracked.
fn question(shape: &Shape, filters: Filters, more: impl Fn() -> Option<Filter>) -> Option<ListQuery> {
    let filter = filters.with(more().unwrap_or_default())?;
    let search = search();
    let known =
        |sort: &String| parse_sort(sort).iter().all(|key| columns::is_sortable(shape.object.schema(), &key.key));
    let sort = links::param("sort").filter(known).unwrap_or_else(|| shape.sort.to_owned());
    let archived = links::param("archived").and_then(|word| word.parse::<Archived>().ok());
    // What is searched for comes in the order of how well it fits.
    let sort = if search.is_some() && links::param("sort").is_none() { None } else { Some(sort) };
    Some(ListQuery { filter, search, sort, archived, limit: Some(PAGE), ..ListQuery::default() })
}

/// The kind as a list that lasts.
fn kind(object: Object) -> &'static [Object] {
    let at = Object::ALL.iter().position(|one| *one == object).unwrap_or_default();
    &Object::ALL[at..=at]
}
