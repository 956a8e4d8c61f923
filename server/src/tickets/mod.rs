//! Tickets: what customers ask, what is said on it, and where it stands.

mod clocks;
mod draft;
mod follow;
mod later;
mod macros;
mod measures;
mod merge;
mod part;
mod past;
mod policy;
mod presence;
mod problem;
pub mod routing;
mod rules;
mod say;
mod settings;
mod split;
mod steps;
mod straight;
mod thread;
mod time;

use shared::tickets::*;

use crate::ground::records;
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub use follow::begin;
pub use later::{Redue, redue, run_redue, turn};
pub use measures::{Measure, run_measure};
pub use merge::goes_on_as;
pub use rules::become_of;
pub use say::{answer, hear, preview, remark};
pub use settings::{first_queue, first_status, starters};
pub use steps::{run as take_steps, watch as watch_steps};
pub use straight::Terms;
pub use thread::{in_thread, said_before, tickets_in};

pub fn routes() -> Routes {
    let tickets = Routes::default()
        .on_list(list)
        .on(get)
        .on(totals)
        .on(follow::create)
        .on(update)
        .on(update_many)
        .on(archive)
        .on(thread::get)
        .on(clocks::get)
        .on(say::reply)
        .on(say::note)
        .on(say::heard)
        .on(draft::put)
        .on(presence::put)
        .on(presence::end)
        .on(presence::list);
    let relations = Routes::default()
        .on(merge::preview)
        .on(merge::merge)
        .on(part::part)
        .on(split::split)
        .on(problem::preview)
        .on(problem::solve);
    tickets.and(relations).and(time::routes()).and(settings::routes()).and(macros::routes()).and(routing::routes())
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListTickets>) -> Listed {
    records::list::<Ticket>(&ctx, &input).await
}

async fn get(ctx: Ctx, Call { path: id, input }: Call<GetTicket>) -> Reply<GetTicket> {
    records::get(&ctx, id, Some(&input)).await
}

async fn totals(ctx: Ctx, Call { input, .. }: Call<TicketTotals>) -> Reply<TicketTotals> {
    records::totals::<Ticket>(&ctx, &input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateTicket>) -> Reply<UpdateTicket> {
    records::update(&ctx, id, input).await
}

async fn update_many(ctx: Ctx, Call { input, .. }: Call<BulkTickets>) -> Reply<BulkTickets> {
    records::bulk::<Ticket>(&ctx, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchiveTickets>) -> Reply<ArchiveTickets> {
    records::archive::<Ticket>(&ctx, input).await
}
