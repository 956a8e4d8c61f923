//! The head of a record: who or what it is, the marks one looks for first, and
//! what can be done with the whole of it.

use leptos::prelude::*;
use serde_json::Value;
use shared::access::Action;
use shared::i18n::Key;

use super::as_of::PastNote;
use super::facts::FactValue;
use super::shown::Shown;
use crate::i18n::{fill, text};
use crate::session;
use crate::store::{self, Command};
use crate::ui::place::Align;
use crate::ui::{Avatar, Glyph, Menu, MenuItem};

/// `marks` are shown without their labels.
#[component]
pub fn Head(shown: Shown, marks: &'static [&'static str]) -> impl IntoView {
    let schema = shown.object.schema();
    let fact = move |key: &str| schema.field(key).map(|field| view! { <FactValue shown field bare=true/> });
    let name = Signal::derive(move || shown.text("name").unwrap_or_default());
    view! {
        <section class="record-head">
            <div class="row">
                <Avatar id=shown.id.to_string() name large=true decorative=true/>
                <div class="grow record-name">{fact("name")}</div>
                <Deeds shown/>
            </div>
            <div class="record-marks">{marks.iter().map(|key| fact(key)).collect_view()}</div>
            <PastNote/>
        </section>
    }
}

#[component]
fn Deeds(shown: Shown) -> impl IntoView {
    let is_archived = Signal::derive(move || shown.get("archived_at") != Value::Null);
    let archive = move || {
        let name = untrack(|| store::name(shown.object, shown.id)).unwrap_or_default();
        let archived = !is_archived.get_untracked();
        let key = if archived { Key::RecordArchived } else { Key::RecordRestored };
        let command = Command::archive_rows(shown.object, vec![shown.id], archived);
        store::run(command.said(fill(key, &[("name", &name)])));
    };
    view! {
        <Show when=move || session::can(shown.object, Action::Archive)>
            <Menu label=Key::TableMore glyph=Glyph::Ellipsis align=Align::End>
                <MenuItem
                    label=Signal::derive(move || text(if is_archived.get() { Key::TableRestore } else { Key::TableArchive }).to_owned())
                    glyph=Glyph::Archive
                    on_choose=archive
                />
            </Menu>
        </Show>
    }
}
