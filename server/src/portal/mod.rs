//! The portal: other rooms' records, narrowed to one customer. Its identities,
//! cookies, keys and limits are its own; staff has no part in them.

mod desk;
mod form;
mod notice;
mod people;
mod shelf;
mod sign_in;
mod who;

use shared::portal::*;

use crate::http::{Call, Ctx, Reply, Routes};

pub use notice::{Answered, language_of, tell, tell_later};
pub use who::{customer, purge};

pub fn routes() -> Routes {
    let visitors = Routes::default()
        .on(home)
        .on(sign_in::ask_code)
        .on(sign_in::by_code)
        .on(sign_in::by_password)
        .on(sign_in::out)
        .on(people::update_me);
    let desk = Routes::default()
        .on(desk::list)
        .on(desk::get)
        .on(desk::ask)
        .on(desk::say)
        .on(desk::turn)
        .on(desk::rate)
        .on(form::puzzle)
        .on(form::send);
    let shelf = Routes::default().on(shelf::search).on(shelf::list).on(shelf::read).on(shelf::vote);
    visitors.and(desk).and(shelf).and(people::routes())
}

async fn home(ctx: Ctx, _: Call<GetPortal>) -> Reply<GetPortal> {
    let me = match ctx.customer()?.user {
        Some(user) => Some(people::me(&ctx.app, user).await?),
        None => None,
    };
    Ok(Home { me, house: ctx.app.settings.house.clone(), token: None })
}
