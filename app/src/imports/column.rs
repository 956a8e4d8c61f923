//! One column of the file: what stands in it, where it goes, what it leaves open.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::import::dates::DateForm;
use shared::import::numbers::Mark;
use shared::imports::{ColumnPlan, Holds, Part, Question, Target, label, target, targets};

use super::values::{Answered, Names, Words};
use super::wizard::Wizard;
use crate::i18n::{fill, locale, named, t, text};
use crate::ui::{Choice, Field, SegmentedControl, Select, Tag, Tone, format};

const SAMPLES: usize = 3;

#[component]
pub fn ColumnCard(wizard: Wizard, at: usize, header: String) -> impl IntoView {
    let object = wizard.object.get_untracked();
    let plan = Memo::new(move |_| wizard.plan.read().columns.get(at).cloned().unwrap_or_default());
    let goes_to = Memo::new(move |_| plan.read().target.as_deref().and_then(|key| target(object, key)));
    let chosen = RwSignal::new(plan.get_untracked().target.unwrap_or_default());
    let options = Signal::derive(move || options(object, &wizard.plan.read().columns, at));
    let called =
        if header.is_empty() { fill(Key::ImportColumnNumber, &[("n", &(at + 1).to_string())]) } else { header };
    let select_label = {
        let called = called.clone();
        Signal::derive(move || fill(Key::ImportGoesTo, &[("column", &called)]))
    };
    let why = move || wizard.why.read().get(at).copied().flatten().filter(|_| goes_to.read().is_some());
    let is_left_out = move || goes_to.read().is_none();
    view! {
        <li class="import-column" class:left-out=is_left_out>
            <div class="import-source">
                <span class="strong clip">{called}</span>
                <span class="small muted clip">{move || samples(wizard, at)}</span>
                <span class="small faint">{move || filled(wizard, at)}</span>
            </div>
            <div class="import-target">
                <Select value=chosen options label=select_label empty=Key::ImportLeaveOut
                    on_commit=move |key: String| wizard.send_to(at, &key)/>
                {move || why().map(|(score, why)| {
                    let tone = if score < 60 { Tone::Warn } else { Tone::Neutral };
                    view! { <Tag tone label=Signal::derive(move || named(&format!("import.why.{}", why.code())))/> }
                })}
            </div>
            {move || goes_to.get().map(|target| reading(wizard, at, target, plan))}
            <Show when=move || goes_to.get().is_some_and(|target| target.holds.words().is_some())><Words wizard at/></Show>
            <Show when=move || goes_to.get().is_some_and(|target| target.holds.names().is_some())><Names wizard at/></Show>
            <Answered wizard at/>
        </li>
    }
}

/// The fields, those that another column fills already greyed out.
fn options(object: Object, columns: &[ColumnPlan], at: usize) -> Vec<Choice> {
    let is_taken = |target: &Target| {
        let repeats = matches!(target.holds, Holds::Points(_) | Holds::Tags);
        !repeats
            && columns
                .iter()
                .enumerate()
                .any(|(other, column)| other != at && column.target.as_deref() == Some(target.key))
    };
    let fields = targets(object).into_iter().filter(|target| target.holds != Holds::ManagerRoles);
    fields.map(|target| Choice::new(target.key, label(object, &target, locale())).disabled(is_taken(&target))).collect()
}

fn samples(wizard: Wizard, at: usize) -> String {
    let loaded = wizard.loaded.get();
    let cells =
        loaded.iter().filter_map(|loaded| loaded.columns.get(at)).flat_map(|column| column.texts().take(SAMPLES));
    let cells: Vec<String> = cells.map(|cell| cell.chars().take(40).collect()).collect();
    cells.join(" · ")
}

fn filled(wizard: Wizard, at: usize) -> Option<String> {
    let loaded = wizard.loaded.get()?;
    let column = loaded.columns.get(at)?;
    let number = |n: usize| format::number(i64::try_from(n).unwrap_or(0));
    (column.blank > 0).then(|| fill(Key::ImportBlank, &[("n", &number(column.blank))]))
}

/// How the cells are read, where that is a question at all.
fn reading(wizard: Wizard, at: usize, target: Target, plan: Memo<ColumnPlan>) -> AnyView {
    match target.holds {
        Holds::Date => view! { <Dates wizard at plan/> }.into_any(),
        Holds::Money | Holds::Int => {
            view! { <Numbers wizard at plan is_money=target.holds == Holds::Money/> }.into_any()
        }
        Holds::Each(Part::Price | Part::Quantity) => view! { <Numbers wizard at plan is_money=false/> }.into_any(),
        _ => ().into_any(),
    }
}

/// Which number is the day: found, or asked with the cells that could be both.
#[component]
fn Dates(wizard: Wizard, at: usize, plan: Memo<ColumnPlan>) -> impl IntoView {
    let chosen = RwSignal::new(plan.get_untracked().date.map(word_of).unwrap_or_default());
    let asked = Memo::new(move |_| {
        wizard.questions.get().into_iter().find_map(|question| match question {
            Question::Date { column, samples, .. } if column == at => Some(samples.join(", ")),
            _ => None,
        })
    });
    let options = Signal::derive(|| {
        let forms = [
            (DateForm::Ymd, Key::ImportDateYmd),
            (DateForm::Dmy, Key::ImportDateDmy),
            (DateForm::Mdy, Key::ImportDateMdy),
            (DateForm::Serial, Key::ImportDateSerial),
        ];
        forms.map(|(form, key)| Choice::new(word_of(form), text(key))).to_vec()
    });
    // A year alone is read in every form.
    let are_years = Memo::new(move |_| {
        let loaded = wizard.loaded.get();
        let mut cells =
            loaded.iter().filter_map(|loaded| loaded.columns.get(at)).flat_map(shared::imports::Column::texts);
        cells.all(|cell| cell.len() == 4 && cell.bytes().all(|byte| byte.is_ascii_digit()))
    });
    let choose = move |word: String| {
        let form = [DateForm::Ymd, DateForm::Dmy, DateForm::Mdy, DateForm::Serial]
            .into_iter()
            .find(|form| word_of(*form) == word);
        wizard.column(at, |column| column.date = form);
    };
    let hint = Signal::derive(move || asked.get().map(|samples| fill(Key::ImportDateAsk, &[("samples", &samples)])));
    view! {
        <div class="import-ask" class:open=move || asked.read().is_some()>
            <Show when=move || !are_years.get() fallback=|| view! { <p class="small muted">{t(Key::ImportYears)}</p> }>
                <Field label=Key::ImportDates hint><Select value=chosen options empty=Key::ImportChoose on_commit=choose/></Field>
            </Show>
        </div>
    }
}

fn word_of(form: DateForm) -> String {
    serde_json::to_value(form).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The decimal mark, asked where it is open; and the unit of amounts.
#[component]
fn Numbers(wizard: Wizard, at: usize, plan: Memo<ColumnPlan>, is_money: bool) -> impl IntoView {
    let asked = Memo::new(move |_| {
        wizard.questions.get().into_iter().find_map(|question| match question {
            Question::Mark { column, samples } if column == at => Some(samples.join(", ")),
            _ => None,
        })
    });
    let was_asked = RwSignal::new(asked.get_untracked().is_some() || plan.get_untracked().is_mark_chosen);
    let marks = Signal::derive(|| vec![Choice::new("point", "1,234.56"), Choice::new("comma", "1.234,56")]);
    let mark = Signal::derive(move || {
        let plan = plan.read();
        match plan.mark {
            _ if !plan.is_mark_chosen && asked.read().is_some() => String::new(),
            Mark::Point => "point".to_owned(),
            Mark::Comma => "comma".to_owned(),
        }
    });
    let choose = move |word: String| {
        wizard.column(at, |column| {
            column.mark = if word == "comma" { Mark::Comma } else { Mark::Point };
            column.is_mark_chosen = true;
        });
    };
    let zeros = RwSignal::new(plan.get_untracked().zeros.to_string());
    let units = Signal::derive(|| {
        let units = [
            (0, Key::ImportUnitOne),
            (3, Key::ImportUnitThousand),
            (4, Key::ImportUnitWan),
            (6, Key::ImportUnitMillion),
            (8, Key::ImportUnitYi),
        ];
        units.map(|(zeros, key)| Choice::new(zeros, text(key))).to_vec()
    });
    let set_unit = move |word: String| wizard.column(at, |column| column.zeros = word.parse().unwrap_or(0));
    view! {
        <div class="import-ask" class:open=move || asked.read().is_some()>
            <Show when=move || was_asked.get()>
                <div class="field">
                    <span class="small muted">{move || asked.get().map_or_else(|| text(Key::ImportMark).to_owned(), |samples| fill(Key::ImportMarkAsk, &[("samples", &samples)]))}</span>
                    <SegmentedControl label=Key::ImportMark options=marks value=mark on_choose=choose/>
                </div>
            </Show>
            <Show when=move || is_money><Field label=Key::ImportUnit><Select value=zeros options=units on_commit=set_unit/></Field></Show>
        </div>
    }
}
