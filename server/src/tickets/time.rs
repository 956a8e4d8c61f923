//! The time that tickets took: written down by whoever spent it.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, ExprTrait as _, Func, Query};
use shared::access::{Action, Scope};
use shared::tickets::*;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::{self, Room, Turn};
use crate::ground::rows::column;
use crate::http::{Call, Ctx, Listed, Reply, Routes};

const SCHEMA: &shared::fields::Schema = &TimeEntry::SCHEMA;

pub fn routes() -> Routes {
    Routes::default().on_list(list).on(totals).on(create).on(update).on(archive)
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListTimeEntries>) -> Listed {
    records::list::<TimeEntry>(&ctx, &input).await
}

async fn totals(ctx: Ctx, Call { input, .. }: Call<TimeTotals>) -> Reply<TimeTotals> {
    records::totals::<TimeEntry>(&ctx, &input).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateTimeEntry>) -> Reply<CreateTimeEntry> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateTimeEntry>) -> Reply<UpdateTimeEntry> {
    records::update(&ctx, id, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveTimeEntries>) -> Reply<ArchiveTimeEntries> {
    records::archive::<TimeEntry>(&ctx, input).await
}

impl Room for TimeEntry {
    const SORT: &'static str = "-day";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        match before {
            None => {
                // Who may only read a ticket did not work on it.
                write.find(&Ticket::SCHEMA, after.ticket_id.0, Action::Write).await?;
            }
            Some(before) if before.ticket_id != after.ticket_id => return Err(Error::field("ticket_id", "read_only")),
            Some(before) => check_writer(write, before)?,
        }
        if after.minutes < 1 {
            return Err(Error::field("minutes", "required"));
        }
        after.day = after.day.or(Some(write.app().clock.day_of(write.now)));
        Ok(())
    }

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        turns.iter().filter_map(|turn| turn.before.as_ref()).try_for_each(|before| check_writer(write, before))
    }
}

/// What somebody wrote down of their time nobody else changes, but for who may change all.
fn check_writer(write: &Write<'_>, entry: &TimeEntry) -> Result<()> {
    let Some(actor) = write.actor else { return Ok(()) };
    let is_theirs = entry.created_by == Some(actor.id) || actor.scope(SCHEMA.object, Action::Write) == Scope::All;
    if is_theirs { Ok(()) } else { Err(Error::Forbidden) }
}

/// What these tickets took, in minutes. Whoever asks reaches them.
pub async fn spent(db: &impl ConnectionTrait, tickets: &[Uuid]) -> Result<i64> {
    let select = Query::select()
        .expr(Func::sum(column(SCHEMA, "minutes")).cast_as(Alias::new("bigint")))
        .from(name(SCHEMA.table))
        .and_where(column(SCHEMA, "ticket_id").is_in(tickets.iter().copied()))
        .and_where(column(SCHEMA, "archived_at").is_null())
        .take();
    let sum = db.query_one(&select).await?.map(|found| found.try_get_by_index::<Option<i64>>(0)).transpose()?;
    Ok(sum.flatten().unwrap_or_default())
}
