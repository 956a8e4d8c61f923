//! Beside the thread: what was promised, what is known of the ticket and of who asks.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::opportunities::Opportunity;
use shared::pipelines::StageKind;
use shared::query::ListQuery;
use shared::tickets::Ticket;
use uuid::Uuid;

use super::clocks::Clocks;
use super::incidents::Incidents;
use super::linked::Linked;
use super::people::People;
use super::rating::Ratings;
use super::spent::Spent;
use super::steps::Steps;
use super::thread::Talk;
use crate::i18n::t;
use crate::knowledge::Related;
use crate::record::{Fact, Timeline, value};
use crate::ui::{Ago, Glyph, IconButton, format};
use crate::{links, session, store};

/// What one changes where it stands.
const FACTS: &[&str] =
    &["owner_id", "priority", "category_id", "queue_id", "contact_id", "account_id", "kind", "opportunity_id", "tags"];
const FURTHER: &[&str] =
    &["channel", "created_at", "resolution", "first_reply_at", "solved_at", "reopened", "team_id", "problem_id"];

const SHOWN: u32 = 6;

#[component]
pub fn Side(talk: Talk, beside: RwSignal<bool>) -> impl IntoView {
    let shown = talk.shown;
    let field = move |key: &'static str| shown.object.schema().field(key);
    let facts = move |keys: &'static [&'static str]| {
        keys.iter().filter_map(|key| field(key)).map(|field| view! { <Fact shown field/> }).collect_view()
    };
    let account = Memo::new(move |_| shown.id_of("account_id"));
    let contact = Memo::new(move |_| shown.id_of("contact_id"));
    let is_complaint = Memo::new(move |_| super::is_complaint(shown));
    view! {
        <aside class="inbox-side" class:open=beside aria-label=t(Key::InboxDetails)>
            <header class="row side-head">
                <h3 class="grow">{t(Key::InboxDetails)}</h3>
                <IconButton glyph=Glyph::X label=Key::InboxHideDetails on_click=move |()| beside.set(false)/>
            </header>
            <Clocks talk/>
            <dl class="facts">{facts(FACTS)}</dl>
            <Show when=move || is_complaint.get()>
                <section aria-label=t(Key::ChoiceKindComplaint)>
                    <h3>{t(Key::ChoiceKindComplaint)}</h3>
                    <dl class="facts">{facts(Ticket::OF_COMPLAINTS)}</dl>
                </section>
            </Show>
            <Ratings talk/>
            {move || contact.get().map(points)}
            <People talk/>
            <Incidents talk/>
            <Linked talk/>
            <Steps talk/>
            <Spent talk/>
            <Related words=Signal::derive(move || shown.text("name").unwrap_or_default())/>
            <Others talk account contact/>
            {move || account.get().filter(|_| session::can(Object::Opportunity, shared::access::Action::Read)).map(|id| view! { <OpenDeals id/> })}
            <details class="more-facts">
                <summary>{t(Key::InboxFurther)}</summary>
                <dl class="facts">{facts(FURTHER)}</dl>
                <h3>{t(Key::RecordHistory)}</h3>
                <Timeline shown/>
            </details>
        </aside>
    }
}

/// How to reach whoever asks.
fn points(contact: Uuid) -> impl IntoView {
    let field = Object::Contact.schema().field("points");
    let row = move || store::row(Object::Contact, contact);
    move || {
        field.zip(row()).map(|(field, row)| view! { <p class="small">{value::shown(Object::Contact, field, &row)}</p> })
    }
}

/// What else this customer asked.
#[component]
fn Others(talk: Talk, account: Memo<Option<Uuid>>, contact: Memo<Option<Uuid>>) -> impl IntoView {
    let list = store::list::<Ticket>(move || {
        let of = match (account.get(), contact.get()) {
            (Some(account), _) => format!("account_id.is.{account}"),
            (None, Some(contact)) => format!("contact_id.is.{contact}"),
            (None, None) => return None,
        };
        let filter = Some(format!("all({of},not(id.is.{}))", talk.id));
        Some(ListQuery { filter, sort: Some("-last_message_at".into()), limit: Some(SHOWN), ..ListQuery::default() })
    });
    let line = |ticket: Arc<Ticket>| {
        let (id, status) = (ticket.id, ticket.status_id);
        view! {
            <li class="row small">
                <a class="value-link clip grow" href=links::ticket(id)>{ticket.name.clone()}</a>
                <span class="faint">{move || store::name(Object::TicketStatus, status)}</span>
                {ticket.last_message_at.map(|at| view! { <span class="faint"><Ago at/></span> })}
            </li>
        }
    };
    view! {
        <Show when=move || !list.ids().is_empty()>
            <section>
                <h3>{t(Key::InboxOthers)}</h3>
                <ul class="plain-list">{move || list.rows().into_iter().map(line).collect_view()}</ul>
            </section>
        </Show>
    }
}

/// What the same customer is about to buy.
#[component]
fn OpenDeals(id: Uuid) -> impl IntoView {
    let list = store::list::<Opportunity>(move || {
        let filter = Some(format!("all(account_id.is.{id},stage_id>kind.is.{})", StageKind::Open.word()));
        Some(ListQuery { filter, sort: Some("close_date".into()), limit: Some(SHOWN), ..ListQuery::default() })
    });
    let line = |deal: Arc<Opportunity>| {
        view! {
            <li class="row small">
                <a class="value-link clip grow" href=links::opportunity(deal.id)>{deal.name.clone()}</a>
                <span class="figures">{deal.amount.map(|minor| format::money(minor, &deal.currency))}</span>
            </li>
        }
    };
    view! {
        <Show when=move || !list.ids().is_empty()>
            <section>
                <h3>{t(Key::InboxDeals)}</h3>
                <ul class="plain-list">{move || list.rows().into_iter().map(line).collect_view()}</ul>
            </section>
        </Show>
    }
}
