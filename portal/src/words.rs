//! The reader's language, and texts that follow it.

use leptos::prelude::*;
use shared::i18n::{Key, Locale, replace};

use crate::storage;

const STORED_AS: &str = "kith.portal.locale";

thread_local! {
    static LOCALE: ArcRwSignal<Locale> = ArcRwSignal::new(preferred());
}

/// The stored choice, else what the browser asks for.
fn preferred() -> Locale {
    if let Some(locale) = storage::read(STORED_AS).as_deref().and_then(Locale::from_tag) {
        return locale;
    }
    let languages = window().navigator().languages();
    languages.iter().find_map(|tag| Locale::from_tag(&tag.as_string()?)).unwrap_or_default()
}

/// The language now; tracked.
pub fn locale() -> Locale {
    LOCALE.with(Get::get)
}

pub fn locale_now() -> Locale {
    LOCALE.with(GetUntracked::get_untracked)
}

/// Switches the language, and remembers it on this device.
pub fn choose(locale: Locale) {
    storage::write(STORED_AS, locale.tag());
    LOCALE.with(|signal| signal.set(locale));
}

/// Keeps `<html lang>` and the title in step. Called once.
pub fn keep_document_in_step() {
    Effect::new(|| {
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute("lang", locale().tag());
        }
    });
}

/// A text that follows the language.
pub fn t(key: Key) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || text(key)
}

/// The text now; tracked.
pub fn text(key: Key) -> &'static str {
    key.of_portal(locale())
}

/// The text with its placeholders filled; tracked.
pub fn fill(key: Key, values: &[(&str, &str)]) -> String {
    replace(text(key), values)
}
