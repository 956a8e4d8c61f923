//! What a type looks like on the wire, found out by letting it read a made-up value.
//!
//! serde tells each type's fields while it deserializes; the probe notes them
//! as JSON Schema and answers with the simplest value that is accepted.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, Expected, Visitor};
use serde_json::{Value, json};

mod parts;

use parts::{Choice, Fields, Items};

/// Named types by their name.
pub type Components = BTreeMap<String, Value>;

/// They wrap another type, and so differ under one name.
const WRAPPERS: [&str; 3] = ["Page", "Done", "New"];

/// Deeper than any type of ours; one that holds itself ends here.
const DEEPEST: usize = 16;

/// The schema of a type; the types it names are added to `components`.
pub fn schema_of<T: DeserializeOwned>(components: &mut Components) -> Value {
    let notes = Notes::default();
    let mut schema = json!({});
    // A type that refuses the made-up value is described as far as it was read.
    let _ = T::deserialize(Probe { notes: &notes, out: &mut schema, depth: 0 });
    let seen = notes.seen.take();
    let mut named = notes.named.take();
    for (owner, field) in seen {
        let notes = Notes { omitted: Some((owner, field)), ..Notes::default() };
        let read = T::deserialize(Probe { notes: &notes, out: &mut json!({}), depth: 0 });
        if read.is_err_and(|fault| fault.missing == Some(field)) {
            require(named.get_mut(owner).unwrap_or(&mut schema), field);
        }
    }
    components.append(&mut named);
    schema
}

fn require(schema: &mut Value, field: &str) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let required = schema.entry("required").or_insert_with(|| json!([]));
    if let Some(required) = required.as_array_mut().filter(|required| !required.contains(&json!(field))) {
        required.push(json!(field));
    }
}

#[derive(Default)]
struct Notes {
    named: RefCell<Components>,
    seen: RefCell<Vec<(&'static str, &'static str)>>,
    /// A field of a type that is left out, to see whether it is missed.
    omitted: Option<(&'static str, &'static str)>,
}

#[derive(Debug)]
struct Fault {
    missing: Option<&'static str>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the made-up value was refused")
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self { missing: None }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { missing: Some(field) }
    }
}

struct Probe<'a> {
    notes: &'a Notes,
    out: &'a mut Value,
    depth: usize,
}

impl<'a> Probe<'a> {
    fn below<'b>(&self, out: &'b mut Value) -> Probe<'b>
    where
        'a: 'b,
    {
        Probe { notes: self.notes, out, depth: self.depth + 1 }
    }
}

macro_rules! plain {
    ($($method:ident => $visit:ident($($value:expr)?), $schema:tt;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            *self.out = json!($schema);
            visitor.$visit($($value)?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Fault;

    plain! {
        deserialize_any => visit_unit(), {};
        deserialize_bool => visit_bool(false), { "type": "boolean" };
        deserialize_i8 => visit_i8(0), { "type": "integer" };
        deserialize_i16 => visit_i16(0), { "type": "integer" };
        deserialize_i32 => visit_i32(0), { "type": "integer" };
        deserialize_i64 => visit_i64(0), { "type": "integer", "format": "int64" };
        deserialize_u8 => visit_u8(0), { "type": "integer", "minimum": 0 };
        deserialize_u16 => visit_u16(0), { "type": "integer", "minimum": 0 };
        deserialize_u32 => visit_u32(0), { "type": "integer", "minimum": 0 };
        deserialize_u64 => visit_u64(0), { "type": "integer", "minimum": 0 };
        deserialize_f32 => visit_f32(0.0), { "type": "number" };
        deserialize_f64 => visit_f64(0.0), { "type": "number" };
        deserialize_char => visit_char('a'), { "type": "string" };
        deserialize_bytes => visit_bytes(&[]), { "type": "string" };
        deserialize_byte_buf => visit_bytes(&[]), { "type": "string" };
        deserialize_unit => visit_unit(), { "type": "null" };
        deserialize_identifier => visit_str(""), { "type": "string" };
        deserialize_ignored_any => visit_unit(), {};
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let expected = format!("{}", &visitor as &dyn Expected).to_lowercase();
        let (schema, sample) = if expected.contains("uuid") {
            (json!({ "type": "string", "format": "uuid" }), "00000000-0000-0000-0000-000000000000")
        } else if expected.contains("date") {
            (json!({ "type": "string", "format": "date" }), "2026-11-22")
        } else {
            (json!({ "type": "string" }), "")
        };
        *self.out = schema;
        visitor.visit_str(sample)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.depth > DEEPEST {
            return visitor.visit_none();
        }
        let mut inner = json!({});
        let read = visitor.visit_some(self.below(&mut inner));
        *self.out = nullable(inner);
        read
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let mut items = json!({});
        let left = usize::from(self.depth <= DEEPEST);
        let read = visitor.visit_seq(Items { probe: self.below(&mut items), left, of_each: None });
        *self.out = json!({ "type": "array", "items": items });
        read
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        let (mut item, mut each) = (json!({}), Vec::new());
        let read = visitor.visit_seq(Items { probe: self.below(&mut item), left: len, of_each: Some(&mut each) });
        *self.out = json!({ "type": "array", "prefixItems": each, "minItems": len, "maxItems": len });
        read
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let mut values = json!({});
        let mut fields = json!({});
        let entry = Fields { probe: self.below(&mut values), owner: "", names: &[""], at: 0, properties: &mut fields };
        let read = visitor.visit_map(entry);
        *self.out = json!({ "type": "object", "additionalProperties": fields[""] });
        read
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let (mut value, mut properties) = (json!({}), json!({}));
        let access =
            Fields { probe: self.below(&mut value), owner: name, names: fields, at: 0, properties: &mut properties };
        let read = visitor.visit_map(access);
        let schema = json!({ "type": "object", "properties": properties });
        if self.depth == 0 && WRAPPERS.contains(&name) {
            *self.out = schema;
        } else {
            self.notes.named.borrow_mut().insert(name.to_owned(), schema);
            *self.out = json!({ "$ref": format!("#/components/schemas/{name}") });
        }
        read
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        *self.out = json!({ "type": "string", "enum": variants });
        visitor.visit_enum(Choice { probe: self, variants })
    }
}

fn nullable(schema: Value) -> Value {
    match schema.get("type").and_then(Value::as_str) {
        Some(kind) if schema.get("enum").is_none() => {
            let mut nullable = schema.clone();
            nullable["type"] = json!([kind, "null"]);
            nullable
        }
        _ if schema == json!({}) => schema,
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

#[cfg(test)]
mod tests;
