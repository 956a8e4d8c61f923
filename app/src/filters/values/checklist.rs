//! Several of a list, each with a box to tick; a long list can be searched.

use leptos::prelude::*;
use shared::i18n::Key;

use super::super::condition::Condition;
use super::{arg_of, value_of};
use crate::i18n::t;
use crate::ui::field::unique_id;
use crate::ui::{Avatar, Choice, SearchInput};

/// More lines than this ask for a search above them.
const LONG: usize = 9;

#[component]
pub fn Checklist(
    condition: RwSignal<Condition>,
    #[prop(into)] options: Signal<Vec<Choice>>,
    /// Only one holds.
    #[prop(optional)]
    single: bool,
    /// They have faces.
    #[prop(optional)]
    people: bool,
) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let name = StoredValue::new(unique_id("check"));
    let is_long = Memo::new(move |_| options.read().len() > LONG);
    let shown = move || {
        let words = query.read().trim().to_lowercase();
        let mut options = options.get();
        options.retain(|choice| choice.label.to_lowercase().contains(&words));
        options
    };
    let toggle = move |value: &str, is_on: bool| {
        condition.update(|condition| {
            if single {
                condition.args.clear();
            }
            condition.args.retain(|arg| value_of(arg) != value);
            if is_on {
                condition.args.push(arg_of(value));
            }
        });
    };
    let line = move |choice: Choice| {
        let value = StoredValue::new(choice.value.clone());
        let is_on = move || condition.read().args.iter().any(|arg| value_of(arg) == *value.read_value());
        let face =
            people.then(|| view! { <Avatar id=choice.value.clone() name=choice.label.clone() decorative=true/> });
        view! {
            <label class="check">
                <input
                    type=if single { "radio" } else { "checkbox" }
                    name=name.get_value()
                    prop:checked=is_on
                    on:change:target=move |event| toggle(&value.read_value(), event.target().checked())
                />
                <span class="row">{face}<span class="clip">{choice.label}</span>{choice.detail.map(|detail| view! { <small class="faint">{detail}</small> })}</span>
            </label>
        }
    };
    view! {
        <Show when=move || is_long.get()><SearchInput value=query label=Key::FilterSearchValues/></Show>
        <div class="filter-list" role="group" aria-label=t(Key::FilterValue)>
            {move || shown().into_iter().map(line).collect_view()}
        </div>
    }
}
