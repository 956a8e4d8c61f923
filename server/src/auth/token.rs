//! Access tokens: what they say, and whether one is to be believed.

use jsonwebtoken::{Algorithm, Validation};
use serde::{Deserialize, Serialize};
use shared::id::UserId;
use shared::time::{Instant, MINUTE};
use uuid::Uuid;

use super::keys::Keys;
use crate::error::{Error, Result};

/// How long an access token lives.
pub const LIFETIME: i64 = 10 * MINUTE;

/// By how much the clocks of several servers may differ, in seconds.
const LEEWAY: i64 = 30;

/// Whom the token is for: staff, and not a customer's contact.
const AUDIENCE: &str = "staff";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    pub aud: String,
    pub sub: UserId,
    /// The session, which may end before the token does.
    pub sid: Uuid,
    /// Seconds, as the standard wants it.
    pub iat: i64,
    pub exp: i64,
}

pub fn sign(keys: &Keys, user: UserId, session: Uuid, now: Instant) -> Result<String> {
    let claims =
        Claims { aud: AUDIENCE.into(), sub: user, sid: session, iat: now.0 / 1000, exp: now.plus(LIFETIME).0 / 1000 };
    let key = keys.newest();
    jsonwebtoken::encode(&key.header, &claims, &key.signing).map_err(Error::internal)
}

/// The claims of a token of ours that is valid now.
pub fn read(keys: &Keys, token: &str, now: Instant) -> Option<Claims> {
    let (header, _) = token.split_once('.')?;
    let key = keys.by_header(header)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["aud", "exp", "sub"]);
    // It would ask the system's clock.
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &key.checking, &validation).ok()?.claims;
    let seconds = now.0 / 1000;
    let is_current = claims.iat - LEEWAY <= seconds && seconds < claims.exp.saturating_add(LEEWAY);
    is_current.then_some(claims)
}
