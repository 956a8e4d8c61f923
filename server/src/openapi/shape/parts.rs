//! The parts of a made-up value: items, fields and variants, handed out one by one.

use serde::de::{
    DeserializeSeed, Deserializer as _, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Value, json};

use super::{Fault, Probe};

pub(super) struct Items<'a, 'e> {
    pub probe: Probe<'a>,
    pub left: usize,
    /// Gathers each item's own schema, where they differ.
    pub of_each: Option<&'e mut Vec<Value>>,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        let read = seed.deserialize(Probe { notes: self.probe.notes, out: self.probe.out, depth: self.probe.depth });
        if let Some(of_each) = &mut self.of_each {
            of_each.push(self.probe.out.take());
        }
        read.map(Some)
    }
}

pub(super) struct Fields<'a, 'p> {
    pub probe: Probe<'a>,
    pub owner: &'static str,
    pub names: &'static [&'static str],
    pub at: usize,
    pub properties: &'p mut Value,
}

impl<'de> MapAccess<'de> for Fields<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        loop {
            let Some(field) = self.names.get(self.at) else {
                return Ok(None);
            };
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
        let field = self.names.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        *self.probe.out = json!({});
        let read = seed.deserialize(Probe { notes: self.probe.notes, out: self.probe.out, depth: self.probe.depth });
        self.properties[field] = self.probe.out.take();
        read
    }
}

pub(super) struct Choice<'a> {
    pub probe: Probe<'a>,
    pub variants: &'static [&'static str],
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
pub(super) struct Holding<'a> {
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

    fn struct_variant<V: Visitor<'de>>(
        mut self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.note_object();
        let (mut value, mut properties) = (json!({}), json!({}));
        let probe = self.probe.below(&mut value);
        visitor.visit_map(Fields { probe, owner: "", names: fields, at: 0, properties: &mut properties })
    }
}
