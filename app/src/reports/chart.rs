//! The picture of one measure by group. Each mark is a link to its tickets.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::reports::{Line, Measure, Report, label};

use super::desk::Desk;
use super::shapes::{Mark, Shapes, Value, Words, across, upright};
use super::{picture, say};
use crate::i18n::{fill, t, text};
use crate::links;
use crate::ui::{Button, ButtonKind, Choice, Glyph, Select, is_phone};

/// As wide as it is read well; a pixel of the drawing is then one of the screen.
const WIDEST: f64 = 880.0;
const NARROWEST: f64 = 300.0;
/// What stands beside the drawing: the navigation and margins, or margins alone.
const BESIDE: f64 = 310.0;
const BESIDE_ON_PHONE: f64 = 58.0;
/// Bars below each other; the table has them all.
const MOST: usize = 20;

#[component]
pub fn Chart(desk: Desk) -> impl IntoView {
    let chosen = RwSignal::new(untrack(|| desk.measure.get().word().to_owned()));
    Effect::new(move || chosen.set(desk.measure.get().word().to_owned()));
    let options = || Measure::ALL.iter().map(|one| Choice::new(one.word(), text(label(*one)))).collect::<Vec<_>>();
    let choose = |word: String| links::set_params(&[("measure", Some(&word))]);
    let drawing = NodeRef::<leptos::svg::Svg>::new();
    let save = move |()| {
        if let Some(svg) = drawing.get_untracked() {
            let name = untrack(|| format!("{}.png", text(label(desk.measure.get()))));
            picture::save(&svg, &name);
        }
    };
    let pointed = RwSignal::new(None::<String>);
    view! {
        <section class="report-chart" aria-label=t(Key::ReportsChart)>
            <header class="row wrap">
                <Select value=chosen options=Signal::derive(options) label=Key::ReportsShown on_commit=choose/>
                <span class="grow muted small" aria-hidden="true">{move || pointed.get()}</span>
                <Button kind=ButtonKind::Quiet icon=Glyph::Download label=Key::ReportsPng on_click=save/>
            </header>
            {move || {
                pointed.set(None);
                desk.shown().map(|report| drawn(desk, &report, drawing, pointed))
            }}
        </section>
    }
}

fn drawn(
    desk: Desk,
    report: &Report,
    drawing: NodeRef<leptos::svg::Svg>,
    pointed: RwSignal<Option<String>>,
) -> impl IntoView + use<> {
    let measure = desk.measure.get();
    let is_of_time = report.group.step().is_some();
    let most = if is_of_time { report.lines.len() } else { MOST };
    let lines: Vec<&Line> = report.lines.iter().take(most).collect();
    let values: Vec<Value> = lines.iter().map(|line| value(report, line, measure)).collect();
    let width = room();
    let shapes = if is_of_time { upright(&values, width) } else { across(&values, width) };
    let is_line = shapes.is_line;
    let marks = shapes.marks.iter().map(|mark| {
        let line = lines[mark.at];
        let href = desk.rows(report, Some(line), measure, line.number(measure).part.is_some());
        let said = &values[mark.at];
        let said = fill(Key::ReportsBar, &[("group", &say::group(report, line)), ("value", &said.told)]);
        marked(mark, href, said, pointed, is_line)
    });
    let name = format!("{}, {}", text(label(measure)), say::days(report));
    view! {
        <svg class="chart" node_ref=drawing viewBox=format!("0 0 {} {}", shapes.width, shapes.height) role="group" aria-label=name>
            {lines_across(measure, &shapes)}
            {is_line.then(|| polyline(&shapes))}
            {marks.collect_view()}
        </svg>
    }
}

/// How wide the drawing may be.
fn room() -> f64 {
    let beside = if is_phone() { BESIDE_ON_PHONE } else { BESIDE };
    let screen = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(WIDEST);
    (screen - beside).clamp(NARROWEST, WIDEST)
}

fn value(report: &Report, line: &Line, measure: Measure) -> Value {
    let size = say::value(&line.number(measure));
    Value { label: say::group(report, line), told: say::told(measure, size), size }
}

fn lines_across(measure: Measure, shapes: &Shapes) -> impl IntoView + use<> {
    let width = shapes.width;
    let line = move |(y, value): (f64, i64)| {
        view! {
            <line class="chart-line" x1="72" x2=width y1=y y2=y></line>
            <text class="chart-axis" x="64" y=y + 4.0 text-anchor="end">{say::told(measure, Some(value))}</text>
        }
    };
    shapes.lines.iter().copied().map(line).collect_view()
}

fn polyline(shapes: &Shapes) -> impl IntoView + use<> {
    let points: Vec<String> = shapes.points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    view! { <polyline class="chart-curve" points=points.join(" ")></polyline> }
}

fn marked(
    mark: &Mark,
    href: String,
    said: String,
    pointed: RwSignal<Option<String>>,
    is_line: bool,
) -> impl IntoView + use<> {
    let shown = said.clone();
    let point = move || pointed.set(Some(shown.clone()));
    let focus = point.clone();
    let target = href.clone();
    // The router follows links of HTML only.
    let follow = move |event: leptos::ev::MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            links::go(&target);
        }
    };
    let class = if is_line { "chart-room" } else { "chart-bar" };
    view! {
        // What stands in a group is a link of the drawing, not of the page.
        <g><a
            class="chart-mark"
            href=href
            aria-label=said
            on:click=follow
            on:focus=move |_| focus()
            on:pointerenter=move |_| point()
            on:pointerleave=move |_| pointed.set(None)
            on:blur=move |_| pointed.set(None)
        >
            <rect class=class x=mark.x y=mark.y width=mark.width height=mark.height rx="2"></rect>
            {mark.label.clone().map(|words| worded("chart-label", words))}
            {mark.told.clone().map(|words| worded("chart-told", words))}
        </a></g>
    }
}

fn worded(class: &'static str, words: Words) -> impl IntoView {
    view! { <text class=class x=words.x y=words.y text-anchor=words.anchor>{words.text}</text> }
}
