//! What the customer said of the solution, and whose work it was.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::{Key, Locale};
use shared::query::ListQuery;
use shared::surveys::{Credit, OVERALL, SCALE, Score, SurveyAnswer};

use super::thread::Talk;
use crate::i18n::{self, fill, t, text};
use crate::ui::{Ago, format};
use crate::{session, store};

/// A ticket is rarely solved more often.
const SHOWN: u32 = 5;

#[component]
pub fn Ratings(talk: Talk) -> impl IntoView {
    let is_rated = Memo::new(move |_| !talk.shown.get("rated_at").is_null());
    let list = store::list::<SurveyAnswer>(move || {
        let may = is_rated.get() && session::can(Object::SurveyAnswer, Action::Read);
        let filter = Some(format!("ticket_id.is.{}", talk.id));
        may.then(|| ListQuery { filter, sort: Some("-answered_at".into()), limit: Some(SHOWN), ..ListQuery::default() })
    });
    view! {
        <Show when=move || !list.ids().is_empty()>
            <section>
                <h3>{t(Key::SurveyRating)}</h3>
                {move || list.rows().into_iter().map(rating).collect_view()}
            </section>
        </Show>
    }
}

fn rating(answer: Arc<SurveyAnswer>) -> impl IntoView {
    let scores = answer.scores.iter().map(|score| line(&answer, score)).collect_view();
    let comment = answer.comment.clone().map(|comment| view! { <blockquote class="small">{comment}</blockquote> });
    let credits = answer.credits.clone();
    let at = answer.edited_at.unwrap_or(answer.answered_at);
    let is_edited = answer.edited_at.is_some();
    let when = move || text(if is_edited { Key::SurveyEdited } else { Key::SurveyAnswered });
    view! {
        <div class="rating">
            <dl class="plain-list">{scores}</dl>
            {comment}
            <p class="faint small">{when}" "<Ago at/></p>
            {move || (!credits.is_empty()).then(|| view! { <p class="faint small">{credited(&credits)}</p> })}
        </div>
    }
}

fn line(answer: &SurveyAnswer, score: &Score) -> impl IntoView + use<> {
    let dimension = answer.dimensions.iter().find(|dimension| dimension.key == score.key).cloned();
    let (key, score) = (score.key.clone(), score.score);
    let label = move || match &dimension {
        Some(dimension) => {
            let english = dimension.label_en.clone().filter(|_| i18n::locale() == Locale::En);
            english.unwrap_or_else(|| dimension.label.clone())
        }
        None if key == OVERALL => text(Key::SurveyOverall).to_owned(),
        None => key.clone(),
    };
    let said = move || fill(Key::SurveyOf, &[("score", &format::number(score)), ("scale", &format::number(SCALE))]);
    view! {
        <div class="row small" class:bad=score <= shared::surveys::LOW>
            <dt class="grow">{label}</dt>
            <dd class="figures">{said}</dd>
        </div>
    }
}

/// Who gets how much of it. Tracked.
fn credited(credits: &[Credit]) -> String {
    let one = |credit: &Credit| {
        let name = store::name(Object::User, credit.user_id)?;
        Some(format!("{name} {}", format::percent((credit.share + 5) / 10)))
    };
    let each: Vec<String> = credits.iter().filter_map(one).collect();
    fill(Key::SurveyCredit, &[("who", &each.join(", "))])
}
