//! Conditions in groups: all, any or none of them, as deep as one likes.

use leptos::prelude::*;
use shared::fields::Schema;
use shared::i18n::Key;
use shared::query::Filter;
use uuid::Uuid;

use super::bar::question;
use super::condition::{Ask, Condition, Offer, offers};
use super::say;
use super::state::Filters;
use crate::each::each;
use crate::i18n::{t, text};
use crate::id;
use crate::ui::{Button, ButtonKind, Choice, Combobox, Dialog, Glyph, IconButton, Select};

/// How the parts of a group hold together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bond {
    All,
    Any,
    NotAll,
    None,
}

impl Bond {
    const EACH: [Self; 4] = [Self::All, Self::Any, Self::None, Self::NotAll];

    fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
            Self::NotAll => "not_all",
            Self::None => "none",
        }
    }

    fn key(self) -> Key {
        match self {
            Self::All => Key::FilterAllOf,
            Self::Any => Key::FilterAnyOf,
            Self::NotAll => Key::FilterNotAllOf,
            Self::None => Key::FilterNoneOf,
        }
    }
}

/// A filter while it is edited.
#[derive(Clone)]
enum Node {
    /// Its field is still to be chosen while it names none.
    Leaf(RwSignal<Condition>),
    Group {
        bond: RwSignal<String>,
        parts: RwSignal<Vec<(Uuid, Node)>>,
    },
}

impl Node {
    fn blank() -> Self {
        Self::Leaf(RwSignal::new(Condition { via: None, key: String::new(), ask: Ask::Is, args: Vec::new() }))
    }

    fn group(bond: Bond, parts: impl IntoIterator<Item = Self>) -> Self {
        let parts = parts.into_iter().map(|part| (id::new(), part)).collect();
        Self::Group { bond: RwSignal::new(bond.word().to_owned()), parts: RwSignal::new(parts) }
    }

    fn of(filter: &Filter) -> Self {
        if let Some(condition) = Condition::read(filter) {
            return Self::Leaf(RwSignal::new(condition));
        }
        match filter {
            Filter::All(parts) => Self::group(Bond::All, parts.iter().map(Self::of)),
            Filter::Any(parts) => Self::group(Bond::Any, parts.iter().map(Self::of)),
            Filter::Not(inner) => match inner.as_ref() {
                Filter::Any(parts) => Self::group(Bond::None, parts.iter().map(Self::of)),
                Filter::All(parts) if Condition::read(inner).is_none() => {
                    Self::group(Bond::NotAll, parts.iter().map(Self::of))
                }
                inner => Self::group(Bond::NotAll, [Self::of(inner)]),
            },
            Filter::Test(_) => Self::blank(),
        }
    }

    /// What is finished of it; the rest narrows nothing.
    fn filter(&self) -> Option<Filter> {
        match self {
            Self::Leaf(condition) => {
                let condition = condition.get_untracked();
                (condition.is_complete() && !condition.key.is_empty()).then(|| condition.write())
            }
            Self::Group { bond, parts } => {
                let mut parts: Vec<Filter> =
                    parts.read_untracked().iter().filter_map(|(_, part)| part.filter()).collect();
                if parts.is_empty() {
                    return None;
                }
                let one = if parts.len() == 1 { parts.pop() } else { None };
                Some(match (bond.read_untracked().as_str(), one) {
                    ("none" | "not_all", Some(one)) => Filter::Not(Box::new(one)),
                    (_, Some(one)) => one,
                    ("any", None) => Filter::Any(parts),
                    ("none", None) => Filter::Not(Box::new(Filter::Any(parts))),
                    ("not_all", None) => Filter::Not(Box::new(Filter::All(parts))),
                    (_, None) => Filter::All(parts),
                })
            }
        }
    }
}

/// The root of a filter is a group, so that there is always one to add to.
fn root(filter: &Filter) -> Node {
    match Node::of(filter) {
        leaf @ Node::Leaf(_) => Node::group(Bond::All, [leaf]),
        group @ Node::Group { .. } => group,
    }
}

#[component]
pub fn GroupDialog(filters: Filters, open: RwSignal<bool>) -> impl IntoView {
    let node = RwSignal::new(None::<Node>);
    Effect::new(move || {
        let opened = open.get().then(|| root(&untrack(|| filters.get()).unwrap_or_default()));
        node.set(opened);
    });
    let apply = move |()| {
        if let Some(node) = node.get_untracked() {
            filters.set(&node.filter().unwrap_or_default());
        }
        open.set(false);
    };
    let footer = move || {
        view! {
            <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
            <Button kind=ButtonKind::Primary label=Key::FilterApply on_click=apply/>
        }
    };
    view! {
        <Dialog open title=Key::FilterGroups wide=true footer=footer>
            {move || node.get().map(|node| part(filters.schema(), node, None))}
        </Dialog>
    }
}

/// A group or a condition, with what takes it away.
fn part(schema: &'static Schema, node: Node, remove: Option<Callback<()>>) -> AnyView {
    match node {
        Node::Leaf(condition) => leaf(schema, condition, remove).into_any(),
        Node::Group { bond, parts } => group(schema, bond, parts, remove).into_any(),
    }
}

fn group(
    schema: &'static Schema,
    bond: RwSignal<String>,
    parts: RwSignal<Vec<(Uuid, Node)>>,
    remove: Option<Callback<()>>,
) -> impl IntoView {
    let options = || Bond::EACH.map(|bond| Choice::new(bond.word(), text(bond.key()))).to_vec();
    let add = move |node: Node| parts.update(|parts| parts.push((id::new(), node)));
    let take = move |id: Uuid| Callback::new(move |()| parts.update(|parts| parts.retain(|(other, _)| *other != id)));
    let ids = move || parts.read().iter().map(|(id, _)| *id).collect();
    let line = move |id: Uuid| {
        let node =
            parts.with_untracked(|parts| parts.iter().find(|(other, _)| *other == id).map(|(_, node)| node.clone()));
        node.map(|node| part(schema, node, Some(take(id)))).into_any()
    };
    view! {
        <fieldset class="filter-group">
            <legend class="hidden">{t(Key::FilterGroup)}</legend>
            <div class="row">
                <Select value=bond options=Signal::derive(options) label=Key::FilterBond/>
                <span class="grow"></span>
                {remove.map(|remove| view! { <IconButton glyph=Glyph::X label=Key::FilterRemoveGroup on_click=remove/> })}
            </div>
            {each(ids, line)}
            <div class="row">
                <Button kind=ButtonKind::Quiet icon=Glyph::Plus label=Key::FilterAddCondition on_click=move |()| add(Node::blank())/>
                <Button kind=ButtonKind::Quiet icon=Glyph::Layers label=Key::FilterAddGroup on_click=move |()| add(Node::group(Bond::Any, [Node::blank()]))/>
            </div>
        </fieldset>
    }
}

fn leaf(schema: &'static Schema, condition: RwSignal<Condition>, remove: Option<Callback<()>>) -> impl IntoView {
    let path = |offer: &Offer| {
        offer.via.map_or_else(|| offer.field.key.to_owned(), |via| format!("{}>{}", via.key, offer.field.key))
    };
    let choice = move |offer: &Offer| Choice::new(path(offer), say::offer(offer, schema));
    let options = Signal::derive(move || offers(schema).iter().map(choice).collect::<Vec<_>>());
    let now = untrack(|| {
        let condition = condition.get();
        let (target, field) = condition.field(schema)?;
        let via = condition.via.as_deref().and_then(|via| schema.field(via));
        Some(choice(&Offer { via, schema: target, field }))
    });
    let chosen = RwSignal::new(now);
    let choose = move |choice: Option<Choice>| {
        let offer = choice.and_then(|choice| offers(schema).into_iter().find(|offer| path(offer) == choice.value));
        if let Some(offer) = offer {
            condition.set(Condition::on(offer.via.map(|via| via.key), offer.field));
        }
    };
    let field = Memo::new(move |_| condition.with(|condition| (condition.via.clone(), condition.key.clone())));
    view! {
        <div class="filter-leaf">
            <Combobox chosen options label=Key::FilterField placeholder=Key::FilterField on_choose=choose/>
            <div class="filter-question">{move || {
                field.track();
                question(condition, schema)
            }}</div>
            {remove.map(|remove| view! { <IconButton glyph=Glyph::X label=Key::FilterRemove on_click=remove/> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::query::text::{parse, print};
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_is_opened_and_applied_unchanged_stays_the_same() {
        let owner = Owner::new();
        owner.set();
        for text in [
            "level.is.A",
            "all(owner_id.is.@me,any(level.is.A,level.is.B))",
            "not(any(level.is.A,industry.is.retail))",
            "not(all(level.is.A,industry.is.retail))",
            "all(level.is.A,not(employees.ge.3))",
            "any(all(employees.ge.10,employees.le.50),not(name.has.x))",
        ] {
            let node = root(&parse(text).expect(text));
            assert_eq!(node.filter().map(|filter| print(&filter)).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_not_finished_narrows_nothing() {
        let owner = Owner::new();
        owner.set();
        let node = root(&Filter::default());
        assert_eq!(node.filter(), None);
        let Node::Group { parts, .. } = &node else { panic!("a group") };
        parts.update(|parts| parts.push((id::new(), Node::blank())));
        assert_eq!(node.filter(), None);
    }
}
