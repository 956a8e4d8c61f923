//! One field edited where it stands: Enter keeps, Esc returns, leaving keeps.

use leptos::html;
use leptos::prelude::*;
use serde_json::Value;
use shared::access::Object;
use shared::change::Patch;
use shared::fields::{Field, FieldKind, ListKind, Row};
use shared::i18n::Key;
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, KeyboardEvent, Node};

use super::control::{Control, control};
use super::draft::{Draft, Whole};
use super::{faults, stage};
use crate::i18n::fill;
use crate::store::{self, Command};
use crate::ui::{Glyph, Icon};
use crate::words;

/// How an edit in place ended, for whoever moves the focus on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    Kept,
    Cancelled,
    Next,
    Previous,
    /// The focus has gone elsewhere by itself.
    Away,
}

#[component]
pub fn InlineEdit(
    object: Object,
    id: Uuid,
    field: &'static Field,
    #[prop(into)] on_close: Callback<Leave>,
) -> impl IntoView {
    let key = field.key;
    let before = store::peek((object, id)).map(|row| Row::clone(&row)).unwrap_or_default();
    let fault = untrack(|| faults::of(object, id, key));
    let mut start = Row::from_iter([(key.to_owned(), before.get(key).cloned().unwrap_or_default())]);
    if let Some(currency) = before.get("currency").filter(|_| key != "currency") {
        start.insert("currency".to_owned(), currency.clone());
    }
    // A stage is one of the record's own pipeline.
    if let Some(pipeline) = before.get("pipeline_id").filter(|_| key == "stage_id") {
        start.insert("pipeline_id".to_owned(), pipeline.clone());
    }
    if let Some(fault) = &fault {
        start.insert(key.to_owned(), fault.typed.clone());
    }
    let draft = Draft::new(object, start);
    if let Some(fault) = fault {
        draft.fail(key, fault.error);
    }
    // What the writer saw: where somebody else was faster, they are asked.
    let seen = StoredValue::new(before.get(key).cloned().unwrap_or_default());
    let node = NodeRef::<html::Div>::new();
    let is_closed = StoredValue::new(false);
    let end = move |leave: Leave| {
        let is_first = !is_closed.try_update_value(|closed| std::mem::replace(closed, true)).unwrap_or(true);
        if is_first {
            on_close.run(leave);
        }
    };
    let commit = move |leave: Leave| {
        if is_closed.try_get_value().unwrap_or(true) {
            return;
        }
        let value = draft.get(key);
        let old = seen.get_value();
        if is_same(&value, &old) {
            faults::forget(object, id, key);
            return end(leave);
        }
        let Ok(row) = check(draft, key) else { return focus_control(node) };
        let value = row.get(key).cloned().unwrap_or_default();
        if !stage::asks(object, id, key, &value) {
            send(object, id, key, value, old);
        }
        end(leave);
    };
    let commit = move |leave| untrack(|| commit(leave));
    // The draft follows its control on the next tick.
    let soon = move |leave| request_animation_frame(move || commit(leave));
    let picked = Callback::new(move |()| soon(Leave::Kept));
    let press = move |event: KeyboardEvent| press(&event, field, soon, end);
    let left = move |event: FocusEvent| {
        let stays = is_within(node, event.related_target());
        if !stays {
            request_animation_frame(move || {
                if !is_closed.try_get_value().unwrap_or(true) && !has_focus(node) {
                    commit(Leave::Away);
                }
            });
        }
    };
    Effect::new(move || {
        if node.get().is_some() {
            request_animation_frame(move || focus_control(node));
        }
    });
    let label = Signal::derive(move || words::field(object, key));
    let error = move || draft.error(key).or_else(|| draft.error_at(key, 0));
    view! {
        <div class="inline-edit" class:wrong=move || error().is_some() node_ref=node on:keydown=press on:focusout=left>
            {control(draft, field, Control { label, autofocus: false, on_pick: Some(picked) })}
            {move || error().map(|error| view! { <p class="error" role="alert"><Icon glyph=Glyph::CircleAlert/>{error}</p> })}
        </div>
    }
}

/// Absent, empty and blank are the same to a reader.
fn is_same(a: &Value, b: &Value) -> bool {
    let is_blank = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    a == b || (is_blank(a) && is_blank(b))
}

/// The one value, in form, or what is wrong with it at the field. Other required
/// fields are not in this draft; an empty one is refused as a value already.
fn check(draft: Draft, key: &str) -> Result<Row, ()> {
    let mut row = draft.check(Whole::No)?;
    if key == "points" {
        let mut points = super::points::of(row.get(key).unwrap_or(&Value::Null));
        let mut errors = shared::api::FieldErrors::new();
        shared::contacts::check_points(&mut points, &mut errors);
        if let Some((path, error)) = errors.pop_first() {
            draft.fail(&path, error);
            return Err(());
        }
        row.insert(key.to_owned(), serde_json::to_value(points).unwrap_or_default());
    }
    Ok(row)
}

/// Sends one field; a refusal comes back to the place where it was made.
fn send(object: Object, id: Uuid, key: &'static str, value: Value, seen: Value) {
    faults::forget(object, id, key);
    let said = untrack(|| {
        let name = store::name(object, id).unwrap_or_default();
        fill(Key::RecordChanged, &[("name", &name), ("field", &words::field(object, key))])
    });
    let typed = value.clone();
    let command = Command::update_row(object, id, Patch::set(key, value).base(key, seen)).said(said);
    store::run(command.refused(move |error| faults::keep(object, id, key, typed, error)));
}

fn press(event: &KeyboardEvent, field: &Field, commit: impl Fn(Leave), end: impl Fn(Leave)) {
    if event.default_prevented() || event.is_composing() {
        return;
    }
    let is_lines =
        matches!(field.kind, FieldKind::LongText { .. } | FieldKind::List(ListKind::Points | ListKind::Tags));
    let is_command = event.ctrl_key() || event.meta_key();
    let leave = match event.key().as_str() {
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            return end(Leave::Cancelled);
        }
        "Enter" if !is_lines || is_command => Leave::Kept,
        "Tab" if event.shift_key() && !is_lines => Leave::Previous,
        "Tab" if !is_lines => Leave::Next,
        _ => {
            // Letters typed here are no shortcuts of the table around it.
            event.stop_propagation();
            return;
        }
    };
    event.prevent_default();
    event.stop_propagation();
    settle();
    commit(leave);
}

/// Lets a control take what was typed, as it does when it is left.
fn settle() {
    let active = document().active_element().and_then(|active| active.dyn_into::<HtmlElement>().ok());
    if let Some(active) = active {
        let _ = active.blur();
        let _ = active.focus();
    }
}

fn is_within(node: NodeRef<html::Div>, target: Option<web_sys::EventTarget>) -> bool {
    let inside = target.and_then(|target| target.dyn_into::<Node>().ok());
    node.try_get_untracked().flatten().is_some_and(|node| node.contains(inside.as_ref()))
}

fn has_focus(node: NodeRef<html::Div>) -> bool {
    is_within(node, document().active_element().map(Into::into))
}

fn focus_control(node: NodeRef<html::Div>) {
    let Some(node) = node.try_get_untracked().flatten() else { return };
    let Some(control) = node.query_selector("input, select, textarea").ok().flatten() else { return };
    if let Ok(input) = control.clone().dyn_into::<web_sys::HtmlInputElement>() {
        let _ = input.focus();
        input.select();
    } else if let Ok(element) = control.dyn_into::<HtmlElement>() {
        let _ = element.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn nothing_is_sent_for_what_reads_the_same() {
        assert!(
            is_same(&json!(""), &Value::Null) && is_same(&json!([]), &Value::Null) && is_same(&json!("a"), &json!("a"))
        );
        assert!(
            !is_same(&json!(0), &Value::Null)
                && !is_same(&json!(false), &Value::Null)
                && !is_same(&json!("a"), &json!("b"))
        );
    }
}
