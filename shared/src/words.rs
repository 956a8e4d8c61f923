//! What fields, their choices and kinds of records are called, by the catalogues.

use crate::access::Object;
use crate::i18n::Key;

/// The label of a field; the stamps that every record has are worded once.
pub fn field(object: Object, key: &str) -> Option<Key> {
    Key::from_name(&format!("field.{object}.{key}")).or_else(|| Key::from_name(&format!("field.record.{key}")))
}

/// The text of a choice's word, by the field that holds it: `source`, `referral`.
pub fn choice(field: &str, word: &str) -> Option<Key> {
    let word = word.to_ascii_lowercase().replace('-', "_");
    Key::from_name(&format!("choice.{field}.{word}"))
}

/// One record of the kind.
pub fn object(object: Object) -> Option<Key> {
    Key::from_name(&format!("object.{object}"))
}

/// Records of the kind.
pub fn objects(object: Object) -> Option<Key> {
    Key::from_name(&format!("objects.{object}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Action, Scope};
    use crate::calendars::{DayKind, Why};
    use crate::change::{Cause, Operation};
    use crate::contacts::PointKind;
    use crate::fields::FieldKind;
    use crate::imports::Outcome;
    use crate::opportunities::{DealRole, Lanes, Signal};
    use crate::query::{Op, Period};
    use crate::tickets::routing::{Excluded, Need};

    #[test]
    fn every_kind_of_record_and_every_field_has_a_label() {
        let mut missing = Vec::new();
        for kind in Object::ALL {
            missing.extend([object(*kind), objects(*kind)].iter().any(Option::is_none).then(|| kind.to_string()));
            let unnamed = kind.schema().fields.iter().filter(|one| field(*kind, one.key).is_none());
            missing.extend(unnamed.map(|one| format!("field.{kind}.{}", one.key)));
        }
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn every_word_of_every_choice_has_a_text() {
        let fields = Object::ALL.iter().flat_map(|kind| kind.schema().fields);
        let of_fields = fields.filter_map(|field| match field.kind {
            FieldKind::Choice(words) => Some((field.key, words)),
            _ => None,
        });
        let others = [
            ("signal", Signal::WORDS),
            ("lanes", Lanes::WORDS),
            ("deal_role", DealRole::WORDS),
            ("point", PointKind::WORDS),
            ("operation", Operation::WORDS),
            ("cause", Cause::WORDS),
            ("scope", Scope::WORDS),
            ("action", Action::WORDS),
            ("period", Period::WORDS),
            ("op", Op::WORDS),
            ("outcome", Outcome::WORDS),
            ("day_kind", DayKind::WORDS),
            ("days_why", Why::WORDS),
            ("excluded", Excluded::WORDS),
            ("need", Need::WORDS),
        ];
        let pairs = of_fields.chain(others).flat_map(|(key, words)| words.iter().map(move |word| (key, *word)));
        let missing: Vec<_> = pairs.filter(|(key, word)| choice(key, word).is_none()).collect();
        assert_eq!(missing, []);
    }
}
