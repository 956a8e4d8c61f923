//! The contract: each call is declared once, and everyone reads it from here.

use std::collections::BTreeMap;

use http::Method;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::access::Access;
use crate::change::Conflict;

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
    crate::id::ArticleCategoryId,
    crate::id::ArticleId,
    crate::id::ArticleVersionId,
    crate::id::SynonymId,
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
    let Ok(serde_json::Value::Object(map)) = serde_json::to_value(input) else {
        return String::new();
    };
    let mut pairs = Vec::new();
    for (key, value) in map {
        let values = match value {
            serde_json::Value::Array(values) => values,
            value => vec![value],
        };
        for value in values {
            let text = match value {
                serde_json::Value::Null => continue,
                serde_json::Value::String(text) => text,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

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
