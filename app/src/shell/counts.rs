//! How many records stand behind a place of the navigation.

use leptos::prelude::*;
use shared::access::Object;
use shared::accounts::CountAccounts;
use shared::api::Endpoint;
use shared::contacts::CountContacts;
use shared::opportunities::CountOpportunities;
use shared::query::{Totals, TotalsQuery};
use shared::tickets::TicketTotals;

use crate::store;
use crate::ui::format;

/// Of tickets, those that I have and that are not done.
const MINE: &str = "all(owner_id.is.@me,not(state.is.solved~closed))";

/// The page's own questions go first.
const PAUSE_MS: u64 = 600;

pub fn count(object: Option<Object>) -> Option<AnyView> {
    let totals = match object? {
        Object::Account => asked::<CountAccounts>(&[Object::Account], None),
        Object::Contact => asked::<CountContacts>(&[Object::Contact], None),
        Object::Opportunity => asked::<CountOpportunities>(&[Object::Opportunity], None),
        Object::Ticket => asked::<TicketTotals>(&[Object::Ticket], Some(MINE)),
        _ => return None,
    };
    let number = move || totals.data().map(|totals| format::number(totals.count()));
    Some(view! { <span class="n">{number}</span> }.into_any())
}

fn asked<E: Endpoint<Path = (), Input = TotalsQuery, Output = Totals>>(
    objects: &'static [Object],
    filter: Option<&'static str>,
) -> store::Query<Totals> {
    let is_quiet = RwSignal::new(false);
    crate::spawn::after(PAUSE_MS, move || {
        is_quiet.try_set(true);
    });
    store::query::<E>(
        move || {
            let filter = filter.map(str::to_owned);
            is_quiet.get().then(|| ((), TotalsQuery { filter, ..TotalsQuery::default() }))
        },
        objects,
    )
}
