//! Questions about records, as plain data: shown in the URL, kept in saved
//! views, compiled to SQL in one place, and checked against one row by `eval`.

pub mod eval;
pub mod periods;
pub mod resolve;
pub mod text;

use serde::{Deserialize, Serialize};

use crate::time::Instant;

pub use resolve::{Check, Checked, Clock, Resolved, Scalar};

/// A tree of tests. `All` of nothing is true, `Any` of nothing is false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Test(Test),
}

impl Default for Filter {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// One comparison. A test of an absent value is false, so `Not` of it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// A reference to step over first: `account_id` in `account_id>industry`.
    pub via: Option<String>,
    pub key: String,
    pub op: Op,
    pub args: Vec<Arg>,
}

choices! {
    /// What a test asks.
    pub enum Op {
        /// Equal to one of the values; for a list, holds one of them.
        Is = "is",
        Lt = "lt",
        Le = "le",
        Gt = "gt",
        Ge = "ge",
        /// Contains the text, whatever the case of ASCII letters.
        Has = "has",
        Starts = "starts",
        Empty = "empty",
        /// Within the period.
        During = "during",
    }
}

/// A value of a test: written out, or relative to who asks and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    Literal(String),
    Me,
    MyTeam,
    /// So many days from today.
    Today(i32),
    Period(Period),
}

choices! {
    /// A stretch of the calendar around today; weeks begin on Monday.
    pub enum Period {
        ThisWeek = "this_week",
        LastWeek = "last_week",
        NextWeek = "next_week",
        ThisMonth = "this_month",
        LastMonth = "last_month",
        NextMonth = "next_month",
        ThisQuarter = "this_quarter",
        LastQuarter = "last_quarter",
        NextQuarter = "next_quarter",
        ThisYear = "this_year",
        LastYear = "last_year",
        NextYear = "next_year",
    }
}

impl Filter {
    pub fn test(key: &str, op: Op, args: impl IntoIterator<Item = Arg>) -> Self {
        Self::Test(Test { via: None, key: key.into(), op, args: args.into_iter().collect() })
    }

    pub fn is(key: &str, value: impl ToString) -> Self {
        Self::test(key, Op::Is, [Arg::Literal(value.to_string())])
    }

    /// Both; flattens, so that the URL stays short.
    pub fn and(self, other: Self) -> Self {
        let mut all = match self {
            Self::All(all) => all,
            one => vec![one],
        };
        match other {
            Self::All(more) => all.extend(more),
            one => all.push(one),
        }
        Self::All(all)
    }

    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(all) if all.is_empty())
    }
}

/// One key of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    pub key: String,
    pub descending: bool,
}

choices! {
    /// Whether archived records are asked for.
    pub enum Archived {
        Without = "without",
        Only = "only",
        With = "with",
    }
}

choices! {
    /// How rows travel.
    pub enum Shape {
        /// An object for each.
        Rows = "rows",
        /// `api::Table`: a third of the bytes.
        Table = "table",
    }
}

/// A question for rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListQuery {
    /// The filter's text form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Words to find; the answer is then ordered by how well they fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Keys by comma, `-` before a key turns it round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<Archived>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Rows to skip, for a window in the middle of a virtual list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip: Option<u32>,
    /// At most 500, default 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The state at a moment in the past.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Instant>,
    /// `table`: the keys once, then rows of values; default `rows`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
}

/// A question for numbers about the same rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TotalsQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<Archived>,
    /// At most two fields by comma.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// A field to sum; money is summed by currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Instant>,
}

/// The answer: a line for each combination of the groups (and currency).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub lines: Vec<TotalLine>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalLine {
    /// The groups' values as words, in the order asked; absent stays absent.
    pub group: Vec<Option<String>>,
    /// When money is summed.
    pub currency: Option<String>,
    pub count: i64,
    pub sum: i64,
}

impl Totals {
    pub fn count(&self) -> i64 {
        self.lines.iter().map(|line| line.count).sum()
    }
}
