//! Kith in the browser.

mod i18n;
mod ui;

use leptos::prelude::*;

fn main() {
    ui::crash::show_a_way_out_of_panics();
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    ui::start();
    view! {
        <ui::kit::KitPage/>
        <ui::KeyHelp/>
        <ui::ToastHost/>
        <ui::TooltipHost/>
    }
}
