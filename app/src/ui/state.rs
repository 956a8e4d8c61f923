//! What stands where content is not: loading, empty, failed.

use leptos::prelude::*;
use shared::i18n::Key;

use super::button::Button;
use super::icon::{Glyph, Icon};
use crate::i18n::{fill, t};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkeletonKind {
    /// Lines of a table, 36 px each.
    Rows,
    /// Cards of a board column.
    Cards,
    /// Lines of text.
    Text,
}

/// The room that content will take, before it is there.
#[component]
pub fn Skeleton(kind: SkeletonKind, #[prop(default = 6)] count: usize) -> impl IntoView {
    let class = match kind {
        SkeletonKind::Rows => "skeleton of-rows",
        SkeletonKind::Cards => "skeleton of-cards",
        SkeletonKind::Text => "skeleton of-lines",
    };
    view! {
        <div class=class role="status" aria-label=t(Key::UiLoading)>
            {(0..count).map(|_| view! { <span><i></i><i></i><i></i></span> }).collect_view()}
        </div>
    }
}

/// Says what belongs here and offers the first step, as children.
#[component]
pub fn EmptyState(
    glyph: Glyph,
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] text: Signal<Option<String>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="state">
            <span class="state-icon"><Icon glyph/></span>
            <h2>{title}</h2>
            {move || text.get().map(|text| view! { <p>{text}</p> })}
            {children.map(|children| view! { <div class="state-actions">{children()}</div> })}
        </div>
    }
}

/// Says what did not work, in the words of the task, and offers to try again.
#[component]
pub fn ErrorState(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] text: Signal<Option<String>>,
    /// For support.
    #[prop(optional, into)]
    request_id: Signal<Option<String>>,
    #[prop(optional, into)] on_retry: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="state" role="alert">
            <span class="state-icon bad"><Icon glyph=Glyph::TriangleAlert/></span>
            <h2>{title}</h2>
            {move || text.get().map(|text| view! { <p>{text}</p> })}
            {on_retry.map(|on_retry| view! {
                <div class="state-actions"><Button label=Key::UiRetry icon=Glyph::RefreshCw on_click=on_retry/></div>
            })}
            {move || request_id.get().map(|id| view! {
                <p class="faint small">{move || fill(Key::UiRequestId, &[("id", &id)])}</p>
            })}
        </div>
    }
}

/// How far something is: of `max`, or unknown.
#[component]
pub fn Progress(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<Option<f64>>,
    #[prop(default = 1.0)] max: f64,
) -> impl IntoView {
    view! {
        <label class="progress">
            <span>{label}</span>
            <progress max=max value=move || value.get()></progress>
        </label>
    }
}

/// The way from the list to here; the last has no link.
#[component]
pub fn Breadcrumb(#[prop(into)] trail: Signal<Vec<(String, Option<String>)>>) -> impl IntoView {
    let step = |(name, href): (String, Option<String>)| match href {
        Some(href) => view! { <li><a href=href>{name}</a><Icon glyph=Glyph::ChevronRight/></li> }.into_any(),
        None => view! { <li aria-current="page">{name}</li> }.into_any(),
    };
    view! {
        <nav class="crumbs" aria-label=t(Key::UiBreadcrumb)>
            <ol>{move || trail.get().into_iter().map(step).collect_view()}</ol>
        </nav>
    }
}
