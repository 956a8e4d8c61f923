//! Small kinds that one keeps in an order: a list by their schema, and a form of its fields.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::change::Patch;
use shared::fields::{Field, Row, row_of, row_with};
use shared::i18n::Key;
use shared::tickets::Queue;
use uuid::Uuid;

use crate::admin::form::{Editor, records, said};
use crate::each::each;
use crate::i18n::{fill, t};
use crate::record::{Draft, FieldEditor, Whole, is_editable, value};
use crate::store::{self, Command, run_all};
use crate::ui::{Button, ButtonKind, Dialog, Glyph, Icon, IconButton, IconKind};
use crate::{session, words};

/// How a kind is told and kept here.
pub struct Plain {
    pub object: Object,
    pub intro: Key,
    pub new: Key,
    pub edit: Key,
    /// The columns of the list; the name leads.
    pub columns: &'static [&'static str],
    /// The fields of the form.
    pub fields: &'static [&'static str],
    /// What stands under them, for what a field's control cannot do.
    pub more: Option<fn(Draft, Option<Uuid>) -> AnyView>,
}

impl Plain {
    fn described(&self, keys: &'static [&'static str]) -> impl Iterator<Item = &'static Field> + use<> {
        let object = self.object;
        keys.iter().filter_map(move |key| object.schema().field(key))
    }
}

pub fn page(plain: &'static Plain) -> AnyView {
    let editor = Editor::new();
    view! {
        {records(plain.object, plain.intro, plain.new, editor, list_of(plain))}
        <Dialog open=editor.open wide=plain.more.is_some() title=editor.title(plain.new, plain.edit)>
            {move || form(plain, editor)}
        </Dialog>
    }
    .into_any()
}

/// `records` takes a plain function, and there are a few kinds.
fn list_of(plain: &'static Plain) -> fn(Editor) -> AnyView {
    match plain.object {
        Object::TicketStatus => |editor| list(&super::STATUSES, editor),
        Object::TicketCategory => |editor| list(&super::CATEGORIES, editor),
        Object::Macro => |editor| list(&super::MACROS, editor),
        Object::Skill => |editor| list(&super::SKILLS, editor),
        _ => |editor| list(&super::QUEUES, editor),
    }
}

/// In their order. Tracked.
fn ids(object: Object) -> Vec<Uuid> {
    match object {
        Object::TicketStatus => store::ticket_statuses().iter().map(|one| one.id.0).collect(),
        Object::TicketCategory => store::ticket_categories().iter().map(|one| one.id.0).collect(),
        Object::Macro => store::macros().iter().map(|one| one.id.0).collect(),
        Object::Skill => store::skills().iter().map(|one| one.id.0).collect(),
        _ => store::queues().iter().map(|one| one.id.0).collect(),
    }
}

fn list(plain: &'static Plain, editor: Editor) -> AnyView {
    let object = plain.object;
    let heads = plain
        .described(plain.columns)
        .map(|field| view! { <th>{move || words::field(object, field.key)}</th> })
        .collect_view();
    view! {
        <div class="table-room">
            <table class="table admin-table">
                <thead><tr>{heads}<th><span class="hidden">{t(Key::AdminDo)}</span></th></tr></thead>
                <tbody>{each(move || ids(object), move |id| row(plain, id, editor))}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(plain: &'static Plain, id: Uuid, editor: Editor) -> AnyView {
    let object = plain.object;
    let cell = move |field: &'static Field| {
        let shown = move || store::row(object, id).map(|row| value::shown(object, field, &row));
        if field.key == "name" {
            return view! {
                <td><button type="button" class="row" on:click=move |_| editor.edit(Some(id))><span class="clip">{shown}</span></button></td>
            }
            .into_any();
        }
        view! { <td>{shown}</td> }.into_any()
    };
    let name = Signal::derive(move || store::name(object, id).unwrap_or_default());
    view! {
        <tr>
            {plain.described(plain.columns).map(cell).collect_view()}
            <td class="figures">{move || session::can(object, Action::Write).then(|| acts(object, id, name))}</td>
        </tr>
    }
    .into_any()
}

/// Up, down, and away.
fn acts(object: Object, id: Uuid, name: Signal<String>) -> AnyView {
    let named = move |key: Key| Signal::derive(move || fill(key, &[("name", &name.get())]));
    let is_first = Signal::derive(move || ids(object).first() == Some(&id));
    let is_last = Signal::derive(move || ids(object).last() == Some(&id));
    let archive = move || {
        let text = said(Key::AdminArchived, &name.get_untracked());
        store::run(Command::archive_rows(object, vec![id], true).said(text));
    };
    let shift = move |by: isize| move || shift(object, id, by, &name.get_untracked());
    view! {
        <IconButton kind=IconKind::Small glyph=Glyph::ArrowUp disabled=is_first label=named(Key::AdminStageUp) on_click=shift(-1)/>
        <IconButton kind=IconKind::Small glyph=Glyph::ArrowDown disabled=is_last label=named(Key::AdminStageDown) on_click=shift(1)/>
        <IconButton kind=IconKind::Small glyph=Glyph::Archive label=named(Key::AdminArchiveNamed) on_click=archive/>
    }
    .into_any()
}

/// Swaps one with its neighbour; those whose position is another then are written, as one act.
fn shift(object: Object, id: Uuid, by: isize, name: &str) {
    let mut order = untrack(|| ids(object));
    let Some(at) = order.iter().position(|one| *one == id) else { return };
    let Some(to) = at.checked_add_signed(by).filter(|to| *to < order.len()) else { return };
    order.swap(at, to);
    let is_moved = |(position, id): &(i64, Uuid)| {
        store::peek((object, *id)).and_then(|row| row.get("position")?.as_i64()) != Some(*position)
    };
    let place = |(position, id): (i64, Uuid)| (Command::update_row(object, id, Patch::set("position", position)), 1);
    let turns = (1..).zip(order).filter(is_moved).map(place).collect();
    let text = said(Key::AdminStageMoved, name);
    run_all(turns, move |_| text, |_| ());
}

fn form(plain: &'static Plain, editor: Editor) -> AnyView {
    let object = plain.object;
    let edited = editor.edited.get();
    let before = untrack(|| edited.and_then(|id| store::row(object, id))).map(|row| Row::clone(&row));
    let draft = Draft::of(object, before.clone().unwrap_or_else(|| blank(object)));
    let is_pending = RwSignal::new(false);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(row) = untrack(|| draft.check(Whole::Yes)) else { return };
        let name = untrack(|| draft.text("name"));
        let command = match &before {
            Some(before) => change(plain, before, &row, edited.unwrap_or_default()),
            None => Some(create(plain, row)),
        };
        let Some(command) = command else { return editor.open.set(false) };
        is_pending.set(true);
        let key = if before.is_some() { Key::AdminSaved } else { Key::AdminCreated };
        let command = command.said(said(key, &name)).quietly().done(move |_| {
            let _ = editor.open.try_set(false);
        });
        store::run(command.refused(move |error| {
            let _ = is_pending.try_set(false);
            draft.refuse(error);
        }));
    };
    let fields = plain.described(plain.fields).filter(|field| is_editable(field)).map(|field| {
        let is_first = field.key == "name";
        view! { <FieldEditor draft field_key=field.key autofocus=is_first/> }
    });
    view! {
        <form class="form" novalidate=true on:submit=save>
            {fields.collect_view()}
            {plain.more.map(|more| more(draft, edited))}
            {move || draft.stray().map(|error| view! { <p class="error form-error" role="alert"><Icon glyph=Glyph::CircleAlert/>{error}</p> })}
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=move |()| editor.open.set(false)/>
                <Button label=Key::NavSave kind=ButtonKind::Primary submit=true pending=is_pending/>
            </div>
        </form>
    }
    .into_any()
}

/// What a new one is before anything is typed: a queue gives nothing away by itself.
fn blank(object: Object) -> Row {
    if object == Object::Queue { row_of(&Queue::default()) } else { Row::new() }
}

/// It stands behind all others.
fn create(plain: &Plain, mut row: Row) -> Command {
    let last = untrack(|| ids(plain.object)).last().and_then(|id| store::peek((plain.object, *id)));
    let position = last.and_then(|row| row.get("position")?.as_i64()).unwrap_or(0) + 1;
    row.extend(row_with([
        ("id".to_owned(), crate::id::new().to_string().into()),
        ("position".to_owned(), position.into()),
    ]));
    // Said to be nobody's, it is everybody's.
    if plain.fields.contains(&"owner_id") {
        row.entry("owner_id").or_insert(serde_json::Value::Null);
    }
    Command::create_row(plain.object, row)
}

/// What differs, if anything does.
fn change(plain: &Plain, before: &Row, row: &Row, id: Uuid) -> Option<Command> {
    let mut patch = Patch::default();
    for key in plain.fields {
        let (old, new) = (before.get(*key).cloned().unwrap_or_default(), row.get(*key).cloned().unwrap_or_default());
        if old != new {
            patch = patch.and(key, new).base(key, old);
        }
    }
    (!patch.set.is_empty()).then(|| Command::update_row(plain.object, id, patch))
}
