//! The names in a row become ids: of records that are there, of rows of the
//! same file, of records to be created.

use std::future::Future;
use std::pin::Pin;

use serde_json::Value;
use shared::access::{Action, Object};
use shared::api::{FieldError, FieldErrors};
use shared::fields::{Field, FieldKind, ListKind, Row};
use shared::i18n::Locale;
use shared::id::{TeamId, UserId};
use shared::import::choices::{Match, Vocabulary};
use shared::imports::{Named, error_text};
use shared::query::resolve::target_of;
use shared::text::fold;
use uuid::Uuid;

use super::checker::{Checker, Holder, Planned};
use super::names::Meaning;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::{references, rows};

/// The kinds that may be created because a row names them.
const CREATED: [Object; 5] = [Object::Account, Object::Contact, Object::Product, Object::Team, Object::User];

/// A planned record: its kind, and its name in compared form.
pub type Need = (Object, String);

/// A name being resolved: its record, or why there is none.
type Resolving<'a> = Pin<Box<dyn Future<Output = Result<std::result::Result<Uuid, FieldError>>> + Send + 'a>>;

/// A row with ids for names.
#[derive(Debug, Default)]
pub struct Resolved {
    pub values: Row,
    pub errors: FieldErrors,
    /// What must be created for it.
    pub needs: Vec<Need>,
    /// What it names that is not in use any more.
    pub away: Vec<Away>,
}

/// Right where the record leads there already, and wrong where it does not.
#[derive(Clone, Debug)]
pub struct Away {
    pub field: &'static Field,
    pub id: Uuid,
    pub error: FieldError,
}

impl Checker {
    /// Puts ids for the names of one row.
    pub async fn resolve(&mut self, write: &Write<'_>, object: Object, values: &Row) -> Result<Resolved> {
        let mut resolved = Resolved { values: values.clone(), ..Resolved::default() };
        let schema = object.schema();
        if let Some(manager) = resolved.values.remove("manager") {
            // Nothing of the record points to them, but they must be there.
            if let Err(error) = self.find(write, Object::User, &manager, "manager", &mut resolved).await? {
                resolved.errors.insert("manager".to_owned(), error);
            }
        }
        for field in schema.fields {
            let Some(target) = target_of(field.kind) else { continue };
            let Some(value) = resolved.values.get(field.key).cloned() else { continue };
            let value = match (field.kind, value) {
                (FieldKind::Ref(Object::Stage), value) => self.stage_of(&value, &mut resolved),
                (FieldKind::List(kind), Value::Array(items)) => {
                    let mut list = Vec::with_capacity(items.len());
                    for item in items {
                        list.push(self.entry(write, target, kind, item, field, &mut resolved).await?);
                    }
                    Value::Array(list)
                }
                (_, value) => self.one(write, target, &value, field, &mut resolved).await?,
            };
            resolved.values.insert(field.key.to_owned(), value);
        }
        Ok(resolved)
    }

    /// An entry of a list is a reference, or holds one.
    async fn entry(
        &mut self,
        write: &Write<'_>,
        target: Object,
        kind: ListKind,
        mut item: Value,
        field: &'static Field,
        out: &mut Resolved,
    ) -> Result<Value> {
        let inside = match kind {
            ListKind::Accounts => "account_id",
            ListKind::Contacts => "contact_id",
            ListKind::Lines => "product_id",
            _ => return self.one(write, target, &item, field, out).await,
        };
        let Some(reference) = item.get(inside).cloned() else { return Ok(item) };
        let id = self.one(write, target, &reference, field, out).await?;
        if let Some(item) = item.as_object_mut() {
            item.insert(inside.to_owned(), id);
        }
        Ok(item)
    }

    /// One reference. What is wrong with it is told at the field.
    async fn one(
        &mut self,
        write: &Write<'_>,
        target: Object,
        value: &Value,
        field: &'static Field,
        out: &mut Resolved,
    ) -> Result<Value> {
        let found = self.find(write, target, value, field.key, out).await?;
        if let Ok(id) = found
            && self.known(write, target).await?.is_away(id)
        {
            out.away.push(Away { field, id, error: references::not_in_use(target) });
        }
        Ok(match found {
            Ok(id) if id.is_nil() => Value::Null,
            Ok(id) => id.to_string().into(),
            Err(error) => {
                out.errors.insert(field.key.to_owned(), error);
                Value::Null
            }
        })
    }

    /// The record of a reference; the nil id for none.
    async fn find(
        &mut self,
        write: &Write<'_>,
        target: Object,
        value: &Value,
        key: &str,
        out: &mut Resolved,
    ) -> Result<std::result::Result<Uuid, FieldError>> {
        Ok(match value {
            Value::Null => Ok(Uuid::nil()),
            Value::Object(_) => match serde_json::from_value::<Named>(value.clone()) {
                Ok(named) => self.named(write, target, &named, key, out).await?,
                Err(_) => Err(FieldError::new("wrong_shape")),
            },
            value => self.by_id(write, target, value).await?,
        })
    }

    async fn by_id(
        &mut self,
        write: &Write<'_>,
        target: Object,
        value: &Value,
    ) -> Result<std::result::Result<Uuid, FieldError>> {
        let Some(id) = rows::id_of(value) else { return Ok(Err(FieldError::new("not_id"))) };
        let known = self.known(write, target).await?;
        Ok(if known.has(id) || known.is_away(id) { Ok(id) } else { Err(FieldError::new("no_such_record")) })
    }

    async fn named(
        &mut self,
        write: &Write<'_>,
        target: Object,
        named: &Named,
        key: &str,
        out: &mut Resolved,
    ) -> Result<std::result::Result<Uuid, FieldError>> {
        let folded = fold(&named.name);
        let told = |code: &str| FieldError::new(code).with("name", &named.name).with("value", &named.name);
        let own = self.own.get(&folded).filter(|_| self.is_parent(key)).map(|own| own.id);
        let is_planned = self.planned.contains_key(&(target, folded.clone()));
        let known = self.known(write, target).await?;
        match known.meaning(&named.name, named.is_new || own.is_some() || is_planned) {
            Meaning::One(id) | Meaning::Away(id) => return Ok(Ok(id)),
            Meaning::Several => return Ok(Err(told("several_names"))),
            Meaning::Near(near) => return Ok(Err(told("near_miss").with("near", near))),
            Meaning::Unknown => {}
        }
        if let Some(own) = own {
            return Ok(Ok(own));
        }
        if let Some(planned) = self.planned.get(&(target, folded.clone())) {
            out.needs.push((target, folded));
            return Ok(Ok(planned.id));
        }
        if !self.import.create_missing || !CREATED.contains(&target) {
            return Ok(Err(told("no_such_name")));
        }
        if !write.actor()?.may(target, Action::Create) {
            return Ok(Err(told("may_not_create")));
        }
        self.plan_creation(write, target, named, folded, out).await
    }

    /// Plans a record that is not there yet, checked like any other.
    fn plan_creation<'a>(
        &'a mut self,
        write: &'a Write<'_>,
        target: Object,
        named: &'a Named,
        folded: String,
        out: &'a mut Resolved,
    ) -> Resolving<'a> {
        Box::pin(async move {
            let mut with = self.resolve(write, target, &named.with).await?;
            let cannot = |errors: &FieldErrors| {
                let why = errors.values().next().map(|error| error_text(error, Locale::default())).unwrap_or_default();
                FieldError::new("cannot_create").with("name", &named.name).with("why", why)
            };
            with.errors.extend(with.away.drain(..).map(|away| (away.field.key.to_owned(), away.error)));
            if !with.errors.is_empty() {
                return Ok(Err(cannot(&with.errors)));
            }
            with.values.insert("name".into(), named.name.clone().into());
            let id = Uuid::now_v7();
            let row = match self.fresh(write, target, id, with.values).await {
                Ok(row) => row,
                Err(Error::Fields(errors)) => return Ok(Err(cannot(&errors))),
                Err(error) => return Err(error),
            };
            if let Err(error) = self.take_address(target, &row, Holder::Planned) {
                return Ok(Err(cannot(&FieldErrors::from([("email".to_owned(), error)]))));
            }
            if target == Object::User {
                self.user_teams.insert(UserId(id), rows::reference(&row, "team_id").map(TeamId));
            }
            out.needs.append(&mut with.needs);
            out.needs.push((target, folded.clone()));
            let order = self.planned.len();
            self.planned.insert((target, folded), Planned { id, row, order, is_needed: false, is_written: false });
            Ok(Ok(id))
        })
    }

    /// A stage is named within the row's pipeline, else within the plan's, else
    /// within the one where the importer begins.
    fn stage_of(&self, value: &Value, out: &mut Resolved) -> Value {
        let pipeline = out.values.get("pipeline_id").and_then(rows::id_of);
        let default = || self.defaults.get("pipeline_id").and_then(rows::id_of);
        let pipeline = pipeline.or_else(default).or(self.usual_pipeline.map(|id| id.0));
        let stages = || self.stages.iter().filter(|stage| Some(stage.pipeline_id.0) == pipeline);
        let found = match value {
            Value::Null => return Value::Null,
            Value::Object(named) => {
                let called = named.get("name").and_then(Value::as_str).unwrap_or_default();
                let key = fold(called);
                let near = || nearest(stages().map(|stage| stage.name.as_str()), called);
                stages().find(|stage| fold(&stage.name) == key).ok_or_else(|| match near() {
                    Some(near) => FieldError::new("near_miss").with("value", called).with("near", near),
                    None => FieldError::new("no_such_name").with("name", called).with("value", called),
                })
            }
            value => rows::id_of(value).and_then(|id| self.stage(id)).ok_or_else(|| FieldError::new("no_such_record")),
        };
        match found {
            Ok(stage) => {
                out.values.entry("pipeline_id").or_insert_with(|| stage.pipeline_id.to_string().into());
                stage.id.to_string().into()
            }
            Err(error) => {
                out.errors.insert("stage_id".into(), error);
                Value::Null
            }
        }
    }
}

fn nearest<'a>(names: impl Iterator<Item = &'a str>, called: &str) -> Option<String> {
    let mut words = Vocabulary::new();
    for name in names {
        words.add(name, []);
    }
    match words.find(called) {
        Match::Suggest { entry, .. } => Some(words.name(entry).to_owned()),
        _ => None,
    }
}
