//! The deals of an account: how many and how much stand, were won, were lost.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::{Key, Plural};
use shared::opportunities::{CountOpportunities, Opportunity};
use shared::pipelines::StageKind;
use shared::query::{Arg, Filter, ListQuery, Op, Test, Totals, TotalsQuery, text};
use uuid::Uuid;

use crate::i18n::{count, t};
use crate::record::{Shown, value};
use crate::ui::{Day, format};
use crate::{links, session, store, words};

const SHOWN: u32 = 20;

/// How many and how much, by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sum {
    count: i64,
    amounts: BTreeMap<String, i64>,
}

/// The totals of stages as totals of what the stages mean.
fn by_kind(totals: &Totals, kind_of: impl Fn(Uuid) -> Option<StageKind>) -> BTreeMap<StageKind, Sum> {
    let mut kinds = BTreeMap::<StageKind, Sum>::new();
    for line in &totals.lines {
        let stage = line.group.first().and_then(|group| group.as_deref()?.parse().ok());
        let Some(kind) = stage.and_then(&kind_of) else { continue };
        let sum = kinds.entry(kind).or_default();
        sum.count += line.count;
        if line.sum != 0 {
            *sum.amounts.entry(line.currency.clone().unwrap_or_default()).or_default() += line.sum;
        }
    }
    kinds
}

fn of_account(id: Uuid) -> Filter {
    Filter::is("account_id", id)
}

fn of_kind(id: Uuid, kind: StageKind) -> Filter {
    let test = Test {
        via: Some("stage_id".into()),
        key: "kind".into(),
        op: Op::Is,
        args: vec![Arg::Literal(kind.to_string())],
    };
    Filter::All(vec![of_account(id), Filter::Test(test)])
}

#[component]
pub fn Deals(shown: Shown) -> impl IntoView {
    let id = shown.id;
    let filter = text::print(&of_account(id));
    let asked = filter.clone();
    let totals = store::query::<CountOpportunities>(
        move || {
            let group = Some("stage_id".to_owned());
            Some((
                (),
                TotalsQuery {
                    filter: Some(asked.clone()),
                    group,
                    sum: Some("amount".into()),
                    ..TotalsQuery::default()
                },
            ))
        },
        &[Object::Opportunity],
    );
    let list = store::list::<Opportunity>(move || {
        Some(ListQuery {
            filter: Some(filter.clone()),
            sort: Some("-updated_at".into()),
            limit: Some(SHOWN),
            ..ListQuery::default()
        })
    });
    let kinds = Memo::new(move |_| {
        let totals = totals.data().unwrap_or_default();
        by_kind(&totals, |stage| store::stage(stage.into()).map(|stage| stage.kind))
    });
    let new = move || format!("{}?new=&account_id={id}", links::opportunities());
    view! {
        <div class="section-head">
            <h3>{t(Key::AccountDeals)}</h3>
            <Show when=|| session::can(Object::Opportunity, Action::Create)>
                <a class="link small" href=new>{t(Key::AccountNewDeal)}</a>
            </Show>
        </div>
        <div class="deal-sums">{move || kinds.get().into_iter().map(|(kind, sum)| sum_view(id, kind, &sum)).collect_view()}</div>
        <ul class="plain-list">{move || list.rows().into_iter().map(line).collect_view()}</ul>
        <Show when=move || list.has_more()>
            <a class="link small" href=links::filtered(Object::Opportunity, &of_account(id))>{t(Key::RecordShowAll)}</a>
        </Show>
        <Show when=move || !list.is_first() && list.ids().is_empty()><p class="faint">{t(Key::AccountNoDeals)}</p></Show>
    }
}

/// A number that opens to its deals.
fn sum_view(id: Uuid, kind: StageKind, sum: &Sum) -> impl IntoView + use<> {
    let amounts: Vec<String> = sum.amounts.iter().map(|(currency, minor)| format::money(*minor, currency)).collect();
    let counted = count(Plural::AccountDealCount, usize::try_from(sum.count).unwrap_or_default());
    view! {
        <a class="deal-sum" href=links::filtered(Object::Opportunity, &of_kind(id, kind))>
            <span class="faint small">{words::choice("kind", kind.word())}</span>
            <b>{if amounts.is_empty() { "–".to_owned() } else { amounts.join(" + ") }}</b>
            <span class="faint small">{counted}</span>
        </a>
    }
}

fn line(deal: Arc<Opportunity>) -> impl IntoView {
    let amount = deal.amount.map(|minor| format::money(minor, &deal.currency));
    view! {
        <li class="row">
            <a class="value-link clip grow" href=links::opportunity(deal.id)>{deal.name.clone()}</a>
            <span class="small">{value::reference(Object::Stage, deal.stage_id.into())}</span>
            <span class="figures">{amount}</span>
            <span class="faint small">{deal.close_date.map(|on| view! { <Day on/> })}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::query::TotalLine;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn stages_of_one_meaning_are_summed_by_currency() {
        let line = |stage: u128, currency: &str, count, sum| TotalLine {
            group: vec![Some(Uuid::from_u128(stage).to_string())],
            currency: Some(currency.into()),
            count,
            sum,
        };
        let totals = Totals {
            lines: vec![
                line(1, "CNY", 2, 300),
                line(2, "CNY", 1, 50),
                line(2, "USD", 1, 7),
                line(3, "CNY", 1, 9),
                line(9, "CNY", 1, 1),
            ],
        };
        let kinds = by_kind(&totals, |stage| match stage.as_u128() {
            1 | 2 => Some(StageKind::Open),
            3 => Some(StageKind::Won),
            _ => None,
        });
        let open = Sum { count: 4, amounts: BTreeMap::from([("CNY".into(), 350), ("USD".into(), 7)]) };
        let won = Sum { count: 1, amounts: BTreeMap::from([("CNY".into(), 9)]) };
        assert_eq!(kinds, BTreeMap::from([(StageKind::Open, open), (StageKind::Won, won)]));
    }
}
