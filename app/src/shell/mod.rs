//! The frame around every page: navigation, the page, and what floats above it.

mod bottom;
mod counts;
mod frame;
mod nav;
mod places;
mod routes;
mod status;
mod user;

pub use frame::App;

use leptos::prelude::*;
use shared::i18n::Key;

use crate::i18n::fill;

/// The page's title in the browser's tab, for as long as the page is open.
pub fn use_title(title: impl Fn() -> String + Send + Sync + 'static) {
    Effect::new(move || document().set_title(&fill(Key::NavTitle, &[("page", &title())])));
}
