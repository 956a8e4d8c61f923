//! The working calendars: hours, a month at a glance, and what they make of a span.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::calendars::Calendar;
use shared::i18n::Key;
use uuid::Uuid;

use super::calendar::{calendar_form, days_form, month, trial};
use super::form::{Editor, said};
use crate::each::each;
use crate::i18n::{fill, t, text};
use crate::store::{self, Command};
use crate::ui::place::Align;
use crate::ui::{Button, ButtonKind, Dialog, Glyph, Icon, Menu, MenuItem, Skeleton, SkeletonKind, Tag, Tone, format};
use crate::{session, shell};

#[component]
pub fn CalendarsPage() -> impl IntoView {
    shell::use_title(|| text(Key::NavCalendars).to_owned());
    let (editor, filled) = (Editor::new(), Editor::new());
    let body = move || {
        if store::is_ready(Object::Calendar) {
            list(editor, filled)
        } else {
            view! { <Skeleton kind=SkeletonKind::Rows count=6/> }.into_any()
        }
    };
    let create = move || {
        session::can(Object::Calendar, Action::Create).then(|| {
            let open = move || editor.edit(None);
            view! { <Button label=Key::CalendarsNew icon=Glyph::Plus kind=ButtonKind::Primary on_click=open/> }
        })
    };
    view! {
        <header class="bar"><h1 class="grow">{t(Key::NavCalendars)}</h1>{create}</header>
        <div class="content">
            <div class="column wide">
                <p class="muted">{t(Key::CalendarsText)}</p>
                {body}
            </div>
        </div>
        <Dialog open=editor.open title=editor.title(Key::CalendarsNew, Key::CalendarsEdit)>
            {move || calendar_form(editor.edited.get(), editor.open)}
        </Dialog>
        <Dialog open=filled.open title=Key::CalendarsImport>
            {move || filled.edited.get().map(|id| days_form(id, filled.open))}
        </Dialog>
    }
}

fn list(editor: Editor, filled: Editor) -> AnyView {
    let ids = || store::calendars().iter().map(|calendar| calendar.id.into()).collect();
    each(ids, move |id| section(id, editor, filled))
}

fn section(id: Uuid, editor: Editor, filled: Editor) -> AnyView {
    let calendar = move || store::get::<Calendar>(id).here();
    let name = Signal::derive(move || store::name(Object::Calendar, id).unwrap_or_default());
    let zone = move || calendar().map(|calendar| calendar.zone.clone());
    let is_default = move || calendar().is_some_and(|calendar| calendar.is_default);
    let missing = move || {
        let year = calendar()?.missing_year(format::today())?.to_string();
        let words = fill(Key::CalendarsMissing, &[("year", &year)]);
        Some(view! { <p class="calendar-note" role="note"><Icon glyph=Glyph::TriangleAlert/>{words}</p> })
    };
    view! {
        <section class="section calendar" aria-label=name>
            <header class="row wrap">
                <h2>{name}</h2>
                {move || is_default().then(|| view! { <Tag tone=Tone::Info label=Key::AdminDefault/> })}
                <span class="faint grow">{zone}</span>
                {move || session::can(Object::Calendar, Action::Write).then(|| menu(id, name, editor, filled))}
            </header>
            {missing}
            <div class="calendar-parts">{month(id)}{trial(id)}</div>
        </section>
    }
    .into_any()
}

fn menu(id: Uuid, name: Signal<String>, editor: Editor, filled: Editor) -> impl IntoView {
    let label = Signal::derive(move || fill(Key::NavViewMenu, &[("name", &name.get())]));
    let archive = move || {
        let text = said(Key::AdminArchived, &name.get_untracked());
        store::run(Command::archive::<Calendar>(vec![id], true).said(text));
    };
    view! {
        <Menu label glyph=Glyph::Ellipsis align=Align::End>
            <MenuItem label=Key::CalendarsEdit glyph=Glyph::Pencil on_choose=move || editor.edit(Some(id))/>
            <MenuItem label=Key::CalendarsImport glyph=Glyph::Upload on_choose=move || filled.edit(Some(id))/>
            <MenuItem label=Key::AdminArchive glyph=Glyph::Archive danger=true on_choose=archive/>
        </Menu>
    }
}
