//! How long a deal stood in each stage, stay by stay, the last one first.

use leptos::prelude::*;
use shared::access::Object;
use shared::change::AsOf;
use shared::i18n::{Key, Plural};
use shared::id::OpportunityId;
use shared::opportunities::{GetStageHistory, StageSpan};
use shared::time::{DAY, HOUR};

use super::path::stage_mark;
use crate::i18n::{count, t};
use crate::opportunities::question;
use crate::record::{Shown, as_of};
use crate::store;
use crate::ui::{ErrorState, Skeleton, SkeletonKind, format};
use crate::words;

#[component]
pub fn Stays(shown: Shown) -> impl IntoView {
    let id = OpportunityId(shown.id);
    let spans =
        store::query::<GetStageHistory>(move || Some((id, AsOf { as_of: as_of::moment() })), &[Object::Opportunity]);
    view! {
        {move || match (spans.data(), spans.error()) {
            (Some(spans), _) => view! {
                <ol class="stays">{spans.iter().rev().map(stay).collect_view()}</ol>
            }.into_any(),
            (None, Some(error)) => view! { <ErrorState title=Key::RecordHistoryFailed text=words::error(&error) on_retry=move || spans.refresh()/> }.into_any(),
            (None, None) => view! { <Skeleton kind=SkeletonKind::Text count=2/> }.into_any(),
        }}
    }
}

fn stay(span: &StageSpan) -> impl IntoView + use<> {
    let (entered, left) = (span.entered_at, span.left_at);
    let by = span.by;
    let lasted = move || {
        let ms = left.unwrap_or_else(question::now).0 - entered.0;
        let number = |unit: i64| usize::try_from(ms / unit).unwrap_or(0);
        if ms >= DAY {
            count(Plural::OpportunityDays, number(DAY))
        } else {
            count(Plural::OpportunityHours, number(HOUR))
        }
    };
    let when = move || match left {
        Some(left) => format!("{} – {}", format::date(format::day_of(entered)), format::date(format::day_of(left))),
        None => format!("{} –", format::date(format::day_of(entered))),
    };
    view! {
        <li class="row">
            <span class="grow">{stage_mark(span.stage.into())}</span>
            <span class="faint small">{move || by.and_then(|by| store::name(Object::User, by))}</span>
            <span class="faint small" data-tip=move || format::exact(entered)>{when}</span>
            <span class="figures lasted">{lasted}</span>
            {left.is_none().then(|| view! { <span class="hidden">{t(Key::OpportunityStaysNow)}</span> })}
        </li>
    }
}
