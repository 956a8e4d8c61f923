//! What an account's panel and page show.

use leptos::prelude::*;
use shared::access::Object;
use shared::accounts::GetAccount;
use shared::change::AsOf;
use shared::fields::{Row, row_of};
use shared::i18n::Key;
use uuid::Uuid;

use super::children::Children as ChildAccounts;
use super::deals::Deals;
use super::people::People;
use crate::i18n::t;
use crate::record::{AsOfPicker, Facts, Head, Shares, Shown, Timeline, as_of};
use crate::store;

const MARKS: &[&str] = &["level", "lifecycle", "owner_id", "tags"];
const FACTS: &[&str] = &[
    "points",
    "industry",
    "source",
    "region",
    "address",
    "website",
    "employees",
    "annual_revenue",
    "parent_id",
    "team_id",
    "note",
];
const PAPERS: &[&str] = &["kind", "legal_name", "tax_no", "founded_on", "currency"];

/// The account now, or as it was at the end of the day in the address.
fn shown(id: Uuid) -> Shown {
    let moment = Memo::new(|_| as_of::moment());
    let past = store::query::<GetAccount>(
        move || moment.get().map(|at| (id.into(), AsOf { as_of: Some(at) })),
        &[Object::Account],
    );
    let row = move || past.data().map(|account| -> Row { row_of(&*account) });
    Shown::at(Object::Account, id, Signal::derive(move || moment.get().is_some()), row)
}

pub fn panel(id: Uuid) -> impl IntoView {
    let shown = shown(id);
    view! {
        <Head shown marks=MARKS/>
        <section><Facts shown keys=FACTS/></section>
        <section><People shown/></section>
        <section><Deals shown/></section>
        <section><ChildAccounts shown/></section>
        {papers(shown)}
        {shares(shown)}
        {history(shown)}
    }
}

pub fn page(id: Uuid) -> impl IntoView {
    let shown = shown(id);
    view! {
        <div class="record-main">
            <Head shown marks=MARKS/>
            <section><Facts shown keys=FACTS/></section>
            {papers(shown)}
            <section><ChildAccounts shown/></section>
            {shares(shown)}
        </div>
        <div class="record-side">
            <section><People shown/></section>
            <section><Deals shown/></section>
            {history(shown)}
        </div>
    }
}

fn papers(shown: Shown) -> impl IntoView {
    view! {
        <section>
            <details class="more-facts">
                <summary>{t(Key::AccountPapers)}</summary>
                <Facts shown keys=PAPERS/>
            </details>
        </section>
    }
}

fn shares(shown: Shown) -> impl IntoView {
    view! { <section><h3>{t(Key::RecordShares)}</h3><Shares shown/></section> }
}

fn history(shown: Shown) -> impl IntoView {
    view! { <section><div class="section-head"><h3>{t(Key::RecordHistory)}</h3><AsOfPicker/></div><Timeline shown/></section> }
}
