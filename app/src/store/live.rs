//! Others' changes as they happen. One tab of a browser holds the stream and
//! tells the others.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use shared::auth::WhoAmI;
use shared::events::{Event, STREAM};
use shared::id::UserId;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, EventSource, MessageEvent};

use super::{records, slots};
use crate::api;

thread_local! {
    static IS_CONNECTED: ArcRwSignal<bool> = ArcRwSignal::new(false);
    /// The log's number up to which this tab has heard.
    static SEQ: Cell<Option<i64>> = const { Cell::new(None) };
    static CHANNEL: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
    static SOURCE: RefCell<Option<Stream>> = const { RefCell::new(None) };
    static TRIES: Cell<u32> = const { Cell::new(0) };
}

/// The stream with its listeners, which live as long as it.
struct Stream {
    source: EventSource,
    _listeners: [Closure<dyn Fn(MessageEvent)>; 4],
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// What tabs say to each other, besides the events themselves.
const UP: &str = "up";
const DOWN: &str = "down";
const RESET: &str = "reset";
const ASK: &str = "ask";

const LONGEST_WAIT_MS: u64 = 30_000;

/// Changes of others arrive. Untracked.
pub fn is_connected() -> bool {
    IS_CONNECTED.with(GetUntracked::get_untracked)
}

/// Begins to listen. Called once somebody is signed in.
pub fn start(user: UserId) {
    let name = format!("kith.live.{user}");
    if let Ok(channel) = BroadcastChannel::new(&name) {
        let heard = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                hear(&text);
            }
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        // Lives as long as the page.
        heard.forget();
        let _ = channel.post_message(&ASK.into());
        CHANNEL.set(Some(channel));
    }
    lead(&name);
}

/// Opens the stream once this tab is the one to hold it: at once, or when the
/// tab that holds it is closed.
fn lead(name: &str) {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or_default();
    let request = Reflect::get(&locks, &"request".into()).ok().and_then(|request| request.dyn_into::<Function>().ok());
    let Some(request) = request else { return connect() };
    let elected = Closure::once_into_js(|_lock: JsValue| {
        connect();
        // Never settled: the lock is let go of with the tab.
        Promise::new(&mut |_, _| {})
    });
    if request.call2(&locks, &name.into(), &elected).is_err() {
        connect();
    }
}

fn connect() {
    let url = SEQ.get().map_or_else(|| STREAM.to_owned(), |seq| format!("{STREAM}?since={seq}"));
    let Ok(source) = EventSource::new(&url) else { return };
    let listen = |name: &str, act: fn(MessageEvent)| {
        let listener = Closure::<dyn Fn(MessageEvent)>::new(act);
        let _ = source.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        listener
    };
    let listeners = [
        listen("open", |_| {
            TRIES.set(0);
            tell(UP);
        }),
        listen("message", |event| {
            if let Some(text) = event.data().as_string() {
                tell(&text);
            }
        }),
        listen(RESET, |_| tell(RESET)),
        listen("error", |_| {
            tell(DOWN);
            crate::spawn::after(0, reconnect);
        }),
    ];
    SOURCE.set(Some(Stream { source, _listeners: listeners }));
}

/// A stream that broke: perhaps the session ran out, so it is renewed first.
fn reconnect() {
    SOURCE.take();
    let tries = TRIES.get();
    TRIES.set(tries + 1);
    let wait = if tries == 0 { 0 } else { LONGEST_WAIT_MS.min(500 << tries.min(6)) };
    crate::spawn::after(wait, || {
        crate::spawn::local(async {
            if TRIES.get() > 1 {
                let _ = api::call::<WhoAmI>((), ()).await;
            }
            connect();
        });
    });
}

/// Says it to the other tabs and to this one.
fn tell(text: &str) {
    CHANNEL.with_borrow(|channel| {
        if let Some(channel) = channel {
            let _ = channel.post_message(&text.into());
        }
    });
    hear(text);
}

fn hear(text: &str) {
    match text {
        UP => up(),
        DOWN => set_connected(false),
        RESET => reset(),
        ASK => {
            let holds_stream = SOURCE.with_borrow(Option::is_some);
            if holds_stream && is_connected() {
                tell(UP);
            }
        }
        event => match api::read::<Event>(event) {
            Ok(event) => apply(event),
            Err(_) => reset(),
        },
    }
}

fn up() {
    if is_connected() {
        return;
    }
    // Without a number to resume from, what was read before may be old already.
    if SEQ.get().is_none() && !format_is_fresh() {
        slots::invalidate_all();
    }
    set_connected(true);
    super::outbox::pump();
}

/// The page has only just begun to load: what it asked for is asked after this.
fn format_is_fresh() -> bool {
    window().performance().is_none_or(|performance| performance.now() < 3000.0)
}

/// Too much was missed to be told one by one.
fn reset() {
    SEQ.set(None);
    records::reload_all();
    slots::invalidate_all();
}

fn set_connected(is_connected: bool) {
    IS_CONNECTED.with(|signal| {
        if signal.get_untracked() != is_connected {
            signal.set(is_connected);
        }
    });
}

fn apply(event: Event) {
    SEQ.set(Some(SEQ.get().unwrap_or(0).max(event.seq)));
    let id = (event.object, event.id);
    if records::is_known(id) {
        match event.row {
            Some(row) => drop(records::put(event.object, row)),
            None => records::gone(id),
        }
    }
    slots::invalidate(event.object);
}
