//! The reader's language: which one it is, and texts that follow it.

use std::cell::Cell;

use leptos::prelude::*;
use shared::i18n::{self, Key, Locale, Plural, Volume};

use crate::parts::Missing;
use crate::ui::{live, storage};

const STORED_AS: &str = "kith.locale";

thread_local! {
    // Not a context: formats and texts are also asked for in event handlers, which have no owner.
    static LOCALE: ArcRwSignal<Locale> = ArcRwSignal::new(preferred());
    /// What was chosen last: its words may still be on their way.
    static WANTED: Cell<Locale> = Cell::new(Locale::default());
    static IS_READY: ArcRwSignal<bool> = ArcRwSignal::new(cfg!(not(feature = "split")));
    static LATER_IS_HERE: ArcRwSignal<bool> = ArcRwSignal::new(cfg!(not(feature = "split")));
}

/// The stored choice, else what the browser asks for.
fn preferred() -> Locale {
    if let Some(locale) = storage::read(STORED_AS).as_deref().and_then(Locale::from_tag) {
        return locale;
    }
    let languages = window().navigator().languages();
    let known = languages.iter().find_map(|tag| Locale::from_tag(&tag.as_string()?));
    known.unwrap_or_default()
}

/// The language now; tracked.
pub fn locale() -> Locale {
    LOCALE.with(live::read)
}

/// Switches the language of the whole app and remembers it on this device.
pub fn choose(locale: Locale) {
    storage::write(STORED_AS, locale.tag());
    speak(locale);
}

/// The first words can be shown; tracked.
pub fn is_ready() -> bool {
    IS_READY.with(live::read)
}

/// Fetches the first words. Called once, by the root component.
pub fn start() {
    speak(untrack(locale));
}

/// Switches once the words are here, and keeps on asking for them: without words there is no page to say so.
fn speak(locale: Locale) {
    const AGAIN_MS: u64 = 2_000;
    WANTED.set(locale);
    crate::spawn::local(async move {
        let are_here = fetch(locale).await.is_ok();
        // Meanwhile the reader may have chosen another.
        if !are_here && WANTED.get() == locale {
            crate::spawn::after(AGAIN_MS, move || {
                if WANTED.get() == locale {
                    speak(locale);
                }
            });
        }
    });
}

/// The first page is shown as soon as it has words; who changes the language later gets all of it at once.
async fn fetch(locale: Locale) -> Result<(), Missing> {
    words_of(locale, Volume::First).await?;
    if WANTED.get() == locale && !LATER_IS_HERE.with(GetUntracked::get_untracked) {
        change_to(locale);
    }
    words_of(locale, Volume::Later).await?;
    if WANTED.get() == locale {
        LATER_IS_HERE.with(|signal| signal.set(true));
        change_to(locale);
    }
    Ok(())
}

/// Said again, it would have every text of the page written anew.
fn change_to(new: Locale) {
    if untrack(locale) != new {
        LOCALE.with(|signal| signal.set(new));
    }
    if !untrack(is_ready) {
        IS_READY.with(|signal| signal.set(true));
    }
}

#[cfg(not(feature = "split"))]
fn words_of(_: Locale, _: Volume) -> std::future::Ready<Result<(), Missing>> {
    std::future::ready(Ok(()))
}

#[cfg(feature = "split")]
async fn words_of(locale: Locale, volume: Volume) -> Result<(), Missing> {
    use leptos::wasm_split::wasm_split;

    macro_rules! table {
        ($part:ident, $table:ident) => {{
            #[wasm_split($part, wasm_split_path = leptos::wasm_split, fallible)]
            fn $part() -> Result<&'static str, Missing> {
                Ok(i18n::$table)
            }
            $part().await?
        }};
    }
    let table = match (locale, volume) {
        (Locale::ZhCn, Volume::First) => table!(chinese, ZH_CN),
        (Locale::ZhCn, Volume::Later) => table!(chinese_later, ZH_CN_LATER),
        (Locale::En, Volume::First) => table!(english, EN),
        (Locale::En, Volume::Later) => table!(english_later, EN_LATER),
    };
    locale.learn(volume, table);
    Ok(())
}

/// Keeps `<html lang>` in step. Called once, by the root component.
pub fn keep_document_in_step() {
    Effect::new(|| {
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute("lang", locale().tag());
        }
    });
}

/// A text that follows the language, as a child or an attribute: `{t(Key::NavToday)}`.
pub fn t(key: Key) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || text(key)
}

/// The text now; tracked.
pub fn text(key: Key) -> &'static str {
    await_later(key);
    key.text(locale())
}

/// A text that is still on its way is asked for again when it is here.
fn await_later(key: Key) {
    if key.text(locale()).is_empty() {
        LATER_IS_HERE.with(live::read);
    }
}

/// The text with its placeholders filled; tracked.
pub fn fill(key: Key, values: &[(&str, &str)]) -> String {
    await_later(key);
    i18n::fill(locale(), key, values)
}

/// The text for `n` things; tracked.
pub fn count(plural: Plural, n: usize) -> String {
    await_later(plural.keys().1);
    i18n::count(locale(), plural, u64::try_from(n).unwrap_or(u64::MAX), &[])
}

/// The text of a name that is only known at run time, such as `field.account.name`;
/// the name itself where the catalogue has none. Tracked.
pub fn named(name: &str) -> String {
    Key::from_name(name).map_or_else(|| name.to_owned(), |key| text(key).to_owned())
}

#[doc(hidden)]
pub struct FromKey;

/// Lets a component's `#[prop(into)] label: Signal<String>` take a key.
impl IntoReactiveValue<Signal<String>, FromKey> for Key {
    fn into_reactive_value(self) -> Signal<String> {
        Signal::derive(move || text(self).to_owned())
    }
}

impl IntoReactiveValue<Signal<Option<String>>, FromKey> for Key {
    fn into_reactive_value(self) -> Signal<Option<String>> {
        Signal::derive(move || Some(text(self).to_owned()))
    }
}
