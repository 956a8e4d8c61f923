//! Macros: what agents do often, in one step.

use shared::tickets::*;

use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::records::{self, Room};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub fn routes() -> Routes {
    Routes::default().on_list(list).on(create).on(update).on(archive)
}

impl Room for Macro {
    const SORT: &'static str = "position,name";

    async fn rules(_: &Write<'_>, _: Option<&Self>, _: &mut Self) -> Result<()> {
        Ok(())
    }
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListMacros>) -> Listed {
    records::list::<Macro>(&ctx, &input).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateMacro>) -> Reply<CreateMacro> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateMacro>) -> Reply<UpdateMacro> {
    records::update(&ctx, id, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveMacros>) -> Reply<ArchiveMacros> {
    records::archive::<Macro>(&ctx, input).await
}
