//! Buttons. A disabled one keeps the focus and says why.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::keys;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    #[default]
    Plain,
    Primary,
    Quiet,
    Danger,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "btn",
            Self::Primary => "btn primary",
            Self::Quiet => "btn quiet",
            Self::Danger => "btn danger",
        }
    }
}

/// A button with words; says what happens.
#[component]
pub fn Button(
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<Glyph>,
    /// The key that does the same, shown in the tooltip: `mod+enter`.
    #[prop(optional)]
    shortcut: Option<&'static str>,
    /// More words for the tooltip; on a disabled button, why it is.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    #[prop(optional, into)] pending: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Submits its form instead of `on_click`.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] on_click: Option<Callback<()>>,
) -> impl IntoView {
    let is_off = move || pending.get() || disabled.get();
    let click = move |event: leptos::ev::MouseEvent| {
        if is_off() {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(());
        }
    };
    view! {
        <button
            class=kind.class()
            type=if submit { "submit" } else { "button" }
            aria-disabled=move || is_off().then_some("true")
            aria-busy=move || pending.get().then_some("true")
            aria-keyshortcuts=shortcut.map(keys::aria)
            data-tip=move || hint.get().or_else(|| shortcut.map(|_| label.get()))
            data-keys=shortcut
            on:click=click
        >
            {move || pending.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
            {icon.map(|glyph| view! { <Icon glyph/> })}
            <span class="btn-label">{label}</span>
        </button>
    }
}

/// A button with a picture only; its label is read out and stands in the tooltip.
#[component]
pub fn IconButton(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] glyph: Signal<Glyph>,
    #[prop(optional)] kind: IconKind,
    #[prop(optional)] shortcut: Option<&'static str>,
    #[prop(optional, into)] pending: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// For a button that stays down.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// A small number at its corner.
    #[prop(optional, into)]
    badge: Signal<usize>,
    #[prop(optional, into)] on_click: Option<Callback<()>>,
) -> impl IntoView {
    let is_off = move || pending.get() || disabled.get();
    let name = move || match badge.get() {
        0 => label.get(),
        count => format!("{} {count}", label.get()),
    };
    let click = move |_| {
        if let Some(on_click) = on_click.filter(|_| !is_off()) {
            on_click.run(());
        }
    };
    view! {
        <button
            class=kind.class()
            type="button"
            aria-label=name
            aria-disabled=move || is_off().then_some("true")
            aria-busy=move || pending.get().then_some("true")
            aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
            aria-keyshortcuts=shortcut.map(keys::aria)
            data-tip=label
            data-keys=shortcut
            on:click=click
        >
            <Icon glyph/>
            {move || (badge.get() > 0).then(|| view! { <span class="badge corner" aria-hidden="true">{badge}</span> })}
        </button>
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IconKind {
    #[default]
    Quiet,
    /// With a border, as large as the buttons beside it.
    Plain,
    /// Inside a chip, a row or a field.
    Small,
}

impl IconKind {
    pub fn class(self) -> &'static str {
        match self {
            Self::Quiet => "btn icon-btn quiet",
            Self::Plain => "btn icon-btn",
            Self::Small => "btn icon-btn quiet small",
        }
    }
}
