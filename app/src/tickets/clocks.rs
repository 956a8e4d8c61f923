//! What was promised of a ticket: how much of it is used, when it is over, and why then.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::sla::{Clock, LineKind, State, TraceLine};
use shared::tickets::{ClockTold, GetTicketClocks};
use shared::time::Instant;

use super::escalation;
use super::list::{moment, nearness};
use super::thread::Talk;
use crate::i18n::{fill, t, text};
use crate::ui::{Tone, format};
use crate::{store, words};

#[component]
pub fn Clocks(talk: Talk) -> impl IntoView {
    let told = store::query::<GetTicketClocks>(
        move || Some((talk.id, ())),
        &[Object::Ticket, Object::Message, Object::SlaPolicy, Object::Calendar],
    );
    // One that has ended is of interest only if it was missed.
    let is_shown = |told: &&ClockTold| {
        told.clock.terms.is_some() && (told.clock.is_unfinished() || told.clock.breached_at.is_some())
    };
    let clocks = move || {
        let told = told.data();
        let mut shown: Vec<ClockTold> = told.iter().flat_map(|told| told.iter()).filter(is_shown).cloned().collect();
        // What is due first comes first; what stands still comes last.
        shared::order::sort_by_key(&mut shown, |told| told.clock.due_at.unwrap_or(Instant(i64::MAX)));
        shown.into_iter().map(one).collect_view()
    };
    view! { <div class="clocks">{clocks}</div> }
}

fn one(told: ClockTold) -> impl IntoView {
    let ClockTold { clock, trace, steps } = told;
    let (metric, due) = (clock.metric, clock.due_at);
    let near = clock.near_at;
    let percent = used_percent(&clock);
    let is_over = clock.breached_at.is_some();
    let tone = move || match due {
        _ if is_over => Tone::Bad,
        Some(due) => match nearness(due, format::clock()) {
            Tone::Neutral if near.is_some_and(|near| near <= format::clock()) => Tone::Warn,
            tone => tone,
        },
        None => Tone::Neutral,
    };
    let class = move || match tone() {
        Tone::Bad => "clock over",
        Tone::Warn => "clock near",
        _ => "clock",
    };
    let state = clock.state;
    let says = move || match (state, due) {
        (State::Paused, _) => text(Key::InboxPaused).to_owned(),
        (_, Some(due)) if due > format::clock() => fill(Key::InboxDueAt, &[("at", &moment(due))]),
        (_, Some(due)) => fill(Key::InboxOverdue, &[("at", &moment(due))]),
        _ if is_over => text(Key::InboxMissed).to_owned(),
        _ => String::new(),
    };
    view! {
        <div class=class>
            <div class="row small">
                <span class="strong grow">{move || words::choice("due_metric", metric.word())}</span>
                <span class="clock-says">{says}</span>
            </div>
            <div class="track" role="img" aria-label=move || format::percent(percent)><i style:width=format!("{}%", percent.min(100))></i></div>
            <details class="why">
                <summary class="faint small">{t(Key::InboxWhy)}</summary>
                <ol>{trace.into_iter().map(line).collect_view()}</ol>
                {escalation::steps(steps)}
            </details>
        </div>
    }
}

fn used_percent(clock: &Clock) -> i64 {
    let target = clock.terms.as_ref().map_or(0, |terms| terms.target.seconds);
    if target > 0 { clock.used * 100 / target } else { 0 }
}

/// One step of the sum, in words.
fn line(line: TraceLine) -> impl IntoView {
    let says = move || {
        let (from, until) = (at(line.from), at(line.until));
        let span = fill(Key::InboxSpan, &[("from", &from), ("until", &until)]);
        let took = duration(line.seconds);
        let because =
            line.name.clone().or_else(|| line.category.map(|category| words::choice("state", category.word())));
        let because = because.unwrap_or_default();
        match line.kind {
            LineKind::Started => fill(Key::InboxTraceStarted, &[("at", &from)]),
            LineKind::Target => fill(Key::InboxTraceTarget, &[("time", &duration(line.value.unwrap_or(0)))]),
            LineKind::Calendar => fill(Key::InboxTraceCalendar, &[("at", &from)]),
            LineKind::Counted => fill(Key::InboxTraceCounted, &[("span", &span), ("time", &took)]),
            LineKind::SpecialDays => fill(Key::InboxTraceSpecial, &[("span", &span), ("why", &because)]),
            LineKind::Paused => fill(Key::InboxTracePaused, &[("span", &span), ("why", &because)]),
            LineKind::Untargeted => fill(Key::InboxTraceUntargeted, &[("span", &span)]),
            LineKind::Stopped => fill(Key::InboxTraceStopped, &[("span", &span)]),
            LineKind::Carried => fill(Key::InboxTraceCarried, &[("time", &took)]),
            LineKind::Ahead => fill(Key::InboxTraceAhead, &[("span", &span), ("time", &took)]),
            LineKind::Due => fill(Key::InboxTraceDue, &[("at", &from)]),
            LineKind::Breached => fill(Key::InboxTraceBreached, &[("at", &from)]),
            LineKind::Done => fill(Key::InboxTraceDone, &[("at", &from)]),
        }
    };
    view! { <li class="small">{says}</li> }
}

fn at(instant: Instant) -> String {
    format::date_time(instant)
}

/// Seconds as hours and minutes: 1 h 20 min.
fn duration(seconds: i64) -> String {
    let minutes = (seconds + 30) / 60;
    let (hours, rest) = (minutes / 60, minutes % 60);
    let of = |key, n: i64| fill(key, &[("n", &format::number(n))]);
    match (hours, rest) {
        (0, rest) => of(Key::InboxMinutes, rest),
        (hours, 0) => of(Key::InboxHours, hours),
        (hours, rest) => format!("{} {}", of(Key::InboxHours, hours), of(Key::InboxMinutes, rest)),
    }
}
