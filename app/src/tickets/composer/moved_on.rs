//! What came while one was writing.

use leptos::prelude::*;
use shared::i18n::{Key, Plural};
use shared::tickets::{Direction, Message};

use super::Desk;
use crate::i18n::{count, text};
use crate::session;
use crate::ui::{Button, ButtonKind, Glyph, Icon, Scope, use_key};

/// What others said while one was writing, before and after the server objects.
#[component]
pub fn MovedOn(desk: Desk) -> impl IntoView {
    let seen = desk.writing.seen;
    let unseen = Memo::new(move |_| {
        let Some(seen) = seen.get() else { return 0 };
        let me = session::user_id();
        let is_news = |message: &Message| {
            message.ticket_id == desk.talk.id
                && message.seq > seen
                && message.seq < i64::MAX
                && (message.direction == Direction::In || message.created_by != me)
        };
        desk.talk.messages().iter().filter(|said| is_news(&said.message)).count()
    });
    let refused = Memo::new(move |_| desk.fault.read().as_ref().is_some_and(|error| error.moved_on.is_some()));
    let catch_up = move |()| {
        desk.writing.catch_up();
        desk.fault.set(None);
    };
    view! {
        <Show when=move || refused.get() || unseen.get() != 0>
            <div class="moved-on" role="status">
                <Icon glyph=Glyph::TriangleAlert/>
                <span class="grow">{move || if refused.get() {
                    text(Key::InboxMovedOn).to_owned()
                } else {
                    count(Plural::InboxUnseen, unseen.get())
                }}</span>
                <Button label=Key::InboxHaveRead on_click=catch_up/>
                <Show when=move || refused.get()>
                    <Anyway desk/>
                </Show>
            </div>
        </Show>
    }
}

#[component]
fn Anyway(desk: Desk) -> impl IntoView {
    use_key(Scope::Page, "mod+shift+enter", Key::InboxSendAnyway, move || desk.send(None, true));
    view! { <Button kind=ButtonKind::Primary label=Key::InboxSendAnyway shortcut="mod+shift+enter" on_click=move |()| desk.send(None, true)/> }
}
