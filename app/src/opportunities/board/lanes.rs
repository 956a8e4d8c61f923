//! Lanes: a row of cells for each owner or team. Only lanes in sight are made.

use crate::ui::place::px;
use std::ops::Range;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::{Key, Plural};
use shared::opportunities::{Column, Lanes};
use shared::query::Filter;
use uuid::Uuid;

use super::cell::Cell;
use super::desk::{CellKey, Desk, Lane, pitch};
use super::each_stage;
use super::head::Numbers;
use super::moves;
use crate::each::each;
use crate::i18n::{count, text};
use crate::opportunities::question;
use crate::store;
use crate::ui::{Avatar, Glyph, Icon, format};

/// px of a lane's head.
const HEAD: f64 = 38.0;
/// A lane shows so many cards of a column; the rest scrolls in the cell.
const TALLEST: usize = 3;
/// px below the last card.
const FOOT: f64 = 8.0;

/// The height of a lane whose fullest cell holds so many cards.
#[expect(clippy::cast_precision_loss, reason = "a few cards")]
pub fn height(fullest: usize, pitch: f64) -> f64 {
    let whole = fullest.clamp(1, TALLEST) as f64 * pitch;
    // A bit of the next card says that there is more.
    let more = if fullest > TALLEST { pitch / 3.0 } else { 0.0 };
    HEAD + whole + more + FOOT
}

/// Where each lane begins, and where the last one ends.
pub fn tops(heights: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut tops = vec![0.0];
    for height in heights {
        tops.push(tops.last().copied().unwrap_or_default() + height);
    }
    tops
}

/// The lanes in sight, and one around.
pub fn visible(tops: &[f64], top: f64, height: f64) -> Range<usize> {
    let lanes = tops.len().saturating_sub(1);
    let first = tops.iter().skip(1).position(|end| *end > top).unwrap_or(lanes);
    let last = tops.iter().take(lanes).rposition(|start| *start < top + height).map_or(0, |at| at + 1);
    first.saturating_sub(1)..(last + 1).min(lanes).max(first.saturating_sub(1))
}

/// How many cards the fullest cell of each lane holds. Tracked.
fn fullest(desk: Desk) -> Vec<usize> {
    let Some(board) = desk.board.data() else { return Vec::new() };
    let in_sight = desk.in_sight();
    let is_shown = |stage| in_sight.map_or_else(|| !desk.is_folded(stage), |seen| seen == stage);
    let of = |lane: &Lane| {
        let own =
            board.columns.iter().filter(|column| Lane::read(column.lane.as_deref()) == *lane && is_shown(column.stage));
        own.filter_map(|column| usize::try_from(column.count).ok()).max().unwrap_or(0)
    };
    desk.rows().iter().map(of).collect()
}

/// All lanes below each other; `top` is how far the board is scrolled.
#[component]
pub fn LaneRows(desk: Desk, top: RwSignal<f64>) -> impl IntoView {
    let fullest = Memo::new(move |_| fullest(desk));
    let tops = Memo::new(move |_| fullest.with(|lanes| tops(lanes.iter().map(|most| height(*most, pitch())))));
    let shown = Memo::new(move |_| tops.with(|tops| visible(tops, top.get(), desk.height.get())));
    let lanes = Memo::new(move |_| desk.rows());
    desk.tops.set_value(Some(tops));
    on_cleanup(move || {
        let _ = desk.tops.try_update_value(Option::take);
    });
    // Lanes in sight, and those that carried cards came from.
    let keys = move || {
        let (lanes, shown) = (lanes.read(), shown.get());
        let carried = desk.carried.get();
        let is_made = |(at, lane): &(usize, &Lane)| {
            shown.contains(at) || carried.as_ref().is_some_and(|carried| carried.lanes().any(|from| from == **lane))
        };
        lanes.iter().enumerate().filter(is_made).map(|(_, lane)| Uuid::from(*lane)).collect::<Vec<_>>()
    };
    let bounds = move |lane: Lane| {
        let at = lanes.read().iter().position(|known| *known == lane).unwrap_or(0);
        tops.with(|tops| (tops.get(at).copied().unwrap_or_default(), tops.get(at + 1).copied().unwrap_or_default()))
    };
    view! {
        <div class="lanes" style:height=move || px(tops.with(|tops| tops.last().copied().unwrap_or_default()))>
            {each(keys, move |key| {
                let lane = Lane::of_key(key);
                let bounds = Memo::new(move |_| bounds(lane));
                view! { <LaneRow desk lane bounds/> }.into_any()
            })}
        </div>
    }
}

#[component]
fn LaneRow(desk: Desk, lane: Lane, bounds: Memo<(f64, f64)>) -> impl IntoView {
    let numbers = Memo::new(move |_| {
        let board = desk.board.data();
        let is_own = |column: &&Column| Lane::read(column.lane.as_deref()) == lane;
        board.map(|board| Numbers::of(board.columns.iter().filter(is_own))).unwrap_or_default()
    });
    let name = Memo::new(move |_| name(desk.lanes(), lane));
    let rows = move || question::rows(desk.filters, lane_filter(desk, lane));
    let rows_in = move |currency: String| {
        move || question::rows(desk.filters, lane_filter(desk, lane).and(Filter::is("currency", &currency)))
    };
    let body = Signal::derive(move || {
        let (top, bottom) = bounds.get();
        bottom - top - HEAD
    });
    let id = match lane {
        Lane::Of(id) => id.to_string(),
        Lane::Whole | Lane::Nobody => String::new(),
    };
    view! {
        <section class="lane" aria-label=name style:transform=move || format!("translateY({})", px(bounds.get().0))>
            <header class="lane-head">
                {match (lane, untrack(|| desk.lanes())) {
                    (Lane::Of(_), Lanes::Owner) => view! { <Avatar id name decorative=true/> }.into_any(),
                    (Lane::Of(_), _) => view! { <Icon glyph=Glyph::Users/> }.into_any(),
                    _ => view! { <Icon glyph=Glyph::User/> }.into_any(),
                }}
                <h3>{name}</h3>
                <a class="faint number" href=rows aria-label=move || count(Plural::BoardDeals, usize::try_from(numbers.read().count).unwrap_or(0))>
                    {move || format::number(numbers.read().count)}
                </a>
                {move || numbers.read().sums.iter().map(|sum| view! {
                    <a class="small" href=rows_in(sum.currency.clone())>{format::money(sum.amount, &sum.currency)}</a>
                }).collect_view()}
            </header>
            <div class="cells" style:height=move || px(body.get())>
                {each_stage(desk, move |stage| {
                    let key = CellKey { stage: stage.id, lane };
                    let label = Signal::derive(move || moves::called(desk, key));
                    view! { <Cell desk key label height=body/> }.into_any()
                })}
            </div>
        </section>
    }
}

/// The lane's rows in this pipeline.
fn lane_filter(desk: Desk, lane: Lane) -> Filter {
    let own = question::in_lane(desk.lanes(), &lane.word().unwrap_or_default());
    match desk.pipeline.get() {
        Some(pipeline) => Filter::is("pipeline_id", pipeline).and(own),
        None => own,
    }
}

/// Tracked.
pub fn name(lanes: Lanes, lane: Lane) -> String {
    let object = if lanes == Lanes::Team { Object::Team } else { Object::User };
    match lane {
        Lane::Of(id) => store::name(object, id).unwrap_or_default(),
        Lane::Whole => String::new(),
        Lane::Nobody if lanes == Lanes::Team => text(Key::BoardNoTeam).to_owned(),
        Lane::Nobody => text(Key::BoardNoOwner).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_lane_is_as_high_as_its_fullest_cell_up_to_a_bound() {
        assert!(height(0, 90.0) < height(2, 90.0));
        assert!((height(1, 90.0) - height(0, 90.0)).abs() < f64::EPSILON);
        assert!((height(400, 90.0) - height(4, 90.0)).abs() < f64::EPSILON);
    }

    #[test]
    fn lanes_in_sight_and_one_around_are_made() {
        let tops = tops([100.0; 35].into_iter());
        assert_eq!(tops.last(), Some(&3500.0));
        assert_eq!(visible(&tops, 0.0, 650.0), 0..8);
        assert_eq!(visible(&tops, 1000.0, 650.0), 9..18);
        assert_eq!(visible(&tops, 9e9, 650.0), 34..35);
        assert_eq!(visible(&[0.0], 0.0, 650.0), 0..0);
    }
}
