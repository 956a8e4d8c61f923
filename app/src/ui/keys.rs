//! Key bindings: who listens to which key, in one list that `?` shows.

use std::cell::RefCell;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use shared::i18n::Key;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::format;

/// Where a binding holds; the inner scope goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    App,
    Page,
    Panel,
    Dialog,
}

#[derive(Clone)]
pub struct Binding {
    id: u32,
    pub scope: Scope,
    /// `c`, `mod+k`, `shift+enter`, or two in a row: `g d`. `mod` is ⌘ on a Mac, else Ctrl.
    pub combo: &'static str,
    pub label: Key,
    run: Callback<()>,
}

thread_local! {
    static BINDINGS: ArcRwSignal<Vec<Binding>> = ArcRwSignal::new(Vec::new());
    static FIRST: RefCell<Option<(String, i64)>> = const { RefCell::new(None) };
    static AWAITED: RefCell<Option<Awaited>> = const { RefCell::new(None) };
}

/// Bindings that are still being fetched, and the keys that wait for them.
struct Awaited {
    on: &'static str,
    held: Vec<KeyboardEvent>,
}

/// Within this time the second key of `g d` must follow.
const PAIR_MS: i64 = 1200;

/// Binds a key for as long as the component that asks for it lives.
pub fn use_key(scope: Scope, combo: &'static str, label: Key, run: impl Into<Callback<()>>) {
    let run = run.into();
    let id = BINDINGS.with(|signal| {
        let mut bindings = signal.write();
        let id = bindings.last().map_or(0, |last| last.id + 1);
        bindings.push(Binding { id, scope, combo, label, run });
        id
    });
    on_cleanup(move || {
        BINDINGS.with(|signal| signal.update(|bindings| bindings.retain(|binding| binding.id != id)));
    });
}

/// Keys that nobody listens to yet are pressed again once their bindings `are_here`:
/// those pressed on an element that fits the selector, or on nothing.
pub fn wait_for_keys(on: &'static str, are_here: Signal<bool>) {
    AWAITED.set(Some(Awaited { on, held: Vec::new() }));
    Effect::new(move || {
        if are_here.get() {
            // When what came with them is in the page.
            crate::spawn::after(0, || {
                let held = AWAITED.take().map(|awaited| awaited.held);
                held.into_iter().flatten().for_each(|event| press(&event));
            });
        }
    });
    on_cleanup(|| drop(AWAITED.take()));
}

/// Whether the key waits for what is being fetched.
fn hold(event: &KeyboardEvent, combo: &str) -> bool {
    let is_plain =
        combo.chars().count() == 1 || ["space", "enter", "escape"].contains(&combo) || combo.contains("arrow");
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    AWAITED.with_borrow_mut(|awaited| {
        let Some(awaited) = awaited.as_mut().filter(|_| is_plain) else { return false };
        let is_meant =
            target.is_none_or(|target| target.tag_name() == "BODY" || target.matches(awaited.on).unwrap_or_default());
        if is_meant {
            awaited.held.push(event.clone());
        }
        is_meant
    })
}

/// The bindings that hold now, the inner scope first; tracked.
pub fn bindings() -> Vec<Binding> {
    let mut bindings = BINDINGS.with(Get::get);
    shared::order::sort_by_key(&mut bindings, |binding| (std::cmp::Reverse(binding.scope), binding.id));
    bindings
}

/// Starts listening. Called once, by the root component.
pub fn start() {
    let handle = window_event_listener(leptos::ev::keydown, |event| {
        if !event.default_prevented() && !event.is_composing() {
            press(&event);
        }
    });
    on_cleanup(move || handle.remove());
}

fn press(event: &KeyboardEvent) {
    let combo = combo_of(event);
    if is_typing(event) && !holds_while_typing(&combo) {
        return;
    }
    let first = FIRST.take();
    let fresh = first.filter(|(_, at)| format::now().0 - at < PAIR_MS);
    let pair = fresh.map(|(first, _)| format!("{first} {combo}"));
    let bindings = within_reach();
    let is_pair = |binding: &&Binding| pair.as_deref() == Some(binding.combo);
    let found = bindings
        .iter()
        .filter(|binding| binding.combo == combo || is_pair(binding))
        .max_by_key(|binding| (binding.scope, is_pair(binding), binding.id));
    let Some(binding) = found else {
        let opens_pair = bindings.iter().any(|b| b.combo.split_once(' ').is_some_and(|(one, _)| one == combo));
        if opens_pair {
            FIRST.set(Some((combo, format::now().0)));
            event.prevent_default();
        } else if hold(event, &combo) {
            event.prevent_default();
        }
        return;
    };
    event.prevent_default();
    binding.run.run(());
}

/// An open modal dialog takes the keys of everything behind it.
fn within_reach() -> Vec<Binding> {
    let is_modal = document().query_selector("dialog:modal").ok().flatten().is_some();
    let mut bindings = BINDINGS.with(GetUntracked::get_untracked);
    bindings.retain(|binding| !is_modal || binding.scope == Scope::Dialog);
    bindings
}

/// `mod+shift+z`; a sign that needs Shift to type, such as `?`, goes without it.
fn combo_of(event: &KeyboardEvent) -> String {
    let key = match event.key().as_str() {
        " " => "space".to_owned(),
        key => key.to_ascii_lowercase(),
    };
    let is_letter = key.chars().count() > 1 || key.chars().all(char::is_alphabetic);
    let mut combo = String::new();
    if event.ctrl_key() || event.meta_key() {
        combo.push_str("mod+");
    }
    if event.alt_key() {
        combo.push_str("alt+");
    }
    if event.shift_key() && is_letter {
        combo.push_str("shift+");
    }
    combo + &key
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    let is_field = matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT");
    is_field && !is_button_like(&target) || target.is_content_editable()
}

fn is_button_like(target: &Element) -> bool {
    let kind = target.get_attribute("type").unwrap_or_default();
    matches!(kind.as_str(), "checkbox" | "radio" | "button" | "submit" | "range")
}

/// Commands hold in a text field, all but those that edit text.
fn holds_while_typing(combo: &str) -> bool {
    let Some(key) = combo.strip_prefix("mod+") else {
        return combo == "escape";
    };
    !matches!(key, "z" | "shift+z" | "y" | "a" | "c" | "x" | "v" | "b" | "i" | "u" | "backspace")
}

/// The combo as its keys are printed: `Ctrl K`, `⌘ K`.
pub fn printed(combo: &str) -> Vec<String> {
    let is_mac =
        window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac") || platform.starts_with("iP"));
    let key = |key: &str| match key {
        "mod" => if is_mac { "⌘" } else { "Ctrl" }.to_owned(),
        "shift" => "⇧".into(),
        "alt" => if is_mac { "⌥" } else { "Alt" }.into(),
        "enter" => "↵".into(),
        "escape" => "Esc".into(),
        "arrowup" => "↑".into(),
        "arrowdown" => "↓".into(),
        "arrowleft" => "←".into(),
        "arrowright" => "→".into(),
        key if key.chars().count() == 1 => key.to_ascii_uppercase(),
        key => key[..1].to_ascii_uppercase() + &key[1..],
    };
    combo.split([' ', '+']).filter(|part| !part.is_empty()).map(key).collect()
}

/// The combo for `aria-keyshortcuts`: `Control+K`.
pub fn aria(combo: &str) -> String {
    combo.replace("mod+", "Control+").replace("shift+", "Shift+").replace("alt+", "Alt+")
}
