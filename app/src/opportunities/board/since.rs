//! What changed since a day: new, moved, pushed, won and lost deals.

use chrono::{Datelike, Days};
use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::{Key, Plural};
use shared::id::OpportunityId;
use shared::opportunities::{BoardChange, BoardChanges, ChangedDeal, SinceQuery};
use shared::time::Date;

use super::desk::Desk;
use crate::i18n::{count, fill, t};
use crate::links;
use crate::opportunities::question;
use crate::store;
use crate::ui::{
    Button, ButtonKind, DateInput, Drawer, DrawerHeader, EmptyState, ErrorState, Glyph, Icon, Skeleton, SkeletonKind,
    format,
};
use crate::words;

/// Monday: on a Monday, the one before.
fn last_monday(today: Date) -> Date {
    let back = match today.weekday().num_days_from_monday() {
        0 => 7,
        days => days,
    };
    today.checked_sub_days(Days::new(u64::from(back))).unwrap_or(today)
}

fn since() -> Option<Date> {
    let day = links::param("since")?;
    Some(day.parse().unwrap_or_else(|_| last_monday(format::today())))
}

#[component]
pub fn SinceButton() -> impl IntoView {
    let href = move || links::with(&[("since", Some(&last_monday(format::today()).to_string())), ("open", None)]);
    view! { <a class="btn quiet" href=href><Icon glyph=Glyph::History/><span class="btn-label">{t(Key::BoardSince)}</span></a> }
}

/// Beside the board while the address names a day.
#[component]
pub fn SincePanel(desk: Desk) -> impl IntoView {
    let close = move |()| links::set_params(&[("since", None)]);
    view! {
        <Drawer open=Signal::derive(|| links::param("since").is_some()) label=Key::BoardSinceTitle on_close=close>
            <DrawerHeader title=Key::BoardSinceTitle on_close=close/>
            <Changes desk/>
        </Drawer>
    }
}

#[component]
fn Changes(desk: Desk) -> impl IntoView {
    let day = Memo::new(|_| since());
    let value = RwSignal::new(untrack(since));
    let changes = store::query::<BoardChanges>(
        move || {
            let filter = desk.question.with(|question| question.is_readable.then(|| question.filter.clone()))?;
            let query = SinceQuery { since: question::start_of(day.get()?), pipeline: desk.pipeline.get(), filter };
            Some(((), query))
        },
        &[Object::Opportunity],
    );
    let choose = |day: Option<Date>| {
        if let Some(day) = day {
            links::set_params(&[("since", Some(&day.to_string()))]);
        }
    };
    view! {
        <section>
            <label class="row"><span class="muted">{t(Key::BoardSinceDay)}</span><DateInput value on_commit=choose/></label>
        </section>
        {move || match (changes.data(), changes.error()) {
            (Some(change), _) => groups(desk, &change).into_any(),
            (None, Some(error)) => view! {
                <ErrorState title=Key::BoardSinceFailed text=words::error(&error) on_retry=move || changes.refresh()/>
            }.into_any(),
            (None, None) => view! { <section><Skeleton kind=SkeletonKind::Rows count=6/></section> }.into_any(),
        }}
    }
}

fn groups(desk: Desk, change: &BoardChange) -> impl IntoView + use<> {
    let groups = [
        (Key::BoardSinceNew, change.created.clone()),
        (Key::BoardSinceMoved, change.moved.clone()),
        (Key::BoardSincePushed, change.pushed.clone()),
        (Key::BoardSinceWon, change.won.clone()),
        (Key::BoardSinceLost, change.lost.clone()),
    ];
    let is_quiet = groups.iter().all(|(_, deals)| deals.is_empty());
    view! {
        {is_quiet.then(|| view! { <EmptyState glyph=Glyph::History title=Key::BoardSinceNothing/> })}
        {groups.into_iter().filter(|(_, deals)| !deals.is_empty()).map(|(title, deals)| group(desk, title, deals)).collect_view()}
    }
}

/// The sums by currency, the largest first.
fn sums(deals: &[ChangedDeal]) -> Vec<(String, i64)> {
    let mut sums: Vec<(String, i64)> = Vec::new();
    for deal in deals {
        let Some(amount) = deal.amount else { continue };
        match sums.iter_mut().find(|(currency, _)| *currency == deal.currency) {
            Some((_, sum)) => *sum += amount,
            None => sums.push((deal.currency.clone(), amount)),
        }
    }
    shared::order::sort_by_key(&mut sums, |(_, sum)| std::cmp::Reverse(*sum));
    sums
}

/// As many as one reads at first; the rest is counted, and shown when asked for.
/// More than an address can name open here alone.
const SHOWN: usize = 100;

fn group(desk: Desk, title: Key, deals: Vec<ChangedDeal>) -> impl IntoView {
    let number = count(Plural::BoardDeals, deals.len());
    let all: Vec<OpportunityId> = deals.iter().map(|deal| deal.id).collect();
    let rows = move || question::only(&all);
    let sum = |(currency, sum): &(String, i64)| {
        let own = deals.iter().filter(|deal| deal.currency == *currency).map(|deal| deal.id).collect::<Vec<_>>();
        view! { <a class="strong" href=move || question::only(&own)>{format::money(*sum, currency)}</a> }
    };
    let sums = sums(&deals).iter().map(sum).collect_view();
    let shown = RwSignal::new(SHOWN);
    let all_lines = StoredValue::new(deals);
    let lines = move || {
        all_lines.with_value(|deals| {
            deals.iter().take(shown.get()).cloned().map(|deal| line(desk, title, deal)).collect_view()
        })
    };
    let more = move || all_lines.with_value(|deals| deals.len().saturating_sub(shown.get()));
    view! {
        <section class="since-group">
            <h3 class="row"><span>{t(title)}</span><a class="faint" href=rows>{number}</a><span class="grow"></span>{sums}</h3>
            <ul class="since-list">{lines}</ul>
            <Show when=move || { more() > 0 }>
                <Button kind=ButtonKind::Quiet label=Signal::derive(move || count(Plural::BoardSinceMore, more())) on_click=move |()| shown.update(|shown| *shown += SHOWN)/>
            </Show>
        </section>
    }
}

fn line(desk: Desk, group: Key, deal: ChangedDeal) -> impl IntoView {
    let what = {
        let deal = deal.clone();
        move || match group {
            Key::BoardSincePushed => {
                fill(Key::BoardSinceFromTo, &[("from", &day(deal.from_date)), ("to", &day(deal.close_date))])
            }
            Key::BoardSinceNew => stage(desk, Some(deal.stage)),
            _ if deal.from_stage.is_none() => stage(desk, Some(deal.stage)),
            _ => fill(
                Key::BoardSinceFromTo,
                &[("from", &stage(desk, deal.from_stage)), ("to", &stage(desk, Some(deal.stage)))],
            ),
        }
    };
    let amount = deal.amount.map(|amount| format::money(amount, &deal.currency));
    view! {
        <li>
            <a href=move || links::with(&[("open", Some(&deal.id.to_string()))])>
                <span class="grow clip">{deal.name.clone()}</span>
                <span class="strong">{amount}</span>
                <span class="faint small clip whole">{what}</span>
            </a>
        </li>
    }
}

fn day(day: Option<Date>) -> String {
    day.map(format::date).unwrap_or_default()
}

fn stage(desk: Desk, stage: Option<shared::id::StageId>) -> String {
    let here = stage.and_then(|id| desk.stage(id).or_else(|| store::stage(id)));
    here.map(|stage| stage.name.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn last_monday_is_never_today() {
        assert_eq!(last_monday(date("2026-11-22")), date("2026-11-16"));
        assert_eq!(last_monday(date("2026-11-23")), date("2026-11-16"));
        assert_eq!(last_monday(date("2026-11-24")), date("2026-11-23"));
    }

    #[test]
    fn sums_are_by_currency() {
        let deal = |amount, currency: &str| ChangedDeal { amount, currency: currency.into(), ..ChangedDeal::default() };
        let deals = [deal(Some(5), "CNY"), deal(None, "CNY"), deal(Some(9), "USD"), deal(Some(2), "CNY")];
        assert_eq!(sums(&deals), [("USD".to_owned(), 9), ("CNY".to_owned(), 7)]);
    }
}
