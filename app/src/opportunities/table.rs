//! The same question as a table.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::fields::{Field, Row};
use shared::i18n::Key;
use shared::opportunities::{CountOpportunities, Opportunity};
use shared::query::Filter;

use super::board::Desk;
use super::record;
use crate::record::{StageDialog, creating};
use crate::table::{ListBar, Listing, RecordPanel, RecordTable, Shape};
use crate::ui::{Button, ButtonKind, EmptyState, Glyph};
use crate::{links, session};

const SHAPE: Shape = Shape {
    object: Object::Opportunity,
    glyph: Glyph::SquareKanban,
    columns: &[
        "name",
        "account_id",
        "stage_id",
        "amount",
        "probability",
        "close_date",
        "next_step",
        "next_step_on",
        "owner_id",
        "updated_at",
    ],
    telling: &["account_id", "amount", "stage_id", "close_date"],
    sum: Some("amount"),
    sort: "-created_at",
    has_bulk: true,
    cell: Some(cell),
};

/// A stage with its colour.
fn cell(field: &'static Field, row: &Arc<Row>) -> Option<AnyView> {
    if field.key != "stage_id" {
        return None;
    }
    let id = row.get("stage_id")?.as_str()?.parse().ok()?;
    Some(record::stage_mark(id).into_any())
}

#[component]
pub fn Table(desk: Desk) -> impl IntoView {
    // Without a pipeline in the address the table shows all of them.
    let in_pipeline = move || desk.question.with(|question| question.pipeline).map(|id| Filter::is("pipeline_id", id));
    let listing = Listing::new::<Opportunity, CountOpportunities>(&SHAPE, desk.filters, in_pipeline);
    let may_create = Memo::new(|_| session::can(Object::Opportunity, Action::Create));
    let in_one = Memo::new(move |_| desk.question.with(|question| question.pipeline.is_some()));
    let empty = move || {
        if in_one.get() {
            return view! {
                <EmptyState glyph=Glyph::SquareKanban title=Key::BoardEmptyHere>
                    <Button label=Key::BoardAllPipelines on_click=|()| links::go(&untrack(|| links::with(&[("pipeline", None)])))/>
                </EmptyState>
            }
            .into_any();
        }
        view! {
            <EmptyState glyph=Glyph::SquareKanban title=Key::BoardEmpty text=Key::BoardEmptyText>
                {may_create.get().then(|| view! {
                    <Button kind=ButtonKind::Primary icon=Glyph::Plus label=Key::OpportunityNew on_click=|()| creating::begin()/>
                })}
                <a class="btn" href=links::imports>{crate::i18n::t(Key::BoardImport)}</a>
            </EmptyState>
        }
        .into_any()
    };
    view! {
        <ListBar listing/>
        <RecordTable listing empty/>
        <RecordPanel listing body=record::body/>
        <StageDialog/>
    }
}
