//! What is promised, in the order in which it is looked through: the first that fits a ticket holds.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::sla::{Metric, Priority, SlaPolicy, Step};
use uuid::Uuid;

use super::policy::{duration, policy_form};
use crate::admin::form::{Editor, records, said};
use crate::each::each;
use crate::i18n::{fill, t, text};
use crate::store::{self, Command};
use crate::tickets::escalation::says;
use crate::ui::place::Align;
use crate::ui::{Dialog, EmptyState, Glyph, Menu, MenuItem, Tag, Tone, format};
use crate::words;

/// What a policy can promise here.
pub const METRICS: [Metric; 3] = [Metric::FirstResponse, Metric::NextResponse, Metric::TotalResolution];

pub fn policies() -> AnyView {
    let editor = Editor::new();
    view! {
        {records(Object::SlaPolicy, Key::ServicePoliciesText, Key::ServiceNewPolicy, editor, list)}
        <Dialog open=editor.open wide=true title=editor.title(Key::ServiceNewPolicy, Key::ServiceEditPolicy)>
            {move || policy_form(editor.edited.get(), editor.open)}
        </Dialog>
    }
    .into_any()
}

fn list(editor: Editor) -> AnyView {
    let ids = || store::policies().iter().map(|policy| policy.id.0).collect();
    view! {
        {each(ids, move |id| section(id, editor))}
        {move || store::policies().is_empty().then(|| view! {
            <EmptyState glyph=Glyph::Clock title=Key::ServiceNoPolicy text=Key::ServicePoliciesText/>
        })}
    }
    .into_any()
}

fn section(id: Uuid, editor: Editor) -> AnyView {
    let policy = Memo::new(move |_| store::get::<SlaPolicy>(id).here());
    let name = Signal::derive(move || policy.get().map(|policy| policy.name.clone()).unwrap_or_default());
    let calendar = move || policy.get().and_then(|policy| store::name(Object::Calendar, policy.calendar_id));
    let is_off = move || policy.get().is_some_and(|policy| !policy.is_active);
    view! {
        <section class="section" aria-label=name>
            <header class="row wrap">
                <h2>{name}</h2>
                {move || is_off().then(|| view! { <Tag tone=Tone::Warn label=Key::ServiceOff/> })}
                <span class="faint grow">{calendar}</span>
                {menu(id, name, editor)}
            </header>
            <p class="muted small">{move || policy.get().map(|policy| fits(&policy))}</p>
            <div class="table-room" tabindex="0" role="group" aria-label=name>{move || policy.get().map(|policy| targets(&policy))}</div>
            {move || policy.get().map(|policy| steps(&policy))}
        </section>
    }
    .into_any()
}

fn menu(id: Uuid, name: Signal<String>, editor: Editor) -> impl IntoView {
    let label = Signal::derive(move || fill(Key::NavViewMenu, &[("name", &name.get())]));
    let archive = move || {
        let text = said(Key::AdminArchived, &name.get_untracked());
        store::run(Command::archive::<SlaPolicy>(vec![id], true).said(text));
    };
    view! {
        <Menu label glyph=Glyph::Ellipsis align=Align::End>
            <MenuItem label=Key::ServiceEditPolicy glyph=Glyph::Pencil on_choose=move || editor.edit(Some(id))/>
            <MenuItem label=Key::AdminArchive glyph=Glyph::Archive danger=true on_choose=archive/>
        </Menu>
    }
}

/// Which tickets it is for. Tracked.
fn fits(policy: &SlaPolicy) -> String {
    let conditions = policy.conditions.as_deref().unwrap_or_default();
    match shared::query::text::parse(conditions) {
        Ok(filter) if filter.is_everything() => text(Key::ServiceForAll).to_owned(),
        Ok(filter) => crate::filters::say::filter(Object::Ticket.schema(), &filter),
        Err(_) => conditions.to_owned(),
    }
}

/// What happens on the way, and after it. Tracked.
fn steps(policy: &Arc<SlaPolicy>) -> impl IntoView + use<> {
    let line = |step: &Step| {
        let metric = words::choice("due_metric", step.metric.word());
        let (percent, action) = (format::percent(step.at_percent), says(step));
        let values = [("metric", metric.as_str()), ("percent", &percent), ("action", &action)];
        view! { <li class="small">{fill(Key::ServiceStep, &values)}</li> }
    };
    (!policy.steps.is_empty()).then(|| view! { <ul>{policy.steps.iter().map(line).collect_view()}</ul> })
}

/// Urgency down, what is promised across.
fn targets(policy: &Arc<SlaPolicy>) -> impl IntoView + use<> {
    let of = |metric: Metric, priority: Priority| {
        let target = policy.targets.iter().find(|target| (target.metric, target.priority) == (metric, priority));
        target.map_or_else(|| "–".to_owned(), |target| duration(target.seconds))
    };
    let line = |priority: &Priority| {
        let priority = *priority;
        let cells = METRICS.map(|metric| view! { <td class="figures">{of(metric, priority)}</td> });
        view! { <tr><th scope="row">{words::choice("priority", priority.word())}</th>{cells.into_iter().collect_view()}</tr> }
    };
    view! {
        <table class="table admin-table">
            <thead>
                <tr>
                    <th>{t(Key::FieldTicketPriority)}</th>
                    {METRICS.map(|metric| view! { <th class="figures">{words::choice("due_metric", metric.word())}</th> }).into_iter().collect_view()}
                </tr>
            </thead>
            <tbody>{Priority::ALL.iter().rev().map(line).collect_view()}</tbody>
        </table>
    }
}
