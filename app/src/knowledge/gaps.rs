//! `/knowledge/gaps`: what was looked for in vain, the most wanted first, and what becomes of it.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::api::ApiError;
use shared::i18n::{Key, Plural};
use shared::id::{ArticleId, ArticleVersionId};
use shared::knowledge::{
    ArticleCategory, DecideGap, DraftFromGap, GapDecision, GapDraft, GapLine, GapQuery, GapState, ListGaps,
};

use super::editor::locale_choices;
use super::shelf;
use crate::i18n::{count, fill, locale, t, text};
use crate::store::{self, Command};
use crate::ui::{
    Ago, Button, ButtonKind, Choice, Dialog, EmptyState, ErrorState, Field, Glyph, Icon, SegmentedControl, Select,
    Skeleton, SkeletonKind,
};
use crate::{links, session, words};

const MOST: u32 = 200;

/// The state that is looked at. Tracked.
fn state() -> GapState {
    links::param("state").and_then(|word| word.parse().ok()).unwrap_or(GapState::Open)
}

#[component]
pub fn Gaps() -> impl IntoView {
    let asked =
        store::query::<ListGaps>(|| Some(((), GapQuery { state: Some(state()), limit: Some(MOST) })), &[Object::Gap]);
    let drafting = RwSignal::new(None::<GapLine>);
    let options = Signal::derive(|| {
        GapState::ALL.iter().map(|one| Choice::new(one.word(), words::choice("state", one.word()))).collect::<Vec<_>>()
    });
    let choose = |word: String| {
        let word = (word != GapState::Open.word()).then_some(word);
        links::set_params(&[("state", word.as_deref())]);
    };
    view! {
        <div><SegmentedControl label=Key::FieldGapState options value=Signal::derive(|| state().word().to_owned()) on_choose=choose/></div>
        {move || match (asked.data(), asked.error()) {
            (None, Some(error)) => {
                let why = words::error(&error);
                view! { <ErrorState title=Key::KnowledgeGapsFailed text=Some(why) on_retry=move || asked.refresh()/> }.into_any()
            }
            (None, None) => view! { <Skeleton kind=SkeletonKind::Rows count=6/> }.into_any(),
            (Some(page), _) if page.items.is_empty() => empty(),
            (Some(page), _) => {
                let lines = page.items.iter().map(|gap| line(gap, drafting)).collect_view();
                view! { <ul class="articles">{lines}</ul> }.into_any()
            }
        }}
        <Drafting drafting/>
    }
}

/// Tracked.
fn empty() -> AnyView {
    if state() == GapState::Open {
        return view! { <EmptyState glyph=Glyph::CircleCheck title=Key::KnowledgeNoGaps text=Key::KnowledgeNoGapsText/> }
            .into_any();
    }
    view! { <EmptyState glyph=Glyph::Search title=Key::KnowledgeNoneHere/> }.into_any()
}

fn line(gap: &GapLine, drafting: RwSignal<Option<GapLine>>) -> impl IntoView + use<> {
    let times = usize::try_from(gap.count).unwrap_or_default();
    let article = gap.article_id.map(|id| {
        let name = move || store::name(Object::Article, id).unwrap_or_else(|| text(Key::ValueHidden).to_owned());
        view! { <a class="link clip" href=links::article_by_id(id)><Icon glyph=Glyph::FileText/>{name}</a> }
    });
    let whole = StoredValue::new(gap.clone());
    let decide = move |state: GapState, said: Key| {
        let gap = whole.get_value();
        let said = untrack(|| fill(said, &[("name", &gap.name)]));
        store::run(Command::of::<DecideGap>((), &GapDecision { norm: gap.norm, state }).said(said));
    };
    let is_idle = matches!(gap.state, GapState::Ignored | GapState::Done);
    let may_write = || session::can(Object::Gap, Action::Write);
    let may_draft = move || {
        let may = |object| session::can(object, Action::Create);
        may_write() && may(Object::Article) && may(Object::ArticleVersion)
    };
    let acts = move || {
        if is_idle {
            return view! { <Button label=Key::KnowledgeReopen on_click=move |()| decide(GapState::Open, Key::KnowledgeReopened)/> }
                .into_any();
        }
        view! {
            <Button label=Key::KnowledgeIgnore on_click=move |()| decide(GapState::Ignored, Key::KnowledgeIgnored)/>
            <Button label=Key::KnowledgeAnswered on_click=move |()| decide(GapState::Done, Key::KnowledgeAnsweredSaid)/>
        }
        .into_any()
    };
    let is_free = gap.state == GapState::Open;
    view! {
        <li class="care-line">
            <div class="grow">
                <p class="strong">{gap.name.clone()}</p>
                <p class="row small faint">
                    <span>{move || count(Plural::KnowledgeSought, times)}</span>
                    <Ago at=gap.last_at/>
                    {article}
                </p>
            </div>
            <Show when=may_write>{acts()}</Show>
            <Show when=move || is_free && may_draft()>
                <Button label=Key::KnowledgeDraftIt icon=Glyph::Pencil kind=ButtonKind::Primary on_click=move |()| drafting.set(Some(whole.get_value()))/>
            </Show>
        </li>
    }
}

/// Where the article stands and in which language; then one writes.
#[component]
fn Drafting(drafting: RwSignal<Option<GapLine>>) -> impl IntoView {
    let open = RwSignal::new(false);
    // The dialog closes itself; the gap it was about goes with it.
    Effect::new(move || open.set(drafting.read().is_some()));
    view! {
        <Dialog open title=Key::KnowledgeDraftIt on_close=move || drafting.set(None)>
            {move || drafting.get().map(|gap| form(&gap, open))}
        </Dialog>
    }
}

fn form(gap: &GapLine, open: RwSignal<bool>) -> impl IntoView + use<> {
    let category = RwSignal::new(String::new());
    let lang = RwSignal::new(untrack(locale).tag().to_owned());
    let fault = RwSignal::new(None::<ApiError>);
    let is_pending = RwSignal::new(false);
    let list = store::list::<ArticleCategory>(|| Some(shelf::question()));
    let categories = Signal::derive(move || shelf::choices(&list.rows()));
    let (norm, name) = (gap.norm.clone(), gap.name.clone());
    let said = untrack(|| fill(Key::AdminCreated, &[("name", &name)]));
    let send = move || {
        let Ok(category_id) = category.read_untracked().parse() else {
            let fields = [("category_id".to_owned(), shared::api::FieldError::new("required"))].into();
            return fault.set(Some(ApiError { fields, ..ApiError::default() }));
        };
        let article_id = ArticleId(crate::id::new());
        let locale = lang.get_untracked();
        let draft = GapDraft {
            norm: norm.clone(),
            article_id,
            version_id: ArticleVersionId(crate::id::new()),
            category_id,
            locale: locale.clone(),
        };
        is_pending.set(true);
        let command = Command::of::<DraftFromGap>((), &draft).said(said.clone()).quietly().done(move |_| {
            if open.try_set(false).is_none() {
                links::go(&links::write_article(article_id, &locale));
            }
        });
        store::run(command.refused(move |error| {
            let _ = is_pending.try_set(false);
            let _ = fault.try_set(Some(error.clone()));
        }));
    };
    let error = Signal::derive(move || fault.read().as_ref()?.fields.get("category_id").map(words::field_error));
    let refused = move || {
        let fault = fault.read();
        fault.as_ref().filter(|error| !error.fields.contains_key("category_id")).map(words::error)
    };
    view! {
        <form class="form" on:submit=move |event| {
            event.prevent_default();
            send();
        }>
            <p class="strong">{name}</p>
            <Field label=Key::FieldArticleCategoryId required=true error>
                <Select value=category options=categories empty=Signal::derive(|| text(Key::ValueNone).to_owned())/>
            </Field>
            <Field label=Key::FieldArticleLocale><Select value=lang options=Signal::derive(locale_choices)/></Field>
            {move || refused().map(|why| view! { <p class="error form-error" role="alert"><Icon glyph=Glyph::CircleAlert/>{why}</p> })}
            <p class="hint">{t(Key::KnowledgeDraftHint)}</p>
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
                <Button label=Key::KnowledgeDraftIt kind=ButtonKind::Primary submit=true pending=is_pending/>
            </div>
        </form>
    }
}
