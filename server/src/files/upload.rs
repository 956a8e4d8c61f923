//! Taking a file, without ever holding all of it.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use futures::StreamExt as _;
use http::header::CONTENT_LENGTH;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use sha2::{Digest as _, Sha256};
use shared::access::{Access, Action, Object};
use shared::files::{FILE_MAX, FileKind, FileNamed, FileTold, SNIFFED, clean, is_program, kept_name};
use shared::id::FileId;
use shared::text::not_blank;
use shared::time::{DAY, HOUR, SECOND};
use uuid::Uuid;

use super::store::{self, Coming};
use super::{TABLE, Uploader};
use crate::App;
use crate::auth::limits;
use crate::error::{Error, Result};
use crate::ground::db::{name, sum};
use crate::http::{Ctx, Told, ctx_for, read_query};

pub async fn by_staff(State(app): State<App>, request: Request) -> Response {
    answer(app, Access::Staff(Object::Message, Action::Write), request).await
}

pub async fn by_customer(State(app): State<App>, request: Request) -> Response {
    answer(app, Access::Customer, request).await
}

async fn answer(app: App, access: Access, request: Request) -> Response {
    let told = Told::of(request.headers());
    match open(app, access, request).await {
        Ok(file) => Json(file).into_response(),
        Err(error) => told.response(error),
    }
}

async fn open(app: App, access: Access, request: Request) -> Result<FileTold> {
    let (mut parts, body) = request.into_parts();
    let ctx = ctx_for(app, access, parts.headers.clone()).await?;
    let FileNamed { name } = read_query(&mut parts).await?;
    if !not_blank(&name) {
        return Err(Error::field("name", "required"));
    }
    if is_program(&clean(&name)) {
        return Err(Error::field("file", "program_file"));
    }
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let declared = length.unwrap_or_default();
    if declared > FILE_MAX {
        return Err(Error::TooLarge);
    }
    let uploader = Uploader::of(&ctx)?;
    admit(&ctx, uploader, declared).await?;
    let came = Came::read(&ctx.app, body).await?;
    keep(&ctx, uploader, &name, came).await
}

/// Before a byte is read: not too many, not too much.
async fn admit(ctx: &Ctx, uploader: Uploader, bytes: u64) -> Result<()> {
    let open = ctx.app.db.begin().await?;
    limits::take(&open.tx, &bucket(uploader), uploader.limit(), ctx.now).await?;
    check_quota(&open.tx, ctx, uploader, bytes).await?;
    open.commit().await
}

fn bucket(uploader: Uploader) -> String {
    format!("files:{}", uploader.word())
}

async fn check_quota(tx: &DatabaseTransaction, ctx: &Ctx, uploader: Uploader, bytes: u64) -> Result<()> {
    let select = Query::select()
        .expr(sum(Expr::col(name("size"))))
        .from(name(TABLE))
        .and_where(Expr::col(name("uploader")).eq(uploader.word()))
        .and_where(Expr::col(name("created_at")).gt(ctx.now.0 - DAY))
        .take();
    let found = tx.query_one(&select).await?;
    let used: i64 = found.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    let wanted = i64::try_from(bytes).unwrap_or(i64::MAX);
    if used.saturating_add(wanted) > uploader.quota() {
        return Err(Error::TooMany(u64::try_from(HOUR / SECOND).unwrap_or_default()));
    }
    Ok(())
}

/// A file whose last byte is here.
struct Came {
    coming: Coming,
    head: Vec<u8>,
    size: u64,
    sha256: String,
}

impl Came {
    async fn read(app: &App, body: Body) -> Result<Self> {
        let mut coming = Coming::begin(app).await?;
        let (mut head, mut size, mut hash) = (Vec::with_capacity(SNIFFED), 0_u64, Sha256::new());
        let mut bytes = body.into_data_stream();
        while let Some(some) = bytes.next().await {
            let some = some.map_err(|_| Error::BadRequest("bad_body"))?;
            size += some.len() as u64;
            if size > FILE_MAX {
                return Err(Error::TooLarge);
            }
            head.extend(some.iter().take(SNIFFED - head.len()));
            hash.update(&some);
            coming.write(&some).await?;
        }
        if size == 0 {
            return Err(Error::field("file", "empty_file"));
        }
        coming.finish().await?;
        let sha256 = hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        Ok(Self { coming, head, size, sha256 })
    }
}

async fn keep(ctx: &Ctx, uploader: Uploader, given: &str, came: Came) -> Result<FileTold> {
    let Came { coming, head, size, sha256 } = came;
    let kind = FileKind::of(&head, &clean(given));
    let file = FileTold {
        id: FileId(Uuid::now_v7()),
        name: kept_name(given, kind),
        size: i64::try_from(size).map_err(Error::internal)?,
        kind,
        is_image: kind.is_image(),
    };
    let open = ctx.app.db.begin().await?;
    // One's uploads that end together are counted one after the other.
    let hold = Query::select()
        .column(name("full_at"))
        .from(name("rate_limits"))
        .and_where(Expr::col(name("bucket")).eq(bucket(uploader)))
        .lock_exclusive()
        .take();
    open.tx.query_one(&hold).await?;
    check_quota(&open.tx, ctx, uploader, size).await?;
    // Held to the end: the purge takes no bytes away that come anew.
    let use_bytes = Query::insert()
        .into_table(name("blobs"))
        .columns(["sha256", "size", "used_at"].map(name))
        .values_panic([sha256.as_str().into(), file.size.into(), ctx.now.0.into()])
        .on_conflict(OnConflict::column(name("sha256")).update_column(name("used_at")).to_owned())
        .take();
    open.tx.execute(&use_bytes).await?;
    coming.keep(&store::path(&ctx.app, &sha256)).await?;
    let insert = Query::insert()
        .into_table(name(TABLE))
        .columns(["id", "sha256", "size", "name", "kind", "uploader", "created_at", "loose_since"].map(name))
        .values_panic([
            file.id.0.into(),
            sha256.into(),
            file.size.into(),
            file.name.as_str().into(),
            kind.word().into(),
            uploader.word().into(),
            ctx.now.0.into(),
            ctx.now.0.into(),
        ])
        .take();
    open.tx.execute(&insert).await?;
    open.commit().await?;
    Ok(file)
}
