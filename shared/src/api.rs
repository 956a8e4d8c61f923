//! The contract: each call is declared once, and everyone reads it from here.

use std::collections::BTreeMap;

use http::Method;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::access::Access;
use crate::change::Conflict;
use crate::fields::Row;
use crate::tickets::MovedOn;

/// One call. Nothing else knows its method, path, callers or types.
pub trait Endpoint: 'static {
    const METHOD: Method;
    const PATH: &'static str;
    const ACCESS: Access;
    /// What fills the `{…}` of `PATH`, in order.
    type Path: PathParams;
    /// The query of a `GET` or `DELETE`, else the JSON body.
    type Input: Serialize + DeserializeOwned + Send + 'static;
    type Output: Serialize + DeserializeOwned + Send + 'static;
}

/// A line of the permission table.
#[derive(Clone, Debug)]
pub struct Route {
    pub name: &'static str,
    pub doc: &'static str,
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub input: &'static str,
    pub output: &'static str,
}

/// Declares a room's calls, one line each, and lists them in `ENDPOINTS`.
#[macro_export]
macro_rules! endpoints {
    ($($(#[doc = $doc:literal])* $name:ident: $method:ident $path:literal $([$params:ty])? $(($input:ty))? -> $output:ty, $access:expr;)*) => {
        $(
            $(#[doc = $doc])*
            pub struct $name;

            impl $crate::api::Endpoint for $name {
                const METHOD: http::Method = http::Method::$method;
                const PATH: &'static str = $path;
                const ACCESS: $crate::access::Access = $access;
                type Path = $crate::endpoints!(@or_unit $($params)?);
                type Input = $crate::endpoints!(@or_unit $($input)?);
                type Output = $output;
            }
        )*

        pub const ENDPOINTS: &[$crate::api::Route] = &[$($crate::api::Route {
            name: stringify!($name),
            doc: concat!($($doc),*),
            method: http::Method::$method,
            path: $path,
            access: $access,
            input: stringify!($($input)?),
            output: stringify!($output),
        }),*];
    };
    (@or_unit) => { () };
    (@or_unit $type:ty) => { $type };
}

/// What fills the braces of a path.
pub trait PathParams: DeserializeOwned + Send + 'static {
    fn values(&self) -> Vec<String>;
}

impl PathParams for () {
    fn values(&self) -> Vec<String> {
        Vec::new()
    }
}

macro_rules! path_params {
    ($($id:ty),*) => {$(
        impl PathParams for $id {
            fn values(&self) -> Vec<String> {
                vec![self.to_string()]
            }
        }
    )*};
}

path_params!(
    crate::id::UserId,
    crate::id::TeamId,
    crate::id::RoleId,
    crate::id::ShareId,
    crate::id::AccountId,
    crate::id::ContactId,
    crate::id::ProductId,
    crate::id::PipelineId,
    crate::id::StageId,
    crate::id::OpportunityId,
    crate::id::ViewId,
    crate::id::ImportId,
    crate::id::CalendarId,
    crate::id::SlaPolicyId,
    crate::id::ArticleCategoryId,
    crate::id::ArticleId,
    crate::id::ArticleVersionId,
    crate::id::SynonymId,
    crate::id::TicketId,
    crate::id::TicketStatusId,
    crate::id::TicketCategoryId,
    crate::id::QueueId,
    crate::id::MacroId,
    crate::id::PortalUserId,
    crate::id::TimeEntryId,
    crate::id::SurveyPolicyId,
    crate::id::SkillId,
    crate::id::BatchId,
    uuid::Uuid,
    String
);

/// The path of a call with its braces filled, percent-encoded.
pub fn path_of<E: Endpoint>(params: &E::Path) -> String {
    let mut values = params.values().into_iter();
    let mut path = String::new();
    let mut rest = E::PATH;
    while let Some((before, after)) = rest.split_once('{') {
        let (_, after) = after.split_once('}').unwrap_or(("", after));
        path.push_str(before);
        path.push_str(&percent_encode(&values.next().unwrap_or_default()));
        rest = after;
    }
    path + rest
}

/// The query string of a `GET`'s input; absent values are left out.
pub fn query_string(input: &impl Serialize) -> String {
    let Ok(Value::Object(map)) = serde_json::to_value(input) else {
        return String::new();
    };
    let mut pairs = Vec::new();
    for (key, value) in map {
        let values = match value {
            Value::Array(values) => values,
            value => vec![value],
        };
        for value in values {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text,
                value => value.to_string(),
            };
            pairs.push(format!("{key}={}", percent_encode(&text)));
        }
    }
    pairs.join("&")
}

/// Percent-encodes all but RFC 3986's unreserved characters.
pub fn percent_encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A stretch of a list. `next` goes back as `after` to read on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// A page of rows that repeats nothing: what all rows have alike once, each
/// other key once, and of each row its values in the order of the keys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    pub same: Row,
    pub columns: Vec<String>,
    /// An absent value is null, or missing at the end.
    pub rows: Vec<Vec<Value>>,
    pub next: Option<String>,
}

impl From<Page<Row>> for Table {
    fn from(page: Page<Row>) -> Self {
        let mut same = page.items.first().cloned().unwrap_or_default();
        same.retain(|key, value| page.items.iter().all(|row| row.get(key) == Some(value)));
        let mut columns: Vec<String> = Vec::new();
        for key in page.items.iter().flat_map(Row::keys) {
            if !same.contains_key(key) && !columns.contains(key) {
                columns.push(key.clone());
            }
        }
        let rows = page.items.into_iter().map(|mut row| {
            let mut values: Vec<Value> = columns.iter().map(|key| row.remove(key).unwrap_or_default()).collect();
            values.truncate(values.iter().rposition(|value| !value.is_null()).map_or(0, |last| last + 1));
            values
        });
        Self { same, rows: rows.collect(), columns, next: page.next }
    }
}

/// The page that a table was made of; `None`: it is none.
pub fn page_of(mut table: Value) -> Option<Page<Row>> {
    let same = table.get_mut("same")?.take();
    let columns = table.get_mut("columns")?.take();
    let mut items = Vec::new();
    for values in table.get_mut("rows")?.as_array_mut()? {
        let mut row = same.as_object()?.clone();
        for (key, value) in columns.as_array()?.iter().zip(values.as_array_mut()?) {
            if !value.is_null() {
                row.insert(key.as_str()?.to_owned(), value.take());
            }
        }
        items.push(row);
    }
    Some(Page { items, next: table.get("next")?.as_str().map(str::to_owned) })
}

/// Why a field was refused: `code` names the catalogue text `error.field.<code>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub code: String,
    /// What fills the text's placeholders.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// The text in the caller's language.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

impl FieldError {
    pub fn new(code: &str) -> Self {
        Self { code: code.into(), ..Self::default() }
    }

    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.params.insert(key.into(), value.to_string());
        self
    }
}

/// What is wrong, field by field.
pub type FieldErrors = BTreeMap<String, FieldError>;

/// A refusal, as it travels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiError {
    pub status: u16,
    /// Names the catalogue text `error.<code>`.
    pub code: String,
    pub message: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: FieldErrors,
    /// Fields that somebody else changed meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// What a reply's writer has not seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_on: Option<Box<MovedOn>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(items: Value) -> Page<Row> {
        serde_json::from_value(json!({ "items": items, "next": "[1]" })).unwrap()
    }

    #[test]
    fn a_table_repeats_nothing_and_gives_the_page_back() {
        let rows = page(json!([
            { "id": "1", "kind": "a", "name": "One", "tags": ["x"] },
            { "id": "2", "kind": "a", "amount": 5 },
            { "id": "3", "kind": "a" },
        ]));

        let table = serde_json::to_value(Table::from(rows.clone())).unwrap();

        let expected = json!({
            "same": { "kind": "a" },
            "columns": ["id", "name", "tags", "amount"],
            "rows": [["1", "One", ["x"]], ["2", null, null, 5], ["3"]],
            "next": "[1]",
        });
        assert_eq!(table, expected);
        assert_eq!(page_of(table), Some(rows));
    }

    #[test]
    fn an_empty_table_and_one_of_a_single_row_give_their_pages_back() {
        for items in [json!([]), json!([{ "id": "1", "name": "One" }])] {
            let rows = page(items);
            assert_eq!(page_of(serde_json::to_value(Table::from(rows.clone())).unwrap()), Some(rows));
        }
        assert_eq!(page_of(json!({ "items": [], "next": null })), None);
    }

    #[test]
    fn a_query_string_leaves_out_what_is_absent() {
        #[derive(Serialize)]
        struct Input {
            filter: Option<&'static str>,
            after: Option<&'static str>,
            ids: Vec<u8>,
        }
        let input = Input { filter: Some("名 a&b"), after: None, ids: vec![1, 2] };
        assert_eq!(query_string(&input), "filter=%E5%90%8D%20a%26b&ids=1&ids=2");
    }
}
