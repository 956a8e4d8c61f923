//! All numbers of all groups.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::reports::{Kind, Line, Measure, Number, Report, group_label};

use super::desk::Desk;
use super::say;
use super::tiles::term;
use crate::i18n::{fill, t, text};
use crate::ui::format;

pub fn table(desk: Desk, report: &Report) -> impl IntoView + use<> {
    let named = group_label(report.group).map_or(report.group.word(), text);
    let heads = Measure::ALL.iter().map(|measure| view! { <th scope="col" class="figures">{term(*measure)}</th> });
    let lines = report.lines.iter().map(|line| row(desk, report, Some(line), say::group(report, line)));
    let total = row(desk, report, None, text(Key::ReportsTotal).to_owned());
    let left_out = (report.left_out > 0).then(|| fill(Key::ReportsLeftOut, &[("n", &format::number(report.left_out))]));
    view! {
        <div class="table-room" tabindex="0" role="group" aria-label=t(Key::ReportsTable)>
            <table class="report-table">
                <caption class="hidden">{t(Key::ReportsTable)}</caption>
                <thead><tr><th scope="col">{named}</th>{heads.collect_view()}</tr></thead>
                <tbody>{lines.collect_view()}</tbody>
                <tfoot>{total}</tfoot>
            </table>
        </div>
        {left_out.map(|words| view! { <p class="muted small">{words}</p> })}
    }
}

fn row(desk: Desk, report: &Report, line: Option<&Line>, name: String) -> impl IntoView + use<> {
    let numbers = &line.unwrap_or(&report.total).numbers;
    let cells = numbers.iter().map(|number| cell(desk, report, line, number)).collect_view();
    view! { <tr><th scope="row"><span class="clip">{name}</span></th>{cells}</tr> }
}

fn cell(desk: Desk, report: &Report, line: Option<&Line>, number: &Number) -> impl IntoView + use<> {
    let measure = number.measure;
    let value = say::value(number);
    let told = say::told(measure, value);
    let rows = desk.rows(report, line, measure, number.part.is_some());
    let beside = match measure.kind() {
        Kind::Count => None,
        Kind::Time => number.p90.map(|p90| say::told(measure, Some(p90))),
        Kind::Share if number.n > 0 => Some(fill(Key::ReportsOfN, &[("n", &format::number(number.n))])),
        Kind::Share => None,
    };
    let whole = (measure.kind() == Kind::Share).then(|| desk.rows(report, line, measure, false));
    let tip = match measure.kind() {
        Kind::Time => Some(fill(Key::ReportsOfN, &[("n", &format::number(number.n))])),
        _ => None,
    };
    let beside = beside.map(|words| match whole {
        Some(href) => view! { <a class="faint small" href=href>{words}</a> }.into_any(),
        None => view! { <span class="faint small" data-tip=t(Key::ReportsNinety)>{words}</span> }.into_any(),
    });
    view! {
        <td class="figures">
            {match value {
                Some(_) => view! { <a class="report-number" href=rows data-tip=tip>{told}</a> }.into_any(),
                None => view! { <span class="faint">{told}</span> }.into_any(),
            }}
            {beside}
        </td>
    }
}
