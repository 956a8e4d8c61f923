//! Signing in and out, sessions, passwords, and what keeps strangers from all of it.

mod origin;
mod pages;
mod refresh;
mod reset;
mod sessions;
mod sign_in;
mod tokens;

use std::time::{Duration, Instant};

use serde_json::json;
use server::ground::outbox::{self, Waiting};
use shared::api::ApiError;
use shared::auth::*;
use tests::{Answer, TestApp};

pub const NEW_PASSWORD: &str = "tram leaves at nine";

async fn sign_in_as(app: &TestApp, email: &str, password: &str) -> Answer {
    app.stranger().post_json(SignIn::PATH_TEXT, &json!({ "email": email, "password": password })).await
}

/// Refusals as a person could compare them: without the request's own id.
fn told(answer: &Answer) -> ApiError {
    ApiError { request_id: None, ..answer.error() }
}

/// The paths of the calls that are sent as a browser would.
trait PathText {
    const PATH_TEXT: &'static str;
}

impl<E: shared::api::Endpoint> PathText for E {
    const PATH_TEXT: &'static str = E::PATH;
}

/// The mails that were written by the time `n` are there.
pub async fn mails(app: &TestApp, n: usize) -> Vec<Waiting> {
    let begun = Instant::now();
    loop {
        let waiting = outbox::waiting(&app.app.db.read, app.app.clock.now()).await.unwrap();
        if waiting.len() >= n || begun.elapsed() > Duration::from_secs(10) {
            return waiting;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub fn link_token(mail: &Waiting) -> String {
    let (_, after) = mail.mail.body.split_once("/reset?token=").expect("a link");
    after.chars().take_while(char::is_ascii_alphanumeric).collect()
}

async fn ask(app: &TestApp, email: &str) -> Result<(), ApiError> {
    app.stranger().call::<AskReset>((), ResetRequest { email: email.into() }).await
}
