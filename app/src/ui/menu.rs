//! Menus: a button and the commands under it.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::button::IconKind;
use super::dialog::within;
use super::field::unique_id;
use super::icon::{Glyph, Icon};
use super::place::{self, Align, Side};
use super::tag::Kbd;

/// A button that opens its `MenuItem`s. With a glyph and no `show_label`, the button is a picture only.
#[component]
pub fn Menu(
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] glyph: Option<Signal<Glyph>>,
    /// Words on the button, with an arrow.
    #[prop(optional)]
    show_label: bool,
    #[prop(default = "btn quiet")] class: &'static str,
    #[prop(default = Align::Start)] align: Align,
    children: ChildrenFn,
) -> impl IntoView {
    let id = unique_id("menu");
    let button = NodeRef::<html::Button>::new();
    let popover = NodeRef::<html::Div>::new();
    let is_open = RwSignal::new(false);
    let list = Opened { button, popover, is_open, align };
    place::when_scrolled(move || list.put());
    let is_picture = glyph.is_some() && !show_label;
    let name_if_picture = move || is_picture.then(|| label.get());
    view! {
        <button
            type="button"
            class=if is_picture { IconKind::Quiet.class() } else { class }
            popovertarget=id.clone()
            aria-haspopup="menu"
            aria-expanded=move || is_open.get().to_string()
            aria-label=name_if_picture
            data-tip=name_if_picture
            node_ref=button
        >
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {(!is_picture).then(|| view! { <span class="btn-label">{label}</span> <Icon glyph=Glyph::ChevronDown/> })}
        </button>
        <div
            class="popover menu"
            popover="auto"
            role="menu"
            id=id
            aria-label=label
            node_ref=popover
            on:toggle=move |event| list.toggled(&event)
            on:keydown=move |event| list.press(&event)
            on:click=move |event| {
                // A chosen item closes the menu, also one that its choice disabled; a click between items does not.
                if within(&event, "[role^=menuitem]").is_some() {
                    list.close();
                }
            }
        >
            <Show when=move || is_open.get()>{children()}</Show>
        </div>
    }
}

/// The list of a menu and the button it belongs to.
#[derive(Clone, Copy)]
struct Opened {
    button: NodeRef<html::Button>,
    popover: NodeRef<html::Div>,
    is_open: RwSignal<bool>,
    align: Align,
}

impl Opened {
    /// The list, unless what was chosen has already taken the menu away.
    fn list(self) -> Option<web_sys::HtmlDivElement> {
        self.popover.try_get_untracked().flatten()
    }

    fn put(self) {
        let is_open = self.is_open.try_get_untracked() == Some(true);
        let button = self.button.try_get_untracked().flatten();
        if let (true, Some(popover), Some(button)) = (is_open, self.list(), button) {
            place::beside(&popover, &button, Side::Below, self.align);
        }
    }

    fn close(self) {
        if let Some(popover) = self.list() {
            let _ = popover.hide_popover();
        }
    }

    fn toggled(self, event: &web_sys::Event) {
        let opens = event.dyn_ref::<web_sys::ToggleEvent>().is_some_and(|event| event.new_state() == "open");
        let _ = self.is_open.try_set(opens);
        // Its items are made only now, so its size is known on the next frame.
        request_animation_frame(move || {
            self.put();
            if let Some(popover) = self.list().filter(|_| opens) {
                focus_item(&popover, Step::First);
            }
        });
    }

    fn press(self, event: &KeyboardEvent) {
        let Some(popover) = self.list() else {
            return;
        };
        let step = match event.key().as_str() {
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Previous,
            "Home" => Step::First,
            "End" => Step::Last,
            "Tab" => return self.close(),
            _ => return,
        };
        event.prevent_default();
        focus_item(&popover, step);
    }
}

enum Step {
    First,
    Last,
    Next,
    Previous,
}

fn focus_item(menu: &HtmlElement, step: Step) {
    let Ok(items) = menu.query_selector_all("[role^=menuitem]") else {
        return;
    };
    let items: Vec<HtmlElement> = (0..items.length()).filter_map(|at| items.get(at)?.dyn_into().ok()).collect();
    let Some(last) = items.len().checked_sub(1) else {
        return;
    };
    let active = document().active_element();
    let at = items.iter().position(|item| Some(item.as_ref()) == active.as_ref());
    let to = match (step, at) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Previous, None) => last,
        (Step::Next, Some(at)) => (at + 1) % items.len(),
        (Step::Previous, Some(at)) => at.checked_sub(1).unwrap_or(last),
    };
    let _ = items[to].focus();
}

/// A command.
#[component]
pub fn MenuItem(
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] glyph: Option<Glyph>,
    #[prop(optional)] shortcut: Option<&'static str>,
    #[prop(optional)] danger: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Why it is disabled, or what it does.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// For a choice that holds: a tick in front.
    #[prop(optional, into)]
    checked: Option<Signal<bool>>,
    #[prop(into)] on_choose: Callback<()>,
) -> impl IntoView {
    let mark = move || {
        checked.map(|checked| {
            view! {
                <span class="menu-mark">{move || checked.get().then(|| view! { <Icon glyph=Glyph::Check/> })}</span>
            }
        })
    };
    view! {
        <button
            type="button"
            tabindex="-1"
            role=if checked.is_some() { "menuitemradio" } else { "menuitem" }
            aria-checked=move || checked.map(|checked| checked.get().to_string())
            class:danger=danger
            aria-disabled=move || disabled.get().then_some("true")
            data-tip=hint
            on:click=move |event| {
                if disabled.get_untracked() {
                    // The menu, which would close, does not hear of it.
                    event.stop_propagation();
                } else {
                    on_choose.run(());
                }
            }
        >
            {mark()}
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            <span class="grow">{label}</span>
            {shortcut.map(|combo| view! { <Kbd combo/> })}
        </button>
    }
}

/// A way to another page.
#[component]
pub fn MenuLink(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] glyph: Option<Glyph>,
    /// A file of the server's, not a page of the app.
    #[prop(optional)]
    download: bool,
) -> impl IntoView {
    view! {
        <a role="menuitem" tabindex="-1" href=href download=download.then_some("")>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            <span class="grow">{label}</span>
        </a>
    }
}

/// A line between groups, or a heading of one.
#[component]
pub fn MenuSection(#[prop(optional, into)] label: Option<Signal<String>>) -> impl IntoView {
    match label {
        Some(label) => view! { <div class="menu-heading" role="presentation">{label}</div> }.into_any(),
        None => view! { <hr role="separator"/> }.into_any(),
    }
}
