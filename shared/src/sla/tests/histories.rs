//! Five thousand random tickets: both replays tell the same.

use super::naive::{Happened, STEP, Told, World, open_steps, step_of};
use super::*;
use crate::calendars::Hours;

/// Numbers below a bound that do not look alike.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % bound as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

fn patterns() -> Vec<Calendar> {
    let mut holidays = office();
    let day = |text: &str| text.parse().unwrap();
    let hours = vec![Hours { start: 600, end: 960 }];
    holidays.days = vec![
        SpecialDays { from: day("2026-11-25"), to: day("2026-11-26"), name: "x".into(), ..SpecialDays::default() },
        SpecialDays { from: day("2026-11-28"), to: day("2026-11-28"), name: "y".into(), hours, kind: DayKind::Makeup },
    ];
    let nights = (1..=7).map(|day| WeekHours { day, start: 22 * 60, end: 30 * 60 });
    let long = (1..=6).map(|day| WeekHours { day, start: 7 * 60 + 30, end: 21 * 60 });
    let of = |week: Vec<WeekHours>| Calendar { week, ..Calendar::default() };
    vec![office(), holidays, of(nights.collect()), of(long.collect())]
}

const NIGHT: CalendarId = CalendarId(Uuid::from_u128(2));
const CATEGORIES: [Category; 8] = [
    Category::Open,
    Category::Open,
    Category::WaitingCustomer,
    Category::WaitingThirdParty,
    Category::OnHold,
    Category::Solved,
    Category::Closed,
    Category::New,
];

fn some_policy(dice: &mut Dice, n: u128) -> SlaPolicy {
    let mut targets = Vec::new();
    for metric in Metric::ALL {
        for priority in Priority::ALL {
            if dice.below(5) == 0 {
                continue;
            }
            let pauses: Vec<Category> = Category::ALL.iter().copied().filter(|_| dice.below(3) == 0).collect();
            let seconds = (1 + dice.below(30)) as i64 * 3600;
            let counting = if dice.below(4) == 0 { Counting::Always } else { Counting::Business };
            targets.push(Target { metric: *metric, priority: *priority, seconds, counting, pauses });
        }
    }
    SlaPolicy {
        id: SlaPolicyId(Uuid::from_u128(n)),
        version: 1,
        calendar_id: dice.of(&[OFFICE, NIGHT]),
        targets,
        ..policy()
    }
}

fn some_match(dice: &mut Dice, policies: &[SlaPolicy]) -> (Priority, Option<PolicyVersion>) {
    let n = dice.below(policies.len() + 1);
    let policy = policies.get(n).map(|policy| PolicyVersion { id: policy.id, version: 1 });
    (dice.of(Priority::ALL), policy)
}

/// A clock of a ticket that was merged in; nothing of it was late.
fn some_clock(dice: &mut Dice, policies: &[SlaPolicy], step: usize) -> Option<Clock> {
    let policy = &policies[dice.below(policies.len())];
    let target = policy.targets.get(dice.below(16))?.clone();
    let version = PolicyVersion { id: policy.id, version: 1 };
    let terms = Terms { policy: version, calendar: policy.calendar_id, target, percents: vec![50, 100, 150] };
    let mut clock = Clock::start(terms.target.metric, 1, at((step - dice.below(step + 1)) as i64 * 30), None);
    clock.used = dice.below(usize::try_from(terms.target.seconds / STEP).unwrap()) as i64 * STEP;
    clock.terms = Some(terms);
    Some(clock)
}

fn some_events(dice: &mut Dice, policies: &[SlaPolicy]) -> Vec<Happened> {
    let mut step = dice.below(96);
    let origin = dice.of(Origin::ALL);
    let (priority, policy) = some_match(dice, policies);
    let mut events = vec![(step, What::Created { origin, priority, policy })];
    for _ in 0..3 + dice.below(12) {
        step += dice.of(&[0, 1, 3, 8, 20, 60]);
        let what = match dice.below(14) {
            0..=2 => What::CustomerMessage,
            3..=5 => What::PublicReply { by: dice.of(&[Author::Human, Author::Human, Author::Automatic]) },
            6 => What::Note,
            7..=10 => What::Status { category: dice.of(&CATEGORIES) },
            11..=12 => {
                let (priority, policy) = some_match(dice, policies);
                What::Matched { priority, policy }
            }
            _ if dice.below(6) == 0 => What::MergedAway,
            _ => What::Absorbed { clocks: some_clock(dice, policies, step).into_iter().collect() },
        };
        events.push((step, what));
    }
    events
}

fn told(clock: &Clock) -> Told {
    Told {
        metric: clock.metric,
        run: clock.run,
        state: Some(clock.state),
        started: step_of(clock.started_at),
        used: clock.used,
        due: clock.due_at.map(step_of),
        breached: clock.breached_at.map(step_of),
        by_change: clock.by_change,
        stopped: clock.stopped_at.map(step_of),
        steps: clock.steps.iter().map(|step| (step.percent, step_of(step.at))).collect(),
    }
}

#[test]
fn five_thousand_random_tickets_are_told_alike_step_by_step() {
    let patterns = patterns();
    let working: Vec<WorkingTime> = patterns.iter().map(working).collect();
    let open: Vec<Vec<bool>> = patterns.iter().map(open_steps).collect();
    let (mut seen, mut missed) = (0, 0);
    for seed in 0..5_000 {
        let mut dice = Dice(seed);
        dice.below(2);
        let policies: Vec<SlaPolicy> = (1..=3).map(|n| some_policy(&mut dice, n)).collect();
        let versions =
            [(OFFICE, 0, dice.below(4)), (OFFICE, dice.below(400), dice.below(4)), (NIGHT, 0, dice.below(4))];
        let events = some_events(&mut dice, &policies);
        let now = events[events.len() - 1].0 + dice.below(100);

        let table = |n: usize| {
            let (calendar, from, pattern) = versions[n];
            Timetable { calendar, version: n as i64, from: at(from as i64 * 30), working: &working[pattern] }
        };
        let tables = Timetables::new((0..3).map(table).collect());
        let happened: Vec<_> = events.iter().map(|(step, what)| (at(*step as i64 * 30), what.clone())).collect();
        let facts = Facts { policies: &policies, timetables: &tables };
        let clocks = replay(&super::events(&happened), &facts, at(now as i64 * 30)).unwrap();
        let mut real: Vec<Told> = clocks.iter().map(told).collect();
        real.sort_by_key(|told| (told.metric, told.run));

        let of = |n: usize| (versions[n].1, open[versions[n].2].clone());
        let open = vec![(OFFICE, vec![of(0), of(1)]), (NIGHT, vec![of(2)])];
        let naive = naive::replay(&World { policies, open }, &events, now);

        assert_eq!(real, naive, "seed {seed}, until {now}: {events:#?}");
        for clock in &clocks {
            let counted: i64 = clock.segments.iter().map(|segment| segment.counted).sum();
            assert_eq!(counted + clock.carried, clock.used, "seed {seed}");
            trace(clock, &tables, at(now as i64 * 30)).unwrap();
        }
        seen += clocks.len();
        missed += clocks.iter().filter(|clock| clock.breached_at.is_some()).count();
    }
    // They are no trivial tickets.
    assert!(seen > 12_000 && missed > 4_000, "{seen} clocks, {missed} missed");
}
