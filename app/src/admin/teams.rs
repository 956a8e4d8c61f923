//! The teams as a tree.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::{Key, Plural};
use shared::users::Team;
use uuid::Uuid;

use super::form::{Editor, records};
use super::team::team_form;
use crate::each::each;
use crate::i18n::count;
use crate::store;
use crate::ui::{Choice, Dialog, EmptyState, Glyph, Icon};

/// A team with its depth in the tree.
pub fn tree() -> Vec<(usize, Arc<Team>)> {
    let teams = store::teams();
    let mut lines = Vec::new();
    let is_root = |team: &Team| team.parent_id.is_none_or(|parent| !teams.iter().any(|other| other.id == parent));
    for team in teams.iter().filter(|team| is_root(team)) {
        grow(&teams, team, 0, &mut lines);
    }
    lines
}

fn grow(teams: &[Arc<Team>], team: &Arc<Team>, depth: usize, lines: &mut Vec<(usize, Arc<Team>)>) {
    // A circle cannot be stored; a half-loaded list must not hang the page.
    if depth > 20 {
        return;
    }
    lines.push((depth, team.clone()));
    for below in teams.iter().filter(|below| below.parent_id == Some(team.id)) {
        grow(teams, below, depth + 1, lines);
    }
}

/// The teams to choose from, indented as the tree is.
pub fn options() -> Signal<Vec<Choice>> {
    Signal::derive(|| {
        let label = |(depth, team): (usize, Arc<Team>)| {
            Choice::new(team.id, format!("{}{}", "\u{2003}".repeat(depth), team.name))
        };
        tree().into_iter().map(label).collect()
    })
}

pub fn teams() -> AnyView {
    let editor = Editor::new();
    view! {
        {records(Object::Team, Key::AdminTeamsText, Key::AdminNewTeam, editor, list)}
        <Dialog open=editor.open title=editor.title(Key::AdminNewTeam, Key::AdminEditTeam)>
            {move || team_form(editor.edited.get(), editor.open)}
        </Dialog>
    }
    .into_any()
}

fn list(editor: Editor) -> AnyView {
    let ids = || tree().into_iter().map(|(_, team)| team.id.into()).collect();
    view! {
        <ul class="tree">{each(ids, move |id| line(id, editor))}</ul>
        {move || store::teams().is_empty().then(|| view! {
            <EmptyState glyph=Glyph::Users title=Key::AdminNoTeam text=Key::AdminTeamsText/>
        })}
    }
    .into_any()
}

fn line(id: Uuid, editor: Editor) -> AnyView {
    let depth = move || tree().iter().find(|(_, team)| team.id.0 == id).map_or(0, |(depth, _)| *depth);
    view! {
        <li style:padding-inline-start=move || format!("{}px", depth() * 24)>
            <button type="button" class="row" on:click=move |_| editor.edit(Some(id))>
                <Icon glyph=Glyph::Users/>
                <span>{move || store::name(Object::Team, id)}</span>
                <span class="faint small">{move || count(Plural::AdminMembers, members(id))}</span>
            </button>
        </li>
    }
    .into_any()
}

fn members(team: Uuid) -> usize {
    store::users().iter().filter(|user| user.team_id.is_some_and(|own| own.0 == team)).count()
}
