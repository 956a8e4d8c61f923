//! What the columns of a file look like, and what that leaves to ask.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::convert::{vocabulary, words_of};
use super::plan::MANAGER_ROLES;
use super::{ColumnPlan, Holds, Part, Plan, Target, label, stages_from, target, targets};
use crate::access::Object;
use crate::i18n::{Key, Locale};
use crate::import::choices::Match;
use crate::import::dates::{self, DateAnalysis, DateForm};
use crate::import::mapping::{self, Suggestion, Why};
use crate::import::numbers::{self, MarkAnalysis};
use crate::text::{fold, not_blank};

/// As many different cells of a column are kept.
const KEPT: usize = 5_000;
const SAMPLES: usize = 40;

/// A column as it is read, cell by cell.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub header: String,
    pub filled: usize,
    pub blank: usize,
    /// Different cells in the order of their first appearance, and how often each stands.
    cells: Vec<(String, usize)>,
    places: HashMap<String, usize>,
    dates: OnceLock<DateAnalysis>,
    marks: OnceLock<MarkAnalysis>,
}

impl Column {
    pub fn new(header: &str) -> Self {
        Self { header: header.trim().to_owned(), ..Self::default() }
    }

    pub fn add(&mut self, cell: &str) {
        if !not_blank(cell) {
            self.blank += 1;
            return;
        }
        self.filled += 1;
        if let Some(at) = self.places.get(cell) {
            self.cells[*at].1 += 1;
        } else if self.cells.len() < KEPT {
            self.places.insert(cell.to_owned(), self.cells.len());
            self.cells.push((cell.to_owned(), 1));
        }
    }

    /// The different cells, the first ones first.
    pub fn different(&self) -> impl Iterator<Item = (&str, usize)> {
        self.cells.iter().map(|(cell, rows)| (cell.as_str(), *rows))
    }

    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|(cell, _)| cell.as_str())
    }

    /// How its dates are written; found out once.
    pub fn dates(&self) -> &DateAnalysis {
        self.dates.get_or_init(|| dates::analyse(self.texts()))
    }

    /// How its numbers are written; found out once.
    pub fn marks(&self) -> &MarkAnalysis {
        self.marks.get_or_init(|| numbers::analyse(self.texts()))
    }

    /// Whether it holds more different cells than are kept.
    pub fn is_cut(&self) -> bool {
        self.cells.len() >= KEPT
    }
}

/// What the file does not say by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Day first or month first?
    Date { column: usize, forms: Vec<DateForm>, samples: Vec<String> },
    /// Is `1.234` one or a thousand?
    Mark { column: usize, samples: Vec<String> },
    /// A cell that is none of the field's words, perhaps nearly one.
    Word { column: usize, cell: String, rows: usize, near: Option<&'static str> },
    /// A field that nothing fills.
    Missing { target: &'static str },
}

/// A first plan for a file, and why each column went where.
pub fn suggest(object: Object, columns: &[Column]) -> (Plan, Vec<Option<(u32, Why)>>) {
    let all = targets(object);
    let names: Vec<(String, String)> =
        all.iter().map(|target| (label(object, target, Locale::ZhCn), label(object, target, Locale::En))).collect();
    let known: Vec<mapping::Target> = all
        .iter()
        .zip(&names)
        .map(|(target, (zh, en))| mapping::Target {
            key: target.key,
            kind: target.holds.kind(),
            zh,
            en,
            aliases: target.aliases,
        })
        .collect();
    let samples: Vec<Vec<&str>> = columns.iter().map(|column| column.texts().take(SAMPLES).collect()).collect();
    let given: Vec<mapping::Column> = columns
        .iter()
        .zip(&samples)
        .map(|(column, samples)| mapping::Column { header: &column.header, samples })
        // What says nothing goes nowhere.
        .map(|column| if is_ours(column.header) { mapping::Column { header: "", samples: &[] } } else { column })
        .collect();
    let found = mapping::suggest(&given, &known);
    let plan_of = |(column, found): (&Column, &Option<Suggestion>)| {
        let target = found.map(|found| (all[found.target], found.why)).filter(|(target, why)| {
            // Neither another system's numbers nor an owner's id are the record's id.
            target.holds != Holds::Id || (*why != Why::Similar && column.texts().all(is_id))
        });
        let target = target.map(|(target, _)| target);
        let mut plan = ColumnPlan {
            header: column.header.clone(),
            target: target.map(|target| target.key.to_owned()),
            ..ColumnPlan::default()
        };
        read_alike(&mut plan, column, target);
        plan
    };
    let mut plan = Plan { columns: columns.iter().zip(&found).map(plan_of).collect(), ..Plan::default() };
    put_together(object, &mut plan);
    let reason = |(found, column): (&Option<Suggestion>, &ColumnPlan)| {
        found.filter(|_| column.target.is_some()).map(|found| (found.score, found.why))
    };
    let why = found.iter().zip(&plan.columns).map(reason).collect();
    (plan, why)
}

/// What Kith itself has written beside the rows that it refused.
fn is_ours(header: &str) -> bool {
    let ours = |key: Key| Locale::ALL.iter().any(|locale| key.text(*locale) == header);
    ours(Key::ImportLine) || ours(Key::ImportReason)
}

fn is_id(cell: &str) -> bool {
    uuid::Uuid::parse_str(cell.trim()).is_ok()
}

/// How the cells of a column are written, as far as they say it.
pub fn read_alike(plan: &mut ColumnPlan, column: &Column, target: Option<Target>) {
    plan.date = None;
    match target.map(|target| target.holds) {
        Some(Holds::Date) => {
            if let DateAnalysis::Known(form) = *column.dates() {
                plan.date = Some(form);
            }
        }
        Some(Holds::Int | Holds::Money | Holds::Each(Part::Price | Part::Quantity)) => {
            if let MarkAnalysis::Known(mark) = *column.marks() {
                plan.mark = mark;
            }
        }
        _ => {}
    }
}

/// A deal without a name of its own is called by its product and account.
fn put_together(object: Object, plan: &mut Plan) {
    if object != Object::Opportunity || plan.fills("name") {
        return;
    }
    let header = |target: &str| plan.column(target).map(|column| format!("{{{}}}", column.header));
    let parts: Vec<String> = ["lines", "account_id", "external_no"].into_iter().filter_map(header).take(2).collect();
    if !parts.is_empty() {
        plan.templates.insert("name".into(), parts.join(" · "));
    }
}

/// What is left to ask before the rows can be sent.
pub fn questions(object: Object, plan: &Plan, columns: &[Column]) -> Vec<Question> {
    let mut open = Vec::new();
    for (at, (column, seen)) in plan.columns.iter().zip(columns).enumerate() {
        let Some(target) = column.target.as_deref().and_then(|key| target(object, key)) else { continue };
        match target.holds {
            Holds::Date if column.date.is_none() => open.extend(date_question(at, seen)),
            Holds::Int | Holds::Money | Holds::Each(Part::Price | Part::Quantity) => {
                open.extend(mark_question(at, column, seen));
            }
            Holds::Word(_) | Holds::Each(Part::DealRole) => word_questions(at, column, &target, seen, &mut open),
            _ => {}
        }
    }
    let fills = |target: &Target| {
        let by_itself = matches!(target.key, "currency" | "kind" | "lifecycle" | "pipeline_id");
        by_itself
            || plan.fills(target.key)
            || (target.key == "stage_id" && plan.pipeline.is_some() && plan.defaults.contains_key("stage_id"))
    };
    let lacking =
        targets(object).into_iter().filter(|target| target.required && target.key != MANAGER_ROLES && !fills(target));
    open.extend(lacking.map(|target| Question::Missing { target: target.key }));
    open
}

fn date_question(column: usize, seen: &Column) -> Option<Question> {
    match seen.dates().clone() {
        DateAnalysis::Ambiguous { forms, samples } => Some(Question::Date { column, forms, samples }),
        DateAnalysis::Known(_) | DateAnalysis::NoDates => None,
    }
}

fn mark_question(column: usize, plan: &ColumnPlan, seen: &Column) -> Option<Question> {
    match seen.marks().clone() {
        MarkAnalysis::Ambiguous { samples } if !plan.is_mark_chosen => Some(Question::Mark { column, samples }),
        _ => None,
    }
}

fn word_questions(at: usize, plan: &ColumnPlan, target: &Target, seen: &Column, open: &mut Vec<Question>) {
    let Some(words) = target.holds.words() else { return };
    let vocabulary = vocabulary(words_of(target), words);
    for (cell, rows) in seen.different() {
        if plan.words.contains_key(&fold(cell)) {
            continue;
        }
        let near = match vocabulary.find(cell) {
            Match::Exact(_) | Match::Alias(_) => continue,
            Match::Suggest { entry, .. } => Some(words[entry]),
            Match::Several(_) | Match::Unknown => None,
        };
        open.push(Question::Word { column: at, cell: cell.to_owned(), rows, near });
    }
}

impl Plan {
    /// Offers the stages that the file names, as a pipeline of their own.
    pub fn stages_of(&self, columns: &[Column]) -> Vec<super::NewStage> {
        let at = self.columns.iter().position(|column| column.target.as_deref() == Some("stage_id"));
        let cells = at.and_then(|at| columns.get(at)).into_iter().flat_map(Column::texts);
        stages_from(cells)
    }
}

#[cfg(test)]
mod tests;
