//! A hundred agents at work: first at the pace that the bar asks for, then as
//! fast as they are answered.

use serde_json::json;

use super::mix::{Kind, kind};
use super::scale::Scale;
use super::search::words_of;
use crate::bench::http::Request;
use crate::bench::load::{Answers, Pace, paced};
use crate::bench::process::proportional_memory;
use crate::bench::session::Session;
use crate::bench::world::made_up_id;
use crate::bench::{Measure, percentile};
use crate::server::Server;
use crate::shell::{Outcome, say};

const AGENTS: usize = 100;
/// Requests a second of all of them together.
const RATE: f64 = 300.0;
/// As the inbox asks.
pub const UNDONE: &str = "state.is.new~open~waiting_customer~waiting_third_party~on_hold";

/// The p95 of the whole mix in milliseconds.
pub fn measure(server: &Server, scale: Scale, measures: &mut Vec<Measure>) -> Outcome<f64> {
    let desks = (1..=AGENTS).map(|n| Desk::begin(server, n)).collect::<Outcome<Vec<_>>>()?;
    let request = |turn: usize| desks[turn % AGENTS].request(turn % AGENTS, turn / AGENTS);
    let pace = Pace::PerSecond(RATE);
    let Answers { mut times, refused } = paced(server.address(), AGENTS, scale.span(), pace, request)?;
    if let Some(refused) = refused.first() {
        say(&format!("an error of the agents: {refused}"));
    }
    let memory = proportional_memory(server.id())?;
    let free = paced(server.address(), AGENTS, scale.span() / 2, Pace::Free, request)?;
    #[expect(clippy::cast_precision_loss, reason = "far fewer answers than 2^52")]
    let (errors, answered) = ((refused.len() + free.refused.len()) as f64, free.times.len() as f64);
    let what = format!("{AGENTS} agents, {} tickets", scale.tickets());
    let p95 = percentile(&mut times, 0.95);
    measures.extend([
        Measure::told(format!("{what}, p50 at {RATE} requests/s"), percentile(&mut times, 0.5), "ms"),
        Measure::at_most(format!("{what}, p95 at {RATE} requests/s"), p95, "ms", 150.0, 75.0),
        Measure::at_most(format!("{what}, p99 at {RATE} requests/s"), percentile(&mut times, 0.99), "ms", 400.0, 200.0),
        Measure::at_least(
            format!("{what}, without a pause"),
            answered / (scale.span() / 2).as_secs_f64(),
            "/s",
            300.0,
            600.0,
        ),
        Measure::at_most(format!("{what}, errors"), errors, "", 0.0, 0.0),
        Measure::at_most(format!("{what}, memory at work, PSS"), memory, "MiB", 400.0, 200.0),
    ]);
    Ok(p95)
}

/// An agent with what is on their screen.
struct Desk {
    session: Session,
    tickets: Vec<String>,
    words: Vec<String>,
}

impl Desk {
    fn begin(server: &Server, n: usize) -> Outcome<Self> {
        let session = Session::begin(server, &format!("agent{n}"))?;
        let tickets = session.ids(&format!("/api/tickets?limit=200&filter={UNDONE}&sort=due_at,last_message_at"))?;
        let first = tickets.get(n % tickets.len().max(1)).ok_or("an agent has no tickets")?;
        let words = words_of(&session, first)?;
        Ok(Self { session, tickets, words })
    }

    fn request(&self, agent: usize, turn: usize) -> Request {
        let ticket = &self.tickets[(agent * 31 + turn) % self.tickets.len()];
        let session = &self.session;
        let text = format!("{}，请稍候。{turn}", self.words[turn % self.words.len()]);
        match kind(agent, turn) {
            Kind::List => session.get(format!("/api/tickets?limit=50&filter={UNDONE}&sort=due_at,last_message_at")),
            Kind::Thread => session.get(format!("/api/tickets/{ticket}/thread")),
            Kind::Search => {
                let words = super::search::encoded(&self.words[turn % self.words.len()]);
                session.get(format!("/api/tickets?limit=50&search={words}"))
            }
            Kind::Reply => session.post(
                format!("/api/tickets/{ticket}/replies"),
                &json!({ "id": made_up_id(), "body": text, "seen": 0, "anyway": true }),
            ),
            Kind::Note => {
                session.post(format!("/api/tickets/{ticket}/notes"), &json!({ "id": made_up_id(), "body": text }))
            }
            Kind::Update => {
                let priority = ["low", "normal", "high"][turn / 7 % 3];
                session.patch(format!("/api/tickets/{ticket}"), &json!({ "set": { "priority": priority } }))
            }
        }
    }
}
