//! A team's form.

use std::sync::Arc;

use leptos::prelude::*;
use shared::i18n::Key;
use shared::id::TeamId;
use shared::users::Team;

use super::form::{FormEnd, Sending, said};
use super::pipeline::changes;
use super::teams;
use crate::id;
use crate::store::Command;
use crate::ui::{Field, Select, TextInput};

#[component]
pub fn TeamForm(team: Option<Arc<Team>>, open: RwSignal<bool>) -> impl IntoView {
    let sending = Sending::new(open);
    let is_new = team.is_none();
    let old = team.map(Arc::unwrap_or_clone).unwrap_or_default();
    let name = RwSignal::new(old.name.clone());
    let parent = RwSignal::new(old.parent_id.map(|parent| parent.to_string()).unwrap_or_default());
    let own = old.id.to_string();
    let options = Signal::derive(move || {
        let mut options = teams::options().get();
        options.retain(|team| team.value != own);
        options
    });
    let save = move || {
        let new = Team {
            name: name.get_untracked().trim().to_owned(),
            parent_id: parent.read_untracked().parse().ok(),
            ..old.clone()
        };
        let text = said(if is_new { Key::AdminCreated } else { Key::AdminSaved }, &new.name);
        if is_new {
            sending.send(Command::create(&Team { id: TeamId(id::new()), ..new }).said(text));
        } else if new == old {
            sending.open.set(false);
        } else {
            sending.send(Command::update::<Team>(old.id, changes(&old, &new)).said(text));
        }
    };
    view! {
        <form class="form" on:submit=move |event| {
            event.prevent_default();
            save();
        }>
            <Field label=Key::FieldTeamName required=true error=sending.error("name")><TextInput value=name autofocus=true maxlength=80/></Field>
            <Field label=Key::FieldTeamParentId error=sending.error("parent_id")><Select value=parent options empty=Key::ValueNone/></Field>
            <FormEnd sending/>
        </form>
    }
}
