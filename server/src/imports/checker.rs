//! What the check of rows stands on: loaded once, kept from chunk to chunk.

use std::collections::HashMap;

use sea_orm::sea_query::Condition;
use serde_json::Value;
use shared::access::{Action, Object};
use shared::api::FieldErrors;
use shared::fields::{Field, Row, Schema};
use shared::id::{PipelineId, StageId, TeamId, UserId};
use shared::imports::{Converter, Import, Plan};
use shared::pipelines::{Pipeline, Stage};
use shared::products::Product;
use shared::users::User;
use uuid::Uuid;

use super::names::Known;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::rows;

/// Checks the rows of one import.
pub struct Checker {
    pub import: Import,
    pub object: Object,
    pub schema: &'static Schema,
    pub plan: Plan,
    /// What new records get where their row is silent.
    pub defaults: Row,
    /// What is wrong with the defaults, and so with every new record.
    pub default_errors: FieldErrors,
    pub keys: Vec<&'static Field>,
    pub known: HashMap<Object, Known>,
    /// Rows of this file that will be records, by name.
    pub own: HashMap<String, Own>,
    pub planned: HashMap<(Object, String), Planned>,
    pub user_teams: HashMap<UserId, Option<TeamId>>,
    /// Addresses that are taken: by a person, or by a line of the file.
    pub addresses: HashMap<String, Holder>,
    pub pipelines: Vec<Pipeline>,
    /// Where somebody of the importer's team begins.
    pub usual_pipeline: Option<PipelineId>,
    pub stages: Vec<Stage>,
    /// The stages of the chunk's deals, read anew for each: nobody puts them away meanwhile.
    pub held: HashMap<StageId, Stage>,
    pub products: HashMap<Uuid, Product>,
    /// Where the cards of a stage are put: below this.
    pub ranks: HashMap<Uuid, Option<String>>,
}

/// A row of this file under its name.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    pub line: i64,
    pub id: Uuid,
}

/// A record that is created because rows name it.
#[derive(Clone, Debug)]
pub struct Planned {
    pub id: Uuid,
    pub row: Row,
    /// Teams come before the people in them.
    pub order: usize,
    pub is_needed: bool,
    pub is_written: bool,
}

/// Who uses an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    Person(Uuid),
    Line(i64),
    Planned,
}

impl Checker {
    pub async fn load(write: &Write<'_>, import: Import) -> Result<Self> {
        let object = import.target().ok_or_else(|| Error::field("object", "not_offered"))?;
        let plan = Plan::of(&import).map_err(|_| Error::field("plan", "wrong_shape"))?;
        let (mut defaults, default_errors) = Converter::new(object, &plan, &write.app().settings.currency).defaults();
        let schema = object.schema();
        let keys = import.keys().filter_map(|key| schema.field(key)).collect();
        if let Some(pipeline) = plan.pipeline().filter(|_| object == Object::Opportunity) {
            defaults.entry("pipeline_id").or_insert_with(|| pipeline.to_string().into());
        }
        let mut checker = Self {
            import,
            object,
            schema,
            plan,
            defaults,
            default_errors,
            keys,
            known: HashMap::new(),
            own: HashMap::new(),
            planned: HashMap::new(),
            user_teams: HashMap::new(),
            addresses: HashMap::new(),
            pipelines: Vec::new(),
            usual_pipeline: None,
            stages: Vec::new(),
            held: HashMap::new(),
            products: HashMap::new(),
            ranks: HashMap::new(),
        };
        checker.load_people(write).await?;
        if object == Object::Opportunity {
            checker.load_sales(write).await?;
        }
        Ok(checker)
    }

    async fn load_people(&mut self, write: &Write<'_>) -> Result<()> {
        for row in all::<User>(write, Condition::all()).await? {
            self.user_teams.insert(row.id, row.team_id);
            self.addresses.insert(row.email.to_lowercase(), Holder::Person(row.id.0));
        }
        Ok(())
    }

    async fn load_sales(&mut self, write: &Write<'_>) -> Result<()> {
        let visible = |object: Object| write.scope(object, Action::Read);
        self.pipelines = all(write, visible(Object::Pipeline)).await?;
        self.stages = all(write, visible(Object::Stage)).await?;
        self.pipelines.retain(|pipeline| pipeline.archived_at.is_none());
        self.stages.retain(|stage| stage.archived_at.is_none());
        let team = write.actor.and_then(|actor| actor.team_id);
        self.usual_pipeline =
            self.pipelines.iter().min_by_key(|pipeline| pipeline.preference(team)).map(|pipeline| pipeline.id);
        if let Some(new) = &self.plan.new_pipeline
            && !self.pipelines.iter().any(|pipeline| pipeline.id == new.id)
        {
            self.pipelines.push(new.pipeline());
            self.stages.extend(new.stages());
        }
        self.stages.sort_by_key(|stage| stage.position);
        self.products = all::<Product>(write, visible(Object::Product))
            .await?
            .into_iter()
            .map(|product| (product.id.0, product))
            .collect();
        Ok(())
    }

    /// The records of a kind by name, loaded when first asked for.
    pub async fn known(&mut self, write: &Write<'_>, object: Object) -> Result<&mut Known> {
        use std::collections::hash_map::Entry;
        match self.known.entry(object) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(free) => {
                let known =
                    Known::load(write.db(), object, write.scope(object, Action::Read), Condition::all()).await?;
                Ok(free.insert(known))
            }
        }
    }

    /// The id of the record that a line becomes. The same line always becomes
    /// the same record, so nothing has to be kept to go on after a break.
    pub fn id_of(&self, line: i64) -> Uuid {
        super::chain::record_id(&self.import, line)
    }

    pub fn is_parent(&self, key: &str) -> bool {
        self.object == Object::Account && key == "parent_id"
    }

    pub fn stage(&self, id: Uuid) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id.0 == id)
    }
}

async fn all<R: shared::fields::Record>(write: &Write<'_>, scope: Condition) -> Result<Vec<R>> {
    let schema = R::OBJECT.schema();
    let select = rows::select(schema).cond_where(scope).take();
    rows::all(write.db(), schema, &select).await?.iter().map(rows::typed).collect()
}

/// The text of a value, for comparing keys.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
