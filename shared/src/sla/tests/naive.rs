//! The clocks once more, half hour by half hour: every clock is followed
//! alone through the events, and every half hour is looked up.

use chrono::{Datelike as _, Days};

use super::*;
use crate::time::Date;

/// Seconds of a step.
pub const STEP: i64 = 1800;

/// Steps of a day, and of the weeks in which anything is due.
pub const DAY_STEPS: usize = 48;
pub const STEPS: usize = 16 * 7 * DAY_STEPS;

pub struct World {
    pub policies: Vec<SlaPolicy>,
    /// For each calendar its versions: from which step on, and which steps are worked.
    pub open: Vec<(CalendarId, Versions)>,
}

pub type Versions = Vec<(usize, Vec<bool>)>;

/// Which half hours of the weeks from Monday, 2026-11-23 on are worked in Shanghai.
pub fn open_steps(calendar: &Calendar) -> Vec<bool> {
    let monday: Date = "2026-11-23".parse().unwrap();
    let holds = |day: Date, minute: i64| {
        if let Some(special) = calendar.days.iter().find(|special| special.from <= day && day <= special.to) {
            return special.hours.iter().any(|hours| hours.start <= minute && minute < hours.end);
        }
        let weekday = i64::from(day.weekday().number_from_monday());
        calendar.week.iter().any(|hours| hours.day == weekday && hours.start <= minute && minute < hours.end)
    };
    let worked = |step: usize| {
        let day = monday + Days::new((step / DAY_STEPS) as u64);
        let minute = (step % DAY_STEPS) as i64 * 30;
        holds(day, minute) || holds(day - Days::new(1), minute + 24 * 60)
    };
    (0..STEPS).map(worked).collect()
}

/// An event, by the step at whose begin it happens.
pub type Happened = (usize, What);

/// What is compared of a clock.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    pub metric: Metric,
    pub run: i64,
    pub state: Option<State>,
    pub started: i64,
    pub used: i64,
    pub due: Option<i64>,
    pub breached: Option<i64>,
    pub by_change: bool,
    pub stopped: Option<i64>,
    pub steps: Vec<(i64, i64)>,
}

struct Hand<'a> {
    world: &'a World,
    told: Told,
    terms: Option<Terms>,
    had_terms: bool,
    policy: Option<PolicyVersion>,
    priority: Priority,
    category: Category,
    solved: bool,
    over: bool,
}

pub fn replay(world: &World, events: &[Happened], now: usize) -> Vec<Told> {
    let mut clocks = Vec::new();
    for (metric, run, start) in beginnings(events) {
        let mut hand = Hand::at(world, metric, run, events, start);
        let mut next = start + 1;
        for step in events[start].0..=now {
            while next < events.len() && events[next].0 == step && !hand.over {
                hand.happen(step, &events[next].1);
                next += 1;
            }
            if step < now && !hand.over {
                hand.step(step);
            }
        }
        if !hand.over && !hand.solved {
            hand.told.due = hand.due(now);
            let paused = hand.is_paused();
            hand.told.state = Some(match (hand.told.breached, paused) {
                (Some(_), _) => State::BreachedRunning,
                (None, true) => State::Paused,
                (None, false) => State::Running,
            });
        }
        if hand.had_terms {
            clocks.push(hand.told);
        }
    }
    clocks.sort_by_key(|told| (told.metric, told.run));
    clocks
}

/// Which clocks begin with which event.
fn beginnings(events: &[Happened]) -> Vec<(Metric, i64, usize)> {
    let mut begun = vec![(Metric::FirstResolution, 1, 0), (Metric::TotalResolution, 1, 0)];
    let (mut first_begun, mut first_over, mut owed, mut solved) = (false, false, false, false);
    let mut runs = 0;
    for (n, (_, what)) in events.iter().enumerate() {
        let response = |clock: &Clock| clock.metric.is_response();
        match what {
            What::MergedAway => break,
            What::PublicReply { by: Author::Human } => (first_over, owed) = (true, false),
            What::Status { category } => {
                if category.is_solved() && !solved {
                    first_over |= first_begun;
                    owed = false;
                }
                solved = category.is_solved();
            }
            _ => {}
        }
        let asks = match what {
            What::Created { origin, .. } => *origin == Origin::Customer,
            What::CustomerMessage => true,
            What::Absorbed { clocks } => clocks.iter().any(response),
            _ => false,
        };
        if !asks || owed {
            continue;
        }
        owed = true;
        if first_begun || first_over {
            runs += 1;
            begun.push((Metric::NextResponse, runs, n));
        } else {
            first_begun = true;
            begun.push((Metric::FirstResponse, 1, n));
        }
    }
    begun
}

impl<'a> Hand<'a> {
    fn at(world: &'a World, metric: Metric, run: i64, events: &[Happened], start: usize) -> Self {
        let mut hand = Self {
            world,
            told: Told { metric, run, started: events[start].0 as i64, ..Told::default() },
            terms: None,
            had_terms: false,
            policy: None,
            priority: Priority::Low,
            category: Category::New,
            solved: false,
            over: false,
        };
        for (_, what) in &events[..=start] {
            match what {
                What::Created { priority, policy, .. } | What::Matched { priority, policy } => {
                    (hand.priority, hand.policy) = (*priority, *policy);
                }
                What::Status { category } => hand.category = *category,
                _ => {}
            }
        }
        hand.promise(hand.wanted());
        if let What::Absorbed { clocks } = &events[start].1 {
            let theirs = clocks.iter().find(|clock| clock.metric.is_response()).unwrap();
            hand.take_over(theirs);
            hand.told.started = step_of(theirs.started_at);
        }
        hand
    }

    fn promise(&mut self, terms: Option<Terms>) {
        self.had_terms |= terms.is_some();
        self.terms = terms;
    }

    fn wanted(&self) -> Option<Terms> {
        let wanted = self.policy?;
        let policy = self.world.policies.iter().find(|policy| policy.id == wanted.id)?;
        let of = |target: &&Target| target.metric == self.told.metric && target.priority == self.priority;
        let target = policy.targets.iter().find(of)?.clone();
        Some(Terms { policy: wanted, calendar: policy.calendar_id, target, percents: vec![50, 100, 150] })
    }

    fn happen(&mut self, step: usize, what: &What) {
        let response = self.told.metric.is_response();
        match what {
            What::PublicReply { by: Author::Human } if response => self.end(step),
            What::Status { category } => {
                let (was, is) = (self.category.is_solved(), category.is_solved());
                if is && !was {
                    self.solve(step);
                }
                self.category = *category;
                if was && !is && self.solved {
                    self.solved = false;
                    (self.told.stopped, self.told.state) = (None, None);
                    self.switch(step);
                }
            }
            What::Matched { priority, policy } => {
                (self.priority, self.policy) = (*priority, *policy);
                if !self.solved {
                    self.switch(step);
                }
            }
            What::MergedAway => {
                self.over = true;
                if !self.solved {
                    self.told.due = self.told.breached;
                    (self.told.stopped, self.told.state) = (Some(step as i64), Some(State::Cancelled));
                }
            }
            What::Absorbed { clocks } if !self.solved => self.compare(step, clocks),
            _ => {}
        }
    }

    fn end(&mut self, step: usize) {
        self.told.due = self.due(step);
        self.told.stopped = Some(step as i64);
        self.told.state = Some(match (self.told.breached, &self.terms) {
            (Some(_), _) => State::BreachedMet,
            (None, Some(_)) => State::Met,
            (None, None) => State::Cancelled,
        });
        self.over = true;
    }

    fn solve(&mut self, step: usize) {
        self.end(step);
        if self.told.metric.is_response() && self.told.breached.is_none() {
            self.told.state = Some(State::Cancelled);
            self.told.due = None;
        }
        if self.told.metric == Metric::TotalResolution {
            (self.over, self.solved) = (false, true);
        }
    }

    fn switch(&mut self, step: usize) {
        self.promise(self.wanted());
        let promised = self.terms.as_ref().map_or(i64::MAX, |terms| terms.target.seconds);
        if self.told.used > promised && self.told.breached.is_none() {
            (self.told.breached, self.told.by_change) = (Some(step as i64), true);
        }
    }

    fn compare(&mut self, step: usize, clocks: &[Clock]) {
        let response = self.told.metric.is_response();
        let fits = |clock: &&Clock| clock.metric == self.told.metric || (response && clock.metric.is_response());
        let theirs: Vec<&Clock> = clocks.iter().filter(fits).collect();
        for theirs in theirs {
            let mine = self.due_running(step);
            let terms = theirs.terms.clone().unwrap();
            let other = later(self.world, &terms, step, terms.target.seconds - theirs.used);
            if mine.is_none_or(|mine| other < mine) {
                self.take_over(theirs);
            }
        }
    }

    fn take_over(&mut self, theirs: &Clock) {
        self.told.used = theirs.used;
        self.told.steps.clear();
        (self.told.breached, self.told.by_change) = (None, false);
        self.promise(theirs.terms.clone());
    }

    fn is_paused(&self) -> bool {
        let never = self.told.metric == Metric::FirstResponse && self.category == Category::WaitingCustomer;
        self.terms.as_ref().is_some_and(|terms| terms.target.pauses.contains(&self.category)) && !never
    }

    fn step(&mut self, step: usize) {
        let Some(terms) = self.terms.clone().filter(|_| !self.is_paused() && !self.solved) else { return };
        if self.told.breached.is_none() && self.told.used >= terms.target.seconds {
            self.told.breached = Some(step as i64);
        }
        self.reach(&terms, step);
        if is_open(self.world, &terms, step) {
            self.told.used += STEP;
        }
        self.reach(&terms, step + 1);
    }

    fn reach(&mut self, terms: &Terms, step: usize) {
        for percent in &terms.percents {
            let reached = self.told.used >= terms.target.seconds * percent / 100;
            if reached && self.told.steps.iter().all(|(told, _)| told != percent) {
                self.told.steps.push((*percent, step as i64));
            }
        }
    }

    fn due(&self, step: usize) -> Option<i64> {
        if self.told.breached.is_some() || !self.is_paused() { self.due_running(step) } else { None }
    }

    fn due_running(&self, step: usize) -> Option<i64> {
        if self.told.breached.is_some() {
            return self.told.breached;
        }
        let terms = self.terms.as_ref()?;
        Some(later(self.world, terms, step, terms.target.seconds - self.told.used))
    }
}

/// The step at which so many seconds are over.
fn later(world: &World, terms: &Terms, mut step: usize, mut seconds: i64) -> i64 {
    while seconds > 0 {
        if is_open(world, terms, step) {
            seconds -= STEP;
        }
        step += 1;
    }
    step as i64
}

fn is_open(world: &World, terms: &Terms, step: usize) -> bool {
    if terms.target.counting == Counting::Always {
        return true;
    }
    let (_, versions) = world.open.iter().find(|(id, _)| *id == terms.calendar).unwrap();
    let held = versions.iter().rfind(|(from, _)| *from <= step).unwrap_or(&versions[0]);
    held.1[step]
}

pub fn step_of(at: Instant) -> i64 {
    (at.0 / 1000 - 1_795_363_200) / STEP
}
