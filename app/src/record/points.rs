//! Phones, mails and the like: typed in any usual form, kept with their norm.

use leptos::prelude::*;
use serde_json::Value;
use shared::contacts::{Point, PointKind};
use shared::i18n::Key;
use shared::text;
use uuid::Uuid;

use super::draft::Draft;
use crate::each::each;
use crate::i18n::{fill, t};
use crate::ui::{Button, ButtonKind, Choice, Glyph, Icon, IconButton, Select, TextInput};
use crate::words;

/// What is compared and dialled: E.164, or the address in lower case.
pub fn norm(kind: PointKind, typed: &str) -> Option<String> {
    match kind {
        PointKind::Phone => text::phone(typed, text::Region::Cn).ok().map(|phone| phone.e164),
        PointKind::Email => text::email(typed).ok(),
        _ => None,
    }
}

/// A kind that fits what was typed, as long as nobody has chosen one.
fn guess(typed: &str) -> Option<PointKind> {
    if norm(PointKind::Email, typed).is_some() {
        return Some(PointKind::Email);
    }
    if norm(PointKind::Phone, typed).is_some() {
        return Some(PointKind::Phone);
    }
    let is_site = typed.starts_with("http") || typed.starts_with("www.");
    is_site.then_some(PointKind::Website)
}

/// Where a point leads on a click.
pub fn href(point: &Point) -> Option<String> {
    match point.kind {
        PointKind::Phone => norm(PointKind::Phone, &point.value).map(|phone| format!("tel:{phone}")),
        PointKind::Email => norm(PointKind::Email, &point.value).map(|mail| format!("mailto:{mail}")),
        PointKind::Website => Some(site(&point.value)),
        _ => None,
    }
}

/// An address of the web, however it was typed.
pub fn site(typed: &str) -> String {
    let is_whole = typed.starts_with("https://") || typed.starts_with("http://");
    if is_whole { typed.to_owned() } else { format!("https://{typed}") }
}

pub fn glyph(kind: PointKind) -> Glyph {
    match kind {
        PointKind::Phone => Glyph::Phone,
        PointKind::Email => Glyph::Mail,
        PointKind::Wechat => Glyph::MessageSquare,
        PointKind::Website => Glyph::Globe,
        PointKind::Other => Glyph::Link,
    }
}

/// The points of a row; what does not fit the contract is left out.
pub fn of(value: &Value) -> Vec<Point> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| serde_json::from_value(item.clone()).ok()).collect()
}

/// A line of the editor.
#[derive(Clone, Copy)]
struct Line {
    id: Uuid,
    kind: RwSignal<String>,
    is_kind_chosen: RwSignal<bool>,
    value: RwSignal<String>,
    is_primary: RwSignal<bool>,
}

impl Line {
    fn of(point: &Point, is_kind_chosen: bool) -> Self {
        Self {
            id: crate::id::new(),
            kind: RwSignal::new(point.kind.word().to_owned()),
            is_kind_chosen: RwSignal::new(is_kind_chosen),
            value: RwSignal::new(point.value.clone()),
            is_primary: RwSignal::new(point.is_primary),
        }
    }

    fn kind(self) -> PointKind {
        self.kind.read().parse().unwrap_or_default()
    }

    fn point(self) -> Point {
        let (kind, value) = (self.kind(), self.value.read().trim().to_owned());
        let norm = norm(kind, &value).unwrap_or_else(|| value.to_lowercase());
        Point { kind, value, norm, is_primary: self.is_primary.get() }
    }
}

/// The list of a draft's points.
#[component]
pub fn PointsEditor(draft: Draft, #[prop(default = "points")] field_key: &'static str) -> impl IntoView {
    let lines = RwSignal::new(
        of(&untrack(|| draft.get(field_key))).iter().map(|point| Line::of(point, true)).collect::<Vec<_>>(),
    );
    Effect::new(move || {
        let points: Vec<Point> =
            lines.read().iter().map(|line| line.point()).filter(|point| !point.value.is_empty()).collect();
        draft.set(field_key, serde_json::to_value(points).unwrap_or_default());
    });
    let add = move |kind: PointKind| {
        let is_first = lines.with_untracked(Vec::is_empty);
        lines.update(|lines| lines.push(Line::of(&Point { kind, is_primary: is_first, ..Point::default() }, false)));
    };
    let ids = move || lines.read().iter().map(|line| line.id).collect();
    let line = move |id: Uuid| {
        let line = lines.with_untracked(|lines| lines.iter().find(|line| line.id == id).copied());
        line.map(|line| line_view(draft, field_key, lines, line)).into_any()
    };
    view! {
        <div class="points" role="group" aria-label=move || words::field(draft.object, field_key)>
            {each(ids, line)}
            <div class="row">
                <Button kind=ButtonKind::Quiet icon=Glyph::Phone label=Key::RecordAddPhone on_click=move |()| add(PointKind::Phone)/>
                <Button kind=ButtonKind::Quiet icon=Glyph::Mail label=Key::RecordAddEmail on_click=move |()| add(PointKind::Email)/>
            </div>
        </div>
    }
}

fn line_view(draft: Draft, key: &'static str, lines: RwSignal<Vec<Line>>, line: Line) -> impl IntoView {
    let kinds =
        || PointKind::ALL.iter().map(|kind| Choice::new(kind, words::choice("point", kind.word()))).collect::<Vec<_>>();
    let normed = move || {
        let typed = line.value.read();
        norm(line.kind(), typed.trim()).filter(|norm| *norm != typed.trim())
    };
    let typed = move |text: String| {
        if !line.is_kind_chosen.get_untracked()
            && let Some(kind) = guess(text.trim())
        {
            line.kind.set(kind.word().to_owned());
        }
    };
    let is_blank = move || line.value.read().trim().is_empty();
    let error = move || {
        // Blank lines are not sent, and so do not count.
        let sent = |other: &&Line| other.id == line.id || !other.value.read().trim().is_empty();
        let at = lines.read().iter().filter(sent).position(|other| other.id == line.id)?;
        draft.error_at(key, at).filter(|_| !is_blank())
    };
    let make_primary = move |()| {
        for other in lines.get_untracked() {
            let is_same_kind = untrack(|| other.kind() == line.kind());
            if is_same_kind {
                other.is_primary.set(other.id == line.id && !line.is_primary.get_untracked());
            }
        }
    };
    view! {
        <div class="point">
            <Select value=line.kind options=Signal::derive(kinds) label=Key::RecordPointKind on_commit=move |_: String| line.is_kind_chosen.set(true)/>
            <TextInput
                value=line.value
                kind="text"
                maxlength=254
                label=Signal::derive(move || words::choice("point", &line.kind.read()))
                placeholder=Signal::derive(move || placeholder(line.kind()))
                autofocus=untrack(is_blank)
                on_commit=typed
            />
            <IconButton glyph=Glyph::Star label=Key::RecordPrimary pressed=line.is_primary on_click=make_primary/>
            <IconButton glyph=Glyph::X label=Key::RecordRemovePoint on_click=move |()| lines.update(|lines| lines.retain(|other| other.id != line.id))/>
            {move || normed().map(|norm| view! {
                <p class="hint point-norm"><Icon glyph=Glyph::Check/>{move || fill(Key::RecordKeptAs, &[("norm", &norm)])}</p>
            })}
            {move || error().map(|error| view! { <p class="error" role="alert"><Icon glyph=Glyph::CircleAlert/>{error}</p> })}
        </div>
    }
}

fn placeholder(kind: PointKind) -> String {
    match kind {
        PointKind::Phone => t(Key::RecordPhoneHint)().to_owned(),
        PointKind::Email => t(Key::RecordEmailHint)().to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_phone_has_one_norm_however_it_is_typed() {
        for typed in ["138 1234 5678", "+86 138-1234-5678", "0086 13812345678", "１３８１２３４５６７８"] {
            assert_eq!(norm(PointKind::Phone, typed).as_deref(), Some("+8613812345678"), "{typed}");
        }
    }

    #[test]
    fn what_is_typed_tells_its_kind() {
        assert_eq!(guess("li@acme.cn"), Some(PointKind::Email));
        assert_eq!(guess("010-62345678"), Some(PointKind::Phone));
        assert_eq!(guess("www.acme.cn"), Some(PointKind::Website));
        assert_eq!(guess("weixin_01"), None);
    }

    #[test]
    fn a_site_without_its_scheme_still_opens() {
        let point = |kind, value: &str| Point { kind, value: value.into(), ..Point::default() };
        assert_eq!(href(&point(PointKind::Website, "acme.cn")).as_deref(), Some("https://acme.cn"));
        assert_eq!(href(&point(PointKind::Phone, "138 1234 5678")).as_deref(), Some("tel:+8613812345678"));
        assert_eq!(href(&point(PointKind::Wechat, "acme")), None);
    }
}
