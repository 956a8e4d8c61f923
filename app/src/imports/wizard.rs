//! The state of an import on its page: the file, the plan for it, what is left
//! to ask, and what is being sent.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object};
use shared::i18n::Key;
use shared::id::{ImportId, PipelineId, StageId};
use shared::imports::*;
use shared::opportunities::LOST_REASONS;
use shared::pipelines::{Pipeline, StageKind};
use web_sys::File;

use super::names::{self, Heard};
use super::reading::{self, How, Loaded, Trouble};
use crate::i18n::text;
use crate::{id, session, spawn, store};

/// How the reading of a file stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reading {
    #[default]
    Nothing,
    /// The share that is read.
    Busy(f64),
    Failed(Trouble),
    Done,
}

/// Rows on their way to the server.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Sending {
    #[default]
    Nothing,
    Busy {
        sent: usize,
        of: usize,
    },
    Failed(String),
}

#[derive(Clone, Copy)]
pub struct Wizard {
    pub object: RwSignal<Object>,
    file: StoredValue<Option<File>, LocalStorage>,
    /// Counts files, so that what a former one leaves behind is passed over.
    turn: StoredValue<u32>,
    pub name: RwSignal<String>,
    pub how: RwSignal<How>,
    pub reading: RwSignal<Reading>,
    pub loaded: RwSignal<Option<Arc<Loaded>>>,
    pub plan: RwSignal<Plan>,
    /// What is left to ask.
    pub questions: Memo<Vec<Question>>,
    pub why: RwSignal<Vec<Option<(u32, shared::import::mapping::Why)>>>,
    /// What the server said of the names in a column.
    pub heard: RwSignal<BTreeMap<usize, Arc<Heard>>>,
    pub mode: RwSignal<ImportMode>,
    pub match_keys: RwSignal<Vec<String>>,
    pub create_missing: RwSignal<bool>,
    pub sending: RwSignal<Sending>,
    /// The import that the rows went to.
    pub id: RwSignal<Option<ImportId>>,
}

impl Wizard {
    pub fn new(object: Object) -> Self {
        let object = RwSignal::new(object);
        let loaded = RwSignal::new(None::<Arc<Loaded>>);
        let plan = RwSignal::new(Plan::default());
        let asked = move |_: Option<&Vec<Question>>| {
            let loaded = loaded.get();
            loaded.map(|loaded| questions(object.get(), &plan.read(), &loaded.columns)).unwrap_or_default()
        };
        Self {
            object,
            questions: Memo::new(asked),
            file: StoredValue::new_local(None),
            turn: StoredValue::new(0),
            name: RwSignal::new(String::new()),
            how: RwSignal::new(How::default()),
            reading: RwSignal::new(Reading::default()),
            loaded,
            plan,
            why: RwSignal::new(Vec::new()),
            heard: RwSignal::new(BTreeMap::new()),
            mode: RwSignal::new(ImportMode::default()),
            match_keys: RwSignal::new(Vec::new()),
            create_missing: RwSignal::new(true),
            sending: RwSignal::new(Sending::default()),
            id: RwSignal::new(None),
        }
    }

    /// Takes a file and reads it.
    pub fn open(self, file: File) {
        self.name.set(file.name());
        self.how.set(How::default());
        self.file.set_value(Some(file));
        self.read();
    }

    /// Reads the file anew, another way.
    pub fn read_as(self, how: How) {
        self.how.set(how);
        self.read();
    }

    fn read(self) {
        let Some(file) = self.file.get_value() else { return };
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        self.reading.set(Reading::Busy(0.0));
        self.loaded.set(None);
        let how = self.how.get_untracked();
        let is_mine = move || self.turn.try_get_value() == Some(turn);
        spawn::local(async move {
            let progress = move |share| is_mine() && self.reading.try_set(Reading::Busy(share)).is_none();
            let outcome = reading::read(&file, how, progress).await;
            if !is_mine() {
                return;
            }
            match outcome {
                Ok(loaded) => self.take(Arc::new(loaded)),
                Err(trouble) => drop(self.reading.try_set(Reading::Failed(trouble))),
            }
        });
    }

    fn take(self, loaded: Arc<Loaded>) {
        self.loaded.set(Some(loaded));
        self.suggest();
        self.reading.set(Reading::Done);
    }

    /// Begins anew for another kind of record.
    pub fn choose(self, object: Object) {
        self.object.set(object);
        self.suggest();
    }

    /// A first plan for the file.
    fn suggest(self) {
        let Some(loaded) = self.loaded.get_untracked() else { return };
        let object = self.object.get_untracked();
        let (mut plan, why) = suggest(object, &loaded.columns);
        untrack(|| prefill(object, &mut plan, &loaded));
        loaded.encoding.label().clone_into(&mut plan.encoding);
        plan.delimiter = loaded.delimiter.to_string();
        self.match_keys.set(match_key(object, &plan).into_iter().map(str::to_owned).collect());
        self.heard.set(BTreeMap::new());
        self.why.set(why);
        self.plan.set(plan);
        names::ask(self);
    }

    /// Changes where a column goes.
    pub fn send_to(self, column: usize, key: &str) {
        let object = self.object.get_untracked();
        let Some(loaded) = self.loaded.get_untracked() else { return };
        self.plan.update(|plan| {
            let Some(one) = plan.columns.get_mut(column) else { return };
            one.target = Some(key.to_owned()).filter(|key| !key.is_empty());
            one.words.clear();
            let target = one.target.as_deref().and_then(|key| target(object, key));
            if let Some(seen) = loaded.columns.get(column) {
                read_alike(one, seen, target);
            }
            untrack(|| prefill(object, plan, &loaded));
        });
        self.why.update(|why| {
            if let Some(why) = why.get_mut(column) {
                *why = None;
            }
        });
        self.heard.update(|heard| drop(heard.remove(&column)));
        names::ask(self);
    }

    pub fn column(self, column: usize, change: impl FnOnce(&mut ColumnPlan)) {
        self.plan.update(|plan| {
            if let Some(column) = plan.columns.get_mut(column) {
                change(column);
            }
        });
    }

    /// Says what a cell means.
    pub fn answer(self, column: usize, cell: &str, meaning: &str) {
        let key = shared::text::fold(cell);
        self.column(column, |column| drop(column.words.insert(key, meaning.to_owned())));
    }

    /// Takes an answer back: the cell is asked about again.
    pub fn ask_again(self, column: usize, cell: &str) {
        let key = shared::text::fold(cell);
        self.column(column, |column| drop(column.words.remove(&key)));
    }

    pub fn set_default(self, target: &str, value: &str) {
        self.plan.update(|plan| {
            if value.trim().is_empty() {
                plan.defaults.remove(target);
            } else {
                plan.defaults.insert(target.to_owned(), value.to_owned());
            }
            // The file's own pipeline counts in the file's currency.
            if let Some(new) = plan.new_pipeline.as_mut().filter(|_| target == "currency" && !value.is_empty()) {
                value.clone_into(&mut new.currency);
            }
        });
    }

    pub fn set_template(self, target: &str, value: &str) {
        self.plan.update(|plan| {
            if value.trim().is_empty() {
                plan.templates.remove(target);
            } else {
                plan.templates.insert(target.to_owned(), value.to_owned());
            }
        });
    }

    /// The import as the server is to know it.
    pub fn import(self, id: ImportId) -> Import {
        Import {
            id,
            name: self.name.get_untracked(),
            object: self.object.get_untracked().word().into(),
            mode: self.mode.get_untracked(),
            match_keys: self.match_keys.get_untracked().join(","),
            create_missing: self.create_missing.get_untracked(),
            plan: Some(self.plan.read_untracked().text()),
            ..Import::default()
        }
    }
}

/// What suggests itself where the file is silent.
fn prefill(object: Object, plan: &mut Plan, loaded: &Loaded) {
    let default = |plan: &mut Plan, key: &str, value: String| {
        if !value.is_empty() && plan.column(key).is_none() {
            plan.defaults.entry(key.to_owned()).or_insert(value);
        }
    };
    if object.schema().field("currency").is_some() {
        default(plan, "currency", session::currency());
    }
    match object {
        Object::User => {
            default(plan, "roles", role("sales_rep"));
            if plan.column("manager").is_some() {
                default(plan, MANAGER_ROLES, role("sales_lead"));
            }
            if plan.column("email").is_none() {
                plan.templates.entry("email".into()).or_insert_with(|| "{first}.{last}@".into());
            }
        }
        Object::Opportunity => {
            bring_stages(plan, loaded);
            let has_lost = plan
                .new_pipeline
                .as_ref()
                .is_some_and(|new| new.stages.iter().any(|stage| stage.kind == StageKind::Lost));
            if has_lost && plan.column("lost_reason").is_none() {
                default(plan, "lost_reason", LOST_REASONS.last().copied().unwrap_or_default().to_owned());
                default(plan, "lost_note", text(Key::ImportLostNote).to_owned());
            }
        }
        _ => {}
    }
}

fn role(code: &str) -> String {
    store::roles()
        .iter()
        .find(|role| role.code.as_deref() == Some(code))
        .map(|role| role.id.to_string())
        .unwrap_or_default()
}

/// The pipeline that knows the file's stages; if none does, they are offered as
/// a pipeline of their own, to those who may create one.
fn bring_stages(plan: &mut Plan, loaded: &Loaded) {
    let stages = plan.stages_of(&loaded.columns);
    if stages.is_empty() || plan.pipeline.is_some() || plan.new_pipeline.is_some() {
        return;
    }
    let pipelines = store::pipelines();
    let names = |pipeline: &Arc<Pipeline>| -> Vec<String> {
        store::stages(pipeline.id).iter().map(|stage| stage.name.clone()).collect()
    };
    let known: Vec<Vec<String>> = pipelines.iter().map(names).collect();
    match home_of(&stages, &known) {
        Some(at) => plan.pipeline = Some(pipelines[at].id),
        None if may_create_pipeline() => plan.new_pipeline = Some(new_pipeline(stages, plan)),
        None => plan.pipeline = store::pipeline(None).map(|pipeline| pipeline.id),
    }
}

/// Tracked.
pub fn may_create_pipeline() -> bool {
    session::can(Object::Pipeline, Action::Create) && session::can(Object::Stage, Action::Create)
}

/// A pipeline of these stages, with ids of its own.
pub fn new_pipeline(stages: Vec<NewStage>, plan: &Plan) -> NewPipeline {
    let currency = plan.defaults.get("currency").cloned().unwrap_or_else(session::currency);
    let stages = stages.into_iter().map(|stage| NewStage { id: StageId(id::new()), ..stage }).collect();
    NewPipeline { id: PipelineId(id::new()), name: text(Key::ImportPipelineName).to_owned(), currency, stages }
}

/// A new import's id.
pub fn new_id() -> ImportId {
    ImportId(id::new())
}
