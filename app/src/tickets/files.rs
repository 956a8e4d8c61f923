//! Files of messages: brought while one writes, shown below what was said.

use leptos::ev::{ClipboardEvent, DragEvent};
use leptos::html;
use leptos::prelude::*;
use shared::api::ApiError;
use shared::files::{FILE, FILE_MAX, FILES_MAX, FileNamed, FileTold, UPLOAD};
use shared::i18n::Key;
use shared::id::FileId;
use uuid::Uuid;
use web_sys::{DataTransfer, File, FileList};

use crate::i18n::{fill, t, text};
use crate::ui::{Glyph, Icon, IconButton, IconKind, format};
use crate::{api, spawn, words};

/// What is to come with the next message.
#[derive(Clone, Copy)]
pub struct Attached(RwSignal<Vec<Brought>>);

/// A file from the moment it is chosen.
#[derive(Clone, PartialEq)]
struct Brought {
    key: Uuid,
    name: String,
    size: i64,
    state: State,
}

#[derive(Clone, PartialEq)]
enum State {
    Coming,
    Here(FileTold),
    Failed(String),
}

impl Attached {
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// The files that are here.
    pub fn here(self) -> Vec<FileTold> {
        let here = |one: &Brought| if let State::Here(file) = &one.state { Some(file.clone()) } else { None };
        self.0.with_untracked(|files| files.iter().filter_map(here).collect())
    }

    /// Nothing is on its way and nothing has failed. Tracked.
    pub fn is_settled(self) -> bool {
        self.0.read().iter().all(|one| matches!(one.state, State::Here(_)))
    }

    pub fn clear(self) {
        self.0.set(Vec::new());
    }

    /// Puts back what was taken back or refused.
    pub fn restore(self, files: Vec<FileTold>) {
        if self.0.with_untracked(Vec::is_empty) {
            let back = |file: FileTold| Brought {
                key: file.id.0,
                name: file.name.clone(),
                size: file.size,
                state: State::Here(file),
            };
            self.0.set(files.into_iter().map(back).collect());
        }
    }

    fn remove(self, key: Uuid) {
        self.0.update(|files| files.retain(|one| one.key != key));
    }

    pub fn add_all(self, files: &FileList) {
        for file in (0..files.length()).filter_map(|at| files.get(at)) {
            self.add(file);
        }
    }

    fn add(self, file: File) {
        let key = crate::id::new();
        #[expect(clippy::cast_possible_truncation, reason = "whole bytes, far below 2^53")]
        let size = file.size() as i64;
        let fault = if self.0.with_untracked(Vec::len) >= FILES_MAX {
            Some(fill(Key::InboxFilesMost, &[("max", &FILES_MAX.to_string())]))
        } else if u64::try_from(size).is_ok_and(|size| size > FILE_MAX) {
            Some(fill(Key::InboxFileTooLarge, &[("max", &self::size(FILE_MAX.cast_signed()))]))
        } else {
            None
        };
        let is_coming = fault.is_none();
        let state = fault.map_or(State::Coming, State::Failed);
        self.0.update(|files| files.push(Brought { key, name: file.name(), size, state }));
        if is_coming {
            spawn::local(async move { self.settle(key, send(&file).await) });
        }
    }

    /// What came of it; nothing, if it was removed meanwhile or the page is gone.
    fn settle(self, key: Uuid, answer: Result<FileTold, ApiError>) {
        let state = match answer {
            Ok(file) => State::Here(file),
            Err(error) => {
                let at_fault = error.fields.values().next().map(|field| field.message.clone());
                State::Failed(at_fault.unwrap_or_else(|| untrack(|| words::error(&error))))
            }
        };
        self.0.try_update(|files| {
            if let Some(one) = files.iter_mut().find(|one| one.key == key) {
                one.state = state;
            }
        });
    }

    /// A picture that is pasted; words are pasted as words, also where a picture of them comes along.
    pub fn paste(self, event: &ClipboardEvent) {
        let Some(data) = event.clipboard_data() else { return };
        let has_words = data.get_data("text/plain").is_ok_and(|words| !words.is_empty());
        if !has_words && self.take(&data) {
            event.prevent_default();
        }
    }

    pub fn drop(self, event: &DragEvent) {
        if event.data_transfer().is_some_and(|data| self.take(&data)) {
            event.prevent_default();
        }
    }

    fn take(self, data: &DataTransfer) -> bool {
        let files = data.files().filter(|files| files.length() > 0);
        if let Some(files) = &files {
            self.add_all(files);
        }
        files.is_some()
    }
}

async fn send(file: &File) -> Result<FileTold, ApiError> {
    let named = shared::api::query_string(&FileNamed { name: file.name() });
    let text = api::upload(&format!("{UPLOAD}?{named}"), file).await?;
    api::read(&text)
}

/// Files that are dragged here may be dropped.
pub fn drag(event: &DragEvent) {
    let carries = |data: DataTransfer| {
        data.types().iter().any(|kind| kind.as_string().is_some_and(|kind| kind.eq_ignore_ascii_case("files")))
    };
    if event.data_transfer().is_some_and(carries) {
        event.prevent_default();
    }
}

/// Chooses files.
#[component]
pub fn Attach(files: Attached) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let choose = move |()| {
        if let Some(input) = node.get_untracked() {
            input.click();
        }
    };
    let change = move |_| {
        let Some(input) = node.get_untracked() else { return };
        if let Some(chosen) = input.files() {
            files.add_all(&chosen);
        }
        // The same file can be chosen again.
        input.set_value("");
    };
    let label = Signal::derive(|| text(Key::InboxAttach).to_owned());
    view! {
        <input type="file" multiple hidden node_ref=node aria-label=label on:change=change/>
        <IconButton label glyph=Glyph::Paperclip kind=IconKind::Plain on_click=choose/>
    }
}

/// What will come with the message, each with how it goes.
#[component]
pub fn Brings(files: Attached) -> impl IntoView {
    let line = move |one: Brought| {
        let (key, name) = (one.key, one.name.clone());
        let remove = Signal::derive(move || fill(Key::InboxFileRemove, &[("name", &name)]));
        let (fault, is_coming) = match &one.state {
            State::Failed(why) => (Some(why.clone()), false),
            state => (None, *state == State::Coming),
        };
        let is_bad = fault.is_some();
        view! {
            <li class="file" class:bad=is_bad aria-busy=is_coming.then_some("true")>
                {if is_coming {
                    view! { <span class="spinner" aria-hidden="true"></span> }.into_any()
                } else {
                    view! { <Icon glyph=if is_bad { Glyph::CircleAlert } else { Glyph::Paperclip }/> }.into_any()
                }}
                <span class="clip">{one.name}</span>
                <span class="faint small">{size(one.size)}</span>
                {is_coming.then(|| view! { <span class="hidden" role="status">{t(Key::InboxFileComing)}</span> })}
                {fault.map(|why| view! { <span class="small" role="alert">{why}</span> })}
                <IconButton label=remove glyph=Glyph::X kind=IconKind::Small on_click=move |()| files.remove(key)/>
            </li>
        }
    };
    view! {
        <Show when=move || !files.0.read().is_empty()>
            <ul class="files" aria-label=move || text(Key::InboxFiles)>
                {move || files.0.get().into_iter().map(line).collect_view()}
            </ul>
        </Show>
    }
}

/// The files of a message: images as they are, the others to be saved.
pub fn shown(files: Vec<FileTold>) -> impl IntoView {
    let one = |file: FileTold| {
        let href = address(file.id);
        let name = file.name.clone();
        let src = href.clone();
        if file.is_image {
            return view! {
                <li>
                    <a class="thumb" href=href target="_blank" rel="noopener" data-tip=file.name>
                        <img src=src alt=name loading="lazy" decoding="async"/>
                    </a>
                </li>
            }
            .into_any();
        }
        view! {
            <li>
                <a class="file" href=href download=name>
                    <Icon glyph=Glyph::Paperclip/>
                    <span class="clip">{file.name}</span>
                    <span class="faint small">{size(file.size)}</span>
                </a>
            </li>
        }
        .into_any()
    };
    let is_any = !files.is_empty();
    is_any.then(|| {
        view! { <ul class="files" aria-label=move || text(Key::InboxFiles)>{files.into_iter().map(one).collect_view()}</ul> }
    })
}

fn address(id: FileId) -> String {
    FILE.replace("{id}", &id.to_string())
}

/// In the unit that leaves a short number.
fn size(bytes: i64) -> String {
    const KB: i64 = 1 << 10;
    const MB: i64 = 1 << 20;
    match bytes {
        ..MB => format!("{} KB", format::number((bytes + KB - 1) / KB)),
        _ if bytes % MB == 0 => format!("{} MB", format::number(bytes / MB)),
        _ => format!("{} MB", format::decimal(bytes * 10 / MB, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_size_is_short() {
        assert_eq!((size(1), size(1_024), size(1_025)), ("1 KB".into(), "1 KB".into(), "2 KB".into()));
        assert_eq!((size(25 << 20), size((3 << 20) / 2)), ("25 MB".into(), "1.5 MB".into()));
    }
}
