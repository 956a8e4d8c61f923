//! The head of a column: its name, its numbers, and the way to their rows.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::{Key, Plural};
use shared::id::StageId;
use shared::opportunities::{Column, Sum};
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

/// A stage's numbers. Tracked.
pub fn numbers(desk: Desk, stage: StageId) -> Numbers {
    let board = desk.board.data();
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
    let drag = move |event: web_sys::PointerEvent| columns::press(reorder, id, &event);
    view! {
        <section
            class="head"
            class:folded=is_folded
            class:before=move || reorder.is_before(id)
            data-column=id.to_string()
            data-number=number
            aria-label=move || stage.read().name.clone()
            on:pointerdown=drag
        >
            {move || if is_folded.get() { narrow(desk, stage, numbers).into_any() } else { whole(desk, stage, numbers).into_any() }}
        </section>
    }
}

fn whole(desk: Desk, stage: Memo<Arc<Stage>>, numbers: Memo<Numbers>) -> impl IntoView {
    let id = stage.with_untracked(|stage| stage.id);
    let limit = move || stage.with(|stage| stage.wip_limit).filter(|limit| numbers.read().count > *limit);
    view! {
        <div class="row">
            <Dot hue=Signal::derive(move || hue(&stage.read()))/>
            <h2 class="clip" data-tip=move || stage.read().name.clone()>{move || stage.read().name.clone()}</h2>
            <a class="faint number" href=move || rows(desk, id, None) aria-label=move || count(Plural::BoardDeals, usize::try_from(numbers.read().count).unwrap_or(0))>
                {move || format::number(numbers.read().count)}
            </a>
            {move || limit().map(|limit| view! {
                <span class="tag warn" data-tip=fill(Key::BoardOverLimitWhy, &[("limit", &format::number(limit))])>{t(Key::BoardOverLimit)}</span>
            })}
            <span class="grow"></span>
            <span class="faint small chance" data-tip=move || crate::words::field(Object::Stage, "probability")>{move || format::percent(stage.read().probability)}</span>
            <span class="head-actions">{actions(desk, stage)}</span>
        </div>
        <div class="sums">{move || sums(desk, id, &numbers.read())}</div>
        {move || meter(&numbers.read(), stage.read().kind)}
        <QuickAdd desk stage=id/>
    }
}

fn actions(desk: Desk, stage: Memo<Arc<Stage>>) -> impl IntoView {
    let id = stage.with_untracked(|stage| stage.id);
    let may_add = move || session::can(Object::Opportunity, Action::Create) && !desk.is_fixed();
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
    let may_order = move || session::can(Object::Stage, Action::Write) && !desk.is_fixed();
    view! {
        <MenuItem label=Key::BoardFold glyph=Glyph::ChevronLeft on_choose=move || desk.folds.toggle(id)/>
        <Show when=may_order>
            <MenuSection/>
            <MenuItem label=Key::BoardColumnLeft on_choose=move || columns::shift(desk, id, -1)/>
            <MenuItem label=Key::BoardColumnRight on_choose=move || columns::shift(desk, id, 1)/>
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
        <div class="sums">{move || sums(desk, id, &numbers.read())}</div>
    }
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
    numbers.sums.clone().into_iter().take(3).map(line).collect_view()
}

/// How many are fine, stale and late; the tooltip says it in words.
pub fn meter(numbers: &Numbers, kind: StageKind) -> impl IntoView + use<> {
    let (late, stale) = (numbers.late, numbers.stale);
    let fine = (numbers.count - late - stale).max(0);
    let words = move || {
        if kind != StageKind::Open {
            return count(Plural::BoardDeals, usize::try_from(fine).unwrap_or(0));
        }
        let [fine, stale, late] = [fine, stale, late].map(format::number);
        fill(Key::BoardMeter, &[("fine", &fine), ("stale", &stale), ("late", &late)])
    };
    let share = move |part: i64| part.to_string();
    view! {
        <div class="meter" role="img" aria-label=words data-tip=words>
            {(fine > 0).then(|| view! { <i class="g" style:flex-grow=share(fine)></i> })}
            {(stale > 0).then(|| view! { <i class="w" style:flex-grow=share(stale)></i> })}
            {(late > 0).then(|| view! { <i class="b" style:flex-grow=share(late)></i> })}
            {(fine + stale + late == 0).then(|| view! { <i style:flex-grow="1"></i> })}
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
