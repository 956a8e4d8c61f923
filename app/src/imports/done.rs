//! The last step: rows being written, what was written, and the way back.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::change::Conflict;
use shared::i18n::{Key, Plural};
use shared::imports::*;

use super::check::{Doing, problem, share, wrong_rows};
use super::wizard::Wizard;
use crate::i18n::{count, fill, t, text};
use crate::ui::{Button, ButtonKind, ErrorState, Glyph, Icon, Progress, format};
use crate::{links, store, words};

#[component]
pub fn Done(import: Signal<Option<Arc<Import>>>, wizard: Wizard) -> impl IntoView {
    let state = Memo::new(move |_| import.get().map(|import| import.state));
    view! {
        <div class="column">
            {move || match state.get() {
                Some(ImportState::Committing) => view! { <Writing import/> }.into_any(),
                Some(ImportState::Failed) => view! { <Stopped import/> }.into_any(),
                Some(ImportState::Undoing) => view! { <Going import doing=Key::ImportUndoing/> }.into_any(),
                Some(ImportState::Redoing) => view! { <Going import doing=Key::ImportRedoing/> }.into_any(),
                Some(ImportState::Halted) => view! { <Halted import/> }.into_any(),
                Some(ImportState::Undone) => view! { <TakenBack import wizard/> }.into_any(),
                _ => view! { <Written import/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Writing(import: Signal<Option<Arc<Import>>>) -> impl IntoView {
    let all = |import: &Import| import.rows - import.duplicates - import.wrong;
    let label = Signal::derive(move || {
        import
            .get()
            .map(|import| {
                fill(
                    Key::ImportWriting,
                    &[("done", &format::number(import.done)), ("of", &format::number(all(&import)))],
                )
            })
            .unwrap_or_default()
    });
    view! {
        <Progress label value=Signal::derive(move || import.get().map(|import| share(import.done, all(&import))))/>
        <p class="muted">{t(Key::ImportWritingText)}</p>
    }
}

/// Records on their way out or back.
#[component]
fn Going(import: Signal<Option<Arc<Import>>>, doing: Key) -> impl IntoView {
    let all = |import: &Import| import.created + import.updated;
    let label = Signal::derive(move || {
        let words = |import: Arc<Import>| {
            fill(doing, &[("done", &format::number(import.done)), ("of", &format::number(all(&import)))])
        };
        import.get().map(words).unwrap_or_default()
    });
    view! {
        <Progress label value=Signal::derive(move || import.get().map(|import| share(import.done, all(&import))))/>
        <p class="muted">{t(Key::ImportUndoingText)}</p>
    }
}

/// Part of the records is away: the rest may follow, or all come back.
#[component]
fn Halted(import: Signal<Option<Arc<Import>>>) -> impl IntoView {
    view! {
        <section class="section import-done">
            <span class="state-icon bad"><Icon glyph=Glyph::TriangleAlert/></span>
            <div role="alert"><h2>{t(Key::ImportHalted)}</h2></div>
            <p class="muted">{move || problem(import)}</p>
            <BringBack import/>
        </section>
        <TakeBack import label=Key::ImportUndoRest/>
    }
}

/// Brings back what an undo took away.
#[component]
fn BringBack(import: Signal<Option<Arc<Import>>>) -> impl IntoView {
    let doing = Doing::new();
    let redo = move || {
        if let Some(import) = import.get_untracked() {
            doing.call::<RedoImport>(import.id, |_| ());
        }
    };
    view! {
        <Button icon=Glyph::Redo2 label=Key::ImportRedo pending=doing.is_busy on_click=move |()| redo()/>
        {move || doing.problem.get().map(|problem| view! { <p class="danger" role="alert">{problem}</p> })}
    }
}

/// It broke off: what is written stays, the rest can be written or all taken back.
#[component]
fn Stopped(import: Signal<Option<Arc<Import>>>) -> impl IntoView {
    let doing = Doing::new();
    let again = move || {
        if let Some(import) = import.get_untracked() {
            doing.call::<Commit>(import.id, |_| ());
        }
    };
    view! {
        <ErrorState title=Key::ImportStopped text=Signal::derive(move || problem(import)) on_retry=again/>
        <TakeBack import/>
    }
}

#[component]
fn Written(import: Signal<Option<Arc<Import>>>) -> impl IntoView {
    let what = move || import.get().and_then(|import| import.target()).map(words::objects);
    let count = move |key: Key, n: fn(&Import) -> i64, sort: &'static str| {
        let words = move || import.get().map(|import| fill(key, &[("n", &format::number(n(&import)))]));
        view! { <a class="import-count" href=move || import.get().and_then(|import| newest(&import, sort))>{words}</a> }
    };
    let linked = move || import.get().map(|import| import.linked_records()).unwrap_or_default();
    let wrong = Memo::new(move |_| import.get().map_or(0, |import| import.wrong));
    view! {
        <section class="section import-done">
            <span class="state-icon good"><Icon glyph=Glyph::CircleCheck/></span>
            <div role="status"><h2>{what}</h2></div>
            <div class="import-sentence">
                {count(Key::ImportCountNew, |import| import.created, "-created_at")}
                {count(Key::ImportCountChanged, |import| import.updated, "-updated_at")}
            </div>
            {move || {
                let linked = linked();
                (!linked.is_empty()).then(|| view! { <p class="muted">{linked.into_iter().map(link_to).collect_view()}</p> })
            }}
            <Show when=move || { wrong.get() > 0 }>
                <p class="warn">{move || fill(Key::ImportWrongStay, &[("n", &format::number(wrong.get()))])}</p>
            </Show>
            <div class="row wrap">
                {move || import.get().and_then(|import| list_of(&import)).map(|href| view! { <a class="btn primary" href=href>{t(Key::ImportOpenList)}</a> })}
                <Show when=move || { wrong.get() > 0 }>
                    <Button label=Key::ImportMendWrong on_click=|()| links::set_params(&[("step", Some("rows")), ("outcome", Some("wrong"))])/>
                    <a class="btn" download="" href=move || import.get().map(|import| wrong_rows(&import))>{t(Key::ImportWrongFile)}</a>
                </Show>
                <a class="btn" href=links::new_import>{t(Key::ImportNext)}</a>
            </div>
        </section>
        <TakeBack import/>
    }
}

fn link_to((object, n): (Object, i64)) -> impl IntoView {
    let words = move || format!("+ {} {} ", format::number(n), words::objects(object));
    match links::list(object) {
        Some(href) => view! { <a href=href>{words}</a> }.into_any(),
        None => view! { <span>{words}</span> }.into_any(),
    }
}

/// The list with what was written first.
fn newest(import: &Import, sort: &str) -> Option<String> {
    let object = import.target()?;
    let list = links::list(object)?;
    let layout = if object == Object::Opportunity { "layout=table&" } else { "" };
    Some(format!("{list}?{layout}sort={sort}"))
}

/// Where the records are: deals on the board of their pipeline.
fn list_of(import: &Import) -> Option<String> {
    let object = import.target()?;
    let pipeline = Plan::of(import).ok().and_then(|plan| plan.pipeline()).filter(|_| object == Object::Opportunity);
    match pipeline {
        Some(pipeline) => Some(format!("{}?pipeline={pipeline}", links::board())),
        None => links::list(object),
    }
}

/// Takes the whole import back, or says what stands in the way.
#[component]
fn TakeBack(import: Signal<Option<Arc<Import>>>, #[prop(default = Key::ImportUndo)] label: Key) -> impl IntoView {
    let doing = Doing::new();
    let conflicts = RwSignal::new(Vec::<Conflict>::new());
    let undo = move || {
        let Some(import) = import.get_untracked() else { return };
        conflicts.set(Vec::new());
        doing.call::<UndoImport>(import.id, move |answer| {
            if let Err(error) = answer {
                conflicts.try_set(error.conflicts);
            }
        });
    };
    view! {
        <section class="section">
            <div class="row wrap">
                <Button icon=Glyph::Undo2 label pending=doing.is_busy on_click=move |()| undo()/>
                <span class="small muted grow">{t(Key::ImportUndoText)}</span>
            </div>
            {move || doing.problem.get().map(|problem| view! { <p class="danger" role="alert">{problem}</p> })}
            <ul class="small">{move || conflicts.get().into_iter().take(TOLD).map(told).collect_view()}</ul>
            {move || {
                let more = conflicts.read().len().saturating_sub(TOLD);
                (more > 0).then(|| view! { <p class="small muted">{count(Plural::ImportMoreConflicts, more)}</p> })
            }}
        </section>
    }
}

/// As many of the changes that stand in the way are told.
const TOLD: usize = 10;

/// Who has changed what since, and where.
fn told(conflict: Conflict) -> impl IntoView {
    let Conflict { object, id, field, theirs, by_name, .. } = conflict;
    let name = move || store::name(object, id).unwrap_or_else(|| words::object(object));
    let record = match links::record(object, id) {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => view! { <span class="strong">{name}</span> }.into_any(),
    };
    let words = move || {
        let value = words::value(object, &field, &theirs, None);
        fill(Key::ImportConflict, &[("who", &by_name), ("field", &words::field(object, &field)), ("value", &value)])
    };
    view! { <li>{record}" · "{words}</li> }
}

#[component]
fn TakenBack(import: Signal<Option<Arc<Import>>>, wizard: Wizard) -> impl IntoView {
    let doing = Doing::new();
    let again = move || {
        let Some(import) = import.get_untracked() else { return };
        if wizard.loaded.read_untracked().is_some() {
            links::set_params(&[("step", Some("columns"))]);
        } else {
            doing.call::<DryRun>(import.id, |_| ());
        }
    };
    let name = move || import.get().map(|import| fill(Key::ImportUndoneText, &[("name", &import.name)]));
    view! {
        <section class="section import-done">
            <span class="state-icon"><Icon glyph=Glyph::Undo2/></span>
            <div role="status"><h2>{move || text(Key::ImportUndone)}</h2></div>
            <p class="muted">{name}</p>
            <div class="row wrap">
                <Button kind=ButtonKind::Primary label=Key::ImportAgain pending=doing.is_busy on_click=move |()| again()/>
                <BringBack import/>
                <a class="btn" href=links::imports>{t(Key::NavImports)}</a>
            </div>
            {move || doing.problem.get().map(|problem| view! { <p class="danger" role="alert">{problem}</p> })}
        </section>
    }
}
