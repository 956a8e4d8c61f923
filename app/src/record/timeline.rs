//! Every change of a record in words, each with its way back.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::change::{Cause, Change, ChangeQuery, ListChanges, Operation};
use shared::i18n::Key;

use super::shown::Shown;
use super::undoing;
use crate::i18n::{fill, t};
use crate::store;
use crate::ui::{
    Ago, Avatar, Button, ButtonKind, ErrorState, Glyph, Icon, IconButton, IconKind, Skeleton, SkeletonKind,
};
use crate::{links, words};

const FIRST: u32 = 30;
const MORE: u32 = 100;

#[component]
pub fn Timeline(shown: Shown) -> impl IntoView {
    page(shown, None)
}

/// Changes, and those before them once they are asked for. Each page begins
/// where the one above it ends, also when that one gains a change.
fn page(shown: Shown, above: Option<Memo<Option<String>>>) -> AnyView {
    let Shown { object, id, .. } = shown;
    let limit = Some(if above.is_some() { MORE } else { FIRST });
    let ask = move || {
        let after = match above {
            Some(above) => Some(above.get()?),
            None => None,
        };
        Some(((), ChangeQuery { object, id, after, limit }))
    };
    let changes = store::query::<ListChanges>(ask, only(object));
    let lines = move || changes.data().map(|page| page.items.clone()).unwrap_or_default();
    let next = Memo::new(move |_| changes.data().and_then(|page| page.next.clone()));
    let is_open = RwSignal::new(false);
    view! {
        <Show when=move || changes.is_first()><Skeleton kind=SkeletonKind::Text count=4/></Show>
        {move || changes.error().filter(|_| changes.data().is_none()).map(|error| view! {
            <ErrorState title=Key::RecordHistoryFailed text=words::error(&error) request_id=error.request_id.clone() on_retry=move || changes.refresh()/>
        })}
        <ol class="timeline">
            {move || lines().into_iter().map(|change| line(shown, change)).collect_view()}
        </ol>
        <Show when=move || next.read().is_some() && !is_open.get()>
            <Button kind=ButtonKind::Quiet icon=Glyph::ChevronDown label=Key::RecordOlder on_click=move |()| is_open.set(true)/>
        </Show>
        {move || is_open.get().then(|| page(shown, Some(next)))}
    }
    .into_any()
}

/// The kind as a list that lasts.
fn only(object: Object) -> &'static [Object] {
    let at = Object::ALL.iter().position(|one| *one == object).unwrap_or_default();
    &Object::ALL[at..=at]
}

fn line(shown: Shown, change: Change) -> impl IntoView {
    let actor = change.actor.map_or_else(String::new, |id| id.to_string());
    let name = change.actor_name.clone();
    let face = if name.is_empty() {
        view! { <Icon glyph=Glyph::Zap/> }.into_any()
    } else {
        view! { <Avatar id=actor name=name.clone() decorative=true/> }.into_any()
    };
    let at = change.applied_at;
    let change = StoredValue::new(change);
    let head = move || change.with_value(headline);
    let may_undo = move || {
        let (op, cause) = change.with_value(|change| (change.op, change.cause));
        // A whole import is taken back on its own page.
        let is_alone = op == Operation::Update || (op == Operation::Create && cause == Cause::User);
        is_alone && shown.is_open_to(Action::Write)
    };
    let undo = move |()| {
        let name = store::name(shown.object, shown.id).unwrap_or_default();
        let command = change.with_value(|change| undoing::of(shown.object, shown.id, &name, change));
        let gone = change.with_value(|change| change.op == Operation::Create);
        if let Some(command) = command {
            store::run(command);
            if gone && let Some(list) = links::list(shown.object) {
                links::go(&list);
            }
        }
    };
    view! {
        <li class="line">
            {face}
            <div class="line-words">
                <p>{head}</p>
                {move || details(shown, &change.get_value())}
            </div>
            <span class="row">
                <Ago at=at/>
                <Show when=may_undo>
                    <IconButton kind=IconKind::Small glyph=Glyph::Undo2 label=Key::RecordTakeBack on_click=undo/>
                </Show>
            </span>
        </li>
    }
}

/// Who did what, and by what.
fn headline(change: &Change) -> impl IntoView + use<> {
    let who = if change.actor_name.is_empty() { t(Key::RecordKith)().to_owned() } else { change.actor_name.clone() };
    let key = match (change.op, was_archived(change)) {
        (Operation::Create, _) => Key::RecordDidCreate,
        (Operation::Delete, _) => Key::RecordDidDelete,
        (Operation::Update, Some(true)) => Key::RecordDidArchive,
        (Operation::Update, Some(false)) => Key::RecordDidRestore,
        (Operation::Update, None) => Key::RecordDidUpdate,
    };
    let by = (change.cause != Cause::User).then(|| words::choice("cause", change.cause.word()));
    view! { <b>{who}</b>" "{t(key)}{by.map(|by| view! { <span class="faint">" · "{by}</span> })} }
}

/// Archived by this change, or brought back.
fn was_archived(change: &Change) -> Option<bool> {
    let at = change.after.get("archived_at")?;
    Some(!at.is_null())
}

fn details(shown: Shown, change: &Change) -> impl IntoView + use<> {
    if change.op != Operation::Update {
        return None;
    }
    let currency = shown.text("currency");
    let lines = undoing::said(shown.object.schema(), change, currency.as_deref());
    let is_long = |text: &str| text.chars().count() > 120;
    let one = move |said: undoing::Said| {
        let label = fill(Key::RecordFieldWas, &[("field", &said.field)]);
        if is_long(&said.before) || is_long(&said.after) {
            return view! { <div class="change"><dt>{label}</dt><dd class="change-long">{said.after}</dd></div> }
                .into_any();
        }
        view! {
            <div class="change">
                <dt>{label}</dt>
                <dd><del>{said.before}</del> <Icon glyph=Glyph::ArrowRight/> <ins>{said.after}</ins></dd>
            </div>
        }
        .into_any()
    };
    Some(
        view! { <dl class="changes">{lines.into_iter().filter(|said| !said.field.is_empty()).map(one).collect_view()}</dl> },
    )
}
