//! What a form holds before it is sent: values as they travel, and what is
//! wrong with them, field by field.

use leptos::prelude::*;
use serde_json::Value;
use shared::access::Object;
use shared::api::{ApiError, FieldError, FieldErrors};
use shared::fields::{Field, Row, Schema, check_required, check_row};

use crate::words;

/// Whether a draft is a whole record, which must have every required field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    Yes,
    No,
}

#[derive(Clone, Copy)]
pub struct Draft {
    pub object: Object,
    row: RwSignal<Row>,
    errors: RwSignal<FieldErrors>,
    /// A refusal that is about no field.
    refused: RwSignal<Option<ApiError>>,
}

impl Draft {
    pub fn new(object: Object, row: Row) -> Self {
        Self {
            object,
            row: RwSignal::new(row),
            errors: RwSignal::new(FieldErrors::new()),
            refused: RwSignal::new(None),
        }
    }

    /// For a new record: what a type fills by itself, without what Kith sets.
    pub fn of(object: Object, mut row: Row) -> Self {
        let schema = object.schema();
        row.retain(|key, value| !value.is_null() && schema.field(key).is_some_and(|field| !field.read_only));
        Self::new(object, row)
    }

    pub fn schema(self) -> &'static Schema {
        self.object.schema()
    }

    pub fn field(self, key: &str) -> Option<&'static Field> {
        self.schema().field(key)
    }

    /// Tracked.
    pub fn get(self, key: &str) -> Value {
        self.row.read().get(key).cloned().unwrap_or_default()
    }

    /// A text, empty where there is none. Tracked.
    pub fn text(self, key: &str) -> String {
        self.row.read().get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Takes a value; what was wrong with the old one is no longer said.
    pub fn set(self, key: &str, value: impl Into<Value>) {
        let value = value.into();
        let is_same = self.row.with_untracked(|row| row.get(key).unwrap_or(&Value::Null) == &value);
        if is_same {
            return;
        }
        self.row.update(|row| drop(row.insert(key.to_owned(), value)));
        let has_error = self.errors.with_untracked(|errors| errors.keys().any(|path| is_of(path, key)));
        if has_error {
            self.errors.update(|errors| errors.retain(|path, _| !is_of(path, key)));
        }
    }

    /// All values as they are. Untracked.
    pub fn row(self) -> Row {
        self.row.get_untracked()
    }

    /// What is wrong with a field, in a sentence. Tracked.
    pub fn error(self, key: &str) -> Option<String> {
        self.errors.read().get(key).map(words::field_error)
    }

    /// As `error`, for what lies inside a list: `points.1`. Tracked.
    pub fn error_at(self, key: &str, at: usize) -> Option<String> {
        let path = format!("{key}.{at}");
        self.errors.read().iter().find(|(known, _)| is_of(known, &path)).map(|(_, error)| words::field_error(error))
    }

    pub fn fail(self, key: &str, error: FieldError) {
        self.errors.update(|errors| drop(errors.insert(key.to_owned(), error)));
    }

    /// Checks as the server will; what is wrong stands at the fields then.
    #[expect(clippy::result_unit_err, reason = "what is wrong stands at the fields")]
    pub fn check(self, whole: Whole) -> Result<Row, ()> {
        let mut row = self.row();
        let mut errors = check_row(self.schema(), &mut row).err().unwrap_or_default();
        if whole == Whole::Yes {
            errors.extend(check_required(self.schema(), &row).err().unwrap_or_default());
        }
        let is_right = errors.is_empty();
        self.errors.set(errors);
        self.refused.set(None);
        is_right.then_some(row).ok_or(())
    }

    /// Puts what the server found wrong at its fields.
    pub fn refuse(self, error: &ApiError) {
        let _ = self.errors.try_set(error.fields.clone());
        let _ = self.refused.try_set(error.fields.is_empty().then(|| error.clone()));
    }

    /// What is wrong with the whole, or with a field that the reader does not
    /// see here. Tracked.
    pub fn stray(self) -> Option<String> {
        let hidden = self
            .errors
            .read()
            .iter()
            .find(|(key, _)| self.field(key.split('.').next().unwrap_or_default()).is_none())
            .map(|(_, error)| words::field_error(error));
        hidden.or_else(|| self.refused.read().as_ref().map(words::error))
    }
}

/// `points` and what lies in it, `points.0`.
fn is_of(path: &str, key: &str) -> bool {
    path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn an_error_goes_when_its_field_is_changed() {
        let owner = Owner::new();
        owner.set();
        let draft = Draft::new(Object::Account, Row::new());
        draft.set("employees", "many");
        assert!(draft.check(Whole::Yes).is_err());
        assert!(draft.error("employees").is_some() && draft.error("name").is_some());
        draft.set("employees", 12);
        assert!(draft.error("employees").is_none() && draft.error("name").is_some());
    }

    #[test]
    fn what_kith_sets_itself_stays_out_of_a_form() {
        let owner = Owner::new();
        owner.set();
        let known = shared::fields::row_of(&shared::tickets::Queue { name: "一线".into(), ..Default::default() });
        assert!(Draft::of(Object::Queue, known.clone()).check(Whole::Yes).is_ok());
        assert!(Draft::new(Object::Queue, known).check(Whole::Yes).is_err(), "nobody says when it was made");
    }

    #[test]
    fn a_path_into_a_list_belongs_to_its_field() {
        assert!(is_of("points.0", "points") && is_of("points", "points"));
        assert!(!is_of("points_more", "points"));
    }
}
