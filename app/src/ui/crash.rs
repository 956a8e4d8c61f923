//! When the app itself breaks: say so and offer to load it again.

use leptos::prelude::document;
use shared::i18n::{Key, Locale};
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// Called first thing in `main`.
pub fn show_a_way_out_of_panics() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        show();
    }));
}

/// Built by hand: no signal can be trusted any more.
fn show() {
    let document = document();
    let (Some(body), Some(html)) = (document.body(), document.document_element()) else {
        return;
    };
    if document.query_selector(".crash").ok().flatten().is_some() {
        return;
    }
    let locale = html.get_attribute("lang").as_deref().and_then(Locale::from_tag).unwrap_or_default();
    let element = |tag: &str, text: Key| {
        let element = document.create_element(tag).ok()?;
        element.set_text_content(Some(text.text(locale)));
        Some(element)
    };
    let Some(screen) = document.create_element("dialog").ok() else {
        return;
    };
    let _ = screen.set_attribute("class", "crash");
    let _ = screen.set_attribute("role", "alertdialog");
    let _ = screen.set_attribute("aria-label", Key::UiCrashTitle.text(locale));
    let parts = [element("h1", Key::UiCrashTitle), element("p", Key::UiCrashText), element("a", Key::UiCrashReload)];
    for part in parts.into_iter().flatten() {
        if part.tag_name() == "A" {
            // `external` keeps the router's hands off, so that the page is loaded anew.
            let _ = part.set_attribute("rel", "external");
            let _ = part.set_attribute("href", "");
            let _ = part.set_attribute("class", "btn primary");
        }
        let _ = screen.append_child(&part);
    }
    let _ = body.append_child(&screen);
    // Above all else, toasts and dialogs too.
    if let Ok(dialog) = screen.dyn_into::<HtmlDialogElement>() {
        let _ = dialog.show_modal();
    }
}
