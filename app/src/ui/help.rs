//! `?`: the keys that hold on this page.

use leptos::prelude::*;
use shared::i18n::Key;

use super::dialog::Dialog;
use super::keys::{self, Scope, use_key};
use super::tag::Kbd;
use crate::i18n::t;

/// Mounted once, by the root component.
#[component]
pub fn KeyHelp() -> impl IntoView {
    let open = RwSignal::new(false);
    use_key(Scope::App, "?", Key::UiKeysTitle, move || open.set(true));
    view! {
        <Dialog open title=Key::UiKeysTitle>
            {[(Scope::Panel, Key::UiKeysPanel), (Scope::Page, Key::UiKeysPage), (Scope::App, Key::UiKeysApp)]
                .map(|(scope, title)| section(scope, title))}
        </Dialog>
    }
}

fn section(scope: Scope, title: Key) -> impl IntoView {
    let bindings = move || keys::bindings().into_iter().filter(|binding| binding.scope == scope).collect::<Vec<_>>();
    move || {
        let bindings = bindings();
        (!bindings.is_empty()).then(|| {
            view! {
                <section class="key-list">
                    <h3>{t(title)}</h3>
                    <dl>
                        {bindings.into_iter().map(|binding| view! {
                            <div><dt>{t(binding.label)}</dt><dd><Kbd combo=binding.combo/></dd></div>
                        }).collect_view()}
                    </dl>
                </section>
            }
        })
    }
}
