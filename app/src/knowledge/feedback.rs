//! What readers said of an article, for those who write it.

use std::sync::Arc;

use leptos::prelude::*;
use shared::i18n::{Key, Plural};
use shared::id::ArticleId;
use shared::knowledge::{ArticleFeedback, ArticleVersion};
use shared::query::ListQuery;

use crate::i18n::{count, fill, t, text};
use crate::store;
use crate::ui::{Ago, Button, ErrorState, Skeleton, SkeletonKind, Tag, Tone, format};
use crate::words;

/// So many at once.
const PORTION: u32 = 50;

#[component]
pub fn Feedback(article: ArticleId) -> impl IntoView {
    let list = store::list::<ArticleFeedback>(move || {
        let filter = Some(format!("article_id.is.{article}"));
        Some(ListQuery { filter, sort: Some("-created_at".into()), limit: Some(PORTION), ..ListQuery::default() })
    });
    move || {
        if let Some(error) = list.error().filter(|_| list.ids().is_empty()) {
            let why = words::error(&error);
            return view! { <ErrorState title=Key::KnowledgeFeedbackFailed text=Some(why) on_retry=move || list.refresh()/> }
                .into_any();
        }
        if list.is_first() {
            return view! { <Skeleton kind=SkeletonKind::Text count=4/> }.into_any();
        }
        if list.ids().is_empty() {
            return view! { <p class="muted">{t(Key::KnowledgeNoFeedback)}</p> }.into_any();
        }
        let more = move || {
            list.has_more().then(|| view! { <Button label=Key::KnowledgeMore on_click=move |()| list.more()/> })
        };
        view! { <ul class="feedback">{list.rows().into_iter().map(line).collect_view()}</ul> {more} }.into_any()
    }
}

fn line(vote: Arc<ArticleFeedback>) -> impl IntoView {
    let (label, tone) =
        if vote.is_helpful { (Key::KnowledgeHelped, Tone::Good) } else { (Key::KnowledgeHelpedNot, Tone::Warn) };
    let reason = vote.reason.map(|reason| view! { <span>{move || words::choice("reason", reason.word())}</span> });
    let (version, at) = (vote.version_id, vote.created_at);
    let which = move || {
        let version = store::get::<ArticleVersion>(version.0).here()?;
        let locale = words::choice("locale", &version.locale);
        Some(format!("{locale} · {}", fill(Key::KnowledgeVersionN, &[("n", &format::number(version.n))])))
    };
    view! {
        <li>
            <p class="row small muted"><Tag label tone/>{reason}<span class="clip grow faint">{which}</span><Ago at/></p>
            {vote.note.clone().map(|note| view! { <p class="feedback-note">{note}</p> })}
        </li>
    }
}

/// "12 of 15 found it helpful": a share without its number would tell nothing.
pub fn share(helpful: i64, votes: i64) -> String {
    if votes == 0 {
        return text(Key::KnowledgeNoVotes).to_owned();
    }
    fill(Key::KnowledgeHelpfulOf, &[("helpful", &format::number(helpful)), ("votes", &format::number(votes))])
}

/// "340 views". Tracked.
pub fn views(n: i64) -> String {
    count(Plural::KnowledgeViews, usize::try_from(n).unwrap_or_default())
}
