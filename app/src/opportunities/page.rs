//! `/opportunities`: the board and the table of one question, and the deal that is open.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::{Key, Plural};
use shared::query::Filter;

use super::board::{Board, Desk, Options, PastBanner, PastButton, SinceButton, SincePanel, choose_lanes};
use super::question::{self, Layout, Question};
use crate::filters::FilterBar;
use crate::i18n::{count, fill, t, text};
use crate::opportunities::record::RecordPanel;
use crate::parts::once;
use crate::record::as_of;
use crate::record::creating::{self, NewRecord};
use crate::table::ViewMenu;
use crate::ui::{Button, ButtonKind, Chip, Choice, Glyph, Menu, MenuItem, SegmentedControl, Select, format, is_phone};
use crate::{links, part, session, shell, store, words};

part! { asides: fn since_panel(desk: Desk) => view! { <SincePanel desk/> } }
part! { asides: fn record_panel(desk: Desk) => view! { <RecordPanel desk/> } }
part! { records: fn deal_form(desk: Desk) => view! { <super::form::DealForm desk/> } }
part! { records: fn past_table(desk: Desk) => view! { <super::past_table::PastTable desk/> } }
part! { records: fn table(desk: Desk) => view! { <super::table::Table desk/> } }

#[component]
pub fn Page() -> impl IntoView {
    shell::use_title(|| words::objects(Object::Opportunity));
    let filters = question::filters();
    let asked = Memo::new(move |_| Question::in_url(filters));
    let layout = Memo::new(|_| Layout::in_url());
    let desk = Desk::new(filters, asked);
    view! {
        <Head desk layout/>
        {move || match layout.get() {
            Layout::Board => view! {
                <Narrowing desk/>
                <PastBanner/>
                <Board desk/>
                {once(|| links::param("since").is_some(), move || since_panel(desk))}
                {once(|| links::open_id().is_some(), move || record_panel(desk))}
            }.into_any(),
            Layout::Table => {
                let is_past = Memo::new(|_| as_of::moment().is_some());
                (move || if is_past.get() { past_table(desk) } else { table(desk) }).into_any()
            }
        }}
        <NewRecord object=Object::Opportunity title=Key::OpportunityNew form=move || deal_form(desk)/>
    }
}

#[component]
fn Head(desk: Desk, layout: Memo<Layout>) -> impl IntoView {
    let options = Signal::derive(|| {
        let choice = |layout: Layout| match layout {
            Layout::Table => Choice::new(layout.word(), text(Key::BoardLayoutTable)).glyph(Glyph::Table2),
            Layout::Board => Choice::new(layout.word(), text(Key::BoardLayoutBoard)).glyph(Glyph::SquareKanban),
        };
        Layout::ALL.map(choice).to_vec()
    });
    let choose = move |word: String| {
        let pipeline = desk.pipeline.get_untracked().map(|id| id.to_string());
        links::go(&untrack(|| {
            links::with(&[("layout", Some(&word)), ("pipeline", pipeline.as_deref()), ("sort", None), ("since", None)])
        }));
    };
    let may_create = || session::can(Object::Opportunity, Action::Create);
    view! {
        <header class="bar deals-bar">
            <h1>{move || words::objects(Object::Opportunity)}</h1>
            <Pipelines desk layout/>
            <SegmentedControl label=Key::BoardLayout options value=Signal::derive(move || layout.get().word().to_owned()) on_choose=choose/>
            <span class="grow"></span>
            <Show when=move || layout.get() == Layout::Board && !is_phone()><SinceButton/></Show>
            <Show when=move || may_create() && !is_phone()>
                <Button kind=ButtonKind::Primary icon=Glyph::Plus label=Key::OpportunityNew shortcut="c" on_click=|()| creating::begin()/>
            </Show>
        </header>
    }
}

/// Which way of selling. A table shows all of them unless one is chosen.
#[component]
fn Pipelines(desk: Desk, layout: Memo<Layout>) -> impl IntoView {
    let is_all =
        Memo::new(move |_| layout.get() == Layout::Table && desk.question.with(|question| question.pipeline.is_none()));
    let label = Signal::derive(move || {
        if is_all.get() {
            return text(Key::BoardAllPipelines).to_owned();
        }
        store::pipeline(desk.pipeline.get()).map(|pipeline| pipeline.name.clone()).unwrap_or_default()
    });
    let choose =
        |id: Option<String>| links::go(&untrack(|| links::with(&[("pipeline", id.as_deref()), ("open", None)])));
    view! {
        <Menu label show_label=true>
            {move || (layout.get() == Layout::Table).then(|| view! {
                <MenuItem label=Key::BoardAllPipelines checked=Signal::from(is_all) on_choose=move || choose(None)/>
            })}
            {move || store::pipelines().into_iter().map(|pipeline| {
                let id = pipeline.id;
                let checked = Signal::derive(move || !is_all.get() && desk.pipeline.get() == Some(id));
                view! { <MenuItem label=pipeline.name.clone() checked on_choose=move || choose(Some(id.to_string()))/> }
            }).collect_view()}
        </Menu>
    }
}

/// What narrows the board, how it is laid out, and what it comes to.
#[component]
fn Narrowing(desk: Desk) -> impl IntoView {
    use shared::opportunities::Lanes;
    let lanes = RwSignal::new(untrack(|| desk.lanes()).word().to_owned());
    Effect::new(move || lanes.set(desk.lanes().word().to_owned()));
    let options = Signal::derive(|| {
        Lanes::ALL
            .iter()
            .map(|lanes| Choice::new(lanes.word(), words::choice("lanes", lanes.word())))
            .collect::<Vec<_>>()
    });
    let choose = |word: String| choose_lanes(&word);
    view! {
        <div class="bar sub narrowing">
            <FilterBar filters=desk.filters/>
            {move || desk.question.with(|question| question.search.clone()).map(|words| view! {
                <Chip label=Key::BoardSearch value=words on_remove=|()| links::go(&untrack(|| links::with(&[("search", None)])))/>
            })}
            <Show when=move || !is_phone()>
                <label class="chip lanes-choice"><span>{t(Key::BoardLanes)}</span><Select value=lanes options label=Key::BoardLanes on_commit=choose/></label>
            </Show>
            <Show when=move || !is_phone()><PastButton/></Show>
            <Options desk/>
            <ViewMenu object=Object::Opportunity layout="board"/>
            <span class="grow"></span>
            {move || totals(desk).map(|said| view! { <a class="faint small totals" href=move || all_rows(desk)>{said}</a> })}
        </div>
    }
}

/// The table of the whole board. Tracked.
fn all_rows(desk: Desk) -> String {
    let of_pipeline = desk.pipeline.get().map(|pipeline| Filter::is("pipeline_id", pipeline));
    question::rows(desk.filters, of_pipeline.unwrap_or_default())
}

/// How many deals, and what they are worth by their chances.
fn totals(desk: Desk) -> Option<String> {
    let board = desk.board.data()?;
    let all = super::board::numbers_of(&board);
    let number = count(Plural::BoardDeals, usize::try_from(all.count).unwrap_or(0));
    let sums: Vec<String> = all.sums.iter().take(2).map(|sum| format::money(sum.weighted, &sum.currency)).collect();
    if sums.is_empty() {
        return Some(number);
    }
    Some(format!("{number} · {}", fill(Key::BoardWeighted, &[("sum", &sums.join(" · "))])))
}
