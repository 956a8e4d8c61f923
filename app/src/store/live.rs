//! Others' changes as they happen. One tab of a browser holds the stream and
//! tells the others.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use shared::access::Object;
use shared::auth::WhoAmI;
use shared::events::{CHANGE, Event, HERE, PRESENCE, REFRESH, RESET, STREAM};
use shared::id::UserId;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, EventSource, MessageEvent};

use super::{records, slots};
use crate::{api, session};

thread_local! {
    static IS_CONNECTED: ArcRwSignal<bool> = ArcRwSignal::new(false);
    /// The log's number up to which this tab has heard.
    static SEQ: Cell<Option<i64>> = const { Cell::new(None) };
    static CHANNEL: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
    static SOURCE: RefCell<Option<Stream>> = const { RefCell::new(None) };
    /// The number from which on this tab hears everything.
    static FROM: Cell<Option<i64>> = const { Cell::new(None) };
    static TRIES: Cell<u32> = const { Cell::new(0) };
    /// Hears who is at which record.
    static PRESENT: Cell<Option<fn(&str)>> = const { Cell::new(None) };
}

/// The stream with its listeners, which live as long as it.
struct Stream {
    source: EventSource,
    _listeners: Vec<Closure<dyn Fn(MessageEvent)>>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// What tabs say to each other, besides the events of the stream.
const UP: &str = "up";
const DOWN: &str = "down";
const ASK: &str = "ask";

const LONGEST_WAIT_MS: u64 = 30_000;

/// Changes of others arrive. Untracked.
pub fn is_connected() -> bool {
    IS_CONNECTED.with(GetUntracked::get_untracked)
}

/// Who is at which record is told to this from now on: the event's data, or
/// nothing when something may have been missed.
pub fn hear_presence(act: Option<fn(&str)>) {
    PRESENT.set(act);
}

fn present(data: &str) {
    if let Some(act) = PRESENT.get() {
        act(data);
    }
}

/// Begins to listen. Called once somebody is signed in.
pub fn start(user: UserId) {
    let name = format!("kith.live.{user}");
    if let Ok(channel) = BroadcastChannel::new(&name) {
        let heard = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
            if let Some((name, rest)) = event.data().as_string().as_deref().and_then(|text| text.split_once('\n'))
                && let Some((id, data)) = rest.split_once('\n')
            {
                hear(name, id, data);
            }
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        // Lives as long as the page.
        heard.forget();
        CHANNEL.set(Some(channel));
        whisper(ASK, "", "");
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
    // At first from what the answers so far knew: they may be older than the stream.
    let since = SEQ.get().or_else(api::oldest);
    SEQ.set(since);
    let url = since.map_or_else(|| STREAM.to_owned(), |seq| format!("{STREAM}?since={seq}"));
    let Ok(source) = EventSource::new(&url) else { return };
    let listen = |name: &str, act: fn(MessageEvent)| {
        let listener = Closure::<dyn Fn(MessageEvent)>::new(act);
        let _ = source.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        listener
    };
    let pass_on = |event: MessageEvent| {
        let data = event.data().as_string().unwrap_or_default();
        tell(&event.type_(), &event.last_event_id(), &data);
    };
    let listeners = vec![
        listen("open", |_| {
            TRIES.set(0);
            tell(UP, &seq(), "");
        }),
        listen(CHANGE, pass_on),
        listen(REFRESH, pass_on),
        listen(RESET, pass_on),
        listen(PRESENCE, pass_on),
        listen(HERE, pass_on),
        listen("error", |_| {
            tell(DOWN, "", "");
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
fn tell(name: &str, id: &str, data: &str) {
    whisper(name, id, data);
    hear(name, id, data);
}

fn whisper(name: &str, id: &str, data: &str) {
    CHANNEL.with_borrow(|channel| {
        if let Some(channel) = channel {
            let _ = channel.post_message(&format!("{name}\n{id}\n{data}").into());
        }
    });
}

fn hear(name: &str, id: &str, data: &str) {
    if let Ok(seq) = id.parse::<i64>() {
        SEQ.set(Some(SEQ.get().unwrap_or(0).max(seq)));
    }
    match name {
        UP => up(),
        DOWN => set_connected(false),
        RESET => reset(),
        REFRESH => refresh(data),
        PRESENCE => present(data),
        CHANGE => match api::read::<Event>(data) {
            Ok(event) => apply(event),
            Err(_) => reset(),
        },
        ASK if SOURCE.with_borrow(Option::is_some) && is_connected() => whisper(UP, &seq(), ""),
        _ => {}
    }
}

fn up() {
    if is_connected() {
        return;
    }
    if FROM.get().is_none() {
        FROM.set(SEQ.get());
    }
    answered();
    set_connected(true);
    slots::retry();
    super::outbox::pump();
    present("");
}

/// Asks anew where an answer is older than what this tab hears: the changes
/// between the two were told to nobody here.
pub fn answered() {
    if let (Some(from), Some(oldest)) = (FROM.get(), api::oldest())
        && oldest < from
    {
        FROM.set(Some(oldest));
        slots::invalidate_all();
    }
}

fn seq() -> String {
    SEQ.get().map(|seq| seq.to_string()).unwrap_or_default()
}

/// Too many of a kind changed to be told one by one.
fn refresh(word: &str) {
    if let Ok(object) = word.parse::<Object>() {
        records::reload_all(&[object]);
        slots::invalidate(object);
    }
}

/// Too much was missed to catch up, or one may see and do other things now.
fn reset() {
    session::reload();
    records::reload_all(Object::ALL);
    slots::invalidate_all();
    present("");
}

fn set_connected(is_connected: bool) {
    IS_CONNECTED.with(|signal| {
        if signal.get_untracked() != is_connected {
            signal.set(is_connected);
        }
    });
}

fn apply(event: Event) {
    let id = (event.object, event.id);
    records::heard(id, event.batch);
    if records::is_known(id) {
        match event.row {
            Some(row) => drop(records::put(event.object, row)),
            None => records::gone(id),
        }
    }
    slots::invalidate(event.object);
}
