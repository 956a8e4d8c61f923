//! The open deal beside the board.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::id::OpportunityId;
use wasm_bindgen::JsCast;

use crate::i18n::t;
use crate::opportunities::board::Desk;
use crate::record::StageDialog;
use crate::table::RecordBody;
use crate::ui::{Drawer, DrawerHeader, Glyph, Icon, IconButton, Scope, use_key};
use crate::{links, store};

#[component]
pub fn RecordPanel(desk: Desk) -> impl IntoView {
    let id = Memo::new(|_| links::open_id());
    let is_open = Signal::derive(move || id.get().is_some());
    let close = move || {
        let was = id.get_untracked();
        links::go(&untrack(|| links::with(&[("open", None), ("edit", None)])));
        if let Some(id) = was {
            desk.focus_on(OpportunityId(id));
        }
    };
    let name = Signal::derive(move || {
        let row = id.get().and_then(|id| store::row(Object::Opportunity, id));
        let account = row
            .as_ref()
            .and_then(|row| row.get("account_id")?.as_str()?.parse::<uuid::Uuid>().ok())
            .and_then(|id| store::name(Object::Account, id));
        let own = row.and_then(|row| row.get("name")?.as_str().map(str::to_owned)).unwrap_or_default();
        account.map_or_else(|| own.clone(), |account| format!("{account} · {own}"))
    });
    begin_edit();
    view! {
        <Drawer open=is_open label=name on_close=close>
            <DrawerHeader title=name on_close=close>
                <Beside desk/>
                {move || id.get().map(|id| view! {
                    <a class="btn icon-btn quiet" href=links::opportunity(id) aria-label=t(Key::RecordFullPage) data-tip=t(Key::RecordFullPage)><Icon glyph=Glyph::Maximize2/></a>
                })}
            </DrawerHeader>
            {move || id.get().map(|id| view! { <RecordBody object=Object::Opportunity id body=super::body/> })}
        </Drawer>
        <StageDialog/>
    }
}

/// The cards above and below in the same column.
#[component]
fn Beside(desk: Desk) -> impl IntoView {
    let next = move |by: isize| {
        let (cell, place, _) = desk.find(desk.opened.get()?)?;
        let stack = desk.cell(cell)?.stack.get();
        stack.at(place.checked_add_signed(by)?).map(|card| card.id)
    };
    let go = move |by: isize| {
        move || {
            if let Some(id) = untrack(|| next(by)) {
                links::replace(&untrack(|| links::opened(id)));
            }
        }
    };
    use_key(Scope::Panel, "j", Key::BoardKeyDown, go(1));
    use_key(Scope::Panel, "k", Key::BoardKeyUp, go(-1));
    let is_last = move |by: isize| Signal::derive(move || next(by).is_none());
    view! {
        <IconButton glyph=Glyph::ArrowUp label=Key::RecordPrevious shortcut="k" disabled=is_last(-1) on_click=go(-1)/>
        <IconButton glyph=Glyph::ArrowDown label=Key::RecordNext shortcut="j" disabled=is_last(1) on_click=go(1)/>
    }
}

/// `?edit` puts the reader into the deal's name at once.
fn begin_edit() {
    Effect::new(|| {
        if links::param("edit").is_some() && links::open_id().is_some() {
            press_when_there(40);
        }
    });
}

fn press_when_there(tries: u32) {
    request_animation_frame(move || {
        let button = document().query_selector(".panel .record-name .fact-edit").ok().flatten();
        match button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
            Some(button) => {
                button.click();
                links::set_params(&[("edit", None)]);
            }
            None if tries > 0 => press_when_there(tries - 1),
            None => links::set_params(&[("edit", None)]),
        }
    });
}
