//! A filter as people read it: one condition with its operator, negation and
//! range in one piece, where the tree has a test, a `not` or two tests.

use shared::access::Object;
use shared::fields::{Field, FieldKind, ListKind, Schema};
use shared::query::resolve::target_of;
use shared::query::{Arg, Filter, Op, Test};

/// What a condition asks of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Is,
    IsNot,
    Has,
    HasNot,
    Starts,
    /// At least; for days, on or after.
    From,
    /// At most; for days, on or before.
    Upto,
    Above,
    Below,
    Between,
    During,
    Empty,
    Filled,
}

/// One line of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// A reference to step over first.
    pub via: Option<String>,
    pub key: String,
    pub ask: Ask,
    pub args: Vec<Arg>,
}

impl Ask {
    pub const ALL: [Self; 13] = [
        Self::Is,
        Self::IsNot,
        Self::Has,
        Self::HasNot,
        Self::Starts,
        Self::From,
        Self::Upto,
        Self::Above,
        Self::Below,
        Self::Between,
        Self::During,
        Self::Empty,
        Self::Filled,
    ];

    /// What may be asked of a field of this kind, the usual first.
    pub fn of(kind: FieldKind) -> &'static [Self] {
        match kind {
            FieldKind::Text { .. } => {
                &[Self::Has, Self::HasNot, Self::Starts, Self::Is, Self::IsNot, Self::Empty, Self::Filled]
            }
            FieldKind::LongText { .. } => &[Self::Has, Self::HasNot, Self::Empty, Self::Filled],
            FieldKind::Int { .. } | FieldKind::Money => {
                &[Self::From, Self::Upto, Self::Between, Self::Above, Self::Below, Self::Is, Self::Empty, Self::Filled]
            }
            FieldKind::Date | FieldKind::Time => &[
                Self::During,
                Self::From,
                Self::Upto,
                Self::Between,
                Self::Is,
                Self::Above,
                Self::Below,
                Self::Empty,
                Self::Filled,
            ],
            FieldKind::Choice(_) | FieldKind::Currency | FieldKind::Ref(_) | FieldKind::List(_) => {
                &[Self::Is, Self::IsNot, Self::Empty, Self::Filled]
            }
            FieldKind::Bool => &[Self::Is],
            FieldKind::Id | FieldKind::Rank => &[],
        }
    }

    /// How many values it takes, at least and at most.
    pub fn takes(self) -> (usize, usize) {
        match self {
            Self::Empty | Self::Filled => (0, 0),
            Self::Is | Self::IsNot => (1, 200),
            Self::Between => (2, 2),
            _ => (1, 1),
        }
    }

    /// Its name in the catalogue and in a list of choices.
    pub fn word(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is_not",
            Self::Has => "has",
            Self::HasNot => "has_not",
            Self::Starts => "starts",
            Self::From => "from",
            Self::Upto => "upto",
            Self::Above => "above",
            Self::Below => "below",
            Self::Between => "between",
            Self::During => "during",
            Self::Empty => "empty",
            Self::Filled => "filled",
        }
    }

    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ask| ask.word() == word)
    }

    fn plain(op: Op) -> Self {
        match op {
            Op::Is => Self::Is,
            Op::Lt => Self::Below,
            Op::Le => Self::Upto,
            Op::Gt => Self::Above,
            Op::Ge => Self::From,
            Op::Has => Self::Has,
            Op::Starts => Self::Starts,
            Op::Empty => Self::Empty,
            Op::During => Self::During,
        }
    }

    fn negated(op: Op) -> Option<Self> {
        match op {
            Op::Is => Some(Self::IsNot),
            Op::Has => Some(Self::HasNot),
            Op::Empty => Some(Self::Filled),
            _ => None,
        }
    }
}

impl Condition {
    /// A new condition on a field, with its usual question and no value yet.
    pub fn on(via: Option<&str>, field: &Field) -> Self {
        let ask = Ask::of(field.kind).first().copied().unwrap_or(Ask::Is);
        Self { via: via.map(str::to_owned), key: field.key.to_owned(), ask, args: Vec::new() }
    }

    /// Reads a part of a tree, if it is one condition.
    pub fn read(filter: &Filter) -> Option<Self> {
        let of = |test: &Test, ask| Self { via: test.via.clone(), key: test.key.clone(), ask, args: test.args.clone() };
        match filter {
            Filter::Test(test) => Some(of(test, Ask::plain(test.op))),
            Filter::Not(inner) => match inner.as_ref() {
                Filter::Test(test) => Ask::negated(test.op).map(|ask| of(test, ask)),
                _ => None,
            },
            Filter::All(parts) => match parts.as_slice() {
                [Filter::Test(from), Filter::Test(to)] if is_range(from, to) => {
                    let args = [from.args.clone(), to.args.clone()].concat();
                    Some(Self { args, ..of(from, Ask::Between) })
                }
                _ => None,
            },
            Filter::Any(_) => None,
        }
    }

    pub fn write(&self) -> Filter {
        let test = |op, args: &[Arg]| {
            Filter::Test(Test { via: self.via.clone(), key: self.key.clone(), op, args: args.to_vec() })
        };
        let args = self.args.as_slice();
        match self.ask {
            Ask::Is => test(Op::Is, args),
            Ask::IsNot => Filter::Not(Box::new(test(Op::Is, args))),
            Ask::Has => test(Op::Has, args),
            Ask::HasNot => Filter::Not(Box::new(test(Op::Has, args))),
            Ask::Starts => test(Op::Starts, args),
            Ask::From => test(Op::Ge, args),
            Ask::Upto => test(Op::Le, args),
            Ask::Above => test(Op::Gt, args),
            Ask::Below => test(Op::Lt, args),
            Ask::Between => {
                let (from, to) = args.split_at(args.len().min(1));
                Filter::All(vec![test(Op::Ge, from), test(Op::Le, to)])
            }
            Ask::During => test(Op::During, args),
            Ask::Empty => test(Op::Empty, &[]),
            Ask::Filled => Filter::Not(Box::new(test(Op::Empty, &[]))),
        }
    }

    /// It has the values that its question needs.
    pub fn is_complete(&self) -> bool {
        let (least, most) = self.ask.takes();
        let is_blank = |arg: &Arg| matches!(arg, Arg::Literal(text) if text.trim().is_empty());
        (least..=most).contains(&self.args.len()) && !self.args.iter().any(is_blank)
    }

    /// Asks something else; values stay where they still make sense.
    pub fn asking(&self, ask: Ask) -> Self {
        let is_period = |arg: &Arg| matches!(arg, Arg::Period(_));
        let (_, most) = ask.takes();
        let mut args = self.args.clone();
        if ask == Ask::During || self.ask == Ask::During {
            args.retain(|arg| is_period(arg) == (ask == Ask::During));
        }
        args.truncate(most);
        Self { ask, args, ..self.clone() }
    }

    /// The field it asks about, and the kind of record that field is of.
    pub fn field(&self, schema: &'static Schema) -> Option<(&'static Schema, &'static Field)> {
        let schema = match &self.via {
            None => schema,
            Some(via) => target_of(schema.field(via)?.kind)?.schema(),
        };
        schema.field(&self.key).map(|field| (schema, field))
    }
}

fn is_range(from: &Test, to: &Test) -> bool {
    (from.op, to.op) == (Op::Ge, Op::Le) && from.key == to.key && from.via == to.via
}

/// A field one may filter by, perhaps of a record one reference away.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    pub via: Option<&'static Field>,
    pub schema: &'static Schema,
    pub field: &'static Field,
}

/// What the menu offers: the record's own fields, then those one step away.
pub fn offers(schema: &'static Schema) -> Vec<Offer> {
    let own = |stamps: bool| schema.fields.iter().filter(move |field| is_offered(field) && is_stamp(field) == stamps);
    let mut all: Vec<Offer> = own(false).chain(own(true)).map(|field| Offer { via: None, schema, field }).collect();
    for via in schema.fields.iter().filter(|field| is_offered(field) && field.key != "created_by") {
        let Some(target) = target_of(via.kind).map(Object::schema) else { continue };
        let is_worth = |field: &&Field| is_offered(field) && is_worth_a_step(target.object, field);
        all.extend(target.fields.iter().filter(is_worth).map(|field| Offer { via: Some(via), schema: target, field }));
    }
    all
}

/// Of a record one reference away, what people narrow a list by.
fn is_worth_a_step(target: Object, field: &Field) -> bool {
    match target {
        Object::Account | Object::Contact | Object::Product => {
            !field.read_only && !matches!(field.kind, FieldKind::LongText { .. })
        }
        Object::Stage => field.key == "kind",
        Object::User => field.key == "team_id",
        _ => false,
    }
}

fn is_stamp(field: &Field) -> bool {
    matches!(field.key, "created_at" | "created_by" | "updated_at")
}

fn is_offered(field: &Field) -> bool {
    let is_own_affair = matches!(field.key, "id" | "version" | "archived_at");
    let is_opaque =
        matches!(field.kind, FieldKind::Id | FieldKind::Rank | FieldKind::List(ListKind::Grants | ListKind::Parts));
    !(is_own_affair || is_opaque || field.secret)
}

/// The parts that stand side by side in the bar.
pub fn parts(filter: &Filter) -> Vec<Filter> {
    match filter {
        Filter::All(_) if Condition::read(filter).is_some() => vec![filter.clone()],
        Filter::All(parts) => parts.clone(),
        other => vec![other.clone()],
    }
}

/// The filter of those parts; a single one stands bare, unless it would be taken apart again.
pub fn whole(parts: Vec<Filter>) -> Filter {
    match <[Filter; 1]>::try_from(parts) {
        Ok([one]) => one,
        Err(parts) => Filter::All(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::accounts::Account;
    use shared::query::text::{parse, print};
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn read(text: &str) -> Option<Condition> {
        Condition::read(&parse(text).expect("a filter"))
    }

    #[test]
    fn a_condition_is_written_as_it_was_read() {
        for text in [
            "industry.is.retail~finance",
            "not(industry.is.retail)",
            "not(name.has.test)",
            "name.starts.Acme",
            "owner_id.is.@me",
            "all(employees.ge.10,employees.le.50)",
            "founded_on.during.@this_quarter",
            "created_at.ge.@today-7",
            "not(website.empty)",
            "parent_id>industry.is.retail",
        ] {
            let condition = read(text).expect(text);
            assert!(condition.is_complete(), "{text}");
            assert_eq!(print(&condition.write()), text);
        }
    }

    #[test]
    fn what_is_more_than_one_condition_is_none() {
        for text in [
            "any(level.is.A)",
            "all(level.is.A,level.is.B)",
            "not(not(level.is.A))",
            "not(employees.ge.3)",
            "all(employees.ge.1,annual_revenue.le.2)",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn parts_make_the_whole_again() {
        for text in [
            "all()",
            "level.is.A",
            "all(level.is.A,any(level.is.B,level.is.C))",
            "all(employees.ge.10,employees.le.50)",
            "any(level.is.A)",
        ] {
            let filter = parse(text).expect(text);
            assert_eq!(print(&whole(parts(&filter))), text);
        }
    }

    #[test]
    fn a_range_keeps_one_end_when_it_becomes_a_bound_and_days_are_no_periods() {
        let range = read("all(employees.ge.10,employees.le.50)").expect("a range");
        assert_eq!(print(&range.asking(Ask::From).write()), "employees.ge.10");
        assert!(!range.asking(Ask::From).asking(Ask::Between).is_complete());
        let period = read("founded_on.during.@this_year").expect("a period");
        assert!(!period.asking(Ask::From).is_complete());
    }

    #[test]
    fn blank_values_are_not_complete() {
        let has = |text: &str| Condition {
            via: None,
            key: "name".into(),
            ask: Ask::Has,
            args: vec![Arg::Literal(text.into())],
        };
        assert!(has("a").is_complete());
        assert!(!has("  ").is_complete());
    }

    #[test]
    fn fields_one_reference_away_are_offered_but_nothing_opaque() {
        let offers = offers(&Account::SCHEMA);
        let path = |offer: &Offer| {
            offer.via.map_or_else(|| offer.field.key.to_owned(), |via| format!("{}>{}", via.key, offer.field.key))
        };
        let paths: Vec<String> = offers.iter().map(path).collect();
        assert!(
            paths.contains(&"industry".into())
                && paths.contains(&"parent_id>industry".into())
                && paths.contains(&"owner_id>team_id".into())
        );
        assert!(!paths.iter().any(|path| path == "id" || path == "version" || path.contains("secret")));
        let asked = offers.iter().map(|offer| Condition::on(offer.via.map(|via| via.key), offer.field));
        assert!(asked.into_iter().all(|condition| condition.field(&Account::SCHEMA).is_some()));
    }
}
