//! What the words and names of a column mean, where it is not clear.

use leptos::prelude::*;
use shared::i18n::{Key, Plural};
use shared::imports::{Column, Question, Target, target, word, words_of};
use shared::text::fold;

use super::names::Heard;
use super::wizard::Wizard;
use crate::i18n::{count, fill, locale, text};
use crate::ui::{Button, ButtonKind, Choice, Glyph, IconButton, IconKind, Select};

/// As many open questions of one column are shown at once.
const SHOWN: usize = 12;

/// What was answered in a column, each with the way back to its question.
#[component]
pub fn Answered(wizard: Wizard, at: usize) -> impl IntoView {
    let answered = Memo::new(move |_| {
        let plan = wizard.plan.read();
        let (loaded, column) = (wizard.loaded.get(), plan.columns.get(at));
        let cells = loaded.iter().filter_map(|loaded| loaded.columns.get(at)).flat_map(Column::texts);
        let mut told: Vec<(String, String)> = Vec::new();
        for cell in cells {
            let meaning = column.and_then(|column| column.words.get(&fold(cell)));
            if let Some(meaning) = meaning.filter(|_| !told.iter().any(|(other, _)| fold(other) == fold(cell))) {
                told.push((cell.to_owned(), meaning.clone()));
            }
        }
        told
    });
    let field = move || {
        let plan = wizard.plan.read();
        let key = plan.columns.get(at)?.target.as_deref()?;
        target(wizard.object.get_untracked(), key).filter(|target| target.holds.words().is_some())
    };
    let meant = move |cell: &str, meaning: &str| match field() {
        _ if meaning.is_empty() => text(Key::ImportAnsweredEmpty).to_owned(),
        Some(target) => word(words_of(&target), meaning, locale()).to_owned(),
        None if fold(meaning) == fold(cell) => text(Key::ImportAnsweredNew).to_owned(),
        None => meaning.to_owned(),
    };
    let one = move |(cell, meaning): (String, String)| {
        let (told, label, again) = (cell.clone(), cell.clone(), cell.clone());
        let label = Signal::derive(move || fill(Key::ImportAskAgain, &[("cell", &label)]));
        view! {
            <li>
                <span class="grow"><b>{told}</b> " → " {move || meant(&cell, &meaning)}</span>
                <IconButton kind=IconKind::Small glyph=Glyph::Pencil label on_click=move |()| wizard.ask_again(at, &again)/>
            </li>
        }
    };
    view! {
        <Show when=move || !answered.read().is_empty()>
            <ul class="import-odd answered">{move || answered.get().into_iter().take(SHOWN).map(one).collect_view()}</ul>
        </Show>
    }
}

/// One cell that is none of the field's words, perhaps nearly one.
#[derive(Clone, PartialEq)]
struct Odd {
    cell: String,
    rows: usize,
    near: Option<&'static str>,
}

#[component]
pub fn Words(wizard: Wizard, at: usize) -> impl IntoView {
    let odd = Memo::new(move |_| {
        let questions = wizard.questions.get().into_iter();
        let mine = questions.filter_map(|question| match question {
            Question::Word { column, cell, rows, near } if column == at => Some(Odd { cell, rows, near }),
            _ => None,
        });
        mine.collect::<Vec<_>>()
    });
    let goes_to = move || {
        wizard
            .plan
            .read()
            .columns
            .get(at)
            .and_then(|column| target(wizard.object.get_untracked(), column.target.as_deref()?))
    };
    view! {
        <Show when=move || !odd.read().is_empty()>
            <ul class="import-odd">
                {move || goes_to().map(|target| odd.get().into_iter().take(SHOWN).map(|odd| odd_word(wizard, at, target, odd)).collect_view())}
            </ul>
            {move || more(odd.read().len())}
        </Show>
    }
}

fn more(all: usize) -> Option<impl IntoView> {
    (all > SHOWN).then(|| view! { <p class="small muted">{move || count(Plural::ImportMoreOdd, all - SHOWN)}</p> })
}

fn odd_word(wizard: Wizard, at: usize, target: Target, odd: Odd) -> impl IntoView {
    let field = words_of(&target);
    let Odd { cell, rows, near } = odd;
    let options = Signal::derive(move || {
        let words = target.holds.words().unwrap_or_default();
        words.iter().map(|choice| Choice::new(choice, word(field, choice, locale()))).collect::<Vec<_>>()
    });
    let chosen = RwSignal::new(String::new());
    let (told, label, ours) = (cell.clone(), cell.clone(), cell.clone());
    let accept = near.map(|near| {
        let cell = cell.clone();
        let label = Signal::derive(move || fill(Key::ImportMeans, &[("word", word(field, near, locale()))]));
        view! { <Button label kind=ButtonKind::Primary on_click=move |()| wizard.answer(at, &cell, near)/> }
    });
    view! {
        <li>
            <span class="grow"><b>{told}</b> " " <span class="small muted">{move || count(Plural::ImportRows, rows)}</span></span>
            {accept}
            <Select value=chosen options empty=Key::ImportOtherWord label=Signal::derive(move || fill(Key::ImportMeaningOf, &[("cell", &label)]))
                on_commit=move |word: String| wizard.answer(at, &cell, &word)/>
            <Button label=Key::ImportLeaveEmpty kind=ButtonKind::Quiet on_click=move |()| wizard.answer(at, &ours, "")/>
        </li>
    }
}

/// Names of a column that are nearly known, known twice, or new.
#[component]
pub fn Names(wizard: Wizard, at: usize) -> impl IntoView {
    let heard = Memo::new(move |_| wizard.heard.read().get(&at).cloned());
    let near = Memo::new(move |_| {
        let plan = wizard.plan.read();
        let open = heard
            .get()
            .zip(plan.columns.get(at))
            .map(|(heard, column)| heard.open(column).cloned().collect::<Vec<_>>());
        open.unwrap_or_default()
    });
    view! {
        <ul class="import-odd">
            {move || near.get().into_iter().take(SHOWN).map(|(cell, rows, near)| near_name(wizard, at, cell, rows, near)).collect_view()}
        </ul>
        {move || more(near.read().len())}
        {move || heard.get().map(|heard| summary(wizard, &heard))}
    }
}

fn near_name(wizard: Wizard, at: usize, cell: String, rows: usize, near: String) -> impl IntoView {
    let label = {
        let near = near.clone();
        Signal::derive(move || fill(Key::ImportMeans, &[("word", &near)]))
    };
    let (told, one, other) = (cell.clone(), cell.clone(), cell);
    view! {
        <li>
            <span class="grow"><b>{told}</b> " " <span class="small muted">{move || count(Plural::ImportRows, rows)}</span></span>
            <Button label kind=ButtonKind::Primary on_click=move |()| wizard.answer(at, &one, &near)/>
            <Button label=Key::ImportIsNew on_click=move |()| wizard.answer(at, &other, &other)/>
        </li>
    }
}

/// What becomes of names that nobody has.
fn summary(wizard: Wizard, heard: &Heard) -> impl IntoView + use<> {
    let (new, several) = (heard.unknown.len(), heard.several.len());
    let some: Vec<&str> = heard.unknown.iter().take(3).map(|(cell, _)| cell.as_str()).collect();
    let some = some.join(", ");
    let told = move || {
        let plural = if wizard.create_missing.get() { Plural::ImportNewNames } else { Plural::ImportUnknownNames };
        format!("{} {some}{}", count(plural, new), if new > 3 { "…" } else { "" })
    };
    view! {
        {(new > 0).then(|| view! { <p class="small muted">{told}</p> })}
        {(several > 0).then(|| view! { <p class="small warn">{move || format!("{} {}", count(Plural::ImportSeveral, several), text(Key::ImportSeveralHint))}</p> })}
    }
}
