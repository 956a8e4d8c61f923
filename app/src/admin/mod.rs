//! Administration: pipelines and their stages, working calendars, people, teams and roles.

mod calendar;
mod calendars;
mod empty;
mod form;
mod people;
mod person;
mod pipeline;
mod pipelines;
mod role;
mod roles;
mod service;
mod stage;
mod stages;
mod team;
mod teams;

use leptos::prelude::*;
use shared::i18n::Key;

use crate::i18n::{t, text};
use crate::ui::{Choice, TabPanel, Tabs};
use crate::{links, shell};

pub use calendars::CalendarsPage;
pub use pipelines::PipelinesPage;
pub use service::ServicePage;

/// People, teams and roles, by tab.
#[component]
pub fn TeamPage() -> impl IntoView {
    shell::use_title(|| text(Key::NavTeam).to_owned());
    let tab = Signal::derive(|| links::param("tab").unwrap_or_else(|| "people".into()));
    let options = Signal::derive(|| {
        vec![
            Choice::new("people", text(Key::AdminPeople)),
            Choice::new("teams", text(Key::AdminTeams)),
            Choice::new("roles", text(Key::AdminRoles)),
        ]
    });
    view! {
        <header class="bar"><h1>{t(Key::NavTeam)}</h1></header>
        <Tabs name="team" label=Key::NavTeam options value=tab on_choose=|tab: String| links::set_params(&[("tab", Some(&tab))])/>
        <div class="content">
            <TabPanel name="team" of="people" value=tab>{people::people()}</TabPanel>
            <TabPanel name="team" of="teams" value=tab>{teams::teams()}</TabPanel>
            <TabPanel name="team" of="roles" value=tab>{roles::roles()}</TabPanel>
        </div>
    }
}
