//! A filter made concrete: names checked against the schema, values typed,
//! `@me` and `@this_quarter` filled in for one caller at one moment.

use chrono::Days;
use uuid::Uuid;

use super::{Arg, Filter, Op, Test, periods};
use crate::access::{Actor, Object};
use crate::api::FieldError;
use crate::fields::{Field, FieldKind, ListKind, Schema};
use crate::time::{Date, Instant};

/// What relative values are relative to.
pub struct Clock<'a> {
    pub now: Instant,
    /// Today in the organisation's time zone.
    pub today: Date,
    /// When a day begins in the organisation's time zone.
    pub midnight: &'a dyn Fn(Date) -> Instant,
}

/// A filter whose every value is concrete.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolved {
    All(Vec<Resolved>),
    Any(Vec<Resolved>),
    Not(Box<Resolved>),
    Checked(Checked),
}

/// A test of a known field, perhaps of a record one reference away.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    pub via: Option<(&'static Field, Object)>,
    pub field: &'static Field,
    pub check: Check,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    OneOf(Vec<Scalar>),
    /// From (included) to (excluded).
    Between(Option<Scalar>, Option<Scalar>),
    /// Contains, ASCII letters in lower case.
    Has(String),
    /// Begins with, ASCII letters in lower case.
    Starts(String),
    Empty,
}

#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub enum Scalar {
    Text(String),
    Int(i64),
    Bool(bool),
    Id(Uuid),
}

type Outcome<T> = Result<T, FieldError>;

/// Checks and fills in. An error names the field in its `params`.
pub fn resolve(filter: &Filter, schema: &Schema, actor: &Actor, clock: &Clock) -> Outcome<Resolved> {
    let each =
        |parts: &[Filter]| parts.iter().map(|part| resolve(part, schema, actor, clock)).collect::<Outcome<Vec<_>>>();
    match filter {
        Filter::All(parts) => each(parts).map(Resolved::All),
        Filter::Any(parts) => each(parts).map(Resolved::Any),
        Filter::Not(inner) => Ok(Resolved::Not(Box::new(resolve(inner, schema, actor, clock)?))),
        Filter::Test(test) => resolve_test(test, schema, actor, clock)
            .map(Resolved::Checked)
            .map_err(|error| error.with("field", &test.key)),
    }
}

fn resolve_test(test: &Test, schema: &Schema, actor: &Actor, clock: &Clock) -> Outcome<Checked> {
    let find = |schema: &Schema, key: &str| {
        schema.field(key).filter(|field| !field.secret).ok_or_else(|| FieldError::new("unknown"))
    };
    let (via, field) = match &test.via {
        None => (None, find(schema, &test.key)?),
        Some(via) => {
            let via = find(schema, via)?;
            let target = target_of(via.kind).ok_or_else(|| FieldError::new("not_a_reference"))?;
            (Some((via, target)), find(target.schema(), &test.key)?)
        }
    };
    let check = check_of(test, field, actor, clock)?;
    Ok(Checked { via, field, check })
}

/// The kind of record that a reference, or a list of references, leads to.
pub fn target_of(kind: FieldKind) -> Option<Object> {
    match kind {
        FieldKind::Ref(object) => Some(object),
        FieldKind::List(ListKind::Accounts) => Some(Object::Account),
        FieldKind::List(ListKind::Contacts) => Some(Object::Contact),
        FieldKind::List(ListKind::Lines) => Some(Object::Product),
        FieldKind::List(ListKind::Roles) => Some(Object::Role),
        FieldKind::List(ListKind::Teams) => Some(Object::Team),
        FieldKind::List(ListKind::Tickets) => Some(Object::Ticket),
        FieldKind::List(ListKind::Users) => Some(Object::User),
        _ => None,
    }
}

fn check_of(test: &Test, field: &Field, actor: &Actor, clock: &Clock) -> Outcome<Check> {
    let is_text = matches!(field.kind, FieldKind::Text { .. } | FieldKind::LongText { .. });
    let is_list = matches!(field.kind, FieldKind::List(_));
    let is_ordered = matches!(field.kind, FieldKind::Int { .. } | FieldKind::Money | FieldKind::Date | FieldKind::Time);
    let unfit = || FieldError::new("operator_unfit");
    match test.op {
        Op::Empty => Ok(Check::Empty),
        Op::Has | Op::Starts if is_text => {
            let [Arg::Literal(text)] = test.args.as_slice() else { return Err(unfit()) };
            let text = text.to_ascii_lowercase();
            Ok(if test.op == Op::Has { Check::Has(text) } else { Check::Starts(text) })
        }
        Op::Is if field.kind == FieldKind::Time => {
            let (from, to) = span(one(test)?, field, clock)?;
            Ok(Check::Between(Some(from), Some(to)))
        }
        Op::Is => {
            let values = test.args.iter().map(|arg| scalar(arg, field, actor, clock));
            values.collect::<Outcome<_>>().map(Check::OneOf)
        }
        Op::During if matches!(field.kind, FieldKind::Date | FieldKind::Time) => {
            let (from, to) = span(one(test)?, field, clock)?;
            Ok(Check::Between(Some(from), Some(to)))
        }
        Op::Lt | Op::Le | Op::Gt | Op::Ge if is_ordered && !is_list => range(test, field, clock),
        _ => Err(unfit()),
    }
}

fn one(test: &Test) -> Outcome<&Arg> {
    match test.args.as_slice() {
        [arg] => Ok(arg),
        _ => Err(FieldError::new("operator_unfit")),
    }
}

fn range(test: &Test, field: &Field, clock: &Clock) -> Outcome<Check> {
    let (from, to) = span(one(test)?, field, clock)?;
    Ok(match test.op {
        Op::Lt => Check::Between(None, Some(from)),
        Op::Le => Check::Between(None, Some(to)),
        Op::Gt => Check::Between(Some(to), None),
        _ => Check::Between(Some(from), None),
    })
}

/// The values that an argument covers, from (included) to (excluded): one
/// number, one day, one period.
fn span(arg: &Arg, field: &Field, clock: &Clock) -> Outcome<(Scalar, Scalar)> {
    let days = match arg {
        Arg::Period(period) => Some(periods::bounds(*period, clock.today)),
        Arg::Today(days) => Some(day(shift(clock.today, *days)?)?),
        Arg::Literal(text) if matches!(field.kind, FieldKind::Date | FieldKind::Time) => {
            text.parse().ok().map(day).transpose()?
        }
        _ => None,
    };
    match (field.kind, days) {
        (FieldKind::Date, Some((from, to))) => Ok((Scalar::Text(from.to_string()), Scalar::Text(to.to_string()))),
        (FieldKind::Time, Some((from, to))) => {
            Ok((Scalar::Int((clock.midnight)(from).0), Scalar::Int((clock.midnight)(to).0)))
        }
        (FieldKind::Date, None) => Err(FieldError::new("not_date")),
        _ => {
            let Arg::Literal(text) = arg else { return Err(FieldError::new("operator_unfit")) };
            let number: i64 = text.parse().map_err(|_| FieldError::new("not_whole_number"))?;
            let after = number.checked_add(1).ok_or_else(|| FieldError::new("out_of_range"))?;
            Ok((Scalar::Int(number), Scalar::Int(after)))
        }
    }
}

fn day(date: Date) -> Outcome<(Date, Date)> {
    use chrono::Datelike;
    let fits = (1900..=2199).contains(&date.year());
    let next = date.checked_add_days(Days::new(1)).filter(|_| fits);
    next.map(|next| (date, next)).ok_or_else(|| FieldError::new("date_out_of_range"))
}

fn shift(date: Date, days: i32) -> Outcome<Date> {
    let by = Days::new(u64::from(days.unsigned_abs()));
    let moved = if days < 0 { date.checked_sub_days(by) } else { date.checked_add_days(by) };
    moved.ok_or_else(|| FieldError::new("date_out_of_range"))
}

fn scalar(arg: &Arg, field: &Field, actor: &Actor, clock: &Clock) -> Outcome<Scalar> {
    let text = match (arg, field.kind) {
        (Arg::Literal(text), _) => text,
        (Arg::Me, FieldKind::Id | FieldKind::Ref(Object::User) | FieldKind::List(ListKind::Users)) => {
            return Ok(Scalar::Id(actor.id.0));
        }
        // Somebody without a team asks for a team that is nobody's.
        (Arg::MyTeam, FieldKind::Id | FieldKind::Ref(Object::Team) | FieldKind::List(ListKind::Teams)) => {
            return Ok(Scalar::Id(actor.team_id.map_or(Uuid::nil(), |team| team.0)));
        }
        (Arg::Today(days), FieldKind::Date) => return Ok(Scalar::Text(shift(clock.today, *days)?.to_string())),
        _ => return Err(FieldError::new("operator_unfit")),
    };
    let id = || text.parse().map(Scalar::Id).map_err(|_| FieldError::new("not_id"));
    let word = |words: &[&str]| {
        let known = words.contains(&text.as_str());
        if known { Ok(Scalar::Text(text.clone())) } else { Err(FieldError::new("not_offered")) }
    };
    match field.kind {
        FieldKind::Text { .. } | FieldKind::LongText { .. } | FieldKind::Rank => Ok(Scalar::Text(text.clone())),
        FieldKind::Int { .. } | FieldKind::Money | FieldKind::Time => {
            text.parse().map(Scalar::Int).map_err(|_| FieldError::new("not_whole_number"))
        }
        FieldKind::Bool => text.parse().map(Scalar::Bool).map_err(|_| FieldError::new("not_bool")),
        FieldKind::Date => {
            let date: Date = text.parse().map_err(|_| FieldError::new("not_date"))?;
            day(date).map(|(date, _)| Scalar::Text(date.to_string()))
        }
        FieldKind::Choice(words) => word(words),
        FieldKind::Currency => word(crate::money::CURRENCIES),
        FieldKind::Id | FieldKind::Ref(_) => id(),
        FieldKind::List(ListKind::Tags | ListKind::Points) => Ok(Scalar::Text(text.clone())),
        FieldKind::List(_) => id(),
    }
}
