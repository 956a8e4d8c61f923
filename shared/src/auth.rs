//! Signing in, staying signed in, and out again.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::Access::{Anyone, SignedIn};
use crate::access::Actor;
use crate::time::Instant;

crate::endpoints! {
    /// Sets the access and refresh cookies.
    SignIn:         POST   "/api/auth/sign-in"        (Credentials)    -> Me,           Anyone;
    /// Trades the refresh cookie for a new pair. A token whose answer was lost
    /// may be used once more; any other reuse ends the session.
    Refresh:        POST   "/api/auth/refresh"                         -> Me,           Anyone;
    SignOut:        POST   "/api/auth/sign-out"                        -> (),           Anyone;
    WhoAmI:         GET    "/api/auth/me"                              -> Me,           SignedIn;
    /// Language and theme.
    UpdateMe:       PATCH  "/api/auth/me"             (Preferences)    -> Me,           SignedIn;
    ChangePassword: POST   "/api/auth/password"       (PasswordChange) -> (),           SignedIn;
    ListSessions:   GET    "/api/auth/sessions"                        -> Vec<Session>, SignedIn;
    EndSession:     DELETE "/api/auth/sessions/{id}"  [Uuid]           -> (),           SignedIn;
    /// Answers alike whether the address is known or not.
    AskReset:       POST   "/api/auth/reset"          (ResetRequest)   -> (),           Anyone;
    /// The link of the mail: 30 minutes, once.
    Reset:          POST   "/api/auth/reset/confirm"  (NewPassword)    -> (),           Anyone;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub email: String,
    pub password: String,
}

/// Who is signed in and what the app needs to know of them at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Me {
    pub actor: Actor,
    pub email: String,
    /// `zh-CN`, `en`, or absent: as the browser says.
    pub locale: Option<String>,
    pub theme: Option<String>,
    /// Currency of new amounts.
    pub currency: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Preferences {
    pub locale: Option<String>,
    pub theme: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    pub current: String,
    pub new: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub id: Uuid,
    /// The browser, as it named itself.
    pub agent: String,
    pub created_at: Instant,
    pub seen_at: Instant,
    pub is_current: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResetRequest {
    pub email: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    pub token: String,
    pub password: String,
}

/// Shorter passwords are refused.
pub const MIN_PASSWORD: usize = 10;
/// Longer ones only cost hashing time.
pub const MAX_PASSWORD: usize = 200;
