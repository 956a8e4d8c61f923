//! The palette's search over accounts, contacts and opportunities.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::Access::SignedIn;
use crate::access::Object;

crate::endpoints! {
    /// The best matches among what the caller may read.
    Search: GET "/api/search" (SearchQuery) -> Vec<Hit>, SignedIn;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchQuery {
    pub q: String,
    /// Only this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<Object>,
    /// At most 50, default 8 of each kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    pub object: Object,
    pub id: Uuid,
    pub title: String,
    /// What tells it from its namesakes: an account's region, a deal's account.
    pub hint: String,
}
