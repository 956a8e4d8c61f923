//! One thing that was said.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::tickets::{Direction, MessageKind, Said};
use shared::time::{Instant, SECOND};

use super::thread::Talk;
use super::{files, split};
use crate::i18n::{fill, t, text};
use crate::ui::{Ago, Avatar, Glyph, Icon, Tag, Tone, format};
use crate::{store, words};

/// Text as HTML until the server has made more of it.
pub fn plain_html(text: &str) -> String {
    let mut html = String::from("<p>");
    for c in text.trim().chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\n' => html.push_str("<br>"),
            c => html.push(c),
        }
    }
    html + "</p>"
}

pub fn view(talk: Talk, said: Said) -> impl IntoView {
    let Said { message, html, said_on, split_to, files } = said;
    let id = message.id;
    let (ticket, went_to) = (message.ticket_id, message.split_to_id);
    let may_split = split_to.is_none() && went_to.is_none();
    let is_choosing = Memo::new(move |_| may_split && talk.chosen.read().is_some());
    let (author, contact) = (message.created_by, message.contact_id);
    let is_in = message.direction == Direction::In;
    let name = Signal::derive(move || {
        if is_in {
            let asked = contact.or_else(|| talk.told.get().and_then(|told| told.ticket.contact_id));
            let known = asked.and_then(|id| store::name(Object::Contact, id));
            return known.unwrap_or_else(|| text(Key::InboxCustomer).to_owned());
        }
        author.and_then(|id| store::name(Object::User, id)).unwrap_or_else(|| text(Key::InboxKith).to_owned())
    });
    let face = if is_in { contact.map(|id| id.to_string()) } else { author.map(|id| id.to_string()) };
    let channel = message.channel;
    let how = move || match (message.kind, message.direction) {
        (MessageKind::Note, _) => text(Key::InboxNote).to_owned(),
        (MessageKind::Public, Direction::In) => words::choice("channel", channel.word()),
        (MessageKind::Public, Direction::Out) => text(Key::InboxReplied).to_owned(),
    };
    // Who wrote the customer's words down.
    let by = move || {
        let by = author.filter(|_| is_in).and_then(|id| store::name(Object::User, id))?;
        Some(fill(Key::InboxWrittenBy, &[("who", &by)]))
    };
    let held = message.held_until.filter(|_| !is_in);
    let is_note = message.kind == MessageKind::Note;
    view! {
        <article class="message" class:note=is_note class:out=!is_in && !is_note>
            <Avatar id=face.unwrap_or_default() name decorative=true/>
            <div>
                <header class="row small muted">
                    <Show when=move || is_choosing.get()>{split::tick(talk, id)}</Show>
                    <b>{name}</b>
                    {is_note.then(|| view! { <Icon glyph=Glyph::Lock/> })}
                    <span>{how}</span>
                    {move || by().map(|by| view! { <span>{by}</span> })}
                    <Ago at=message.created_at/>
                    {held.map(held_back)}
                    {said_on.map(|number| split::mark(Key::InboxSaidOn, number, ticket))}
                    {split_to.zip(went_to).map(|(number, to)| split::mark(Key::InboxWentOn, number, to))}
                </header>
                <div class="message-body prose" inner_html=html></div>
                {files::shown(files)}
            </div>
        </article>
    }
}

/// It has not left yet, for some seconds; the toast and Ctrl+Z take it back.
fn held_back(until: Instant) -> impl IntoView {
    let left = RwSignal::new(seconds_left(until));
    if left.get_untracked() > 0 {
        let tick = move || {
            let _ = left.try_set(seconds_left(until));
        };
        let ticking = set_interval_with_handle(tick, std::time::Duration::from_millis(500)).ok();
        on_cleanup(move || {
            if let Some(ticking) = ticking {
                ticking.clear();
            }
        });
    }
    let label = Signal::derive(move || fill(Key::InboxLeavesIn, &[("n", &left.get().to_string())]));
    view! {
        <Show when=move || left.get().is_positive() fallback=move || view! { <span class="hidden">{t(Key::InboxSent)}</span> }>
            <Tag label tone=Tone::Info/>
        </Show>
    }
}

/// Rounded up: what says 0 has left.
fn seconds_left(until: Instant) -> i64 {
    let left = until.0 - format::now().0;
    if left > 0 { (left + SECOND - 1) / SECOND } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_is_typed_is_shown_and_never_run() {
        assert_eq!(plain_html("a <b>\n&"), "<p>a &lt;b&gt;<br>&amp;</p>");
    }
}
