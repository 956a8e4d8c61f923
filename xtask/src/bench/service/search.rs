//! Search over everything that was said on tickets, by people who see one
//! team's: two characters of Chinese, longer words, two words, and passages
//! whose ticket is known and must be found.

use std::fmt::Write as _;
use std::time::Instant;

use super::scale::Scale;
use crate::bench::http::Connection;
use crate::bench::session::{Session, strings};
use crate::bench::{Measure, percentile};
use crate::server::Server;
use crate::shell::{Outcome, say};

/// Of each kind.
const QUESTIONS: usize = 50;
/// A passage of so many characters stands in few messages.
const PASSAGE: usize = 12;

struct Question {
    words: String,
    /// The ticket that must be found.
    ticket: Option<String>,
}

pub fn measure(server: &Server, scale: Scale, measures: &mut Vec<Measure>) -> Outcome<()> {
    let session = Session::begin(server, "agent1")?;
    let questions = questions(&session)?;
    let mut connection = Connection::open(session.address)?;
    let (mut times, mut missed, mut common) = (Vec::new(), 0_u32, 0_u32);
    for question in &questions {
        let request = session.get(format!("/api/tickets?limit=50&search={}", encoded(&question.words)));
        let asked = Instant::now();
        let answer = connection.send(&request)?;
        times.push(asked.elapsed().as_secs_f64() * 1_000.0);
        answer.check(&request)?;
        let page: serde_json::Value = serde_json::from_slice(&answer.body)?;
        common += u32::from(!page["next"].is_null());
        let found = strings(&page["items"], "id");
        if question.ticket.as_ref().is_some_and(|ticket| !found.contains(ticket)) {
            say(&format!("`{}` did not find its ticket", question.words));
            missed += 1;
        }
    }
    let what = format!("{} questions over {} messages", questions.len(), scale.messages());
    measures.extend([
        Measure::told(format!("{what}, p50"), percentile(&mut times, 0.5), "ms"),
        Measure::at_most(format!("{what}, p95"), percentile(&mut times, 0.95), "ms", 200.0, 50.0),
        Measure::told(format!("{what}, longest"), percentile(&mut times, 1.0), "ms"),
        Measure::told("of these, with more answers than a page", f64::from(common), ""),
        Measure::at_most("passages that did not find their ticket", f64::from(missed), "", 0.0, 0.0),
    ]);
    Ok(())
}

/// Words of messages that the caller reads, of each kind as many.
fn questions(session: &Session) -> Outcome<Vec<Question>> {
    let ids = session.ids(&format!("/api/tickets?limit={QUESTIONS}&sort=-last_message_at"))?;
    let mut questions = Vec::new();
    for id in ids.iter().cycle().take(QUESTIONS) {
        let said = bodies(session, id)?;
        let (first, last) = (said.first().ok_or("a ticket without a word")?, said.last().unwrap_or(&said[0]));
        let asked = |words: String| Question { words, ticket: None };
        questions.extend([
            asked(cut(first, 0, 2)),
            asked(cut(last, 2, 4)),
            asked(format!("{} {}", cut(last, 0, 2), cut(last, 4, 2))),
            // As it stands there, marks included.
            Question { words: first.chars().take(PASSAGE).collect(), ticket: Some(id.clone()) },
        ]);
    }
    Ok(questions)
}

/// Two characters each, out of what was said on a ticket.
pub fn words_of(session: &Session, ticket: &str) -> Outcome<Vec<String>> {
    let words: Vec<String> = bodies(session, ticket)?.iter().map(|body| cut(body, 0, 2)).collect();
    if words.is_empty() { Err("a ticket without a word".into()) } else { Ok(words) }
}

fn bodies(session: &Session, ticket: &str) -> Outcome<Vec<String>> {
    let thread = session.json(&format!("/api/tickets/{ticket}/thread"))?;
    let said = thread["messages"].as_array().into_iter().flatten();
    Ok(said.filter_map(|said| said["message"]["body"].as_str().map(str::to_owned)).collect())
}

/// So many letters from one on, marks left out.
fn cut(text: &str, from: usize, length: usize) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).skip(from).take(length).collect()
}

pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        // A string takes everything.
        let _ = write!(encoded, "%{byte:02X}");
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_cut_by_its_letters() {
        assert_eq!(cut("退款。单号 77", 0, 2), "退款");
        assert_eq!(cut("退款。单号 77", 2, 4), "单号77");
        assert_eq!(cut("短", 4, 2), "");
        assert_eq!(encoded("退a"), "%E9%80%80%61");
    }
}
