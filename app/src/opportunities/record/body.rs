//! What a deal's panel and page show.

use leptos::prelude::*;
use serde_json::Value;
use shared::access::Object;
use shared::change::AsOf;
use shared::fields::{Row, row_of};
use shared::i18n::{Key, Plural};
use shared::id::{OpportunityId, StageId};
use shared::opportunities::GetOpportunity;
use shared::pipelines::StageKind;
use uuid::Uuid;

use super::lines::Lines;
use super::path::Path;
use super::people::People;
use super::stay::Stays;
use crate::i18n::{count, t};
use crate::record::{Fact, FactValue, Facts, Head, Shares, Shown, Timeline, as_of};
use crate::ui::{Tag, Tone};
use crate::{store, words};

const MARKS: &[&str] = &["account_id", "tags"];
const FACTS: &[&str] = &["amount", "probability", "next_step", "next_step_on", "owner_id", "team_id", "source", "note"];
const LOSS: &[&str] = &["lost_reason", "lost_note"];
const FURTHER: &[&str] = &["pipeline_id", "currency", "forecast_category", "opened_on", "closed_at", "external_no"];

/// The deal now, or as it was at the end of the day in the address.
fn shown(id: Uuid) -> Shown {
    let moment = Memo::new(|_| as_of::moment());
    let past = store::query::<GetOpportunity>(
        move || moment.get().map(|at| (OpportunityId(id), AsOf { as_of: Some(at) })),
        &[Object::Opportunity],
    );
    let row = move || past.data().map(|deal| -> Row { row_of(&*deal) });
    Shown::at(Object::Opportunity, id, Signal::derive(move || moment.get().is_some()), row)
}

pub fn panel(id: Uuid) -> impl IntoView {
    let shown = shown(id);
    view! {
        <Head shown marks=MARKS/>
        <section><Path shown/></section>
        {facts(shown)}
        <section><People shown/></section>
        <section><Lines shown/></section>
        {further(shown)}
        {history(shown)}
    }
}

pub fn page(id: Uuid) -> impl IntoView {
    let shown = shown(id);
    view! {
        <div class="record-main">
            <Head shown marks=MARKS/>
            <section><Path shown/></section>
            {facts(shown)}
            <section><Lines shown/></section>
            {further(shown)}
        </div>
        <div class="record-side">
            <section><People shown/></section>
            {history(shown)}
        </div>
    }
}

fn facts(shown: Shown) -> impl IntoView {
    let field = |key: &'static str| shown.object.schema().field(key);
    let is_lost = Memo::new(move |_| {
        let stage = shown.id_of("stage_id").and_then(|id| store::stage(StageId(id)));
        stage.is_some_and(|stage| stage.kind == StageKind::Lost)
    });
    view! {
        <section>
            <Show when=move || is_lost.get()><Facts shown keys=LOSS/></Show>
            <dl class="facts">
                {field("close_date").map(|field| close_date(shown, field))}
                {FACTS.iter().filter_map(|key| field(key)).map(|field| view! { <Fact shown field/> }).collect_view()}
            </dl>
        </section>
    }
}

/// The day it should close, and how often that was put off.
fn close_date(shown: Shown, field: &'static shared::fields::Field) -> impl IntoView {
    let pushes = Memo::new(move |_| {
        shown.get("close_date_pushes").as_u64().and_then(|pushes| usize::try_from(pushes).ok()).unwrap_or(0)
    });
    view! {
        <div class="fact">
            <dt>{move || words::field(Object::Opportunity, "close_date")}</dt>
            <dd class="close-date">
                <FactValue shown field/>
                <Show when=move || pushes.get() != 0>
                    <Tag label=Signal::derive(move || count(Plural::OpportunityPushed, pushes.get())) tone=Tone::Warn/>
                </Show>
            </dd>
        </div>
    }
}

fn further(shown: Shown) -> impl IntoView {
    let is_archived = move || shown.get("archived_at") != Value::Null;
    view! {
        <section>
            <details class="more-facts">
                <summary>{t(Key::OpportunityFurther)}</summary>
                <Facts shown keys=FURTHER/>
            </details>
        </section>
        <Show when=move || !is_archived()>
            <section><h3>{t(Key::RecordShares)}</h3><Shares shown/></section>
        </Show>
    }
}

fn history(shown: Shown) -> impl IntoView {
    view! {
        <section><h3>{t(Key::OpportunityStays)}</h3><Stays shown/></section>
        <section><h3>{t(Key::RecordHistory)}</h3><Timeline shown/></section>
    }
}
