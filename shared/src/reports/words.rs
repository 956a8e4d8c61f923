//! What reports say in words, by the catalogues.

use super::{GroupBy, Measure, Why};
use crate::access::Object;
use crate::i18n::Key;

/// What a measure is called.
pub fn label(measure: Measure) -> Key {
    match measure {
        Measure::Created => Key::ReportsCreated,
        Measure::Solved => Key::ReportsSolved,
        Measure::Backlog => Key::ReportsBacklog,
        Measure::ResponseWork => Key::ReportsResponseWork,
        Measure::ResponseSecs => Key::ReportsResponseSecs,
        Measure::FirstResolutionWork => Key::ReportsFirstResolutionWork,
        Measure::FirstResolutionSecs => Key::ReportsFirstResolutionSecs,
        Measure::ResolutionWork => Key::ReportsResolutionWork,
        Measure::ResolutionSecs => Key::ReportsResolutionSecs,
        Measure::ResolutionRate => Key::ReportsResolutionRate,
        Measure::CohortRate => Key::ReportsCohortRate,
        Measure::FirstContact => Key::ReportsFirstContact,
        Measure::ReopenRate => Key::ReportsReopenRate,
        Measure::ResponseSla => Key::ReportsResponseSla,
        Measure::NextResponseSla => Key::ReportsNextResponseSla,
        Measure::FirstResolutionSla => Key::ReportsFirstResolutionSla,
        Measure::ResolutionSla => Key::ReportsResolutionSla,
        Measure::PromiseKept => Key::ReportsPromiseKept,
    }
}

/// What exactly it counts.
pub fn definition(measure: Measure) -> Key {
    match measure {
        Measure::Created => Key::ReportsDefinitionCreated,
        Measure::Solved => Key::ReportsDefinitionSolved,
        Measure::Backlog => Key::ReportsDefinitionBacklog,
        Measure::ResponseWork => Key::ReportsDefinitionResponseWork,
        Measure::ResponseSecs => Key::ReportsDefinitionResponseSecs,
        Measure::FirstResolutionWork => Key::ReportsDefinitionFirstResolutionWork,
        Measure::FirstResolutionSecs => Key::ReportsDefinitionFirstResolutionSecs,
        Measure::ResolutionWork => Key::ReportsDefinitionResolutionWork,
        Measure::ResolutionSecs => Key::ReportsDefinitionResolutionSecs,
        Measure::ResolutionRate => Key::ReportsDefinitionResolutionRate,
        Measure::CohortRate => Key::ReportsDefinitionCohortRate,
        Measure::FirstContact => Key::ReportsDefinitionFirstContact,
        Measure::ReopenRate => Key::ReportsDefinitionReopenRate,
        Measure::ResponseSla => Key::ReportsDefinitionResponseSla,
        Measure::NextResponseSla => Key::ReportsDefinitionNextResponseSla,
        Measure::FirstResolutionSla => Key::ReportsDefinitionFirstResolutionSla,
        Measure::ResolutionSla => Key::ReportsDefinitionResolutionSla,
        Measure::PromiseKept => Key::ReportsDefinitionPromiseKept,
    }
}

/// What the lines are called, if they are words of the catalogue.
pub fn group_label(group: GroupBy) -> Option<Key> {
    match group {
        GroupBy::Day => Some(Key::ReportsDay),
        GroupBy::Week => Some(Key::ReportsWeek),
        GroupBy::Month => Some(Key::ReportsMonth),
        _ => crate::words::field(Object::Ticket, group.word()),
    }
}

/// Why tickets are left out.
pub fn why_label(why: Why) -> Key {
    match why {
        Why::Archived => Key::ReportsArchived,
        Why::Withdrawn => Key::ReportsWithdrawn,
        Why::Duplicate => Key::ReportsDuplicate,
    }
}
