//! The third step: what the check found, row by row, before anything is written.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::ApiError;
use shared::i18n::{Key, Plural};
use shared::imports::*;

use super::rows::Rows;
use super::wizard::Wizard;
use crate::i18n::{count, fill, t, text};
use crate::ui::{Button, ButtonKind, ErrorState, Glyph, Progress, Scope, format, use_key};
use crate::{api, links, spawn, store, words};

/// A call about the import that waits for its answer.
#[derive(Clone, Copy)]
pub struct Doing {
    pub is_busy: RwSignal<bool>,
    pub problem: RwSignal<Option<String>>,
}

impl Doing {
    pub fn new() -> Self {
        Self { is_busy: RwSignal::new(false), problem: RwSignal::new(None) }
    }

    /// Makes a call about the import, and asks for the import anew.
    pub fn call<E>(self, import: shared::id::ImportId, done: impl FnOnce(Result<E::Output, ApiError>) + 'static)
    where
        E: shared::api::Endpoint<Path = shared::id::ImportId, Input = ()>,
    {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        self.problem.set(None);
        spawn::local(async move {
            let outcome = api::call::<E>(import, ()).await;
            store::reload((shared::access::Object::Import, import.0));
            self.is_busy.try_set(false);
            if let Err(error) = &outcome {
                self.problem.try_set(Some(untrack(|| words::error(error))));
            }
            done(outcome);
        });
    }
}

#[component]
pub fn Check(import: Signal<Option<Arc<Import>>>, wizard: Wizard) -> impl IntoView {
    let state = Memo::new(move |_| import.get().map(|import| import.state));
    view! {
        {move || match state.get() {
            Some(ImportState::Checking) => view! { <div class="column"><Checking import/></div> }.into_any(),
            Some(ImportState::Failed) => view! { <div class="column"><CheckFailed import/></div> }.into_any(),
            _ => view! { <div class="column wide"><Found import wizard/></div> }.into_any(),
        }}
    }
}

#[component]
fn Checking(import: Signal<Option<Arc<Import>>>) -> impl IntoView {
    let words = move || {
        import.get().map(|import| {
            fill(Key::ImportChecking, &[("done", &format::number(import.done)), ("of", &format::number(import.rows))])
        })
    };
    let label = Signal::derive(move || words().unwrap_or_default());
    view! { <Progress label value=Signal::derive(move || import.get().map(|import| share(import.done, import.rows)))/> }
}

/// How far a number is on its way to another.
pub fn share(done: i64, of: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a share of a bar")]
    let share = done as f64 / of.max(1) as f64;
    share.clamp(0.0, 1.0)
}

#[component]
fn CheckFailed(import: Signal<Option<Arc<Import>>>) -> impl IntoView {
    let doing = Doing::new();
    let again = move || {
        if let Some(import) = import.get_untracked() {
            doing.call::<DryRun>(import.id, |_| ());
        }
    };
    view! { <ErrorState title=Key::ImportCheckFailed text=Signal::derive(move || problem(import)) on_retry=again/> }
}

/// Why the work on it stopped. Tracked.
pub fn problem(import: Signal<Option<Arc<Import>>>) -> Option<String> {
    let code = import.get()?.problem.clone()?;
    Some(crate::i18n::named(&format!("error.{code}")))
}

/// The numbers, the reasons, the rows.
#[component]
fn Found(import: Signal<Option<Arc<Import>>>, wizard: Wizard) -> impl IntoView {
    let id = Memo::new(move |_| import.get().map(|import| import.id));
    // Mended rows change the numbers.
    let mended = RwSignal::new(0_u32);
    let summary = store::query::<GetSummary>(move || id.get().map(|id| (id, ())), &[]);
    Effect::new(move |_| {
        if mended.get() > 0 {
            summary.refresh();
        }
    });
    // What opened by itself stays open while rows are mended.
    let shown = Memo::new(move |shown: Option<&Option<Outcome>>| {
        let asked = links::param("outcome").and_then(|word| word.parse::<Outcome>().ok());
        let kept = || shown.copied().flatten().or_else(|| summary.data().map(|summary| first(&summary)));
        asked.or_else(kept)
    });
    view! {
        {move || summary.data().map(|summary| sentence(&summary, shown))}
        {move || summary.data().and_then(|summary| linked(&summary))}
        {move || summary.data().map(|summary| reasons(&summary))}
        {move || id.get().map(|id| view! { <Rows id shown mended/> })}
        {move || summary.data().map(|summary| view! { <Write import wizard summary/> })}
    }
}

/// What one wants to see first: what is wrong, if anything is.
fn first(summary: &Summary) -> Outcome {
    match summary {
        Summary { wrong: 1.., .. } => Outcome::Wrong,
        Summary { update: 1.., .. } => Outcome::Update,
        Summary { create: 0, duplicate: 1.., .. } => Outcome::Duplicate,
        _ => Outcome::Create,
    }
}

/// "812 new, 145 changes, 37 duplicates, 9 wrong": each number opens its rows.
fn sentence(summary: &Summary, shown: Memo<Option<Outcome>>) -> impl IntoView + use<> {
    let parts = [
        (Outcome::Create, summary.create, Key::ImportCountNew),
        (Outcome::Update, summary.update, Key::ImportCountChanged),
        (Outcome::Duplicate, summary.duplicate, Key::ImportCountDuplicate),
        (Outcome::Wrong, summary.wrong, Key::ImportCountWrong),
    ];
    let part = move |(outcome, n, key): (Outcome, i64, Key)| {
        let href = move || links::with(&[("outcome", Some(outcome.word()))]);
        let is_shown = move || (shown.get() == Some(outcome)).then_some("true");
        let words = move || fill(key, &[("n", &format::number(n))]);
        let class = if outcome == Outcome::Wrong && n > 0 { "import-count bad" } else { "import-count" };
        view! { <a class=class href=href aria-current=is_shown on:click=move |event| {
            event.prevent_default();
            links::set_params(&[("outcome", Some(outcome.word()))]);
        }>{words}</a> }
    };
    view! { <nav class="import-sentence" aria-label=t(Key::ImportFound)>{parts.into_iter().map(part).collect_view()}</nav> }
}

/// What is created because rows name it.
fn linked(summary: &Summary) -> Option<impl IntoView + use<>> {
    let linked = summary.linked.clone();
    (!linked.is_empty()).then(|| {
        let words = move || {
            let each = linked.iter().map(|(object, n)| format!("{} {}", format::number(*n), words::objects(*object)));
            fill(Key::ImportLinked, &[("what", &each.collect::<Vec<_>>().join(", "))])
        };
        view! { <p class="muted">{words}</p> }
    })
}

/// What is wrong most often.
fn reasons(summary: &Summary) -> impl IntoView + use<> {
    let reasons = summary.reasons.iter().take(8).map(|reason| {
        let rows = reason.rows;
        let words = reason.error.message.clone();
        view! { <li><span class="figures strong">{move || format::number(rows)}</span><span>{words}</span></li> }
    });
    view! { <ul class="import-reasons">{reasons.collect_view()}</ul> }
}

/// The way back to the columns, and the way on.
#[component]
fn Write(import: Signal<Option<Arc<Import>>>, wizard: Wizard, summary: Arc<Summary>) -> impl IntoView {
    let doing = Doing::new();
    let is_again = move || import.get().is_some_and(|import| import.state == ImportState::Committed);
    let written = move || import.get().map_or(0, |import| import.created + import.updated);
    let todo = {
        let summary = summary.clone();
        Memo::new(move |_| (summary.create + summary.update - written()).max(0))
    };
    let write = move || {
        let Some(import) = import.get_untracked().filter(|_| todo.get_untracked() > 0) else { return };
        doing.call::<Commit>(import.id, |_| links::set_params(&[("step", None), ("outcome", None)]));
    };
    use_key(Scope::Page, "mod+enter", Key::ImportWriteRows, write);
    let label = Signal::derive(move || count(Plural::ImportWrite, usize::try_from(todo.get()).unwrap_or(0)));
    let has_file = move || wizard.loaded.read().is_some();
    let wrong = summary.wrong;
    view! {
        <div class="import-footer">
            <div class="grow" role="status">
                {move || doing.problem.get().map(|problem| view! { <p class="danger" role="alert">{problem}</p> })}
                {(wrong > 0).then(|| view! { <p class="muted">{move || fill(Key::ImportWrongStay, &[("n", &format::number(wrong))])}</p> })}
            </div>
            {(wrong > 0).then(|| view! { <a class="btn" download="" href=move || import.get().map(|import| wrong_rows(&import))>{t(Key::ImportWrongFile)}</a> })}
            <Show when=move || !is_again() && has_file()>
                <Button label=Key::ImportBack icon=Glyph::ChevronLeft on_click=|()| links::set_params(&[("step", Some("columns")), ("outcome", None)])/>
            </Show>
            <Button kind=ButtonKind::Primary label shortcut="mod+enter" pending=doing.is_busy
                disabled=Signal::derive(move || todo.get() == 0)
                hint=Signal::derive(move || (todo.get() == 0).then(|| text(Key::ImportNothingToWrite).to_owned()))
                on_click=move |()| write()/>
        </div>
    }
}

/// The refused rows as a file.
pub fn wrong_rows(import: &Import) -> String {
    WRONG_ROWS.replace("{id}", &import.id.to_string())
}
