//! A new deal at the top of a column: name, account, amount; Enter adds and stays.

use std::collections::BTreeMap;

use leptos::html;
use leptos::prelude::*;
use shared::access::Object;
use shared::accounts::Account;
use shared::api::{ApiError, FieldError};
use shared::i18n::Key;
use shared::id::{AccountId, OpportunityId, StageId};
use shared::opportunities::Opportunity;
use shared::time::Instant;
use uuid::Uuid;

use super::desk::Desk;
use crate::i18n::{fill, t};
use crate::opportunities::form;
use crate::record::RefPicker;
use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind, Field, Glyph, IconButton, IconKind, MoneyInput, TextInput, format};
use crate::{id, part, session, words};

/// What is typed. It outlives the form: what is refused comes back into it.
#[derive(Clone, Copy)]
struct Typed {
    name: RwSignal<String>,
    account: RwSignal<Option<Uuid>>,
    amount: RwSignal<Option<i64>>,
    wrong: RwSignal<Wrong>,
}

/// What is wrong, by the field it is told at.
type Wrong = BTreeMap<&'static str, String>;

/// The fields of the form. What concerns another is told at the first.
const FIELDS: [&str; 3] = ["name", "account_id", "amount"];

fn wrong_of(error: &ApiError) -> Wrong {
    if error.fields.is_empty() {
        return Wrong::from([(FIELDS[0], words::error(error))]);
    }
    let mut wrong = Wrong::new();
    for (key, error) in &error.fields {
        let at = FIELDS.into_iter().find(|field| field == key).unwrap_or(FIELDS[0]);
        wrong.entry(at).or_insert_with(|| words::field_error(error));
    }
    wrong
}

#[component]
pub fn QuickAdd(desk: Desk, stage: StageId) -> impl IntoView {
    let is_open = Memo::new(move |_| desk.adding.get() == Some(stage));
    let typed = Typed {
        name: RwSignal::new(String::new()),
        account: RwSignal::new(None),
        amount: RwSignal::new(None),
        wrong: RwSignal::new(Wrong::new()),
    };
    view! { <Show when=move || is_open.get()>{add_form(desk, stage, typed)}</Show> }
}

part! { asides: fn add_form(desk: Desk, stage: StageId, typed: Typed) => view! { <AddForm desk stage typed/> } }

/// A refused deal is typed again, unless the next one is on its way by now.
fn put_back(desk: Desk, typed: Typed, deal: &Opportunity, error: &ApiError) {
    if typed.name.try_with_untracked(|name| name.trim().is_empty()) != Some(true) {
        return;
    }
    typed.name.set(deal.name.clone());
    typed.account.set(deal.account_id.map(Uuid::from));
    typed.amount.set(deal.amount);
    typed.wrong.set(wrong_of(error));
    desk.adding.set(Some(deal.stage_id));
}

#[component]
fn AddForm(desk: Desk, stage: StageId, typed: Typed) -> impl IntoView {
    let Typed { name, account, amount, wrong } = typed;
    let currency = RwSignal::new(untrack(|| form::currency(desk.pipeline.get())));
    let first = NodeRef::<html::Input>::new();
    let close = move || desk.adding.set(None);
    let add = move || {
        let text = name.get_untracked().trim().to_owned();
        let Some(pipeline_id) = desk.pipeline.get_untracked() else { return };
        if text.is_empty() {
            return wrong.set(untrack(|| Wrong::from([(FIELDS[0], words::field_error(&FieldError::new("required")))])));
        }
        let deal = Opportunity {
            id: OpportunityId(id::new()),
            name: text.clone(),
            account_id: account.get_untracked().map(AccountId),
            pipeline_id,
            stage_id: stage,
            amount: amount.get_untracked(),
            currency: currency.get_untracked(),
            probability: untrack(|| desk.stage(stage)).map_or(0, |stage| stage.probability),
            opened_on: Some(untrack(format::today)),
            stage_entered_at: Instant(format::now().0),
            owner_id: untrack(session::user_id),
            team_id: untrack(session::me).and_then(|me| me.actor.team_id),
            ..Opportunity::default()
        };
        let command = Command::create(&deal).said(untrack(|| fill(Key::OpportunityCreated, &[("name", &text)])));
        store::run(command.refused(move |error| put_back(desk, typed, &deal, error)));
        // What belongs to the next one too stays: the column, the currency.
        name.set(String::new());
        account.set(None);
        amount.set(None);
        wrong.set(Wrong::new());
        if let Some(input) = first.get_untracked() {
            let _ = input.focus();
        }
    };
    let label = |key: &'static str| Signal::derive(move || words::field(Object::Opportunity, key));
    let told = move |key: &'static str| Signal::derive(move || wrong.read().get(key).cloned());
    view! {
        <form
            class="quick-add"
            aria-label=t(Key::OpportunityNew)
            on:submit=move |event| {
                event.prevent_default();
                // An amount still in its field is taken first.
                request_animation_frame(add);
            }
            on:keydown=move |event| if event.key() == "Escape" && !event.default_prevented() {
                event.prevent_default();
                event.stop_propagation();
                close();
            }
        >
            <div class="row">
                <span class="strong grow">{t(Key::OpportunityNew)}</span>
                <IconButton kind=IconKind::Small glyph=Glyph::X label=Key::UiClose on_click=move |()| close()/>
            </div>
            <Field label=label("name") hide_label=true error=told("name")>
                <TextInput value=name maxlength=200 autofocus=true node_ref=first placeholder=label("name")/>
            </Field>
            <Field label=label("account_id") hide_label=true error=told("account_id")>
                <RefPicker
                    object=Object::Account
                    value=account
                    placeholder=label("account_id")
                    on_create=Callback::new(move |name: String| create_account(&name, account))
                />
            </Field>
            <Field label=label("amount") hide_label=true error=told("amount")>
                <MoneyInput amount currency/>
            </Field>
            <Button kind=ButtonKind::Primary label=Key::BoardAdd submit=true/>
        </form>
    }
}

/// An account known by its name alone; the rest can follow.
pub fn create_account(name: &str, chosen: RwSignal<Option<Uuid>>) {
    let account = Account {
        id: AccountId(id::new()),
        name: name.to_owned(),
        currency: untrack(session::currency),
        owner_id: untrack(session::user_id),
        team_id: untrack(session::me).and_then(|me| me.actor.team_id),
        ..Account::default()
    };
    store::run(Command::create(&account).said(untrack(|| fill(Key::OpportunityAccountCreated, &[("name", name)]))));
    chosen.set(Some(account.id.into()));
}
