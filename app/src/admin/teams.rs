//! The teams as a tree.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::{Key, Plural};
use shared::id::TeamId;
use shared::users::Team;

use super::team::TeamForm;
use crate::i18n::{count, t, text};
use crate::session;
use crate::store;
use crate::ui::{Button, ButtonKind, Choice, Dialog, EmptyState, Glyph, Icon, Skeleton, SkeletonKind};

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

#[component]
pub fn Teams() -> impl IntoView {
    let edited = RwSignal::new(None::<Arc<Team>>);
    let open = RwSignal::new(false);
    let edit = move |team: Option<Arc<Team>>| {
        edited.set(team);
        open.set(true);
    };
    let lines = Memo::new(|_| tree());
    let title = Signal::derive(move || {
        text(if edited.read().is_some() { Key::AdminEditTeam } else { Key::AdminNewTeam }).to_owned()
    });
    view! {
        <div class="column wide">
            <div class="row wrap">
                <p class="muted grow">{t(Key::AdminTeamsText)}</p>
                <Show when=|| session::can(Object::Team, Action::Create)>
                    <Button label=Key::AdminNewTeam icon=Glyph::Plus kind=ButtonKind::Primary on_click=move || edit(None)/>
                </Show>
            </div>
            <Show when=|| store::is_ready(Object::Team) fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=4/> }>
                <ul class="tree">
                    <For each=move || lines.get() key=|(depth, team)| (*depth, team.id, team.version) children=move |(depth, team)| line(depth, team, Callback::new(move |team| edit(Some(team))))/>
                </ul>
                <Show when=move || lines.read().is_empty()>
                    <EmptyState glyph=Glyph::Users title=Key::AdminNoTeam text=Key::AdminTeamsText/>
                </Show>
            </Show>
        </div>
        <Dialog open title>{move || view! { <TeamForm team=edited.get() open/> }}</Dialog>
    }
}

fn line(depth: usize, team: Arc<Team>, edit: Callback<Arc<Team>>) -> impl IntoView {
    let id = team.id;
    let name = team.name.clone();
    view! {
        <li style:padding-inline-start=format!("{}px", 12 + depth * 24)>
            <button type="button" class="row" on:click=move |_| edit.run(team.clone())>
                <Icon glyph=Glyph::Users/>
                <span>{name}</span>
                <span class="faint small">{move || count(Plural::AdminMembers, members(id))}</span>
            </button>
        </li>
    }
}

fn members(team: TeamId) -> usize {
    store::users().iter().filter(|user| user.team_id == Some(team)).count()
}
