//! Where the contract keeps each kind of record.

use shared::access::Object;
use shared::api::Endpoint;
use shared::{
    accounts, calendars, contacts, imports, knowledge, opportunities, pipelines, portal, products, sla, surveys,
    tickets, users, views,
};

/// The paths of a kind's calls; a call it does not have is an empty path.
#[derive(Clone, Copy, Debug)]
pub struct Paths {
    pub list: &'static str,
    pub create: &'static str,
    pub update: &'static str,
    pub bulk: &'static str,
    pub archive: &'static str,
}

macro_rules! paths {
    ($list:path, $create:path, $update:path) => {
        Paths { list: <$list>::PATH, create: <$create>::PATH, update: <$update>::PATH, bulk: "", archive: "" }
    };
    ($list:path, $create:path, $update:path, $archive:path) => {
        Paths { archive: <$archive>::PATH, ..paths!($list, $create, $update) }
    };
    ($list:path, $create:path, $update:path, $archive:path, $bulk:path) => {
        Paths { bulk: <$bulk>::PATH, ..paths!($list, $create, $update, $archive) }
    };
}

pub fn of(object: Object) -> Paths {
    match object {
        Object::Account => paths!(
            accounts::ListAccounts,
            accounts::CreateAccount,
            accounts::UpdateAccount,
            accounts::ArchiveAccounts,
            accounts::UpdateAccounts
        ),
        Object::Contact => paths!(
            contacts::ListContacts,
            contacts::CreateContact,
            contacts::UpdateContact,
            contacts::ArchiveContacts,
            contacts::UpdateContacts
        ),
        Object::Opportunity => paths!(
            opportunities::ListOpportunities,
            opportunities::CreateOpportunity,
            opportunities::UpdateOpportunity,
            opportunities::ArchiveOpportunities,
            opportunities::UpdateOpportunities
        ),
        Object::Product => {
            paths!(products::ListProducts, products::CreateProduct, products::UpdateProduct, products::ArchiveProducts)
        }
        Object::Pipeline => {
            paths!(
                pipelines::ListPipelines,
                pipelines::CreatePipeline,
                pipelines::UpdatePipeline,
                pipelines::ArchivePipelines
            )
        }
        Object::Stage => {
            paths!(pipelines::ListStages, pipelines::CreateStage, pipelines::UpdateStage, pipelines::ArchiveStages)
        }
        Object::View => paths!(views::ListViews, views::CreateView, views::UpdateView, views::ArchiveViews),
        Object::Calendar => paths!(
            calendars::ListCalendars,
            calendars::CreateCalendar,
            calendars::UpdateCalendar,
            calendars::ArchiveCalendars
        ),
        Object::SlaPolicy => {
            paths!(sla::ListSlaPolicies, sla::CreateSlaPolicy, sla::UpdateSlaPolicy, sla::ArchiveSlaPolicies)
        }
        Object::User => paths!(users::ListUsers, users::CreateUser, users::UpdateUser, users::ArchiveUsers),
        Object::Team => paths!(users::ListTeams, users::CreateTeam, users::UpdateTeam),
        Object::Role => paths!(users::ListRoles, users::CreateRole, users::UpdateRole),
        Object::Share => paths!(users::ListShares, users::CreateShare, users::UpdateShare),
        Object::ArticleCategory
        | Object::Article
        | Object::ArticleVersion
        | Object::ArticleFeedback
        | Object::Gap
        | Object::Synonym => of_knowledge(object),
        Object::TicketStatus
        | Object::TicketCategory
        | Object::Queue
        | Object::Skill
        | Object::Ticket
        | Object::Message
        | Object::Macro
        | Object::TimeEntry => of_tickets(object),
        Object::PortalUser => paths!(
            portal::ListPortalUsers,
            portal::CreatePortalUser,
            portal::UpdatePortalUser,
            portal::ArchivePortalUsers
        ),
        Object::SurveyPolicy => paths!(
            surveys::ListSurveyPolicies,
            surveys::CreateSurveyPolicy,
            surveys::UpdateSurveyPolicy,
            surveys::ArchiveSurveyPolicies
        ),
        // Customers write them.
        Object::SurveyAnswer => Paths { list: surveys::ListSurveyAnswers::PATH, ..NONE },
        Object::Import => Paths {
            list: imports::ListImports::PATH,
            create: imports::CreateImport::PATH,
            update: "",
            bulk: "",
            archive: "",
        },
    }
}

const NONE: Paths = Paths { list: "", create: "", update: "", bulk: "", archive: "" };

fn of_knowledge(object: Object) -> Paths {
    match object {
        Object::ArticleCategory => {
            paths!(
                knowledge::ListArticleCategories,
                knowledge::CreateArticleCategory,
                knowledge::UpdateArticleCategory,
                knowledge::ArchiveArticleCategories
            )
        }
        Object::Article => {
            paths!(
                knowledge::ListArticles,
                knowledge::CreateArticle,
                knowledge::UpdateArticle,
                knowledge::ArchiveArticles
            )
        }
        Object::ArticleVersion => {
            paths!(knowledge::ListArticleVersions, knowledge::CreateArticleVersion, knowledge::UpdateArticleVersion)
        }
        Object::Synonym => {
            paths!(
                knowledge::ListSynonyms,
                knowledge::CreateSynonym,
                knowledge::UpdateSynonym,
                knowledge::ArchiveSynonyms
            )
        }
        // Decided on by calls of their own.
        Object::ArticleFeedback | Object::Gap => Paths {
            list: knowledge::ListArticleFeedback::PATH,
            create: knowledge::GiveArticleFeedback::PATH,
            update: "",
            bulk: "",
            archive: "",
        },
        _ => NONE,
    }
}

fn of_tickets(object: Object) -> Paths {
    match object {
        Object::TicketStatus => {
            paths!(
                tickets::ListTicketStatuses,
                tickets::CreateTicketStatus,
                tickets::UpdateTicketStatus,
                tickets::ArchiveTicketStatuses
            )
        }
        Object::TicketCategory => {
            paths!(
                tickets::ListTicketCategories,
                tickets::CreateTicketCategory,
                tickets::UpdateTicketCategory,
                tickets::ArchiveTicketCategories
            )
        }
        Object::Queue => {
            paths!(tickets::ListQueues, tickets::CreateQueue, tickets::UpdateQueue, tickets::ArchiveQueues)
        }
        Object::Skill => {
            paths!(tickets::ListSkills, tickets::CreateSkill, tickets::UpdateSkill, tickets::ArchiveSkills)
        }
        Object::Ticket => {
            paths!(
                tickets::ListTickets,
                tickets::CreateTicket,
                tickets::UpdateTicket,
                tickets::ArchiveTickets,
                tickets::BulkTickets
            )
        }
        Object::Macro => {
            paths!(tickets::ListMacros, tickets::CreateMacro, tickets::UpdateMacro, tickets::ArchiveMacros)
        }
        Object::TimeEntry => {
            paths!(
                tickets::ListTimeEntries,
                tickets::CreateTimeEntry,
                tickets::UpdateTimeEntry,
                tickets::ArchiveTimeEntries
            )
        }
        // Messages are read with their ticket and added by calls of their own.
        _ => NONE,
    }
}
