//! Which tickets a policy is for: by the customer's level, by kind, category and queue.

use leptos::prelude::*;
use shared::accounts::LEVELS;
use shared::i18n::Key;
use shared::query::{Arg, Filter, Op, Test, text};
use shared::tickets::TicketKind;

use crate::i18n::t;
use crate::store;
use crate::ui::{Checkbox, Field, TextInput};
use crate::words;

/// The fields that are chosen from, as the filter names them.
const ASKED: [(&str, &str); 4] = [("account_id", "level"), ("", "kind"), ("", "category_id"), ("", "queue_id")];

/// What is chosen of each field; or a filter of another form, as it is written.
#[derive(Clone, Copy)]
pub struct Conditions {
    chosen: [RwSignal<Vec<String>>; 4],
    /// Written by hand, or through the interface: kept as it is.
    written: RwSignal<Option<String>>,
}

impl Conditions {
    pub fn new(conditions: Option<&str>) -> Self {
        let written = conditions.unwrap_or_default();
        let chosen = text::parse(written).ok().and_then(|filter| read(&filter));
        let written = chosen.is_none().then(|| written.to_owned());
        Self { chosen: chosen.unwrap_or_default().map(RwSignal::new), written: RwSignal::new(written) }
    }

    /// The filter's text; none fits every ticket. Untracked.
    pub fn text(self) -> Option<String> {
        if let Some(written) = self.written.get_untracked() {
            return Some(written.trim().to_owned()).filter(|text| !text.is_empty());
        }
        let filter = print(&self.chosen.map(|chosen| chosen.get_untracked()));
        (!filter.is_everything()).then(|| text::print(&filter))
    }

    pub fn view(self, error: Signal<Option<String>>) -> AnyView {
        if let Some(written) = self.written.get_untracked() {
            let value = RwSignal::new(written);
            Effect::new(move || self.written.set(Some(value.get())));
            return view! { <Field label=Key::FieldSlaPolicyConditions error><TextInput value maxlength=8000/></Field> }
                .into_any();
        }
        let [levels, kinds, categories, queues] = self.chosen;
        let level = || LEVELS.iter().map(|word| ((*word).to_owned(), words::choice("level", word))).collect();
        let kind = || TicketKind::WORDS.iter().map(|word| ((*word).to_owned(), words::choice("kind", word))).collect();
        let category = || store::ticket_categories().iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
        let queue = || store::queues().iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
        view! {
            <fieldset class="conditions">
                <legend>{t(Key::FieldSlaPolicyConditions)}</legend>
                <p class="hint">{t(Key::ServiceConditionsHint)}</p>
                {group(Key::FieldAccountLevel, levels, level)}
                {group(Key::FieldTicketKind, kinds, kind)}
                {group(Key::FieldTicketCategoryId, categories, category)}
                {group(Key::FieldTicketQueueId, queues, queue)}
            </fieldset>
        }
        .into_any()
    }
}

/// One field's values to tick; none ticked is any of them.
fn group(label: Key, chosen: RwSignal<Vec<String>>, options: fn() -> Vec<(String, String)>) -> AnyView {
    let one = move |(value, label): (String, String)| {
        let checked = RwSignal::new(chosen.with_untracked(|chosen| chosen.contains(&value)));
        let change = move |is_on: bool| {
            chosen.update(|chosen| {
                chosen.retain(|one| *one != value);
                if is_on {
                    chosen.push(value.clone());
                }
            });
        };
        view! { <Checkbox checked label on_change=change/> }
    };
    view! {
        <div class="row wrap" role="group" aria-label=t(label)>
            <span class="faint small">{t(label)}</span>
            {move || options().into_iter().map(one).collect_view()}
        </div>
    }
    .into_any()
}

/// What was chosen, if the filter is of the form that `print` makes.
fn read(filter: &Filter) -> Option<[Vec<String>; 4]> {
    let mut chosen = <[Vec<String>; 4]>::default();
    let one;
    let parts = match filter {
        Filter::All(parts) => parts.as_slice(),
        Filter::Test(_) => {
            one = [filter.clone()];
            one.as_slice()
        }
        _ => return None,
    };
    for part in parts {
        let Filter::Test(Test { via, key, op: Op::Is, args }) = part else { return None };
        let asked = (via.as_deref().unwrap_or_default(), key.as_str());
        let at = ASKED.iter().position(|known| *known == asked)?;
        for arg in args {
            let Arg::Literal(value) = arg else { return None };
            chosen[at].push(value.clone());
        }
    }
    Some(chosen)
}

fn print(chosen: &[Vec<String>; 4]) -> Filter {
    let test = |((via, key), values): (&(&str, &str), &Vec<String>)| {
        let via = (!via.is_empty()).then(|| (*via).to_owned());
        let args = values.iter().cloned().map(Arg::Literal).collect();
        (!values.is_empty()).then(|| Filter::Test(Test { via, key: (*key).to_owned(), op: Op::Is, args }))
    };
    Filter::All(ASKED.iter().zip(chosen).filter_map(test).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_was_chosen_is_read_back_and_other_filters_are_left_alone() {
        let chosen =
            [vec!["A".to_owned(), "B".to_owned()], vec!["complaint".to_owned()], Vec::new(), vec!["7".to_owned()]];
        let filter = print(&chosen);
        assert_eq!(text::print(&filter), "all(account_id>level.is.A~B,kind.is.complaint,queue_id.is.7)");
        assert_eq!(read(&filter), Some(chosen));
        assert_eq!(read(&Filter::default()), Some(Default::default()));
        let other = text::parse("any(priority.is.urgent,account_id>level.is.A)").ok();
        assert_eq!(other.as_ref().and_then(read), None);
    }
}
