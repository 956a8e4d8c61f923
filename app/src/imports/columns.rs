//! The second step: how the file was read, where its columns go, what its
//! words mean, and what stands where it is silent.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::{Key, Plural};
use shared::import::encoding::Encoding;
use shared::imports::{Question, label, target};

use super::column::ColumnCard;
use super::reading::{How, Loaded};
use super::rules::Rules;
use super::sending;
use super::wizard::{Sending, Wizard};
use crate::i18n::{count, fill, locale, t, text};
use crate::links;
use crate::ui::{Button, ButtonKind, Choice, Field, Glyph, Icon, Progress, Scope, Select, format, use_key};

/// As many rows stand in the preview.
const PREVIEW: usize = 5;

#[component]
pub fn Columns(wizard: Wizard) -> impl IntoView {
    let ids = Memo::new(move |_| {
        let plan = wizard.plan.read();
        // A new file brings new cards, a changed column keeps its own.
        plan.columns.iter().map(|column| column.header.clone()).enumerate().collect::<Vec<_>>()
    });
    let object = wizard.object;
    view! {
        <div class="column wide">
            <section class="section">
                <h2>{move || wizard.loaded.get().map(|loaded| read_told(&loaded))}</h2>
                <HowRead wizard/>
                {move || wizard.loaded.get().map(|loaded| preview(&loaded))}
            </section>
            <section class="section" aria-label=t(Key::ImportColumns)>
                <h2>{t(Key::ImportColumns)}</h2>
                <p class="muted">{t(Key::ImportColumnsText)}</p>
                <ul class="import-columns">
                    {move || {
                        object.track();
                        ids.get().into_iter().map(|(at, header)| view! { <ColumnCard wizard at header/> }).collect_view()
                    }}
                </ul>
            </section>
            {move || view! { <Rules wizard object=object.get()/> }}
            <Footer wizard/>
        </div>
    }
}

fn read_told(loaded: &Loaded) -> String {
    count(Plural::ImportRows, loaded.records.len())
}

/// Encoding and delimiter, found and changeable.
#[component]
fn HowRead(wizard: Wizard) -> impl IntoView {
    let loaded = wizard.loaded.get_untracked();
    let encoding = RwSignal::new(loaded.as_ref().map(|loaded| loaded.encoding.label().to_owned()).unwrap_or_default());
    let delimiter = RwSignal::new(loaded.as_ref().map(|loaded| loaded.delimiter.to_string()).unwrap_or_default());
    let encodings = Signal::derive(|| {
        Encoding::ALL
            .iter()
            .map(|encoding| Choice::new(encoding.label(), encoding.label().to_uppercase()))
            .collect::<Vec<_>>()
    });
    let delimiters = Signal::derive(|| {
        let named =
            [(",", Key::ImportComma), (";", Key::ImportSemicolon), ("\t", Key::ImportTab), ("|", Key::ImportPipe)];
        named.map(|(mark, key)| Choice::new(mark, text(key))).to_vec()
    });
    let again = move |_: String| {
        let word = encoding.get_untracked();
        let encoding = Encoding::ALL.into_iter().find(|encoding| encoding.label() == word);
        wizard.read_as(How { encoding, delimiter: delimiter.get_untracked().chars().next() });
    };
    let doubt = move || {
        let loaded = wizard.loaded.get()?;
        let key = if loaded.is_lossy { Key::ImportLossy } else { Key::ImportUnsure };
        (loaded.is_lossy || !loaded.is_sure).then_some(key)
    };
    view! {
        <div class="row wrap import-how">
            <Field label=Key::ImportEncoding><Select value=encoding options=encodings on_commit=again/></Field>
            <Field label=Key::ImportDelimiter><Select value=delimiter options=delimiters on_commit=again/></Field>
            {move || doubt().map(|key| view! { <p class="warn" role="status"><Icon glyph=Glyph::TriangleAlert/>{t(key)}</p> })}
        </div>
    }
}

/// The first rows, as they were read.
fn preview(loaded: &Arc<Loaded>) -> impl IntoView + use<> {
    let head =
        loaded.columns.iter().map(|column| view! { <th scope="col">{column.header.clone()}</th> }).collect_view();
    let width = loaded.columns.len();
    let rows = loaded.records.iter().take(PREVIEW).map(|record| {
        let cells =
            (0..width).map(|at| view! { <td>{record.get(at).unwrap_or_default().to_owned()}</td> }).collect_view();
        view! { <tr>{cells}</tr> }
    });
    view! {
        // Scrolled by keyboard too.
        <div class="table-room import-preview" tabindex="0" role="region" aria-label=t(Key::ImportPreview)>
            <table class="table"><thead><tr>{head}</tr></thead><tbody>{rows.collect_view()}</tbody></table>
        </div>
    }
}

/// What is left to say, and the button that sends.
#[component]
fn Footer(wizard: Wizard) -> impl IntoView {
    let questions = wizard.questions;
    let missing = Memo::new(move |_| missing(wizard.object.get(), &questions.read()));
    let guesses = Memo::new(move |_| open(wizard, &questions.read()));
    let is_sending = Memo::new(move |_| matches!(*wizard.sending.read(), Sending::Busy { .. }));
    let may = Memo::new(move |_| missing.read().is_empty() && !blocks(&questions.read()));
    let send = move || {
        if may.get_untracked() && !is_sending.get_untracked() {
            sending::send(wizard);
        }
    };
    use_key(Scope::Page, "mod+enter", Key::ImportCheckRows, send);
    view! {
        <div class="import-footer">
            <div class="grow" role="status">
                {move || match wizard.sending.get() {
                    Sending::Busy { sent, of } => sending_bar(sent, of).into_any(),
                    Sending::Failed(words) => view! { <p class="danger" role="alert">{words}</p> }.into_any(),
                    Sending::Nothing if !missing.read().is_empty() => view! { <p class="danger">{move || fill(Key::ImportMissing, &[("fields", &missing.get())])}</p> }.into_any(),
                    Sending::Nothing if blocks(&questions.read()) => view! { <p class="warn">{t(Key::ImportQuestionsBlock)}</p> }.into_any(),
                    Sending::Nothing if guesses.get() > 0 => view! { <p class="warn">{move || count(Plural::ImportQuestions, guesses.get())}</p> }.into_any(),
                    Sending::Nothing => view! { <p class="muted">{t(Key::ImportReady)}</p> }.into_any(),
                }}
            </div>
            <a class="btn" href=links::new_import on:click=move |event| {
                event.prevent_default();
                wizard.loaded.set(None);
            }>{t(Key::ImportOtherFile)}</a>
            <Button kind=ButtonKind::Primary label=Key::ImportCheckRows shortcut="mod+enter" pending=is_sending
                disabled=Signal::derive(move || !may.get()) on_click=move |()| send()/>
        </div>
    }
}

fn sending_bar(sent: usize, of: usize) -> impl IntoView {
    #[expect(clippy::cast_precision_loss, reason = "a share of a bar")]
    let share = sent as f64 / of.max(1) as f64;
    let words = move || {
        let number = |n: usize| format::number(i64::try_from(n).unwrap_or(0));
        fill(Key::ImportSending, &[("sent", &number(sent)), ("of", &number(of))])
    };
    view! { <Progress label=Signal::derive(words) value=Signal::derive(move || Some(share))/> }
}

/// A date or a number that could mean two things is asked before anything else.
fn blocks(questions: &[Question]) -> bool {
    questions.iter().any(|question| matches!(question, Question::Date { .. } | Question::Mark { .. }))
}

/// What nothing fills, in the reader's words.
fn missing(object: Object, questions: &[Question]) -> String {
    let names = questions.iter().filter_map(|question| match question {
        Question::Missing { target: key } => target(object, key).map(|target| label(object, &target, locale())),
        _ => None,
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Cells that nobody has given a meaning; their rows will be wrong.
fn open(wizard: Wizard, questions: &[Question]) -> usize {
    let words = questions.iter().filter(|question| matches!(question, Question::Word { .. })).count();
    let plan = wizard.plan.read();
    let heard = wizard.heard.read();
    let near: usize =
        heard.iter().filter_map(|(at, heard)| plan.columns.get(*at).map(|column| heard.open(column).count())).sum();
    words + near
}
