//! The first step: what is in the file, and the file.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::imports::OBJECTS;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

use super::reading::Trouble;
use super::wizard::{Reading, Wizard};
use crate::i18n::{fill, t, text};
use crate::ui::field::unique_id;
use crate::ui::{Choice, Glyph, Icon, Progress, RadioGroup};
use crate::{session, words};

#[component]
pub fn ChooseFile(
    wizard: Wizard,
    /// The import is there already; only its file is missing.
    is_bound: Signal<bool>,
) -> impl IntoView {
    let object = RwSignal::new(wizard.object.get_untracked().word().to_owned());
    let options = Signal::derive(|| {
        let may = |object: &&Object| session::can(**object, Action::Import);
        OBJECTS
            .iter()
            .filter(may)
            .map(|object| Choice::new(object.word(), words::objects(*object)).detail(hint(*object)))
            .collect::<Vec<_>>()
    });
    let choose = move |word: String| {
        if let Ok(object) = word.parse() {
            wizard.choose(object);
        }
    };
    let is_reading = move || matches!(*wizard.reading.read(), Reading::Busy(_));
    view! {
        <div class="column">
            <Show when=move || !is_bound.get()>
                <RadioGroup label=Key::ImportWhat value=object options on_change=choose/>
            </Show>
            <Show when=move || is_bound.get()><p class="muted">{t(Key::ImportFileAgain)}</p></Show>
            <Drop wizard/>
            <Show when=is_reading>
                <Progress label=Key::ImportReading value=Signal::derive(move || match *wizard.reading.read() {
                    Reading::Busy(share) => Some(share),
                    _ => None,
                })/>
            </Show>
            {move || match *wizard.reading.read() {
                Reading::Failed(trouble) => view! { <p class="danger" role="alert">{move || told(trouble)}</p> }.into_any(),
                _ => ().into_any(),
            }}
        </div>
    }
}

fn hint(object: Object) -> &'static str {
    text(match object {
        Object::Account => Key::ImportHintAccount,
        Object::Contact => Key::ImportHintContact,
        Object::Product => Key::ImportHintProduct,
        Object::User => Key::ImportHintUser,
        _ => Key::ImportHintOpportunity,
    })
}

/// Why the file cannot be read, and what helps.
pub fn told(trouble: Trouble) -> String {
    match trouble {
        Trouble::Empty => text(Key::ImportTroubleEmpty).to_owned(),
        Trouble::NotText => text(Key::ImportTroubleNotText).to_owned(),
        Trouble::TooManyRows => text(Key::ImportTroubleTooMany).to_owned(),
        Trouble::Unreadable => text(Key::ImportTroubleUnreadable).to_owned(),
        Trouble::Csv(error) => {
            let key = match error.code() {
                "csv_unclosed_quote" => Key::ImportErrorCsvUnclosedQuote,
                _ => Key::ImportErrorCsvCellTooLong,
            };
            fill(key, &[("line", &error.line().to_string())])
        }
    }
}

/// A place to drop the file, which is also the button to choose one.
#[component]
fn Drop(wizard: Wizard) -> impl IntoView {
    let id = unique_id("file");
    let input_id = id.clone();
    let is_over = RwSignal::new(false);
    let drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        is_over.set(false);
        let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            wizard.open(file);
        }
    };
    let change = move |event: leptos::ev::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            wizard.open(file);
        }
        // The same file can be chosen again after it was mended.
        input.set_value("");
    };
    view! {
        <label
            class="drop"
            class:over=is_over
            for=id
            on:dragover=move |event| {
                event.prevent_default();
                is_over.set(true);
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=drop
        >
            <Icon glyph=Glyph::Upload/>
            <span class="strong">{t(Key::ImportDrop)}</span>
            <span class="small muted">{t(Key::ImportDropHint)}</span>
            <input id=input_id type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" on:change=change/>
        </label>
    }
}
