//! `/imports/new` and `/imports/:id`: one import, from the file to the records.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::id::ImportId;
use shared::imports::{Import, ImportState, OBJECTS};

use super::check::Check;
use super::columns::Columns;
use super::done::Done;
use super::file::ChooseFile;
use super::wizard::{Reading, Wizard};
use crate::i18n::{t, text};
use crate::shell::use_title;
use crate::store::{self, Known};
use crate::ui::{EmptyState, ErrorState, Glyph, Skeleton, SkeletonKind};
use crate::{links, session, spawn, words};

/// So often a working import is asked how far it is.
const ASK_EVERY: u64 = 400;

/// Where in the import its owner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    File,
    Columns,
    Check,
    Done,
}

#[component]
pub fn RunPage() -> impl IntoView {
    let wizard = Wizard::new(first_object());
    let id = Memo::new(|_| links::id_param().map(ImportId));
    let import = Memo::new(move |_| id.get().map(store::get::<Import>));
    let here = Signal::derive(move || import.get().and_then(Known::here));
    let has_file = Memo::new(move |_| wizard.loaded.read().is_some());
    let step = Memo::new(move |_| step(here.get().as_deref(), has_file.get(), links::param("step").as_deref()));
    // Another import, or a new one, begins with nothing.
    Effect::new(move |_| {
        let id = id.get();
        if wizard.id.get_untracked() != id && id.is_none() {
            wizard.forget();
        }
    });
    ask_while_busy(here);
    let name = move || here.get().map_or_else(|| text(Key::ImportNew).to_owned(), |import| import.name.clone());
    use_title(name);
    view! {
        <div class="page">
            <header class="bar">
                <a class="muted" href=links::imports>{t(Key::NavImports)}</a>
                <span class="faint" aria-hidden="true">"›"</span>
                <h1 class="grow">{name}</h1>
            </header>
            {move || steps(step.get())}
            <div class="content import">
                {move || match (import.get(), step.get()) {
                    (Some(Known::Loading), _) => view! { <Skeleton kind=SkeletonKind::Text count=6/> }.into_any(),
                    (Some(Known::Missing), _) => view! { <EmptyState glyph=Glyph::CircleQuestionMark title=Key::NavNotFound text=Key::NavNotFoundText/> }.into_any(),
                    (Some(Known::Failed(error)), _) => {
                        let words = words::error(&error);
                        view! { <ErrorState title=Key::ImportListFailed text=Signal::derive(move || Some(words.clone()))/> }.into_any()
                    }
                    (_, Step::File) => view! { <ChooseFile wizard is_bound=Signal::derive(move || id.read().is_some())/> }.into_any(),
                    (_, Step::Columns) => view! { <Columns wizard/> }.into_any(),
                    (_, Step::Check) => view! { <Check import=here wizard/> }.into_any(),
                    (_, Step::Done) => view! { <Done import=here wizard/> }.into_any(),
                }}
            </div>
        </div>
    }
}

/// The kind that the address names, else the first that one may bring in.
fn first_object() -> Object {
    let wanted = untrack(|| links::param("object")).and_then(|word| word.parse().ok());
    let may = |object: &&Object| untrack(|| session::can(**object, Action::Import));
    wanted.or_else(|| OBJECTS.iter().find(may).copied()).unwrap_or(Object::Account)
}

fn step(import: Option<&Import>, has_file: bool, asked: Option<&str>) -> Step {
    let before = if has_file { Step::Columns } else { Step::File };
    match import.map(|import| import.state) {
        None | Some(ImportState::Draft) => before,
        Some(state) if state.is_open() && asked == Some("columns") => before,
        Some(ImportState::Checking | ImportState::Checked) => Step::Check,
        Some(ImportState::Failed) if import.is_some_and(|import| import.chunks == 0) => Step::Check,
        Some(ImportState::Committed) if asked == Some("rows") => Step::Check,
        Some(_) => Step::Done,
    }
}

fn steps(now: Step) -> impl IntoView {
    let all = [
        (Step::File, Key::ImportStepFile),
        (Step::Columns, Key::ImportStepColumns),
        (Step::Check, Key::ImportStepCheck),
        (Step::Done, Key::ImportStepDone),
    ];
    let at = all.iter().position(|(step, _)| *step == now).unwrap_or(0);
    let one = move |(n, (step, key)): (usize, (Step, Key))| {
        let class = if step == now {
            "now"
        } else if n < at {
            "done"
        } else {
            ""
        };
        view! { <li class=class aria-current=(step == now).then_some("step")><span class="n" aria-hidden="true">{n + 1}</span>{t(key)}</li> }
    };
    view! { <ol class="import-steps" aria-label=t(Key::ImportSteps)>{all.into_iter().enumerate().map(one).collect_view()}</ol> }
}

/// Progress is no change of a record: it is asked for.
fn ask_while_busy(import: Signal<Option<Arc<Import>>>) {
    let asked = RwSignal::new(0_u32);
    Effect::new(move |_| {
        asked.track();
        let Some(import) = import.get().filter(|import| import.state.is_busy()) else { return };
        let handle = spawn::after(ASK_EVERY, move || {
            store::reload((Object::Import, import.id.0));
            asked.try_update(|asked| *asked += 1);
        });
        on_cleanup(move || handle.into_iter().for_each(|handle| handle.clear()));
    });
}

impl Wizard {
    /// Begins with nothing.
    fn forget(self) {
        self.loaded.set(None);
        self.reading.set(Reading::Nothing);
        self.id.set(None);
    }
}
