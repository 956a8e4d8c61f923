//! `?`: the keys that hold on this page.

use leptos::prelude::*;
use shared::i18n::Key;

use super::dialog::Dialog;
use super::keys::{self, Scope, use_key};
use super::tag::Kbd;
use crate::i18n::t;
use crate::part;
use crate::parts::once;

/// Mounted once, by the root component.
pub fn key_help() -> AnyView {
    let open = RwSignal::new(false);
    use_key(Scope::App, "?", Key::UiKeysTitle, move || open.set(true));
    once(move || open.get(), move || dialog(open))
}

part! { asides: fn dialog(open: RwSignal<bool>) => view! { <Help open/> } }

#[component]
fn Help(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=Key::UiKeysTitle>
            // Nothing in it takes the focus, and a long list is scrolled by keys.
            <div class="key-lists" tabindex="0">
                {[(Scope::Panel, Key::UiKeysPanel), (Scope::Page, Key::UiKeysPage), (Scope::App, Key::UiKeysApp)]
                    .map(|(scope, title)| section(scope, title))}
            </div>
        </Dialog>
    }
}

fn section(scope: Scope, title: Key) -> impl IntoView {
    move || {
        let lines = lines(scope);
        (!lines.is_empty()).then(|| {
            view! {
                <section class="key-list">
                    <h3>{t(title)}</h3>
                    <dl>
                        {lines.into_iter().map(|(label, combos)| view! {
                            <div><dt>{t(label)}</dt><dd class="row">{combos.into_iter().map(|combo| view! { <Kbd combo/> }).collect_view()}</dd></div>
                        }).collect_view()}
                    </dl>
                </section>
            }
        })
    }
}

/// Keys that do the same stand in one line. Tracked.
fn lines(scope: Scope) -> Vec<(Key, Vec<&'static str>)> {
    let mut lines: Vec<(Key, Vec<&'static str>)> = Vec::new();
    for binding in keys::bindings().into_iter().filter(|binding| binding.scope == scope) {
        match lines.iter_mut().find(|(label, _)| *label == binding.label) {
            Some((_, combos)) => combos.push(binding.combo),
            None => lines.push((binding.label, vec![binding.combo])),
        }
    }
    lines
}
