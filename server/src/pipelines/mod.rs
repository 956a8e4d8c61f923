//! Pipelines and their stages.

mod empty;
mod follow;
mod rules;

use std::collections::HashSet;

use shared::access::Action;
use shared::change::BulkDone;
use shared::fields::Row;
use shared::id::StageId;
use shared::pipelines::*;

use crate::error::Error;
use crate::ground::{one_default, records, rows};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub use rules::{is_away, stage, stages};

pub fn routes() -> Routes {
    Routes::default()
        .on_list(list)
        .on(create)
        .on(update)
        .on(archive)
        .on_list(list_stages)
        .on(create_stage)
        .on(update_stage)
        .on(order_stages)
        .on(archive_stages)
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListPipelines>) -> Listed {
    records::list::<Pipeline>(&ctx, &input).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreatePipeline>) -> Reply<CreatePipeline> {
    one_default::create(ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdatePipeline>) -> Reply<UpdatePipeline> {
    one_default::update(ctx, id.0, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchivePipelines>) -> Reply<ArchivePipelines> {
    records::archive::<Pipeline>(&ctx, input).await
}

async fn list_stages(ctx: Ctx, Call { input, .. }: Call<ListStages>) -> Listed {
    records::list::<Stage>(&ctx, &input).await
}

async fn create_stage(ctx: Ctx, Call { input, .. }: Call<CreateStage>) -> Reply<CreateStage> {
    records::create(&ctx, input).await
}

async fn update_stage(ctx: Ctx, Call { path: id, input }: Call<UpdateStage>) -> Reply<UpdateStage> {
    follow::update(&ctx, id, input).await
}

async fn order_stages(ctx: Ctx, Call { input, .. }: Call<OrderStages>) -> Reply<OrderStages> {
    let ids: HashSet<StageId> = input.stages.iter().copied().collect();
    if ids.len() != input.stages.len() {
        return Err(Error::field("stages", "twice"));
    }
    records::check_size(&input.stages.iter().map(|id| id.0).collect::<Vec<_>>())?;
    let mut write = ctx.write(&input).await?;
    if let Some(answer) = write.repeated().await? {
        return Ok(answer);
    }
    let ids: Vec<_> = input.stages.iter().map(|id| id.0).collect();
    write.lock(&Stage::SCHEMA, &ids).await?;
    for (position, id) in (1_i64..).zip(&input.stages) {
        let before = write.find(&Stage::SCHEMA, id.0, Action::Write).await?;
        if rows::reference(&before, "pipeline_id") != Some(input.pipeline_id.0) {
            return Err(Error::field("stages", "stage_of_another_pipeline"));
        }
        write.update(&Stage::SCHEMA, &before, &Row::from_iter([("position".to_owned(), position.into())])).await?;
    }
    write.commit(|receipt| BulkDone { batch: receipt.batch, seq: receipt.seq, changed: receipt.changed }).await
}

async fn archive_stages(ctx: Ctx, Call { input, .. }: Call<ArchiveStages>) -> Reply<ArchiveStages> {
    empty::archive(&ctx, input).await
}
