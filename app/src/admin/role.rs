//! A role's form: a table of what it lets its holders do.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Grant, Object, Scope};
use shared::i18n::Key;
use shared::id::RoleId;
use shared::users::Role;

use super::form::{FormEnd, Sending, said};
use super::pipeline::changes;
use crate::i18n::{fill, t};
use crate::id;
use crate::store::Command;
use crate::ui::{Choice, Field, Select, TextInput};
use crate::words;

type Cell = (Object, Action, RwSignal<String>);

#[component]
pub fn RoleForm(role: Option<Arc<Role>>, open: RwSignal<bool>) -> impl IntoView {
    let sending = Sending::new(open);
    let is_new = role.is_none();
    let old = role.map(Arc::unwrap_or_clone).unwrap_or_default();
    let name = RwSignal::new(old.name.clone());
    let cells = StoredValue::new(cells(&old.grants));
    let save = move || {
        let new = Role {
            name: name.get_untracked().trim().to_owned(),
            grants: cells.with_value(|cells| grants(cells)),
            ..old.clone()
        };
        let text = said(if is_new { Key::AdminCreated } else { Key::AdminSaved }, &new.name);
        if is_new {
            sending.send(Command::create(&Role { id: RoleId(id::new()), ..new }).said(text));
        } else if new == old {
            sending.open.set(false);
        } else {
            sending.send(Command::update::<Role>(old.id, changes(&old, &new)).said(text));
        }
    };
    let wrong = sending.error("grants");
    view! {
        <form class="form" on:submit=move |event| {
            event.prevent_default();
            save();
        }>
            <Field label=Key::FieldRoleName required=true error=sending.error("name")><TextInput value=name autofocus=true maxlength=80/></Field>
            <div class="table-room">
                <table class="table admin-table grants">
                    <thead>
                        <tr>
                            <th><span class="hidden">{t(Key::FieldViewObject)}</span></th>
                            {Action::ALL.iter().map(|action| view! { <th scope="col">{move || words::choice("action", action.word())}</th> }).collect_view()}
                        </tr>
                    </thead>
                    <tbody>{Object::ALL.iter().map(|object| row(*object, cells)).collect_view()}</tbody>
                </table>
            </div>
            {move || wrong.get().map(|text| view! { <p class="bad" role="alert">{text}</p> })}
            <FormEnd sending/>
        </form>
    }
}

fn row(object: Object, cells: StoredValue<Vec<Cell>>) -> impl IntoView {
    let of_row = cells.with_value(|cells| cells.iter().filter(|cell| cell.0 == object).copied().collect::<Vec<_>>());
    let scopes = Signal::derive(|| {
        Scope::ALL.iter().map(|scope| Choice::new(scope, words::choice("scope", scope.word()))).collect::<Vec<_>>()
    });
    let cell = move |(object, action, scope): Cell| {
        let label = Signal::derive(move || {
            fill(
                Key::AdminGrant,
                &[("object", &words::objects(object)), ("action", &words::choice("action", action.word()))],
            )
        });
        view! { <td><Select value=scope options=scopes label/></td> }
    };
    view! {
        <tr>
            <th scope="row">{move || words::objects(object)}</th>
            {of_row.into_iter().map(cell).collect_view()}
        </tr>
    }
}

fn cells(grants: &[Grant]) -> Vec<Cell> {
    let scope = |object, action| {
        let holds = |grant: &&Grant| grant.object == object && grant.action == action;
        grants.iter().filter(holds).map(|grant| grant.scope).max().unwrap_or(Scope::None)
    };
    let pairs = Object::ALL.iter().flat_map(|object| Action::ALL.iter().map(move |action| (*object, *action)));
    pairs.map(|(object, action)| (object, action, RwSignal::new(scope(object, action).word().to_owned()))).collect()
}

fn grants(cells: &[Cell]) -> Vec<Grant> {
    let grant = |(object, action, scope): &Cell| {
        let scope: Scope = scope.read_untracked().parse().unwrap_or_default();
        (scope > Scope::None).then_some(Grant { object: *object, action: *action, scope })
    };
    cells.iter().filter_map(grant).collect()
}
