//! The customers' portal in the browser. It holds nothing of the staff's app:
//! its own entry, its own words, its own look.

mod api;
mod article;
mod ask;
mod files;
mod form;
mod format;
mod help;
mod me;
mod parts;
mod place;
mod rate;
mod sentences;
mod session;
mod shell;
mod sign_in;
mod storage;
mod ticket;
mod tickets;
mod words;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(shell::Portal);
}
