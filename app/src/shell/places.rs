//! The places of the navigation: one list for the side, the bottom bar and the palette.

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;

use crate::ui::{Glyph, storage};
use crate::{links, session};

/// A page of its own in the navigation.
#[derive(Clone, Copy)]
pub struct Place {
    pub label: Key,
    pub glyph: Glyph,
    pub href: fn() -> String,
    pub shortcut: Option<&'static str>,
    /// Shown to those who may do this.
    pub needs: (Object, Action),
    /// How many there are stands behind its name.
    pub counted: Option<Object>,
}

pub const MAIN: &[Place] = &[
    Place {
        label: Key::NavOpportunities,
        glyph: Glyph::SquareKanban,
        href: links::opportunities,
        shortcut: Some("g o"),
        needs: (Object::Opportunity, Action::Read),
        counted: Some(Object::Opportunity),
    },
    Place {
        label: Key::NavTickets,
        glyph: Glyph::Ticket,
        href: links::tickets,
        shortcut: Some("g t"),
        needs: (Object::Ticket, Action::Read),
        counted: Some(Object::Ticket),
    },
    Place {
        label: Key::NavAccounts,
        glyph: Glyph::Building2,
        href: links::accounts,
        shortcut: Some("g a"),
        needs: (Object::Account, Action::Read),
        counted: Some(Object::Account),
    },
    Place {
        label: Key::NavContacts,
        glyph: Glyph::Users,
        href: links::contacts,
        shortcut: Some("g c"),
        needs: (Object::Contact, Action::Read),
        counted: Some(Object::Contact),
    },
    Place {
        label: Key::NavKnowledge,
        glyph: Glyph::FileText,
        href: links::knowledge,
        shortcut: Some("g k"),
        needs: (Object::Article, Action::Read),
        counted: None,
    },
    Place {
        label: Key::NavReports,
        glyph: Glyph::ChartColumn,
        href: links::service_report,
        shortcut: Some("g r"),
        needs: (Object::Ticket, Action::Read),
        counted: None,
    },
    Place {
        label: Key::NavProducts,
        glyph: Glyph::Package,
        href: links::products,
        shortcut: Some("g p"),
        needs: (Object::Product, Action::Read),
        counted: None,
    },
    Place {
        label: Key::NavImports,
        glyph: Glyph::Upload,
        href: links::imports,
        shortcut: Some("g i"),
        needs: (Object::Import, Action::Create),
        counted: None,
    },
];

pub const ADMIN: &[Place] = &[
    Place {
        label: Key::NavPipelines,
        glyph: Glyph::Layers,
        href: links::pipelines,
        shortcut: None,
        needs: (Object::Pipeline, Action::Write),
        counted: None,
    },
    Place {
        label: Key::NavCalendars,
        glyph: Glyph::Calendar,
        href: links::calendars,
        shortcut: None,
        needs: (Object::Calendar, Action::Write),
        counted: None,
    },
    Place {
        label: Key::NavService,
        glyph: Glyph::Clock,
        href: links::service,
        shortcut: None,
        needs: (Object::TicketStatus, Action::Write),
        counted: None,
    },
    Place {
        label: Key::NavTeam,
        glyph: Glyph::Shield,
        href: links::team,
        shortcut: None,
        needs: (Object::User, Action::Write),
        counted: None,
    },
];

impl Place {
    /// Tracked.
    pub fn is_open_to_me(&self) -> bool {
        session::can(self.needs.0, self.needs.1)
    }

    /// The reader is there, or at a record of it. Tracked.
    pub fn is_here(&self) -> bool {
        let (href, path) = ((self.href)(), links::path());
        path.strip_prefix(&href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

const STORED_AS: &str = "kith.nav";

thread_local! {
    static IS_NARROW: ArcRwSignal<bool> = ArcRwSignal::new(storage::read(STORED_AS).as_deref() == Some("narrow"));
}

/// The navigation shows icons only. Tracked.
pub fn is_narrow() -> bool {
    IS_NARROW.with(Get::get)
}

pub fn toggle_narrow() {
    IS_NARROW.with(|signal| signal.update(|is_narrow| *is_narrow = !*is_narrow));
    storage::write(STORED_AS, if untrack(is_narrow) { "narrow" } else { "wide" });
}
