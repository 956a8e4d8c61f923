//! Kith in the browser.

mod accounts;
mod admin;
mod api;
mod contacts;
mod filters;
mod i18n;
mod id;
mod imports;
mod links;
mod opportunities;
mod palette;
mod products;
mod record;
mod session;
mod settings;
mod shell;
mod spawn;
mod store;
mod table;
mod ui;
mod views;
mod words;

fn main() {
    ui::crash::show_a_way_out_of_panics();
    leptos::mount::mount_to_body(shell::App);
}
