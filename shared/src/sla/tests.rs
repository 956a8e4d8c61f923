use uuid::Uuid;

use super::*;
use crate::calendars::{Calendar, DayKind, SpecialDays, WeekHours};
use crate::time::Instant;
use crate::worktime::WorkingTime;

#[expect(clippy::cast_possible_wrap, reason = "steps of some weeks")]
mod histories;
#[expect(clippy::cast_possible_wrap, reason = "steps of some weeks")]
mod naive;
mod policies;
mod rules;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const OFFICE: CalendarId = CalendarId(Uuid::from_u128(1));
const POLICY: SlaPolicyId = SlaPolicyId(Uuid::from_u128(7));

/// Minutes after Monday, 2026-11-23 00:00 in Shanghai.
fn at(minutes: i64) -> Instant {
    Instant((1_795_363_200 + minutes * MINUTE) * 1000)
}

/// A time of that week: `on(2, 14, 20)` is Tuesday, 14:20.
fn on(day: i64, hour: i64, minute: i64) -> Instant {
    at(((day - 1) * 24 + hour) * 60 + minute)
}

/// Monday to Friday, nine to twelve and one to six.
fn office() -> Calendar {
    let spans = [(540, 720), (780, 1080)];
    let week = (1..=5).flat_map(|day| spans.map(|(start, end)| WeekHours { day, start, end })).collect();
    Calendar { week, ..Calendar::default() }
}

fn working(calendar: &Calendar) -> WorkingTime {
    WorkingTime::new(calendar, chrono_tz::Asia::Shanghai)
}

fn target(metric: Metric, priority: Priority, seconds: i64) -> Target {
    let pauses = match metric {
        Metric::FirstResponse | Metric::NextResponse => vec![],
        _ => vec![Category::WaitingCustomer, Category::OnHold],
    };
    Target { metric, priority, seconds, counting: Counting::Business, pauses }
}

fn step(metric: Metric, at_percent: i64) -> Step {
    Step { metric, at_percent, action: StepAction::Note, ..Step::default() }
}

/// First reply in 2 h, next in 1 h, solved in 8 h and for good in 16 h; a
/// quarter of that when it is urgent.
fn policy() -> SlaPolicy {
    let hours = [
        (Metric::FirstResponse, 2),
        (Metric::NextResponse, 1),
        (Metric::FirstResolution, 8),
        (Metric::TotalResolution, 16),
    ];
    let targets = hours.iter().flat_map(|(metric, hours)| {
        [(Priority::Normal, 60), (Priority::Urgent, 15)]
            .map(|(priority, minutes)| target(*metric, priority, hours * minutes * MINUTE))
    });
    let steps = Metric::ALL.iter().flat_map(|metric| [50, 100, 150].map(|percent| step(*metric, percent)));
    SlaPolicy {
        id: POLICY,
        version: 1,
        name: "标准".into(),
        is_active: true,
        calendar_id: OFFICE,
        targets: targets.collect(),
        steps: steps.collect(),
        ..SlaPolicy::default()
    }
}

const HELD: Option<PolicyVersion> = Some(PolicyVersion { id: POLICY, version: 1 });

fn created(origin: Origin) -> What {
    What::Created { origin, priority: Priority::Normal, policy: HELD }
}

const HUMAN: What = What::PublicReply { by: Author::Human };

fn status(category: Category) -> What {
    What::Status { category }
}

fn events(happened: &[(Instant, What)]) -> Vec<Event> {
    happened.iter().map(|(at, what)| Event { at: *at, what: what.clone() }).collect()
}

/// The clocks by the plain policy and the office's hours.
fn clocks(happened: &[(Instant, What)], now: Instant) -> Vec<Clock> {
    let hours = working(&office());
    let tables = Timetables::new(vec![Timetable { calendar: OFFICE, version: 1, from: at(-9_000), working: &hours }]);
    replay(&events(happened), &Facts { policies: &[policy()], timetables: &tables }, now).unwrap()
}

fn clock(clocks: &[Clock], metric: Metric) -> &Clock {
    clocks.iter().rfind(|clock| clock.metric == metric).unwrap()
}
