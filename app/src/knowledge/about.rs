//! What is kept of an article beside its words, and taking it off the shelf.

use leptos::prelude::*;
use serde_json::{Value, json};
use shared::access::Object;
use shared::api::ApiError;
use shared::change::Patch;
use shared::i18n::Key;
use shared::id::ArticleId;
use shared::knowledge::{Article, ArticleCategory, ArticleHit, KnowledgeQuery, SearchArticles};

use super::shelf;
use crate::i18n::{fill, t, text};
use crate::record::{Draft, FieldEditor, Whole};
use crate::store::{self, Asker, Command, run_all};
use crate::ui::{Button, ButtonKind, Choice, Combobox, Dialog, Field, Glyph, Icon, Narrowing, Select};
use crate::{links, words};

/// What the form asks for.
const ASKED: [&str; 3] = ["category_id", "owner_id", "review_on"];
/// So many articles are offered in its place.
const OFFERED: u32 = 8;

#[component]
pub fn About(id: ArticleId, open: RwSignal<bool>) -> impl IntoView {
    view! { <Dialog open title=Key::KnowledgeAbout>{move || about(id, open)}</Dialog> }
}

fn about(id: ArticleId, open: RwSignal<bool>) -> AnyView {
    let before = untrack(|| store::row(Object::Article, id.0));
    let Some(before) = before else {
        // Asked for when the dialog opens; drawn again when it is here.
        let _ = store::row(Object::Article, id.0);
        return ().into_any();
    };
    let draft = Draft::new(
        Object::Article,
        before
            .iter()
            .filter(|(key, _)| ASKED.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    );
    let category = RwSignal::new(untrack(|| draft.text("category_id")));
    let list = store::list::<ArticleCategory>(|| Some(shelf::question()));
    let categories = Signal::derive(move || shelf::choices(&list.rows()));
    let is_pending = RwSignal::new(false);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(row) = untrack(|| draft.check(Whole::No)) else { return };
        let mut patch = Patch::default();
        for key in ASKED {
            let (old, new) = (before.get(key).cloned().unwrap_or_default(), row.get(key).cloned().unwrap_or_default());
            if old != new {
                patch = patch.and(key, new).base(key, old);
            }
        }
        if patch.set.is_empty() {
            return open.set(false);
        }
        is_pending.set(true);
        let name = before.get("name").and_then(Value::as_str).unwrap_or_default();
        let said = untrack(|| fill(Key::AdminSaved, &[("name", name)]));
        let command = Command::update_row(Object::Article, id.0, patch).said(said).quietly().done(move |_| {
            let _ = open.try_set(false);
        });
        store::run(command.refused(move |error| {
            let _ = is_pending.try_set(false);
            draft.refuse(error);
        }));
    };
    let hint = Signal::derive(|| Some(text(Key::KnowledgeReviewHint).to_owned()));
    view! {
        <form class="form" novalidate=true on:submit=save>
            <Field label=Key::FieldArticleCategoryId required=true error=Signal::derive(move || draft.error("category_id"))>
                <Select value=category options=categories on_commit=move |id: String| draft.set("category_id", id)/>
            </Field>
            <FieldEditor draft field_key="owner_id"/>
            <FieldEditor draft field_key="review_on" hint/>
            {move || draft.stray().map(|error| view! { <p class="error form-error" role="alert"><Icon glyph=Glyph::CircleAlert/>{error}</p> })}
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
                <Button label=Key::NavSave kind=ButtonKind::Primary submit=true pending=is_pending/>
            </div>
        </form>
    }
    .into_any()
}

/// Takes it off the shelf, and says where its readers go instead.
#[component]
pub fn Retire(id: ArticleId, open: RwSignal<bool>) -> impl IntoView {
    view! { <Dialog open title=Key::KnowledgeRetire>{move || retire(id, open)}</Dialog> }
}

/// What fits the words typed, each article once, but for the one that goes.
fn offered(query: RwSignal<String>, but: ArticleId) -> (RwSignal<Vec<Choice>>, RwSignal<bool>) {
    let (options, is_loading) = (RwSignal::new(Vec::new()), RwSignal::new(false));
    let asker = Asker::new();
    Effect::new(move || {
        let q = query.read().trim().to_owned();
        if q.is_empty() {
            return options.set(Vec::new());
        }
        is_loading.set(true);
        let asked = KnowledgeQuery { q, limit: Some(OFFERED), is_typing: true, ..KnowledgeQuery::default() };
        asker.ask::<SearchArticles>((), asked, move |answer| {
            is_loading.set(false);
            options.set(each_once(answer.unwrap_or_default().hits, but));
        });
    });
    (options, is_loading)
}

fn each_once(hits: Vec<ArticleHit>, but: ArticleId) -> Vec<Choice> {
    let mut seen = vec![but];
    let mut choices = Vec::new();
    for hit in hits {
        if !seen.contains(&hit.article_id) {
            seen.push(hit.article_id);
            choices.push(Choice::new(hit.article_id, hit.title.text));
        }
    }
    choices
}

fn retire(id: ArticleId, open: RwSignal<bool>) -> impl IntoView {
    let chosen = RwSignal::new(None::<Choice>);
    let query = RwSignal::new(String::new());
    let (options, loading) = offered(query, id);
    let fault = RwSignal::new(None::<ApiError>);
    let is_pending = RwSignal::new(false);
    let named = RwSignal::new(String::new());
    Effect::new(move || {
        if let Some(name) = store::name(Object::Article, id.0) {
            named.set(name);
        }
    });
    let send = move || {
        let name = named.get_untracked();
        let said = untrack(|| fill(Key::AdminArchived, &[("name", &name)]));
        let mut turns = Vec::new();
        if let Some(instead) = chosen.get_untracked() {
            let patch = Patch::set("redirect_id", json!(instead.value));
            turns.push((Command::update_row(Object::Article, id.0, patch), 1));
        }
        turns.push((Command::archive::<Article>(vec![id.0], true), 1));
        is_pending.set(true);
        let (whole, kept) = (turns.len(), untrack(|| fill(Key::AdminSaved, &[("name", &name)])));
        run_all(
            turns,
            move |done| if done == whole { said } else { kept },
            move |outcome| {
                let _ = is_pending.try_set(false);
                match outcome {
                    Ok(()) => {
                        if open.try_set(false).is_none() {
                            links::go(&links::knowledge());
                        }
                    }
                    Err(error) => drop(fault.try_set(Some(error.clone()))),
                }
            },
        );
    };
    let refused = move || fault.read().as_ref().map(words::error);
    let hint = Signal::derive(|| Some(text(Key::KnowledgeInsteadHint).to_owned()));
    view! {
        <form class="form" on:submit=move |event| {
            event.prevent_default();
            if !is_pending.get_untracked() {
                send();
            }
        }>
            <p class="muted">{t(Key::KnowledgeRetireText)}</p>
            <Field label=Key::FieldArticleRedirectId hint>
                <Combobox chosen options narrowing=Narrowing::Elsewhere query loading clearable=true placeholder=Key::KnowledgeFind/>
            </Field>
            {move || refused().map(|why| view! { <p class="error form-error" role="alert"><Icon glyph=Glyph::CircleAlert/>{why}</p> })}
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
                <Button label=Key::AdminArchive kind=ButtonKind::Danger submit=true pending=is_pending/>
            </div>
        </form>
    }
}
