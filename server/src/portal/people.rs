//! Who signs in on the portal: how they come to be one, what they set of
//! themselves, and what staff sets of them.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, OnConflict, Order, Query};
use serde_json::json;
use shared::access::Sees;
use shared::change::{Cause, settable};
use shared::contacts::{Contact, Point, PointKind};
use shared::fields::{Row, row_of};
use shared::id::{ContactId, PortalUserId};
use shared::portal::*;
use uuid::Uuid;

use super::{sign_in, who};
use crate::App;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::db::name;
use crate::ground::records::{self, Room, Turn};
use crate::ground::rows::{self, column};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

const SCHEMA: &shared::fields::Schema = &PortalUser::SCHEMA;

pub fn routes() -> Routes {
    Routes::default().on_list(list).on(create).on(update).on(archive)
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListPortalUsers>) -> Listed {
    records::list::<PortalUser>(&ctx, &input).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreatePortalUser>) -> Reply<CreatePortalUser> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdatePortalUser>) -> Reply<UpdatePortalUser> {
    records::update(&ctx, id, input).await
}

async fn archive(ctx: Ctx, Call { input, .. }: Call<ArchivePortalUsers>) -> Reply<ArchivePortalUsers> {
    records::archive::<PortalUser>(&ctx, input).await
}

impl Room for PortalUser {
    const SORT: &'static str = "email";

    async fn rules(write: &Write<'_>, before: Option<&Self>, after: &mut Self) -> Result<()> {
        after.email = sign_in::address(&after.email)?;
        if by_email(write.db(), &after.email).await?.is_some_and(|other| other.id != after.id) {
            return Err(Error::field("email", "taken"));
        }
        if before.is_none() && after.contact_id.is_none() {
            after.contact_id = contact_of(write.db(), &after.email).await?;
        }
        // Whoever reads the mail of another address comes to see what this one saw.
        if before.is_some_and(|before| before.email != after.email) {
            who::end_all(write.db(), after.id).await?;
        }
        Ok(())
    }

    /// Who may come in no more is out at once.
    async fn holds(write: &Write<'_>, turns: &[Turn<Self>]) -> Result<()> {
        for user in turns.iter().filter_map(|turn| turn.after.as_ref()) {
            if user.archived_at.is_some() {
                who::end_all(write.db(), user.id).await?;
            }
        }
        Ok(())
    }
}

/// Whoever an address belongs to, now that it is proven; nobody, if they may not come in.
pub async fn of_address(ctx: &Ctx, email: &str) -> Result<Option<PortalUserId>> {
    let mut write = ctx.app.write(Cause::Portal).await?;
    if let Some(user) = by_email(write.db(), email).await? {
        return Ok((!user.is_disabled && user.archived_at.is_none()).then_some(user.id));
    }
    let user = PortalUser {
        id: PortalUserId(Uuid::now_v7()),
        email: email.to_owned(),
        sees: Sees::Own,
        locale: Some(ctx.locale.tag().to_owned()),
        ..PortalUser::default()
    };
    records::insert::<PortalUser>(&mut write, user.id.0, settable(PortalUser::SCHEMA.object, row_of(&user))).await?;
    write.commit(|_| ()).await?;
    Ok(Some(user.id))
}

async fn by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<PortalUser>> {
    let select = rows::select(SCHEMA).and_where(column(SCHEMA, "email").eq(email)).take();
    rows::all(db, SCHEMA, &select).await?.first().map(rows::typed).transpose()
}

/// The contact that is reached by an address; of several, the one known longest.
pub async fn contact_of(db: &impl ConnectionTrait, email: &str) -> Result<Option<ContactId>> {
    let schema = &Contact::SCHEMA;
    let named = Query::select()
        .column(name("record_id"))
        .from(name("links"))
        .and_where(Expr::col(name("object")).eq(schema.object.word()))
        .and_where(Expr::col(name("field")).eq("points"))
        .and_where(Expr::col(name("key")).eq(email))
        .take();
    let select = Query::select()
        .expr(column(schema, "id"))
        .from(name(schema.table))
        .and_where(column(schema, "id").in_subquery(named))
        .and_where(column(schema, "archived_at").is_null())
        .order_by_expr(column(schema, "created_at"), Order::Asc)
        .order_by_expr(column(schema, "id"), Order::Asc)
        .limit(1)
        .take();
    let found = db.query_one(&select).await?;
    Ok(found.map(|row| row.try_get_by_index(0)).transpose()?.map(ContactId))
}

/// The contact of a customer who asks something, made of what they say if there is none yet.
pub async fn contact(write: &mut Write<'_>, user: PortalUserId, named: Option<&str>) -> Result<ContactId> {
    let row = rows::find_locked(write.db(), SCHEMA, user.0, Condition::all()).await?.ok_or(Error::SignedOut)?;
    let user: PortalUser = rows::typed(&row)?;
    if let Some(contact) = user.contact_id {
        return Ok(contact);
    }
    let name = named.map(str::trim).filter(|name| !name.is_empty()).ok_or_else(|| Error::field("name", "required"))?;
    let contact = add_contact(write, name, user.email.clone()).await?;
    let set = Row::from_iter([("contact_id".to_owned(), json!(contact))]);
    write.update(SCHEMA, &row, &set).await?;
    Ok(contact)
}

/// A new contact, reached by an address.
pub async fn add_contact(write: &mut Write<'_>, name: &str, email: String) -> Result<ContactId> {
    let id = ContactId(Uuid::now_v7());
    let point = Point { kind: PointKind::Email, value: email, is_primary: true, ..Point::default() };
    let new = Contact { id, name: name.to_owned(), points: vec![point], ..Contact::default() };
    records::insert::<Contact>(write, id.0, settable(Contact::SCHEMA.object, row_of(&new))).await?;
    Ok(id)
}

/// Who has this address and a password, and its hash.
pub async fn with_password(db: &impl ConnectionTrait, email: &str) -> Result<Option<(PortalUserId, String)>> {
    let Some(user) = by_email(db, email).await? else { return Ok(None) };
    if user.is_disabled || user.archived_at.is_some() {
        return Ok(None);
    }
    Ok(password_of(db, user.id).await?.map(|hash| (user.id, hash)))
}

async fn password_of(db: &impl ConnectionTrait, user: PortalUserId) -> Result<Option<String>> {
    let select = Query::select()
        .column(name("password_hash"))
        .from(name("portal_passwords"))
        .and_where(Expr::col(name("user_id")).eq(user.0))
        .take();
    Ok(db.query_one(&select).await?.map(|row| row.try_get_by_index(0)).transpose()?)
}

pub async fn me(app: &App, id: PortalUserId) -> Result<Me> {
    let db = &app.db.read;
    let row = rows::find(db, SCHEMA, id.0, Condition::all()).await?.ok_or(Error::SignedOut)?;
    let user: PortalUser = rows::typed(&row)?;
    let contact = match user.contact_id {
        Some(contact) => rows::find(db, &Contact::SCHEMA, contact.0, Condition::all()).await?,
        None => None,
    };
    let contact: Option<Contact> = contact.as_ref().map(rows::typed).transpose()?;
    Ok(Me {
        email: user.email,
        name: contact.map(|contact| contact.name).unwrap_or_default(),
        sees: user.sees,
        locale: user.locale,
        has_password: password_of(db, id).await?.is_some(),
    })
}

pub async fn update_me(ctx: Ctx, Call { input, .. }: Call<UpdatePortalMe>) -> Reply<UpdatePortalMe> {
    let user = ctx.customer()?.user.ok_or(Error::Forbidden)?;
    let before = me(&ctx.app, user).await?;
    let hash = match &input.password {
        Some(password) => {
            let check = crate::auth::check_password(password, &before.email);
            check.map_err(|error| Error::Fields([("password".to_owned(), error)].into()))?;
            Some(ctx.app.auth.passwords.hash(password).await?)
        }
        None => None,
    };
    let mut write = ctx.app.write(Cause::Portal).await?;
    if let Some(locale) = &input.locale {
        let row = rows::find_locked(write.db(), SCHEMA, user.0, Condition::all()).await?.ok_or(Error::SignedOut)?;
        let mut set = Row::from_iter([("locale".to_owned(), json!(locale))]);
        shared::fields::check_row(SCHEMA, &mut set)?;
        write.update(SCHEMA, &row, &set).await?;
    }
    if let Some(hash) = hash {
        let keep = OnConflict::column(name("user_id")).update_column(name("password_hash")).to_owned();
        let insert = Query::insert()
            .into_table(name("portal_passwords"))
            .columns(["user_id", "password_hash"].map(name))
            .values_panic([user.0.into(), hash.into()])
            .on_conflict(keep)
            .take();
        write.db().execute(&insert).await?;
    }
    write.commit(|_| ()).await?;
    Ok(Home { me: Some(me(&ctx.app, user).await?), house: ctx.app.settings.house.clone(), token: None })
}
