//! The head of a column: its name, its numbers, and the way to their rows.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::{Key, Plural};
use shared::id::StageId;
use shared::opportunities::{Column, Mark, Sum};
use shared::pipelines::{Stage, StageKind};
use shared::query::Filter;

use super::desk::Desk;
use super::quick_add::QuickAdd;
use crate::i18n::{count, fill, t};
use crate::opportunities::drag::columns::{self, Reorder};
use crate::opportunities::question;
use crate::part;
use crate::session;
use crate::ui::{Dot, Glyph, Hue, IconButton, IconKind, Menu, MenuItem, MenuSection, format, place::Align};

/// The numbers of a stage over all lanes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    pub count: i64,
    pub late: i64,
    pub stale: i64,
    pub sums: Vec<Sum>,
}

impl Numbers {
    pub fn of<'a>(columns: impl Iterator<Item = &'a Column>) -> Self {
        let mut all = Self::default();
        for column in columns {
            all.count += column.count;
            all.late += column.late;
            all.stale += column.stale;
            for sum in &column.sums {
                match all.sums.iter_mut().find(|known| known.currency == sum.currency) {
                    Some(known) => {
                        known.amount += sum.amount;
                        known.weighted += sum.weighted;
                    }
                    None => all.sums.push(sum.clone()),
                }
            }
        }
        shared::order::sort_by(&mut all.sums, |a, b| b.amount.cmp(&a.amount).then_with(|| a.currency.cmp(&b.currency)));
        all
    }
}

/// A stage's numbers, with what is carried over it. Tracked.
pub fn numbers(desk: Desk, stage: StageId) -> Numbers {
    let board = desk.foreseen();
    board.map(|board| Numbers::of(board.columns.iter().filter(|column| column.stage == stage))).unwrap_or_default()
}

/// The table of a stage's deals, in one currency or all. Tracked.
pub fn rows(desk: Desk, stage: StageId, currency: Option<&str>) -> String {
    let mut filter = Filter::is("stage_id", stage);
    if let Some(currency) = currency {
        filter = filter.and(Filter::is("currency", currency));
    }
    question::rows(desk.filters, filter)
}

#[component]
pub fn Head(desk: Desk, stage: Arc<Stage>, reorder: Reorder) -> impl IntoView {
    let id = stage.id;
    let numbers = Memo::new(move |_| numbers(desk, id));
    let is_folded = Memo::new(move |_| desk.is_folded(id));
    let number = desk.stages.with_untracked(|stages| stages.iter().position(|known| known.id == id)).map(|at| at + 1);
    let stage = Memo::new(move |_| desk.stage(id).unwrap_or_else(|| stage.clone()));
    view! {
        <section
            class="head"
            class:folded=is_folded
            class:before=move || reorder.is_before(id)
            data-column=id.to_string()
            data-number=number
            aria-label=move || stage.read().name.clone()
        >
            {move || if is_folded.get() { narrow(desk, stage, numbers).into_any() } else { whole(desk, stage, numbers).into_any() }}
        </section>
    }
}

fn whole(desk: Desk, stage: Memo<Arc<Stage>>, numbers: Memo<Numbers>) -> impl IntoView {
    let id = stage.with_untracked(|stage| stage.id);
    view! {
        <div class="row">
            <Dot hue=Signal::derive(move || hue(&stage.read()))/>
            <h2 class="clip" data-tip=move || stage.read().name.clone()>{move || stage.read().name.clone()}</h2>
            <a class="faint number" href=move || rows(desk, id, None) aria-label=move || count(Plural::BoardDeals, usize::try_from(numbers.read().count).unwrap_or(0))>
                {move || format::number(numbers.read().count)}
            </a>
            {full(desk, id)}
            <span class="grow"></span>
            <span class="faint small chance" data-tip=move || crate::words::field(Object::Stage, "probability")>{move || format::percent(stage.read().probability)}</span>
            <span class="head-actions">{actions(desk, stage)}</span>
        </div>
        <div class="sums">{move || sums(desk, id, &numbers.read())}</div>
        {move || meter(desk, &numbers.read(), &stage.read())}
        <QuickAdd desk stage=id/>
    }
}

fn actions(desk: Desk, stage: Memo<Arc<Stage>>) -> impl IntoView {
    let id = stage.with_untracked(|stage| stage.id);
    // A lost deal says why, which the short form does not ask.
    let is_lost = move || stage.read().kind == StageKind::Lost;
    let may_add = move || session::can(Object::Opportunity, Action::Create) && !desk.is_fixed() && !is_lost();
    let label = Signal::derive(move || fill(Key::BoardColumnMenu, &[("stage", &stage.read().name)]));
    view! {
        <Show when=may_add>
            <IconButton
                kind=IconKind::Small
                glyph=Glyph::Plus
                label=Signal::derive(move || fill(Key::BoardAddTo, &[("stage", &stage.read().name)]))
                on_click=move |()| desk.adding.set(Some(id))
            />
        </Show>
        <Menu label glyph=Glyph::Ellipsis align=Align::End>
            {commands(desk, id)}
        </Menu>
    }
}

part! { asides: fn commands(desk: Desk, id: StageId) => view! { <Commands desk id/> } }

#[component]
fn Commands(desk: Desk, id: StageId) -> impl IntoView {
    view! {
        <MenuItem label=Key::BoardFold glyph=Glyph::ChevronLeft on_choose=move || desk.folds.toggle(id)/>
        <MenuSection/>
        <MenuItem label=Key::BoardColumnLeft shortcut="shift+arrowleft" on_choose=move || columns::shift(desk, id, -1)/>
        <MenuItem label=Key::BoardColumnRight shortcut="shift+arrowright" on_choose=move || columns::shift(desk, id, 1)/>
        <Show when=move || desk.order.get().is_some()>
            <MenuItem label=Key::BoardColumnsShared on_choose=move || desk.order.forget()/>
        </Show>
    }
}

/// A folded column still says how much it holds.
fn narrow(desk: Desk, stage: Memo<Arc<Stage>>, numbers: Memo<Numbers>) -> impl IntoView {
    let id = stage.with_untracked(|stage| stage.id);
    view! {
        <button
            type="button"
            class="unfold"
            aria-expanded="false"
            data-tip=t(Key::BoardUnfold)
            aria-label=move || fill(Key::BoardUnfoldNamed, &[("stage", &stage.read().name)])
            on:click=move |_| desk.folds.toggle(id)
        >
            <Dot hue=Signal::derive(move || hue(&stage.read()))/>
            <span class="strong">{move || stage.read().name.clone()}</span>
        </button>
        <a class="faint number" href=move || rows(desk, id, None) aria-label=move || count(Plural::BoardDeals, usize::try_from(numbers.read().count).unwrap_or(0))>
            {move || format::number(numbers.read().count)}
        </a>
        {full(desk, id)}
        <div class="sums">{move || sums(desk, id, &numbers.read())}</div>
    }
}

/// Says that a stage holds more than it should, all deals counted, whatever is
/// shown of them.
pub fn full(desk: Desk, stage: StageId) -> impl IntoView {
    let over = move || {
        let limit = desk.stage(stage)?.wip_limit?;
        let board = desk.foreseen()?;
        let held = board.held.iter().find(|held| held.stage == stage)?.count;
        (held > limit).then(|| fill(Key::BoardOverLimitWhy, &[("limit", &format::number(limit))]))
    };
    move || over().map(|why| view! { <span class="tag warn" data-tip=why>{t(Key::BoardOverLimit)}</span> })
}

pub fn hue(stage: &Stage) -> Hue {
    Hue::new(u8::try_from(stage.color).unwrap_or(1))
}

/// One line for each currency, as links to its rows.
pub fn sums(desk: Desk, stage: StageId, numbers: &Numbers) -> impl IntoView + use<> {
    let is_several = numbers.sums.len() > 1;
    let line = move |sum: Sum| {
        let currency = sum.currency.clone();
        let href = Memo::new(move |_| rows(desk, stage, is_several.then_some(currency.as_str())));
        let weighted = fill(Key::BoardWeighted, &[("sum", &format::money(sum.weighted, &sum.currency))]);
        let tip = fill(Key::BoardWeightedWhy, &[("sum", &format::money(sum.weighted, &sum.currency))]);
        view! {
            <div class="sum">
                <a class="strong" href=href>{format::money(sum.amount, &sum.currency)}</a>
                <a class="faint clip" href=href data-tip=tip>{weighted}</a>
            </div>
        }
    };
    let mut first = numbers.sums.clone();
    let more = first.split_off(first.len().min(SUMS));
    view! {
        {first.into_iter().map(line).collect_view()}
        {(!more.is_empty()).then(|| view! {
            <details>
                <summary class="faint small">{count(Plural::BoardMoreSums, more.len())}</summary>
                {more.into_iter().map(line).collect_view()}
            </details>
        })}
    }
}

/// Currencies that stand in a head unasked.
const SUMS: usize = 3;

/// The deals behind a mark of a stage's meter. Tracked.
pub fn marked(desk: Desk, stage: &Stage, mark: Mark) -> String {
    question::rows(desk.filters, mark.filter(stage, question::past_day()))
}

/// How many are fine, stale and late, each a link to them; the words say it too.
fn meter(desk: Desk, numbers: &Numbers, stage: &Stage) -> impl IntoView + use<> {
    let (late, stale) = (numbers.late, numbers.stale);
    let fine = (numbers.count - late - stale).max(0);
    let words = if stage.kind == StageKind::Open {
        let [fine, stale, late] = [fine, stale, late].map(format::number);
        fill(Key::BoardMeter, &[("fine", &fine), ("stale", &stale), ("late", &late)])
    } else {
        count(Plural::BoardDeals, usize::try_from(fine).unwrap_or(0))
    };
    let part = |mark: Mark, number: i64, class: &'static str, said: Plural| {
        (number > 0).then(|| {
            let said = count(said, usize::try_from(number).unwrap_or(0));
            let share = number.to_string();
            view! { <a class=class href=marked(desk, stage, mark) aria-label=said data-tip=words.clone() style:flex-grow=share></a> }
        })
    };
    view! {
        <div class="meter" role="group" aria-label=words.clone()>
            {part(Mark::Fine, fine, "g", Plural::BoardFine)}
            {part(Mark::Stale, stale, "w", Plural::BoardStale)}
            {part(Mark::Late, late, "b", Plural::BoardLate)}
            {(numbers.count == 0).then(|| view! { <i style:flex-grow="1"></i> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn column(currency: &str, amount: i64) -> Column {
        let sums = vec![Sum { currency: currency.into(), amount, weighted: amount / 2 }];
        Column { count: 2, late: 1, sums, ..Column::default() }
    }

    #[test]
    fn lanes_add_up_by_currency_the_largest_first() {
        let columns = [column("CNY", 100), column("USD", 900), column("CNY", 300)];
        let all = Numbers::of(columns.iter());
        assert_eq!((all.count, all.late), (6, 3));
        let sums: Vec<_> = all.sums.iter().map(|sum| (sum.currency.as_str(), sum.amount, sum.weighted)).collect();
        assert_eq!(sums, [("USD", 900, 450), ("CNY", 400, 200)]);
    }
}
