//! Files that come with messages: what is taken, who reads it, and what goes away.

mod reach;
mod upload;

use http::{Method, StatusCode};
use shared::api::{ApiError, percent_encode};
use shared::files::*;
use shared::id::{FileId, MessageId, TicketId};
use shared::tickets::*;
use tests::{Answer, Caller};
use uuid::Uuid;

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

pub async fn post(caller: &Caller<'_>, path: &str, name: &str, bytes: &[u8]) -> Answer {
    caller.send(Method::POST, &format!("{path}?name={}", percent_encode(name)), Some(bytes.to_vec())).await
}

pub async fn try_upload(caller: &Caller<'_>, name: &str, bytes: &[u8]) -> Result<FileTold, ApiError> {
    let answer = post(caller, UPLOAD, name, bytes).await;
    if answer.status == StatusCode::OK {
        Ok(serde_json::from_slice(&answer.body).unwrap())
    } else {
        Err(answer.error())
    }
}

pub async fn upload(caller: &Caller<'_>, name: &str, bytes: &[u8]) -> FileTold {
    try_upload(caller, name, bytes).await.unwrap()
}

/// By a customer.
pub async fn upload_own(caller: &Caller<'_>, name: &str, bytes: &[u8]) -> FileTold {
    let answer = post(caller, PORTAL_UPLOAD, name, bytes).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

pub async fn download(caller: &Caller<'_>, id: FileId) -> Answer {
    caller.get_json(&FILE.replace("{id}", &id.to_string())).await
}

pub async fn download_own(caller: &Caller<'_>, id: FileId) -> Answer {
    caller.get_json(&PORTAL_FILE.replace("{id}", &id.to_string())).await
}

/// A file that is refused looks like one that never was.
pub fn assert_absent(answer: &Answer, absent: &Answer) {
    let told = |answer: &Answer| (answer.status.as_u16(), answer.error().code, answer.error().message);
    assert_eq!((answer.status.as_u16(), told(answer)), (404, told(absent)));
}

pub fn note(files: Vec<FileId>) -> Note {
    Note { id: MessageId(Uuid::now_v7()), body: "Look at this".into(), files }
}

/// What the messages of a thread come with, in their order.
pub async fn names(caller: &Caller<'_>, id: TicketId) -> Vec<Vec<String>> {
    let messages = crate::tickets::thread(caller, id).await.messages;
    messages.into_iter().map(|said| said.files.into_iter().map(|file| file.name).collect()).collect()
}
