//! Ctrl/⌘+K: find a record or run a command, by keyboard.

mod commands;
mod items;
mod recent;
mod search;

use leptos::html;
use leptos::prelude::*;
use shared::i18n::{Key, Plural};

use crate::i18n::{count, fill, t};
use crate::parts::once;
use crate::ui::{Glyph, Icon, IconButton, Kbd};
use crate::{part, words};
use items::{Group, Item};

pub use recent::visits;

thread_local! {
    static IS_OPEN: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

const LIST: &str = "palette-list";

pub fn open() {
    IS_OPEN.with(|signal| signal.set(true));
}

fn close() {
    IS_OPEN.with(|signal| signal.set(false));
}

/// Mounted once, by the shell.
pub fn palette() -> AnyView {
    let is_open = IS_OPEN.with(Clone::clone);
    once(move || is_open.get(), dialog)
}

part! { asides: fn dialog() => Palette() }

#[component]
fn Palette() -> impl IntoView {
    let is_open = IS_OPEN.with(Clone::clone);
    let is_open = Signal::derive(move || is_open.get());
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if is_open.get() && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !is_open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog class="dialog palette" aria-label=t(Key::PaletteTitle) node_ref=dialog on:close=|_| close() on:pointerdown=|event| {
            // The backdrop is the dialog's own, its content is not.
            if event.target() == event.current_target() {
                close();
            }
        }>
            <Show when=move || is_open.get()><Body/></Show>
        </dialog>
    }
}

/// Lives as long as the palette is open.
#[component]
fn Body() -> impl IntoView {
    let query = RwSignal::new(String::new());
    let found = search::Found::new(query);
    let groups = Memo::new(move |_| items::groups(&query.read(), &found.hits.read()));
    let at = RwSignal::new(0_usize);
    let len = move || groups.with(|groups| groups.iter().map(|group| group.items.len()).sum::<usize>());
    let input = NodeRef::<html::Input>::new();
    input.on_load(|input| drop(input.focus()));
    let run = move |at: usize| {
        let item = groups.with_untracked(|groups| groups.iter().flat_map(|group| &group.items).nth(at).cloned());
        if let Some(item) = item {
            close();
            item.run();
        }
    };
    let press = move |event: leptos::ev::KeyboardEvent| {
        let len = untrack(len);
        let to = match event.key().as_str() {
            "ArrowDown" => at.get_untracked() + 1,
            "ArrowUp" => at.get_untracked() + len.max(1) - 1,
            "Enter" if !event.is_composing() => {
                event.prevent_default();
                return run(at.get_untracked());
            }
            "Escape" if !event.is_composing() => return close(),
            _ => return,
        };
        event.prevent_default();
        at.set(to % len.max(1));
        reveal(at.get_untracked());
    };
    view! {
        <div class="palette-body">
            <div class="palette-head">
                <Icon glyph=Glyph::Search/>
                <input
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls=LIST
                    aria-activedescendant=move || option_id(at.get())
                    aria-label=t(Key::PaletteTitle)
                    placeholder=t(Key::PalettePlaceholder)
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="200"
                    bind:value=query
                    on:input=move |_| at.set(0)
                    on:keydown=press
                    node_ref=input
                />
                <span class="spinner" aria-hidden="true" class:hidden=move || !found.is_asking.get()></span>
                <IconButton glyph=Glyph::X label=Key::PaletteClose shortcut="escape" on_click=close/>
            </div>
            <div class="palette-list" role="listbox" id=LIST aria-label=t(Key::PaletteTitle)>
                {move || list(&groups.read(), at, Callback::new(run))}
                <Show when=move || len() == 0>{move || nothing(query, found)}</Show>
            </div>
            <footer class="palette-foot">
                <span><Kbd combo="arrowup"/><Kbd combo="arrowdown"/>{t(Key::PaletteMove)}</span>
                <span><Kbd combo="enter"/>{t(Key::PaletteOpen)}</span>
                <span class="hidden" role="status">
                    {move || (!found.is_asking.get() && !query.read().is_empty()).then(|| count(Plural::PaletteResults, len()))}
                </span>
            </footer>
        </div>
    }
}

fn option_id(at: usize) -> String {
    format!("palette-{at}")
}

fn reveal(at: usize) {
    if let Some(option) = document().get_element_by_id(&option_id(at)) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn list(groups: &[Group], at: RwSignal<usize>, run: Callback<usize>) -> AnyView {
    let mut next = 0;
    let mut views = Vec::new();
    for group in groups {
        let title = group.title.clone();
        let options: Vec<_> = group
            .items
            .iter()
            .map(|item| {
                next += 1;
                option(item, next - 1, at, run)
            })
            .collect();
        views.push(view! {
            <div role="group" aria-label=title.clone()>
                <div class="menu-heading" role="presentation">{title.clone()}</div>
                {options}
            </div>
        });
    }
    views.into_any()
}

fn option(item: &Item, place: usize, at: RwSignal<usize>, run: Callback<usize>) -> AnyView {
    let (title, hint) = (item.title.clone(), item.hint.clone());
    view! {
        <div
            role="option"
            id=option_id(place)
            class="palette-item"
            aria-selected=move || (at.get() == place).to_string()
            on:pointermove=move |_| if at.get_untracked() != place { at.set(place) }
            on:click=move |_| run.run(place)
        >
            <Icon glyph=item.glyph/>
            <span class="clip">{title}</span>
            <span class="hint clip grow">{hint}</span>
            {item.shortcut.map(|combo| view! { <Kbd combo/> })}
        </div>
    }
    .into_any()
}

/// Says so, or why not; while the question is under way, nothing yet.
fn nothing(query: RwSignal<String>, found: search::Found) -> impl IntoView {
    let text = move || match found.error.get() {
        Some(error) => Some(fill(Key::PaletteFailed, &[("reason", &words::error(&error))])),
        None if found.is_asking.get() => None,
        None => Some(fill(Key::PaletteNothing, &[("q", query.read().trim())])),
    };
    view! {
        <div class="palette-nothing">
            <p>{text}</p>
            <p class="faint">{move || (found.error.read().is_none() && !found.is_asking.get()).then(|| crate::i18n::text(Key::PaletteNothingText))}</p>
        </div>
    }
}
