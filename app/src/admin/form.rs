//! What the pages of administration share: one dialog for one record, how it
//! is sent, and the refusals at their fields.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::api::{ApiError, FieldErrors};
use shared::change::Patch;
use shared::fields::Row;
use shared::i18n::Key;
use uuid::Uuid;

use crate::i18n::{self, t, text};
use crate::store::{self, Command, id_of};
use crate::ui::{Button, ButtonKind, Glyph, Skeleton, SkeletonKind};
use crate::{session, words};

/// Which record a page's dialog edits; none is a new one.
#[derive(Clone, Copy)]
pub struct Editor {
    pub edited: RwSignal<Option<Uuid>>,
    pub open: RwSignal<bool>,
}

impl Editor {
    pub fn new() -> Self {
        Self { edited: RwSignal::new(None), open: RwSignal::new(false) }
    }

    pub fn edit(self, id: Option<Uuid>) {
        self.edited.set(id);
        self.open.set(true);
    }

    pub fn title(self, new: Key, old: Key) -> Signal<String> {
        Signal::derive(move || text(if self.edited.read().is_some() { old } else { new }).to_owned())
    }
}

/// A list of records with a word about them and a button for a new one.
pub fn records(object: Object, intro: Key, new: Key, editor: Editor, list: fn(Editor) -> AnyView) -> AnyView {
    view! {
        <div class="column wide">
            <div class="row wrap">
                <p class="muted grow">{t(intro)}</p>
                {move || session::can(object, Action::Create).then(|| view! {
                    <Button label=new icon=Glyph::Plus kind=ButtonKind::Primary on_click=move || editor.edit(None)/>
                })}
            </div>
            {move || if store::is_ready(object) {
                list(editor)
            } else {
                view! { <Skeleton kind=SkeletonKind::Rows count=6/> }.into_any()
            }}
        </div>
    }
    .into_any()
}

/// A form on its way to the server.
#[derive(Clone, Copy)]
pub struct Sending {
    pub open: RwSignal<bool>,
    is_pending: RwSignal<bool>,
    refusal: RwSignal<Option<ApiError>>,
}

impl Sending {
    pub fn new(open: RwSignal<bool>) -> Self {
        Self { open, is_pending: RwSignal::new(false), refusal: RwSignal::new(None) }
    }

    /// Sends a new record, or what differs from `old`. The dialog closes when
    /// it is confirmed, and stays with what was typed when it is refused.
    pub fn save(self, object: Object, old: Option<Row>, new: Row) {
        let name = new.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
        let key = if old.is_none() { Key::AdminCreated } else { Key::AdminSaved };
        let command = match old {
            None => Command::create_row(object, new),
            Some(old) if old == new => return self.open.set(false),
            Some(old) => Command::update_row(object, id_of(&old).unwrap_or_default(), changes(&old, new)),
        };
        self.refusal.set(None);
        self.is_pending.set(true);
        let command = command.said(said(key, &name)).quietly().done(move |_| {
            self.is_pending.try_set(false);
            self.open.try_set(false);
        });
        store::run(command.refused(move |error| {
            self.is_pending.try_set(false);
            self.refusal.try_set(Some(error.clone()));
        }));
    }

    /// What was wrong with a field.
    pub fn error(self, key: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.refusal.read().as_ref()?.fields.get(key).map(words::field_error))
    }

    /// What was wrong with a field or with anything in it.
    pub fn error_within(self, key: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let refusal = self.refusal.read();
            let is_in =
                |path: &str| path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            refusal.as_ref()?.fields.iter().find(|(path, _)| is_in(path)).map(|(_, error)| words::field_error(error))
        })
    }

    /// Shown before anything is sent.
    pub fn wrong(self, fields: FieldErrors) {
        self.refusal.set(Some(ApiError { code: "fields".into(), fields, ..ApiError::default() }));
    }

    /// What was wrong with the whole.
    fn refused(self) -> Option<String> {
        let refusal = self.refusal.read();
        let error = refusal.as_ref().filter(|error| error.fields.is_empty())?;
        Some(words::error(error))
    }
}

/// Only what differs goes out: two people may edit different fields at once.
fn changes(old: &Row, new: Row) -> Patch {
    let mut patch = Patch::default();
    for (key, value) in new {
        let before = old.get(&key).cloned().unwrap_or_default();
        if before != value {
            patch = patch.and(&key, value).base(&key, before);
        }
    }
    patch
}

/// The end of a form: what was wrong with the whole, and its buttons.
#[component]
pub fn FormEnd(sending: Sending) -> impl IntoView {
    view! {
        {move || sending.refused().map(|text| view! { <p class="bad" role="alert">{text}</p> })}
        <div class="form-actions">
            <Button label=Key::UiCancel on_click=move || sending.open.set(false)/>
            <Button label=Key::NavSave kind=ButtonKind::Primary submit=true pending=sending.is_pending/>
        </div>
    }
}

/// A form whose submission runs `save`.
pub fn form(class: &'static str, save: impl Fn() + 'static, fields: AnyView) -> AnyView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save();
    };
    view! { <form class=class on:submit=submit>{fields}</form> }.into_any()
}

/// "方案报价 saved" and the like.
pub fn said(key: Key, name: &str) -> String {
    untrack(|| i18n::fill(key, &[("name", name)]))
}

/// A word under a field.
pub fn hint(key: Key) -> Signal<Option<String>> {
    Signal::derive(move || Some(text(key).to_owned()))
}
