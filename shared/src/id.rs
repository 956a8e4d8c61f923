//! Ids that cannot be mixed up: a `ContactId` is not an `AccountId`.
//!
//! Every id is a `UUIDv7` made by whoever creates the record, so that a phone
//! without a network can create too.

/// Declares id types over `Uuid`.
#[macro_export]
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    UserId,
    TeamId,
    RoleId,
    ShareId,
    AccountId,
    ContactId,
    ProductId,
    PipelineId,
    StageId,
    OpportunityId,
    ViewId,
    ImportId,
    CalendarId,
    SlaPolicyId,
    ArticleCategoryId,
    ArticleId,
    ArticleVersionId,
    ArticleFeedbackId,
    GapId,
    SynonymId,
    TicketId,
    TicketStatusId,
    TicketCategoryId,
    QueueId,
    SkillId,
    AssignmentId,
    MessageId,
    FileId,
    MacroId,
    PortalUserId,
    TimeEntryId,
    SurveyPolicyId,
    SurveyAnswerId,
    /// One command of a caller: its idempotency key, and the handle to undo it.
    BatchId,
}
