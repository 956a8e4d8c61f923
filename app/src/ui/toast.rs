//! What just happened, said at the bottom, with a way back.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use shared::i18n::Key;

use super::button::{IconButton, IconKind};
use super::icon::{Glyph, Icon};
use super::tag::Kbd;
use crate::i18n::text;

/// A button of a toast.
#[derive(Clone)]
pub struct ToastAction {
    pub label: String,
    pub shortcut: Option<&'static str>,
    pub run: Callback<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastKind {
    Done,
    /// Stays until it is closed.
    Wrong,
}

#[derive(Clone)]
struct Toast {
    id: u32,
    kind: ToastKind,
    text: String,
    action: Option<ToastAction>,
}

/// The queue of toasts: from context, by `use_toasts()`.
#[derive(Clone, Copy)]
pub struct Toasts {
    queue: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
    /// While the pointer or the focus rests on them, none leaves.
    is_held: RwSignal<bool>,
}

const SHOWN: usize = 3;
const STAYS: Duration = Duration::from_secs(5);
const STAYS_WITH_ACTION: Duration = Duration::from_secs(10);

/// The queue that `ToastHost` shows.
pub fn use_toasts() -> Toasts {
    expect_context()
}

impl Toasts {
    /// Makes the queue and puts it into the context. Called once, by the root component.
    pub fn provide() -> Self {
        let toasts =
            Self { queue: RwSignal::new(Vec::new()), next: StoredValue::new(0), is_held: RwSignal::new(false) };
        provide_context(toasts);
        toasts
    }

    /// Says what happened.
    pub fn show(self, text: impl Into<String>, action: Option<ToastAction>) -> u32 {
        self.push(ToastKind::Done, text.into(), action)
    }

    /// Says what happened and offers to undo it.
    pub fn undoable(self, what: impl Into<String>, undo: impl Into<Callback<()>>) -> u32 {
        let label = untrack(|| text(Key::UiUndo)).to_owned();
        self.show(what, Some(ToastAction { label, shortcut: Some("mod+z"), run: undo.into() }))
    }

    /// Says what went wrong; stays until it is closed.
    pub fn wrong(self, text: impl Into<String>) -> u32 {
        self.push(ToastKind::Wrong, text.into(), None)
    }

    /// Takes one away before its time.
    pub fn dismiss(self, id: u32) {
        self.queue.update(|queue| queue.retain(|toast| toast.id != id));
    }

    fn push(self, kind: ToastKind, text: String, action: Option<ToastAction>) -> u32 {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        let stays = if action.is_some() { STAYS_WITH_ACTION } else { STAYS };
        self.queue.update(|queue| {
            // The same words twice are one message.
            queue.retain(|toast| toast.text != text);
            queue.push(Toast { id, kind, text, action });
            let surplus = queue.len().saturating_sub(SHOWN);
            queue.drain(..surplus);
        });
        if kind == ToastKind::Done {
            self.expire(id, stays);
        }
        id
    }

    fn expire(self, id: u32, after: Duration) {
        let leave = move || {
            if self.is_held.try_get_untracked().unwrap_or(false) {
                self.expire(id, Duration::from_secs(2));
            } else {
                self.dismiss(id);
            }
        };
        set_timeout(leave, after);
    }
}

/// Shows the queue. Mounted once, by the root component, last.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = use_toasts();
    let host = NodeRef::<html::Div>::new();
    // Shown anew when there is something to say, so that it lies above a dialog opened since.
    Effect::new(move || {
        toasts.queue.track();
        let Some(host) = host.get() else { return };
        let _ = host.hide_popover();
        let _ = host.show_popover();
    });
    view! {
        <div
            class="toasts"
            popover="manual"
            role="status"
            aria-live="polite"
            aria-atomic="false"
            node_ref=host
            on:pointerenter=move |_| toasts.is_held.set(true)
            on:pointerleave=move |_| toasts.is_held.set(false)
            on:focusin=move |_| toasts.is_held.set(true)
            on:focusout=move |_| toasts.is_held.set(false)
        >
            <For each=move || toasts.queue.get() key=|toast| toast.id children=move |toast| toast_line(toasts, toast)/>
        </div>
    }
}

fn toast_line(toasts: Toasts, toast: Toast) -> impl IntoView {
    let Toast { id, kind, text, action } = toast;
    let act = action.map(|action| {
        view! {
            <button type="button" class="btn" on:click=move |_| {
                toasts.dismiss(id);
                action.run.run(());
            }>{action.label}</button>
            {action.shortcut.map(|combo| view! { <Kbd combo/> })}
        }
    });
    view! {
        <div class="toast" role=(kind == ToastKind::Wrong).then_some("alert") class:wrong=kind == ToastKind::Wrong>
            {(kind == ToastKind::Wrong).then(|| view! { <Icon glyph=Glyph::CircleAlert/> })}
            <span class="grow">{text}</span>
            {act}
            <IconButton kind=IconKind::Small glyph=Glyph::X label=Key::UiClose on_click=move |()| toasts.dismiss(id)/>
        </div>
    }
}
