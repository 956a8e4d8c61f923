//! `/reports/service`: how tickets were dealt with in a period.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::query::Period;
use shared::reports::{GroupBy, Measure, Report, definition, group_label, label, why_label};
use shared::time::Date;

use super::chart::Chart;
use super::desk::{self, Desk};
use super::say;
use super::table::table;
use super::tiles::tiles;
use crate::filters::FilterBar;
use crate::i18n::{t, text};
use crate::shell::use_title;
use crate::ui::{
    Button, Choice, DateInput, EmptyState, ErrorState, Glyph, Icon, IconButton, Select, Skeleton, SkeletonKind, format,
};
use crate::{links, session, words};

const PERIODS: [Period; 8] = [
    Period::ThisWeek,
    Period::LastWeek,
    Period::ThisMonth,
    Period::LastMonth,
    Period::ThisQuarter,
    Period::LastQuarter,
    Period::ThisYear,
    Period::LastYear,
];
/// The word for days that are chosen one by one.
const CUSTOM: &str = "custom";

#[component]
pub fn Page() -> impl IntoView {
    use_title(|| text(Key::ReportsTitle).to_owned());
    let desk = Desk::new();
    let may_export = Memo::new(|_| session::can(Object::Ticket, Action::Export));
    view! {
        <div class="page">
            <header class="bar">
                <h1 class="grow">{t(Key::ReportsTitle)}</h1>
                <IconButton glyph=Glyph::RefreshCw label=Key::TableRefresh pending=Signal::derive(move || desk.report.is_loading()) on_click=move |()| desk.report.refresh()/>
                <Show when=move || may_export.get()>
                    <a class="btn" href=move || desk.file() download=""><Icon glyph=Glyph::Download/><span class="btn-label">{t(Key::ReportsCsv)}</span></a>
                </Show>
            </header>
            <div class="bar sub list-bar">
                <Question desk/>
                <FilterBar filters=desk.filters/>
            </div>
            <div class="report" class:stale=move || desk.report.is_stale()><Content desk/></div>
        </div>
    }
}

/// The period and the group.
#[component]
fn Question(desk: Desk) -> impl IntoView {
    let now = || if desk::days().is_some() { CUSTOM } else { desk::period().unwrap_or(Period::ThisMonth).word() };
    let period = RwSignal::new(untrack(now).to_owned());
    Effect::new(move || period.set(now().to_owned()));
    let periods = || {
        let named = PERIODS.iter().map(|one| Choice::new(one.word(), large(&words::choice("period", one.word()))));
        named.chain([Choice::new(CUSTOM, text(Key::ReportsCustom))]).collect::<Vec<_>>()
    };
    let choose_period = move |word: String| {
        if word != CUSTOM {
            return links::set_params(&[("period", Some(&word)), ("from", None), ("to", None)]);
        }
        // They begin with what is shown.
        let today = untrack(format::today);
        let shown = untrack(|| desk.shown()).map_or((today, today), |report| (report.span.from, report.span.to()));
        put_days(shown.0, shown.1);
    };
    let group = RwSignal::new(untrack(desk::group).word().to_owned());
    Effect::new(move || group.set(desk::group().word().to_owned()));
    let groups = || {
        let named = |one: &GroupBy| Choice::new(one.word(), group_label(*one).map_or(one.word(), text));
        GroupBy::ALL.iter().map(named).collect::<Vec<_>>()
    };
    view! {
        <span class="report-question">
            <Select value=period options=Signal::derive(periods) label=Key::ReportsPeriod on_commit=choose_period/>
            <Show when=|| desk::days().is_some()><Days/></Show>
            <span class="muted" aria-hidden="true">{t(Key::ReportsGroup)}</span>
            <Select value=group options=Signal::derive(groups) label=Key::ReportsGroup on_commit=|word: String| links::set_params(&[("group", Some(&word))])/>
        </span>
    }
}

/// The first letter large, as a choice of its own is written.
fn large(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The first and the last day.
#[component]
fn Days() -> impl IntoView {
    let shown = untrack(desk::days);
    let (from, to) = (RwSignal::new(shown.map(|days| days.0)), RwSignal::new(shown.map(|days| days.1)));
    Effect::new(move || {
        if let Some((first, last)) = desk::days() {
            from.set(Some(first));
            to.set(Some(last));
        }
    });
    let put = move |_: Option<Date>| {
        if let Some((first, last)) = from.get_untracked().zip(to.get_untracked()) {
            put_days(first, last);
        }
    };
    view! {
        <DateInput value=from label=Key::ReportsFrom on_commit=put/>
        <DateInput value=to label=Key::ReportsTo on_commit=put/>
    }
}

fn put_days(from: Date, to: Date) {
    links::set_params(&[("period", None), ("from", Some(&from.to_string())), ("to", Some(&to.to_string()))]);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The filter cannot be read; its bar says so.
    Unasked,
    Failed,
    Loading,
    Empty,
    Ready,
}

fn phase(desk: Desk) -> Phase {
    match desk.shown() {
        _ if desk.filters.asked().is_none() => Phase::Unasked,
        _ if desk.report.error().is_some() => Phase::Failed,
        None => Phase::Loading,
        Some(report) if is_empty(&report) => Phase::Empty,
        Some(_) => Phase::Ready,
    }
}

/// What stands stays when the numbers change: the focus, what is unfolded, the scroll.
#[component]
fn Content(desk: Desk) -> impl IntoView {
    let phase = Memo::new(move |_| phase(desk));
    let left_out = move || desk.shown().map(|report| excluded(desk, &report));
    move || match phase.get() {
        Phase::Unasked => ().into_any(),
        Phase::Loading => view! { <Skeleton kind=SkeletonKind::Rows count=8/> }.into_any(),
        Phase::Failed => {
            let why = Signal::derive(move || desk.report.error().map(|error| words::error(&error)));
            view! { <ErrorState title=Key::ReportsFailed text=why on_retry=move || desk.report.refresh()/> }.into_any()
        }
        Phase::Empty => view! {
            <EmptyState glyph=Glyph::Ticket title=Key::ReportsEmpty text=text(Key::ReportsEmptyText)>
                <Button label=Key::FilterClear on_click=move |()| desk.filters.clear()/>
            </EmptyState>
            {left_out}
        }
        .into_any(),
        Phase::Ready => view! {
            <p class="muted small">{move || desk.shown().map(|report| say::days(&report))}</p>
            {move || desk.shown().map(|report| tiles(desk, &report))}
            <Chart desk/>
            {move || desk.shown().map(|report| table(desk, &report))}
            {left_out}
            {definitions()}
        }
        .into_any(),
    }
}

/// No ticket came, was solved, or stood open.
fn is_empty(report: &Report) -> bool {
    Measure::ALL.iter().all(|measure| report.total.number(*measure).n == 0)
}

/// What is left out, each a link to it.
fn excluded(desk: Desk, report: &Report) -> impl IntoView + use<> {
    let one = |left_out: &shared::reports::Excluded| {
        let href = desk.left_out(report, left_out.why);
        let number = format::number(left_out.n);
        view! { <li>{t(why_label(left_out.why))}" "<a class="link" href=href>{number}</a></li> }
    };
    let any = report.excluded.iter().any(|left_out| left_out.n > 0);
    let shown = report.excluded.iter().filter(|left_out| left_out.n > 0).map(one).collect_view();
    any.then(|| {
        view! { <div class="report-excluded small muted"><p>{t(Key::ReportsExcluded)}</p><ul>{shown}</ul></div> }
    })
}

/// Everything that the numbers mean, for reading at leisure.
fn definitions() -> impl IntoView {
    let one = |measure: &Measure| {
        view! { <div><dt>{t(label(*measure))}</dt><dd class="muted">{t(definition(*measure))}</dd></div> }
    };
    view! {
        <details class="report-definitions">
            <summary>{t(Key::ReportsDefinitions)}</summary>
            <dl>{Measure::ALL.iter().map(one).collect_view()}</dl>
        </details>
    }
}
