//! The portal: what customers ask, see and say themselves. What they are told
//! is listed here field by field; nothing else of a record reaches them.

use serde::{Deserialize, Serialize};

use crate::access::Access::{Anyone, Customer, Staff, Visitor};
use crate::access::Action::*;
use crate::access::{Object, Sees};
use crate::api::Page;
use crate::change::{Archive, BulkDone, Done, New, Patch};
use crate::files::FileTold;
use crate::id::{ArticleFeedbackId, ArticleId, ArticleVersionId, ContactId, FileId, MessageId, PortalUserId, TicketId};
use crate::knowledge::{FeedbackReason, Marked, ReadQuery, Sibling};
use crate::query::ListQuery;
use crate::surveys::{Judgement, Survey};
use crate::tickets::ThreadQuery;
use crate::time::Instant;

mod promise;
mod puzzle;

pub use promise::{Promise, PromiseKind, Step, promise, step, turns};
pub use puzzle::{PUZZLE_BITS, Puzzle, answers, solve};

crate::endpoints! {
    ListPortalUsers:    GET   "/api/portal-users"         (ListQuery)            -> Page<PortalUser>, Staff(Object::PortalUser, Read);
    /// Lets somebody in before they come of their own accord.
    CreatePortalUser:   POST  "/api/portal-users"         (New<PortalUser>)      -> Done<PortalUser>, Staff(Object::PortalUser, Create);
    UpdatePortalUser:   PATCH "/api/portal-users/{id}"    [PortalUserId] (Patch) -> Done<PortalUser>, Staff(Object::PortalUser, Write);
    ArchivePortalUsers: POST  "/api/portal-users/archive" (Archive)              -> BulkDone,         Staff(Object::PortalUser, Archive);

    /// Who is here.
    GetPortal:       GET   "/api/portal"                  -> Home, Visitor;
    /// Mails a code to sign in with. The answer is the same for every address.
    AskPortalCode:   POST  "/api/portal/codes"            (CodeAsked)     -> (),   Anyone;
    SignInByCode:    POST  "/api/portal/sign-in/code"     (CodeGiven)     -> Home, Anyone;
    SignInCustomer:  POST  "/api/portal/sign-in/password" (PasswordGiven) -> Home, Anyone;
    SignOutCustomer: POST  "/api/portal/sign-out"         -> (), Visitor;
    /// A password to sign in with, or the language to be written to in.
    UpdatePortalMe:  PATCH "/api/portal/me"               (MePatch)       -> Home, Customer;

    ListOwnTickets:  GET   "/api/portal/tickets"               (TicketsAsked)           -> Page<TicketTold>, Customer;
    GetOwnTicket:    GET   "/api/portal/tickets/{id}"          [TicketId] (ThreadQuery) -> ThreadTold, Customer;
    AskTicket:       POST  "/api/portal/tickets"               (Ask)                    -> TicketTold, Customer;
    /// What is said on a closed ticket begins one that goes on from it: the answer is that one.
    SayOnTicket:     POST  "/api/portal/tickets/{id}/messages" [TicketId] (Say)         -> TicketTold, Customer;
    TurnOwnTicket:   POST  "/api/portal/tickets/{id}/turn"     [TicketId] (Turned)      -> TicketTold, Customer;

    /// Answers what is asked about a solution, or changes the answer.
    RateOwnTicket:   POST  "/api/portal/tickets/{id}/rating"   [TicketId] (Judgement)   -> Survey,     Customer;

    /// Work that a browser does before it sends the form, so that sending many costs.
    GetPuzzle:       GET   "/api/portal/puzzle"            -> Puzzle,              Anyone;
    /// A ticket of somebody who is not signed in. The answer goes to their address.
    SendForm:        POST  "/api/portal/forms"             (Form) -> FormTaken,    Anyone;

    SearchShelf:     GET   "/api/portal/search"        (ShelfQuery) -> Vec<HitTold>, Visitor;
    ListShelf:       GET   "/api/portal/shelf"         (ShelfAsked) -> Vec<Shelf>,   Visitor;
    ReadShelf:       GET   "/api/portal/article"       (ReadQuery)  -> ArticleTold,  Visitor;
    VoteOnShelf:     POST  "/api/portal/article/vote"  (Vote)       -> (),           Visitor;
}

/// Digits of a mailed code.
pub const CODE_LENGTH: usize = 6;
/// Of what a ticket is about, in characters.
pub const SUBJECT_MAX: usize = 200;
/// Of a customer's name, in characters.
pub const NAME_MAX: usize = 120;

record! {
    /// Somebody who signs in on the portal. Who proves that an address is theirs
    /// becomes one; the contact of that address is who they are.
    PortalUser (PortalUserId) as PortalUser in "portal_users", Common {
        /// Lower case.
        email: String = text(254).required();
        /// Absent until they first ask something, of an address that no contact has.
        contact_id: Option<ContactId> = to(Object::Contact);
        sees: Sees = choice(Sees::WORDS).required();
        locale: Option<String> = choice(&["zh-CN", "en"]);
        is_disabled: bool = flag();
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeAsked {
    pub email: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeGiven {
    pub email: String,
    pub code: String,
    /// The session goes into the answer instead of a cookie, for callers that keep none:
    /// they send it as `Authorization: Bearer …`.
    #[serde(default)]
    pub as_token: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordGiven {
    pub email: String,
    pub password: String,
    #[serde(default)]
    pub as_token: bool,
}

/// Only what is there is set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MePatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// What the portal asks first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Home {
    /// Absent: nobody is signed in.
    pub me: Option<Me>,
    /// The name that customers know the organisation by.
    pub house: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Me {
    pub email: String,
    /// Of the contact; empty while Kith does not know one.
    pub name: String,
    pub sees: Sees,
    pub locale: Option<String>,
    pub has_password: bool,
}

choices! {
    pub enum Whose {
        Mine = "mine",
        /// Of the accounts that the customer works at.
        Organisation = "organisation",
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TicketsAsked {
    pub whose: Whose,
    /// Solved and closed ones instead of those that go on.
    pub is_done: bool,
    /// The `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// A ticket, as its customers know it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TicketTold {
    pub id: TicketId,
    pub number: i64,
    pub subject: String,
    /// Of the status, as customers read it.
    pub status: String,
    pub step: Step,
    pub promise: Promise,
    pub created_at: Instant,
    pub last_message_at: Option<Instant>,
    pub is_mine: bool,
    /// Who asked, if it was somebody else.
    pub asked_by: Option<String>,
    /// What the customer may make of it now.
    pub turns: Vec<Turn>,
    /// Grows with each event.
    pub version: i64,
}

/// A ticket with what was said on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadTold {
    pub ticket: TicketTold,
    /// Oldest first.
    pub messages: Vec<MessageTold>,
    pub has_earlier: bool,
    /// What the reader is asked about its solution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<Survey>,
}

choices! {
    /// Who said something, seen by the reader.
    pub enum Voice {
        Me = "me",
        Colleague = "colleague",
        Staff = "staff",
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessageTold {
    pub id: MessageId,
    pub seq: i64,
    pub voice: Voice,
    pub name: String,
    pub at: Instant,
    /// Sanitised.
    pub html: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileTold>,
}

/// A new ticket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub id: TicketId,
    pub message_id: MessageId,
    pub subject: String,
    pub body: String,
    /// Who asks, where Kith does not know a name yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Files of the writer's that come with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileId>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Say {
    pub id: MessageId,
    pub body: String,
    /// Files of the writer's that come with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileId>,
}

choices! {
    /// What a customer may make of a ticket.
    pub enum Turn {
        /// It is solved, as far as the customer is concerned.
        Close = "close",
        /// It need not be done any more.
        Withdraw = "withdraw",
        /// It is not solved after all.
        Reopen = "reopen",
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turned {
    pub to: Turn,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShelfQuery {
    pub q: String,
    /// At most 20, default 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The question is not finished: what it does not find is no gap.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_typing: bool,
}

/// An article that answers a question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HitTold {
    pub slug: String,
    pub locale: String,
    pub title: Marked,
    pub snippet: Marked,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShelfAsked {
    /// The language to read in, of articles that have several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// The articles of a category.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shelf {
    pub name: String,
    pub articles: Vec<TitleTold>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TitleTold {
    pub slug: String,
    pub title: String,
}

/// A published article, as its readers see it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ArticleTold {
    pub article_id: ArticleId,
    pub version_id: ArticleVersionId,
    pub slug: String,
    pub locale: String,
    pub title: String,
    /// Sanitised.
    pub html: String,
    pub published_at: Option<Instant>,
    /// It translates an older text than the one that is published.
    pub is_stale: bool,
    pub locales: Vec<Sibling>,
}

/// Whether an article helped.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    pub id: ArticleFeedbackId,
    pub version_id: ArticleVersionId,
    pub is_helpful: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<FeedbackReason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What somebody who is not signed in asks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub id: TicketId,
    pub message_id: MessageId,
    pub name: String,
    pub email: String,
    pub subject: String,
    pub body: String,
    /// Of the puzzle, as it was given.
    pub puzzle: Puzzle,
    /// The number that answers it.
    pub answer: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormTaken {
    /// Of the ticket.
    pub number: i64,
}
