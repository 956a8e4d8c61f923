//! Contacts: the people at accounts.

use shared::access::Object;
use shared::contacts::*;

use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::records::{self, Room};
use crate::ground::tally::{Counted, only_counted};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub const COUNTED: Counted = only_counted(Object::Contact);

pub fn routes() -> Routes {
    Routes::default().on_list(list).on(count).on(get).on(create).on(update).on(update_many).on(archive)
}

impl Room for Contact {
    async fn rules(_: &Write<'_>, _: Option<&Self>, after: &mut Self) -> Result<()> {
        let errors = after.check();
        if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
    }
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListContacts>) -> Listed {
    records::list::<Contact>(&ctx, &input).await
}

async fn count(ctx: Ctx, Call { input, .. }: Call<CountContacts>) -> Reply<CountContacts> {
    records::totals::<Contact>(&ctx, &input).await
}

async fn get(ctx: Ctx, Call { path: id, input }: Call<GetContact>) -> Reply<GetContact> {
    records::get(&ctx, id, Some(&input)).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateContact>) -> Reply<CreateContact> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateContact>) -> Reply<UpdateContact> {
    records::update(&ctx, id, input).await
}

async fn update_many(ctx: Ctx, Call { input, .. }: Call<UpdateContacts>) -> Reply<UpdateContacts> {
    records::bulk::<Contact>(&ctx, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveContacts>) -> Reply<ArchiveContacts> {
    records::archive::<Contact>(&ctx, input).await
}
