//! Dialogs, sheets and the panel at the side, all on `<dialog>`: it keeps the
//! focus inside and gives it back.

use leptos::html;
use leptos::prelude::*;
use shared::i18n::Key;
use wasm_bindgen::JsCast;

use super::button::IconButton;
use super::field::unique_id;
use super::icon::Glyph;
use super::keys::{Scope, use_key};
use super::media;

/// Asks for something before anything else goes on.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// 720 px instead of 480.
    #[prop(optional)]
    wide: bool,
    /// Its buttons, the primary one last.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    /// However it was closed.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    children: ChildrenFn,
) -> impl IntoView {
    let class = if wide { "dialog wide" } else { "dialog" };
    modal(class, open, title, footer, on_close, children)
}

/// Choices that come from below on a phone; a small dialog elsewhere.
#[component]
pub fn Sheet(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] on_close: Option<Callback<()>>,
    children: ChildrenFn,
) -> impl IntoView {
    modal("dialog sheet", open, title, None, on_close, children)
}

fn modal(
    class: &'static str,
    open: RwSignal<bool>,
    title: Signal<String>,
    footer: Option<ViewFn>,
    on_close: Option<Callback<()>>,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let title_id = StoredValue::new(unique_id("dialog"));
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if open.get() && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let closed = move |_| {
        open.set(false);
        if let Some(on_close) = on_close {
            on_close.run(());
        }
    };
    view! {
        <dialog class=class aria-labelledby=title_id.get_value() node_ref=dialog on:close=closed on:pointerdown=move |event| {
            // The backdrop is the dialog's own, its content is not.
            if event.target() == event.current_target() {
                open.set(false);
            }
        }>
            <Show when=move || open.get()>
                <div class="dialog-body">
                    <header class="bar">
                        <h2 class="grow clip" id=title_id.get_value()>{title}</h2>
                    </header>
                    <div class="dialog-content">{children()}</div>
                    {footer.clone().map(|footer| view! { <footer class="dialog-footer">{footer.run()}</footer> })}
                    // Last, so that the first field has the focus when the dialog opens.
                    <span class="dialog-close">
                        <IconButton glyph=Glyph::X label=Key::UiClose shortcut="escape" on_click=move |()| open.set(false)/>
                    </span>
                </div>
            </Show>
        </dialog>
    }
}

/// A record beside its list: over the right side, the whole of a phone.
///
/// The list behind stays usable on a desktop, so this is no modal there.
#[component]
pub fn Drawer(
    #[prop(into)] open: Signal<bool>,
    /// Its name for those who listen.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] on_close: Callback<()>,
    /// 640 px instead of 480.
    #[prop(optional)]
    wide: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) if untrack(media::is_phone) => drop(dialog.show_modal()),
            (true, false) => dialog.show(),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            class="panel"
            class:wide=wide
            aria-label=label
            node_ref=dialog
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                on_close.run(());
            }
        >
            <Show when=move || open.get()>
                <EscapeCloses on_close/>
                {children()}
            </Show>
        </dialog>
    }
}

#[component]
fn EscapeCloses(on_close: Callback<()>) -> impl IntoView {
    use_key(Scope::Panel, "escape", Key::UiClose, on_close);
}

/// The head of a `Drawer`: title, what can be done, and the way out.
#[component]
pub fn DrawerHeader(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(optional, into)] lead: Option<ViewFn>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="bar">
            {lead.map(|lead| lead.run())}
            <h2 class="grow clip">{title}</h2>
            {children.map(|children| children())}
            <IconButton glyph=Glyph::X label=Key::UiClose shortcut="escape" on_click=on_close/>
        </header>
    }
}

/// The element an event happened in, if it lies within `selector`.
pub fn within(event: &web_sys::Event, selector: &str) -> Option<web_sys::Element> {
    event.target()?.dyn_into::<web_sys::Element>().ok()?.closest(selector).ok()?
}
