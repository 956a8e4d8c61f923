//! The incidents of a problem, answered and solved together.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::api::ApiError;
use shared::i18n::Key;
use shared::tickets::{BODY_MAX, Hindrance, Incident, PreviewIncidents, SolveAll, SolveIncidents, TicketKind};

use super::split::named;
use super::thread::Talk;
use crate::i18n::{fill, t, text};
use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind, Dialog, Field, Glyph, Icon, TextArea};
use crate::{links, session, words};

#[component]
pub fn Incidents(talk: Talk) -> impl IntoView {
    let is_problem = Memo::new(move |_| talk.shown.text("kind").as_deref() == Some(TicketKind::Problem.word()));
    let told = store::query::<PreviewIncidents>(move || is_problem.get().then_some((talk.id, ())), &[Object::Ticket]);
    let all =
        Memo::new(move |_| told.data().filter(|_| is_problem.get()).map(|told| told.to_vec()).unwrap_or_default());
    let open = RwSignal::new(false);
    let may = Memo::new(move |_| {
        let is_some_free = all.read().iter().any(|one| one.hindrance.is_none());
        is_some_free && session::can(Object::Message, Action::Create)
    });
    view! {
        <Show when=move || !all.read().is_empty()>
            <section>
                <h3>{t(Key::InboxIncidents)}</h3>
                <ul class="plain-list">{move || all.get().into_iter().map(line).collect_view()}</ul>
                <Show when=move || may.get()>
                    <div><Button icon=Glyph::Check label=Key::InboxIncidentsSolve on_click=move |()| open.set(true)/></div>
                </Show>
            </section>
        </Show>
        <SolveDialog talk open all/>
    }
}

fn line(one: Incident) -> impl IntoView {
    let hindrance = one.hindrance;
    let why = move || {
        hindrance.map(|why| {
            text(match why {
                Hindrance::NotYours => Key::InboxIncidentNotYours,
                Hindrance::NoCategory => Key::InboxIncidentNoCategory,
                Hindrance::OpenStep => Key::InboxIncidentOpenStep,
            })
        })
    };
    view! {
        <li class="row small">
            <a class="value-link clip grow" href=links::ticket(one.ticket.id)>{one.ticket.name}</a>
            <span class="faint">{why}</span>
        </li>
    }
}

#[component]
fn SolveDialog(talk: Talk, open: RwSignal<bool>, all: Memo<Vec<Incident>>) -> impl IntoView {
    let body = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<String>);
    let lacks = Memo::new(move |_| body.read().trim().is_empty());
    let solve = move |()| {
        if lacks.get_untracked() {
            return;
        }
        let said = untrack(|| fill(Key::InboxIncidentsSolved, &[("name", &named(talk))]));
        let refused = move |error: &ApiError| drop(fault.try_set(Some(untrack(|| words::error(error)))));
        let done = move |_: &store::Answer| {
            let _ = open.try_set(false);
            let _ = body.try_set(String::new());
        };
        let asked = SolveAll { body: body.get_untracked() };
        fault.set(None);
        store::run(Command::of::<SolveIncidents>(talk.id, &asked).said(said).quietly().done(done).refused(refused));
    };
    let footer = move || {
        view! {
            <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
            <Button label=Key::InboxIncidentsSolve kind=ButtonKind::Primary shortcut="mod+enter" disabled=lacks on_click=solve/>
        }
    };
    view! {
        <Dialog open title=Key::InboxIncidentsSolve footer>
            <p class="muted">{t(Key::InboxIncidentsText)}</p>
            <ul class="plain-list">{move || all.get().into_iter().map(line).collect_view()}</ul>
            <Field label=Key::InboxIncidentsSay>
                <TextArea value=body rows=5 maxlength=u32::try_from(BODY_MAX).unwrap_or(u32::MAX)/>
            </Field>
            {move || fault.get().map(|fault| view! { <p class="error" role="alert"><Icon glyph=Glyph::CircleAlert/>{fault}</p> })}
        </Dialog>
    }
}
