//! A person's form.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::{FieldError, FieldErrors};
use shared::i18n::Key;
use shared::id::{RoleId, UserId};
use shared::users::User;

use super::form::{FormEnd, Sending, said};
use super::pipeline::changes;
use super::teams;
use crate::i18n::t;
use crate::store::{self, Command};
use crate::ui::{Choice, Field, Select, TagInput, TextInput};
use crate::{id, words};

#[component]
pub fn PersonForm(person: Option<Arc<User>>, open: RwSignal<bool>) -> impl IntoView {
    let sending = Sending::new(open);
    let is_new = person.is_none();
    let old = person.map(Arc::unwrap_or_clone).unwrap_or_default();
    let name = RwSignal::new(old.name.clone());
    let email = RwSignal::new(old.email.clone());
    let job_title = RwSignal::new(old.job_title.clone().unwrap_or_default());
    let team = RwSignal::new(old.team_id.map(|team| team.to_string()).unwrap_or_default());
    let roles = RwSignal::new(untrack(|| chosen(&old.roles)));
    let save = move || {
        let address = email.get_untracked();
        let Ok(address) = shared::text::email(&address) else {
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
        let text = said(if is_new { Key::AdminCreated } else { Key::AdminSaved }, &new.name);
        if is_new {
            sending.send(Command::create(&User { id: UserId(id::new()), ..new }).said(text));
        } else if new == old {
            sending.open.set(false);
        } else {
            sending.send(Command::update::<User>(old.id, changes(&old, &new)).said(text));
        }
    };
    let role_options = Signal::derive(|| {
        store::roles().iter().map(|role| Choice::new(role.id, words::role(role))).collect::<Vec<_>>()
    });
    view! {
        <form class="form two" on:submit=move |event| {
            event.prevent_default();
            save();
        }>
            <Field label=Key::FieldUserName required=true error=sending.error("name")><TextInput value=name autofocus=true maxlength=80/></Field>
            <Field label=Key::FieldUserEmail required=true error=sending.error("email")><TextInput value=email kind="email" maxlength=254/></Field>
            <Field label=Key::FieldUserJobTitle error=sending.error("job_title")><TextInput value=job_title maxlength=80/></Field>
            <Field label=Key::FieldUserTeamId error=sending.error("team_id")><Select value=team options=teams::options() empty=Key::ValueNone/></Field>
            <div class="whole">
                <Field label=Key::FieldUserRoles error=sending.error("roles")><TagInput chosen=roles options=role_options/></Field>
            </div>
            {is_new.then(|| view! { <p class="hint whole">{t(Key::AdminPasswordHint)}</p> })}
            <div class="whole"><FormEnd sending/></div>
        </form>
    }
}

fn chosen(roles: &[RoleId]) -> Vec<Choice> {
    let of = |id: &RoleId| store::get(*id).here().map(|role| Choice::new(id, words::role(&role)));
    roles.iter().filter_map(of).collect()
}
