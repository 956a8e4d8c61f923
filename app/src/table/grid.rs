//! The grid: a header that stays, the rows in sight, and what stands where
//! there are none.

use crate::ui::place::px;
use leptos::prelude::*;
use shared::access::Action;
use shared::i18n::Key;
use uuid::Uuid;
use web_sys::KeyboardEvent;

use super::bulk::Bulk;
use super::cards::Cards;
use super::cell::edit;
use super::footer::Footer;
use super::keys::{Act, act};
use super::listing::{Listing, Place};
use super::row::{focus_place, row, waiting};
use crate::ui::column::{self, Sorting};
use crate::ui::dialog::within;
use crate::ui::{
    Button, EmptyState, ErrorState, Glyph, Scope, Scroller, Skeleton, SkeletonKind, SortBy, is_phone, storage, use_key,
};
use crate::{links, words};

const STORED_AS: &str = "kith.rows";

thread_local! {
    static IS_COMFORTABLE: ArcRwSignal<bool> = ArcRwSignal::new(storage::read(STORED_AS).as_deref() == Some("comfortable"));
}

/// Rows with more room. Tracked.
pub fn is_comfortable() -> bool {
    IS_COMFORTABLE.with(Get::get)
}

pub fn choose_comfortable(is_comfortable: bool) {
    IS_COMFORTABLE.with(|signal| signal.set(is_comfortable));
    storage::write(STORED_AS, if is_comfortable { "comfortable" } else { "compact" });
}

/// Of a row, px. Tracked.
pub fn row_height() -> f64 {
    if is_comfortable() { 44.0 } else { 36.0 }
}

/// The rows of a listing: a table, or cards on a phone. `empty` is shown while
/// there is no record at all: what belongs here, and the first step.
#[component]
pub fn RecordTable(listing: Listing, #[prop(into)] empty: ViewFn) -> impl IntoView {
    let rows = listing.rows;
    let state = Memo::new(move |_| state(listing));
    let body = move || match state.get() {
        State::Failed => failed(listing).into_any(),
        State::Unasked => view! { <EmptyState glyph=Glyph::ListFilter title=Key::TableUnreadable/> }.into_any(),
        State::First => view! { <Skeleton kind=SkeletonKind::Rows count=14/> }.into_any(),
        State::Empty => empty.run(),
        State::Nothing => nothing_fits(listing).into_any(),
        State::Cards => view! { <Cards listing/> }.into_any(),
        State::Rows => view! { <Grid listing/> }.into_any(),
    };
    view! {
        <div class="records" class:stale=rows.is_stale>{body}</div>
        <Footer listing/>
        <Bulk listing/>
    }
}

/// What there is to show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Failed,
    /// The question cannot be read; the bar says why.
    Unasked,
    First,
    /// No record at all.
    Empty,
    /// None that fits.
    Nothing,
    Cards,
    Rows,
}

fn state(listing: Listing) -> State {
    let rows = listing.rows;
    let is_none = rows.ids.read().is_empty();
    if listing.asked.read().is_none() {
        return State::Unasked;
    }
    match (is_none, rows.error.read().is_some(), rows.is_first.get() || rows.is_stale.get()) {
        (true, true, _) => State::Failed,
        (true, false, true) => State::First,
        (true, false, false) if listing.is_whole() => State::Empty,
        (true, false, false) => State::Nothing,
        (false, ..) if is_phone() => State::Cards,
        (false, ..) => State::Rows,
    }
}

fn failed(listing: Listing) -> impl IntoView {
    let error = move || listing.rows.error.get();
    view! {
        <ErrorState
            title=Key::TableFailed
            text=Signal::derive(move || error().map(|error| words::error(&error)))
            request_id=Signal::derive(move || error().and_then(|error| error.request_id.clone()))
            on_retry=move || listing.rows.refresh.run(())
        />
    }
}

fn nothing_fits(listing: Listing) -> impl IntoView {
    view! {
        <EmptyState glyph=Glyph::ListFilter title=Key::TableNothing text=Key::TableNothingText>
            <Button label=Key::FilterReset on_click=move |()| {
                links::go(&untrack(|| links::with(&[("filter", None), ("search", None), ("archived", None)])));
                listing.selection.clear();
            }/>
        </EmptyState>
    }
}

/// What stands at a place of the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Line {
    Here(Uuid),
    Waiting,
}

#[component]
fn Grid(listing: Listing) -> impl IntoView {
    let scroller = Scroller::new();
    let height = Signal::derive(row_height);
    let count = Memo::new(move |_| listing.count());
    let window = scroller.window(height, count.into());
    // Rows come into sight that are not there yet: the next page.
    Effect::new(move || {
        let (last, loaded) = (window.get().last, listing.rows.ids.read().len());
        if last + AHEAD >= loaded && listing.rows.has_more.get() {
            listing.rows.more.run(());
        }
    });
    bind_keys(listing, scroller);
    let lines = move || {
        let (window, ids) = (window.get(), listing.rows.ids.read());
        let line = |at: usize| (at, ids.get(at).map_or(Line::Waiting, |id| Line::Here(*id)));
        (window.first..window.last.min(count.get())).map(line).collect::<Vec<_>>()
    };
    let press = move |event: KeyboardEvent| press(&event, listing, scroller);
    let label = move || words::objects(listing.object());
    view! {
        <div
            class="table-scroll"
            node_ref=scroller.node
            style:--row-height=move || px(height.get())
            on:scroll=move |_| scroller.scrolled()
        >
            <table class="table record-table" role="grid" aria-label=label aria-rowcount=move || count.get() + 1 aria-multiselectable="true">
                {head(listing)}
                <tbody on:keydown=press>
                    <tr class="room" aria-hidden="true" style:height=move || px(window.get().before)></tr>
                    <For
                        each=lines
                        key=|line| *line
                        children=move |(at, line)| match line {
                            Line::Here(id) => row(listing, scroller, at, id).into_any(),
                            Line::Waiting => waiting(listing, at).into_any(),
                        }
                    />
                    <tr class="room" aria-hidden="true" style:height=move || px(window.get().after)></tr>
                </tbody>
            </table>
        </div>
    }
}

/// Rows that are loaded before they come into sight.
const AHEAD: usize = 60;

fn head(listing: Listing) -> impl IntoView {
    let order = Callback::new(move |()| listing.order());
    let on_sort = Callback::new(move |sort: SortBy| listing.sort_by(&sort));
    let sorting = Sorting { now: Signal::derive(move || listing.sort()), on_sort: Some(on_sort) };
    column::head(listing.columns.all, Some(listing.selection), order, sorting)
}

/// From anywhere on the page, as long as no field has the focus.
fn bind_keys(listing: Listing, scroller: Scroller) {
    let go = move |key: &'static str| {
        move || {
            run(listing, scroller, key, false);
        }
    };
    use_key(Scope::Page, "j", Key::TableKeyDown, go("j"));
    use_key(Scope::Page, "k", Key::TableKeyUp, go("k"));
    use_key(Scope::Page, "x", Key::TableKeyChoose, go("x"));
    use_key(Scope::Page, "o", Key::TableKeyOpen, go("o"));
    if untrack(|| listing.may(Action::Write)) {
        use_key(Scope::Page, "e", Key::TableKeyEdit, go("e"));
    }
}

fn press(event: &KeyboardEvent, listing: Listing, scroller: Scroller) {
    let is_control = within(event, "input:not([type=checkbox]), select, textarea, button").is_some();
    if is_control || event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    if run(listing, scroller, &event.key(), event.shift_key()) {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// Does what a key asks for, if it asks for anything here.
fn run(listing: Listing, scroller: Scroller, key: &str, has_shift: bool) -> bool {
    let rows = listing.rows.ids.with_untracked(|ids| ids.len());
    let columns = untrack(|| listing.columns.fields().len());
    let at = listing.place.get_untracked();
    let at = Place { row: at.row.min(rows.saturating_sub(1)), column: at.column.filter(|column| *column < columns) };
    let Some(act) = act(key, has_shift, at, rows, columns) else { return false };
    let key_of = |row: usize| listing.id_at(row).map(|id| id.to_string());
    match act {
        Act::Go(to) => go(listing, scroller, to),
        Act::Extend(to) => {
            if let (Some(from), Some(to)) = (key_of(at.row), key_of(to.row)) {
                if !untrack(|| listing.selection.has(&from)) {
                    listing.selection.toggle(&from);
                }
                listing.selection.extend_to(&to, &listing.order());
            }
            go(listing, scroller, to);
        }
        Act::Choose => {
            if let Some(key) = key_of(at.row) {
                listing.selection.toggle(&key);
            }
        }
        Act::Edit => edit(listing, at),
        Act::Open => {
            if let Some(id) = listing.id_at(at.row) {
                listing.open(id);
            }
        }
        Act::Leave => go(listing, scroller, Place { column: None, ..at }),
    }
    true
}

fn go(listing: Listing, scroller: Scroller, to: Place) {
    let moves_on = listing.place.get_untracked().row != to.row;
    listing.place.set(to);
    focus_place(scroller, to);
    // The open record follows the row.
    if let Some(id) = listing.id_at(to.row).filter(|_| moves_on && untrack(links::open_id).is_some()) {
        listing.open(id);
    }
}
