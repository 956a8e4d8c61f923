//! Saved views.

use shared::views::*;

use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::records::{self, Room};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub fn routes() -> Routes {
    Routes::default().on_list(list).on(create).on(update).on(archive)
}

impl Room for View {
    const SORT: &'static str = "position,name";

    async fn rules(_: &Write<'_>, _: Option<&Self>, _: &mut Self) -> Result<()> {
        Ok(())
    }
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListViews>) -> Listed {
    records::list::<View>(&ctx, &input).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateView>) -> Reply<CreateView> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateView>) -> Reply<UpdateView> {
    records::update(&ctx, id, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveViews>) -> Reply<ArchiveViews> {
    records::archive::<View>(&ctx, input).await
}
