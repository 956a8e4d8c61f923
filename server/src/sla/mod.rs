//! Service policies: what is promised to which tickets.

use shared::sla::*;

use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::records::{self, Room};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub fn routes() -> Routes {
    Routes::default().on_list(list).on(create).on(update).on(archive)
}

impl Room for SlaPolicy {
    const SORT: &'static str = "position,name";

    async fn rules(_: &Write<'_>, _: Option<&Self>, after: &mut Self) -> Result<()> {
        let errors = after.check();
        if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
    }
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListSlaPolicies>) -> Listed {
    records::list::<SlaPolicy>(&ctx, &input).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateSlaPolicy>) -> Reply<CreateSlaPolicy> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateSlaPolicy>) -> Reply<UpdateSlaPolicy> {
    records::update(&ctx, id, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveSlaPolicies>) -> Reply<ArchiveSlaPolicies> {
    records::archive::<SlaPolicy>(&ctx, input).await
}
