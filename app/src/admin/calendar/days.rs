//! Days from a file: shown first, taken over then.

use leptos::prelude::*;
use shared::api::ApiError;
use shared::calendars::{DaysFile, DaysTaken, ImportDays, LeftOut, SpecialDays};
use shared::i18n::{Key, Plural};
use uuid::Uuid;

use crate::i18n::{count, t};
use crate::store::Asker;
use crate::ui::{Button, ButtonKind, Field, TextArea, format};
use crate::words;

pub fn days_form(id: Uuid, open: RwSignal<bool>) -> AnyView {
    let file = RwSignal::new(String::new());
    let asker = Asker::new();
    let shown = RwSignal::new(None::<DaysTaken>);
    let refusal = RwSignal::new(None::<ApiError>);
    let send = move |is_rehearsal: bool| {
        let file = DaysFile { text: file.get_untracked(), is_rehearsal };
        asker.ask::<ImportDays>(id.into(), file, move |answer| match answer {
            Ok(_) if !is_rehearsal => open.set(false),
            answer => {
                refusal.set(answer.as_ref().err().cloned());
                shown.set(answer.ok());
            }
        });
    };
    let error = Signal::derive(move || Some(words::error(&refusal.get()?)));
    let take = move || {
        shown.read().is_some().then(|| {
            view! { <Button label=Key::CalendarsTake kind=ButtonKind::Primary on_click=move || send(false)/> }
        })
    };
    view! {
        <div class="form">
            <Field label=Key::CalendarsFile hint=Key::CalendarsFileHint error>
                <TextArea value=file rows=8 maxlength=1_000_000/>
            </Field>
            {move || shown.get().map(|shown| found(&shown))}
            <div class="form-actions">
                <Button label=Key::CalendarsShow on_click=move || send(true)/>
                {take}
            </div>
        </div>
    }
    .into_any()
}

fn found(shown: &DaysTaken) -> AnyView {
    let left_out = shown.left_out.iter().map(left_out).collect_view();
    view! {
        <p>{count(Plural::CalendarsFound, shown.taken.len())}</p>
        <ul class="calendar-lines">{shown.taken.iter().map(days).collect_view()}</ul>
        {(!shown.left_out.is_empty()).then(|| view! {
            <p class="hint">{t(Key::CalendarsLeftOut)}</p>
            <ul class="calendar-lines">{left_out}</ul>
        })}
    }
    .into_any()
}

fn days(days: &SpecialDays) -> AnyView {
    let (from, to) = (days.from, days.to);
    let span = if from == to { format::date(from) } else { format!("{} – {}", format::date(from), format::date(to)) };
    let kind = words::choice("day_kind", days.kind.word());
    view! { <li><span>{span}</span><span class="grow clip">{days.name.clone()}</span><span class="faint">{kind}</span></li> }
        .into_any()
}

fn left_out(one: &LeftOut) -> AnyView {
    let why = words::choice("days_why", one.why.word());
    view! { <li><span class="figures">{one.line}</span><span class="grow clip">{one.name.clone()}</span><span class="faint">{why}</span></li> }
        .into_any()
}
