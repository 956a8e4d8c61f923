//! What a type looks like on the wire, found out by letting it read a made-up value.
//!
//! serde tells each type's fields while it deserializes; the probe notes them
//! as JSON Schema and answers with the simplest value that is accepted.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::{Value, json};

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
    let Some(schema) = schema.as_object_mut() else { return };
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

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, len: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let mut values = json!({});
        let mut fields = json!({});
        let entry = Fields { probe: self.below(&mut values), owner: "", fields: &[""], at: 0, properties: &mut fields };
        let read = visitor.visit_map(entry);
        *self.out = json!({ "type": "object", "additionalProperties": fields[""] });
        read
    }

    fn deserialize_struct<V: Visitor<'de>>(self, name: &'static str, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        let (mut value, mut properties) = (json!({}), json!({}));
        let access = Fields { probe: self.below(&mut value), owner: name, fields, at: 0, properties: &mut properties };
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

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, variants: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
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

struct Items<'a, 'e> {
    probe: Probe<'a>,
    left: usize,
    /// Gathers each item's own schema, where they differ.
    of_each: Option<&'e mut Vec<Value>>,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let read = seed.deserialize(Probe { notes: self.probe.notes, out: self.probe.out, depth: self.probe.depth });
        if let Some(of_each) = &mut self.of_each {
            of_each.push(self.probe.out.take());
        }
        read.map(Some)
    }
}

struct Fields<'a, 'p> {
    probe: Probe<'a>,
    owner: &'static str,
    fields: &'static [&'static str],
    at: usize,
    properties: &'p mut Value,
}

impl<'de> MapAccess<'de> for Fields<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        loop {
            let Some(field) = self.fields.get(self.at) else { return Ok(None) };
            if !self.owner.is_empty() {
                if self.probe.notes.omitted == Some((self.owner, field)) {
                    self.at += 1;
                    continue;
                }
                self.probe.notes.seen.borrow_mut().push((self.owner, field));
            }
            return seed.deserialize((*field).into_deserializer()).map(Some);
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let field = self.fields.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        *self.probe.out = json!({});
        let read = seed.deserialize(Probe { notes: self.probe.notes, out: self.probe.out, depth: self.probe.depth });
        self.properties[field] = self.probe.out.take();
        read
    }
}

struct Choice<'a> {
    probe: Probe<'a>,
    variants: &'static [&'static str],
}

impl<'de, 'a> EnumAccess<'de> for Choice<'a> {
    type Error = Fault;
    type Variant = Holding<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Holding<'a>), Fault> {
        let first = self.variants.first().copied().unwrap_or_default();
        let variant = seed.deserialize(IntoDeserializer::<Fault>::into_deserializer(first))?;
        Ok((variant, Holding { probe: self.probe, variants: self.variants }))
    }
}

/// What the first variant holds; one that holds something is an object.
struct Holding<'a> {
    probe: Probe<'a>,
    variants: &'static [&'static str],
}

impl Holding<'_> {
    fn note_object(&mut self) {
        let described = format!("one of {}", self.variants.join(", "));
        *self.probe.out = json!({ "type": "object", "description": described });
    }
}

impl<'de> VariantAccess<'de> for Holding<'_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Result<T::Value, Fault> {
        self.note_object();
        seed.deserialize(self.probe.below(&mut json!({})))
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        self.note_object();
        self.probe.below(&mut json!({})).deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(mut self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.note_object();
        let (mut value, mut properties) = (json!({}), json!({}));
        let probe = self.probe.below(&mut value);
        visitor.visit_map(Fields { probe, owner: "", fields, at: 0, properties: &mut properties })
    }
}

#[cfg(test)]
mod tests {
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
}
