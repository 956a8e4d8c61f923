//! The list that opens under a field while one types: combobox and tag input.

use leptos::html;
use leptos::prelude::*;
use shared::i18n::Key;

use super::choice::Choice;
use super::field::unique_id;
use super::icon::{Glyph, Icon};
use super::{place, tag};
use crate::i18n::{fill, t};

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Pick(Choice),
    /// Make one of this name.
    Create(String),
}

/// How a list finds what belongs to the words typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrowing {
    /// The list is whole; it shows what contains the words.
    Here,
    /// Whoever gives the options reads the query and gives others.
    Elsewhere,
}

#[derive(Clone, Copy)]
pub struct Listbox {
    pub is_open: RwSignal<bool>,
    pub active: RwSignal<usize>,
    pub entries: Memo<Vec<Entry>>,
    id: StoredValue<String>,
    query: RwSignal<String>,
}

impl Listbox {
    pub fn new(
        query: RwSignal<String>,
        options: Signal<Vec<Choice>>,
        narrowing: Narrowing,
        creates: bool,
        taken: Signal<Vec<String>>,
    ) -> Self {
        let entries =
            Memo::new(move |_| entries(options.get(), query.read().trim(), narrowing, creates, &taken.read()));
        let active = RwSignal::new(0);
        Effect::new(move || {
            query.track();
            active.set(0);
        });
        Self { is_open: RwSignal::new(false), active, entries, id: StoredValue::new(unique_id("list")), query }
    }

    /// Opens with the chosen line under the keys.
    pub fn open_at(&self, chosen: Option<&str>) {
        let is_chosen = |entry: &Entry| matches!(entry, Entry::Pick(choice) if Some(choice.value.as_str()) == chosen);
        let at = self.entries.read_untracked().iter().position(is_chosen);
        self.active.set(at.unwrap_or(0));
        self.is_open.set(true);
    }

    pub fn id(&self) -> String {
        self.id.get_value()
    }

    fn option_id(&self, at: usize) -> String {
        format!("{}-{at}", self.id.get_value())
    }

    /// For `aria-activedescendant`.
    pub fn active_id(&self) -> Option<String> {
        let is_there = self.is_open.get() && self.active.get() < self.entries.read().len();
        is_there.then(|| self.option_id(self.active.get()))
    }

    /// Moves through the list; gives what Enter picks. `None` leaves the key to the field.
    pub fn press(&self, event: &web_sys::KeyboardEvent) -> Option<Entry> {
        if event.is_composing() {
            return None;
        }
        let count = self.entries.read_untracked().len();
        let at = self.active.get_untracked();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !self.is_open.get_untracked() => self.is_open.set(true),
            "ArrowDown" if count > 0 => self.active.set((at + 1) % count),
            "ArrowUp" if count > 0 => self.active.set((at + count - 1) % count),
            "Escape" if self.is_open.get_untracked() => {
                self.is_open.set(false);
                event.stop_propagation();
            }
            "Enter" if self.is_open.get_untracked() && at < count => {
                event.prevent_default();
                return self.entries.read_untracked().get(at).cloned();
            }
            _ => return None,
        }
        event.prevent_default();
        None
    }
}

fn entries(options: Vec<Choice>, query: &str, narrowing: Narrowing, creates: bool, taken: &[String]) -> Vec<Entry> {
    let words = query.to_lowercase();
    let fits = |choice: &Choice| {
        let detail = choice.detail.as_deref().unwrap_or_default();
        narrowing == Narrowing::Elsewhere
            || choice.label.to_lowercase().contains(&words)
            || detail.to_lowercase().contains(&words)
    };
    let is_known =
        options.iter().any(|choice| choice.label.to_lowercase() == words) || taken.contains(&query.to_owned());
    let open = options.into_iter().filter(|choice| fits(choice) && !taken.contains(&choice.value));
    let create = (creates && !query.is_empty() && !is_known).then(|| Entry::Create(query.to_owned()));
    open.map(Entry::Pick).chain(create).collect()
}

/// The list itself, in the top layer under `anchor`.
#[component]
pub fn ListboxPopover(
    listbox: Listbox,
    anchor: NodeRef<html::Div>,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] loading: Signal<bool>,
    is_chosen: Callback<String, bool>,
    on_pick: Callback<Entry>,
) -> impl IntoView {
    let popover = NodeRef::<html::Div>::new();
    let put = move || {
        // The frame may come when the field is gone.
        let element = |node: NodeRef<html::Div>| node.try_get_untracked().flatten();
        let (Some(popover), Some(anchor)) = (element(popover), element(anchor)) else {
            return;
        };
        place::match_width(&popover, &anchor);
        place::beside(&popover, &anchor, place::Side::Below, place::Align::Start);
    };
    Effect::new(move || {
        listbox.entries.track();
        let Some(element) = popover.get() else { return };
        // Nothing typed and nothing on offer is no list.
        let is_blank = listbox.query.read().trim().is_empty() && listbox.entries.read().is_empty();
        let _ = if listbox.is_open.get() && (loading.get() || !is_blank) {
            element.show_popover()
        } else {
            element.hide_popover()
        };
        request_animation_frame(put);
    });
    Effect::new(move || {
        let id = listbox.active_id();
        let option = id.and_then(|id| document().get_element_by_id(&id));
        if let Some(option) = option {
            let nearest = web_sys::ScrollIntoViewOptions::new();
            nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    });
    place::when_scrolled(move || {
        if listbox.is_open.try_get_untracked() == Some(true) {
            put();
        }
    });
    let line = move |(at, entry): (usize, Entry)| option_line(listbox, at, entry, is_chosen, on_pick);
    let body = move || {
        let entries = listbox.entries.get();
        match (entries.is_empty(), loading.get()) {
            (_, true) => view! { <p class="list-note" role="status">{t(Key::UiLoading)}</p> }.into_any(),
            (true, false) => view! { <p class="list-note" role="status">{t(Key::UiNoMatch)}</p> }.into_any(),
            (false, false) => view! {
                <ul role="listbox" id=listbox.id() aria-label=label>
                    {entries.into_iter().enumerate().map(line).collect_view()}
                </ul>
            }
            .into_any(),
        }
    };
    // A press in the list must not take the focus from the field.
    view! {
        <div class="popover list" popover="manual" node_ref=popover on:pointerdown=|event| event.prevent_default() on:mousedown=|event| event.prevent_default()>
            {move || listbox.is_open.get().then(body)}
        </div>
    }
}

fn option_line(
    listbox: Listbox,
    at: usize,
    entry: Entry,
    is_chosen: Callback<String, bool>,
    on_pick: Callback<Entry>,
) -> impl IntoView {
    let (own, chosen) = match &entry {
        Entry::Pick(choice) => (entry.clone(), is_chosen.run(choice.value.clone())),
        Entry::Create(_) => (entry.clone(), false),
    };
    let words = match entry {
        Entry::Pick(choice) => view! {
            {choice.hue.map(|hue| view! { <tag::Dot hue/> })}
            {choice.glyph.map(|glyph| view! { <Icon glyph/> })}
            <span class="grow clip">{choice.label}</span>
            {choice.detail.map(|detail| view! { <span class="faint small clip">{detail}</span> })}
            {chosen.then(|| view! { <Icon glyph=Glyph::Check/> })}
        }
        .into_any(),
        Entry::Create(name) => view! {
            <Icon glyph=Glyph::Plus/>
            <span class="grow clip">{move || fill(Key::UiCreateNamed, &[("name", &name)])}</span>
        }
        .into_any(),
    };
    view! {
        <li
            role="option"
            id=listbox.option_id(at)
            aria-selected=chosen.to_string()
            class:active=move || listbox.active.get() == at
            on:pointermove=move |_| listbox.active.set(at)
            on:click=move |_| on_pick.run(own.clone())
        >
            {words}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn labels(query: &str, narrowing: Narrowing, taken: &[String]) -> Vec<String> {
        let options = vec![Choice::new(1, "Acme").detail("上海"), Choice::new(2, "远见科技")];
        let show = |entry| match entry {
            Entry::Pick(choice) => choice.label,
            Entry::Create(name) => format!("+{name}"),
        };
        entries(options, query, narrowing, true, taken).into_iter().map(show).collect()
    }

    #[test]
    fn a_whole_list_shows_what_contains_the_words() {
        assert_eq!(labels("", Narrowing::Here, &[]), ["Acme", "远见科技"]);
        assert_eq!(labels("上海", Narrowing::Here, &[]), ["Acme", "+上海"]);
    }

    #[test]
    fn what_is_there_by_name_is_not_offered_to_be_made() {
        assert_eq!(labels("acme", Narrowing::Here, &[]), ["Acme"]);
    }

    #[test]
    fn what_is_taken_is_not_offered_again() {
        assert_eq!(labels("", Narrowing::Elsewhere, &["1".into()]), ["远见科技"]);
    }
}
