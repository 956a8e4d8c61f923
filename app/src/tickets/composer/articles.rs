//! Articles about what is being written, put where the cursor stands.

use leptos::html;
use leptos::prelude::*;
use shared::tickets::MessageKind;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

use super::Desk;
use crate::knowledge::Suggested;

/// Articles about what is being written; about the ticket before the first word.
#[component]
pub fn Articles(desk: Desk) -> impl IntoView {
    let words = Signal::derive(move || {
        if !desk.is_begun.get() {
            return String::new();
        }
        let body = desk.writing.body.read().trim().to_owned();
        if body.is_empty() { desk.talk.shown.text("name").unwrap_or_default() } else { body }
    });
    let is_for_customer = Signal::derive(move || desk.writing.kind.get() == MessageKind::Public);
    let insert = move |words: String| put(desk.node, desk.writing.body, &words);
    view! { <Suggested words is_for_customer on_insert=Callback::new(insert)/> }
}

/// Puts the words into the form's field in the place of what is selected, and the cursor behind them.
fn put(node: NodeRef<html::Form>, body: RwSignal<String>, words: &str) {
    let found = node.get_untracked().and_then(|node| node.query_selector("textarea").ok().flatten());
    let field = found.and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok());
    let at = |place: Option<Option<u32>>| place.flatten().and_then(|place| usize::try_from(place).ok());
    let end = usize::MAX;
    let from = at(field.as_ref().and_then(|field| field.selection_start().ok())).unwrap_or(end);
    let to = at(field.as_ref().and_then(|field| field.selection_end().ok())).unwrap_or(end);
    let (text, cursor) = with(&body.read_untracked(), from, to, words);
    body.set(text);
    // Once the field holds the new text.
    request_animation_frame(move || {
        let (Some(field), Ok(cursor)) = (field, u32::try_from(cursor)) else { return };
        let _ = field.focus();
        let _ = field.set_selection_range(cursor, cursor);
    });
}

/// The text with `words` in the place of its units `from` to `to`, and where the
/// cursor stands behind them; browsers count in UTF-16 units. Several lines
/// stand apart from what is around them.
fn with(text: &str, from: usize, to: usize, words: &str) -> (String, usize) {
    let units: Vec<u16> = text.encode_utf16().collect();
    let from = from.min(units.len());
    let to = to.clamp(from, units.len());
    let (before, after) = (String::from_utf16_lossy(&units[..from]), String::from_utf16_lossy(&units[to..]));
    let is_block = words.contains('\n');
    let gap = |is_close: bool| {
        if !is_close {
            ""
        } else if is_block {
            "\n\n"
        } else {
            " "
        }
    };
    // Full-width signs bring their own room, and brackets want none.
    let ends = |c: char| c.is_alphanumeric() || ".,:;!?)".contains(c);
    let lead = gap(if is_block { !before.trim_end_matches(' ').is_empty() } else { before.ends_with(ends) });
    let tail = gap(if is_block { !after.trim().is_empty() } else { after.starts_with(char::is_alphanumeric) });
    let put = format!("{before}{lead}{words}{tail}");
    let cursor = put.encode_utf16().count();
    (put + &after, cursor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn words_go_where_the_cursor_is() {
        assert_eq!(with("", 0, 0, "[a](/b)"), ("[a](/b)".into(), 7));
        assert_eq!(with("请看：。", 3, 3, "[a](/b)"), ("请看：[a](/b)。".into(), 10));
        assert_eq!(with("see: it", 4, 7, "[a](/b)"), ("see: [a](/b)".into(), 12), "what is selected makes way");
        assert_eq!(with("😀bc", 2, 3, "x"), ("😀x c".into(), 4), "a face counts twice");
        assert_eq!(with("ab", usize::MAX, usize::MAX, "1\n2"), ("ab\n\n1\n2".into(), 7));
    }
}
