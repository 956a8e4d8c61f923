//! Fields that search while one types: one of many, or many of many.

use leptos::html;
use leptos::prelude::*;
use shared::i18n::Key;
use web_sys::KeyboardEvent;

use super::button::{IconButton, IconKind};
use super::choice::Choice;
use super::field::FieldContext;
use super::icon::Glyph;
use super::listbox::{Entry, Listbox, ListboxPopover, Narrowing};
use super::tag::Chip;
use crate::i18n::text;

/// One of many. `query` is what is typed: with `Narrowing::Elsewhere`, read it to give other `options`.
#[component]
pub fn Combobox(
    chosen: RwSignal<Option<Choice>>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    #[prop(default = Narrowing::Here)] narrowing: Narrowing,
    #[prop(default = RwSignal::new(String::new()))] query: RwSignal<String>,
    #[prop(optional, into)] label: Option<Signal<String>>,
    #[prop(optional, into)] placeholder: Signal<String>,
    #[prop(optional, into)] loading: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// None may be chosen, by the cross.
    #[prop(optional)]
    clearable: bool,
    /// Offers to make what is not in the list.
    #[prop(optional, into)]
    on_create: Option<Callback<String>>,
    #[prop(optional, into)] on_choose: Option<Callback<Option<Choice>>>,
) -> impl IntoView {
    let anchor = NodeRef::<html::Div>::new();
    let none_taken = Signal::stored(Vec::new());
    let listbox = Listbox::new(query, options, narrowing, on_create.is_some(), none_taken);
    let choose = move |choice: Option<Choice>| {
        chosen.set(choice.clone());
        listbox.is_open.set(false);
        query.set(String::new());
        if let Some(on_choose) = on_choose {
            on_choose.run(choice);
        }
    };
    let pick = Callback::new(move |entry| match entry {
        Entry::Pick(choice) => choose(Some(choice)),
        Entry::Create(name) => {
            listbox.is_open.set(false);
            query.set(String::new());
            if let Some(on_create) = on_create {
                on_create.run(name);
            }
        }
    });
    let shown = move || {
        if listbox.is_open.get() && !query.read().is_empty() {
            return query.get();
        }
        chosen.read().as_ref().map(|choice| choice.label.clone()).unwrap_or_default()
    };
    let open = move || {
        listbox.open_at(chosen.read_untracked().as_ref().map(|choice| choice.value.as_str()));
    };
    let is_chosen = move |value: String| chosen.read().as_ref().is_some_and(|choice| choice.value == value);
    let face = Face { label, placeholder, disabled };
    view! {
        <div class="combo" node_ref=anchor>
            <Typed
                face
                listbox
                query
                shown=Signal::derive(shown)
                on_open=Callback::new(move |()| open())
                on_press=Callback::new(move |event| if let Some(entry) = listbox.press(&event) { pick.run(entry) })
            />
            {move || (clearable && chosen.read().is_some() && !disabled.get()).then(|| view! {
                <IconButton kind=IconKind::Small glyph=Glyph::X label=Key::UiClear on_click=move |()| choose(None)/>
            })}
            <ListboxPopover listbox anchor label=face.list_label() loading is_chosen=Callback::new(is_chosen) on_pick=pick/>
        </div>
    }
}

/// Many of many, as chips in the field.
#[component]
pub fn TagInput(
    chosen: RwSignal<Vec<Choice>>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    #[prop(default = Narrowing::Here)] narrowing: Narrowing,
    #[prop(default = RwSignal::new(String::new()))] query: RwSignal<String>,
    #[prop(optional, into)] label: Option<Signal<String>>,
    #[prop(optional, into)] placeholder: Signal<String>,
    #[prop(optional, into)] loading: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_create: Option<Callback<String>>,
    #[prop(optional, into)] on_change: Option<Callback<Vec<Choice>>>,
) -> impl IntoView {
    let anchor = NodeRef::<html::Div>::new();
    let taken = Signal::derive(move || chosen.read().iter().map(|choice| choice.value.clone()).collect::<Vec<_>>());
    let listbox = Listbox::new(query, options, narrowing, on_create.is_some(), taken);
    let change = move |edit: &dyn Fn(&mut Vec<Choice>)| {
        chosen.update(edit);
        if let Some(on_change) = on_change {
            on_change.run(chosen.get_untracked());
        }
    };
    let pick = Callback::new(move |entry| {
        query.set(String::new());
        // The next one is typed for; an open list would lie over what follows.
        listbox.is_open.set(false);
        match entry {
            Entry::Pick(choice) => change(&|chosen| chosen.push(choice.clone())),
            Entry::Create(name) => {
                if let Some(on_create) = on_create {
                    on_create.run(name);
                }
            }
        }
    });
    let press = move |event: KeyboardEvent| {
        if event.key() == "Backspace" && query.read_untracked().is_empty() {
            change(&|chosen| drop(chosen.pop()));
        } else if let Some(entry) = listbox.press(&event) {
            pick.run(entry);
        }
    };
    let chip = move |choice: Choice| {
        let value = StoredValue::new(choice.value);
        let remove = move |()| change(&|chosen| chosen.retain(|choice| choice.value != *value.read_value()));
        view! { <Chip label=choice.label on_remove=remove/> }
    };
    let hint = Signal::derive(move || if chosen.read().is_empty() { placeholder.get() } else { String::new() });
    let face = Face { label, placeholder: hint, disabled };
    view! {
        <div class="combo input tags" node_ref=anchor>
            <For each=move || chosen.get() key=|choice| choice.value.clone() children=chip/>
            <Typed
                face
                listbox
                query
                shown=query
                on_open=Callback::new(move |()| listbox.is_open.set(true))
                on_press=Callback::new(press)
            />
            <ListboxPopover listbox anchor label=face.list_label() loading is_chosen=Callback::new(|_| false) on_pick=pick/>
        </div>
    }
}

/// How the field looks and what it is called.
#[derive(Clone, Copy)]
struct Face {
    label: Option<Signal<String>>,
    placeholder: Signal<String>,
    disabled: Signal<bool>,
}

impl Face {
    fn list_label(self) -> Signal<String> {
        self.label.unwrap_or_else(|| Signal::derive(move || text(Key::UiSuggestions).to_owned()))
    }
}

/// Where one types. Leaving it forgets what was typed and not chosen.
#[component]
fn Typed(
    face: Face,
    listbox: Listbox,
    query: RwSignal<String>,
    #[prop(into)] shown: Signal<String>,
    on_open: Callback<()>,
    on_press: Callback<KeyboardEvent>,
) -> impl IntoView {
    let field = FieldContext::find();
    view! {
        <input
            class="input"
            id=field.id.clone()
            role="combobox"
            autocomplete="off"
            aria-autocomplete="list"
            aria-expanded=move || listbox.is_open.get().to_string()
            aria-controls=listbox.id()
            aria-activedescendant=move || listbox.active_id()
            aria-label=face.label
            aria-describedby=field.described_by
            aria-invalid=field.aria_invalid()
            required=field.is_required
            placeholder=face.placeholder
            disabled=face.disabled
            prop:value=shown
            on:input:target=move |event| {
                query.set(event.target().value());
                listbox.is_open.set(true);
            }
            on:focus:target=|event| event.target().select()
            on:click=move |_| on_open.run(())
            on:blur=move |_| {
                listbox.is_open.set(false);
                query.set(String::new());
            }
            on:keydown=move |event| on_press.run(event)
        />
    }
}
