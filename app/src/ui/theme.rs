//! Light, dark, or as the system has it.

use leptos::prelude::*;

use super::{live, storage};

const STORED_AS: &str = "kith.theme";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its value in storage and in `data-theme`.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

thread_local! {
    static THEME: ArcRwSignal<Theme> = ArcRwSignal::new(
        storage::read(STORED_AS).as_deref().and_then(Theme::from_name).unwrap_or_default(),
    );
}

/// The choice; tracked.
pub fn theme() -> Theme {
    THEME.with(live::read)
}

/// Changes the colours of the whole app and remembers it on this device.
pub fn choose(theme: Theme) {
    storage::write(STORED_AS, theme.name());
    THEME.with(|signal| signal.set(theme));
}

/// Keeps `<html data-theme>` in step. Called once, by the root component.
pub fn keep_document_in_step() {
    Effect::new(|| {
        let Some(html) = document().document_element() else {
            return;
        };
        let _ = match theme() {
            Theme::System => html.remove_attribute("data-theme"),
            theme => html.set_attribute("data-theme", theme.name()),
        };
    });
}
