//! What customers are asked once their ticket is solved, and when.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::{Key, Locale};
use shared::surveys::{Dimension, SurveyPolicy};
use uuid::Uuid;

use super::survey::survey_form;
use crate::admin::form::{Editor, records, said};
use crate::each::each;
use crate::i18n::{self, fill, t, text};
use crate::store::{self, Command};
use crate::ui::place::Align;
use crate::ui::{Dialog, EmptyState, Glyph, Menu, MenuItem, Tag, Tone, format};

pub fn surveys() -> AnyView {
    let editor = Editor::new();
    view! {
        {records(Object::SurveyPolicy, Key::SurveyText, Key::SurveyNew, editor, list)}
        <Dialog open=editor.open wide=true title=editor.title(Key::SurveyNew, Key::SurveyEdit)>
            {move || survey_form(editor.edited.get(), editor.open)}
        </Dialog>
    }
    .into_any()
}

fn list(editor: Editor) -> AnyView {
    let ids = || store::survey_policies().iter().map(|policy| policy.id.0).collect();
    view! {
        {each(ids, move |id| section(id, editor))}
        {move || store::survey_policies().is_empty().then(|| view! {
            <EmptyState glyph=Glyph::CircleCheck title=Key::SurveyNone text=Key::SurveyText/>
        })}
    }
    .into_any()
}

fn section(id: Uuid, editor: Editor) -> AnyView {
    let policy = Memo::new(move |_| store::get::<SurveyPolicy>(id).here());
    let name = Signal::derive(move || policy.get().map(|policy| policy.name.clone()).unwrap_or_default());
    let is_off = move || policy.get().is_some_and(|policy| !policy.is_active);
    let is_default = move || policy.get().is_some_and(|policy| policy.is_default);
    let summary = move || policy.get().map(|policy| summary(&policy));
    let asked = move || policy.get().map(|policy| preview(&policy.dimensions, policy.ask_overall));
    view! {
        <section class="section" aria-label=name>
            <header class="row wrap">
                <h2>{name}</h2>
                {move || is_default().then(|| view! { <Tag label=Key::FieldSurveyPolicyIsDefault/> })}
                {move || is_off().then(|| view! { <Tag tone=Tone::Warn label=Key::ServiceOff/> })}
                <span class="grow"></span>
                {menu(id, name, editor)}
            </header>
            <p class="muted small">{summary}</p>
            {asked}
        </section>
    }
    .into_any()
}

/// When and how often, in a sentence. Tracked.
fn summary(policy: &SurveyPolicy) -> String {
    let numbers = [policy.delay_minutes, policy.sample, policy.cooldown_days, policy.expire_days].map(format::number);
    let [delay, sample, cooldown, expire] = &numbers;
    fill(Key::SurveySummary, &[("delay", delay), ("sample", sample), ("cooldown", cooldown), ("expire", expire)])
}

/// The question as the customer sees it, in the reader's language.
pub fn preview(dimensions: &[Dimension], ask_overall: bool) -> impl IntoView + use<> {
    let dimensions = dimensions.to_vec();
    let labels = move || {
        let mut labels: Vec<String> = dimensions.iter().map(label).collect();
        labels.extend(ask_overall.then(|| text(Key::SurveyOverall).to_owned()));
        labels
    };
    let line = |label: String| {
        view! {
            <li class="row">
                <span class="grow">{label}</span>
                <span class="survey-scale" aria-hidden="true">{[1, 2, 3, 4, 5].map(|n| view! { <i>{n}</i> }).into_iter().collect_view()}</span>
            </li>
        }
    };
    view! {
        <div class="survey-preview" role="group" aria-label=t(Key::SurveyPreview)>
            <p class="faint small">{t(Key::SurveyPreview)}</p>
            <ul class="plain-list">{move || labels().into_iter().map(line).collect_view()}</ul>
        </div>
    }
}

/// What a dimension is called in the reader's language. Tracked.
fn label(dimension: &Dimension) -> String {
    let english = dimension.label_en.clone().filter(|_| i18n::locale() == Locale::En);
    english.unwrap_or_else(|| dimension.label.clone())
}

fn menu(id: Uuid, name: Signal<String>, editor: Editor) -> impl IntoView {
    let label = Signal::derive(move || fill(Key::NavViewMenu, &[("name", &name.get())]));
    let archive = move || {
        let text = said(Key::AdminArchived, &name.get_untracked());
        store::run(Command::archive::<SurveyPolicy>(vec![id], true).said(text));
    };
    view! {
        <Menu label glyph=Glyph::Ellipsis align=Align::End>
            <MenuItem label=Key::SurveyEdit glyph=Glyph::Pencil on_choose=move || editor.edit(Some(id))/>
            <MenuItem label=Key::AdminArchive glyph=Glyph::Archive danger=true on_choose=archive/>
        </Menu>
    }
}
