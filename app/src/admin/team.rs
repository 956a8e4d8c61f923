//! A team's form.

use leptos::prelude::*;
use shared::access::Object;
use shared::fields::row_of;
use shared::i18n::Key;
use shared::id::TeamId;
use shared::users::Team;
use uuid::Uuid;

use super::form::{FormEnd, Sending, form};
use super::teams;
use crate::ui::{Field, Select, TextInput};
use crate::{id, store};

pub fn team_form(edited: Option<Uuid>, open: RwSignal<bool>) -> AnyView {
    let sending = Sending::new(open);
    let known = untrack(|| edited.and_then(|id| store::get::<Team>(id).here()));
    let old = known.as_deref().cloned().unwrap_or_else(|| Team { id: TeamId(id::new()), ..Team::default() });
    let before = known.map(|_| row_of(&old));
    let name = RwSignal::new(old.name.clone());
    let parent = RwSignal::new(old.parent_id.map(|parent| parent.to_string()).unwrap_or_default());
    let own = old.id.to_string();
    let options = Signal::derive(move || {
        let mut options = teams::options().get();
        options.retain(|team| team.value != own);
        options
    });
    let save = move || {
        let parent_id = parent.read_untracked().parse().ok();
        let new = Team { name: name.get_untracked().trim().to_owned(), parent_id, ..old.clone() };
        sending.save(Object::Team, before.clone(), row_of(&new));
    };
    let fields = view! {
        <Field label=Key::FieldTeamName required=true error=sending.error("name")>
            <TextInput value=name autofocus=true maxlength=80/>
        </Field>
        <Field label=Key::FieldTeamParentId error=sending.error("parent_id")>
            <Select value=parent options empty=Key::ValueNone/>
        </Field>
        <FormEnd sending/>
    };
    form("form", save, fields.into_any())
}
