//! Shaping the tree: a category's name, place and readers, its order among its neighbours, and putting it away.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::{Value, json};
use shared::access::{Action, Object};
use shared::change::Patch;
use shared::fields::{Row, row_of};
use shared::i18n::Key;
use shared::id::TeamId;
use shared::knowledge::{ArticleCategory, Audience};
use shared::users::Team;
use uuid::Uuid;

use super::shelf;
use crate::i18n::{fill, t, text};
use crate::record::{Draft, FieldEditor, Whole};
use crate::store::{self, Command, run_all};
use crate::ui::place::Align;
use crate::ui::{
    Button, ButtonKind, Checkbox, Choice, Dialog, Field, Glyph, Icon, Menu, MenuItem, MenuSection, Select,
};
use crate::{session, words};

/// What the form asks for.
const ASKED: [&str; 4] = ["name", "parent_id", "audience", "teams"];

/// The dialog for a category, and what its menu does.
#[derive(Clone, Copy)]
pub struct Shaping {
    tree: Memo<Vec<(usize, Arc<ArticleCategory>)>>,
    open: RwSignal<bool>,
    /// None is a new one.
    edited: RwSignal<Option<Arc<ArticleCategory>>>,
    /// What a new one stands in.
    parent: RwSignal<Option<Uuid>>,
}

impl Shaping {
    pub fn new(tree: Memo<Vec<(usize, Arc<ArticleCategory>)>>) -> Self {
        Self { tree, open: RwSignal::new(false), edited: RwSignal::new(None), parent: RwSignal::new(None) }
    }

    /// A new category, in another one or at the top.
    pub fn begin(self, parent: Option<Uuid>) {
        self.edited.set(None);
        self.parent.set(parent);
        self.open.set(true);
    }

    fn edit(self, category: Arc<ArticleCategory>) {
        self.edited.set(Some(category));
        self.open.set(true);
    }

    pub fn menu(self, category: &Arc<ArticleCategory>) -> AnyView {
        let (id, name) = (category.id.0, StoredValue::new(category.name.clone()));
        let category = StoredValue::new(category.clone());
        let label = Signal::derive(move || fill(Key::NavViewMenu, &[("name", &name.read_value())]));
        let is_end = move |by: isize| Signal::derive(move || self.beside(&category.read_value(), by).is_none());
        let archive = move || {
            let said = untrack(|| fill(Key::AdminArchived, &[("name", &name.read_value())]));
            store::run(Command::archive::<ArticleCategory>(vec![id], true).said(said));
        };
        view! {
            <Menu label glyph=Glyph::Ellipsis align=Align::End>
                <MenuItem label=Key::KnowledgeEditCategory glyph=Glyph::Pencil on_choose=move || self.edit(category.get_value())/>
                {move || session::can(Object::ArticleCategory, Action::Create).then(|| view! {
                    <MenuItem label=Key::KnowledgeNewBelow glyph=Glyph::Plus on_choose=move || self.begin(Some(id))/>
                })}
                <MenuItem label=Key::KnowledgeCategoryUp glyph=Glyph::ArrowUp disabled=is_end(-1) on_choose=move || self.shift(&category.read_value(), -1)/>
                <MenuItem label=Key::KnowledgeCategoryDown glyph=Glyph::ArrowDown disabled=is_end(1) on_choose=move || self.shift(&category.read_value(), 1)/>
                {move || session::can(Object::ArticleCategory, Action::Archive).then(|| view! {
                    <MenuSection/>
                    <MenuItem label=Key::AdminArchive glyph=Glyph::Archive danger=true on_choose=archive/>
                })}
            </Menu>
        }
        .into_any()
    }

    /// Those that stand in the same place, in their order. Tracked.
    fn siblings(self, parent: Option<Uuid>) -> Vec<Arc<ArticleCategory>> {
        let tree = self.tree.read();
        let is_beside = |one: &&Arc<ArticleCategory>| one.parent_id.map(|id| id.0) == parent;
        tree.iter().map(|(_, one)| one).filter(is_beside).cloned().collect()
    }

    /// Where it stands among them, and where it would go. Tracked.
    fn beside(self, category: &ArticleCategory, by: isize) -> Option<(Vec<Arc<ArticleCategory>>, usize, usize)> {
        let siblings = self.siblings(category.parent_id.map(|id| id.0));
        let at = siblings.iter().position(|one| one.id == category.id)?;
        let to = at.checked_add_signed(by).filter(|to| *to < siblings.len())?;
        Some((siblings, at, to))
    }

    /// Changes places with a neighbour; whose position is another then is written, as one act.
    fn shift(self, category: &ArticleCategory, by: isize) {
        let Some((mut order, at, to)) = untrack(|| self.beside(category, by)) else { return };
        order.swap(at, to);
        let place = |(position, one): (i64, Arc<ArticleCategory>)| {
            (Command::update_row(Object::ArticleCategory, one.id.0, Patch::set("position", position)), 1)
        };
        let turns = (1..).zip(order).filter(|(position, one)| one.position != *position).map(place).collect();
        let said = untrack(|| fill(Key::AdminStageMoved, &[("name", &category.name)]));
        run_all(turns, move |_| said, |_| ());
    }

    /// What it can stand in: neither itself nor what stands in it. Tracked.
    fn parents(self) -> Vec<Choice> {
        let own = self.edited.read().as_ref().map(|category| category.id.to_string());
        let mut below = None;
        let is_free = |(depth, choice): &(usize, Choice)| {
            if below.is_some_and(|above| *depth > above) {
                return false;
            }
            below = (Some(&choice.value) == own.as_ref()).then_some(*depth);
            below.is_none()
        };
        let tree = self.tree.get();
        let all: Vec<_> = tree.iter().map(|(_, category)| category.clone()).collect();
        tree.iter()
            .map(|(depth, _)| *depth)
            .zip(shelf::choices(&all))
            .filter(is_free)
            .map(|(_, choice)| choice)
            .collect()
    }

    /// Who reads what `id` stands for, everybody at the top. Tracked.
    fn audience_of(self, id: &str) -> Audience {
        let tree = self.tree.read();
        let found = tree.iter().find(|(_, category)| category.id.to_string() == id);
        found.map_or(Audience::Public, |(_, category)| category.audience)
    }
}

#[component]
pub fn ShapingDialog(shaping: Shaping) -> impl IntoView {
    let title = Signal::derive(move || {
        let is_new = shaping.edited.read().is_none();
        text(if is_new { Key::KnowledgeNewCategory } else { Key::KnowledgeEditCategory }).to_owned()
    });
    view! { <Dialog open=shaping.open title>{move || form(shaping)}</Dialog> }
}

fn form(shaping: Shaping) -> AnyView {
    let before = shaping.edited.get_untracked().map(|category| row_of(&*category));
    let parent = shaping.parent.get_untracked().map(|id| id.to_string()).unwrap_or_default();
    let row = before.clone().unwrap_or_else(|| {
        // Nobody beyond staff reads what was just made, until somebody says so.
        let audience = untrack(|| shaping.audience_of(&parent)).min(Audience::Staff);
        let new = ArticleCategory { audience, ..ArticleCategory::default() };
        let mut row = row_of(&new);
        row.insert("parent_id".into(), (!parent.is_empty()).then_some(parent).into());
        row
    });
    let draft = Draft::of(Object::ArticleCategory, row);
    let is_pending = RwSignal::new(false);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(row) = untrack(|| draft.check(Whole::Yes)) else { return };
        let command = match &before {
            Some(before) => change(before, &row),
            None => Some(create(shaping, row)),
        };
        let Some(command) = command else { return shaping.open.set(false) };
        let key = if before.is_some() { Key::AdminSaved } else { Key::AdminCreated };
        let said = untrack(|| fill(key, &[("name", &draft.text("name"))]));
        is_pending.set(true);
        let command = command.said(said).quietly().done(move |_| {
            let _ = shaping.open.try_set(false);
        });
        store::run(command.refused(move |error| {
            let _ = is_pending.try_set(false);
            draft.refuse(error);
        }));
    };
    view! {
        <form class="form" novalidate=true on:submit=save>
            <FieldEditor draft field_key="name" autofocus=true/>
            <Readers shaping draft/>
            {move || draft.stray().map(|error| view! { <p class="error form-error" role="alert"><Icon glyph=Glyph::CircleAlert/>{error}</p> })}
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=move |()| shaping.open.set(false)/>
                <Button label=Key::NavSave kind=ButtonKind::Primary submit=true pending=is_pending/>
            </div>
        </form>
    }
    .into_any()
}

/// Where it stands and for whom it is: readers only become fewer down the tree.
#[component]
fn Readers(shaping: Shaping, draft: Draft) -> impl IntoView {
    let now = |key| RwSignal::new(untrack(|| draft.text(key)));
    let (parent, audience) = (now("parent_id"), now("audience"));
    let parents = Signal::derive(move || shaping.parents());
    let readers = Signal::derive(move || {
        let above = shaping.audience_of(&parent.read());
        let of = |one: &Audience| {
            Choice::new(one.word(), words::choice("audience", one.word())).disabled(!one.fits_in(above))
        };
        Audience::ALL.iter().rev().map(of).collect::<Vec<_>>()
    });
    let none = Signal::derive(|| text(Key::KnowledgeAtTheTop).to_owned());
    let error = move |key: &'static str| Signal::derive(move || draft.error(key));
    let is_teams = move || *audience.read() == Audience::Teams.word();
    let place = move |id: String| draft.set("parent_id", if id.is_empty() { Value::Null } else { id.into() });
    view! {
        <Field label=Key::FieldArticleCategoryParentId error=error("parent_id")>
            <Select value=parent options=parents empty=none on_commit=place/>
        </Field>
        <Field label=Key::FieldArticleCategoryAudience required=true hint=Key::KnowledgeAudienceHint error=error("audience")>
            <Select value=audience options=readers on_commit=move |word: String| draft.set("audience", word)/>
        </Field>
        <Show when=is_teams>
            <fieldset class="field radios">
                <legend>{t(Key::FieldArticleCategoryTeams)}</legend>
                {move || store::teams().into_iter().map(|team| reader(draft, &team)).collect_view()}
                {move || draft.error("teams").map(|error| view! { <p class="error" role="alert"><Icon glyph=Glyph::CircleAlert/>{error}</p> })}
            </fieldset>
        </Show>
    }
}

fn reader(draft: Draft, team: &Team) -> impl IntoView + use<> {
    let id = team.id;
    let chosen = move || serde_json::from_value::<Vec<TeamId>>(draft.get("teams")).unwrap_or_default();
    let checked = RwSignal::new(untrack(chosen).contains(&id));
    let change = move |is_on: bool| {
        let mut teams = untrack(chosen);
        teams.retain(|team| *team != id);
        if is_on {
            teams.push(id);
        }
        draft.set("teams", json!(teams));
    };
    view! { <Checkbox checked label=Signal::stored(team.name.clone()) on_change=change/> }
}

/// It stands behind its neighbours.
fn create(shaping: Shaping, mut row: Row) -> Command {
    let parent = row.get("parent_id").and_then(Value::as_str).and_then(|id| id.parse::<Uuid>().ok());
    let last = untrack(|| shaping.siblings(parent)).last().map_or(0, |last| last.position);
    row.insert("id".into(), crate::id::new().to_string().into());
    row.insert("position".into(), (last + 1).into());
    Command::create_row(Object::ArticleCategory, row)
}

/// What differs, if anything does.
fn change(before: &Row, row: &Row) -> Option<Command> {
    let mut patch = Patch::default();
    for key in ASKED {
        let (old, new) = (before.get(key).cloned().unwrap_or_default(), row.get(key).cloned().unwrap_or_default());
        if old != new {
            patch = patch.and(key, new).base(key, old);
        }
    }
    let id = store::id_of(before).unwrap_or_default();
    (!patch.set.is_empty()).then(|| Command::update_row(Object::ArticleCategory, id, patch))
}
