//! What service works with: statuses, categories and queues of tickets, who gets
//! them, what is promised of them, and what customers are asked afterwards.

mod conditions;
mod crew;
mod plain;
mod policies;
mod policy;
mod rehearsal;
mod skills;
mod steps;
mod survey;
mod surveys;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;

use self::plain::Plain;
use crate::i18n::{t, text};
use crate::ui::{Choice, TabPanel, Tabs};
use crate::{links, shell};

const MACROS: Plain = Plain {
    object: Object::Macro,
    intro: Key::ServiceMacrosText,
    new: Key::ServiceNewMacro,
    edit: Key::ServiceEditMacro,
    columns: &["name", "status_id", "category_id", "owner_id", "team_id"],
    fields: &[
        "name",
        "body",
        "is_note",
        "status_id",
        "priority",
        "category_id",
        "queue_id",
        "resolution",
        "is_taken",
        "owner_id",
        "team_id",
    ],
    more: None,
};
const STATUSES: Plain = Plain {
    object: Object::TicketStatus,
    intro: Key::ServiceStatusesText,
    new: Key::ServiceNewStatus,
    edit: Key::ServiceEditStatus,
    columns: &["name", "customer_label", "category"],
    fields: &["name", "customer_label", "category"],
    more: None,
};
const CATEGORIES: Plain = Plain {
    object: Object::TicketCategory,
    intro: Key::ServiceCategoriesText,
    new: Key::ServiceNewCategory,
    edit: Key::ServiceEditCategory,
    columns: &["name", "parent_id", "priority", "queue_id"],
    fields: &["name", "parent_id", "priority", "queue_id", "needs"],
    more: Some(skills::needs),
};
const QUEUES: Plain = Plain {
    object: Object::Queue,
    intro: Key::ServiceQueuesText,
    new: Key::ServiceNewQueue,
    edit: Key::ServiceEditQueue,
    columns: &["name", "team_id", "routing", "stick"],
    fields: &["name", "team_id", "routing", "stick", "relax_after"],
    more: Some(rehearsal::rehearsal),
};
const SKILLS: Plain = Plain {
    object: Object::Skill,
    intro: Key::ServiceSkillsText,
    new: Key::ServiceNewSkill,
    edit: Key::ServiceEditSkill,
    columns: &["name"],
    fields: &["name"],
    more: None,
};

#[component]
pub fn ServicePage() -> impl IntoView {
    shell::use_title(|| text(Key::NavService).to_owned());
    let tab = Signal::derive(|| links::param("tab").unwrap_or_else(|| "statuses".into()));
    let options = Signal::derive(|| {
        vec![
            Choice::new("statuses", text(Key::ServiceStatuses)),
            Choice::new("categories", text(Key::ServiceCategories)),
            Choice::new("queues", text(Key::ServiceQueues)),
            Choice::new("policies", text(Key::ServicePolicies)),
            Choice::new("macros", text(Key::ServiceMacros)),
            Choice::new("surveys", text(Key::SurveyTab)),
            Choice::new("skills", text(Key::ServiceSkills)),
            Choice::new("people", text(Key::ServiceCrew)),
        ]
    });
    view! {
        <header class="bar"><h1>{t(Key::NavService)}</h1></header>
        <Tabs name="service" label=Key::NavService options value=tab on_choose=|tab: String| links::set_params(&[("tab", Some(&tab))])/>
        <div class="content">
            <TabPanel name="service" of="statuses" value=tab>{plain::page(&STATUSES)}</TabPanel>
            <TabPanel name="service" of="categories" value=tab>{plain::page(&CATEGORIES)}</TabPanel>
            <TabPanel name="service" of="queues" value=tab>{plain::page(&QUEUES)}</TabPanel>
            <TabPanel name="service" of="policies" value=tab>{policies::policies()}</TabPanel>
            <TabPanel name="service" of="macros" value=tab>{plain::page(&MACROS)}</TabPanel>
            <TabPanel name="service" of="surveys" value=tab>{surveys::surveys()}</TabPanel>
            <TabPanel name="service" of="skills" value=tab>{plain::page(&SKILLS)}</TabPanel>
            <TabPanel name="service" of="people" value=tab>{crew::people()}</TabPanel>
        </div>
    }
}
