//! Files that come with messages. An upload is its uploader's alone until a
//! message takes it; from then on whoever reads the message reads the file.

mod download;
mod purge;
mod reach;
mod store;
mod take;
mod upload;

use http::Method;
use sea_orm::QueryResult;
use shared::files::{FILE, FileTold, PORTAL_FILE, PORTAL_UPLOAD, UPLOAD};
use shared::id::{ContactId, FileId, PortalUserId, UserId};
use shared::time::{MINUTE, SECOND};

use crate::auth::limits::Limit;
use crate::error::{Error, Result};
use crate::http::{Ctx, Routes};

pub use purge::purge;
pub use take::{of_messages, take};

pub const TABLE: &str = "files";
/// What `told` reads, in its order.
const TOLD: [&str; 4] = ["id", "name", "size", "kind"];

pub fn routes() -> Routes {
    Routes::default()
        .raw(Method::POST, UPLOAD, upload::by_staff)
        .raw(Method::GET, FILE, download::by_staff)
        .raw(Method::POST, PORTAL_UPLOAD, upload::by_customer)
        .raw(Method::GET, PORTAL_FILE, download::by_customer)
}

/// Who brings a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uploader {
    Staff(UserId),
    PortalUser(PortalUserId),
    /// Who came by the key of a ticket.
    Contact(ContactId),
}

impl Uploader {
    pub fn of(ctx: &Ctx) -> Result<Self> {
        let Some(customer) = &ctx.customer else { return Ok(Self::Staff(ctx.actor()?.id)) };
        let user = customer.user.map(Self::PortalUser);
        user.or(customer.contact.map(Self::Contact)).ok_or(Error::SignedOut)
    }

    /// As the database and the limits know them.
    fn word(self) -> String {
        match self {
            Self::Staff(id) => format!("user:{id}"),
            Self::PortalUser(id) => format!("portal:{id}"),
            Self::Contact(id) => format!("contact:{id}"),
        }
    }

    /// How many may come, also of those that come to nothing.
    const fn limit(self) -> Limit {
        match self {
            Self::Staff(_) => Limit { burst: 60, every: 5 * SECOND },
            Self::PortalUser(_) | Self::Contact(_) => Limit { burst: 20, every: MINUTE },
        }
    }

    /// Bytes within a day.
    const fn quota(self) -> i64 {
        match self {
            Self::Staff(_) => 500 << 20,
            Self::PortalUser(_) | Self::Contact(_) => 100 << 20,
        }
    }
}

/// A file from the columns of `TOLD`, which are the first ones.
fn told(row: &QueryResult) -> Result<FileTold> {
    let kind: shared::files::FileKind = row.try_get_by_index::<String>(3)?.parse().map_err(Error::internal)?;
    Ok(FileTold {
        id: FileId(row.try_get_by_index(0)?),
        name: row.try_get_by_index(1)?,
        size: row.try_get_by_index(2)?,
        kind,
        is_image: kind.is_image(),
    })
}
