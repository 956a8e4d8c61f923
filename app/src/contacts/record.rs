//! What a contact's panel and page show.

use leptos::prelude::*;
use shared::access::Object;
use shared::change::AsOf;
use shared::contacts::GetContact;
use shared::fields::{Row, row_of};
use shared::i18n::Key;
use shared::opportunities::Opportunity;
use shared::query::{Filter, ListQuery, text};
use uuid::Uuid;

use super::places::Places;
use super::portal::PortalAccess;
use crate::i18n::t;
use crate::record::{AsOfPicker, Facts, Head, Shares, Shown, Timeline, as_of, value};
use crate::{links, store};

const MARKS: &[&str] = &["job_title", "owner_id", "tags"];
const FACTS: &[&str] = &["points", "salutation", "birthday", "team_id", "note"];
const SHOWN: u32 = 20;

/// The contact now, or as it was at the end of the day in the address.
fn shown(id: Uuid) -> Shown {
    let moment = Memo::new(|_| as_of::moment());
    let past = store::query::<GetContact>(
        move || moment.get().map(|at| (id.into(), AsOf { as_of: Some(at) })),
        &[Object::Contact],
    );
    let row = move || past.data().map(|contact| -> Row { row_of(&*contact) });
    Shown::at(Object::Contact, id, Signal::derive(move || moment.get().is_some()), row)
}

pub fn panel(id: Uuid) -> impl IntoView {
    let shown = shown(id);
    view! {
        <Head shown marks=MARKS/>
        <section><Facts shown keys=FACTS/></section>
        <section><Places shown/></section>
        <section><Deals id/></section>
        {rest(shown)}
    }
}

pub fn page(id: Uuid) -> impl IntoView {
    let shown = shown(id);
    view! {
        <div class="record-main">
            <Head shown marks=MARKS/>
            <section><Facts shown keys=FACTS/></section>
            <section><Places shown/></section>
            <section><Deals id/></section>
        </div>
        <div class="record-side">{rest(shown)}</div>
    }
}

fn rest(shown: Shown) -> impl IntoView {
    view! {
        <PortalAccess shown/>
        <section><h3>{t(Key::RecordShares)}</h3><Shares shown/></section>
        <section><div class="section-head"><h3>{t(Key::RecordHistory)}</h3><AsOfPicker/></div><Timeline shown/></section>
    }
}

/// The deals this person has a part in.
#[component]
fn Deals(id: Uuid) -> impl IntoView {
    let filter = text::print(&Filter::is("contacts", id));
    let list = store::list::<Opportunity>(move || {
        Some(ListQuery {
            filter: Some(filter.clone()),
            sort: Some("-updated_at".into()),
            limit: Some(SHOWN),
            ..ListQuery::default()
        })
    });
    let line = |deal: std::sync::Arc<Opportunity>| {
        view! {
            <li class="row">
                <a class="value-link clip grow" href=links::opportunity(deal.id)>{deal.name.clone()}</a>
                <span class="small">{value::reference(Object::Stage, deal.stage_id.into())}</span>
            </li>
        }
    };
    view! {
        <h3>{t(Key::AccountDeals)}</h3>
        <ul class="plain-list">{move || list.rows().into_iter().map(line).collect_view()}</ul>
        <Show when=move || !list.is_first() && list.ids().is_empty()><p class="faint">{t(Key::ContactNoDeals)}</p></Show>
    }
}
