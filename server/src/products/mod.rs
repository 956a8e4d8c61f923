//! What is sold.

use shared::products::*;

use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::records::{self, Room};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub fn routes() -> Routes {
    Routes::default().on_list(list).on(get).on(create).on(update).on(archive)
}

impl Room for Product {
    async fn rules(_: &Write<'_>, _: Option<&Self>, _: &mut Self) -> Result<()> {
        Ok(())
    }
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListProducts>) -> Listed {
    records::list::<Product>(&ctx, &input).await
}

async fn get(ctx: Ctx, Call { path: id, .. }: Call<GetProduct>) -> Reply<GetProduct> {
    records::get(&ctx, id, None).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateProduct>) -> Reply<CreateProduct> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateProduct>) -> Reply<UpdateProduct> {
    records::update(&ctx, id, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveProducts>) -> Reply<ArchiveProducts> {
    records::archive::<Product>(&ctx, input).await
}
