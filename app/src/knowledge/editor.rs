//! Writing an article: its words and what becomes of them, beside how they will read or what they translate.

mod beside;
mod steps;
mod writing;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::id::TicketId;
use shared::knowledge::{Article, ArticleCategory, ArticleVersion, BODY_MAX};
use shared::query::ListQuery;
use shared::tickets::{Direction, GetThread, MessageKind, Thread, ThreadQuery};
use uuid::Uuid;

use self::beside::Beside;
use self::steps::{Standing, Steps};
use self::writing::Writing;
use super::shelf;
use crate::i18n::{locale, t, text};
use crate::store::{self, Known};
use crate::ui::{
    Breadcrumb, Choice, Field, Glyph, Icon, Scope, SegmentedControl, Select, Skeleton, SkeletonKind, TextArea,
    TextInput, use_key,
};
use crate::{links, words};

const MOST: u32 = 200;
/// A draft is kept so soon after the last key.
const PAUSE_MS: u64 = 2_000;

/// The article that is open, and the language it is written in; none is a new one.
type Open = Option<(Uuid, String)>;

#[component]
pub fn Editor() -> impl IntoView {
    let lang = || links::param("locale").unwrap_or_else(|| locale().tag().to_owned());
    let new = Writing::new(crate::id::new().into(), &untrack(lang), true);
    let open = Memo::new(move |before: Option<&Open>| {
        let Some(id) = links::param("edit").and_then(|id| id.parse::<Uuid>().ok()) else {
            // On the way out of here it shows what it showed.
            let is_leaving = links::param("new").is_none();
            return before.filter(|_| is_leaving).cloned().flatten();
        };
        let (lang, is_new) = (lang(), id == new.article.0 && matches!(before, Some(None)));
        // A new article that was saved is still the one that is being written.
        (!is_new || lang != *new.locale.read_untracked()).then_some((id, lang))
    });
    if untrack(|| open.read().is_none()) {
        begin_with_ticket(new);
    }
    move || match open.get() {
        None => view! { <Form writing=new/> }.into_any(),
        Some((id, lang)) => view! { <Existing id lang/> }.into_any(),
    }
}

#[component]
fn Existing(id: Uuid, lang: String) -> impl IntoView {
    let versions = store::list::<ArticleVersion>(move || {
        let filter = Some(format!("article_id.is.{id}"));
        Some(ListQuery { filter, sort: Some("-n".into()), limit: Some(MOST), ..ListQuery::default() })
    });
    // In which language it was written first decides what is a translation.
    let is_here = Memo::new(move |_| !versions.is_first() && store::get::<Article>(id) != Known::Loading);
    move || {
        if !is_here.get() {
            return view! { <Skeleton kind=SkeletonKind::Text count=10/> }.into_any();
        }
        let writing = Writing::new(id.into(), &lang, false);
        untrack(|| writing.take(&versions.rows()));
        view! { <Form writing/> }.into_any()
    }
}

/// What solved a ticket is where an article about it begins.
fn begin_with_ticket(writing: Writing) {
    let Some(id) = untrack(|| links::param("ticket")).and_then(|id| id.parse::<Uuid>().ok()) else { return };
    store::ask::<GetThread>(TicketId(id), ThreadQuery::default(), move |answer| {
        let Ok(told) = answer else { return };
        // What was typed meanwhile stays.
        if writing.name.read_untracked().is_empty() {
            writing.name.set(told.ticket.name.clone());
        }
        if writing.body.read_untracked().is_empty() {
            writing.body.set(solution(&told).unwrap_or_default());
        }
    });
}

/// The last answer that the customer was given.
fn solution(told: &Thread) -> Option<String> {
    let mut messages = told.messages.iter().rev().map(|said| &said.message);
    let answer = messages.find(|one| one.kind == MessageKind::Public && one.direction == Direction::Out)?;
    Some(answer.body.clone())
}

/// Nothing of a draft is lost by a pause, by going elsewhere, or by closing the tab unasked.
fn keep(writing: Writing) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    };
    // By what is typed alone: an answer must not set it off again.
    Effect::new(move || {
        [writing.name, writing.body, writing.summary].iter().for_each(Track::track);
        stop();
        if untrack(|| writing.is_unkept()) {
            waiting.set_value(crate::spawn::after(PAUSE_MS, move || writing.keep(false)));
        }
    });
    let guard = window_event_listener(leptos::ev::beforeunload, move |event| {
        if untrack(|| writing.is_open() && writing.is_unkept()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || {
        stop();
        guard.remove();
        writing.keep(true);
    });
}

#[component]
fn Form(writing: Writing) -> impl IntoView {
    let may = Signal::derive(move || writing.is_open());
    let trail = Signal::derive(move || {
        let name = writing.name.get();
        let name = if name.trim().is_empty() { text(Key::KnowledgeNew).to_owned() } else { name };
        vec![(words::objects(Object::Article), Some(links::knowledge())), (name, None)]
    });
    let off = Signal::derive(move || !may.get());
    let save = Callback::new(move |()| writing.save());
    let past = move || links::article_history(writing.article, &writing.locale.read());
    use_key(Scope::Page, "mod+s", Key::KnowledgeSave, save);
    keep(writing);
    view! {
        <header class="bar editor-bar">
            <Breadcrumb trail/>
            <span class="grow"></span>
            <Show when=move || writing.state().is_some() || !writing.is_new>
                <a class="btn icon-btn quiet" href=past aria-label=t(Key::KnowledgeHistory) data-tip=t(Key::KnowledgeHistory)><Icon glyph=Glyph::History/></a>
            </Show>
            <Steps writing save/>
        </header>
        <div class="editor">
            <form class="form editor-words" on:submit=move |event| {
                event.prevent_default();
                save.run(());
            }>
                {move || writing.refused().map(|error| view! { <p class="error form-error" role="alert"><Icon glyph=Glyph::CircleAlert/>{error}</p> })}
                <Standing writing/>
                <Where writing/>
                <Field label=Key::FieldArticleVersionName required=true error=writing.error("name")>
                    <TextInput value=writing.name maxlength=200 disabled=off autofocus=true/>
                </Field>
                <Field label=Key::FieldArticleVersionSummary error=writing.error("summary")>
                    <TextInput value=writing.summary maxlength=500 disabled=off/>
                </Field>
                <Field label=Key::FieldArticleVersionBody required=true error=writing.error("body") hint=Signal::derive(|| Some(text(Key::KnowledgeMarkdown).to_owned()))>
                    <TextArea value=writing.body rows=18 maxlength=u32::try_from(BODY_MAX).unwrap_or(u32::MAX) disabled=off/>
                </Field>
            </form>
            <Beside writing/>
        </div>
    }
}

/// A new article says where it stands and in which language; later one goes from language to language.
#[component]
fn Where(writing: Writing) -> impl IntoView {
    let list = store::list::<ArticleCategory>(move || writing.is_new.then(shelf::question));
    let categories = Signal::derive(move || shelf::choices(&list.rows()));
    let locales = Signal::derive(locale_choices);
    let is_first = Memo::new(move |_| writing.is_new && writing.open.read().is_none());
    let go = move |word: String| {
        if word != *writing.locale.read_untracked() {
            writing.leave_for(&links::write_article(writing.article, &word));
        }
    };
    view! {
        <Show
            when=move || is_first.get()
            fallback=move || view! { <div><SegmentedControl label=Key::FieldArticleVersionLocale options=locales value=writing.locale on_choose=go/></div> }
        >
            <div class="form two">
                <Field label=Key::FieldArticleCategoryId required=true error=writing.error("category_id")>
                    <Select value=writing.category options=categories empty=Signal::derive(|| text(Key::ValueNone).to_owned())/>
                </Field>
                <Field label=Key::FieldArticleLocale><Select value=writing.locale options=locales/></Field>
            </div>
        </Show>
    }
}

/// The languages of articles. Tracked.
pub fn locale_choices() -> Vec<Choice> {
    shared::knowledge::LOCALES.iter().map(|word| Choice::new(*word, words::choice("locale", word))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::tickets::{Message, Said};
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn said(kind: MessageKind, direction: Direction, body: &str) -> Said {
        let message = Message { kind, direction, body: body.into(), ..Message::default() };
        Said { message, html: String::new(), said_on: None, split_to: None, files: Vec::new() }
    }

    #[test]
    fn an_article_begins_with_the_last_answer_and_never_with_a_note() {
        use Direction::{In, Out};
        use MessageKind::{Note, Public};
        let mut told = Thread {
            ticket: shared::tickets::Ticket::default(),
            messages: vec![said(Public, In, "?"), said(Public, Out, "first"), said(Public, Out, "last")],
            has_earlier: false,
            draft: None,
            minutes: None,
        };
        told.messages.extend([said(Note, Out, "among us"), said(Public, In, "thanks")]);
        assert_eq!(solution(&told).as_deref(), Some("last"));
        told.messages.truncate(1);
        assert_eq!(solution(&told), None);
    }
}
