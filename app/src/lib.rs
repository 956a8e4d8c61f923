//! Kith in the browser: everything but the start.

pub mod accounts;
pub mod admin;
pub mod api;
pub mod contacts;
pub mod each;
pub mod filters;
pub mod i18n;
pub mod id;
pub mod imports;
pub mod knowledge;
pub mod links;
pub mod opportunities;
pub mod palette;
pub mod parts;
pub mod products;
pub mod record;
pub mod reports;
pub mod session;
pub mod settings;
pub mod shell;
pub mod spawn;
pub mod store;
pub mod table;
pub mod tickets;
pub mod ui;
pub mod views;
pub mod words;

/// Puts the app on the page.
pub fn start() {
    ui::crash::show_a_way_out_of_panics();
    leptos::mount::mount_to_body(shell::App);
}
