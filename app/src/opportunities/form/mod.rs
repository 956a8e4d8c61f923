//! The form for a new deal.

mod stages;

use leptos::prelude::*;
use shared::access::Object;
use shared::fields::row_of;
use shared::i18n::Key;
use shared::id::{AccountId, PipelineId, StageId};
use shared::opportunities::Opportunity;
use shared::pipelines::{Stage, StageKind};
use uuid::Uuid;

use crate::i18n::fill;
use crate::record::creating::{FormActions, Sending};
use crate::record::{Draft, FieldEditor, RefPicker};
use crate::ui::{Button, ButtonKind, Field, Glyph, format};
use crate::{links, session, store, words};

use super::board::{Desk, create_account};
use super::question::Layout;
use stages::Stages;

const FIRST: &[&str] = &["amount", "close_date", "owner_id", "source", "next_step", "next_step_on"];
const FURTHER: &[&str] = &["tags", "team_id", "opened_on", "external_no", "note"];

/// The currency of a new deal. Tracked.
pub fn currency(pipeline: Option<PipelineId>) -> String {
    let own = store::pipeline(pipeline).map(|pipeline| pipeline.currency.clone());
    own.filter(|currency| !currency.is_empty()).unwrap_or_else(session::currency)
}

/// A deal as it begins: the reader's own, for the account that the address
/// names; in the stage it names, else the one a phone's board shows, else the first.
fn blank(desk: Desk) -> Opportunity {
    let me = session::me();
    let pipeline = store::pipeline(links::param("pipeline").and_then(|id| id.parse().ok())).map(|pipeline| pipeline.id);
    let asked = links::param("stage").and_then(|id| id.parse().ok()).map(StageId);
    let stages = pipeline.map(store::stages).unwrap_or_default();
    let asked = asked.or_else(|| (Layout::in_url() == Layout::Board).then(|| desk.in_sight()).flatten());
    let stage = stages.iter().find(|stage| Some(stage.id) == asked).or_else(|| stages.first());
    Opportunity {
        pipeline_id: pipeline.unwrap_or_default(),
        stage_id: stage.map(|stage| stage.id).unwrap_or_default(),
        account_id: links::param("account_id").and_then(|id| id.parse().ok()).map(AccountId),
        currency: currency(pipeline),
        opened_on: Some(format::today()),
        owner_id: me.as_ref().map(|me| me.actor.id),
        team_id: me.and_then(|me| me.actor.team_id),
        ..Opportunity::default()
    }
}

/// The deal's rules, as the server will apply them.
fn check(deal: &mut Opportunity) -> shared::api::FieldErrors {
    let stage = untrack(|| store::stage(deal.stage_id)).map(|stage| Stage::clone(&stage)).unwrap_or_default();
    deal.check(None, &stage, format::now())
}

#[component]
pub fn DealForm(desk: Desk) -> impl IntoView {
    let draft = Draft::of(Object::Opportunity, row_of(&untrack(|| blank(desk))));
    // Followed from the stage until somebody sets it by hand.
    draft.set("probability", serde_json::Value::Null);
    let sending = Sending::new(draft);
    let has_more = RwSignal::new(false);
    let send = move || {
        sending.send::<Opportunity>(
            check,
            |name| fill(Key::OpportunityCreated, &[("name", name)]),
            |id| {
                links::replace(&untrack(|| {
                    links::with(&[
                        ("new", None),
                        ("account_id", None),
                        ("stage", None),
                        ("open", Some(&id.to_string())),
                    ])
                }));
            },
        );
    };
    let is_lost = Memo::new(move |_| {
        let stage = draft.text("stage_id").parse().ok().and_then(|id: StageId| store::stage(id));
        stage.is_some_and(|stage| stage.kind == StageKind::Lost)
    });
    view! {
        <form
            class="form two"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
            on:keydown=move |event| if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                send();
            }
        >
            <div class="whole"><FieldEditor draft field_key="name" autofocus=true/></div>
            <div class="whole"><AccountOf draft/></div>
            <Stages draft/>
            <Show when=move || is_lost.get()>
                <FieldEditor draft field_key="lost_reason"/>
                <FieldEditor draft field_key="lost_note"/>
            </Show>
            {FIRST.iter().map(|key| view! { <FieldEditor draft field_key=key/> }).collect_view()}
            <Show when=move || has_more.get()>
                {FURTHER.iter().map(|key| view! { <div class:whole=*key == "note"><FieldEditor draft field_key=key/></div> }).collect_view()}
            </Show>
            <Show when=move || !has_more.get()>
                <div class="whole">
                    <Button kind=ButtonKind::Quiet icon=Glyph::ChevronDown label=Key::RecordMoreFields on_click=move |()| has_more.set(true)/>
                </div>
            </Show>
            <div class="whole"><FormActions draft sending label=Key::OpportunityCreate/></div>
        </form>
    }
}

/// The account: found, or made by its name without leaving the form.
#[component]
fn AccountOf(draft: Draft) -> impl IntoView {
    let value = RwSignal::new(untrack(|| draft.text("account_id")).parse::<Uuid>().ok());
    Effect::new(move || draft.set("account_id", value.get().map(|id| id.to_string())));
    let error = Signal::derive(move || draft.error("account_id"));
    view! {
        <Field label=Signal::derive(|| words::field(Object::Opportunity, "account_id")) error>
            <RefPicker object=Object::Account value placeholder=Key::FilterFind on_create=Callback::new(move |name: String| create_account(&name, value))/>
        </Field>
    }
}
