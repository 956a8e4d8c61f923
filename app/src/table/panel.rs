//! A record beside its list.

use leptos::prelude::*;
use shared::i18n::Key;
use uuid::Uuid;

use super::listing::Listing;
use crate::i18n::t;
use crate::store::{self, Known};
use crate::ui::{
    Drawer, DrawerHeader, EmptyState, ErrorState, Glyph, Icon, IconButton, Scope, Skeleton, SkeletonKind, use_key,
};
use crate::{links, words};

/// The panel of the record in `?open=`; `body` makes what it shows.
#[component]
pub fn RecordPanel(listing: Listing, body: fn(Uuid) -> AnyView) -> impl IntoView {
    let object = listing.object();
    let id = Memo::new(move |_| links::open_id());
    let is_open = Signal::derive(move || id.get().is_some());
    let close = move || links::go(&untrack(links::closed));
    let name = Signal::derive(move || id.get().and_then(|id| store::name(object, id)).unwrap_or_default());
    view! {
        <Drawer open=is_open label=name on_close=close wide=true>
            <DrawerHeader title=Signal::derive(move || words::object(object)) on_close=close>
                <Beside listing id/>
                {move || id.get().and_then(|id| links::record(object, id)).map(|href| view! {
                    <a class="btn icon-btn quiet" href=href aria-label=t(Key::RecordFullPage) data-tip=t(Key::RecordFullPage)><Icon glyph=Glyph::Maximize2/></a>
                })}
            </DrawerHeader>
            {move || id.get().map(|id| guarded(listing, id, body))}
        </Drawer>
    }
}

/// The records before and behind it in the list.
#[component]
fn Beside(listing: Listing, id: Memo<Option<Uuid>>) -> impl IntoView {
    let go = move |by: isize| {
        move || {
            let next = id.get_untracked().and_then(|id| listing.beside(id, by));
            if let Some(next) = next {
                listing.open(next);
            }
        }
    };
    use_key(Scope::Panel, "j", Key::TableKeyDown, go(1));
    use_key(Scope::Panel, "k", Key::TableKeyUp, go(-1));
    let is_last = move |by: isize| {
        Signal::derive(move || {
            listing.rows.ids.track();
            id.get().is_none_or(|id| listing.beside(id, by).is_none())
        })
    };
    view! {
        <IconButton glyph=Glyph::ArrowUp label=Key::RecordPrevious shortcut="k" disabled=is_last(-1) on_click=go(-1)/>
        <IconButton glyph=Glyph::ArrowDown label=Key::RecordNext shortcut="j" disabled=is_last(1) on_click=go(1)/>
    }
}

/// What is known of the record, or what stands in its place.
fn guarded(listing: Listing, id: Uuid, body: fn(Uuid) -> AnyView) -> impl IntoView {
    let object = listing.object();
    RecordBody(RecordBodyProps { object, id, body })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Loading,
    Here,
    Missing,
    Failed,
}

/// The body of a record once it is here; else why it is not.
#[component]
pub fn RecordBody(object: shared::access::Object, id: Uuid, body: fn(Uuid) -> AnyView) -> impl IntoView {
    let state = Memo::new(move |_| match store::known(object, id) {
        Known::Loading => State::Loading,
        Known::Here(_) => State::Here,
        Known::Missing => State::Missing,
        Known::Failed(_) => State::Failed,
    });
    let why = Signal::derive(move || match store::known(object, id) {
        Known::Failed(error) => Some(words::error(&error)),
        _ => None,
    });
    move || match state.get() {
        State::Loading => view! { <section><Skeleton kind=SkeletonKind::Text count=8/></section> }.into_any(),
        State::Here => body(id),
        State::Missing => {
            view! { <EmptyState glyph=Glyph::EyeOff title=Key::RecordMissing text=Key::RecordMissingText/> }.into_any()
        }
        State::Failed => {
            view! { <ErrorState title=Key::RecordFailed text=why on_retry=move || store::reload((object, id))/> }
                .into_any()
        }
    }
}
