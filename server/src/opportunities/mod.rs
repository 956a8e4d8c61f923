//! Opportunities: the deals and their board.

mod board;
mod cards;
mod counted;
mod moves;
mod numbers;
mod past;
mod rules;
mod since;
mod spans;

use shared::opportunities::*;

use crate::ground::records;
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub use counted::COUNTED;
pub use rules::in_stage;

pub fn routes() -> Routes {
    Routes::default()
        .on_list(list)
        .on(count)
        .on(get_board)
        .on(get_cards)
        .on(changes)
        .on(get)
        .on(stage_history)
        .on(create)
        .on(update)
        .on(update_many)
        .on(move_many)
        .on(archive)
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListOpportunities>) -> Listed {
    records::list::<Opportunity>(&ctx, &input).await
}

async fn count(ctx: Ctx, Call { input, .. }: Call<CountOpportunities>) -> Reply<CountOpportunities> {
    records::totals::<Opportunity>(&ctx, &input).await
}

async fn get_board(ctx: Ctx, Call { input, .. }: Call<GetBoard>) -> Reply<GetBoard> {
    board::get(&ctx, &input).await
}

async fn get_cards(ctx: Ctx, Call { input, .. }: Call<GetBoardCards>) -> Reply<GetBoardCards> {
    cards::window(&ctx, &input).await
}

async fn changes(ctx: Ctx, Call { input, .. }: Call<BoardChanges>) -> Reply<BoardChanges> {
    since::compare(&ctx, &input).await
}

async fn get(ctx: Ctx, Call { path: id, input }: Call<GetOpportunity>) -> Reply<GetOpportunity> {
    records::get(&ctx, id, Some(&input)).await
}

async fn stage_history(ctx: Ctx, Call { path: id, input }: Call<GetStageHistory>) -> Reply<GetStageHistory> {
    spans::of(&ctx, id, input.as_of).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateOpportunity>) -> Reply<CreateOpportunity> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateOpportunity>) -> Reply<UpdateOpportunity> {
    records::update(&ctx, id, input).await
}

async fn update_many(ctx: Ctx, Call { input, .. }: Call<UpdateOpportunities>) -> Reply<UpdateOpportunities> {
    records::bulk::<Opportunity>(&ctx, input).await
}

async fn move_many(ctx: Ctx, Call { input, .. }: Call<MoveOpportunities>) -> Reply<MoveOpportunities> {
    moves::run(&ctx, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveOpportunities>) -> Reply<ArchiveOpportunities> {
    records::archive::<Opportunity>(&ctx, input).await
}
