//! Who gets tickets: what people know, how many they take, and when they work.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::fields::row_of;
use shared::i18n::Key;
use shared::users::User;
use uuid::Uuid;

use super::skills::SkillLines;
use crate::admin::form::{Editor, FormEnd, Sending, form, hint};
use crate::each::each;
use crate::i18n::t;
use crate::ui::{Avatar, Choice, Dialog, Field, NumberInput, Select, Skeleton, SkeletonKind, format};
use crate::{session, store, words};

pub fn people() -> AnyView {
    let editor = Editor::new();
    view! {
        <div class="column wide">
            <p class="muted">{t(Key::ServiceCrewText)}</p>
            {move || if store::is_ready(Object::User) {
                list(editor)
            } else {
                view! { <Skeleton kind=SkeletonKind::Rows count=6/> }.into_any()
            }}
        </div>
        <Dialog open=editor.open title=editor.title(Key::ServiceEditAgent, Key::ServiceEditAgent)>
            {move || agent_form(editor.edited.get(), editor.open)}
        </Dialog>
    }
    .into_any()
}

/// Who may sign in; the others get nothing.
fn list(editor: Editor) -> AnyView {
    let ids = || store::users().iter().filter(|user| !user.is_disabled).map(|user| user.id.0).collect();
    view! {
        <div class="table-room" tabindex="0" role="group" aria-label=t(Key::ServiceCrew)>
            <table class="table admin-table">
                <thead>
                    <tr>
                        <th>{t(Key::FieldUserName)}</th>
                        <th>{t(Key::FieldUserTeamId)}</th>
                        <th>{t(Key::FieldUserPresence)}</th>
                        <th class="figures">{t(Key::FieldUserCapacity)}</th>
                        <th>{t(Key::FieldUserCalendarId)}</th>
                        <th>{t(Key::FieldUserSkills)}</th>
                    </tr>
                </thead>
                <tbody>{each(ids, move |id| row(id, editor))}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(id: Uuid, editor: Editor) -> AnyView {
    let user = Memo::new(move |_| store::get::<User>(id).here());
    let name = Signal::derive(move || store::name(Object::User, id).unwrap_or_default());
    let of = move |what: fn(&User) -> Option<String>| move || user.get().and_then(|user| what(&user));
    let may = move || session::can(Object::User, Action::Write);
    view! {
        <tr>
            <td>
                <button type="button" class="row" disabled=move || !may() on:click=move |_| editor.edit(Some(id))>
                    <Avatar id=id.to_string() name decorative=true/>
                    <span class="clip">{name}</span>
                </button>
            </td>
            <td>{of(|user| store::name(Object::Team, user.team_id?))}</td>
            <td>{of(|user| Some(words::choice("presence", user.presence?.word())))}</td>
            <td class="figures">{of(|user| user.capacity.map(format::number))}</td>
            <td>{of(|user| store::name(Object::Calendar, user.calendar_id?))}</td>
            <td>{of(|user| Some(known(user)))}</td>
        </tr>
    }
    .into_any()
}

/// What somebody knows, in a line. Tracked.
fn known(user: &User) -> String {
    let one = |level: &shared::tickets::routing::SkillLevel| {
        Some(format!("{} {}", store::name(Object::Skill, level.skill_id)?, format::number(level.level)))
    };
    user.skills.iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

fn agent_form(edited: Option<Uuid>, open: RwSignal<bool>) -> AnyView {
    let Some(old) = untrack(|| store::get::<User>(edited?).here()) else { return ().into_any() };
    let sending = Sending::new(open);
    let before = row_of(&*old);
    let capacity = RwSignal::new(old.capacity);
    let calendar = RwSignal::new(old.calendar_id.map(|id| id.to_string()).unwrap_or_default());
    let skills = SkillLines::of_person(&old.skills);
    let name = old.name.clone();
    let save = move || {
        let new = User {
            capacity: capacity.get_untracked(),
            calendar_id: calendar.read_untracked().parse().ok(),
            skills: untrack(|| skills.levels()),
            ..User::clone(&old)
        };
        sending.save(Object::User, Some(before.clone()), row_of(&new));
    };
    let calendars = Signal::derive(|| {
        store::calendars().iter().map(|calendar| Choice::new(calendar.id, &calendar.name)).collect::<Vec<_>>()
    });
    let fields = view! {
        <p class="strong">{name}</p>
        <Field label=Key::FieldUserCapacity hint=hint(Key::ServiceCapacityHint) error=sending.error("capacity")>
            <NumberInput value=capacity min=0 max=1000/>
        </Field>
        <Field label=Key::FieldUserCalendarId hint=hint(Key::ServiceHoursHint) error=sending.error("calendar_id")>
            <Select value=calendar options=calendars empty=Key::ValueNone/>
        </Field>
        {skills.view(Key::FieldUserSkills, sending.error_within("skills"))}
        <FormEnd sending/>
    };
    form("form", save, fields.into_any())
}
