//! What a command will do to the cache, before the server has said so.

use serde_json::Value;
use shared::access::Object;
use shared::fields::{Row, row_with};
use shared::opportunities::Move;
use uuid::Uuid;

/// One effect of a command on records. Applying it twice is applying it once.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    Created { object: Object, row: Row },
    Set { object: Object, ids: Vec<Uuid>, set: Row },
    Archived { object: Object, ids: Vec<Uuid>, archived: bool },
    Moved(Box<Move>),
    Deleted { object: Object, ids: Vec<Uuid> },
}

impl Expected {
    pub fn object(&self) -> Object {
        match self {
            Self::Created { object, .. }
            | Self::Set { object, .. }
            | Self::Archived { object, .. }
            | Self::Deleted { object, .. } => *object,
            Self::Moved(_) => Object::Opportunity,
        }
    }

    /// The records it touches.
    pub fn ids(&self) -> Vec<Uuid> {
        match self {
            Self::Created { row, .. } => id_of(row).into_iter().collect(),
            Self::Set { ids, .. } | Self::Archived { ids, .. } | Self::Deleted { ids, .. } => ids.clone(),
            Self::Moved(moved) => moved.ids.iter().map(|id| id.0).collect(),
        }
    }

    pub fn touches(&self, id: Uuid) -> bool {
        match self {
            Self::Created { row, .. } => id_of(row) == Some(id),
            Self::Set { ids, .. } | Self::Archived { ids, .. } | Self::Deleted { ids, .. } => ids.contains(&id),
            Self::Moved(moved) => moved.ids.iter().any(|moved| moved.0 == id),
        }
    }

    /// The record as it will be; `None` where it will be no more.
    pub fn apply(&self, id: Uuid, row: Option<Row>) -> Option<Row> {
        if !self.touches(id) {
            return row;
        }
        match self {
            Self::Created { row: created, .. } => Some(row.unwrap_or_else(|| created.clone())),
            Self::Deleted { .. } => None,
            Self::Set { set, .. } => row.map(|row| with(row, set.clone())),
            Self::Archived { archived, .. } => {
                // The server's moment follows; any will do until then.
                let at = if *archived { Value::from(1) } else { Value::Null };
                row.map(|row| with(row, row_with([("archived_at".to_owned(), at)])))
            }
            Self::Moved(moved) => row.map(|row| with(row, moved_fields(moved))),
        }
    }

    /// What takes it back, as far as the records before it tell.
    pub fn inverse(&self, before: impl Fn(Uuid) -> Option<Row>) -> Vec<Self> {
        let object = self.object();
        match self {
            Self::Created { .. } => vec![Self::Deleted { object, ids: self.ids() }],
            Self::Archived { ids, archived, .. } => {
                vec![Self::Archived { object, ids: ids.clone(), archived: !archived }]
            }
            Self::Deleted { ids, .. } => {
                ids.iter().filter_map(|id| Some(Self::Created { object, row: before(*id)? })).collect()
            }
            Self::Set { ids, set, .. } => back(object, ids, set, before),
            Self::Moved(moved) => back(object, &self.ids(), &moved_fields(moved), before),
        }
    }
}

fn back(object: Object, ids: &[Uuid], set: &Row, before: impl Fn(Uuid) -> Option<Row>) -> Vec<Expected> {
    let old = |id: &Uuid| {
        let row = before(*id)?;
        let set = row_with(set.keys().map(|key| (key.clone(), row.get(key).cloned().unwrap_or_default())));
        Some(Expected::Set { object, ids: vec![*id], set })
    };
    ids.iter().filter_map(old).collect()
}

/// What a move sets of each deal, its place aside.
pub fn moved_fields(moved: &Move) -> Row {
    let mut set = row_with([("stage_id".to_owned(), Value::from(moved.stage.to_string()))]);
    let mut and = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            set.insert(key.into(), value);
        }
    };
    and("owner_id", moved.owner_id.value());
    and("team_id", moved.team_id.value());
    and("lost_reason", moved.lost_reason.clone().map(Value::from));
    and("lost_note", moved.lost_note.clone().map(Value::from));
    set
}

fn with(mut row: Row, set: Row) -> Row {
    row.extend(set);
    row
}

pub fn id_of(row: &Row) -> Option<Uuid> {
    row.get("id")?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn row(value: Value) -> Row {
        let Value::Object(row) = value else { panic!("an object") };
        row
    }

    #[test]
    fn a_set_and_its_inverse_leave_the_record_as_it_was() {
        let id = Uuid::from_u128(7);
        let before = row(json!({ "id": id, "name": "Acme", "level": null }));
        let set =
            Expected::Set { object: Object::Account, ids: vec![id], set: row(json!({ "name": "Beta", "level": "A" })) };

        let after = set.apply(id, Some(before.clone()));
        let inverse = set.inverse(|_| Some(before.clone()));
        let restored = inverse.iter().fold(after.clone(), |row, step| step.apply(id, row));

        assert_eq!(after, Some(row(json!({ "id": id, "name": "Beta", "level": "A" }))));
        assert_eq!(restored, Some(before));
    }

    #[test]
    fn other_records_are_left_alone() {
        let other = Uuid::from_u128(8);
        let deleted = Expected::Deleted { object: Object::Account, ids: vec![Uuid::from_u128(7)] };
        assert_eq!(deleted.apply(other, Some(Row::new())), Some(Row::new()));
    }

    #[test]
    fn a_created_record_is_there_until_it_is_taken_back() {
        let id = Uuid::from_u128(7);
        let created = Expected::Created { object: Object::Account, row: row(json!({ "id": id })) };
        let there = created.apply(id, None);
        assert_eq!(there, Some(row(json!({ "id": id }))));
        assert_eq!(created.inverse(|_| None)[0].apply(id, there), None);
    }
}
