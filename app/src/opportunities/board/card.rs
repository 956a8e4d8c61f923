//! A card: who, how much, what, and what comes next.

use crate::ui::place::px;
use std::sync::Arc;

use leptos::prelude::*;
use shared::i18n::Key;
use shared::id::OpportunityId;
use shared::opportunities::Card;

use super::cell::CellView;
use super::desk::{Desk, pitch};
use super::next::{self, Next};
use crate::i18n::{fill, t, text};
use crate::store;
use crate::ui::{Avatar, format};

/// A place whose card is still on its way.
pub fn empty(view: CellView, index: usize) -> impl IntoView {
    view! {
        <div class="card deal-card coming" aria-hidden="true" style:transform=move || shift(view, index)>
            <i></i><i></i><i></i>
        </div>
    }
}

/// Down to its place; below the open slot one further.
fn shift(view: CellView, index: usize) -> String {
    let opened = usize::from(view.slot.get().is_some_and(|slot| slot <= index));
    #[expect(clippy::cast_precision_loss, reason = "cards of a column")]
    let top = (index + opened) as f64 * pitch();
    format!("translateY({})", px(top))
}

pub fn card(desk: Desk, view: CellView, id: OpportunityId) -> impl IntoView {
    let stack = view.stack;
    // A card that is leaving keeps what it showed until it is taken off the page.
    let card = Memo::new(move |before: Option<&Arc<Card>>| {
        stack.with(|stack| stack.card(id).cloned()).or_else(|| before.cloned()).unwrap_or_default()
    });
    let index = Memo::new(move |before: Option<&usize>| {
        stack.with(|stack| stack.place(id)).or(before.copied()).unwrap_or_default()
    });
    let stage = view.stage;
    let next = Memo::new(move |_| {
        stage
            .get()
            .map_or(Next { class: "next", words: String::new() }, |stage| card.with(|card| next::step(card, &stage)))
    });
    let rot = Memo::new(move |_| stage.get().and_then(|stage| next::rot(card.read().stage_entered_at, &stage)));
    let key = StoredValue::new(id.to_string());
    let is_chosen = Memo::new(move |_| desk.selection.has(&key.read_value()));
    let is_carried = Memo::new(move |_| desk.carried.read().as_ref().is_some_and(|carried| carried.ids.contains(&id)));
    let label = move || {
        let card = card.get();
        let mut parts = vec![title(&card), card.name.clone(), amount(&card), next.get().words];
        parts.extend(owner(&card));
        parts.extend(rot.get().map(|rot| rot.why));
        parts.extend(is_chosen.get().then(|| text(Key::BoardChosen).to_owned()));
        parts.retain(|part| !part.is_empty());
        parts.dedup();
        parts.join(", ")
    };
    view! {
        <div
            class="card deal-card"
            class:rot=move || rot.read().is_some()
            class:chosen=is_chosen
            class:carried=is_carried
            class:opened=move || desk.opened.get() == Some(id)
            role="listitem"
            data-card=key.get_value()
            tabindex=move || if view.tab_stop.get() == Some(id) { "0" } else { "-1" }
            aria-label=label
            aria-roledescription=t(Key::BoardCard)
            aria-describedby="board-hint"
            aria-posinset=move || index.get() + 1
            aria-setsize=move || stack.with(|stack| stack.count)
            data-tip=move || rot.get().map(|rot| rot.why)
            style:transform=move || shift(view, index.get())
        >
            <div class="top">
                <span class="strong clip">{move || title(&card.read())}</span>
                <span class="money">{move || amount(&card.read())}</span>
            </div>
            <div class="muted clip">{move || card.read().name.clone()}</div>
            <div class="foot">
                <span class=move || next.read().class><span class="dot"></span><span class="clip">{move || next.read().words.clone()}</span></span>
                {move || rot.get().map(|rot| view! { <span class="stands">{rot.words}</span> })}
                {move || card.with(|card| card.owner_id).map(|owner| {
                    let name = move || store::name(shared::access::Object::User, owner).unwrap_or_default();
                    view! { <Avatar id=owner.to_string() name=Signal::derive(name)/> }
                })}
                {move || (!desk.is_fixed()).then(|| view! {
                    <button type="button" class="card-more" tabindex="-1" data-move aria-label=move || fill(Key::BoardMoveNamed, &[("name", &title(&card.read()))])></button>
                })}
            </div>
        </div>
    }
}

/// The account, or the deal's own name where there is none to see.
pub fn title(card: &Card) -> String {
    card.account.clone().unwrap_or_else(|| card.name.clone())
}

fn amount(card: &Card) -> String {
    card.amount.map(|amount| format::money(amount, &card.currency)).unwrap_or_default()
}

fn owner(card: &Card) -> Option<String> {
    store::name(shared::access::Object::User, card.owner_id?)
}
