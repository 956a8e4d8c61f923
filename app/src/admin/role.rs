//! A role's form: a table of what it lets its holders do.

use leptos::prelude::*;
use shared::access::{Action, Grant, Object, Scope};
use shared::fields::row_of;
use shared::i18n::Key;
use shared::id::RoleId;
use shared::users::Role;
use uuid::Uuid;

use super::form::{FormEnd, Sending, form};
use crate::i18n::{fill, t};
use crate::ui::{Choice, Field, Select, TextInput};
use crate::{id, store, words};

type Cell = (Object, Action, RwSignal<String>);

pub fn role_form(edited: Option<Uuid>, open: RwSignal<bool>) -> AnyView {
    let sending = Sending::new(open);
    let known = untrack(|| edited.and_then(|id| store::get::<Role>(id).here()));
    let old = known.as_deref().cloned().unwrap_or_else(|| Role { id: RoleId(id::new()), ..Role::default() });
    let before = known.map(|_| row_of(&old));
    let name = RwSignal::new(old.name.clone());
    let cells = cells(&old.grants);
    let rows = Object::ALL.iter().map(|object| row(*object, &cells)).collect_view();
    let save = move || {
        let new = Role { name: name.get_untracked().trim().to_owned(), grants: grants(&cells), ..old.clone() };
        sending.save(Object::Role, before.clone(), row_of(&new));
    };
    let wrong = sending.error("grants");
    let head = |action: &Action| {
        let word = action.word();
        view! { <th scope="col">{move || words::choice("action", word)}</th> }
    };
    let fields = view! {
        <Field label=Key::FieldRoleName required=true error=sending.error("name")>
            <TextInput value=name autofocus=true maxlength=80/>
        </Field>
        <div class="table-room">
            <table class="table admin-table grants">
                <thead>
                    <tr>
                        <th><span class="hidden">{t(Key::FieldViewObject)}</span></th>
                        {Action::ALL.iter().map(head).collect_view()}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {move || wrong.get().map(|text| view! { <p class="bad" role="alert">{text}</p> })}
        <FormEnd sending/>
    };
    form("form", save, fields.into_any())
}

fn row(object: Object, cells: &[Cell]) -> AnyView {
    let scopes = Signal::derive(|| {
        Scope::ALL.iter().map(|scope| Choice::new(scope, words::choice("scope", scope.word()))).collect::<Vec<_>>()
    });
    let cell = |(object, action, scope): &Cell| {
        let (object, action, scope) = (*object, *action, *scope);
        let label = Signal::derive(move || {
            let action = words::choice("action", action.word());
            fill(Key::AdminGrant, &[("object", &words::objects(object)), ("action", &action)])
        });
        view! { <td><Select value=scope options=scopes label/></td> }
    };
    let cells = cells.iter().filter(|cell| cell.0 == object).map(cell).collect_view();
    view! { <tr><th scope="row">{move || words::objects(object)}</th>{cells}</tr> }.into_any()
}

fn cells(grants: &[Grant]) -> Vec<Cell> {
    let scope = |object, action| {
        let holds = |grant: &&Grant| grant.object == object && grant.action == action;
        grants.iter().filter(holds).map(|grant| grant.scope).max().unwrap_or(Scope::None)
    };
    let pairs = Object::ALL.iter().flat_map(|object| Action::ALL.iter().map(move |action| (*object, *action)));
    let cell = |(object, action)| (object, action, RwSignal::new(scope(object, action).word().to_owned()));
    pairs.map(cell).collect()
}

fn grants(cells: &[Cell]) -> Vec<Grant> {
    let grant = |(object, action, scope): &Cell| {
        let scope: Scope = scope.read_untracked().parse().unwrap_or_default();
        (scope > Scope::None).then_some(Grant { object: *object, action: *action, scope })
    };
    cells.iter().filter_map(grant).collect()
}
