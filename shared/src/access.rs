//! Who may do what, and to which rows.
//!
//! Two gates. `Access` says what kind of caller may make a call at all; it is
//! checked before a byte of the input is read. `Rule` says which rows; the
//! server compiles it to SQL for everything that reads many, and `Rule::admits`
//! is the same rule for one record.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::{AccountId, ContactId, RoleId, TeamId, TicketId, UserId};
use crate::knowledge::Audience;
use crate::time::Instant;

mod customer;

pub use customer::{Customer, Sees, customer_rule, reads_from};

choices! {
    /// A kind of record.
    pub enum Object {
        Account = "account",
        Contact = "contact",
        Product = "product",
        Pipeline = "pipeline",
        Stage = "stage",
        Opportunity = "opportunity",
        View = "view",
        Import = "import",
        Calendar = "calendar",
        SlaPolicy = "sla_policy",
        User = "user",
        Team = "team",
        Role = "role",
        Share = "share",
        ArticleCategory = "article_category",
        Article = "article",
        ArticleVersion = "article_version",
        ArticleFeedback = "article_feedback",
        Gap = "gap",
        Synonym = "synonym",
        TicketStatus = "ticket_status",
        TicketCategory = "ticket_category",
        Queue = "queue",
        Skill = "skill",
        Ticket = "ticket",
        Message = "message",
        Macro = "macro",
        PortalUser = "portal_user",
        TimeEntry = "time_entry",
        SurveyPolicy = "survey_policy",
        SurveyAnswer = "survey_answer",
    }
}

choices! {
    /// What a role may let its holder do with a kind of record.
    pub enum Action {
        Read = "read",
        Create = "create",
        Write = "write",
        /// Archive and restore.
        Archive = "archive",
        /// Give a record to another owner within the scope.
        Assign = "assign",
        Export = "export",
        Import = "import",
    }
}

choices! {
    /// How far a permission reaches, from nothing to everything.
    pub enum Scope {
        None = "none",
        Own = "own",
        Team = "team",
        Subtree = "subtree",
        All = "all",
    }
}

/// One line of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub object: Object,
    pub action: Action,
    pub scope: Scope,
}

/// What kind of caller a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// No sign-in needed.
    Anyone,
    /// No sign-in needed; a customer who is signed in on the portal is known.
    Visitor,
    /// A customer, signed in on the portal or with the key of a ticket.
    Customer,
    /// Any member of staff, whatever the role.
    SignedIn,
    /// Staff with this permission in any scope; the rows are narrowed by it.
    Staff(Object, Action),
}

/// Who is calling, with everything a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub id: UserId,
    pub name: String,
    pub team_id: Option<TeamId>,
    /// The own team and every team below it.
    pub subtree: Vec<TeamId>,
    pub roles: Vec<RoleId>,
    /// The widest scope per object and action over all roles.
    pub grants: Vec<Grant>,
    /// IANA zone of the organisation: business dates are counted in it.
    pub time_zone: String,
}

impl Actor {
    pub fn scope(&self, object: Object, action: Action) -> Scope {
        let holds = |grant: &&Grant| grant.object == object && grant.action == action;
        self.grants.iter().filter(holds).map(|grant| grant.scope).max().unwrap_or(Scope::None)
    }

    /// Whether a button for it makes sense; the rows decide the rest.
    pub fn may(&self, object: Object, action: Action) -> bool {
        self.scope(object, action) > Scope::None
    }
}

impl Access {
    pub fn admits(self, actor: Option<&Actor>) -> bool {
        match (self, actor) {
            // Whether a customer is one, the portal knows.
            (Self::Anyone | Self::Visitor, _) | (Self::SignedIn, Some(_)) => true,
            (Self::Staff(object, action), Some(actor)) => actor.may(object, action),
            (Self::Customer, _) | (_, None) => false,
        }
    }
}

/// Which rows of a kind somebody reaches. The one expression that both the
/// SQL condition and the check of a single record are made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    Everything,
    Nothing,
    OwnedBy(UserId),
    /// Nobody's and no team's.
    Unowned,
    InTeams(Vec<TeamId>),
    /// Shared with the user or one of the teams, at this level or above, and
    /// not yet expired.
    SharedWith {
        user: UserId,
        team: Option<TeamId>,
        level: ShareLevel,
        now: Instant,
    },
    /// The owner of an account reads every child of the account.
    AccountOwnedBy(UserId),
    /// Not only for those who work on it: tickets.
    NotConfidential,
    /// On a record of this kind that the rule reaches: shares.
    On(Object, Box<Rule>),
    /// In a category for all of staff, or for one of these teams.
    HeardBy(Vec<TeamId>),
    /// Not a draft any more, not yet taken off the shelf.
    Published,
    /// In a category for one of these audiences.
    ReadBy(Vec<Audience>),
    /// What this contact asked.
    AskedBy(ContactId),
    /// What this contact takes part in, beside who asked.
    TakenPartIn(ContactId),
    /// Of one of these accounts.
    OfAccounts(Vec<AccountId>),
    /// This one ticket.
    Ticket(TicketId),
    /// Not put away.
    InUse,
    /// Said to or by the customer, and out of the house by then.
    ToldBy(Instant),
    Any(Vec<Rule>),
    Every(Vec<Rule>),
}

/// The kinds of which a single record can be shared.
pub const SHARED: &[Object] = &[Object::Account, Object::Contact, Object::Opportunity, Object::View, Object::Ticket];

choices! {
    /// What a share lets its holder do.
    pub enum ShareLevel {
        Read = "read",
        Write = "write",
    }
}

/// A share as the rule sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareFact {
    pub user_id: Option<UserId>,
    pub team_id: Option<TeamId>,
    pub level: ShareLevel,
    pub expires_at: Option<Instant>,
}

/// What the rule must know of one record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub owner: Option<UserId>,
    pub team: Option<TeamId>,
    /// Owners of the accounts that the record belongs to.
    pub account_owners: Vec<UserId>,
    pub shares: Vec<ShareFact>,
    /// The record that it is on, of a share.
    pub on: Option<(Object, Box<Facts>)>,
    /// Of the category that it stands in.
    pub audience: Option<(Audience, Vec<TeamId>)>,
    pub is_published: bool,
    pub id: Uuid,
    pub is_archived: bool,
    /// Who asks, of a ticket.
    pub asker: Option<ContactId>,
    /// Who takes part beside them.
    pub participants: Vec<ContactId>,
    pub accounts: Vec<AccountId>,
    /// Of a message: since when the customer may read it.
    pub told_at: Option<Instant>,
    pub is_confidential: bool,
}

/// How a kind of record is guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Owner and team decide, shares add.
    Owned,
    /// As `Owned`, and the owners of its accounts read it.
    ChildOfAccount,
    /// Everyone with the permission in any scope: products, stages, users.
    Common,
    /// Only its owner, unless it is shared with a team: saved views.
    Personal,
    /// Whoever reads the record that it is on reads it; whoever may change that
    /// record of their own right writes it: shares.
    OfRecord,
    /// Whoever reads the ticket it is on reads it; whoever may change the ticket adds to it: messages,
    /// time, answers to surveys.
    OfTicket,
    /// The audience of its category reads it: categories, feedback.
    Audience,
    /// As `Audience` once it is published, before that only who may write: articles.
    Published,
}

/// The rule for what `actor` may do with records of `object`.
pub fn rule(actor: &Actor, object: Object, guard: Guard, action: Action, now: Instant) -> Rule {
    // A share lets nobody archive or pass on what is another's.
    let lets_in = !matches!(action, Action::Archive | Action::Assign);
    reach(actor, object, guard, action, lets_in.then_some(now))
}

/// As `rule`, without what others opened to the actor: who was let in lets
/// nobody else in.
pub fn own_rule(actor: &Actor, object: Object, guard: Guard, action: Action) -> Rule {
    reach(actor, object, guard, action, None)
}

fn reach(actor: &Actor, object: Object, guard: Guard, action: Action, shares_at: Option<Instant>) -> Rule {
    // What one may not read, one may do nothing else with.
    let scope = actor.scope(object, action).min(actor.scope(object, Action::Read));
    if scope == Scope::None {
        return Rule::Nothing;
    }
    if guard == Guard::OfRecord {
        return on_records(actor, action, shares_at);
    }
    if guard == Guard::OfTicket {
        let ticket = if reads(action) { action } else { Action::Write };
        let rule = reach(actor, Object::Ticket, Object::Ticket.schema().guard, ticket, shares_at);
        return Rule::On(Object::Ticket, Box::new(rule));
    }
    if matches!(guard, Guard::Audience | Guard::Published) {
        return shelf_rule(actor, object, guard, action);
    }
    if guard == Guard::Common || (scope == Scope::All && guard != Guard::Personal) {
        return Rule::Everything;
    }
    let mut any = vec![Rule::OwnedBy(actor.id)];
    match scope {
        Scope::Team if guard != Guard::Personal => any.push(Rule::InTeams(actor.team_id.into_iter().collect())),
        Scope::Subtree if guard != Guard::Personal => any.push(Rule::InTeams(actor.subtree.clone())),
        _ => {}
    }
    let level = if reads(action) { ShareLevel::Read } else { ShareLevel::Write };
    if let Some(now) = shares_at {
        any.push(Rule::SharedWith { user: actor.id, team: actor.team_id, level, now });
    }
    // The team of a view or a macro is whom it is shared with.
    if matches!(object, Object::View | Object::Macro) && level == ShareLevel::Read {
        any.push(Rule::InTeams(actor.team_id.into_iter().collect()));
    }
    // Everybody uses the macros that are nobody's own; who may write all writes them.
    if object == Object::Macro && (level == ShareLevel::Read || scope == Scope::All) {
        any.push(Rule::Unowned);
    }
    if guard == Guard::ChildOfAccount && level == ShareLevel::Read {
        let owns_account = Rule::AccountOwnedBy(actor.id);
        any.push(match object {
            Object::Ticket => Rule::Every(vec![owns_account, Rule::NotConfidential]),
            _ => owns_account,
        });
    }
    Rule::Any(any)
}

fn on_records(actor: &Actor, action: Action, shares_at: Option<Instant>) -> Rule {
    let on = |object: Object| {
        let guard = object.schema().guard;
        let record = if reads(action) {
            reach(actor, object, guard, Action::Read, shares_at)
        } else {
            own_rule(actor, object, guard, Action::Write)
        };
        Rule::On(object, Box::new(record))
    };
    Rule::Any(SHARED.iter().map(|object| on(*object)).collect())
}

fn reads(action: Action) -> bool {
    matches!(action, Action::Read | Action::Export)
}

/// What stands in the tree of categories: how far a scope reaches says which
/// teams' categories are reached beside those for all of staff.
fn shelf_rule(actor: &Actor, object: Object, guard: Guard, action: Action) -> Rule {
    let scope = |action| actor.scope(object, action).min(actor.scope(object, Action::Read));
    let writes = |action| match scope(action) {
        Scope::Own if guard == Guard::Published => Rule::Every(vec![Rule::OwnedBy(actor.id), heard(actor, Scope::Own)]),
        scope => heard(actor, scope),
    };
    match guard {
        Guard::Published if reads(action) => {
            let readers = heard(actor, scope(action));
            Rule::Any(vec![Rule::Every(vec![Rule::Published, readers]), writes(Action::Write)])
        }
        _ => writes(action),
    }
}

fn heard(actor: &Actor, scope: Scope) -> Rule {
    match scope {
        Scope::None => Rule::Nothing,
        Scope::Own | Scope::Team => Rule::HeardBy(actor.team_id.into_iter().collect()),
        Scope::Subtree => Rule::HeardBy(actor.subtree.clone()),
        Scope::All => Rule::Everything,
    }
}

impl Rule {
    /// The rule for one record.
    pub fn admits(&self, facts: &Facts) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => false,
            Self::OwnedBy(user) => facts.owner == Some(*user),
            Self::Unowned => facts.owner.is_none() && facts.team.is_none(),
            Self::InTeams(teams) => facts.team.is_some_and(|team| teams.contains(&team)),
            Self::AccountOwnedBy(user) => facts.account_owners.contains(user),
            Self::SharedWith { user, team, level, now } => facts.shares.iter().any(|share| {
                let to_me = share.user_id == Some(*user) || (team.is_some() && share.team_id == *team);
                let lasts = share.expires_at.is_none_or(|at| at > *now);
                to_me && lasts && share.level >= *level
            }),
            Self::On(object, rule) => {
                facts.on.as_ref().is_some_and(|(kind, record)| kind == object && rule.admits(record))
            }
            Self::HeardBy(teams) => facts.audience.as_ref().is_some_and(|(audience, of)| match audience {
                Audience::Teams => of.iter().any(|team| teams.contains(team)),
                Audience::Staff | Audience::Customers | Audience::Public => true,
            }),
            Self::Published => facts.is_published,
            Self::ReadBy(audiences) => {
                facts.audience.as_ref().is_some_and(|(audience, _)| audiences.contains(audience))
            }
            Self::AskedBy(contact) => facts.asker == Some(*contact),
            Self::TakenPartIn(contact) => facts.participants.contains(contact),
            Self::OfAccounts(accounts) => facts.accounts.iter().any(|account| accounts.contains(account)),
            Self::Ticket(id) => facts.id == id.0,
            Self::InUse => !facts.is_archived,
            Self::ToldBy(now) => facts.told_at.is_some_and(|at| at <= *now),
            Self::NotConfidential => !facts.is_confidential,
            Self::Any(rules) => rules.iter().any(|rule| rule.admits(facts)),
            Self::Every(rules) => rules.iter().all(|rule| rule.admits(facts)),
        }
    }
}
