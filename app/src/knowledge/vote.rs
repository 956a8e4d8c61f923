//! Did it help? A vote on the version that was read, with a reason when it did not.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::id::{ArticleFeedbackId, ArticleId, ArticleVersionId};
use shared::knowledge::{ArticleFeedback, FeedbackReason};

use crate::i18n::{t, text};
use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind, Choice, Field, RadioGroup, TextArea};
use crate::{session, words};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Ask,
    Why,
    Thanks,
}

#[component]
pub fn Vote(article: ArticleId, version: ArticleVersionId) -> impl IntoView {
    let step = RwSignal::new(Step::Ask);
    let reason = RwSignal::new(FeedbackReason::Unclear.word().to_owned());
    let note = RwSignal::new(String::new());
    let give = move |is_helpful: bool| {
        let feedback = ArticleFeedback {
            id: ArticleFeedbackId(crate::id::new()),
            article_id: article,
            version_id: version,
            is_helpful,
            reason: reason.read_untracked().parse().ok().filter(|_| !is_helpful),
            note: Some(note.get_untracked()).filter(|note| !is_helpful && !note.trim().is_empty()),
            ..ArticleFeedback::default()
        };
        store::run(Command::create(&feedback).said(untrack(|| text(Key::KnowledgeVoted))));
        step.set(Step::Thanks);
    };
    let reasons = Signal::derive(|| {
        FeedbackReason::ALL
            .iter()
            .map(|one| Choice::new(one.word(), words::choice("reason", one.word())))
            .collect::<Vec<_>>()
    });
    view! {
        <Show when=|| session::can(Object::ArticleFeedback, Action::Create)>
            <footer class="vote">
                {move || match step.get() {
                    Step::Ask => view! {
                        <div class="row">
                            <span class="muted">{t(Key::KnowledgeHelpful)}</span>
                            <Button label=Key::ValueYes on_click=move |()| give(true)/>
                            <Button label=Key::ValueNo on_click=move |()| step.set(Step::Why)/>
                        </div>
                    }.into_any(),
                    Step::Why => view! {
                        <form class="form" on:submit=move |event| {
                            event.prevent_default();
                            give(false);
                        }>
                            <RadioGroup value=reason options=reasons label=Key::KnowledgeWhyNot/>
                            <Field label=Key::KnowledgeWhatLacks><TextArea value=note maxlength=1_000/></Field>
                            <div class="form-actions">
                                <Button label=Key::UiCancel on_click=move |()| step.set(Step::Ask)/>
                                <Button label=Key::KnowledgeSendVote kind=ButtonKind::Primary submit=true/>
                            </div>
                        </form>
                    }.into_any(),
                    Step::Thanks => view! { <p class="muted" role="status">{t(Key::KnowledgeThanks)}</p> }.into_any(),
                }}
            </footer>
        </Show>
    }
}
