//! The rules of the clocks, one by one, on a week of office hours.

use super::*;

#[test]
fn the_first_reply_of_a_person_is_what_counts() {
    let happened = [
        (on(1, 9, 0), created(Origin::Customer)),
        (on(1, 9, 0), What::PublicReply { by: Author::Automatic }),
        (on(1, 9, 30), What::Note),
        (on(1, 10, 30), HUMAN),
    ];
    let clocks = clocks(&happened, on(1, 18, 0));
    let first = clock(&clocks, Metric::FirstResponse);
    assert_eq!((first.state, first.used, first.stopped_at), (State::Met, 90 * MINUTE, Some(on(1, 10, 30))));
    assert_eq!(first.due_at, Some(on(1, 11, 0)));
}

#[test]
fn on_behalf_of_a_customer_the_clock_waits_for_their_first_message() {
    let mut happened = vec![(on(1, 9, 0), created(Origin::OnBehalf))];
    let metrics = |happened: &[(Instant, What)]| -> Vec<Metric> {
        clocks(happened, on(1, 18, 0)).iter().map(|clock| clock.metric).collect()
    };
    assert_eq!(metrics(&happened), [Metric::FirstResolution, Metric::TotalResolution]);
    happened.push((on(1, 11, 30), What::CustomerMessage));
    let clocks = clocks(&happened, on(1, 11, 45));
    let first = clock(&clocks, Metric::FirstResponse);
    assert_eq!((first.started_at, first.due_at), (on(1, 11, 30), Some(on(1, 14, 30))));
}

#[test]
fn a_customer_who_was_written_to_first_waits_for_the_next_reply() {
    let happened =
        [(on(1, 9, 0), created(Origin::OnBehalf)), (on(1, 9, 10), HUMAN), (on(1, 10, 0), What::CustomerMessage)];
    let clocks = clocks(&happened, on(1, 10, 30));
    assert!(clocks.iter().all(|clock| clock.metric != Metric::FirstResponse));
    assert_eq!(clock(&clocks, Metric::NextResponse).due_at, Some(on(1, 11, 0)));
}

#[test]
fn the_next_reply_is_counted_from_the_oldest_unanswered_message() {
    let happened = [
        (on(1, 9, 0), created(Origin::Customer)),
        // While the first reply is owed, no next one is.
        (on(1, 9, 5), What::CustomerMessage),
        (on(1, 9, 10), HUMAN),
        (on(1, 10, 0), What::CustomerMessage),
        (on(1, 10, 20), What::CustomerMessage),
        (on(1, 10, 40), HUMAN),
        (on(1, 17, 30), What::CustomerMessage),
    ];
    let clocks = clocks(&happened, on(2, 9, 0));
    let told: Vec<_> = clocks
        .iter()
        .filter(|clock| clock.metric == Metric::NextResponse)
        .map(|clock| (clock.run, clock.started_at, clock.used, clock.state, clock.due_at))
        .collect();
    assert_eq!(
        told,
        [
            (1, on(1, 10, 0), 40 * MINUTE, State::Met, Some(on(1, 11, 0))),
            (2, on(1, 17, 30), 30 * MINUTE, State::Running, Some(on(2, 9, 30))),
        ]
    );
}

#[test]
fn waiting_for_the_customer_pauses_the_solution_and_never_the_first_reply() {
    let happened = [(on(1, 9, 0), created(Origin::Customer)), (on(1, 10, 0), status(Category::WaitingCustomer))];
    let mut clocks = clocks(&happened, on(1, 17, 0));
    let resolution = clock(&clocks, Metric::FirstResolution);
    assert_eq!((resolution.state, resolution.used, resolution.due_at), (State::Paused, HOUR, None));
    let first = clock(&clocks, Metric::FirstResponse);
    assert_eq!((first.state, first.breached_at), (State::BreachedRunning, Some(on(1, 11, 0))));
    // Nor if a policy says so after all.
    let mut pausing = policy();
    pausing.targets[0].pauses = vec![Category::WaitingCustomer, Category::OnHold];
    let hours = working(&office());
    let tables = Timetables::new(vec![Timetable { calendar: OFFICE, version: 1, from: at(0), working: &hours }]);
    clocks = replay(&events(&happened), &Facts { policies: &[pausing], timetables: &tables }, on(1, 10, 30)).unwrap();
    assert_eq!(clock(&clocks, Metric::FirstResponse).due_at, Some(on(1, 11, 0)));
}

#[test]
fn a_pause_ends_with_its_status_and_what_was_used_stays() {
    let happened = [
        (on(1, 9, 0), created(Origin::Customer)),
        (on(1, 10, 0), status(Category::OnHold)),
        (on(2, 11, 0), status(Category::Open)),
    ];
    let clocks = clocks(&happened, on(2, 15, 0));
    let resolution = clock(&clocks, Metric::FirstResolution);
    assert_eq!((resolution.used, resolution.due_at), (HOUR + 3 * HOUR, Some(on(3, 10, 0))));
}

#[test]
fn a_policy_that_changes_during_a_pause_takes_over_what_was_used() {
    let happened = [
        (on(1, 9, 0), created(Origin::Customer)),
        (on(1, 10, 0), status(Category::WaitingCustomer)),
        (on(1, 11, 0), What::Matched { priority: Priority::Urgent, policy: HELD }),
        (on(1, 14, 0), status(Category::Open)),
    ];
    let clocks = clocks(&happened, on(1, 14, 30));
    // Two hours are promised now, of which one is used.
    let resolution = clock(&clocks, Metric::FirstResolution);
    assert_eq!((resolution.used, resolution.due_at, resolution.by_change), (90 * MINUTE, Some(on(1, 15, 0)), false));
}

#[test]
fn a_target_tightened_below_what_is_used_is_missed_at_that_moment_and_says_so() {
    let happened = [
        (on(1, 9, 0), created(Origin::Customer)),
        (on(1, 10, 0), What::Matched { priority: Priority::Urgent, policy: HELD }),
        (on(1, 10, 5), HUMAN),
    ];
    let clocks = clocks(&happened, on(1, 18, 0));
    let first = clock(&clocks, Metric::FirstResponse);
    assert_eq!((first.state, first.breached_at, first.by_change), (State::BreachedMet, Some(on(1, 10, 0)), true));
}

#[test]
fn a_target_loosened_moves_the_due_time_and_forgives_nothing() {
    let urgent = What::Created { origin: Origin::Customer, priority: Priority::Urgent, policy: HELD };
    let normal = What::Matched { priority: Priority::Normal, policy: HELD };
    let early = clocks(&[(on(1, 9, 0), urgent.clone()), (on(1, 9, 20), normal.clone())], on(1, 9, 30));
    assert_eq!(clock(&early, Metric::FirstResponse).due_at, Some(on(1, 11, 0)));
    let late = clocks(&[(on(1, 9, 0), urgent), (on(1, 9, 40), normal)], on(1, 10, 0));
    let first = clock(&late, Metric::FirstResponse);
    assert_eq!((first.state, first.breached_at), (State::BreachedRunning, Some(on(1, 9, 30))));
}

#[test]
fn what_nobody_promised_is_not_used() {
    let none = What::Created { origin: Origin::Customer, priority: Priority::Low, policy: HELD };
    let happened = [(on(1, 9, 0), none), (on(1, 15, 0), What::Matched { priority: Priority::Normal, policy: HELD })];
    assert_eq!(clocks(&happened[..1], on(1, 18, 0)), []);
    let clocks = clocks(&happened, on(1, 16, 0));
    let first = clock(&clocks, Metric::FirstResponse);
    assert_eq!((first.started_at, first.used, first.due_at), (on(1, 9, 0), HOUR, Some(on(1, 17, 0))));
    assert_eq!(first.segments[0].span, Span::Untargeted);
}

#[test]
fn a_changed_calendar_counts_from_then_on_and_leaves_the_past() {
    let (before, mut shorter) = (working(&office()), office());
    shorter.week.retain(|hours| hours.start == 540);
    let after = working(&shorter);
    let table = |version, from, working| Timetable { calendar: OFFICE, version, from, working };
    let tables = Timetables::new(vec![table(1, at(0), &before), table(2, on(1, 17, 0), &after)]);
    let happened = events(&[(on(1, 9, 0), created(Origin::Customer))]);
    let facts = Facts { policies: &[policy()], timetables: &tables };
    let clocks = replay(&happened, &facts, on(2, 10, 0)).unwrap();
    // Seven hours of Monday stay; of Tuesday only the morning counts.
    let resolution = clock(&clocks, Metric::FirstResolution);
    let counted: Vec<_> = resolution.segments.iter().map(|one| (one.calendar_version, one.counted)).collect();
    assert_eq!(counted, [(Some(1), 7 * HOUR), (Some(2), HOUR)]);
    assert_eq!(resolution.due_at, Some(on(2, 10, 0)));
}

#[test]
fn reopened_after_forty_days_the_total_goes_on_and_the_first_solution_stays() {
    let forty = 40 * 24 * 60;
    let solved = on(1, 14, 0);
    let reopened = solved.plus(forty * MINUTE * 1000);
    let happened = [
        (on(1, 9, 0), created(Origin::Customer)),
        (on(1, 9, 30), HUMAN),
        (solved, status(Category::Solved)),
        (reopened, What::CustomerMessage),
        (reopened, status(Category::Open)),
    ];
    let clocks = clocks(&happened, reopened.plus(HOUR * 1000));
    let first = clock(&clocks, Metric::FirstResolution);
    assert_eq!((first.state, first.used, first.stopped_at), (State::Met, 4 * HOUR, Some(solved)));
    let total = clock(&clocks, Metric::TotalResolution);
    // It is Saturday: nothing counts before Monday.
    assert_eq!((total.state, total.used, total.stopped_at), (State::Running, 4 * HOUR, None));
    assert_eq!(total.due_at, Some(at((43 * 24 + 14) * 60)));
    assert_eq!(total.segments[1].span, Span::Stopped);
}

#[test]
fn solved_without_a_reply_is_no_reply_but_late_stays_late() {
    let happened = |hour| [(on(1, 9, 0), created(Origin::Customer)), (on(1, hour, 0), status(Category::Solved))];
    let early = clocks(&happened(10), on(1, 18, 0));
    assert_eq!(clock(&early, Metric::FirstResponse).state, State::Cancelled);
    assert_eq!(clock(&early, Metric::FirstResolution).state, State::Met);
    let late = clocks(&happened(12), on(1, 18, 0));
    assert_eq!(clock(&late, Metric::FirstResponse).state, State::BreachedMet);
}

#[test]
fn an_answer_at_the_very_moment_is_in_time_and_a_second_later_is_not() {
    let answered = |late: i64| {
        let happened = [(on(1, 9, 0), created(Origin::Customer)), (on(1, 11, 0).plus(late), HUMAN)];
        clock(&clocks(&happened, on(2, 9, 0)), Metric::FirstResponse).state
    };
    assert_eq!([answered(0), answered(999), answered(1000)], [State::Met, State::Met, State::BreachedMet]);
}

#[test]
fn the_verdict_does_not_depend_on_when_it_is_asked_for() {
    let happened = [(on(1, 9, 0), created(Origin::Customer)), (on(1, 16, 0), HUMAN)];
    let soon = clocks(&happened, on(1, 16, 0));
    let late = clocks(&happened, on(5, 16, 0));
    assert_eq!(clock(&soon, Metric::FirstResponse), clock(&late, Metric::FirstResponse));
    assert_eq!(clock(&late, Metric::FirstResponse).breached_at, Some(on(1, 11, 0)));
}

#[test]
fn steps_are_reached_at_their_share_of_the_target() {
    let happened = [(on(1, 9, 0), created(Origin::Customer))];
    let clocks = clocks(&happened, on(1, 13, 0));
    let steps = clock(&clocks, Metric::FirstResponse).steps.clone();
    let reached = |percent, at| Reached { percent, at };
    assert_eq!(steps, [reached(50, on(1, 10, 0)), reached(100, on(1, 11, 0)), reached(150, on(1, 12, 0))]);
}

#[test]
fn a_merged_ticket_leaves_its_earlier_due_time_to_the_one_that_goes_on() {
    let away = clocks(&[(on(1, 9, 0), created(Origin::Customer))], on(1, 10, 30));
    let absorbed = What::Absorbed { clocks: away };
    let happened = [(on(1, 10, 0), created(Origin::Customer)), (on(1, 10, 30), absorbed.clone())];
    let clocks_of_survivor = clocks(&happened, on(1, 10, 45));
    let first = clock(&clocks_of_survivor, Metric::FirstResponse);
    assert_eq!((first.started_at, first.used, first.due_at), (on(1, 10, 0), 105 * MINUTE, Some(on(1, 11, 0))));
    // The later one changes nothing.
    let younger = clocks(&[(on(1, 10, 15), created(Origin::Customer))], on(1, 10, 30));
    let happened = [(on(1, 10, 0), created(Origin::Customer)), (on(1, 10, 30), What::Absorbed { clocks: younger })];
    let clocks_of_survivor = clocks(&happened, on(1, 10, 45));
    assert_eq!(clock(&clocks_of_survivor, Metric::FirstResponse).due_at, Some(on(1, 12, 0)));
}

#[test]
fn an_unanswered_message_of_a_merged_ticket_is_owed_an_answer_here() {
    let away = clocks(&[(on(1, 9, 0), created(Origin::Customer))], on(1, 10, 30));
    let happened = [
        (on(1, 9, 0), created(Origin::Customer)),
        (on(1, 9, 30), HUMAN),
        (on(1, 10, 30), What::Absorbed { clocks: away }),
    ];
    let clocks = clocks(&happened, on(1, 10, 45));
    let next = clock(&clocks, Metric::NextResponse);
    assert_eq!((next.started_at, next.due_at), (on(1, 9, 0), Some(on(1, 11, 0))));
}

#[test]
fn the_clocks_of_a_merged_ticket_are_cancelled_and_stay_so() {
    let happened = [
        (on(1, 9, 0), created(Origin::Customer)),
        (on(1, 10, 0), What::MergedAway),
        (on(1, 11, 0), What::CustomerMessage),
        (on(1, 11, 0), status(Category::Solved)),
    ];
    let states: Vec<_> = clocks(&happened, on(2, 9, 0)).iter().map(|clock| clock.state).collect();
    assert_eq!(states, [State::Cancelled; 3]);
}

#[test]
fn around_the_clock_is_due_at_night() {
    let mut night = policy();
    night.targets[0].counting = Counting::Always;
    let tables = Timetables::new(vec![]);
    night.targets.truncate(1);
    let facts = Facts { policies: &[night], timetables: &tables };
    let clocks = replay(&events(&[(on(6, 23, 0), created(Origin::Customer))]), &facts, on(6, 23, 30)).unwrap();
    assert_eq!(clocks[0].due_at, Some(on(7, 1, 0)));
}

#[test]
fn what_cannot_be_folded_is_said() {
    let (tables, policies) = (Timetables::new(vec![]), [policy()]);
    let facts = |policies| Facts { policies, timetables: &tables };
    let fold = |happened: &[(Instant, What)], policies| replay(&events(happened), &facts(policies), on(1, 18, 0));
    assert_eq!(fold(&[(on(1, 9, 0), What::Note)], &[]), Err(Fault::NoBeginning));
    let begun = [(on(1, 9, 0), created(Origin::Customer))];
    assert_eq!(fold(&begun, &[]), Err(Fault::UnknownPolicy(HELD.unwrap())));
    assert_eq!(fold(&begun, &policies), Err(Fault::UnknownCalendar(OFFICE)));
    assert_eq!(fold(&[], &[]), Ok(vec![]));
}

#[test]
fn the_trace_says_why_it_is_due_then() {
    let mut calendar = office();
    let (from, to) = ("2026-11-25".parse().unwrap(), "2026-11-25".parse().unwrap());
    calendar.days =
        vec![SpecialDays { from, to, name: "停电".into(), kind: DayKind::Special, ..SpecialDays::default() }];
    let hours = working(&calendar);
    let tables = Timetables::new(vec![Timetable { calendar: OFFICE, version: 1, from: at(0), working: &hours }]);
    let happened = events(&[
        (on(1, 11, 0), created(Origin::Customer)),
        (on(1, 14, 0), status(Category::WaitingCustomer)),
        (on(2, 14, 0), status(Category::Open)),
    ]);
    let now = on(2, 16, 0);
    let clocks = replay(&happened, &Facts { policies: &[policy()], timetables: &tables }, now).unwrap();
    let told: Vec<_> = trace(clock(&clocks, Metric::FirstResolution), &tables, now)
        .unwrap()
        .into_iter()
        .map(|line| (line.kind, line.from, line.until, line.total / MINUTE))
        .collect();
    assert_eq!(
        told,
        [
            (LineKind::Started, on(1, 11, 0), on(1, 11, 0), 0),
            (LineKind::Target, on(1, 11, 0), on(1, 11, 0), 0),
            (LineKind::Counted, on(1, 11, 0), on(1, 12, 0), 60),
            (LineKind::Counted, on(1, 13, 0), on(1, 14, 0), 120),
            (LineKind::Paused, on(1, 14, 0), on(2, 14, 0), 120),
            (LineKind::Counted, on(2, 14, 0), on(2, 16, 0), 240),
            (LineKind::Ahead, on(2, 16, 0), on(2, 18, 0), 360),
            (LineKind::SpecialDays, on(3, 0, 0), on(4, 0, 0), 360),
            (LineKind::Ahead, on(4, 9, 0), on(4, 11, 0), 480),
            (LineKind::Due, on(4, 11, 0), on(4, 11, 0), 480),
        ]
    );
}

#[test]
fn what_lies_ahead_moves_with_pauses_and_is_reached_when_it_was_foreseen() {
    let paused = [
        (on(1, 9, 0), created(Origin::OnBehalf)),
        (on(1, 10, 0), status(Category::WaitingCustomer)),
        (on(1, 15, 0), status(Category::Open)),
    ];
    let ahead =
        |happened: &[(Instant, What)], now| clock(&clocks(happened, now), Metric::FirstResolution).ahead.clone();
    // Eight hours: four of them are over at two without the pause.
    assert_eq!(ahead(&paused[..1], on(1, 9, 30))[0], Reached { percent: 50, at: on(1, 14, 0) });
    assert_eq!(ahead(&paused[..2], on(1, 11, 0)), []);
    let foreseen = ahead(&paused, on(1, 16, 0));
    assert_eq!(foreseen.iter().map(|step| step.percent).collect::<Vec<_>>(), [50, 100, 150]);
    let told = clocks(&paused, on(5, 18, 0));
    let later = clock(&told, Metric::FirstResolution);
    assert_eq!((later.steps.clone(), later.ahead.clone()), (foreseen, vec![]));
    // Six of eight hours.
    assert_eq!(later.near_at, Some(on(2, 11, 0)));
    assert_eq!(clock(&clocks(&paused, on(1, 16, 0)), Metric::FirstResolution).near_at, later.near_at);
}
