//! The table of a report as CSV.

use axum::extract::{Request, State};
use axum::response::Response;
use shared::access::{Access, Action};
use shared::i18n::{Key, Locale, fill};
use shared::import::csv::Writer;
use shared::reports::*;

use super::{TICKET, of};
use crate::App;
use crate::error::Result;
use crate::http::{Told, ctx_for, read_query};
use crate::imports::files::file;

pub async fn export(State(app): State<App>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let told = Told::of(&parts.headers);
    let answer = async {
        let ctx = ctx_for(app, Access::Staff(TICKET, Action::Export), parts.headers.clone()).await?;
        let query: ReportQuery = read_query(&mut parts).await?;
        let report = of(&ctx, &query, Action::Export).await?;
        let called = format!("{}-{}-{}", Key::ReportsTitle.text(ctx.locale), report.span.from, report.span.to());
        let text = written(&report, ctx.locale);
        Result::Ok(file(&called, futures::stream::once(async { Ok(text) })))
    };
    answer.await.unwrap_or_else(|error| told.response(error))
}

fn written(report: &Report, locale: Locale) -> String {
    let mut writer = Writer::for_spreadsheets();
    let group = group_label(report.group).map_or(report.group.word(), |key| key.text(locale));
    let headings = Measure::ALL.iter().flat_map(|measure| headings(*measure, locale));
    writer.record(std::iter::once(group.to_owned()).chain(headings));
    for line in &report.lines {
        writer.record(std::iter::once(called(report.group, line, locale)).chain(cells(line)));
    }
    writer.record(std::iter::once(Key::ReportsTotal.text(locale).to_owned()).chain(cells(&report.total)));
    writer.take()
}

fn headings(measure: Measure, locale: Locale) -> Vec<String> {
    let name = label(measure).text(locale);
    let of = |key: Key| fill(locale, key, &[("measure", name)]);
    match measure.kind() {
        Kind::Count => vec![name.to_owned()],
        Kind::Time => vec![of(Key::ReportsN), of(Key::ReportsP50), of(Key::ReportsP90)],
        Kind::Share => vec![of(Key::ReportsN), of(Key::ReportsShare)],
    }
}

fn cells(line: &Line) -> impl Iterator<Item = String> + '_ {
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    line.numbers.iter().flat_map(move |one| match one.measure.kind() {
        Kind::Count => vec![one.n.to_string()],
        Kind::Time => vec![one.n.to_string(), number(one.p50), number(one.p90)],
        Kind::Share => vec![one.n.to_string(), one.per_mille().map(percent).unwrap_or_default()],
    })
}

fn percent(per_mille: i64) -> String {
    format!("{}.{}", per_mille / 10, per_mille % 10)
}

/// The group as its reader knows it.
fn called(group: GroupBy, line: &Line, locale: Locale) -> String {
    let Some(key) = line.key.as_deref() else { return Key::ReportsNone.text(locale).to_owned() };
    let word = shared::words::choice(group.word(), key).map(|key| key.text(locale).to_owned());
    line.name.clone().or(word).unwrap_or_else(|| key.to_owned())
}
