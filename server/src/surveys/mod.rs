//! Surveys: customers are asked what they think of a solution, by mail and in the portal.

mod answer;
mod credit;
mod invite;
mod plan;
mod portal;
mod totals;

use serde::{Deserialize, Serialize};
use shared::id::TicketId;
use shared::surveys::*;
use uuid::Uuid;

use crate::App;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::jobs::{self, Job};
use crate::ground::one_default;
use crate::ground::records::{self, Room, Turn};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub use answer::{answer_as_contact, asked_and_answered};
pub use portal::open_for;

pub fn routes() -> Routes {
    Routes::default()
        .on_list(list_policies)
        .on(create_policy)
        .on(update_policy)
        .on(archive_policies)
        .on_list(list_answers)
        .on(totals::get)
        .on(portal::read)
        .on(portal::answer)
}

/// What a survey does next.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Looks whether a ticket's customer is to be asked, or no longer.
    Consider {
        ticket: TicketId,
        /// Somebody of staff has solved it just now.
        is_solved: bool,
    },
    Send {
        invite: Uuid,
    },
    Expire {
        invite: Uuid,
    },
}

pub async fn run(app: &App, step: Step) -> Result<()> {
    match step {
        Step::Consider { ticket, is_solved } => plan::consider(app, ticket, is_solved).await,
        Step::Send { invite } => plan::send(app, invite).await,
        Step::Expire { invite } => plan::expire(app, invite).await,
    }
}

/// Once this command stands, it is looked whether the ticket's customer is
/// asked. Not within the command: its undo would be held up by the question.
pub async fn consider(write: &Write<'_>, ticket: TicketId, is_solved: bool) -> Result<()> {
    let job = Job::Survey(Step::Consider { ticket, is_solved });
    // Without a key: one that is just ending may have looked already.
    jobs::enqueue(write.db(), &job, write.now, None).await
}

impl Room for SurveyPolicy {
    async fn rules(_: &Write<'_>, _: Option<&Self>, after: &mut Self) -> Result<()> {
        let errors = after.check();
        if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
    }
}

impl Room for SurveyAnswer {
    const SORT: &'static str = "-answered_at";

    async fn rules(_: &Write<'_>, _: Option<&Self>, _: &mut Self) -> Result<()> {
        Ok(())
    }

    /// What a customer said is not staff's to take back.
    async fn holds(_: &Write<'_>, _: &[Turn<Self>]) -> Result<()> {
        Err(Error::Refused("customers_answer"))
    }
}

async fn list_policies(ctx: Ctx, Call { input, .. }: Call<ListSurveyPolicies>) -> Listed {
    records::list::<SurveyPolicy>(&ctx, &input).await
}

async fn create_policy(ctx: Ctx, Call { input, .. }: Call<CreateSurveyPolicy>) -> Reply<CreateSurveyPolicy> {
    one_default::create(ctx, input).await
}

async fn update_policy(ctx: Ctx, Call { path: id, input }: Call<UpdateSurveyPolicy>) -> Reply<UpdateSurveyPolicy> {
    one_default::update(ctx, id.0, input).await
}

async fn archive_policies(ctx: Ctx, Call { input, .. }: Call<ArchiveSurveyPolicies>) -> Reply<ArchiveSurveyPolicies> {
    records::archive::<SurveyPolicy>(&ctx, input).await
}

async fn list_answers(ctx: Ctx, Call { input, .. }: Call<ListSurveyAnswers>) -> Listed {
    records::list::<SurveyAnswer>(&ctx, &input).await
}
