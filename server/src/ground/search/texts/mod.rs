//! Search over long texts: posting lists in blocks beside the rows, written in
//! their transaction. One code path and one meaning on both databases.

mod ask;
mod backlog;
mod blocks;
mod find;
mod holding;
mod index;
mod marks;
mod meant;
mod rank;
mod sound;
mod stop;
mod words;

pub use backlog::run_backlog;
pub use find::{Asked, Hit, find};
pub use holding::holding;
pub use index::{delete, insert, replace};

use serde_json::Value;
use shared::access::Object;
use shared::fields::Row;

use super::tokens::cut::{Run, normalise, runs};
use crate::ground::markdown;

/// What is indexed of a record: of an article while it stands on the shelf only.
#[derive(PartialEq)]
struct Text {
    title: String,
    keywords: Vec<String>,
    /// Without the marks of Markdown.
    body: String,
}

/// The kinds whose texts are indexed.
fn is_indexed(object: Object) -> bool {
    matches!(object, Object::ArticleVersion | Object::Ticket | Object::Message)
}

fn text_of(object: Object, row: &Row) -> Option<Text> {
    let word = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    if !is_indexed(object) || (object == Object::ArticleVersion && word("state") != "published") {
        return None;
    }
    if object == Object::Ticket {
        return Some(Text { title: word("name").to_owned(), keywords: Vec::new(), body: String::new() });
    }
    let keywords = row.get("keywords").and_then(Value::as_array).into_iter().flatten();
    Some(Text {
        title: word("name").to_owned(),
        keywords: keywords.filter_map(Value::as_str).map(str::to_owned).collect(),
        body: plain(row),
    })
}

/// What a reader reads, below the title.
fn plain(row: &Row) -> String {
    let word = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    let body = markdown::plain(word("body"));
    match word("summary") {
        "" => body,
        summary => format!("{summary}\n{body}"),
    }
}

/// A question in its normal form: all ways to type it are one.
pub fn normal_form(question: &str) -> String {
    let text = normalise(question);
    let parts = runs(&text).into_iter().map(|run| match run {
        Run::Cjk(part) | Run::Word(part) | Run::Digits(part) => part,
    });
    parts.collect::<Vec<_>>().join(" ")
}
