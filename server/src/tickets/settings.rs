//! What tickets are sorted by: statuses, categories, queues.

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query};
use shared::fields::Schema;
use shared::id::{TicketCategoryId, TicketStatusId};
use shared::sla::Category;
use shared::tickets::*;
use uuid::Uuid;

use super::routing;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::{self, Room, Turn, going};
use crate::ground::rows::{self, column};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

/// Deeper trees help nobody to find anything.
const MAX_DEPTH: usize = 8;

pub fn routes() -> Routes {
    Routes::default()
        .on_list(list_statuses)
        .on(create_status)
        .on(update_status)
        .on(archive_statuses)
        .on_list(list_categories)
        .on(create_category)
        .on(update_category)
        .on(archive_categories)
        .on_list(list_queues)
        .on(create_queue)
        .on(update_queue)
        .on(archive_queues)
}

async fn list_statuses(ctx: Ctx, Call { input, .. }: Call<ListTicketStatuses>) -> Listed {
    records::list::<TicketStatus>(&ctx, &input).await
}

async fn create_status(ctx: Ctx, Call { input, .. }: Call<CreateTicketStatus>) -> Reply<CreateTicketStatus> {
    records::create(&ctx, input).await
}

async fn update_status(ctx: Ctx, Call { path: id, input }: Call<UpdateTicketStatus>) -> Reply<UpdateTicketStatus> {
    records::update(&ctx, id, input).await
}

async fn archive_statuses(ctx: Ctx, Call { input, .. }: Call<ArchiveTicketStatuses>) -> Reply<ArchiveTicketStatuses> {
    records::archive::<TicketStatus>(&ctx, input).await
}

async fn list_categories(ctx: Ctx, Call { input, .. }: Call<ListTicketCategories>) -> Listed {
    records::list::<TicketCategory>(&ctx, &input).await
}

async fn create_category(ctx: Ctx, Call { input, .. }: Call<CreateTicketCategory>) -> Reply<CreateTicketCategory> {
    records::create(&ctx, input).await
}

async fn update_category(
    ctx: Ctx,
    Call { path: id, input }: Call<UpdateTicketCategory>,
) -> Reply<UpdateTicketCategory> {
    records::update(&ctx, id, input).await
}

async fn archive_categories(
    ctx: Ctx,
    Call { input, .. }: Call<ArchiveTicketCategories>,
) -> Reply<ArchiveTicketCategories> {
    records::archive::<TicketCategory>(&ctx, input).await
}

async fn list_queues(ctx: Ctx, Call { input, .. }: Call<ListQueues>) -> Listed {
    records::list::<Queue>(&ctx, &input).await
}

async fn create_queue(ctx: Ctx, Call { input, .. }: Call<CreateQueue>) -> Reply<CreateQueue> {
    records::create(&ctx, input).await
}

async fn update_queue(ctx: Ctx, Call { path: id, input }: Call<UpdateQueue>) -> Reply<UpdateQueue> {
    records::update(&ctx, id, input).await
}

async fn archive_queues(ctx: Ctx, Call { input, .. }: Call<ArchiveQueues>) -> Reply<ArchiveQueues> {
    records::archive::<Queue>(&ctx, input).await
}

impl Room for TicketStatus {
    const SORT: &'static str = "position,name";

    /// What a status means stays while tickets stand in it: they would change unseen.
    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        if before.is_some_and(|before| before.category != after.category) {
            refuse_used(write, &[after.id.0], "status_id", false).await?;
        }
        Ok(())
    }

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        let away = going(turns, |status| (status.archived_at, status.id.0));
        refuse_used(write, &away, "status_id", false).await?;
        let left = all(write).await?;
        // Tickets come into each of them by themselves.
        if Category::ALL.iter().all(|category| left.iter().any(|status| status.category == *category)) {
            Ok(())
        } else {
            Err(Error::Refused("last_status"))
        }
    }
}

impl Room for TicketCategory {
    const SORT: &'static str = "position,name";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        check_parents(write, after).await?;
        routing::follow_needs(write, before, Some(after)).await
    }

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        for turn in turns {
            routing::follow_needs(write, turn.before.as_ref(), turn.after.as_ref()).await?;
        }
        for category in turns.iter().filter_map(|turn| turn.after.as_ref()) {
            check_parents(write, category).await?;
        }
        Ok(())
    }
}

impl Room for Queue {
    const SORT: &'static str = "position,name";

    async fn rules(write: &Write<'_>, _: Option<&Self>, after: &mut Self) -> Result<()> {
        routing::follow_queue(write, after);
        Ok(())
    }

    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        turns.iter().filter_map(|turn| turn.after.as_ref()).for_each(|queue| routing::follow_queue(write, queue));
        refuse_used(write, &going(turns, |queue| (queue.archived_at, queue.id.0)), "queue_id", true).await
    }
}

/// Refused while tickets stand there: any, or those that somebody still works on.
async fn refuse_used(write: &Write<'_>, ids: &[Uuid], key: &'static str, only_open: bool) -> Result<()> {
    let schema = &Ticket::SCHEMA;
    let mut select = Query::select();
    select
        .expr(Expr::cust("1"))
        .from(name(schema.table))
        .and_where(column(schema, key).is_in(ids.iter().copied()))
        .and_where(column(schema, "archived_at").is_null())
        .limit(1);
    if only_open {
        select.and_where(column(schema, "state").is_not_in([Category::Solved.word(), Category::Closed.word()]));
    }
    let is_used = !ids.is_empty() && write.db().query_one(&select).await?.is_some();
    if is_used { Err(Error::Refused("tickets_here")) } else { Ok(()) }
}

/// A category does not stand in itself, however far up.
async fn check_parents(write: &Write<'_>, category: &TicketCategory) -> Result<()> {
    let mut next = category.parent_id;
    for _ in 0..MAX_DEPTH {
        let Some(id) = next else { return Ok(()) };
        if id == category.id {
            return Err(Error::field("parent_id", "itself"));
        }
        let parent = self::category(write, id).await?.ok_or_else(|| Error::field("parent_id", "no_such_record"))?;
        next = parent.parent_id;
    }
    Err(Error::field("parent_id", "too_deep"))
}

pub async fn category(write: &Write<'_>, id: TicketCategoryId) -> Result<Option<TicketCategory>> {
    find(write, &TicketCategory::SCHEMA, id.0).await
}

pub async fn queue(write: &Write<'_>, id: shared::id::QueueId) -> Result<Option<Queue>> {
    find(write, &Queue::SCHEMA, id.0).await
}

pub async fn status(write: &Write<'_>, id: TicketStatusId) -> Result<Option<TicketStatus>> {
    find(write, &TicketStatus::SCHEMA, id.0).await
}

async fn find<R: shared::fields::Record>(write: &Write<'_>, schema: &Schema, id: Uuid) -> Result<Option<R>> {
    let found = rows::find(write.db(), schema, id, sea_orm::sea_query::Condition::all()).await?;
    found.as_ref().map(rows::typed).transpose()
}

/// The status that tickets come into when they come into a category by themselves.
pub async fn first_status(write: &Write<'_>, category: Category) -> Result<TicketStatus> {
    let all = all(write).await?;
    let first = all.into_iter().filter(|status| status.category == category);
    let first = first.min_by_key(|status| (status.position, status.id));
    first.ok_or_else(|| Error::internal(format!("there is no status for {category}")))
}

/// Where what customers ask themselves waits, unless its category says otherwise.
pub async fn first_queue(write: &Write<'_>) -> Result<Option<Queue>> {
    let schema = &Queue::SCHEMA;
    let select = rows::select(schema)
        .and_where(column(schema, "archived_at").is_null())
        .order_by_expr(column(schema, "position"), Order::Asc)
        .order_by_expr(column(schema, "id"), Order::Asc)
        .limit(1)
        .take();
    rows::all(write.db(), schema, &select).await?.first().map(rows::typed).transpose()
}

/// The statuses in use.
async fn all(write: &Write<'_>) -> Result<Vec<TicketStatus>> {
    let schema = &TicketStatus::SCHEMA;
    let select = rows::select(schema).and_where(column(schema, "archived_at").is_null()).take();
    rows::all(write.db(), schema, &select).await?.iter().map(rows::typed).collect()
}

/// The statuses that every company starts with.
pub fn starters() -> Vec<TicketStatus> {
    let words = [
        (Category::New, "新建", "已收到"),
        (Category::Open, "处理中", "处理中"),
        (Category::WaitingCustomer, "等待客户", "等待您的回复"),
        (Category::WaitingThirdParty, "等待第三方", "处理中"),
        (Category::OnHold, "搁置", "已安排"),
        (Category::Solved, "已解决", "已解决"),
        (Category::Closed, "已关闭", "已关闭"),
    ];
    let status = |(position, (category, name, label)): (i64, (Category, &str, &str))| TicketStatus {
        id: TicketStatusId(Uuid::now_v7()),
        name: name.into(),
        customer_label: Some(label.into()),
        category,
        position,
        ..TicketStatus::default()
    };
    (0..).zip(words).map(status).collect()
}
