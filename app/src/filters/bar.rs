//! The filter bar: what narrows the list, as chips that open to be changed.

use leptos::html;
use leptos::prelude::*;
use shared::i18n::Key;
use shared::query::Filter;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::condition::{Condition, Offer, parts, whole};
use super::groups::GroupDialog;
use super::menu::FieldMenu;
use super::state::Filters;
use super::{say, values};
use crate::i18n::t;
use crate::part;
use crate::parts::once;
use crate::ui::place::{self, Align, Side};
use crate::ui::{Button, ButtonKind, Chip, Choice, Glyph, Icon, IconButton, Select, media};

/// What the popover is about.
#[derive(Clone)]
enum Step {
    Field,
    /// A condition, and its place in the bar if it has one already.
    Condition {
        at: Option<usize>,
        condition: Condition,
    },
}

#[derive(Clone, Copy)]
struct Bar {
    filters: Filters,
    step: RwSignal<Option<Step>>,
    popover: NodeRef<html::Div>,
    row: NodeRef<html::Div>,
}

impl Bar {
    fn parts(self) -> Vec<Filter> {
        self.filters.get().map(|filter| parts(&filter)).unwrap_or_default()
    }

    /// Opens the popover under a part of the bar.
    fn open(self, step: Step, anchor: &'static str, at: Option<usize>) {
        self.step.set(Some(step));
        let selector = at.map_or_else(|| anchor.to_owned(), |at| format!("[data-chip='{at}']"));
        request_animation_frame(move || {
            let (Some(row), Some(popover)) = (self.row.get_untracked(), self.popover.get_untracked()) else { return };
            let anchor = row.query_selector(&selector).ok().flatten();
            let _ = popover.show_popover();
            if let Some(anchor) = anchor {
                place::beside(&popover, &anchor, Side::Below, Align::Start);
            }
            focus_first(&popover);
        });
    }

    fn close(self) {
        if let Some(popover) = self.popover.get_untracked() {
            let _ = popover.hide_popover();
        }
    }

    fn edit(self, at: usize, condition: Condition) {
        self.open(Step::Condition { at: Some(at), condition }, "", Some(at));
    }

    fn add(self, offer: Offer) {
        let condition = Condition::on(offer.via.map(|via| via.key), offer.field);
        self.step.set(Some(Step::Condition { at: None, condition }));
        request_animation_frame(move || {
            if let Some(popover) = self.popover.get_untracked() {
                focus_first(&popover);
            }
        });
    }

    fn remove(self, at: usize) {
        let mut parts = untrack(|| self.parts());
        if at < parts.len() {
            parts.remove(at);
            self.filters.set(&whole(parts));
        }
    }
}

/// Puts the focus into the popover; on a phone only where no keyboard would jump up.
fn focus_first(popover: &HtmlElement) {
    let fields = if untrack(media::is_phone) {
        "input[type=checkbox], input[type=radio], select, button"
    } else {
        "input, select, button"
    };
    let body = popover.query_selector(".filter-body").ok().flatten();
    let inside = body.and_then(|body| body.query_selector(fields).ok().flatten());
    if let Some(element) = inside.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Chips, the button to add one, and the way to groups. Children stand at its end.
#[component]
pub fn FilterBar(filters: Filters, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let bar = Bar { filters, step: RwSignal::new(None), popover: NodeRef::new(), row: NodeRef::new() };
    let groups = RwSignal::new(false);
    let has_any = Memo::new(move |_| !bar.parts().is_empty());
    let toggled = move |event: web_sys::Event| {
        let closes = event.dyn_ref::<web_sys::ToggleEvent>().is_some_and(|event| event.new_state() == "closed");
        let is_own = event.target() == event.current_target();
        if closes && is_own {
            bar.step.set(None);
        }
    };
    view! {
        <div class="filters" role="group" aria-label=t(Key::FilterTitle) node_ref=bar.row>
            <span data-add>
                <Button kind=ButtonKind::Quiet icon=Glyph::ListFilter label=Key::FilterAdd on_click=move |()| bar.open(Step::Field, "[data-add]", None)/>
            </span>
            {move || filters.get().err().map(|why| unreadable(filters, why))}
            {move || bar.parts().into_iter().enumerate().map(|(at, part)| chip(bar, groups, at, part)).collect_view()}
            <Show when=move || has_any.get()>
                <Button kind=ButtonKind::Quiet label=Key::FilterClear on_click=move |()| filters.clear()/>
            </Show>
            {children.map(|children| children())}
            <div class="popover filter-pop" popover="auto" role="dialog" aria-label=t(Key::FilterTitle) node_ref=bar.popover on:toggle=toggled>
                {move || bar.step.get().map(|step| editor(bar, groups, step))}
            </div>
            {once(move || groups.get(), move || group_dialog(filters, groups))}
        </div>
    }
}

part! {
    asides: fn editor(bar: Bar, groups: RwSignal<bool>, step: Step) => match step {
        Step::Field => view! {
            <FieldMenu schema=bar.filters.schema() on_choose=move |offer| bar.add(offer) on_groups=move |()| {
                bar.close();
                groups.set(true);
            }/>
        }.into_any(),
        Step::Condition { at, condition } => view! { <ConditionEditor bar at condition/> }.into_any(),
    }
}

part! { asides: fn group_dialog(filters: Filters, open: RwSignal<bool>) => view! { <GroupDialog filters open/> } }

/// What cannot be read is said, and can be put aside.
fn unreadable(filters: Filters, why: String) -> impl IntoView {
    view! {
        <span class="filter-wrong" role="alert">
            <Icon glyph=Glyph::CircleAlert/>
            <span>{why}</span>
            <Button label=Key::FilterReset on_click=move |()| filters.clear()/>
        </span>
    }
}

fn chip(bar: Bar, groups: RwSignal<bool>, at: usize, part: Filter) -> impl IntoView {
    let schema = bar.filters.schema();
    let condition = Condition::read(&part);
    let said = {
        let condition = condition.clone();
        Memo::new(move |_| match &condition {
            Some(condition) => say::condition(schema, condition),
            None => say::Said { label: say::filter(schema, &part), value: None },
        })
    };
    let open = move |()| match &condition {
        Some(condition) => bar.edit(at, condition.clone()),
        None => groups.set(true),
    };
    view! {
        <span data-chip=at>
            <Chip
                label=Signal::derive(move || said.read().label.clone())
                value=Signal::derive(move || said.read().value.clone())
                on_click=open
                on_remove=move |()| bar.remove(at)
            />
        </span>
    }
}

/// One condition: what is asked, and the values; each change is applied at once.
#[component]
fn ConditionEditor(bar: Bar, at: Option<usize>, condition: Condition) -> impl IntoView {
    let (at, condition) = (RwSignal::new(at), RwSignal::new(condition));
    let schema = bar.filters.schema();
    Effect::new(move |before: Option<Condition>| {
        let now = condition.get();
        if before.is_some_and(|before| before != now) {
            untrack(|| apply(bar.filters, at, &now));
        }
        now
    });
    let title = move || {
        let condition = condition.read();
        let offer = condition.field(schema);
        offer.map(|(target, field)| {
            say::offer(
                &Offer { via: condition.via.as_deref().and_then(|via| schema.field(via)), schema: target, field },
                schema,
            )
        })
    };
    view! {
        <div class="filter-head">
            <span class="strong grow clip">{title}</span>
            <IconButton glyph=Glyph::Trash2 label=Key::FilterRemove on_click=move |()| {
                if let Some(at) = at.get_untracked() {
                    bar.remove(at);
                }
                bar.close();
            }/>
            <IconButton glyph=Glyph::Check label=Key::FilterDone on_click=move |()| bar.close()/>
        </div>
        <div class="filter-body">{question(condition, schema)}</div>
    }
}

/// The question and its values.
pub fn question(condition: RwSignal<Condition>, schema: &'static shared::fields::Schema) -> impl IntoView {
    let field = untrack(|| condition.read().field(schema).map(|(_, field)| field));
    field.map(|field| {
        let asks = super::condition::Ask::of(field.kind);
        let word = RwSignal::new(untrack(|| condition.read().ask.word()).to_owned());
        let options = move || asks.iter().map(|ask| Choice::new(ask.word(), say::ask(*ask, field.kind))).collect::<Vec<_>>();
        let commit = move |word: String| {
            if let Some(ask) = super::condition::Ask::named(&word) {
                condition.update(|condition| *condition = condition.asking(ask));
            }
        };
        view! {
            {(asks.len() > 1).then(|| view! { <Select value=word options=Signal::derive(options) label=Key::FilterQuestion on_commit=commit/> })}
            {values::editor(condition, field)}
        }
    })
}

/// Writes a condition into its place of the address; the first time with a step in the history.
fn apply(filters: Filters, at: RwSignal<Option<usize>>, condition: &Condition) {
    let Ok(filter) = filters.get() else { return };
    let mut parts = parts(&filter);
    let place = at.get().filter(|at| *at < parts.len());
    match (place, condition.is_complete()) {
        (Some(place), true) => parts[place] = condition.write(),
        (Some(place), false) => {
            parts.remove(place);
            at.set(None);
        }
        (None, true) => {
            at.set(Some(parts.len()));
            parts.push(condition.write());
            return filters.set(&whole(parts));
        }
        (None, false) => return,
    }
    filters.refine(&whole(parts));
}
