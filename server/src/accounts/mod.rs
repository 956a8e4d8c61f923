//! Accounts: the organisations and people that buy.

use shared::access::Object;
use shared::accounts::*;

use crate::error::Result;
use crate::ground::change::Write;
use crate::ground::records::{self, Room};
use crate::ground::tally::{Counted, only_counted};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub const COUNTED: Counted = only_counted(Object::Account);

pub fn routes() -> Routes {
    Routes::default().on_list(list).on(count).on(get).on(create).on(update).on(update_many).on(archive)
}

impl Room for Account {
    async fn rules(_: &Write<'_>, _: Option<&Self>, after: &mut Self) -> Result<()> {
        let mut errors = after.check();
        if after.parent_id == Some(after.id) {
            errors.insert("parent_id".into(), shared::api::FieldError::new("itself"));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors.into()) }
    }
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListAccounts>) -> Listed {
    records::list::<Account>(&ctx, &input).await
}

async fn count(ctx: Ctx, Call { input, .. }: Call<CountAccounts>) -> Reply<CountAccounts> {
    records::totals::<Account>(&ctx, &input).await
}

async fn get(ctx: Ctx, Call { path: id, input }: Call<GetAccount>) -> Reply<GetAccount> {
    records::get(&ctx, id, Some(&input)).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateAccount>) -> Reply<CreateAccount> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateAccount>) -> Reply<UpdateAccount> {
    records::update(&ctx, id, input).await
}

async fn update_many(ctx: Ctx, Call { input, .. }: Call<UpdateAccounts>) -> Reply<UpdateAccounts> {
    records::bulk::<Account>(&ctx, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveAccounts>) -> Reply<ArchiveAccounts> {
    records::archive::<Account>(&ctx, input).await
}
