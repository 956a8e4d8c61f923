//! Many open streams while tickets change: each reader hears of exactly what
//! they see, also over a connection that was cut and came back by its number.

use std::collections::{HashMap, HashSet};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::scale::Scale;
use crate::bench::http::{Connection, Lines};
use crate::bench::session::Session;
use crate::bench::{Measure, percentile};
use crate::server::Server;
use crate::shell::Outcome;

const READERS: [&str; 8] = ["agent1", "agent2", "agent3", "agent4", "admin", "auditor", "rep", "lead"];
/// Tickets of each team that change.
const TICKETS: usize = 20;
const PER_SECOND: u32 = 50;
const SPAN: Duration = Duration::from_secs(10);
/// Of so many streams one is cut on the way.
const CUT: usize = 10;
/// How long one that was cut stays away, and how long the last event may take.
const AWAY: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(5);

/// What a change was, and when it was sent on its way.
struct Sent {
    ticket: String,
    at: Instant,
}

/// The number of each change that a reader heard of, its ticket, and when.
type Heard = Vec<(i64, String, Instant)>;

pub fn measure(server: &Server, scale: Scale, measures: &mut Vec<Measure>) -> Outcome<()> {
    let people = READERS.iter().map(|who| Session::begin(server, who)).collect::<Outcome<Vec<_>>>()?;
    let tickets = tickets(&people)?;
    let sees = people.iter().map(|session| visible(session, &tickets)).collect::<Outcome<Vec<_>>>()?;
    let readers = (0..scale.streams()).map(|n| Reader::open(&people[n % people.len()])).collect::<Outcome<Vec<_>>>()?;
    let admin = Session::begin(server, "admin")?;
    let sent = change(&admin, &tickets, &readers)?;
    thread::sleep(PATIENCE);
    let (mut times, mut lost, mut leaked, mut back) = (Vec::new(), 0_u32, 0_u32, 0_u32);
    let count = readers.len();
    for (n, reader) in readers.into_iter().enumerate() {
        let seen = &sees[n % people.len()];
        let was_cut = n % CUT == 0;
        let heard = reader.end()?;
        let verdict = judge(&sent, seen, &heard);
        (lost, leaked) = (lost + verdict.lost, leaked + verdict.leaked);
        back += u32::from(was_cut);
        // Who was away hears late by as much.
        if !was_cut {
            times.extend(verdict.times);
        }
    }
    let what = format!("{count} streams, {PER_SECOND} changes/s");
    measures.extend([
        Measure::told(format!("{what}, p50"), percentile(&mut times, 0.5), "ms"),
        Measure::at_most(format!("{what}, p95"), percentile(&mut times, 0.95), "ms", 500.0, 100.0),
        Measure::told(format!("{what}, of them cut on the way"), f64::from(back), ""),
        Measure::at_most(format!("{what}, changes that missed a reader"), f64::from(lost), "", 0.0, 0.0),
        Measure::at_most(format!("{what}, changes that reached a wrong one"), f64::from(leaked), "", 0.0, 0.0),
    ]);
    Ok(())
}

/// Tickets of both teams in turn, as far as their agents see them.
fn tickets(people: &[Session]) -> Outcome<Vec<String>> {
    let undone = super::agents::UNDONE;
    let of = |session: &Session| session.ids(&format!("/api/tickets?limit={TICKETS}&filter={undone}"));
    let (first, second) = (of(&people[0])?, of(&people[1])?);
    if first.is_empty() || second.is_empty() {
        return Err("a team has no tickets".into());
    }
    Ok(first.into_iter().chain(second).collect())
}

fn visible(session: &Session, tickets: &[String]) -> Outcome<HashSet<String>> {
    let mut seen = HashSet::new();
    for ticket in tickets {
        if session.ask(&session.get(format!("/api/tickets/{ticket}")))?.is_good() {
            seen.insert(ticket.clone());
        }
    }
    Ok(seen)
}

/// Changes tickets at the pace, and cuts some of the streams half way.
fn change(admin: &Session, tickets: &[String], readers: &[Reader]) -> Outcome<HashMap<i64, Sent>> {
    let mut connection = Connection::open(admin.address)?;
    let mut sent = HashMap::new();
    let (start, pause) = (Instant::now(), Duration::from_secs(1) / PER_SECOND);
    let mut is_cut = false;
    for turn in 0_u32.. {
        let due = start + pause * turn;
        if due - start > SPAN {
            break;
        }
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if !is_cut && due - start > SPAN / 2 {
            readers.iter().step_by(CUT).try_for_each(Reader::cut)?;
            is_cut = true;
        }
        let turn = usize::try_from(turn)?;
        let ticket = &tickets[turn * 7 % tickets.len()];
        let tags = json!({ "set": { "tags": [format!("bench-{turn}")] } });
        let request = admin.patch(format!("/api/tickets/{ticket}"), &tags);
        let at = Instant::now();
        let answer = connection.send(&request)?;
        answer.check(&request)?;
        let answer: Value = serde_json::from_slice(&answer.body)?;
        let seq = answer["seq"].as_i64().ok_or("a change without a number")?;
        sent.insert(seq, Sent { ticket: ticket.clone(), at });
    }
    Ok(sent)
}

/// How a reader's news compare with what was sent.
#[derive(Debug, Default, PartialEq)]
struct Verdict {
    lost: u32,
    leaked: u32,
    times: Vec<f64>,
}

fn judge(sent: &HashMap<i64, Sent>, seen: &HashSet<String>, heard: &[(i64, String, Instant)]) -> Verdict {
    let mut verdict = Verdict::default();
    let numbers: HashSet<i64> = heard.iter().map(|(seq, ..)| *seq).collect();
    for (seq, change) in sent {
        verdict.lost += u32::from(seen.contains(&change.ticket) && !numbers.contains(seq));
    }
    for (seq, ticket, at) in heard {
        let Some(change) = sent.get(seq) else { continue };
        verdict.leaked += u32::from(!seen.contains(&change.ticket) || change.ticket != *ticket);
        verdict.times.push((*at - change.at).as_secs_f64() * 1_000.0);
    }
    verdict
}

/// A stream that comes back by its number when it is cut.
struct Reader {
    is_over: Arc<AtomicBool>,
    ending: Arc<Mutex<Option<TcpStream>>>,
    listening: JoinHandle<Heard>,
}

impl Reader {
    fn open(session: &Session) -> Outcome<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let lines = connect(session, None)?;
        let ending = Arc::new(Mutex::new(Some(lines.ending()?)));
        let (over, end, session) = (is_over.clone(), ending.clone(), session.clone());
        let listening = thread::spawn(move || {
            let mut ear = Ear::default();
            let mut lines = lines;
            loop {
                while let Some(line) = lines.next() {
                    ear.hear(&line);
                }
                if over.load(Ordering::Acquire) {
                    return ear.heard;
                }
                thread::sleep(AWAY);
                // One that cannot come back has lost what was said since, and that is counted.
                let Ok(again) = connect(&session, ear.last.as_deref()) else { return ear.heard };
                *end.lock().unwrap_or_else(PoisonError::into_inner) = again.ending().ok();
                lines = again;
            }
        });
        Ok(Self { is_over, ending, listening })
    }

    fn cut(&self) -> Outcome {
        if let Some(stream) = self.ending.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            stream.shutdown(Shutdown::Both)?;
        }
        Ok(())
    }

    fn end(self) -> Outcome<Heard> {
        self.is_over.store(true, Ordering::Release);
        self.cut()?;
        Ok(self.listening.join().map_err(|_| "a reader panicked")?)
    }
}

fn connect(session: &Session, last: Option<&str>) -> Outcome<Lines> {
    let mut request = session.get("/api/events");
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last);
    }
    Connection::open(session.address)?.listen(&request)
}

/// What a browser keeps of a stream.
#[derive(Default)]
struct Ear {
    /// The number of the frame that is being read; it counts at the frame's end.
    coming: Option<String>,
    last: Option<String>,
    heard: Heard,
}

impl Ear {
    fn hear(&mut self, line: &str) {
        if let Some(id) = line.strip_prefix("id:") {
            self.coming = Some(id.trim().to_owned());
        } else if let Some(data) = line.strip_prefix("data:") {
            let event: Value = serde_json::from_str(data).unwrap_or_default();
            if let (Some(seq), Some(id)) = (event["seq"].as_i64(), event["id"].as_str()) {
                self.heard.push((seq, id.to_owned(), Instant::now()));
            }
        } else if line.is_empty() {
            self.last = self.coming.take().or_else(|| self.last.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_comes_back_by_the_last_whole_frame() {
        let mut ear = Ear::default();
        for line in ["event: here", "id: 6", "data: ", "", "event: change", "data: {\"seq\":7,\"id\":\"a\"}", "id: 7"] {
            ear.hear(line);
        }
        assert_eq!(ear.last.as_deref(), Some("6"));
        ear.hear("");
        assert_eq!(ear.last.as_deref(), Some("7"));
        assert_eq!(ear.heard.iter().map(|(seq, id, _)| (*seq, id.as_str())).collect::<Vec<_>>(), [(7, "a")]);
    }

    #[test]
    fn what_misses_a_reader_and_what_reaches_a_wrong_one_is_told_apart() {
        let at = Instant::now();
        let sent = |ticket: &str| Sent { ticket: ticket.into(), at };
        let sent = HashMap::from([(1, sent("mine")), (2, sent("mine")), (3, sent("theirs"))]);
        let seen = HashSet::from(["mine".to_owned()]);
        let heard = |seq, ticket: &str| (seq, ticket.to_owned(), at);

        let good = judge(&sent, &seen, &[heard(1, "mine"), heard(2, "mine"), heard(9, "else")]);
        let bad = judge(&sent, &seen, &[heard(1, "mine"), heard(3, "theirs")]);

        assert_eq!((good.lost, good.leaked, good.times.len()), (0, 0, 2));
        assert_eq!((bad.lost, bad.leaked), (1, 1));
    }
}
