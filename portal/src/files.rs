//! Files of messages: chosen while one writes, shown below what was said.

use js_sys::{Array, Uint8Array};
use leptos::html;
use leptos::prelude::*;
use shared::api::ApiError;
use shared::files::{FILE_MAX, FILES_MAX, FileNamed, FileTold, PORTAL_FILE, PORTAL_UPLOAD};
use shared::i18n::Key;
use shared::id::FileId;
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

use crate::api;
use crate::parts::Icon;
use crate::words::{fill, t};

/// What phones and offices send; the server looks at the bytes.
const ACCEPT: &str = "image/*,.pdf,.txt,.log,.csv,.zip,.doc,.docx,.xls,.xlsx,.ppt,.pptx";

/// What is to come with the next message.
#[derive(Clone, Copy)]
pub struct Attached(RwSignal<Vec<Brought>>);

/// A file from the moment it is chosen.
#[derive(Clone)]
struct Brought {
    key: Uuid,
    name: String,
    state: State,
}

#[derive(Clone)]
enum State {
    Coming,
    Here(FileId),
    Failed(Fault),
}

#[derive(Clone)]
enum Fault {
    TooLarge,
    TooMany,
    /// In the server's words.
    Refused(String),
}

impl Attached {
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Those that are here.
    pub fn ids(self) -> Vec<FileId> {
        let here = |one: &Brought| if let State::Here(id) = one.state { Some(id) } else { None };
        self.0.with_untracked(|files| files.iter().filter_map(here).collect())
    }

    /// Nothing is on its way and nothing has failed. Tracked.
    pub fn is_settled(self) -> bool {
        self.0.with(|files| files.iter().all(|one| matches!(one.state, State::Here(_))))
    }

    /// The message has them; nothing, if the page is gone.
    pub fn clear(self) {
        self.0.try_set(Vec::new());
    }

    fn remove(self, key: Uuid) {
        self.0.update(|files| files.retain(|one| one.key != key));
    }

    fn add(self, file: File) {
        let key = Uuid::now_v7();
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let is_large = file.size() > FILE_MAX as f64;
        let state = if self.0.with_untracked(Vec::len) >= FILES_MAX {
            State::Failed(Fault::TooMany)
        } else if is_large {
            State::Failed(Fault::TooLarge)
        } else {
            State::Coming
        };
        let is_coming = matches!(state, State::Coming);
        self.0.update(|files| files.push(Brought { key, name: file.name(), state }));
        if is_coming {
            api::spawn(async move { self.settle(key, send(&file).await) });
        }
    }

    fn settle(self, key: Uuid, answer: Result<FileTold, ApiError>) {
        let state = match answer {
            Ok(file) => State::Here(file.id),
            Err(error) => {
                let at_fault = error.fields.into_values().next().map(|field| field.message);
                State::Failed(Fault::Refused(at_fault.unwrap_or(error.message)))
            }
        };
        self.0.try_update(|files| {
            if let Some(one) = files.iter_mut().find(|one| one.key == key) {
                one.state = state;
            }
        });
    }
}

async fn send(file: &File) -> Result<FileTold, ApiError> {
    let named = shared::api::query_string(&FileNamed { name: file.name() });
    api::upload(&format!("{PORTAL_UPLOAD}?{named}"), file).await
}

fn fault_words(fault: &Fault) -> String {
    match fault {
        Fault::TooLarge => fill(Key::PortalFileTooLarge, &[("max", &format!("{} MB", FILE_MAX >> 20))]),
        Fault::TooMany => fill(Key::PortalFilesMost, &[("max", &FILES_MAX.to_string())]),
        Fault::Refused(words) => words.clone(),
    }
}

/// Chooses files, on a phone also from its pictures.
#[component]
pub fn Attach(files: Attached) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let choose = move |_| {
        if let Some(input) = node.get_untracked() {
            input.click();
        }
    };
    let change = move |_| {
        let Some(input) = node.get_untracked() else { return };
        if let Some(chosen) = input.files() {
            (0..chosen.length()).filter_map(|at| chosen.get(at)).for_each(|file| files.add(file));
        }
        // The same file can be chosen again.
        input.set_value("");
    };
    view! {
        <input type="file" multiple hidden accept=ACCEPT node_ref=node aria-label=t(Key::PortalAttach) on:change=change/>
        <button type="button" class="button attach" aria-label=t(Key::PortalAttach) title=t(Key::PortalAttach) on:click=choose>
            <Icon name="paperclip"/>
        </button>
    }
}

/// What will come with the message, each with how it goes.
#[component]
pub fn Brings(files: Attached) -> impl IntoView {
    let line = move |one: Brought| {
        let (key, name) = (one.key, one.name.clone());
        let (fault, is_coming) = match one.state {
            State::Failed(fault) => (Some(fault), false),
            State::Coming => (None, true),
            State::Here(_) => (None, false),
        };
        let is_bad = fault.is_some();
        view! {
            <li class="file" class:bad=is_bad aria-busy=is_coming.then_some("true")>
                <Icon name=if is_bad { "circle-alert" } else { "paperclip" }/>
                <span class="clip">{one.name}</span>
                {is_coming.then(|| view! { <span class="faint small" role="status">{t(Key::PortalFileComing)}</span> })}
                {fault.map(|fault| view! { <span class="small" role="alert">{move || fault_words(&fault)}</span> })}
                <button
                    type="button"
                    class="remove"
                    aria-label=move || fill(Key::PortalFileRemove, &[("name", &name)])
                    on:click=move |_| files.remove(key)
                >
                    <Icon name="x"/>
                </button>
            </li>
        }
    };
    move || {
        let brought = files.0.get();
        (!brought.is_empty()).then(|| {
            view! { <ul class="files" aria-label=t(Key::PortalFiles)>{brought.into_iter().map(line).collect_view()}</ul> }
        })
    }
}

/// The files of a message: images as they are, the others to be saved.
pub fn shown(files: Vec<FileTold>) -> impl IntoView {
    let is_any = !files.is_empty();
    is_any.then(|| {
        view! { <ul class="files" aria-label=t(Key::PortalFiles)>{files.into_iter().map(|file| view! { <One file/> }).collect_view()}</ul> }
    })
}

/// By a session's cookie the browser fetches it by itself. The key of a link goes
/// into no address, so with one the page fetches the bytes.
#[component]
fn One(file: FileTold) -> impl IntoView {
    let address = PORTAL_FILE.replace("{id}", &file.id.to_string());
    let is_keyed = api::has_key();
    let href = RwSignal::new((!is_keyed).then(|| address.clone()));
    let failed = RwSignal::new(false);
    let (is_image, media) = (file.is_image, file.kind.media_type());
    let wanted = StoredValue::new((address, file.name.clone()));
    let fetch = move |is_saved: bool| {
        let (address, name) = wanted.get_value();
        api::spawn(async move {
            let url = match api::bytes(&address).await {
                Ok(bytes) => object_url(&bytes, if is_image { media } else { "application/octet-stream" }),
                Err(_) => None,
            };
            failed.try_set(url.is_none());
            if let Some(url) = url {
                if is_saved {
                    save(&url, &name);
                }
                href.try_set(Some(url));
            }
        });
    };
    if is_keyed && is_image {
        fetch(false);
    }
    on_cleanup(move || {
        if let Some(url) = href.try_get_untracked().flatten().filter(|_| is_keyed) {
            let _ = Url::revoke_object_url(&url);
        }
    });
    let click = move |event: web_sys::MouseEvent| {
        if href.with_untracked(Option::is_none) {
            event.prevent_default();
            fetch(true);
        }
    };
    let (name, alt, tried) = (file.name.clone(), file.name.clone(), file.name.clone());
    let download = (!is_image).then(|| file.name.clone());
    let target = is_image.then_some("_blank");
    view! {
        <li>
            <a class=if is_image { "thumb" } else { "file" } href=move || href.get().unwrap_or_else(|| "#".into()) download=download target=target rel="noopener" on:click=click>
                {if is_image {
                    view! { <img src=move || href.get() alt=alt loading="lazy" decoding="async"/> }.into_any()
                } else {
                    view! { <Icon name="paperclip"/><span class="clip">{name}</span><span class="faint small">{size(file.size)}</span> }.into_any()
                }}
            </a>
            {move || failed.get().then(|| view! { <p class="bad small" role="alert">{fill(Key::PortalFileFailed, &[("name", &tried)])}</p> })}
        </li>
    }
}

fn object_url(bytes: &[u8], media: &str) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type(media);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

fn save(url: &str, name: &str) {
    let Some(link) = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok())
    else {
        return;
    };
    link.set_href(url);
    link.set_download(name);
    link.click();
}

/// In the unit that leaves a short number.
fn size(bytes: i64) -> String {
    const MB: i64 = 1 << 20;
    if bytes < MB {
        return format!("{} KB", (bytes + 1_023) >> 10);
    }
    let tenths = bytes * 10 / MB;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
