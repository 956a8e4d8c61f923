//! A pipeline's form.

use leptos::prelude::*;
use shared::access::Object;
use shared::fields::row_of;
use shared::i18n::Key;
use shared::id::{PipelineId, TeamId};
use shared::money::CURRENCIES;
use shared::pipelines::Pipeline;
use uuid::Uuid;

use super::form::{FormEnd, Sending, form, hint};
use crate::ui::{Choice, Field, Select, Switch, TagInput, TextInput, format};
use crate::{id, session, store};

pub fn pipeline_form(edited: Option<Uuid>, open: RwSignal<bool>) -> AnyView {
    let sending = Sending::new(open);
    let known = untrack(|| edited.and_then(|id| store::get::<Pipeline>(id).here()));
    let old = known.as_deref().cloned().unwrap_or_else(blank);
    let before = known.map(|_| row_of(&old));
    let name = RwSignal::new(old.name.clone());
    let currency = RwSignal::new(old.currency.clone());
    let teams = RwSignal::new(untrack(|| chosen(&old.teams)));
    let is_default = RwSignal::new(old.is_default);
    let save = move || {
        let new = Pipeline {
            name: name.get_untracked().trim().to_owned(),
            currency: currency.get_untracked(),
            teams: teams.read_untracked().iter().filter_map(|team| team.value.parse().ok()).collect(),
            is_default: is_default.get_untracked(),
            ..old.clone()
        };
        sending.save(Object::Pipeline, before.clone(), row_of(&new));
    };
    let currencies = Signal::derive(|| {
        let label = |code: &&str| Choice::new(code, format!("{code} {}", format::currency_name(code)));
        CURRENCIES.iter().map(label).collect::<Vec<_>>()
    });
    let options = Signal::derive(|| {
        store::teams().iter().map(|team| Choice::new(team.id, team.name.as_str())).collect::<Vec<_>>()
    });
    let fields = view! {
        <Field label=Key::FieldPipelineName required=true error=sending.error("name")>
            <TextInput value=name autofocus=true maxlength=80/>
        </Field>
        <Field label=Key::FieldPipelineCurrency error=sending.error("currency")><Select value=currency options=currencies/></Field>
        <Field label=Key::FieldPipelineTeams hint=hint(Key::AdminTeamsHint) error=sending.error("teams")>
            <TagInput chosen=teams options/>
        </Field>
        <Switch checked=is_default label=Key::FieldPipelineIsDefault/>
        <FormEnd sending/>
    };
    form("form", save, fields.into_any())
}

fn blank() -> Pipeline {
    let position = i64::try_from(untrack(store::pipelines).len()).unwrap_or(0) + 1;
    let currency = untrack(session::currency);
    Pipeline { id: PipelineId(id::new()), currency, position, ..Pipeline::default() }
}

fn chosen(teams: &[TeamId]) -> Vec<Choice> {
    let of = |id: &TeamId| Some(Choice::new(id, store::name(Object::Team, *id)?));
    teams.iter().filter_map(of).collect()
}
