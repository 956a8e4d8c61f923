//! The table of a past day: the rows behind the numbers of a past board, only
//! to be looked at.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::fields::{Field, FieldKind, Row, row_of};
use shared::i18n::{Key, Plural};
use shared::opportunities::{CountOpportunities, ListOpportunities, Opportunity};
use shared::query::text::{parse_sort, print_sort};
use shared::query::{Filter, ListQuery, SortKey, Totals, TotalsQuery};

use super::board::{Desk, PastBanner};
use super::record;
use crate::filters::FilterBar;
use crate::i18n::count;
use crate::opportunities::record::RecordPanel;
use crate::record::value;
use crate::ui::{Button, Chip, EmptyState, ErrorState, Glyph, Skeleton, SkeletonKind, format};
use crate::{links, store, words};

const COLUMNS: &[&str] =
    &["name", "account_id", "stage_id", "amount", "probability", "close_date", "next_step", "next_step_on", "owner_id"];
const SORT: &str = "-created_at";
/// Rows that are asked for at once.
const PAGE: u32 = 200;

/// The question in the address, without what only one page of the rows needs. Tracked.
fn asked(desk: Desk) -> Option<ListQuery> {
    let question = desk.question.get();
    let of_pipeline = question.pipeline.map(|id| Filter::is("pipeline_id", id));
    Some(ListQuery {
        filter: desk.filters.with(of_pipeline.unwrap_or_default())?,
        search: question.search,
        sort: Some(question.sort.unwrap_or_else(|| SORT.to_owned())),
        as_of: question.as_of,
        ..ListQuery::default()
    })
}

#[component]
pub fn PastTable(desk: Desk) -> impl IntoView {
    let asked = Memo::new(move |_| asked(desk));
    let totals = store::query::<CountOpportunities>(
        move || {
            let ListQuery { filter, search, as_of, .. } = asked.get()?;
            let sum = Some("amount".to_owned());
            Some(((), TotalsQuery { filter, search, as_of, sum, ..TotalsQuery::default() }))
        },
        &[Object::Opportunity],
    );
    let number = Memo::new(move |_| totals.data().map(|totals| totals.count()));
    let pages = RwSignal::new(1_u32);
    // Another question begins at its first page.
    Effect::new(move || {
        asked.track();
        pages.set(1);
    });
    let body = move || match number.get() {
        Some(0) => view! { <EmptyState glyph=Glyph::History title=Key::TableNothing/> }.into_any(),
        _ => grid(asked, pages).into_any(),
    };
    let is_cut = move || number.get().is_some_and(|number| number > i64::from(pages.get() * PAGE));
    view! {
        <PastBanner/>
        <div class="bar sub narrowing">
            <FilterBar filters=desk.filters/>
            {move || desk.question.with(|question| question.search.clone()).map(|words| view! {
                <Chip label=Key::BoardSearch value=words on_remove=|()| links::go(&untrack(|| links::with(&[("search", None)])))/>
            })}
        </div>
        <div class="records">
            {move || match totals.error() {
                Some(error) => view! { <ErrorState title=Key::TableFailed text=words::error(&error) on_retry=move || totals.refresh()/> }.into_any(),
                None => body().into_any(),
            }}
            <Show when=is_cut><Button label=Key::BoardMoreRows on_click=move |()| pages.update(|pages| *pages += 1)/></Show>
        </div>
        {move || totals.data().map(|totals| footer(&totals))}
        <Show when=|| links::open_id().is_some()><RecordPanel desk/></Show>
    }
}

fn fields() -> impl Iterator<Item = &'static Field> {
    COLUMNS.iter().filter_map(|key| Object::Opportunity.schema().field(key))
}

fn is_figure(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Money | FieldKind::Int { .. })
}

fn grid(asked: Memo<Option<ListQuery>>, pages: RwSignal<u32>) -> impl IntoView {
    view! {
        <div class="table-scroll">
            <table class="table record-table past-table" aria-label=move || words::objects(Object::Opportunity)>
                <thead><tr>{fields().map(head).collect_view()}</tr></thead>
                <For each=move || 0..pages.get() key=|page| *page children=move |page| view! { <Rows asked page/> }/>
            </table>
        </div>
    }
}

/// A column's name: a press sorts by it, another turns the order round.
fn head(field: &'static Field) -> impl IntoView {
    let now = move || {
        let written = links::param("sort").unwrap_or_else(|| SORT.to_owned());
        parse_sort(&written).into_iter().next().filter(|key| key.key == field.key)
    };
    let href = move || {
        let descending = now().is_some_and(|key| !key.descending);
        let key = SortKey { key: field.key.to_owned(), descending };
        links::with(&[("sort", Some(&print_sort(&[key])))])
    };
    let order = move || now().map(|key| if key.descending { "descending" } else { "ascending" });
    view! {
        <th scope="col" class:figures=is_figure(field) aria-sort=order>
            <a class="head-words" href=href>{move || words::field(Object::Opportunity, field.key)}</a>
        </th>
    }
}

#[component]
fn Rows(asked: Memo<Option<ListQuery>>, page: u32) -> impl IntoView {
    let rows = store::query::<ListOpportunities>(
        move || Some(((), ListQuery { skip: Some(page * PAGE), limit: Some(PAGE), ..asked.get()? })),
        &[Object::Opportunity],
    );
    view! {
        <tbody>
            {move || match (rows.data(), rows.error()) {
                (Some(page), _) => page.items.iter().map(row).collect_view().into_any(),
                (None, Some(error)) => view! {
                    <tr><td colspan=COLUMNS.len()><ErrorState title=Key::TableFailed text=words::error(&error) on_retry=move || rows.refresh()/></td></tr>
                }.into_any(),
                (None, None) => view! { <tr><td colspan=COLUMNS.len()><Skeleton kind=SkeletonKind::Text count=2/></td></tr> }.into_any(),
            }}
        </tbody>
    }
}

fn row(deal: &Opportunity) -> impl IntoView + use<> {
    let row: Arc<Row> = Arc::new(row_of(deal));
    let id = deal.id;
    let cell = move |field: &'static Field| match field.key {
        "name" => {
            let name = row.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
            view! { <a class="row-name clip" href=move || links::opened(id)>{name}</a> }.into_any()
        }
        "stage_id" => row
            .get("stage_id")
            .and_then(|id| id.as_str()?.parse().ok())
            .map(|id| record::stage_mark(id).into_any())
            .into_any(),
        _ => value::shown(Object::Opportunity, field, &row),
    };
    let cells = fields().map(|field| view! { <td class:figures=is_figure(field)>{cell(field)}</td> }).collect_view();
    view! { <tr>{cells}</tr> }
}

/// How many, and how much in each currency.
fn footer(totals: &Totals) -> impl IntoView + use<> {
    let number = usize::try_from(totals.count()).unwrap_or_default();
    let sums: Vec<String> =
        totals.lines.iter().filter_map(|line| Some(format::money(line.sum, line.currency.as_deref()?))).collect();
    view! {
        <footer class="table-footer" aria-live="polite">
            <span>{count(Plural::TableRecords, number)}</span>
            <span class="footer-sum">
                <span class="faint">{words::field(Object::Opportunity, "amount")}</span>" "<b>{sums.join(" + ")}</b>
            </span>
        </footer>
    }
}
