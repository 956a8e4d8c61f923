//! What Kith's server and its app agree on: the calls, the records, the rules
//! and the words. No I/O, no clock, no framework.

#[macro_use]
pub mod api;
#[macro_use]
pub mod id;
#[macro_use]
pub mod fields;
pub mod access;
pub mod change;
pub mod i18n;
pub mod import;
pub mod money;
pub mod query;
pub mod rank;
pub mod text;
pub mod time;

pub mod accounts;
pub mod auth;
pub mod calendars;
pub mod contacts;
pub mod events;
pub mod files;
pub mod imports;
pub mod knowledge;
pub mod opportunities;
pub mod order;
pub mod pipelines;
pub mod portal;
pub mod products;
pub mod reports;
pub mod search;
pub mod sla;
pub mod surveys;
pub mod tickets;
pub mod users;
pub mod views;
pub mod words;
pub mod worktime;

/// Every call of every room, in the order of the permission table.
pub fn endpoints() -> impl Iterator<Item = &'static api::Route> {
    [
        auth::ENDPOINTS,
        users::ENDPOINTS,
        accounts::ENDPOINTS,
        contacts::ENDPOINTS,
        products::ENDPOINTS,
        pipelines::ENDPOINTS,
        opportunities::ENDPOINTS,
        views::ENDPOINTS,
        calendars::ENDPOINTS,
        sla::ENDPOINTS,
        imports::ENDPOINTS,
        imports::FILES,
        knowledge::ENDPOINTS,
        tickets::ENDPOINTS,
        portal::ENDPOINTS,
        files::FILES,
        reports::ENDPOINTS,
        reports::FILES,
        tickets::RELATIONS,
        tickets::PRESENCE,
        surveys::ENDPOINTS,
        search::ENDPOINTS,
        change::ENDPOINTS,
        events::ENDPOINTS,
    ]
    .into_iter()
    .flatten()
}
