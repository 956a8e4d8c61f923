//! A pipeline's form.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::{Value, json};
use shared::change::Patch;
use shared::i18n::Key;
use shared::id::{PipelineId, TeamId};
use shared::money::CURRENCIES;
use shared::pipelines::Pipeline;

use super::form::{FormEnd, Sending, said};
use crate::store::{self, Command};
use crate::ui::{Choice, Field, Select, Switch, TagInput, TextInput, format};
use crate::{id, session};

#[component]
pub fn PipelineForm(pipeline: Option<Arc<Pipeline>>, open: RwSignal<bool>) -> impl IntoView {
    let sending = Sending::new(open);
    let is_new = pipeline.is_none();
    let old = pipeline.map_or_else(blank, Arc::unwrap_or_clone);
    let name = RwSignal::new(old.name.clone());
    let currency = RwSignal::new(old.currency.clone());
    let teams = RwSignal::new(untrack(|| chosen(&old.teams)));
    let is_default = RwSignal::new(old.is_default);
    let save = move || {
        let teams: Vec<TeamId> = teams.read_untracked().iter().filter_map(|team| team.value.parse().ok()).collect();
        let new = Pipeline {
            name: name.get_untracked().trim().to_owned(),
            currency: currency.get_untracked(),
            teams,
            is_default: is_default.get_untracked(),
            ..old.clone()
        };
        let text = said(if is_new { Key::AdminCreated } else { Key::AdminSaved }, &new.name);
        if is_new {
            sending.send(Command::create(&Pipeline { id: PipelineId(id::new()), ..new }).said(text));
        } else if new == old {
            sending.open.set(false);
        } else {
            sending.send(Command::update::<Pipeline>(old.id, changes(&old, &new)).said(text));
        }
    };
    let currencies = Signal::derive(|| {
        CURRENCIES
            .iter()
            .map(|code| Choice::new(code, format!("{code} {}", format::currency_name(code))))
            .collect::<Vec<_>>()
    });
    let options = Signal::derive(|| {
        store::teams().iter().map(|team| Choice::new(team.id, team.name.as_str())).collect::<Vec<_>>()
    });
    view! {
        <form class="form" on:submit=move |event| {
            event.prevent_default();
            save();
        }>
            <Field label=Key::FieldPipelineName required=true error=sending.error("name")><TextInput value=name autofocus=true maxlength=80/></Field>
            <Field label=Key::FieldPipelineCurrency error=sending.error("currency")><Select value=currency options=currencies/></Field>
            <Field label=Key::FieldPipelineTeams hint=Signal::derive(|| Some(crate::i18n::text(Key::AdminTeamsHint).to_owned())) error=sending.error("teams")>
                <TagInput chosen=teams options/>
            </Field>
            <Switch checked=is_default label=Key::FieldPipelineIsDefault/>
            <FormEnd sending/>
        </form>
    }
}

fn blank() -> Pipeline {
    let position = i64::try_from(untrack(store::pipelines).len()).unwrap_or(0) + 1;
    Pipeline { currency: untrack(session::currency), position, ..Pipeline::default() }
}

fn chosen(teams: &[TeamId]) -> Vec<Choice> {
    let of = |id: &TeamId| Some(Choice::new(id, store::name(shared::access::Object::Team, *id)?));
    teams.iter().filter_map(of).collect()
}

/// Only what differs goes out: two people may edit different fields at once.
pub fn changes(old: &impl serde::Serialize, new: &impl serde::Serialize) -> Patch {
    let (old, new) = (json!(old), json!(new));
    let mut patch = Patch::default();
    for (key, value) in new.as_object().into_iter().flatten() {
        let before = old.get(key).cloned().unwrap_or(Value::Null);
        if before != *value {
            patch = patch.and(key, value.clone()).base(key, before);
        }
    }
    patch
}
