//! A long table with selection, in the state a list room has it.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::*;

#[derive(Clone, PartialEq)]
struct Deal {
    id: usize,
    name: &'static str,
    hue: Hue,
    minor: i64,
}

#[component]
pub fn Records() -> impl IntoView {
    let names = ["深圳远见科技", "Acme Corporation", "苏州铭科精密", "杭州云栖教育", "上海博澜医药"];
    let deals: Vec<Deal> = (0..10_000_usize)
        .map(|id| Deal {
            id,
            name: names[id % names.len()],
            hue: Hue::of(&id.to_string()),
            minor: i64::try_from(id).unwrap_or_default() * 791_900,
        })
        .collect();
    let deals = RwSignal::new(deals);
    let columns = RwSignal::new(vec![
        Column::new("name", "Name", 240.0),
        Column::new("stage", "Stage", 140.0).unsorted(),
        Column::new("owner", "Owner", 120.0),
        Column::new("amount", "Amount", 160.0).figure(),
    ]);
    let cell: CellFn<Deal> = Arc::new(|deal, column| match column.id.as_str() {
        "name" => view! { <span class="strong">{deal.name}</span> }.into_any(),
        "stage" => view! { <Tag label="方案报价" tone=Tone::Hue(deal.hue)/> }.into_any(),
        "owner" => {
            view! { <span class="row"><Avatar id=deal.id.to_string() name="李静" decorative=true/>"李静"</span> }
                .into_any()
        }
        _ => format::money(deal.minor, "CNY").into_any(),
    });
    let selection = Selection::new();
    let sort = RwSignal::new(None::<SortBy>);
    let opened = RwSignal::new(None);
    view! {
        <div class="kit-table" id="records">
            <DataTable
                label="DataTable"
                columns
                rows=deals
                key=|deal: &Deal| deal.id.to_string()
                cell
                selection
                main=true
                sort
                on_sort=move |by: SortBy| {
                    let descending = by.order == Order::Descending;
                    deals.update(|deals| {
                        deals.sort_by_key(|deal| (if by.column == "name" { deal.name } else { "" }, deal.minor));
                        if descending { deals.reverse() }
                    });
                    sort.set(Some(by));
                }
                opened
                on_open=move |deal: Deal| opened.set(Some(deal.id.to_string()))
            />
            <BulkBar selection><Button label="Plain"/></BulkBar>
        </div>
    }
}
