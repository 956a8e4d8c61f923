//! One error for every room, and what the caller is told of it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sea_orm::{DbErr, RuntimeErr};
use shared::api::{ApiError, FieldError, FieldErrors};
use shared::change::Conflict;
use shared::i18n::{self, Key, Locale};
use shared::tickets::MovedOn;

/// Why a call was not answered.
#[derive(Debug)]
pub enum Error {
    /// Nobody is signed in, or no longer.
    SignedOut,
    /// The address or the password is wrong; which of them is nobody's business.
    WrongCredentials,
    /// Signed in, but not for this.
    Forbidden,
    /// Sent by another site's page.
    CrossSite,
    /// No such row, or none that the caller may see: the two look the same.
    NotFound,
    /// The request is no request; the code names what is wrong with it.
    BadRequest(&'static str),
    /// Well formed, but these fields will not do.
    Fields(FieldErrors),
    /// Somebody else changed these fields first.
    Conflict(Vec<Conflict>),
    /// Others have said more than the writer of a reply has seen.
    MovedOn(Box<MovedOn>),
    /// The state of things forbids it; the code names how.
    Refused(&'static str),
    /// There is such a path, but not for this method.
    NoSuchMethod,
    TooLarge,
    /// Try again after so many seconds.
    TooMany(u64),
    /// The database is not there; the caller may try again.
    Unavailable,
    /// Ours to mend: logged in full, told as one sentence.
    Internal(String),
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn field(key: &str, code: &str) -> Self {
        Self::Fields(FieldErrors::from([(key.to_owned(), FieldError::new(code))]))
    }

    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut | Self::WrongCredentials => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Fields(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) | Self::MovedOn(_) | Self::Refused(_) => StatusCode::CONFLICT,
            Self::NoSuchMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::WrongCredentials => "wrong_credentials",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross_site",
            Self::NotFound => "not_found",
            Self::BadRequest(code) | Self::Refused(code) => code,
            Self::Fields(_) => "fields",
            Self::Conflict(_) => "conflict",
            Self::MovedOn(_) => "moved_on",
            Self::NoSuchMethod => "no_such_method",
            Self::TooLarge => "too_large",
            Self::TooMany(_) => "too_many",
            Self::Unavailable => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// The refusal in the caller's language.
    pub fn told(self, locale: Locale, request_id: Option<String>) -> ApiError {
        let (status, code) = (self.status().as_u16(), self.code().to_owned());
        let message = words(locale, &format!("error.{code}"), &[]);
        let mut told = ApiError { status, code, message, request_id, ..ApiError::default() };
        match self {
            Self::Fields(fields) => told.fields = fields,
            Self::Conflict(conflicts) => told.conflicts = conflicts,
            Self::MovedOn(news) => told.moved_on = Some(news),
            _ => {}
        }
        for error in told.fields.values_mut() {
            let params: Vec<(&str, &str)> =
                error.params.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            error.message = words(locale, &format!("error.field.{}", error.code), &params);
        }
        told
    }

    pub fn response(self, locale: Locale, request_id: Option<String>) -> Response {
        if let Self::Internal(what) = &self {
            tracing::error!(request_id, what, "request failed");
        }
        let status = self.status();
        let retry = match &self {
            Self::TooMany(seconds) => Some(*seconds),
            Self::Unavailable => Some(1),
            _ => None,
        };
        let mut response = (status, Json(self.told(locale, request_id))).into_response();
        if let Some(seconds) = retry {
            response.headers_mut().insert(http::header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// A text of the catalogue by name; a missing one shows its name, which the
/// catalogue test catches.
fn words(locale: Locale, name: &str, params: &[(&str, &str)]) -> String {
    match Key::from_name(name) {
        Some(key) => i18n::fill(locale, key, params),
        None => name.to_owned(),
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        use sea_orm::SqlErr;
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(what)) if what.contains("users_email") => {
                Self::field("email", "taken")
            }
            Some(SqlErr::UniqueConstraintViolation(what)) => {
                tracing::info!(what, "unique constraint");
                Self::Refused("taken")
            }
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => Self::Refused("in_use"),
            // Two commands met on their rows, and this one gave way.
            _ if is_contention(&error) => Self::Unavailable,
            _ if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => {
                tracing::error!(%error, "database unreachable");
                Self::Unavailable
            }
            _ => Self::internal(error),
        }
    }
}

/// A deadlock that the database broke, or a serialization that failed.
fn is_contention(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else {
        return false;
    };
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| matches!(code.as_ref(), "40P01" | "40001"))
}

impl From<FieldErrors> for Error {
    fn from(fields: FieldErrors) -> Self {
        Self::Fields(fields)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
