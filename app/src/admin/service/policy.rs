//! A policy's form: whom it is for, and within what time for each urgency.

use leptos::prelude::*;
use shared::access::Object;
use shared::api::{FieldError, FieldErrors};
use shared::fields::row_of;
use shared::i18n::Key;
use shared::id::{CalendarId, SlaPolicyId};
use shared::sla::{Category, Counting, Metric, Priority, SlaPolicy, Target, span};
use uuid::Uuid;

use super::conditions::Conditions;
use super::policies::METRICS;
use super::steps::StepLines;
use crate::admin::form::{FormEnd, Sending, form, hint};
use crate::i18n::{fill, t};
use crate::ui::{Checkbox, Choice, Field, Select, Switch, TextInput, format};
use crate::{id, store, words};

/// States in which the time to a solution may stand still.
const PAUSES: [Category; 3] = [Category::WaitingCustomer, Category::WaitingThirdParty, Category::OnHold];

/// What is typed for one urgency and one promise.
type Cell = (Metric, Priority, RwSignal<String>);

pub fn policy_form(edited: Option<Uuid>, open: RwSignal<bool>) -> AnyView {
    let sending = Sending::new(open);
    let known = untrack(|| edited.and_then(|id| store::get::<SlaPolicy>(id).here()));
    let old = known.as_deref().cloned().unwrap_or_else(blank);
    let before = known.map(|_| row_of(&old));
    let name = RwSignal::new(old.name.clone());
    let is_active = RwSignal::new(old.is_active);
    let calendar = RwSignal::new(old.calendar_id.to_string());
    let is_always = RwSignal::new(old.targets.iter().any(|target| target.counting == Counting::Always));
    let conditions = Conditions::new(old.conditions.as_deref());
    let pauses = PAUSES.map(|category| (category, RwSignal::new(is_paused(&old, category))));
    let cells = cells(&old);
    let grid = grid(&cells, sending);
    let steps = StepLines::new(&old.steps);
    let save = move || {
        let pauses: Vec<Category> =
            pauses.iter().filter(|(_, is_on)| is_on.get_untracked()).map(|(category, _)| *category).collect();
        let counting = if is_always.get_untracked() { Counting::Always } else { Counting::Business };
        let targets = match read(&cells, counting, &pauses) {
            Ok(targets) => targets,
            Err(errors) => return sending.wrong(errors),
        };
        let new = SlaPolicy {
            name: name.get_untracked().trim().to_owned(),
            is_active: is_active.get_untracked(),
            calendar_id: calendar.read_untracked().parse().unwrap_or(old.calendar_id),
            conditions: conditions.text(),
            targets,
            steps: steps.steps(),
            ..old.clone()
        };
        let errors = new.check();
        if errors.is_empty() {
            sending.save(Object::SlaPolicy, before.clone(), row_of(&new));
        } else {
            sending.wrong(errors);
        }
    };
    let fields = view! {
        <Field label=Key::FieldSlaPolicyName required=true error=sending.error("name")>
            <TextInput value=name autofocus=true maxlength=80/>
        </Field>
        {conditions.view(sending.error("conditions"))}
        {grid}
        <Field label=Key::FieldSlaPolicyCalendarId error=sending.error("calendar_id")>
            <Select value=calendar options=Signal::derive(calendars)/>
        </Field>
        <Switch checked=is_always label=Key::ServiceAlways hint=hint(Key::ServiceAlwaysHint)/>
        <fieldset class="pauses">
            <legend>{t(Key::ServicePauses)}</legend>
            {pauses.map(|(category, checked)| view! {
                <Checkbox checked label=Signal::derive(move || words::choice("category", category.word()))/>
            }).into_iter().collect_view()}
        </fieldset>
        {steps.view(sending.error_within("steps"))}
        <Switch checked=is_active label=Key::FieldSlaPolicyIsActive/>
        <FormEnd sending/>
    };
    form("form", save, fields.into_any())
}

fn blank() -> SlaPolicy {
    let calendars = untrack(store::calendars);
    let first = calendars.iter().find(|calendar| calendar.is_default).or_else(|| calendars.first());
    let last = untrack(store::policies).iter().map(|policy| policy.position).max().unwrap_or(0);
    SlaPolicy {
        id: SlaPolicyId(id::new()),
        is_active: true,
        position: last + 1,
        calendar_id: first.map_or(CalendarId::default(), |calendar| calendar.id),
        ..SlaPolicy::default()
    }
}

fn calendars() -> Vec<Choice> {
    store::calendars().iter().map(|calendar| Choice::new(calendar.id, &calendar.name)).collect()
}

fn is_paused(policy: &SlaPolicy, category: Category) -> bool {
    policy.targets.iter().any(|target| target.metric == Metric::TotalResolution && target.pauses.contains(&category))
}

fn cells(policy: &SlaPolicy) -> Vec<Cell> {
    let of = |metric: Metric, priority: Priority| {
        let target = policy.targets.iter().find(|target| (target.metric, target.priority) == (metric, priority));
        (metric, priority, RwSignal::new(target.map(|target| span::written(target.seconds)).unwrap_or_default()))
    };
    Priority::ALL.iter().rev().flat_map(|priority| METRICS.map(|metric| of(metric, *priority))).collect()
}

fn grid(cells: &[Cell], sending: Sending) -> impl IntoView + use<> {
    let line = |cells: &[Cell]| {
        let priority = cells[0].1;
        let cell = |(metric, priority, value): &Cell| {
            let (metric, priority) = (*metric, *priority);
            let label = Signal::derive(move || {
                format!(
                    "{}, {}",
                    words::choice("priority", priority.word()),
                    words::choice("due_metric", metric.word())
                )
            });
            view! { <td><TextInput value=*value label maxlength=20/></td> }
        };
        view! {
            <tr>
                <th scope="row">{move || words::choice("priority", priority.word())}</th>
                {cells.iter().map(cell).collect_view()}
            </tr>
        }
    };
    let head = |metric: Metric| view! { <th scope="col">{move || words::choice("due_metric", metric.word())}</th> };
    let error = sending.error("targets");
    view! {
        <fieldset class="promises">
            <legend>{t(Key::ServiceWithin)}</legend>
            <p class="hint">{t(Key::ServiceWithinHint)}</p>
            <table>
                <thead><tr><th></th>{METRICS.map(head).into_iter().collect_view()}</tr></thead>
                <tbody>{cells.chunks(METRICS.len()).map(line).collect_view()}</tbody>
            </table>
            {move || error.get().map(|text| view! { <p class="bad" role="alert">{text}</p> })}
        </fieldset>
    }
}

/// What was typed as targets; an empty cell promises nothing.
fn read(cells: &[Cell], counting: Counting, pauses: &[Category]) -> Result<Vec<Target>, FieldErrors> {
    let mut targets = Vec::new();
    for (metric, priority, value) in cells {
        let typed = value.read_untracked();
        if typed.trim().is_empty() {
            continue;
        }
        let seconds = span::read(&typed);
        let seconds =
            seconds.ok_or_else(|| FieldErrors::from([("targets".to_owned(), FieldError::new("not_a_span"))]))?;
        let pauses: Vec<Category> = pauses.iter().copied().filter(|category| metric.may_pause_in(*category)).collect();
        targets.push(Target { metric: *metric, priority: *priority, seconds, counting, pauses });
    }
    Ok(targets)
}

/// Seconds in the reader's words. Tracked.
pub fn duration(seconds: i64) -> String {
    let minutes = seconds / 60;
    let of = |key, n: i64| fill(key, &[("n", &format::number(n))]);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => of(Key::InboxMinutes, minutes),
        (hours, 0) => of(Key::InboxHours, hours),
        (hours, minutes) => format!("{} {}", of(Key::InboxHours, hours), of(Key::InboxMinutes, minutes)),
    }
}
