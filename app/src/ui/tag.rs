//! Small marks: tags, chips, badges, avatars, keys.

use leptos::prelude::*;
use shared::i18n::Key;

use super::button::{IconButton, IconKind};
use super::icon::Glyph;
use super::{format, keys};
use crate::i18n::fill;

/// One of the twelve colours of stages, tags and avatars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hue(u8);

impl Hue {
    pub const COUNT: u8 = 12;

    /// Colour 1 to 12; whatever else is wrapped into them.
    pub fn new(number: u8) -> Self {
        Self((number.max(1) - 1) % Self::COUNT + 1)
    }

    /// The same colour for the same id, everywhere.
    pub fn of(id: &str) -> Self {
        // FNV-1a: ids made in one second still differ.
        let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let [at, ..] = (hash % u32::from(Self::COUNT)).to_le_bytes();
        Self(at + 1)
    }

    pub fn all() -> impl Iterator<Item = Self> {
        (1..=Self::COUNT).map(Self)
    }

    pub fn number(self) -> u8 {
        self.0
    }

    /// Sets `--hue` and `--hue-soft` for an element.
    pub fn class(self) -> &'static str {
        ["hue-1", "hue-2", "hue-3", "hue-4", "hue-5", "hue-6", "hue-7", "hue-8", "hue-9", "hue-10", "hue-11", "hue-12"]
            [usize::from(self.0 - 1)]
    }
}

/// What a tag says about its thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Good,
    Warn,
    Bad,
    Info,
    Hue(Hue),
}

impl Tone {
    fn class(self) -> String {
        match self {
            Self::Neutral => "tag".into(),
            Self::Good => "tag good".into(),
            Self::Warn => "tag warn".into(),
            Self::Bad => "tag bad".into(),
            Self::Info => "tag info".into(),
            Self::Hue(hue) => format!("tag hue {}", hue.class()),
        }
    }
}

/// A word or two about a thing.
#[component]
pub fn Tag(#[prop(into)] label: Signal<String>, #[prop(optional, into)] tone: Signal<Tone>) -> impl IntoView {
    view! { <span class=move || tone.get().class()>{label}</span> }
}

/// The colour of a stage beside its name.
#[component]
pub fn Dot(#[prop(into)] hue: Signal<Hue>) -> impl IntoView {
    view! { <span class=move || format!("dot {}", hue.get().class()) aria-hidden="true"></span> }
}

/// A condition or a choice that can be taken away.
#[component]
pub fn Chip(
    #[prop(into)] label: Signal<String>,
    /// What the label is set to, in strong.
    #[prop(optional, into)]
    value: Signal<Option<String>>,
    #[prop(optional, into)] on_click: Option<Callback<()>>,
    #[prop(optional, into)] on_remove: Option<Callback<()>>,
) -> impl IntoView {
    let words = move || view! { {label} {move || value.get().map(|value| view! { " " <b>{value}</b> })} };
    let whole = move || format!("{} {}", label.get(), value.get().unwrap_or_default());
    view! {
        <span class="chip">
            {match on_click {
                Some(on_click) => view! {
                    <button type="button" class="chip-words" on:click=move |_| on_click.run(())>{words()}</button>
                }.into_any(),
                None => view! { <span class="chip-words">{words()}</span> }.into_any(),
            }}
            {on_remove.map(|on_remove| view! {
                <IconButton
                    kind=IconKind::Small
                    glyph=Glyph::X
                    label=move || fill(Key::UiRemoveNamed, &[("name", whole().trim())])
                    on_click=on_remove
                />
            })}
        </span>
    }
}

/// A count beside a name; says what it counts to those who listen.
#[component]
pub fn Badge(
    #[prop(into)] count: Signal<usize>,
    #[prop(optional, into)] label: Option<Signal<String>>,
    /// Asks to be looked at.
    #[prop(optional)]
    hot: bool,
) -> impl IntoView {
    let number = move || format::number(i64::try_from(count.get()).unwrap_or(i64::MAX));
    view! {
        <span class="badge" class:hot=hot>
            {number}
            {label.map(|label| view! { <span class="hidden">" "{label}</span> })}
        </span>
    }
}

/// Who: initials on the colour of an id.
#[component]
pub fn Avatar(
    #[prop(into)] id: Signal<String>,
    #[prop(into)] name: Signal<String>,
    /// 26 px instead of 20.
    #[prop(optional)]
    large: bool,
    /// The name stands beside it anyway.
    #[prop(optional)]
    decorative: bool,
) -> impl IntoView {
    let name_if_read = move || (!decorative).then(|| name.get());
    view! {
        <span
            class=move || format!("ava {}", Hue::of(&id.read()).class())
            class:large=large
            role=(!decorative).then_some("img")
            aria-hidden=decorative.then_some("true")
            aria-label=name_if_read
            data-tip=name_if_read
        >
            {move || format::initials(&name.read())}
        </span>
    }
}

/// A key or several, as they are printed.
#[component]
pub fn Kbd(#[prop(into)] combo: Signal<String>) -> impl IntoView {
    view! {
        <span class="keys">
            {move || keys::printed(&combo.read()).into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_view()}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn an_id_keeps_its_colour_and_ids_spread_over_all() {
        assert_eq!(Hue::of("0197"), Hue::of("0197"));
        let hues: std::collections::HashSet<_> = (0..200).map(|id| Hue::of(&format!("0197-{id}"))).collect();
        assert_eq!(hues.len(), usize::from(Hue::COUNT));
    }

    #[test]
    fn a_number_beyond_the_twelve_is_wrapped_into_them() {
        assert_eq!([0, 1, 12, 13].map(|number| Hue::new(number).number()), [1, 1, 12, 1]);
    }
}
