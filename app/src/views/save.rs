//! Saves what a page shows as a view.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::id::ViewId;
use shared::views::View;

use super::question;
use crate::i18n::fill;
use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind, Checkbox, Dialog, Field, Glyph, TextInput};
use crate::{id, links, session};

/// A button that keeps this page's question under a name.
#[component]
pub fn SaveView(
    object: Object,
    /// `table` or `board`.
    #[prop(into)]
    layout: Signal<String>,
    /// Column keys by comma, where the page has columns.
    #[prop(optional, into)]
    columns: Signal<Option<String>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let name = RwSignal::new(String::new());
    let is_shared = RwSignal::new(false);
    let save = move || {
        let text = name.get_untracked().trim().to_owned();
        if text.is_empty() {
            return;
        }
        let me = untrack(session::me);
        let view = View {
            id: ViewId(id::new()),
            name: text.clone(),
            object: object.word().into(),
            layout: layout.get_untracked(),
            query: untrack(question),
            columns: columns.get_untracked(),
            position: i64::try_from(untrack(store::views).len()).unwrap_or(0),
            owner_id: me.as_ref().map(|me| me.actor.id),
            team_id: me.and_then(|me| me.actor.team_id).filter(|_| is_shared.get_untracked()),
            ..View::default()
        };
        store::run(Command::create(&view).said(fill(Key::NavViewSaved, &[("name", &text)])));
        open.set(false);
        links::set_params(&[("view", Some(&view.id.to_string()))]);
    };
    let start = move || {
        name.set(String::new());
        is_shared.set(false);
        open.set(true);
    };
    view! {
        <Show when=move || session::can(Object::View, Action::Create)>
            <Button label=Key::NavSaveView icon=Glyph::Star kind=ButtonKind::Quiet on_click=start/>
        </Show>
        <Dialog open title=Key::NavSaveView>
            <form class="form" on:submit=move |event| {
                event.prevent_default();
                save();
            }>
                <Field label=Key::NavViewName><TextInput value=name autofocus=true maxlength=80/></Field>
                <Show when=|| session::me().is_some_and(|me| me.actor.team_id.is_some())>
                    <Checkbox checked=is_shared label=Key::NavShareView/>
                </Show>
                <div class="form-actions"><Button label=Key::NavSave kind=ButtonKind::Primary submit=true/></div>
            </form>
        </Dialog>
    }
}
