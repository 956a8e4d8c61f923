//! A field's value as it is shown: links for references, faces for people,
//! tags, phones that dial.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;
use shared::access::Object;
use shared::fields::{Field, FieldKind, ListKind, Row};
use shared::i18n::Key;
use shared::time::{Date, Instant};
use uuid::Uuid;

use super::{points, tags};
use crate::i18n::text;
use crate::store::Known;
use crate::ui::{Ago, Avatar, Day, Dot, Hue, Icon, Tag, Tone};
use crate::{links, store, words};

/// The value of `field` in `row`; nothing where there is none.
pub fn shown(object: Object, field: &'static Field, row: &Arc<Row>) -> AnyView {
    let value = row.get(field.key).cloned().unwrap_or_default();
    if value.is_null() {
        return ().into_any();
    }
    match field.kind {
        FieldKind::Ref(target) => {
            value.as_str().and_then(|id| id.parse().ok()).map(|id| reference(target, id)).into_any()
        }
        FieldKind::List(ListKind::Tags) => tag_list(&value).into_any(),
        FieldKind::List(ListKind::Points) => points_line(&value).into_any(),
        FieldKind::List(ListKind::Accounts) => each(Object::Account, "account_id", &value).into_any(),
        FieldKind::List(ListKind::Contacts) => each(Object::Contact, "contact_id", &value).into_any(),
        FieldKind::Date => {
            value.as_str().and_then(|text| text.parse::<Date>().ok()).map(|date| view! { <Day on=date/> }).into_any()
        }
        FieldKind::Time => value.as_i64().map(|at| view! { <Ago at=Instant(at)/> }).into_any(),
        FieldKind::Choice(_) if is_marked(field) => {
            let word = value.as_str().unwrap_or_default().to_owned();
            let tone = tone(field.key, &word);
            view! { <Tag label=Signal::derive(move || words::choice(field.key, &word)) tone/> }.into_any()
        }
        FieldKind::Text { .. } if field.key == "website" => site(value.as_str().unwrap_or_default()).into_any(),
        _ => {
            let currency = row.get("currency").and_then(Value::as_str).map(str::to_owned);
            let said = move || words::value(object, field.key, &value, currency.as_deref());
            view! { <span class="value-text">{said}</span> }.into_any()
        }
    }
}

/// Choices that are read at a glance.
fn is_marked(field: &Field) -> bool {
    matches!(field.key, "level" | "lifecycle" | "forecast_category")
}

fn tone(key: &str, word: &str) -> Tone {
    match (key, word) {
        ("level", "A") | ("lifecycle", "customer" | "repeat" | "won_back") => Tone::Good,
        ("level", "B") | ("lifecycle", "prospect") => Tone::Info,
        ("level", "D") | ("lifecycle", "dormant") => Tone::Neutral,
        ("lifecycle", "lost") => Tone::Bad,
        ("level", "C") => Tone::Warn,
        _ => Tone::Neutral,
    }
}

/// Another record: its name, a way to it, and a face or a colour where it has one.
pub fn reference(target: Object, id: Uuid) -> AnyView {
    let name = Signal::derive(move || match store::known(target, id) {
        Known::Here(row) => row.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
        Known::Missing => text(Key::ValueHidden).to_owned(),
        Known::Loading | Known::Failed(_) => "…".to_owned(),
    });
    match target {
        Object::User => view! {
            <span class="value-ref"><Avatar id=id.to_string() name decorative=true/><span class="clip">{move || name.get()}</span></span>
        }
        .into_any(),
        Object::Stage => {
            let hue = move || store::stage(id.into()).map(|stage| Hue::new(u8::try_from(stage.color).unwrap_or(1)));
            view! { <span class="value-ref">{move || hue().map(|hue| view! { <Dot hue/> })}<span class="clip">{move || name.get()}</span></span> }.into_any()
        }
        _ => match links::record(target, id) {
            Some(href) => view! { <a class="value-link clip" href=href>{move || name.get()}</a> }.into_any(),
            None => view! { <span class="clip">{move || name.get()}</span> }.into_any(),
        },
    }
}

fn each(target: Object, key: &str, value: &Value) -> impl IntoView {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let ids: Vec<Uuid> = items.iter().filter_map(|item| item.get(key)?.as_str()?.parse().ok()).collect();
    view! { <span class="value-list">{ids.into_iter().map(|id| reference(target, id)).collect_view()}</span> }
}

fn tag_list(value: &Value) -> impl IntoView {
    let tag = |tag: String| view! { <Tag tone=Tone::Hue(Hue::of(&tag)) label=tag/> };
    view! { <span class="value-list">{tags::of(value).into_iter().map(tag).collect_view()}</span> }
}

fn points_line(value: &Value) -> impl IntoView {
    let mut points = points::of(value);
    shared::order::sort_by_key(&mut points, |point| !point.is_primary);
    let one = |point: shared::contacts::Point| {
        let glyph = points::glyph(point.kind);
        match points::href(&point) {
            Some(href) => view! { <a class="value-link value-ref" href=href rel="noreferrer"><Icon glyph/><span class="clip">{point.value}</span></a> }.into_any(),
            None => view! { <span class="value-ref"><Icon glyph/><span class="clip">{point.value}</span></span> }.into_any(),
        }
    };
    view! { <span class="value-list">{points.into_iter().map(one).collect_view()}</span> }
}

fn site(typed: &str) -> impl IntoView {
    let shown = typed.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/').to_owned();
    view! { <a class="value-link clip" href=points::site(typed) target="_blank" rel="noreferrer">{shown}</a> }
}
