//! A survey's form: what is scored, when it is asked, and of whom.

use leptos::prelude::*;
use shared::access::Object;
use shared::api::FieldErrors;
use shared::fields::row_of;
use shared::i18n::Key;
use shared::id::SurveyPolicyId;
use shared::surveys::{Dimension, SurveyPolicy, starter};
use shared::tickets::TicketKind;
use uuid::Uuid;

use super::surveys::preview;
use crate::admin::form::{FormEnd, Sending, form};
use crate::each::each;
use crate::i18n::{fill, t, text};
use crate::ui::{Button, Checkbox, Field, Glyph, IconButton, IconKind, NumberInput, Switch, TextInput};
use crate::{id, store, words};

/// As many as a customer will score.
const MOST: usize = 6;

/// A dimension as it is typed.
#[derive(Clone)]
struct Line {
    id: Uuid,
    /// Stays, so that averages go on.
    key: String,
    label: RwSignal<String>,
    english: RwSignal<String>,
}

impl Line {
    fn of(dimension: Dimension) -> Self {
        Self {
            id: id::new(),
            key: dimension.key,
            label: RwSignal::new(dimension.label),
            english: RwSignal::new(dimension.label_en.unwrap_or_default()),
        }
    }

    /// Tracked.
    fn read(&self) -> Dimension {
        let english = self.english.get().trim().to_owned();
        let label_en = (!english.is_empty()).then_some(english);
        Dimension { key: self.key.clone(), label: self.label.get().trim().to_owned(), label_en }
    }
}

type Lines = RwSignal<Vec<Line>>;

pub fn survey_form(edited: Option<Uuid>, open: RwSignal<bool>) -> AnyView {
    let sending = Sending::new(open);
    let known = untrack(|| edited.and_then(|id| store::get::<SurveyPolicy>(id).here()));
    let old = known.as_deref().cloned().unwrap_or_else(blank);
    let before = known.map(|_| row_of(&old));
    let name = RwSignal::new(old.name.clone());
    let low_tag = RwSignal::new(old.low_tag.clone());
    let lines: Lines = RwSignal::new(old.dimensions.iter().cloned().map(Line::of).collect());
    let flags = [old.is_active, old.is_default, old.ask_overall].map(RwSignal::new);
    let [is_active, is_default, ask_overall] = flags;
    let numbers = [old.delay_minutes, old.expire_days, old.sample, old.cooldown_days];
    let numbers = numbers.map(|number| RwSignal::new(Some(number)));
    let kinds: Vec<(TicketKind, RwSignal<bool>)> =
        TicketKind::ALL.iter().map(|kind| (*kind, RwSignal::new(old.excluded.contains(kind)))).collect();
    let excluded = excluded(&kinds);
    let save = move || {
        let [delay, expire, sample, cooldown] = numbers.map(|number| number.get_untracked().unwrap_or(0));
        let new = SurveyPolicy {
            name: name.get_untracked().trim().to_owned(),
            low_tag: low_tag.get_untracked().trim().to_owned(),
            is_active: is_active.get_untracked(),
            is_default: is_default.get_untracked(),
            ask_overall: ask_overall.get_untracked(),
            dimensions: untrack(|| lines.get().iter().map(Line::read).collect()),
            delay_minutes: delay,
            expire_days: expire,
            sample,
            cooldown_days: cooldown,
            excluded: kinds.iter().filter(|(_, is_on)| is_on.get_untracked()).map(|(kind, _)| *kind).collect(),
            ..old.clone()
        };
        let errors = faults(&new);
        if errors.is_empty() {
            sending.save(Object::SurveyPolicy, before.clone(), row_of(&new));
        } else {
            sending.wrong(errors);
        }
    };
    let asked = move || preview(&lines.get().iter().map(Line::read).collect::<Vec<_>>(), ask_overall.get());
    let fields = view! {
        <Field label=Key::FieldSurveyPolicyName required=true error=sending.error("name")>
            <TextInput value=name autofocus=true maxlength=80/>
        </Field>
        {dimensions(lines, sending)}
        <Checkbox checked=ask_overall label=Key::FieldSurveyPolicyAskOverall/>
        {asked}
        {when(numbers, sending)}
        <Field label=Key::FieldSurveyPolicyLowTag required=true error=sending.error("low_tag")>
            <TextInput value=low_tag maxlength=40/>
        </Field>
        {excluded}
        <Switch checked=is_active label=Key::FieldSurveyPolicyIsActive/>
        <Switch checked=is_default label=Key::FieldSurveyPolicyIsDefault/>
        <FormEnd sending/>
    };
    form("form", save, fields.into_any())
}

/// What is wrong with one of the dimensions is said below all of them.
fn faults(policy: &SurveyPolicy) -> FieldErrors {
    let mut errors = policy.check();
    let of_one = errors.iter().find(|(key, _)| key.starts_with("dimensions.")).map(|(_, error)| error.clone());
    if let Some(error) = of_one {
        errors.entry("dimensions".into()).or_insert(error);
    }
    errors
}

fn blank() -> SurveyPolicy {
    SurveyPolicy { id: SurveyPolicyId(id::new()), name: String::new(), is_default: false, ..starter() }
}

/// Delay, time to answer, sample and cool-down.
fn when(numbers: [RwSignal<Option<i64>>; 4], sending: Sending) -> impl IntoView {
    let [delay, expire, sample, cooldown] = numbers;
    view! {
        <div class="form two">
            <Field label=Key::FieldSurveyPolicyDelayMinutes error=sending.error("delay_minutes")>
                <NumberInput value=delay min=0 max=43_200/>
            </Field>
            <Field label=Key::FieldSurveyPolicyExpireDays error=sending.error("expire_days")>
                <NumberInput value=expire min=1 max=90/>
            </Field>
            <Field label=Key::FieldSurveyPolicySample error=sending.error("sample")>
                <NumberInput value=sample min=0 max=100/>
            </Field>
            <Field label=Key::FieldSurveyPolicyCooldownDays error=sending.error("cooldown_days")>
                <NumberInput value=cooldown min=0 max=365/>
            </Field>
        </div>
    }
}

fn excluded(kinds: &[(TicketKind, RwSignal<bool>)]) -> impl IntoView + use<> {
    let one = |(kind, checked): &(TicketKind, RwSignal<bool>)| {
        let (kind, checked) = (*kind, *checked);
        view! { <Checkbox checked label=Signal::derive(move || words::choice("kind", kind.word()))/> }
    };
    view! {
        <fieldset class="pauses">
            <legend>{t(Key::FieldSurveyPolicyExcluded)}</legend>
            {kinds.iter().map(one).collect_view()}
        </fieldset>
    }
}

fn dimensions(lines: Lines, sending: Sending) -> impl IntoView {
    let is_full = Signal::derive(move || lines.read().len() >= MOST);
    let whole = sending.error("dimensions");
    view! {
        <fieldset class="pauses">
            <legend>{t(Key::FieldSurveyPolicyDimensions)}</legend>
            <p class="hint">{t(Key::SurveyDimensionsHint)}</p>
            {each(move || lines.read().iter().map(|line| line.id).collect(), move |id| line(lines, id))}
            {move || whole.get().map(|text| view! { <p class="bad" role="alert">{text}</p> })}
            <div><Button label=Key::SurveyAddDimension icon=Glyph::Plus disabled=is_full on_click=move |()| add(lines)/></div>
        </fieldset>
    }
}

fn line(lines: Lines, id: Uuid) -> AnyView {
    let Some(line) = lines.get_untracked().into_iter().find(|line| line.id == id) else { return ().into_any() };
    let label = line.label;
    let remove = Signal::derive(move || fill(Key::SurveyRemoveDimension, &[("name", &label.get())]));
    let away = move |()| lines.update(|lines| lines.retain(|line| line.id != id));
    let said = |key: Key| Signal::derive(move || text(key).to_owned());
    let (native, english) = (said(Key::SurveyLabel), said(Key::SurveyLabelEn));
    view! {
        <div class="row survey-line">
            <TextInput value=line.label label=native placeholder=native maxlength=40/>
            <TextInput value=line.english label=english placeholder=english maxlength=40/>
            <IconButton kind=IconKind::Small glyph=Glyph::X label=remove on_click=away/>
        </div>
    }
    .into_any()
}

/// Another one, under the first key that is free.
fn add(lines: Lines) {
    lines.update(|lines| {
        let is_free = |key: &String| lines.iter().all(|line| line.key != *key);
        let key = (0..=MOST).map(|n| format!("d{n}")).find(is_free).unwrap_or_default();
        lines.push(Line::of(Dimension { key, ..Dimension::default() }));
    });
}
