//! The products of a deal; its amount follows them.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::fields::row_with;
use shared::i18n::Key;
use shared::id::ProductId;
use shared::money::digits;
use shared::opportunities::{Line, Opportunity, total};
use uuid::Uuid;

use crate::i18n::{fill, t};
use crate::record::{RefPicker, Shown};
use crate::store::{self, Command, Expected};
use crate::ui::{Button, ButtonKind, Field, Glyph, IconButton, IconKind, NumberInput, format};
use crate::words;

/// Tracked.
fn lines(shown: Shown) -> Vec<Line> {
    serde_json::from_value(shown.get("lines")).unwrap_or_default()
}

fn save(shown: Shown, lines: &[Line]) {
    let said = untrack(|| {
        let name = store::name(Object::Opportunity, shown.id).unwrap_or_default();
        fill(Key::RecordChanged, &[("name", &name), ("field", &words::field(Object::Opportunity, "lines"))])
    });
    let value = serde_json::to_value(lines).unwrap_or_default();
    let mut command = Command::set::<Opportunity>(shown.id, "lines", value).said(said);
    if !lines.is_empty() {
        // The server sums them up; so does the reader's page until it has.
        let set = row_with([("amount".to_owned(), total(lines).into())]);
        command = command.expecting(Expected::Set { object: Object::Opportunity, ids: vec![shown.id], set });
    }
    store::run(command);
}

fn edit(shown: Shown, at: usize, change: impl FnOnce(&mut Line)) {
    let mut lines = untrack(|| lines(shown));
    if let Some(line) = lines.get_mut(at) {
        let before = line.clone();
        change(line);
        if *line != before {
            save(shown, &lines);
        }
    }
}

#[component]
pub fn Lines(shown: Shown) -> impl IntoView {
    let lines = Memo::new(move |_| lines(shown));
    let currency = Memo::new(move |_| shown.text("currency").unwrap_or_default());
    let is_adding = RwSignal::new(false);
    let may = Memo::new(move |_| shown.is_open_to(Action::Write));
    let each = move || lines.read().iter().map(|line| line.product_id).enumerate().collect::<Vec<_>>();
    let sum = move || format::money(total(&lines.read()), &currency.read());
    view! {
        <div class="section-head">
            <h3>{move || words::field(Object::Opportunity, "lines")}</h3>
            <Show when=move || may.get() && !is_adding.get()>
                <Button kind=ButtonKind::Quiet icon=Glyph::Plus label=Key::OpportunityAddLine on_click=move |()| is_adding.set(true)/>
            </Show>
        </div>
        <Show when=move || !lines.read().is_empty()>
            <table class="lines">
                <thead>
                    <tr>
                        <th scope="col">{move || words::object(Object::Product)}</th>
                        <th scope="col" class="figures">{t(Key::OpportunityQuantity)}</th>
                        <th scope="col" class="figures">{t(Key::OpportunityPrice)}</th>
                        <th scope="col" class="figures">{t(Key::OpportunityLineSum)}</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=each
                        key=|place| *place
                        children=move |(at, product)| row(shown, at, product, lines, currency, may)
                    />
                </tbody>
                <tfoot>
                    <tr><th scope="row" colspan="3">{t(Key::OpportunityLinesSum)}</th><td class="figures strong">{sum}</td><td></td></tr>
                </tfoot>
            </table>
        </Show>
        <Show when=move || lines.read().is_empty() && !is_adding.get()><p class="faint">{t(Key::OpportunityNoLines)}</p></Show>
        <Show when=move || is_adding.get()><Add shown currency is_adding/></Show>
    }
}

/// A line keeps its row while its numbers change: who goes on by Tab stays in it.
fn row(
    shown: Shown,
    at: usize,
    product: ProductId,
    all: Memo<Vec<Line>>,
    currency: Memo<String>,
    may: Memo<bool>,
) -> impl IntoView {
    let line =
        Memo::new(move |_| all.read().get(at).cloned().unwrap_or(Line { product_id: product, quantity: 1, price: 0 }));
    let name = Memo::new(move |_| store::name(Object::Product, product).unwrap_or_default());
    let quantity = RwSignal::new(Some(line.read_untracked().quantity));
    let price = RwSignal::new(Some(line.read_untracked().price));
    // The fields are the outside here: others change the numbers too.
    Effect::new(move || {
        let line = line.get();
        for (field, now) in [(quantity, line.quantity), (price, line.price)] {
            if field.get_untracked() != Some(now) {
                field.set(Some(now));
            }
        }
    });
    let precision = Signal::derive(move || digits(&currency.read()));
    let set_quantity = move |number: Option<i64>| edit(shown, at, |line| line.quantity = number.unwrap_or(1));
    let set_price = move |number: Option<i64>| edit(shown, at, |line| line.price = number.unwrap_or(0));
    let remove = move |()| {
        let mut lines = untrack(|| lines(shown));
        if at < lines.len() {
            lines.remove(at);
            save(shown, &lines);
        }
    };
    let label = move |what: Key| Signal::derive(move || format!("{} · {}", name.get(), t(what)()));
    view! {
        <tr>
            <td>{name}</td>
            {move || if may.get() {
                view! {
                    <td class="figures"><NumberInput value=quantity min=1 max=1_000_000 label=label(Key::OpportunityQuantity) on_commit=set_quantity/></td>
                    <td class="figures"><NumberInput value=price digits=precision min=0 label=label(Key::OpportunityPrice) on_commit=set_price/></td>
                }.into_any()
            } else {
                view! {
                    <td class="figures">{move || format::number(line.read().quantity)}</td>
                    <td class="figures">{move || format::money(line.read().price, &currency.read())}</td>
                }.into_any()
            }}
            <td class="figures">{move || format::money(total(&[line.get()]), &currency.read())}</td>
            <td>
                <Show when=move || may.get()>
                    <IconButton kind=IconKind::Small glyph=Glyph::X label=Signal::derive(move || fill(Key::UiRemoveNamed, &[("name", &name.get())])) on_click=remove/>
                </Show>
            </td>
        </tr>
    }
}

/// One of the product at its list price, where that is in the deal's currency.
#[component]
fn Add(shown: Shown, currency: Memo<String>, is_adding: RwSignal<bool>) -> impl IntoView {
    let value = RwSignal::new(None::<Uuid>);
    let choose = move |id: Option<Uuid>| {
        let Some(id) = id else { return };
        is_adding.set(false);
        let product = untrack(store::products).into_iter().find(|product| Uuid::from(product.id) == id);
        let price = product
            .filter(|product| currency.with_untracked(|currency| product.currency == *currency))
            .and_then(|product| product.price);
        let mut lines = untrack(|| lines(shown));
        lines.push(Line { product_id: ProductId(id), quantity: 1, price: price.unwrap_or(0) });
        save(shown, &lines);
    };
    view! {
        <div class="add-person">
            <Field label=Key::OpportunityAddLine><RefPicker object=Object::Product value placeholder=Key::FilterFind on_choose=choose/></Field>
            <Button kind=ButtonKind::Quiet label=Key::UiCancel on_click=move |()| is_adding.set(false)/>
        </div>
    }
}
