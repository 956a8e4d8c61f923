//! The facts of a record: label and value, each edited where it stands.

use leptos::html;
use leptos::prelude::*;
use serde_json::Value;
use shared::access::Action;
use shared::fields::Field;
use shared::i18n::Key;
use wasm_bindgen::JsCast;

use super::control::is_editable;
use super::inline::{InlineEdit, Leave};
use super::shown::Shown;
use super::{faults, value};
use crate::i18n::{fill, t};
use crate::ui::dialog::within;
use crate::ui::{Glyph, Icon};
use crate::words;

#[component]
pub fn Facts(shown: Shown, keys: &'static [&'static str]) -> impl IntoView {
    let schema = shown.object.schema();
    let fields = keys.iter().filter_map(|key| schema.field(key));
    view! { <dl class="facts">{fields.map(|field| view! { <Fact shown field/> }).collect_view()}</dl> }
}

#[component]
pub fn Fact(shown: Shown, field: &'static Field) -> impl IntoView {
    let object = shown.object;
    view! {
        <div class="fact" data-fact=field.key>
            <dt>{move || words::field(object, field.key)}</dt>
            <dd><FactValue shown field/></dd>
        </div>
    }
}

/// The value alone; a press on it, or Enter, edits it.
#[component]
pub fn FactValue(
    shown: Shown,
    field: &'static Field,
    /// Stands without its label, which takes the place of a value that is none.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let (object, id) = (shown.object, shown.id);
    let editing = RwSignal::new(false);
    let node = NodeRef::<html::Div>::new();
    let may = Memo::new(move |_| is_editable(field) && shown.is_open_to(Action::Write));
    let close = move |leave: Leave| {
        editing.set(false);
        if matches!(leave, Leave::Kept | Leave::Cancelled) {
            request_animation_frame(move || focus_value(node));
        }
    };
    let start = move || {
        if may.get_untracked() {
            editing.set(true);
        }
    };
    let fault = move || faults::said(object, id, field.key);
    let value = move || {
        let row = shown.row.get()?;
        let is_blank = match row.get(field.key) {
            None | Some(Value::Null) => true,
            Some(Value::Array(items)) => items.is_empty(),
            Some(_) => false,
        };
        Some(match is_blank {
            true if bare => view! { <span class="faint">{words::field(object, field.key)}</span> }.into_any(),
            true => view! { <span class="faint"><span aria-hidden="true">"–"</span><span class="hidden">{t(Key::ValueNone)}</span></span> }.into_any(),
            false => value::shown(object, field, &row),
        })
    };
    let read_view = move || {
        view! {
            <div
                class="fact-value"
                class:open=may
                class:wrong=move || fault().is_some()
                on:click=move |event| if within(&event, "a").is_none() { start() }
            >
                <div class="fact-words">{value}</div>
                <Show when=move || may.get()>
                    <button
                        type="button"
                        class="fact-edit"
                        aria-label=move || fill(Key::RecordEditField, &[("field", &words::field(object, field.key))])
                        on:click=move |_| start()
                    ><Icon glyph=Glyph::Pencil/></button>
                </Show>
                {move || fault().map(|fault| view! { <p class="error" role="alert"><Icon glyph=Glyph::CircleAlert/>{fault}</p> })}
            </div>
        }
    };
    view! {
        <div node_ref=node>
            {move || if editing.get() {
                view! { <InlineEdit object id field on_close=close/> }.into_any()
            } else {
                read_view().into_any()
            }}
        </div>
    }
}

fn focus_value(node: NodeRef<html::Div>) {
    let button = node.try_get_untracked().flatten().and_then(|node| node.query_selector(".fact-edit").ok().flatten());
    if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = button.focus();
    }
}
