//! Records by their names, as far as the importer may read them.

use std::collections::{HashMap, HashSet};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, ExprTrait as _, Query};
use shared::access::{Action, Object};
use shared::api::{FieldError, FieldErrors};
use shared::import::choices::{Match, Vocabulary};
use shared::imports::{MAX_NAMES, NameFound, NamesAsked};
use shared::text::fold;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::ground::references;
use crate::ground::rows::column;
use crate::http::Ctx;

/// Among more names than this nobody looks for similar ones: it would take
/// longer than reading the file.
const MOST_FOR_SIMILAR: usize = 20_000;

/// The records of one kind.
#[derive(Default)]
pub struct Known {
    by_name: HashMap<String, Vec<Uuid>>,
    ids: HashSet<Uuid>,
    /// Archived, or disabled: what led to them before may stay so.
    away: HashSet<Uuid>,
    away_by_name: HashMap<String, Vec<Uuid>>,
    names: Vec<String>,
    similar: Option<Vocabulary>,
    asked: HashMap<String, Option<String>>,
}

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    One(Uuid),
    /// One that is not in use any more, and nobody who is.
    Away(Uuid),
    Several,
    Near(String),
    Unknown,
}

impl Known {
    pub async fn load(db: &impl ConnectionTrait, object: Object, scope: Condition, only: Condition) -> Result<Self> {
        let schema = object.schema();
        let select = Query::select()
            .from(name(schema.table))
            .expr(column(schema, "id"))
            .expr(column(schema, "name"))
            .expr(references::in_use(schema))
            .cond_where(scope)
            .cond_where(only)
            .take();
        let mut known = Self::default();
        for found in db.query_all(&select).await? {
            let (id, called) = (found.try_get_by_index(0)?, found.try_get_by_index::<String>(1)?);
            if found.try_get_by_index::<i64>(2)? == 1 {
                known.add(id, &called);
            } else {
                known.away.insert(id);
                known.away_by_name.entry(fold(&called)).or_default().push(id);
            }
        }
        Ok(known)
    }

    pub fn add(&mut self, id: Uuid, called: &str) {
        if self.ids.insert(id) {
            self.by_name.entry(fold(called)).or_default().push(id);
            self.names.push(called.to_owned());
        }
    }

    pub fn has(&self, id: Uuid) -> bool {
        self.ids.contains(&id)
    }

    pub fn is_away(&self, id: Uuid) -> bool {
        self.away.contains(&id)
    }

    /// More than one is called so.
    pub fn is_shared(&self, called: &str) -> bool {
        self.by_name.get(&fold(called)).is_some_and(|ids| ids.len() > 1)
    }

    /// Similar names count only as long as nobody said that this one is new.
    pub fn meaning(&mut self, called: &str, is_new: bool) -> Meaning {
        let key = fold(called);
        match self.by_name.get(&key).map(Vec::as_slice) {
            Some([one]) => return Meaning::One(*one),
            Some(_) => return Meaning::Several,
            None => {}
        }
        match self.away_by_name.get(&key).map(Vec::as_slice) {
            Some([one]) if !is_new => return Meaning::Away(*one),
            _ if is_new => return Meaning::Unknown,
            _ => {}
        }
        if let Some(near) = self.asked.get(&key) {
            return near.clone().map_or(Meaning::Unknown, Meaning::Near);
        }
        let near = self.nearest(called);
        self.asked.insert(key, near.clone());
        near.map_or(Meaning::Unknown, Meaning::Near)
    }

    fn nearest(&mut self, called: &str) -> Option<String> {
        if self.names.len() > MOST_FOR_SIMILAR {
            return None;
        }
        let vocabulary = self.similar.get_or_insert_with(|| {
            let mut vocabulary = Vocabulary::new();
            for name in &self.names {
                vocabulary.add(name, []);
            }
            vocabulary
        });
        match vocabulary.find(called) {
            Match::Suggest { entry, .. } => Some(vocabulary.name(entry).to_owned()),
            _ => None,
        }
    }
}

/// Which records the names of a file's column mean.
pub async fn find(ctx: &Ctx, asked: NamesAsked) -> Result<Vec<NameFound>> {
    if asked.names.len() > MAX_NAMES {
        return Err(
            FieldErrors::from([("names".to_owned(), FieldError::new("too_many").with("max", MAX_NAMES))]).into()
        );
    }
    if asked.object.schema().field("name").is_none() {
        return Err(Error::field("object", "not_offered"));
    }
    let only = match (asked.object, asked.pipeline) {
        (Object::Stage, Some(pipeline)) => {
            Condition::all().add(column(asked.object.schema(), "pipeline_id").eq(pipeline.0))
        }
        _ => Condition::all(),
    };
    let scope = ctx.scope(asked.object, Action::Read)?;
    let mut known = Known::load(&ctx.app.db.read, asked.object, scope, only).await?;
    let told = |name: &String| match known.meaning(name, false) {
        Meaning::One(id) | Meaning::Away(id) => NameFound { id: Some(id), ..NameFound::default() },
        Meaning::Several => NameFound { several: true, ..NameFound::default() },
        Meaning::Near(near) => NameFound { near: Some(near), ..NameFound::default() },
        Meaning::Unknown => NameFound::default(),
    };
    Ok(asked.names.iter().map(told).collect())
}
