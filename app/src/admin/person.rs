//! A person's form.

use leptos::prelude::*;
use shared::access::Object;
use shared::api::{FieldError, FieldErrors};
use shared::fields::row_of;
use shared::i18n::Key;
use shared::id::{RoleId, UserId};
use shared::users::User;
use uuid::Uuid;

use super::form::{FormEnd, Sending, form};
use super::teams;
use crate::i18n::t;
use crate::ui::{Choice, Field, Select, TagInput, TextInput};
use crate::{id, store, words};

pub fn person_form(edited: Option<Uuid>, open: RwSignal<bool>) -> AnyView {
    let sending = Sending::new(open);
    let known = untrack(|| edited.and_then(|id| store::get::<User>(id).here()));
    let is_new = known.is_none();
    let old = known.as_deref().cloned().unwrap_or_else(|| User { id: UserId(id::new()), ..User::default() });
    let before = known.map(|_| row_of(&old));
    let name = RwSignal::new(old.name.clone());
    let email = RwSignal::new(old.email.clone());
    let job_title = RwSignal::new(old.job_title.clone().unwrap_or_default());
    let team = RwSignal::new(old.team_id.map(|team| team.to_string()).unwrap_or_default());
    let roles = RwSignal::new(untrack(|| chosen(&old.roles)));
    let save = move || {
        let Ok(address) = shared::text::email(&email.get_untracked()) else {
            return sending.wrong(FieldErrors::from([("email".to_owned(), FieldError::new("not_email"))]));
        };
        let new = User {
            name: name.get_untracked().trim().to_owned(),
            email: address,
            job_title: Some(job_title.get_untracked().trim().to_owned()).filter(|title| !title.is_empty()),
            team_id: team.read_untracked().parse().ok(),
            roles: roles.read_untracked().iter().filter_map(|role| role.value.parse().ok()).collect(),
            ..old.clone()
        };
        sending.save(Object::User, before.clone(), row_of(&new));
    };
    let role_options = Signal::derive(|| {
        store::roles().iter().map(|role| Choice::new(role.id, words::role(role))).collect::<Vec<_>>()
    });
    let fields = view! {
        <Field label=Key::FieldUserName required=true error=sending.error("name")>
            <TextInput value=name autofocus=true maxlength=80/>
        </Field>
        <Field label=Key::FieldUserEmail required=true error=sending.error("email")>
            <TextInput value=email kind="email" maxlength=254/>
        </Field>
        <Field label=Key::FieldUserJobTitle error=sending.error("job_title")><TextInput value=job_title maxlength=80/></Field>
        <Field label=Key::FieldUserTeamId error=sending.error("team_id")>
            <Select value=team options=teams::options() empty=Key::ValueNone/>
        </Field>
        <div class="whole">
            <Field label=Key::FieldUserRoles error=sending.error("roles")><TagInput chosen=roles options=role_options/></Field>
        </div>
        {is_new.then(|| view! { <p class="hint whole">{t(Key::AdminPasswordHint)}</p> })}
        <div class="whole"><FormEnd sending/></div>
    };
    form("form two", save, fields.into_any())
}

fn chosen(roles: &[RoleId]) -> Vec<Choice> {
    let of = |id: &RoleId| store::get(*id).here().map(|role| Choice::new(id, words::role(&role)));
    roles.iter().filter_map(of).collect()
}
