//! What a customer thinks of a solution. Opening it scores nothing: a button does.

use leptos::prelude::*;
use shared::api::ApiError;
use shared::i18n::{Key, Locale};
use shared::id::TicketId;
use shared::portal::RateOwnTicket;
use shared::surveys::{
    AnswerSurvey, Dimension, Judgement, OVERALL, ReadSurvey, SCALE, Score, Survey, SurveyReply, SurveyToken,
};

use crate::api::{self, Loaded};
use crate::parts::{Coming, Failed, Icon, Refusal};
use crate::place;
use crate::words::{self, fill, t};

/// By what right somebody answers.
#[derive(Clone, PartialEq)]
pub enum By {
    /// Signed in, or by the key of the ticket.
    Reader(TicketId),
    /// By the link of the mail that asks.
    Link(String),
}

impl By {
    async fn send(self, said: Judgement) -> Result<Survey, ApiError> {
        match self {
            Self::Reader(id) => api::call::<RateOwnTicket>(id, said).await,
            Self::Link(token) => {
                let Judgement { scores, comment } = said;
                api::call::<AnswerSurvey>((), SurveyReply { token, scores, comment }).await
            }
        }
    }
}

/// The page behind the link of a mail.
#[component]
pub fn ByLink() -> impl IntoView {
    let token = place::take_fragment().unwrap_or_default();
    let survey = Loaded::<Survey>::new();
    let asked = token.clone();
    let fetch = move || survey.fetch::<ReadSurvey>((), SurveyToken { token: asked.clone() });
    fetch();
    move || match (survey.value.get(), survey.error.get()) {
        (Some(survey), _) => {
            let (number, subject) = (survey.number.to_string(), survey.subject.clone());
            let by = By::Link(token.clone());
            view! {
                <h1>{move || fill(Key::PortalNumber, &[("number", &number)])}" "{subject}</h1>
                <Rate survey by/>
            }
            .into_any()
        }
        (None, Some(error)) => view! { <Failed error again=fetch.clone()/> }.into_any(),
        (None, None) => view! { <Coming/> }.into_any(),
    }
}

#[component]
pub fn Rate(survey: Survey, by: By) -> impl IntoView {
    let given = survey.given.clone().unwrap_or_default();
    let scores = RwSignal::new(given.scores);
    let comment = RwSignal::new(given.comment.unwrap_or_default());
    let (error, is_busy) = (RwSignal::new(None::<ApiError>), RwSignal::new(false));
    let is_told = RwSignal::new(survey.answered_at.is_some());
    let is_open = survey.until.is_some();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        is_busy.set(true);
        let by = by.clone();
        let chosen = scores.get_untracked();
        let comment = Some(comment.get_untracked()).filter(|comment| !comment.trim().is_empty());
        api::spawn(async move {
            let answer = by.send(Judgement { scores: chosen, comment }).await;
            is_busy.try_set(false);
            is_told.try_set(answer.is_ok());
            error.try_set(answer.err());
        });
    };
    let questions = asked(&survey).into_iter().map(|one| view! { <Question one scores is_open/> }).collect_view();
    view! {
        <form class="card stack rate" on:submit=submit novalidate>
            <h2>{t(Key::PortalRate)}</h2>
            {questions}
            <div class="field">
                <label for="comment">{t(Key::PortalRateComment)}</label>
                <textarea id="comment" rows="2" maxlength="2000" disabled=!is_open bind:value=comment></textarea>
            </div>
            <Refusal error/>
            {move || error.get().and_then(|error| error.fields.into_values().next()).map(|field| view! {
                <p class="refusal" role="alert">{field.message}</p>
            })}
            {is_open.then(|| view! {
                <button class="button" disabled=move || is_busy.get() || scores.with(Vec::is_empty)>
                    {move || t(if is_told.get() { Key::PortalRateChange } else { Key::PortalRateSend })()}
                </button>
            })}
            {move || is_told.get().then(|| view! { <p class="good" role="status"><Icon name="check"/>" "{t(Key::PortalThanks)}</p> })}
        </form>
    }
}

/// What is asked, the whole last.
fn asked(survey: &Survey) -> Vec<Dimension> {
    let overall = survey.ask_overall.then(|| Dimension {
        key: OVERALL.to_owned(),
        label: Key::PortalRateOverall.of_portal(Locale::ZhCn).to_owned(),
        label_en: Some(Key::PortalRateOverall.of_portal(Locale::En).to_owned()),
    });
    survey.dimensions.iter().cloned().chain(overall).collect()
}

#[component]
fn Question(one: Dimension, scores: RwSignal<Vec<Score>>, is_open: bool) -> impl IntoView {
    let Dimension { key, label, label_en } = one;
    let key = StoredValue::new(key);
    let name = move || match (words::locale(), &label_en) {
        (Locale::En, Some(english)) => english.clone(),
        _ => label.clone(),
    };
    let group = key.with_value(|key| format!("rate-{key}"));
    let score = move || {
        let of_key = |one: &&Score| key.with_value(|key| one.key == *key);
        scores.with(|scores| scores.iter().find(of_key).map(|one| one.score))
    };
    let choose = move |score: i64| {
        scores.update(|scores| {
            key.with_value(|key| scores.retain(|one| one.key != *key));
            scores.push(Score { key: key.get_value(), score });
        });
    };
    let choices = (1..=SCALE)
        .map(|n| {
            let (id, group) = (format!("{group}-{n}"), group.clone());
            view! {
                <input type="radio" id=id.clone() name=group value=n.to_string() disabled=!is_open
                    prop:checked=move || score() == Some(n)
                    on:change=move |_| choose(n)/>
                <label for=id class:on=move || score().is_some_and(|score| n <= score)>
                    <span aria-hidden="true">"★"</span>
                    <span class="hidden">{move || fill(Key::PortalRateOf, &[("n", &n.to_string())])}</span>
                </label>
            }
        })
        .collect_view();
    view! { <fieldset class="stars"><legend>{name}</legend><div>{choices}</div></fieldset> }
}
