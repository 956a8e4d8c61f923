//! A filter in words: chips, and sentences for groups.

use leptos::prelude::untrack;
use shared::fields::{Field, FieldKind, ListKind, Schema};
use shared::i18n::{Key, Plural};
use shared::money;
use shared::query::resolve::target_of;
use shared::query::{Arg, Filter};
use shared::time::{Date, Instant};
use uuid::Uuid;

use super::condition::{Ask, Condition, Offer};
use crate::i18n::{count, fill, text};
use crate::ui::format;
use crate::{session, store, words};

/// A condition: what is asked of which field, and with which values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    pub label: String,
    pub value: Option<String>,
}

impl Said {
    fn joined(self) -> String {
        match self.value {
            Some(value) => format!("{} {value}", self.label),
            None => self.label,
        }
    }
}

/// A field's name, behind the name of the reference that leads to it. Tracked.
pub fn offer(offer: &Offer, own: &Schema) -> String {
    field_label(own, offer.via.map(|via| via.key), offer.schema, offer.field)
}

fn field_label(own: &Schema, via: Option<&str>, schema: &Schema, field: &Field) -> String {
    let label = words::field(schema.object, field.key);
    match via {
        None => label,
        Some(via) => fill(Key::FilterVia, &[("via", &words::field(own.object, via)), ("field", &label)]),
    }
}

/// A condition in words. Tracked.
pub fn condition(own: &'static Schema, condition: &Condition) -> Said {
    let Some((schema, field)) = condition.field(own) else {
        return Said { label: condition.key.clone(), value: None };
    };
    let name = field_label(own, condition.via.as_deref(), schema, field);
    let label = fill(said_key(condition.ask, field.kind), &[("field", &name)]);
    let value = match condition.ask {
        Ask::Empty | Ask::Filled => None,
        Ask::Between => match condition.args.as_slice() {
            [from, to] => Some(format!("{} – {}", arg(field, from), arg(field, to))),
            _ => None,
        },
        // Ids say nothing; how many there are does.
        _ if field.kind == FieldKind::Id => Some(count(Plural::TableRecords, condition.args.len())),
        _ => several(condition.args.iter().map(|one| arg(field, one)).collect()),
    };
    Said { label, value }
}

/// What may be asked, in the words of the editor. Tracked.
pub fn ask(ask: Ask, kind: FieldKind) -> String {
    let key = match ask {
        Ask::During => Key::FilterAskDuring,
        Ask::Between => Key::FilterAskBetween,
        Ask::Is if is_who(kind) => Key::FilterSaidIs,
        _ => said_key(ask, kind),
    };
    fill(key, &[("field", "")]).trim().to_owned()
}

fn is_who(kind: FieldKind) -> bool {
    use shared::access::Object;
    matches!(kind, FieldKind::Ref(Object::User | Object::Team))
}

fn said_key(ask: Ask, kind: FieldKind) -> Key {
    let is_day = matches!(kind, FieldKind::Date | FieldKind::Time);
    let is_list = matches!(kind, FieldKind::List(_));
    match ask {
        Ask::Is if is_who(kind) => Key::FilterSaidIsWho,
        Ask::Is if is_list => Key::FilterSaidHolds,
        Ask::IsNot if is_list => Key::FilterSaidHoldsNot,
        Ask::Is => Key::FilterSaidIs,
        Ask::IsNot => Key::FilterSaidIsNot,
        Ask::Has => Key::FilterSaidHas,
        Ask::HasNot => Key::FilterSaidHasNot,
        Ask::Starts => Key::FilterSaidStarts,
        Ask::From if is_day => Key::FilterSaidFromDay,
        Ask::Upto if is_day => Key::FilterSaidUptoDay,
        Ask::Above if is_day => Key::FilterSaidAfterDay,
        Ask::Below if is_day => Key::FilterSaidBeforeDay,
        Ask::From => Key::FilterSaidFrom,
        Ask::Upto => Key::FilterSaidUpto,
        Ask::Above => Key::FilterSaidAbove,
        Ask::Below => Key::FilterSaidBelow,
        Ask::Between => Key::FilterSaidBetween,
        Ask::During => Key::FilterSaidDuring,
        Ask::Empty => Key::FilterSaidEmpty,
        Ask::Filled => Key::FilterSaidFilled,
    }
}

/// More values than fit a chip are counted.
fn several(mut values: Vec<String>) -> Option<String> {
    const SHOWN: usize = 3;
    let first = values.first()?.clone();
    if values.len() <= SHOWN {
        return Some(values.join(text(Key::FilterComma)));
    }
    let more = values.drain(1..).count();
    Some(fill(
        Key::FilterAndMore,
        &[("first", &first), ("n", &format::number(i64::try_from(more).unwrap_or(i64::MAX)))],
    ))
}

/// A value in words. Tracked.
pub fn arg(field: &Field, arg: &Arg) -> String {
    match arg {
        Arg::Me => text(Key::FilterMe).to_owned(),
        Arg::MyTeam => text(Key::FilterMyTeam).to_owned(),
        Arg::Period(period) => words::choice("period", period.word()),
        Arg::Today(0) => text(Key::FilterToday).to_owned(),
        Arg::Today(days) => {
            let plural = if *days < 0 { Plural::FilterDaysAgo } else { Plural::FilterDaysAhead };
            count(plural, days.unsigned_abs() as usize)
        }
        Arg::Literal(literal) => self::literal(field, literal).unwrap_or_else(|| literal.clone()),
    }
}

fn literal(field: &Field, literal: &str) -> Option<String> {
    if let Some(target) = target_of(field.kind) {
        let id: Uuid = literal.parse().ok()?;
        return Some(store::name(target, id).unwrap_or_else(|| "…".into()));
    }
    Some(match field.kind {
        FieldKind::Choice(_) => words::choice(field.key, literal),
        FieldKind::Currency => format::currency_name(literal),
        FieldKind::Bool => text(if literal == "true" { Key::ValueYes } else { Key::ValueNo }).to_owned(),
        FieldKind::Money => format::decimal(literal.parse().ok()?, money_digits()),
        FieldKind::Int { .. } => format::number(literal.parse().ok()?),
        FieldKind::Time if literal.parse::<i64>().is_ok() => format::exact(Instant(literal.parse().ok()?)),
        FieldKind::Date | FieldKind::Time => format::date(literal.parse::<Date>().ok()?),
        FieldKind::Text { .. } | FieldKind::LongText { .. } | FieldKind::List(ListKind::Tags) => {
            fill(Key::FilterQuoted, &[("text", literal)])
        }
        _ => literal.to_owned(),
    })
}

/// Amounts are compared in minor units; they are typed in the organisation's currency.
pub fn money_digits() -> u32 {
    money::digits(&untrack(session::currency))
}

/// A whole filter in a sentence. Tracked.
pub fn filter(own: &'static Schema, filter: &Filter) -> String {
    if let Some(one) = Condition::read(filter) {
        return condition(own, &one).joined();
    }
    let each = |parts: &[Filter], key: Key| {
        let parts: Vec<String> = parts.iter().map(|part| within(own, part)).collect();
        parts.join(text(key))
    };
    match filter {
        Filter::All(parts) => each(parts, Key::FilterAnd),
        Filter::Any(parts) => each(parts, Key::FilterOr),
        Filter::Not(inner) => fill(Key::FilterNot, &[("what", &within(own, inner))]),
        Filter::Test(test) => test.key.clone(),
    }
}

fn within(own: &'static Schema, part: &Filter) -> String {
    let words = filter(own, part);
    let is_group = matches!(part, Filter::All(_) | Filter::Any(_)) && Condition::read(part).is_none();
    if is_group { format!("({words})") } else { words }
}
