//! The numbers that one looks at first, each with how many tickets it is about.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::reports::{Kind, Measure, Number, Report, definition, label};

use super::desk::Desk;
use super::say;
use crate::i18n::{fill, t, text};
use crate::ui::format;

const SHOWN: [Measure; 8] = [
    Measure::Created,
    Measure::Solved,
    Measure::Backlog,
    Measure::ResolutionRate,
    Measure::ResponseWork,
    Measure::ResolutionWork,
    Measure::FirstContact,
    Measure::PromiseKept,
];

/// A measure's name; what it means shows on pointing and on focus.
pub fn term(measure: Measure) -> impl IntoView {
    view! { <span class="term" tabindex="0" data-tip=t(definition(measure))>{t(label(measure))}</span> }
}

pub fn tiles(desk: Desk, report: &Report) -> impl IntoView + use<> {
    let tile = |measure: Measure| {
        let number = report.total.number(measure);
        view! {
            <div class="tile">
                <dt>{term(measure)}</dt>
                <dd>
                    <a class="tile-number" href=desk.rows(report, None, measure, number.part.is_some())>
                        {say::told(measure, say::value(&number))}
                    </a>
                    <span class="small faint">{about(desk, report, &number)}</span>
                </dd>
            </div>
        }
    };
    view! { <dl class="tiles">{SHOWN.map(tile).collect_view()}</dl> }
}

/// Of how many, and what most of them stay within.
fn about(desk: Desk, report: &Report, number: &Number) -> impl IntoView + use<> {
    let measure = number.measure;
    let ninety = number.p90.map(|p90| fill(Key::ReportsP90Short, &[("time", &say::told(measure, Some(p90)))]));
    let of = (measure.kind() != Kind::Count).then(|| {
        let of = fill(Key::ReportsOfN, &[("n", &format::number(number.n))]);
        view! { <a class="link" href=desk.rows(report, None, measure, false)>{of}</a> }
    });
    view! { {ninety.map(|ninety| view! { <span data-tip=text(Key::ReportsNinety)>{ninety}</span> })}" "{of} }
}
