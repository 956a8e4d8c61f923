//! `/knowledge/synonyms`: words that mean the same to the search.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::change::Patch;
use shared::fields::row_of;
use shared::i18n::Key;
use shared::knowledge::Synonym;
use shared::query::ListQuery;
use uuid::Uuid;

use crate::i18n::{fill, text};
use crate::record::{Draft, FieldEditor, Whole};
use crate::store::{self, Command};
use crate::ui::{
    Button, ButtonKind, Dialog, EmptyState, ErrorState, Glyph, Icon, IconButton, Scope, SearchInput, Skeleton,
    SkeletonKind, use_key,
};
use crate::{session, words};

const MOST: u32 = 500;

/// The group that the dialog is about; none is a new one.
#[derive(Clone, Copy)]
struct Desk {
    open: RwSignal<bool>,
    edited: RwSignal<Option<Arc<Synonym>>>,
}

impl Desk {
    fn edit(self, group: Option<Arc<Synonym>>) {
        self.edited.set(group);
        self.open.set(true);
    }
}

fn said_of(words: &[String]) -> String {
    words.join(" · ")
}

#[component]
pub fn Synonyms() -> impl IntoView {
    let list = store::list::<Synonym>(|| {
        Some(ListQuery { sort: Some("-created_at".into()), limit: Some(MOST), ..ListQuery::default() })
    });
    let desk = Desk { open: RwSignal::new(false), edited: RwSignal::new(None) };
    let looked_for = RwSignal::new(String::new());
    let title = Signal::derive(move || {
        let is_new = desk.edited.read().is_none();
        text(if is_new { Key::KnowledgeNewSynonyms } else { Key::KnowledgeEditSynonyms }).to_owned()
    });
    let shown = move || {
        let wanted = looked_for.read().trim().to_lowercase();
        let mut groups = list.rows();
        groups.retain(|group| group.words.iter().any(|word| word.to_lowercase().contains(&wanted)));
        groups
    };
    let content = move || {
        if let Some(error) = list.error().filter(|_| list.ids().is_empty()) {
            let why = words::error(&error);
            return view! { <ErrorState title=Key::KnowledgeSynonymsFailed text=Some(why) on_retry=move || list.refresh()/> }
                .into_any();
        }
        if list.is_first() {
            return view! { <Skeleton kind=SkeletonKind::Rows count=6/> }.into_any();
        }
        if list.ids().is_empty() {
            return view! { <EmptyState glyph=Glyph::Link title=Key::KnowledgeNoSynonyms text=Key::KnowledgeNoSynonymsText/> }
                .into_any();
        }
        let lines = shown().into_iter().map(|group| line(desk, group)).collect_view();
        view! { <ul class="articles">{lines}</ul> }.into_any()
    };
    view! {
        <div class="row">
            <div class="grow"><SearchInput value=looked_for label=Key::KnowledgeFindSynonyms/></div>
            <Show when=|| session::can(Object::Synonym, Action::Create)><New desk/></Show>
        </div>
        {content}
        <Dialog open=desk.open title>{move || form(desk)}</Dialog>
    }
}

#[component]
fn New(desk: Desk) -> impl IntoView {
    use_key(Scope::Page, "c", Key::KnowledgeNewSynonyms, move || desk.edit(None));
    view! { <Button label=Key::KnowledgeNewSynonyms icon=Glyph::Plus kind=ButtonKind::Primary shortcut="c" on_click=move |()| desk.edit(None)/> }
}

fn line(desk: Desk, group: Arc<Synonym>) -> impl IntoView {
    let (id, name) = (group.id.0, said_of(&group.words));
    let named = |key: Key| {
        let name = name.clone();
        Signal::derive(move || fill(key, &[("name", &name)]))
    };
    let (edit, away) = (named(Key::KnowledgeEditNamed), named(Key::AdminArchiveNamed));
    let chips = group.words.iter().map(|word| view! { <span class="tag">{word.clone()}</span> }).collect_view();
    let archive = move || {
        let said = untrack(|| fill(Key::AdminArchived, &[("name", &name)]));
        store::run(Command::archive::<Synonym>(vec![id], true).said(said));
    };
    let archive = Callback::new(move |()| archive());
    view! {
        <li class="care-line">
            <div class="row wrap grow">{chips}</div>
            <Show when=|| session::can(Object::Synonym, Action::Write)>
                {let group = group.clone(); view! { <IconButton glyph=Glyph::Pencil label=edit on_click=move |()| desk.edit(Some(group.clone()))/> }}
            </Show>
            <Show when=|| session::can(Object::Synonym, Action::Archive)>
                <IconButton glyph=Glyph::Archive label=away on_click=archive/>
            </Show>
        </li>
    }
}

fn form(desk: Desk) -> AnyView {
    let before = desk.edited.get();
    let draft = Draft::of(Object::Synonym, before.as_ref().map(|group| row_of(&**group)).unwrap_or_default());
    let is_pending = RwSignal::new(false);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(row) = untrack(|| draft.check(Whole::Yes)) else { return };
        let words = crate::record::tags::of(row.get("words").unwrap_or_default());
        let command = match &before {
            Some(before) if before.words == words => return desk.open.set(false),
            Some(before) => command_for(before, &words),
            None => new(&words),
        };
        let key = if before.is_some() { Key::AdminSaved } else { Key::AdminCreated };
        let said = untrack(|| fill(key, &[("name", &said_of(&words))]));
        is_pending.set(true);
        let command = command.said(said).quietly().done(move |_| {
            let _ = desk.open.try_set(false);
        });
        store::run(command.refused(move |error| {
            let _ = is_pending.try_set(false);
            draft.refuse(error);
        }));
    };
    let hint = Signal::derive(|| Some(text(Key::KnowledgeSynonymsHint).to_owned()));
    view! {
        <form class="form" novalidate=true on:submit=save>
            <FieldEditor draft field_key="words" hint/>
            {move || draft.stray().map(|error| view! { <p class="error form-error" role="alert"><Icon glyph=Glyph::CircleAlert/>{error}</p> })}
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=move |()| desk.open.set(false)/>
                <Button label=Key::NavSave kind=ButtonKind::Primary submit=true pending=is_pending/>
            </div>
        </form>
    }
    .into_any()
}

fn command_for(before: &Synonym, words: &[String]) -> Command {
    let patch = Patch::set("words", words.to_vec()).base("words", before.words.clone());
    Command::update_row(Object::Synonym, before.id.0, patch)
}

fn new(words: &[String]) -> Command {
    let id: Uuid = crate::id::new();
    Command::create(&Synonym { id: id.into(), words: words.to_vec(), ..Synonym::default() })
}
