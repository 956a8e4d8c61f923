//! `/imports`: the files that were brought in, or are on their way.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::imports::{Import, ImportState};
use shared::query::ListQuery;

use crate::i18n::{fill, t, text};
use crate::shell::use_title;
use crate::ui::{Ago, Button, EmptyState, ErrorState, Glyph, Skeleton, SkeletonKind, Tag, Tone, format};
use crate::{links, session, store, words};

#[component]
pub fn Page() -> impl IntoView {
    use_title(|| text(Key::NavImports).to_owned());
    // The palette's "create" comes here by the common address.
    Effect::new(|| {
        if links::param("new").is_some() {
            links::replace(&links::new_import());
        }
    });
    let list = store::list::<Import>(|| {
        Some(ListQuery { sort: Some("-created_at".into()), limit: Some(100), ..ListQuery::default() })
    });
    let may_create = || session::can(Object::Import, Action::Create);
    let lines = move || list.rows().into_iter().map(line).collect_view();
    view! {
        <div class="page">
            <header class="bar">
                <h1 class="grow">{t(Key::NavImports)}</h1>
                <Show when=may_create><a class="btn primary" href=links::new_import>{t(Key::ImportNew)}</a></Show>
            </header>
            <div class="content">
                {move || if let Some(error) = list.error().filter(|_| list.rows().is_empty()) {
                    let words = words::error(&error);
                    view! { <ErrorState title=Key::ImportListFailed text=Signal::derive(move || Some(words.clone())) on_retry=move || list.refresh()/> }.into_any()
                } else if list.is_first() {
                    view! { <Skeleton kind=SkeletonKind::Rows count=4/> }.into_any()
                } else if list.rows().is_empty() {
                    empty(may_create()).into_any()
                } else {
                    view! { <ul class="import-list">{lines}</ul> }.into_any()
                }}
                <Show when=move || list.has_more()><Button label=Key::ImportMore on_click=move |()| list.more()/></Show>
            </div>
        </div>
    }
}

fn empty(may_create: bool) -> impl IntoView {
    view! {
        <EmptyState glyph=Glyph::Inbox title=Key::ImportEmpty text=Key::ImportEmptyText>
            {may_create.then(|| view! { <a class="btn primary" href=links::new_import>{t(Key::ImportNew)}</a> })}
        </EmptyState>
    }
}

fn line(import: Arc<Import>) -> impl IntoView {
    let href = links::import(import.id);
    let (state, created_at) = (import.state, import.created_at);
    let numbers = {
        let import = import.clone();
        move || told(&import)
    };
    let object = import.target();
    view! {
        <li>
            <a class="card" href=href>
                <span class="row">
                    <span class="strong clip grow">{import.name.clone()}</span>
                    {state_tag(state)}
                </span>
                <span class="row small muted">
                    <span>{move || object.map(words::objects)}</span>
                    <span class="grow clip">{numbers}</span>
                    <Ago at=created_at/>
                </span>
            </a>
        </li>
    }
}

/// What became of its rows, in a few words.
fn told(import: &Import) -> String {
    let number = |n: i64| format::number(n);
    match import.state {
        ImportState::Committed | ImportState::Committing => {
            fill(Key::ImportWritten, &[("created", &number(import.created)), ("updated", &number(import.updated))])
        }
        _ => fill(Key::ImportRowsTold, &[("n", &number(import.rows))]),
    }
}

pub fn state_tag(state: ImportState) -> impl IntoView {
    let tone = match state {
        ImportState::Committed => Tone::Good,
        ImportState::Failed | ImportState::Halted => Tone::Bad,
        ImportState::Checking | ImportState::Committing | ImportState::Undoing | ImportState::Redoing => Tone::Info,
        ImportState::Draft | ImportState::Checked | ImportState::Undone => Tone::Neutral,
    };
    view! { <Tag tone label=Signal::derive(move || words::choice("state", state.word()))/> }
}
