//! Two agents at one ticket, at random: no reply goes to a customer whose words
//! its writer has not seen, unless they send it anyway.

use std::collections::BTreeSet;

use futures::StreamExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use shared::change::Done;
use shared::id::{BatchId, MessageId, TicketId};
use shared::tickets::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{heard, thread, ticket};

const ROUNDS: usize = 1_000;
const STEPS: usize = 6;
/// Tickets that are worked on at once, so that their commits are shared.
const AT_ONCE: usize = 40;

/// What can come next.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The agent reads the thread.
    Read(usize),
    /// And begins to write, or has taken up what is new: what counts as seen is what was read until then.
    Write(usize),
    /// Sends what was begun.
    Send(usize, bool),
    /// Sends it while the customer's next words come in.
    Race(usize),
    /// Sends it twice under one key, as after a network that was away.
    SendTwice(usize),
    /// The customer says something, which an agent writes down.
    Customer(usize),
    Note(usize),
}

impl Step {
    fn any(random: &mut StdRng) -> Self {
        let agent = random.random_range(0..2);
        *[
            Self::Read(agent),
            Self::Write(agent),
            Self::Send(agent, false),
            Self::Send(agent, false),
            Self::Send(agent, true),
            Self::Race(agent),
            Self::SendTwice(agent),
            Self::Customer(agent),
            Self::Customer(agent),
            Self::Note(agent),
        ]
        .choose(random)
        .unwrap()
    }
}

/// What somebody has seen of a thread: its messages, and what the server calls that.
#[derive(Clone, Default)]
struct Seen {
    messages: BTreeSet<MessageId>,
    version: i64,
}

/// An agent at a ticket.
#[derive(Default)]
struct Desk {
    read: Seen,
    /// What was seen when what is being written was begun.
    begun: Option<Seen>,
}

/// A ticket with what was said on it, kept beside the server by what it answered.
struct Round<'a, 'b> {
    agents: [&'a Caller<'b>; 2],
    id: TicketId,
    desks: [Desk; 2],
    /// Each message, who wrote it down, and whether the customer said it.
    said: Vec<(MessageId, usize, bool)>,
    sent: usize,
    refused: usize,
    steps: Vec<Step>,
}

impl Round<'_, '_> {
    /// What an agent should know of and has not seen.
    fn unseen(&self, agent: usize, seen: &Seen) -> BTreeSet<MessageId> {
        let news = self
            .said
            .iter()
            .filter(|(id, by, is_customers)| (*is_customers || *by != agent) && !seen.messages.contains(id));
        news.map(|(id, ..)| *id).collect()
    }

    async fn take(&mut self, step: Step) {
        self.steps.push(step);
        match step {
            Step::Read(agent) => self.read(agent).await,
            Step::Write(agent) => {
                let desk = &mut self.desks[agent];
                desk.begun = Some(desk.read.clone());
            }
            Step::Send(agent, anyway) => {
                let reply = self.reply(agent, anyway);
                let sent = self.agents[agent].call::<ReplyToTicket>(self.id, reply).await;
                self.check(agent, anyway, sent);
            }
            Step::Race(agent) => self.race(agent).await,
            Step::SendTwice(agent) => {
                let reply = self.reply(agent, false);
                let caller = self.agents[agent].with_key(BatchId(Uuid::now_v7()));
                let first = caller.call::<ReplyToTicket>(self.id, reply.clone()).await;
                let again = caller.call::<ReplyToTicket>(self.id, reply).await;
                assert_eq!(first.as_ref().ok(), again.as_ref().ok(), "{:?}", self.steps);
                self.check(agent, false, first);
            }
            Step::Customer(agent) => {
                let done = self.agents[agent].call::<RecordMessage>(self.id, heard("Hello?")).await.unwrap();
                self.said.push((done.record.id, agent, true));
            }
            Step::Note(agent) => {
                let note = Note { id: MessageId(Uuid::now_v7()), body: "Careful".into(), files: Vec::new() };
                let done = self.agents[agent].call::<AddNote>(self.id, note).await.unwrap();
                self.said.push((done.record.id, agent, false));
            }
        }
    }

    async fn read(&mut self, agent: usize) {
        let told = thread(self.agents[agent], self.id).await;
        let messages: BTreeSet<MessageId> = told.messages.iter().map(|said| said.message.id).collect();
        assert_eq!(messages, self.said.iter().map(|(id, ..)| *id).collect(), "{:?}", self.steps);
        self.desks[agent].read = Seen { messages, version: told.ticket.version };
    }

    fn seen(&self, agent: usize) -> &Seen {
        let desk = &self.desks[agent];
        desk.begun.as_ref().unwrap_or(&desk.read)
    }

    fn reply(&self, agent: usize, anyway: bool) -> Reply {
        Reply { anyway, ..super::answer(self.seen(agent).version, "It is on its way") }
    }

    /// A reply goes out exactly when there is nothing that its writer should know of.
    fn check(&mut self, agent: usize, anyway: bool, sent: Result<Done<Message>, shared::api::ApiError>) {
        let unseen = self.unseen(agent, self.seen(agent));
        match sent {
            Ok(done) => {
                assert!(anyway || unseen.is_empty(), "sent past {unseen:?}: {:?}", self.steps);
                self.went_out(agent, done);
            }
            Err(refused) => {
                let told = refused.moved_on.unwrap_or_else(|| panic!("{}: {:?}", refused.code, self.steps));
                let told: BTreeSet<MessageId> = told.messages.iter().map(|said| said.message.id).collect();
                assert!(!anyway && told == unseen, "{told:?}, {unseen:?}: {:?}", self.steps);
                self.refused += 1;
            }
        }
    }

    fn went_out(&mut self, agent: usize, done: Done<Message>) {
        self.said.push((done.record.id, agent, false));
        self.desks[agent].begun = None;
        self.sent += 1;
    }

    /// At once: whichever the server takes first, the customer's words are not
    /// before a reply whose writer has not seen them.
    async fn race(&mut self, agent: usize) {
        let reply = self.reply(agent, false);
        let unseen = self.unseen(agent, self.seen(agent));
        let (sent, came) = tokio::join!(
            self.agents[agent].call::<ReplyToTicket>(self.id, reply),
            self.agents[1 - agent].call::<RecordMessage>(self.id, heard("Are you there?")),
        );
        let came = came.unwrap().record;
        match sent {
            Ok(done) => {
                assert!(unseen.is_empty() && done.record.seq < came.seq, "{:?}", self.steps);
                self.went_out(agent, done);
            }
            Err(refused) => {
                let told = refused.moved_on.unwrap_or_else(|| panic!("{}: {:?}", refused.code, self.steps));
                let told: BTreeSet<MessageId> = told.messages.iter().map(|said| said.message.id).collect();
                assert!(!told.is_empty() && told.is_superset(&unseen), "{:?}", self.steps);
                self.refused += 1;
            }
        }
        self.said.push((came.id, 1 - agent, true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_reply_goes_past_words_of_the_customer_that_its_writer_has_not_seen() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.admin().await, app.staff("Bob", app.role(server::demo::ADMIN).await, None).await);
    let seed = rand::rng().random::<u64>();
    eprintln!("seed {seed}");
    let rounds = (0..ROUNDS as u64).map(|n| play([&ann, &bob], seed.wrapping_add(n)));
    let played: Vec<(usize, usize)> = futures::stream::iter(rounds).buffer_unordered(AT_ONCE).collect().await;
    let (sent, refused) = played.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!(sent > ROUNDS / 2 && refused > ROUNDS / 2, "{sent} went out, {refused} were refused");
}

/// How many replies went out, and how many were refused.
async fn play(agents: [&Caller<'_>; 2], seed: u64) -> (usize, usize) {
    let mut random = StdRng::seed_from_u64(seed);
    let id = ticket(agents[0], "Printer").await.id;
    let mut round =
        Round { agents, id, desks: Default::default(), said: Vec::new(), sent: 0, refused: 0, steps: Vec::new() };
    for _ in 0..STEPS {
        round.take(Step::any(&mut random)).await;
    }
    round.read(0).await;
    (round.sent, round.refused)
}
