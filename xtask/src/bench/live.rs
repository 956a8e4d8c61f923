//! Live events: how soon another browser hears of a change, and that each of
//! many readers hears what they may see and nothing else.

use std::collections::{HashMap, HashSet};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::http::{Connection, Lines};
use super::session::{PEOPLE, Session};
use super::world::{Visit, World};
use super::{Measure, percentile};
use crate::server::Server;
use crate::shell::Outcome;

const MOVES: usize = 200;
const STREAMS: usize = 200;
/// An event that takes longer was lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whose stream heard of which record, and when.
struct Heard {
    stream: usize,
    record: String,
    at: Instant,
}

pub fn measure() -> Outcome<Vec<Measure>> {
    World::fill(&[("accounts", 1_000), ("deals", 1_000)])?.with_server(|server| {
        let visit = Visit::begin(server)?;
        let mut measures = two_browsers(server, &visit)?;
        measures.extend(a_full_house(server, &visit)?);
        Ok(measures)
    })
}

fn two_browsers(server: &Server, visit: &Visit) -> Outcome<Vec<Measure>> {
    let lead = Session::begin(server, "lead")?;
    let seen: HashSet<String> = visible(&lead, visit)?;
    let deals: Vec<&String> = visit.deals.iter().filter(|deal| seen.contains(*deal)).collect();
    let house = House::open(&[&lead])?;
    let mut times = Vec::new();
    for turn in 0..MOVES {
        let deal = deals[turn % deals.len()];
        let asked = move_card(visit, deal, turn)?;
        let heard = house.next().ok_or("an event was not heard within five seconds")?;
        if heard.record != *deal {
            return Err(format!("moved {deal}, heard of {}", heard.record).into());
        }
        times.push((heard.at - asked).as_secs_f64() * 1_000.0);
    }
    house.close()?;
    Ok(vec![
        Measure::told("move of a card to another browser, p50", percentile(&mut times, 0.5), "ms"),
        Measure::at_most("move of a card to another browser, p95", percentile(&mut times, 0.95), "ms", 500.0, 100.0),
    ])
}

/// Deals that somebody finds when they ask.
fn visible(session: &Session, visit: &Visit) -> Outcome<HashSet<String>> {
    let mut seen = HashSet::new();
    for deal in visit.deals.iter().take(MOVES) {
        if session.ask(&session.get(format!("/api/opportunities/{deal}")))?.is_good() {
            seen.insert(deal.clone());
        }
    }
    Ok(seen)
}

/// The moment at which the card was sent on its way. Each turn moves it to another stage than it came from.
fn move_card(visit: &Visit, deal: &str, turn: usize) -> Outcome<Instant> {
    let deal_now = visit.session.json(&format!("/api/opportunities/{deal}"))?;
    let others: Vec<&String> = visit.stages.iter().filter(|stage| deal_now["stage_id"] != ***stage).collect();
    let stage = others[turn % others.len()];
    let body = serde_json::json!({ "ids": [deal], "stage": stage });
    let asked = Instant::now();
    visit.session.told(&visit.session.post("/api/opportunities/move", &body))?;
    Ok(asked)
}

/// Many streams, shared by people who may see different things.
fn a_full_house(server: &Server, visit: &Visit) -> Outcome<Vec<Measure>> {
    let people = PEOPLE.iter().map(|who| Session::begin(server, who)).collect::<Outcome<Vec<_>>>()?;
    let sees = people.iter().map(|session| visible(session, visit)).collect::<Outcome<Vec<_>>>()?;
    let readers: Vec<&Session> = people.iter().cycle().take(STREAMS).collect();
    let house = House::open(&readers)?;
    let (mut times, mut astray) = (Vec::new(), 0_u32);
    for (turn, deal) in visit.deals.iter().take(MOVES / 4).enumerate() {
        let listeners: HashSet<usize> =
            (0..STREAMS).filter(|stream| sees[stream % people.len()].contains(deal)).collect();
        let asked = move_card(visit, deal, turn)?;
        let mut heard = HashMap::new();
        while heard.len() < listeners.len() {
            let Some(one) = house.next() else { break };
            heard.insert(one.stream, one.at - asked);
            astray += u32::from(one.record != *deal || !listeners.contains(&one.stream));
        }
        astray += u32::try_from(listeners.iter().filter(|stream| !heard.contains_key(stream)).count())?;
        times.extend(heard.values().map(|time| time.as_secs_f64() * 1_000.0));
    }
    // Whatever comes now was told to somebody whom it does not concern.
    while house.heard.recv_timeout(Duration::from_millis(500)).is_ok() {
        astray += 1;
    }
    house.close()?;
    Ok(vec![
        Measure::told("the same with 200 open streams, p50", percentile(&mut times, 0.5), "ms"),
        Measure::at_most("the same with 200 open streams, p95", percentile(&mut times, 0.95), "ms", 500.0, 100.0),
        Measure::at_most("events that missed a reader or reached a wrong one", f64::from(astray), "", 0.0, 0.0),
    ])
}

/// Open streams, each read by a thread of its own.
struct House {
    heard: Receiver<Heard>,
    endings: Vec<TcpStream>,
}

impl House {
    fn open(readers: &[&Session]) -> Outcome<Self> {
        let (tell, heard) = mpsc::channel();
        let mut endings = Vec::new();
        for (stream, session) in readers.iter().enumerate() {
            let mut lines = Connection::open(session.address)?.listen(&session.get("/api/events"))?;
            // The stream says when it has begun to listen.
            lines.next().ok_or("a stream ended before it began")?;
            endings.push(lines.ending()?);
            let tell = tell.clone();
            thread::spawn(move || listen(stream, lines, &tell));
        }
        Ok(Self { heard, endings })
    }

    fn next(&self) -> Option<Heard> {
        self.heard.recv_timeout(PATIENCE).ok()
    }

    fn close(self) -> Outcome {
        for ending in self.endings {
            ending.shutdown(Shutdown::Both)?;
        }
        Ok(())
    }
}

/// Tells of each change until the stream ends or nobody listens any more.
fn listen(stream: usize, mut lines: Lines, tell: &Sender<Heard>) {
    while let Some(line) = lines.next() {
        let at = Instant::now();
        let event = line.strip_prefix("data: ").and_then(|data| serde_json::from_str::<serde_json::Value>(data).ok());
        let Some(record) = event.as_ref().and_then(|event| event["id"].as_str()) else { continue };
        if tell.send(Heard { stream, record: record.to_owned(), at }).is_err() {
            return;
        }
    }
}
