//! Tickets: what customers ask, what staff answers, and where each stands.

use serde::{Deserialize, Serialize};

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::Page;
use crate::change::{Archive, AsOf, Bulk, BulkDone, Done, New, Patch};
use crate::fields::ListKind;
use crate::files::FileTold;
use crate::id::{
    AccountId, BatchId, ContactId, FileId, MacroId, MessageId, OpportunityId, QueueId, SkillId, SlaPolicyId, TeamId,
    TicketCategoryId, TicketId, TicketStatusId, UserId,
};
use crate::query::{ListQuery, Totals, TotalsQuery};
use crate::sla::{self, Category, Metric, Priority, TraceLine};
use crate::surveys;
use crate::time::{DAY, Date, Instant, SECOND};
use crate::users::User;

mod complaint;
mod lived;
mod presence;
mod relations;
pub mod routing;
mod state;

use routing::{Assignment, PresenceChange, Rehearsal, Rehearsed, Routing, SkillNeed, Stick};

pub use complaint::{COMPLAINT_MAX, RootCause};
pub use lived::{Lived, seconds};
pub use presence::{ENDPOINTS as PRESENCE, *};
pub use relations::{ENDPOINTS as RELATIONS, *};
pub use state::{after_customer, after_reply, may_follow};

crate::endpoints! {
    ListTicketStatuses:    GET   "/api/ticket-statuses"         (ListQuery)               -> Page<TicketStatus>, Staff(Object::TicketStatus, Read);
    CreateTicketStatus:    POST  "/api/ticket-statuses"         (New<TicketStatus>)       -> Done<TicketStatus>, Staff(Object::TicketStatus, Create);
    UpdateTicketStatus:    PATCH "/api/ticket-statuses/{id}"    [TicketStatusId] (Patch)  -> Done<TicketStatus>, Staff(Object::TicketStatus, Write);
    /// Refused while tickets stand in it, and of the last of a category.
    ArchiveTicketStatuses: POST  "/api/ticket-statuses/archive" (Archive)                 -> BulkDone,           Staff(Object::TicketStatus, Archive);

    ListTicketCategories:    GET   "/api/ticket-categories"         (ListQuery)                -> Page<TicketCategory>, Staff(Object::TicketCategory, Read);
    CreateTicketCategory:    POST  "/api/ticket-categories"         (New<TicketCategory>)      -> Done<TicketCategory>, Staff(Object::TicketCategory, Create);
    UpdateTicketCategory:    PATCH "/api/ticket-categories/{id}"    [TicketCategoryId] (Patch) -> Done<TicketCategory>, Staff(Object::TicketCategory, Write);
    ArchiveTicketCategories: POST  "/api/ticket-categories/archive" (Archive)                  -> BulkDone,             Staff(Object::TicketCategory, Archive);

    ListQueues:    GET   "/api/queues"         (ListQuery)       -> Page<Queue>, Staff(Object::Queue, Read);
    CreateQueue:   POST  "/api/queues"         (New<Queue>)      -> Done<Queue>, Staff(Object::Queue, Create);
    UpdateQueue:   PATCH "/api/queues/{id}"    [QueueId] (Patch) -> Done<Queue>, Staff(Object::Queue, Write);
    /// Refused while open tickets stand in it.
    ArchiveQueues: POST  "/api/queues/archive" (Archive)         -> BulkDone,    Staff(Object::Queue, Archive);

    ListMacros:    GET   "/api/macros"         (ListQuery)       -> Page<Macro>, Staff(Object::Macro, Read);
    CreateMacro:   POST  "/api/macros"         (New<Macro>)      -> Done<Macro>, Staff(Object::Macro, Create);
    UpdateMacro:   PATCH "/api/macros/{id}"    [MacroId] (Patch) -> Done<Macro>, Staff(Object::Macro, Write);
    ArchiveMacros: POST  "/api/macros/archive" (Archive)         -> BulkDone,    Staff(Object::Macro, Archive);
    /// The tickets of the last month by another rule: who would have got them, beside who did.
    RehearseRouting: POST "/api/queues/{id}/rehearse" [QueueId] (Rehearsal) -> Rehearsed, Staff(Object::Queue, Write);

    ListSkills:    GET   "/api/skills"         (ListQuery)       -> Page<Skill>, Staff(Object::Skill, Read);
    CreateSkill:   POST  "/api/skills"         (New<Skill>)      -> Done<Skill>, Staff(Object::Skill, Create);
    UpdateSkill:   PATCH "/api/skills/{id}"    [SkillId] (Patch) -> Done<Skill>, Staff(Object::Skill, Write);
    /// Refused while tickets of a category need it.
    ArchiveSkills: POST  "/api/skills/archive" (Archive)         -> BulkDone,    Staff(Object::Skill, Archive);

    /// Whether the caller takes new tickets.
    SetPresence:    PUT   "/api/presence"        (PresenceChange)   -> Done<User>,   Staff(Object::Ticket, Read);

    ListTickets:    GET   "/api/tickets"         (ListQuery)        -> Page<Ticket>, Staff(Object::Ticket, Read);
    GetTicket:      GET   "/api/tickets/{id}"    [TicketId] (AsOf)  -> Ticket,       Staff(Object::Ticket, Read);
    TicketTotals:   GET   "/api/tickets/totals"  (TotalsQuery)      -> Totals,       Staff(Object::Ticket, Read);
    /// Together with the first message, where there is one.
    CreateTicket:   POST  "/api/tickets"         (NewTicket)        -> Done<Ticket>, Staff(Object::Ticket, Create);
    UpdateTicket:   PATCH "/api/tickets/{id}"    [TicketId] (Patch) -> Done<Ticket>, Staff(Object::Ticket, Write);
    BulkTickets:    POST  "/api/tickets/bulk"    (Bulk)             -> BulkDone,     Staff(Object::Ticket, Write);
    ArchiveTickets: POST  "/api/tickets/archive" (Archive)          -> BulkDone,     Staff(Object::Ticket, Archive);

    /// A ticket with its latest messages and what the caller has begun to write.
    GetThread:       GET  "/api/tickets/{id}/thread"  [TicketId] (ThreadQuery)      -> Thread,        Staff(Object::Ticket, Read);
    /// What was promised of it, what was used of that, and why it is due when it is.
    GetTicketClocks: GET  "/api/tickets/{id}/clocks"  [TicketId]                    -> Vec<ClockTold>, Staff(Object::Ticket, Read);
    /// To whom routing gave it, and why to them and not to others; the latest first.
    GetAssignments:  GET  "/api/tickets/{id}/assignments" [TicketId]                -> Vec<Assignment>, Staff(Object::Ticket, Read);
    /// To the customer. Refused when the thread has moved on from what the writer saw.
    ReplyToTicket:   POST "/api/tickets/{id}/replies" [TicketId] (Reply)            -> Done<Message>, Staff(Object::Message, Create);
    /// For staff alone.
    AddNote:         POST "/api/tickets/{id}/notes"   [TicketId] (Note)             -> Done<Message>, Staff(Object::Message, Write);
    /// What the customer said on the phone or at the counter.
    RecordMessage:   POST "/api/tickets/{id}/heard"   [TicketId] (Heard)            -> Done<Message>, Staff(Object::Message, Write);
    /// What the caller is writing; empty text throws it away.
    PutDraft:        PUT  "/api/tickets/{id}/draft"   [TicketId] (Draft)            -> (),            Staff(Object::Ticket, Read);
}

pub const BODY_MAX: usize = 50_000;
/// In characters: about a line of a list.
pub const PREVIEW_MAX: usize = 120;
/// A reply can be taken back for so long; only then does it leave.
pub const HOLD: i64 = 10 * SECOND;
/// A customer who answers within this time opens a solved ticket again; later it becomes a new one.
pub const REOPEN_FOR: i64 = 7 * DAY;
/// A solved ticket that nobody opens again is closed after this time.
pub const CLOSE_AFTER: i64 = 7 * DAY;

choices! {
    /// What a ticket is about.
    pub enum TicketKind {
        Question = "question",
        /// A fault that several incidents may come from.
        Problem = "problem",
        Request = "request",
        Complaint = "complaint",
    }
}

choices! {
    /// How words come and go.
    pub enum Channel {
        Phone = "phone",
        WalkIn = "walk_in",
        Mail = "mail",
        Portal = "portal",
        Web = "web",
        Api = "api",
    }
}

choices! {
    /// What a ticket came to.
    pub enum Resolution {
        Answered = "answered",
        Fixed = "fixed",
        Workaround = "workaround",
        NoFault = "no_fault",
        Duplicate = "duplicate",
        Withdrawn = "withdrawn",
        NotPossible = "not_possible",
    }
}

choices! {
    /// What became of a promise whose clocks have all stopped.
    pub enum Verdict {
        Met = "met",
        /// At least one of them was late.
        Missed = "missed",
    }
}

record! {
    /// A status by the names that staff and customers know it under.
    TicketStatus (TicketStatusId) as TicketStatus in "ticket_statuses", Common {
        name: String = text(60).required();
        /// What customers read; as `name` if absent.
        customer_label: Option<String> = text(60);
        /// What it means.
        category: Category = choice(Category::WORDS).required();
        /// The first of its category is where tickets come by themselves.
        position: i64 = int(0, 10_000);
    }
}

record! {
    /// What tickets are about: a tree.
    TicketCategory (TicketCategoryId) as TicketCategory in "ticket_categories", Common {
        name: String = text(80).required();
        parent_id: Option<TicketCategoryId> = to(Object::TicketCategory);
        position: i64 = int(0, 10_000);
        /// How urgent its tickets are unless somebody says otherwise.
        priority: Priority = choice(Priority::WORDS).required();
        /// Where its tickets go unless somebody says otherwise.
        queue_id: Option<QueueId> = to(Object::Queue);
        /// What whoever gets its tickets must know, or had better.
        needs: Vec<SkillNeed> = list(ListKind::Parts).internal();
    }
}

record! {
    /// Something that some people know and others do not.
    Skill (SkillId) as Skill in "skills", Common {
        name: String = text(80).required();
        position: i64 = int(0, 10_000);
    }
}

record! {
    /// Where tickets wait for somebody of a team.
    Queue (QueueId) as Queue in "queues", Common {
        name: String = text(80).required();
        team_id: Option<TeamId> = to(Object::Team);
        position: i64 = int(0, 10_000);
        /// By what its tickets are given to people of the team.
        routing: Routing = choice(Routing::WORDS).required();
        /// Who is asked before all others.
        stick: Stick = choice(Stick::WORDS).required();
        /// Minutes of waiting after which a skill is no longer required, where the need itself does not say.
        relax_after: Option<i64> = int(1, routing::LONGEST_WAIT);
    }
}

record! {
    /// What one does often, in one step: words to say, and what to set of the
    /// ticket. One without a person and a team is everybody's.
    Macro (MacroId) as Macro in "macros", Personal {
        name: String = text(80).required();
        position: i64 = int(0, 10_000);
        /// Markdown, with the placeholders of `MACRO_WORDS`.
        body: Option<String> = long_text(BODY_MAX);
        /// The words are for staff alone.
        is_note: bool = flag();
        status_id: Option<TicketStatusId> = to(Object::TicketStatus);
        priority: Option<Priority> = choice(Priority::WORDS);
        category_id: Option<TicketCategoryId> = to(Object::TicketCategory);
        queue_id: Option<QueueId> = to(Object::Queue);
        resolution: Option<Resolution> = choice(Resolution::WORDS);
        /// Whoever uses it takes the ticket.
        is_taken: bool = flag();
        owner_id: Option<UserId> = to(Object::User);
        /// Whom it is shared with.
        team_id: Option<TeamId> = to(Object::Team);
    }
}

/// What a macro's words may stand open for, in braces: `{customer}`.
pub const MACRO_WORDS: &[&str] = &["customer", "account", "number", "subject", "agent"];

record! {
    /// A customer's matter. `version` also counts its events without a gap: what
    /// somebody saw of it is that number.
    Ticket (TicketId) as Ticket in "tickets", ChildOfAccount {
        /// Short, for people to name it by. It opens nothing.
        number: i64 = int(0, i64::MAX).read_only();
        name: String = text(200).required().searched();
        kind: TicketKind = choice(TicketKind::WORDS).required();
        category_id: Option<TicketCategoryId> = to(Object::TicketCategory);
        priority: Priority = choice(Priority::WORDS).required();
        status_id: TicketStatusId = to(Object::TicketStatus);
        /// Of the status.
        state: Category = choice(Category::WORDS).read_only();
        queue_id: Option<QueueId> = to(Object::Queue);
        /// Who works on it.
        owner_id: Option<UserId> = to(Object::User);
        team_id: Option<TeamId> = to(Object::Team);
        account_id: Option<AccountId> = to(Object::Account);
        /// Who asks.
        contact_id: Option<ContactId> = to(Object::Contact);
        opportunity_id: Option<OpportunityId> = to(Object::Opportunity);
        channel: Channel = choice(Channel::WORDS).required();
        tags: Vec<String> = list(ListKind::Tags);
        resolution: Option<Resolution> = choice(Resolution::WORDS);
        /// Of a complaint: whom it is about. They do not work on it.
        accused_id: Option<UserId> = to(Object::User);
        /// Of a complaint, as what follows.
        root_cause: Option<RootCause> = choice(RootCause::WORDS);
        root_cause_note: Option<String> = long_text(COMPLAINT_MAX);
        /// What was done for the customer.
        remedy: Option<String> = long_text(COMPLAINT_MAX);
        remedy_cost: Option<i64> = money();
        currency: String = currency();
        /// When somebody asks the customer whether it is well now.
        follow_up_on: Option<Date> = date();
        /// What they answered.
        follow_up: Option<String> = long_text(COMPLAINT_MAX);
        /// Since when it waits in its queue for somebody of staff; none while somebody has it.
        queued_at: Option<Instant> = time().read_only();
        /// When one on hold comes back.
        wake_at: Option<Instant> = time();
        /// The one it goes on from: a late answer to what was closed.
        follows_id: Option<TicketId> = to(Object::Ticket).read_only();
        /// Who takes part beside the requester.
        participants: Vec<Participant> = list(ListKind::Contacts).internal();
        /// Who only owns its account does not reach it.
        is_confidential: bool = flag();
        /// The one that goes on for it; never one that was merged itself.
        merged_into_id: Option<TicketId> = to(Object::Ticket).read_only();
        /// The number of that one's event that it came with.
        merged_seq: Option<i64> = int(0, i64::MAX).read_only();
        /// The one whose messages it began with.
        split_from_id: Option<TicketId> = to(Object::Ticket).read_only();
        /// The problem that it is an incident of.
        problem_id: Option<TicketId> = to(Object::Ticket).internal();
        related: Vec<TicketId> = list(ListKind::Tickets).internal();
        checklist: Vec<ChecklistItem> = list(ListKind::Parts).internal();
        reopened: i64 = int(0, 100_000).read_only();
        last_message_at: Option<Instant> = time().read_only();
        /// How the last words between customer and staff begin.
        preview: Option<String> = text(PREVIEW_MAX).read_only();
        /// Since when the customer waits: the oldest message without an answer.
        waiting_since: Option<Instant> = time().read_only();
        first_reply_at: Option<Instant> = time().read_only();
        solved_at: Option<Instant> = time().read_only();
        closed_at: Option<Instant> = time().read_only();
        /// What was promised of it, as it was when it was matched.
        policy_id: Option<SlaPolicyId> = to(Object::SlaPolicy).read_only();
        policy_version: Option<i64> = int(0, i64::MAX).read_only();
        /// When the first of its promises is over, as things stand.
        due_at: Option<Instant> = time().read_only();
        /// What is due then.
        due_metric: Option<Metric> = choice(Metric::WORDS).read_only();
        /// When `NEAR_PERCENT` of its time is used.
        near_at: Option<Instant> = time().read_only();
        /// Public replies of people.
        replies: i64 = int(0, 100_000).read_only();
        first_solved_at: Option<Instant> = time().read_only();
        /// Seconds from the question to the first reply; `_work`: those worked.
        response_secs: Option<i64> = int(0, i64::MAX).read_only();
        response_work: Option<i64> = int(0, i64::MAX).read_only();
        /// Seconds until it was solved for the first time.
        first_resolution_secs: Option<i64> = int(0, i64::MAX).read_only();
        first_resolution_work: Option<i64> = int(0, i64::MAX).read_only();
        /// Seconds until it was solved last, without those it stood solved.
        resolution_secs: Option<i64> = int(0, i64::MAX).read_only();
        resolution_work: Option<i64> = int(0, i64::MAX).read_only();
        response_sla: Option<Verdict> = choice(Verdict::WORDS).read_only();
        next_response_sla: Option<Verdict> = choice(Verdict::WORDS).read_only();
        first_resolution_sla: Option<Verdict> = choice(Verdict::WORDS).read_only();
        resolution_sla: Option<Verdict> = choice(Verdict::WORDS).read_only();
        /// When its customer last said what they think of the solution.
        rated_at: Option<Instant> = time().read_only();
        /// The lowest score of it.
        lowest_score: Option<i64> = int(1, surveys::SCALE).read_only();
        /// Whose work was judged by it.
        credited: Vec<UserId> = list(ListKind::Users).read_only();
    }
}

choices! {
    /// Who a message is for.
    pub enum MessageKind {
        /// Customers and staff.
        Public = "public",
        /// Staff alone.
        Note = "note",
    }
}

choices! {
    pub enum Direction {
        /// From the customer.
        In = "in",
        /// From staff.
        Out = "out",
    }
}

record! {
    /// What was said. Who wrote it for us is `created_by`.
    Message (MessageId) as Message in "messages", OfTicket {
        ticket_id: TicketId = to(Object::Ticket).required().read_only();
        /// The number of the ticket's event that brought it.
        seq: i64 = int(0, i64::MAX).read_only();
        kind: MessageKind = choice(MessageKind::WORDS).required().read_only();
        direction: Direction = choice(Direction::WORDS).required().read_only();
        channel: Channel = choice(Channel::WORDS).required().read_only();
        /// The customer who said it.
        contact_id: Option<ContactId> = to(Object::Contact).read_only();
        /// Markdown.
        body: String = long_text(BODY_MAX).required().read_only();
        /// Until then it has not left and can be taken back.
        held_until: Option<Instant> = time().read_only();
        /// The ticket that it began, as another matter.
        split_to_id: Option<TicketId> = to(Object::Ticket).read_only();
    }
}

impl Message {
    /// What it means to the ticket's clocks.
    pub fn what(&self) -> sla::What {
        match (self.kind, self.direction) {
            (MessageKind::Note, _) => sla::What::Note,
            (MessageKind::Public, Direction::In) => sla::What::CustomerMessage,
            (MessageKind::Public, Direction::Out) => sla::What::PublicReply { by: sla::Author::Human },
        }
    }
}

/// A ticket and what was said first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    pub ticket: New<Ticket>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Heard>,
}

/// Which messages to read: the latest, or those before one of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThreadQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<MessageId>,
    /// At most 200, default 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A ticket as one works on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    pub ticket: Ticket,
    /// Oldest first.
    pub messages: Vec<Said>,
    /// There are messages before the first of these.
    pub has_earlier: bool,
    pub draft: Option<Draft>,
    /// What it took so far, also before it was merged; absent for who may not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
}

/// A clock, and how it came to stand as it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockTold {
    pub clock: sla::Clock,
    pub trace: Vec<TraceLine>,
    /// In the order in which they are due.
    #[serde(default)]
    pub steps: Vec<StepTold>,
}

/// A step of a clock: what was done, or what will be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepTold {
    pub step: sla::Step,
    /// When its share of the time is used, or was; none while the clock pauses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// Absent until it is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<StepTaken>,
}

/// What came of a step, kept also when it is undone: it is not taken again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepTaken {
    pub at: Instant,
    pub batch: BatchId,
    pub policy: sla::PolicyVersion,
    pub outcome: sla::StepOutcome,
}

/// A message, ready to be shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    pub message: Message,
    /// Sanitised.
    pub html: String,
    /// The number of the ticket it was said on, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_on: Option<i64>,
    /// The number of the ticket that it began, where it is shown on the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_to: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileTold>,
}

/// An answer to the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    pub id: MessageId,
    pub body: String,
    /// The `version` of the ticket that the writer saw.
    pub seen: i64,
    /// The writer knows what came since.
    #[serde(default)]
    pub anyway: bool,
    /// Where the ticket stands after it; by itself where `after_reply` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_id: Option<TicketStatusId>,
    /// Files of the writer's that come with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    pub id: MessageId,
    pub body: String,
    /// Files of the writer's that come with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileId>,
}

/// What a customer said to somebody of staff, who writes it down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    pub id: MessageId,
    pub body: String,
    #[serde(default)]
    pub channel: Channel,
    /// Who said it; the ticket's own contact if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// Files of the writer's that come with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileId>,
}

/// What somebody has begun to write on a ticket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    pub body: String,
    #[serde(default)]
    pub kind: MessageKind,
    /// The `version` of the ticket that the writer saw.
    pub seen: i64,
}

/// What came to a thread that the writer of a reply has not seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MovedOn {
    /// The ticket's `version` now.
    pub version: i64,
    pub messages: Vec<Said>,
}
