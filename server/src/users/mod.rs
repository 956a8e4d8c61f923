//! Staff, teams, roles and shares.

mod grants;
mod rules;

use sea_orm::sea_query::ExprTrait as _;
use shared::access::Action;
use shared::api::Page;
use shared::users::*;

use crate::error::Error;
use crate::ground::records;
use crate::ground::rows::{self, column};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub fn routes() -> Routes {
    Routes::default()
        .on_list(list_users)
        .on(get_user)
        .on(create_user)
        .on(update_user)
        .on(archive_users)
        .on_list(list_teams)
        .on(create_team)
        .on(update_team)
        .on_list(list_roles)
        .on(create_role)
        .on(update_role)
        .on(list_shares)
        .on(create_share)
        .on(update_share)
        .on(archive_shares)
}

async fn list_users(ctx: Ctx, Call { input, .. }: Call<ListUsers>) -> Listed {
    records::list::<User>(&ctx, &input).await
}

async fn get_user(ctx: Ctx, Call { path: id, .. }: Call<GetUser>) -> Reply<GetUser> {
    records::get(&ctx, id, None).await
}

async fn create_user(ctx: Ctx, Call { input, .. }: Call<CreateUser>) -> Reply<CreateUser> {
    records::create(&ctx, input).await
}

async fn update_user(ctx: Ctx, Call { path: id, input }: Call<UpdateUser>) -> Reply<UpdateUser> {
    records::update(&ctx, id, input).await
}

async fn archive_users(ctx: Ctx, Call { input, .. }: Call<ArchiveUsers>) -> Reply<ArchiveUsers> {
    records::archive::<User>(&ctx, input).await
}

async fn list_teams(ctx: Ctx, Call { input, .. }: Call<ListTeams>) -> Listed {
    records::list::<Team>(&ctx, &input).await
}

async fn create_team(ctx: Ctx, Call { input, .. }: Call<CreateTeam>) -> Reply<CreateTeam> {
    records::create(&ctx, input).await
}

async fn update_team(ctx: Ctx, Call { path: id, input }: Call<UpdateTeam>) -> Reply<UpdateTeam> {
    records::update(&ctx, id, input).await
}

async fn list_roles(ctx: Ctx, Call { input, .. }: Call<ListRoles>) -> Listed {
    records::list::<Role>(&ctx, &input).await
}

async fn create_role(ctx: Ctx, Call { input, .. }: Call<CreateRole>) -> Reply<CreateRole> {
    records::create(&ctx, input).await
}

async fn update_role(ctx: Ctx, Call { path: id, input }: Call<UpdateRole>) -> Reply<UpdateRole> {
    records::update(&ctx, id, input).await
}

/// The shares of a record: whoever reads the record knows with whom it is shared.
async fn list_shares(ctx: Ctx, Call { input, .. }: Call<ListShares>) -> Reply<ListShares> {
    let db = &ctx.app.db.read;
    let scope = ctx.scope(input.object, Action::Read)?;
    rows::find(db, input.object.schema(), input.id, scope).await?.ok_or(Error::NotFound)?;
    let select = rows::select(&Share::SCHEMA)
        .and_where(column(&Share::SCHEMA, "record_id").eq(input.id))
        .and_where(column(&Share::SCHEMA, "object").eq(input.object.word()))
        .and_where(column(&Share::SCHEMA, "archived_at").is_null())
        .limit(200)
        .take();
    let found = rows::all(db, &Share::SCHEMA, &select).await?;
    let items = found.iter().map(rows::typed).collect::<Result<_, Error>>()?;
    Ok(Page { items, next: None })
}

async fn create_share(ctx: Ctx, Call { input, .. }: Call<CreateShare>) -> Reply<CreateShare> {
    records::create(&ctx, input).await
}

async fn update_share(ctx: Ctx, Call { path: id, input }: Call<UpdateShare>) -> Reply<UpdateShare> {
    records::update(&ctx, id, input).await
}

async fn archive_shares(ctx: Ctx, Call { input, .. }: Call<ArchiveShares>) -> Reply<ArchiveShares> {
    records::archive::<Share>(&ctx, input).await
}
