//! The board as it was at the end of a day: chosen here, said above the board.

use leptos::html;
use leptos::prelude::*;
use shared::i18n::Key;
use shared::time::Date;

use crate::i18n::{fill, t};
use crate::links;
use crate::part;
use crate::record::as_of;
use crate::ui::field::unique_id;
use crate::ui::place::{self, Align, Side};
use crate::ui::{Button, ButtonKind, DateInput, Field, Glyph, Icon, format};

pub fn go(day: Option<Date>) {
    links::go(&untrack(|| links::with(&[("as_of", day.map(|day| day.to_string()).as_deref())])));
}

/// A button, and the day below it.
#[component]
pub fn PastButton() -> impl IntoView {
    let id = unique_id("past");
    let button = NodeRef::<html::Button>::new();
    let popover = NodeRef::<html::Div>::new();
    let value = RwSignal::new(untrack(as_of::day));
    // The address may change without this field.
    Effect::new(move || value.set(as_of::day()));
    let was_open = RwSignal::new(false);
    let toggled = move |_| {
        was_open.set(true);
        if let (Some(popover), Some(button)) = (popover.get_untracked(), button.get_untracked()) {
            place::beside(&popover, &button, Side::Below, Align::Start);
        }
    };
    let choose = move |day: Option<Date>| {
        if let Some(popover) = popover.get_untracked() {
            let _ = popover.hide_popover();
        }
        go(day);
    };
    view! {
        <button type="button" class="btn quiet" popovertarget=id.clone() node_ref=button>
            <Icon glyph=Glyph::Clock/><span class="btn-label">{t(Key::BoardPast)}</span>
        </button>
        <div class="popover past-pop" popover="auto" id=id node_ref=popover on:toggle=toggled>
            {move || was_open.get().then(|| day_field(value, Callback::new(choose)))}
        </div>
    }
}

part! {
    asides: pub fn day_field(value: RwSignal<Option<Date>>, choose: Callback<Option<Date>>) =>
        view! { <Field label=Key::BoardPastDay><DateInput value on_commit=choose/></Field> }
}

/// Says that this is the past, and leads back.
#[component]
pub fn PastBanner() -> impl IntoView {
    move || {
        let day = as_of::day().filter(|_| as_of::moment().is_some())?;
        Some(view! {
            <p class="past-banner" role="status">
                <Icon glyph=Glyph::History/>
                <span class="grow">{move || fill(Key::BoardPastShown, &[("date", &format::date_long(day))])}</span>
                <Button kind=ButtonKind::Quiet label=Key::BoardPastBack on_click=|()| go(None)/>
            </p>
        })
    }
}
