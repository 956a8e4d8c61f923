//! What the probe finds out.

use serde::Deserialize;
use shared::time::{Date, Instant};
use uuid::Uuid;

use super::*;

#[derive(Deserialize)]
#[expect(dead_code, reason = "only its shape is read")]
struct Visit {
    id: Uuid,
    on: Option<Date>,
    #[serde(default)]
    guests: Vec<Guest>,
    at: Instant,
    notes: Value,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only its shape is read")]
struct Guest {
    kind: Kind,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Person,
    Organisation,
}

#[test]
fn a_type_tells_its_fields_and_which_it_misses() {
    let mut components = Components::new();

    let schema = schema_of::<Visit>(&mut components);

    assert!(matches!(Kind::deserialize(json!("organisation")), Ok(Kind::Organisation)));
    assert!(matches!(Kind::deserialize(json!("person")), Ok(Kind::Person)));
    assert_eq!(schema, json!({ "$ref": "#/components/schemas/Visit" }));
    assert_eq!(
        components["Visit"],
        json!({
            "type": "object",
            "properties": {
                "id": { "type": "string", "format": "uuid" },
                "on": { "type": ["string", "null"], "format": "date" },
                "guests": { "type": "array", "items": { "$ref": "#/components/schemas/Guest" } },
                "at": { "type": "integer", "format": "int64" },
                "notes": {},
            },
            "required": ["id", "at", "notes"],
        })
    );
    assert_eq!(
        components["Guest"],
        json!({
            "type": "object",
            "properties": {
                "kind": { "type": "string", "enum": ["person", "organisation"] },
                "name": { "type": ["string", "null"] },
            },
            "required": ["kind"],
        })
    );
}
