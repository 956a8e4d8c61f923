//! Which columns a table shows, in which order and how wide: from the saved
//! view, else from this device, else as the room says.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Guard, Object};
use shared::fields::{Field, FieldKind, ListKind, Schema};
use shared::views::View;

use super::listing::Shape;
use crate::ui::{Column, storage};
use crate::{store, views, words};

#[derive(Clone, Copy)]
pub struct Columns {
    shape: &'static Shape,
    pub all: RwSignal<Vec<Column>>,
    /// The fields of the columns, in order; a width changes nothing in it.
    fields: Memo<Vec<&'static Field>>,
    /// They are a saved view's: what this device remembers stays as it is.
    are_views: StoredValue<bool>,
}

/// It can be a column: what is kept for Kith alone is none.
pub fn is_listed(field: &Field) -> bool {
    let is_opaque = matches!(
        field.kind,
        FieldKind::Id | FieldKind::Rank | FieldKind::List(ListKind::Grants | ListKind::Lines | ListKind::Parts)
    );
    !is_opaque && !field.secret && field.key != "version"
}

/// The server can put rows in the order of it.
pub fn is_sortable(schema: &Schema, key: &str) -> bool {
    schema.field(key).is_some_and(|field| match field.kind {
        FieldKind::LongText { .. } | FieldKind::List(_) => false,
        FieldKind::Ref(Object::Stage) => true,
        // Others' names would show in the order what the rule hides.
        FieldKind::Ref(target) => target.schema().guard == Guard::Common,
        _ => !field.secret,
    })
}

fn width(field: &Field) -> f64 {
    match field.kind {
        _ if field.key == "name" => 260.0,
        FieldKind::List(ListKind::Points | ListKind::Accounts | ListKind::Contacts) => 220.0,
        FieldKind::LongText { .. } => 240.0,
        FieldKind::Text { .. } | FieldKind::Ref(Object::Account) | FieldKind::List(_) => 170.0,
        FieldKind::Bool | FieldKind::Currency => 100.0,
        _ => 130.0,
    }
}

/// Figures stand right.
pub fn is_figure(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Int { .. } | FieldKind::Money)
}

/// A column of this key, labelled in the reader's language. Tracked.
fn column(schema: &Schema, key: &str, wide: Option<f64>) -> Option<Column> {
    let field = schema.field(key).filter(|field| is_listed(field))?;
    let column = Column::new(field.key, words::field(schema.object, field.key), wide.unwrap_or_else(|| width(field)));
    let column = if is_figure(field) { column.figure() } else { column };
    Some(if is_sortable(schema, key) { column } else { column.unsorted() })
}

/// `name:260,industry`: a key and, where it was changed, its width.
fn parse(text: &str) -> Vec<(String, Option<f64>)> {
    let one = |part: &str| match part.split_once(':') {
        Some((key, width)) => {
            let width = width.parse().ok().filter(|width: &u16| (40..=1000).contains(width));
            (key.to_owned(), width.map(f64::from))
        }
        None => (part.to_owned(), None),
    };
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(one).collect()
}

fn print(columns: &[Column]) -> String {
    let one = |column: &Column| {
        #[expect(clippy::cast_possible_truncation, reason = "a column is at most 1000 px wide")]
        let width = column.width.round() as i64;
        format!("{}:{width}", column.id)
    };
    columns.iter().map(one).collect::<Vec<_>>().join(",")
}

impl Columns {
    pub fn new(shape: &'static Shape) -> Self {
        let all = RwSignal::new(Vec::<Column>::new());
        let schema = shape.object.schema();
        let fields = Memo::new(move |_| all.read().iter().filter_map(|column| schema.field(&column.id)).collect());
        let columns = Self { shape, all, fields, are_views: StoredValue::new(false) };
        columns.restore();
        // Labels follow the language, and this device remembers what is changed.
        Effect::new(move |before: Option<()>| {
            let labelled = columns.relabelled(&columns.all.get());
            if columns.all.with_untracked(|now| *now != labelled) {
                columns.all.set(labelled);
            } else if before.is_some() && !columns.are_views.get_value() {
                storage::write(&columns.stored_as(), &print(&labelled));
            }
        });
        columns
    }

    fn schema(self) -> &'static Schema {
        self.shape.object.schema()
    }

    fn stored_as(self) -> String {
        format!("kith.columns.{}", self.shape.object)
    }

    fn relabelled(self, columns: &[Column]) -> Vec<Column> {
        columns.iter().filter_map(|one| column(self.schema(), &one.id, Some(one.width))).collect()
    }

    /// As this device remembers, else as the room says.
    fn restore(self) {
        let stored = storage::read(&self.stored_as()).map(|text| parse(&text)).unwrap_or_default();
        let keys = if stored.is_empty() {
            self.shape.columns.iter().map(|key| ((*key).to_owned(), None)).collect()
        } else {
            stored
        };
        self.show(keys);
    }

    fn show(self, keys: Vec<(String, Option<f64>)>) {
        let mut columns: Vec<Column> =
            untrack(|| keys.iter().filter_map(|(key, width)| column(self.schema(), key, *width)).collect());
        let mut seen = Vec::new();
        columns.retain(|column| {
            !seen.contains(&column.id) && {
                seen.push(column.id.clone());
                true
            }
        });
        self.all.set(columns);
    }

    /// Those of a saved view for as long as it is open; then again one's own.
    pub fn follow(self, object: Object) {
        // A view that was only renamed leaves the columns as the reader has them.
        let keys = Memo::new(move |_| {
            let chosen = views::chosen();
            let is_shown = |view: &&Arc<View>| Some(view.id) == chosen && view.object == object.word();
            store::views().iter().find(is_shown).and_then(|view| Some((view.id, view.columns.clone()?)))
        });
        Effect::new(move || self.begin(keys.get().map(|(_, keys)| keys)));
    }

    fn begin(self, of_view: Option<String>) {
        match of_view {
            Some(keys) => {
                self.are_views.set_value(true);
                self.take(&keys);
            }
            None if self.are_views.get_value() => {
                self.restore();
                // What is shown now is what is remembered: writing it changes nothing.
                self.are_views.set_value(false);
            }
            None => {}
        }
    }

    /// Others than the room's. Tracked.
    pub fn is_chosen(self) -> bool {
        !self.all.read().iter().map(|column| column.id.as_str()).eq(self.shape.columns.iter().copied())
    }

    /// Those of a saved view; widths stay as they are.
    fn take(self, keys: &str) {
        let now = self.all.get_untracked();
        let wide = |key: &str| now.iter().find(|column| column.id == key).map(|column| column.width);
        self.show(
            parse(keys)
                .into_iter()
                .map(|(key, _)| {
                    let width = wide(&key);
                    (key, width)
                })
                .collect(),
        );
    }

    /// As the room says.
    pub fn reset(self) {
        self.show(self.shape.columns.iter().map(|key| ((*key).to_owned(), None)).collect());
    }

    /// Keys by comma, as a view keeps them. Tracked.
    pub fn keys(self) -> String {
        self.all.read().iter().map(|column| column.id.clone()).collect::<Vec<_>>().join(",")
    }

    /// The place of a column among those shown. Tracked.
    pub fn place(self, key: &str) -> Option<usize> {
        self.all.read().iter().position(|column| column.id == key)
    }

    /// Shows a column at the end, or hides it; the name stays.
    pub fn toggle(self, key: &'static str) {
        let added = untrack(|| column(self.schema(), key, None));
        self.all.update(|columns| match columns.iter().position(|column| column.id == key) {
            Some(at) if key != "name" => drop(columns.remove(at)),
            Some(_) => {}
            None => columns.extend(added),
        });
    }

    /// Moves a column by one place.
    pub fn shift(self, key: &str, by: isize) {
        self.all.update(|columns| {
            let from = columns.iter().position(|column| column.id == key);
            let to = from.and_then(|from| from.checked_add_signed(by)).filter(|to| *to < columns.len());
            if let (Some(from), Some(to)) = (from, to) {
                columns.swap(from, to);
            }
        });
    }

    /// Tracked.
    pub fn fields(self) -> Vec<&'static Field> {
        self.fields.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::accounts::Account;
    use shared::opportunities::Opportunity;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn columns_are_kept_as_keys_and_widths() {
        assert_eq!(
            parse("name:260,industry, ,level:9"),
            [("name".into(), Some(260.0)), ("industry".into(), None), ("level".into(), None)]
        );
        assert_eq!(
            print(&[Column::new("name", "Name", 260.0), Column::new("level", "Level", 80.0)]),
            "name:260,level:80"
        );
    }

    #[test]
    fn only_what_the_server_can_sort_is_offered_to_sort() {
        let sorts = |key| is_sortable(&Account::SCHEMA, key);
        assert!(sorts("name") && sorts("annual_revenue") && sorts("owner_id") && sorts("created_at"));
        assert!(!sorts("tags") && !sorts("note") && !sorts("parent_id") && !sorts("colour"));
        assert!(is_sortable(&Opportunity::SCHEMA, "stage_id") && !is_sortable(&Opportunity::SCHEMA, "account_id"));
    }

    #[test]
    fn what_kith_keeps_for_itself_is_no_column() {
        let keys: Vec<&str> =
            Opportunity::SCHEMA.fields.iter().filter(|field| is_listed(field)).map(|field| field.key).collect();
        assert!(keys.contains(&"amount") && keys.contains(&"created_at"));
        assert!(!keys.contains(&"rank") && !keys.contains(&"version") && !keys.contains(&"id"));
    }
}
