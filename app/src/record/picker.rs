//! Choosing another record: small kinds from a list, large kinds by a search.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::accounts::ListAccounts;
use shared::contacts::ListContacts;
use shared::i18n::Key;
use shared::id::PipelineId;
use shared::opportunities::ListOpportunities;
use shared::pipelines::{Pipeline, Stage};
use shared::query::ListQuery;
use shared::search::{Hit, Search, SearchQuery};
use shared::tickets::{ListTickets, TicketCategory};
use uuid::Uuid;

use crate::store::{self, Asker};
use crate::ui::{Choice, Combobox, Narrowing};
use crate::words;

/// What fits the words typed.
#[derive(Clone, Copy)]
pub struct Found {
    pub options: Signal<Vec<Choice>>,
    pub is_loading: Signal<bool>,
}

/// As many as one looks through.
const SHOWN: u32 = 8;

/// Follows the words with a search; without words, the records changed last.
pub fn found(object: Object, query: RwSignal<String>) -> Found {
    let options = RwSignal::new(Vec::new());
    let is_loading = RwSignal::new(true);
    let asker = Asker::new();
    let take = move |choices: Vec<Choice>| {
        is_loading.set(false);
        options.set(choices);
    };
    Effect::new(move || {
        let q = query.read().trim().to_owned();
        is_loading.set(true);
        if object == Object::Ticket {
            return tickets(asker, &q, take);
        }
        if q.is_empty() {
            return recent(asker, object, take);
        }
        let input = SearchQuery { q, object: Some(object), limit: Some(SHOWN) };
        asker
            .ask::<Search>((), input, move |answer| take(answer.unwrap_or_default().into_iter().map(of_hit).collect()));
    });
    Found { options: options.into(), is_loading: is_loading.into() }
}

/// Tickets by number or by words of their subject; without words, the latest.
fn tickets(asker: Asker, words: &str, take: impl FnOnce(Vec<Choice>) + 'static) {
    let named = format!("name.has.'{}'", words.replace('\'', "''"));
    let filter = match words.trim_start_matches('#').parse::<i64>() {
        _ if words.is_empty() => None,
        Ok(number) => Some(format!("any(number.is.{number},{named})")),
        Err(_) => Some(named),
    };
    let input = ListQuery { filter, sort: Some("-last_message_at".into()), limit: Some(SHOWN), ..ListQuery::default() };
    asker.ask::<ListTickets>((), input, move |answer| {
        take(
            answer
                .map(|page| {
                    page.items
                        .iter()
                        .map(|one| Choice::new(one.id, &one.name).detail(format!("#{}", one.number)))
                        .collect()
                })
                .unwrap_or_default(),
        );
    });
}

fn of_hit(hit: Hit) -> Choice {
    let choice = Choice::new(hit.id, hit.title);
    if hit.hint.is_empty() { choice } else { choice.detail(hit.hint) }
}

fn recent(asker: Asker, object: Object, take: impl FnOnce(Vec<Choice>) + 'static) {
    let input = ListQuery { sort: Some("-updated_at".into()), limit: Some(SHOWN), ..ListQuery::default() };
    match object {
        Object::Contact => asker.ask::<ListContacts>((), input, move |answer| {
            take(
                answer
                    .map(|page| page.items.iter().map(|one| Choice::new(one.id, &one.name)).collect())
                    .unwrap_or_default(),
            );
        }),
        Object::Opportunity => asker.ask::<ListOpportunities>((), input, move |answer| {
            take(
                answer
                    .map(|page| page.items.iter().map(|one| Choice::new(one.id, &one.name)).collect())
                    .unwrap_or_default(),
            );
        }),
        _ => asker.ask::<ListAccounts>((), input, move |answer| {
            take(
                answer
                    .map(|page| page.items.iter().map(|one| Choice::new(one.id, &one.name)).collect())
                    .unwrap_or_default(),
            );
        }),
    }
}

/// The stages of a pipeline, or of all, told apart by their pipelines' names. Tracked.
pub fn stages(within: Option<PipelineId>) -> Vec<Choice> {
    let pipelines = store::pipelines();
    let is_one = pipelines.len() < 2 || within.is_some();
    let of = |pipeline: &Arc<Pipeline>| {
        let stage = |stage: &Arc<Stage>| {
            let choice = Choice::new(stage.id, &stage.name);
            if is_one { choice } else { choice.detail(&pipeline.name) }
        };
        store::stages(pipeline.id).iter().map(stage).collect::<Vec<_>>()
    };
    let wanted = |pipeline: &&Arc<Pipeline>| within.is_none_or(|id| pipeline.id == id);
    pipelines.iter().filter(wanted).flat_map(of).collect()
}

/// The categories of tickets, those below others told apart by what they are below. Tracked.
fn categories() -> Vec<Choice> {
    let all = store::ticket_categories();
    let of = |category: &Arc<TicketCategory>| {
        let choice = Choice::new(category.id, &category.name);
        let parent = category.parent_id.and_then(|id| all.iter().find(|other| other.id == id));
        match parent {
            Some(parent) => choice.detail(&parent.name),
            None => choice,
        }
    };
    all.iter().map(of).collect()
}

/// All of a small kind. Tracked.
fn all(object: Object, within: Option<PipelineId>) -> Vec<Choice> {
    match object {
        Object::User => store::users()
            .iter()
            .filter(|user| !user.is_disabled)
            .map(|user| Choice::new(user.id, &user.name))
            .collect(),
        Object::Team => store::teams().iter().map(|team| Choice::new(team.id, &team.name)).collect(),
        Object::Role => store::roles().iter().map(|role| Choice::new(role.id, words::role(role))).collect(),
        Object::Product => store::products().iter().map(|product| Choice::new(product.id, &product.name)).collect(),
        Object::Pipeline => {
            store::pipelines().iter().map(|pipeline| Choice::new(pipeline.id, &pipeline.name)).collect()
        }
        Object::Stage => stages(within),
        Object::TicketStatus => {
            store::ticket_statuses().iter().map(|status| Choice::new(status.id, &status.name)).collect()
        }
        Object::TicketCategory => categories(),
        Object::Queue => store::queues().iter().map(|queue| Choice::new(queue.id, &queue.name)).collect(),
        _ => Vec::new(),
    }
}

/// One record, or none. The label comes from the `Field` around it, or from `label`.
#[component]
pub fn RefPicker(
    object: Object,
    value: RwSignal<Option<Uuid>>,
    #[prop(optional, into)] label: Option<Signal<String>>,
    #[prop(optional, into)] placeholder: Signal<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Stages of this pipeline only.
    #[prop(optional_no_strip)]
    within: Option<PipelineId>,
    /// One must be chosen.
    #[prop(optional)]
    required: bool,
    /// Offers to make what is not there.
    #[prop(optional, into)]
    on_create: Option<Callback<String>>,
    #[prop(optional, into)] on_choose: Option<Callback<Option<Uuid>>>,
) -> impl IntoView {
    let is_large = matches!(object, Object::Account | Object::Contact | Object::Opportunity | Object::Ticket);
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(None::<Choice>);
    // The combobox keeps the words it shows; they follow the record's name.
    Effect::new(move || {
        let now = value.get().map(|id| Choice::new(id, store::name(object, id).unwrap_or_else(|| "…".into())));
        if chosen.with_untracked(|chosen| *chosen != now) {
            chosen.set(now);
        }
    });
    let choose = move |choice: Option<Choice>| {
        let id = choice.and_then(|choice| choice.value.parse().ok());
        value.set(id);
        if let Some(on_choose) = on_choose {
            on_choose.run(id);
        }
    };
    let create = Callback::new(move |name: String| {
        if let Some(on_create) = on_create {
            on_create.run(name);
        }
    });
    let (options, is_loading, narrowing) = if is_large {
        let found = found(object, query);
        (found.options, found.is_loading, Narrowing::Elsewhere)
    } else {
        (Signal::derive(move || all(object, within)), Signal::stored(false), Narrowing::Here)
    };
    let label = label.unwrap_or_else(|| Signal::derive(move || words::object(object)));
    if on_create.is_some() {
        return view! {
            <Combobox chosen options narrowing query label placeholder loading=is_loading disabled clearable=!required on_create=create on_choose=choose/>
        }
        .into_any();
    }
    view! { <Combobox chosen options narrowing query label placeholder loading=is_loading disabled clearable=!required on_choose=choose/> }.into_any()
}

/// Words for the field of a picker.
pub const FIND: Key = Key::FilterFind;
