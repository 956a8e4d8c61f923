use proptest::prelude::*;
use uuid::Uuid;

use super::rehearsal::{Came, Person, Stand, run};
use super::*;
use crate::time::{DAY, HOUR};

const NOW: Instant = Instant(1_795_363_200_000);

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

fn skill(n: u128) -> SkillId {
    SkillId(Uuid::from_u128(n))
}

fn knows(n: u128, level: i64) -> SkillLevel {
    SkillLevel { skill_id: skill(n), level }
}

fn needs(n: u128, least: i64, need: Need, relax_after: Option<i64>) -> SkillNeed {
    SkillNeed { skill_id: skill(n), least, need, relax_after }
}

fn agent(n: u128, open: i64, capacity: i64) -> Agent {
    Agent { id: user(n), is_of_team: true, capacity: Some(capacity), open, ..Agent::default() }
}

fn asked(routing: Routing) -> Asked {
    Asked { routing, since: NOW, ..Asked::default() }
}

#[test]
fn nobody_gets_a_complaint_about_themselves() {
    let about = Asked { accused: Some(user(1)), ..asked(Routing::LeastLoad) };
    let ranked = rank(&about, &[agent(1, 0, 5), agent(2, 0, 5)], NOW);

    let excluded: Vec<_> = ranked.iter().map(|one| (one.user_id, one.excluded)).collect();
    assert_eq!(excluded, [(user(2), None), (user(1), Some(Excluded::Accused))]);
}

#[test]
fn in_turn_the_next_is_whoever_has_gone_without_for_longest() {
    let given = |n, at| Agent { last_given_at: at, ..agent(n, 1, 5) };
    let agents = [given(1, Some(NOW)), given(2, Some(NOW.plus(-1))), given(3, None), given(4, None)];

    let order: Vec<_> = rank(&asked(Routing::RoundRobin), &agents, NOW).iter().map(|one| one.user_id).collect();

    assert_eq!(order, [user(3), user(4), user(2), user(1)]);
}

#[test]
fn by_load_the_next_is_whoever_has_most_of_their_room_left() {
    let agents = [agent(1, 1, 2), agent(2, 3, 10), agent(3, 0, 1), agent(4, 1, 1)];

    let candidates = rank(&asked(Routing::LeastLoad), &agents, NOW);

    let told: Vec<_> = candidates.iter().map(|one| (one.user_id, one.score, one.excluded)).collect();
    assert_eq!(
        told,
        [(user(3), 3_000, None), (user(2), 2_100, None), (user(1), 1_500, None), (user(4), 0, Some(Excluded::Full)),]
    );
}

#[test]
fn by_skill_knowing_more_than_is_needed_is_no_merit_and_much_work_of_late_counts_against() {
    let asked = Asked { needs: vec![needs(1, 2, Need::Required, None)], ..asked(Routing::Skill) };
    let with = |n, level, lately, hard| Agent { skills: vec![knows(1, level)], lately, hard, ..agent(n, 0, 4) };
    let agents = [with(1, 5, 2, 1), with(2, 2, 0, 0), with(3, 1, 0, 0)];

    let candidates = rank(&asked, &agents, NOW);

    let told: Vec<_> = candidates.iter().map(|one| (one.user_id, one.parts, one.excluded)).collect();
    let parts = |skill, lately, hard| Parts { skill, free: 3_000, sticky: 0, lately, hard };
    assert_eq!(
        told,
        [
            (user(2), parts(5_000, 0, 0), None),
            (user(1), parts(5_000, -200, -150), None),
            (user(3), parts(2_500, 0, 0), Some(Excluded::SkillMissing)),
        ]
    );
}

#[test]
fn a_skill_is_required_until_the_ticket_has_waited_long_enough() {
    let agents = [agent(1, 0, 1)];
    let of = |need| Asked { needs: vec![need], relax_after: Some(30), ..asked(Routing::Skill) };
    let own = of(needs(1, 3, Need::Required, Some(10)));
    let queues = of(needs(1, 3, Need::Required, None));

    for (asked, minutes) in [(&own, 10), (&queues, 30)] {
        let relaxes = NOW.plus(minutes * MINUTE);
        assert_eq!(asked.relaxes_next(NOW), Some(relaxes));
        assert_eq!(best(asked, &agents, relaxes.plus(-1)), None);
        assert_eq!(best(asked, &agents, relaxes), Some(user(1)));
        assert_eq!(asked.relaxes_next(relaxes), None);
    }
    let never = Asked { relax_after: None, ..queues };
    assert_eq!((never.relaxes_next(NOW), best(&never, &agents, NOW.plus(365 * DAY))), (None, None));
    let preferred = of(needs(1, 3, Need::Preferred, None));
    assert_eq!(best(&preferred, &agents, NOW), Some(user(1)));
}

#[test]
fn each_who_cannot_is_told_why() {
    let mut wanted = Vec::new();
    let mut agents = Vec::new();
    let mut add = |change: &dyn Fn(&mut Agent), why| {
        let mut one = agent(u128::try_from(agents.len()).unwrap() + 1, 0, 1);
        change(&mut one);
        wanted.push((one.id, why));
        agents.push(one);
    };
    add(&|one| one.is_of_team = false, Excluded::NotOfTeam);
    add(&|one| one.has_returned = true, Excluded::Returned);
    add(&|one| one.presence = Presence::Offline, Excluded::Offline);
    add(&|one| one.presence = Presence::Away, Excluded::Away);
    add(&|one| one.presence = Presence::Busy, Excluded::Busy);
    add(&|one| one.capacity = None, Excluded::NoCapacity);
    add(&|one| one.open = 1, Excluded::Full);
    add(&|one| one.capacity = Some(0), Excluded::Full);

    let mut told: Vec<_> = rank(&asked(Routing::RoundRobin), &agents, NOW)
        .iter()
        .map(|one| (one.user_id, one.excluded.unwrap()))
        .collect();

    told.sort_unstable();
    assert_eq!(told, wanted);
    assert_eq!(best(&asked(Routing::RoundRobin), &agents, NOW), None);
}

#[test]
fn who_is_asked_first_is_passed_over_only_when_they_cannot() {
    let asked =
        Asked { sticky: Some(user(2)), needs: vec![needs(1, 5, Need::Preferred, None)], ..asked(Routing::Skill) };
    let expert = Agent { skills: vec![knows(1, 5)], ..agent(1, 0, 10) };
    let busy = |open| Agent { lately: 9, hard: 9, ..agent(2, open, 10) };

    assert_eq!(best(&asked, &[expert.clone(), busy(9)], NOW), Some(user(2)));
    assert_eq!(best(&asked, &[expert, busy(10)], NOW), Some(user(1)));
}

#[test]
fn by_hand_nobody_is_given_anything() {
    assert_eq!(best(&asked(Routing::Manual), &[agent(1, 0, 9)], NOW), None);
}

#[test]
fn hours_say_who_is_there_and_people_say_it_within_them() {
    let table = [
        (None, None, Presence::Offline),
        (None, Some(true), Presence::Online),
        (None, Some(false), Presence::Offline),
        (Some(Presence::Online), None, Presence::Online),
        (Some(Presence::Online), Some(false), Presence::Offline),
        (Some(Presence::Away), Some(true), Presence::Away),
        (Some(Presence::Busy), None, Presence::Busy),
    ];
    for (said, in_shift, is) in table {
        assert_eq!(presence(said, in_shift), is, "{said:?} {in_shift:?}");
    }
}

#[test]
fn levels_and_needs_are_checked_each_at_its_place() {
    let levels = check_levels(&[knows(1, 5), knows(2, 6), knows(1, 1)]);
    let needs = check_needs(&[needs(1, 0, Need::Required, None), needs(2, 1, Need::Required, Some(0))]);

    let told = |errors: &FieldErrors| -> Vec<(String, String)> {
        errors.iter().map(|(key, error)| (key.clone(), error.code.clone())).collect()
    };
    let pair = |key: &str, code: &str| (key.to_owned(), code.to_owned());
    assert_eq!(told(&levels), [pair("skills.1.level", "out_of_range"), pair("skills.2", "twice")]);
    assert_eq!(told(&needs), [pair("needs.0.least", "out_of_range"), pair("needs.1.relax_after", "out_of_range")]);
}

/// The rule as one would say it to a person, without haste: everybody is held
/// against everybody.
fn plainly(asked: &Asked, agents: &[Agent], now: Instant) -> Option<UserId> {
    let required = |need: &SkillNeed| {
        let minutes = need.relax_after.or(asked.relax_after);
        let waited = (now.0 - asked.since.0) / MINUTE;
        asked.routing == Routing::Skill && need.need == Need::Required && minutes.is_none_or(|after| waited < after)
    };
    let level = |agent: &Agent, id| agent.skills.iter().find(|one| one.skill_id == id).map_or(0, |one| one.level);
    let can = |agent: &Agent| {
        agent.is_of_team
            && !agent.has_returned
            && agent.presence == Presence::Online
            && agent.capacity.is_some_and(|most| agent.open < most)
            && asked.needs.iter().all(|need| !required(need) || level(agent, need.skill_id) >= need.least)
    };
    let points = |agent: &Agent| {
        let mut points = 0;
        if asked.sticky == Some(agent.id) {
            points += 100_000;
        }
        if matches!(asked.routing, Routing::LeastLoad | Routing::Skill) {
            let most = agent.capacity.unwrap();
            points += 3 * ((most - agent.open) * 1_000 / most);
        }
        if asked.routing == Routing::Skill {
            let mut fit = 0;
            for need in &asked.needs {
                fit += if level(agent, need.skill_id) >= need.least {
                    1_000
                } else {
                    level(agent, need.skill_id) * 1_000 / need.least
                };
            }
            if !asked.needs.is_empty() {
                points += 5 * (fit / i64::try_from(asked.needs.len()).unwrap());
            }
            points -= 100 * agent.lately + 150 * agent.hard;
        }
        points
    };
    let beats = |a: &Agent, b: &Agent| {
        if points(a) != points(b) {
            return points(a) > points(b);
        }
        let idle = |agent: &Agent| agent.last_given_at.map_or(i64::MAX, |at| now.0 - at.0);
        if idle(a) == idle(b) { a.id < b.id } else { idle(a) > idle(b) }
    };
    let able: Vec<&Agent> = agents.iter().filter(|agent| can(agent)).collect();
    able.iter().find(|one| able.iter().all(|other| one.id == other.id || beats(one, other))).map(|one| one.id)
}

fn some_levels() -> impl Strategy<Value = Vec<SkillLevel>> {
    prop::collection::btree_map(1..4_u128, 1..=5_i64, 0..4)
        .prop_map(|levels| levels.into_iter().map(|(n, level)| knows(n, level)).collect())
}

fn some_needs() -> impl Strategy<Value = Vec<SkillNeed>> {
    let one = (1..=5_i64, prop::bool::ANY, prop::option::of(1..60_i64));
    prop::collection::btree_map(1..4_u128, one, 0..3).prop_map(|map| {
        let need = |is_required| if is_required { Need::Required } else { Need::Preferred };
        map.into_iter().map(|(n, (least, required, relax))| needs(n, least, need(required), relax)).collect()
    })
}

fn some_agents() -> impl Strategy<Value = Vec<Agent>> {
    let state = (0..8_u8, 0..5_i64, prop::option::weighted(0.9, 0..5_i64), prop::bool::weighted(0.1));
    let past = (0..4_i64, 0..3_i64, prop::option::of(0..5_i64));
    let one = (state, past, some_levels(), prop::bool::weighted(0.9));
    prop::collection::vec(one, 0..8).prop_map(|all| {
        let agents = (0_u128..).zip(all).map(
            |(n, ((presence, open, capacity, has_returned), (lately, hard, last), skills, is_of_team))| Agent {
                id: user(n + 1),
                is_of_team,
                presence: *Presence::ALL.get(usize::from(presence)).unwrap_or(&Presence::Online),
                capacity,
                open,
                skills,
                lately,
                hard,
                last_given_at: last.map(|ago| NOW.plus(-ago * HOUR)),
                has_returned,
            },
        );
        agents.collect()
    })
}

fn some_asked() -> impl Strategy<Value = Asked> {
    let routing = prop::sample::select(&[Routing::RoundRobin, Routing::LeastLoad, Routing::Skill, Routing::Skill][..]);
    (routing, some_needs(), prop::option::of(1..60_i64), 0..90_i64, prop::option::of(1..9_u128)).prop_map(
        |(routing, needs, relax_after, minutes, sticky)| Asked {
            routing,
            needs,
            relax_after,
            since: NOW.plus(-minutes * MINUTE),
            sticky: sticky.map(user),
            accused: None,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_score_chooses_as_one_would_say_it(asked in some_asked(), agents in some_agents()) {
        let chosen = best(&asked, &agents, NOW);
        prop_assert_eq!(chosen, plainly(&asked, &agents, NOW));
        let first = rank(&asked, &agents, NOW).into_iter().next().filter(|one| one.excluded.is_none());
        prop_assert_eq!(chosen, first.map(|one| one.user_id));
    }

    #[test]
    fn the_order_in_which_people_are_named_decides_nothing(asked in some_asked(), agents in some_agents()) {
        let mut turned = agents.clone();
        turned.reverse();
        prop_assert_eq!(rank(&asked, &agents, NOW), rank(&asked, &turned, NOW));
    }

    #[test]
    fn whoever_waits_longer_is_served_by_no_fewer(asked in some_asked(), agents in some_agents(), later in 0..90_i64) {
        let able = |now| {
            let ranked = rank(&asked, &agents, now);
            ranked.into_iter().filter(|one| one.excluded.is_none()).map(|one| one.user_id).collect::<Vec<_>>()
        };
        let after = able(NOW.plus(later * MINUTE));
        prop_assert!(able(NOW).iter().all(|id| after.contains(id)));
    }

    #[test]
    fn in_a_rehearsal_nobody_is_over_capacity_and_nothing_waits_for_who_is_free(
        came in prop::collection::vec((some_asked(), prop::option::of(1..600_i64)), 0..30),
        capacities in prop::collection::vec((0..3_i64, some_levels()), 0..5),
    ) {
        let mut tickets: Vec<Came> = came.into_iter().map(|(asked, lasts)| Came {
            until: lasts.map(|minutes| asked.since.plus(minutes * MINUTE)),
            asked: Asked { sticky: None, ..asked },
            is_hard: false,
        }).collect();
        tickets.sort_by_key(|ticket| ticket.asked.since);
        let people: Vec<Person<'_>> = (1_u128..).zip(&capacities).map(|(n, (capacity, skills))| Person {
            id: user(n),
            stands: vec![Stand {
                from: NOW.plus(-DAY), is_of_team: true, presence: Some(Presence::Online),
                capacity: Some(*capacity), skills: skills.clone(),
            }],
            others: Vec::new(),
            is_in_shift: None,
            begins_after: None,
        }).collect();
        let end = NOW.plus(20 * HOUR);

        let given = run(&tickets, &people, end);

        let lasts = |ticket: &Came, at: Instant| ticket.until.is_none_or(|until| until > at);
        let mut moments: Vec<Instant> = given.iter().flatten().map(|(_, at)| *at).collect();
        moments.push(end);
        for at in moments {
            for (n, (capacity, skills)) in (1_u128..).zip(&capacities) {
                let mine = tickets.iter().zip(&given).filter(|(ticket, to)| {
                    to.is_some_and(|(id, since)| id == user(n) && since <= at) && lasts(ticket, at)
                });
                let open = i64::try_from(mine.count()).unwrap();
                prop_assert!(open <= *capacity);
                let free = Agent { skills: skills.clone(), ..agent(n, open, *capacity) };
                for (ticket, to) in tickets.iter().zip(&given) {
                    let waits = ticket.asked.since <= at && lasts(ticket, at) && to.is_none_or(|(_, since)| since > at);
                    prop_assert!(!waits || best(&ticket.asked, std::slice::from_ref(&free), at).is_none());
                }
            }
        }
    }
}

#[test]
fn in_a_rehearsal_a_ticket_waits_for_the_first_who_begins_to_work() {
    let begins = NOW.plus(3 * HOUR);
    let works = move |at: Instant| at >= begins;
    let next = move |at: Instant| (at < begins).then_some(begins);
    let ticket = Came { asked: asked(Routing::RoundRobin), ..Came::default() };
    let stand = Stand { from: NOW.plus(-DAY), is_of_team: true, presence: None, capacity: Some(1), skills: Vec::new() };
    let person = Person {
        id: user(1),
        stands: vec![stand],
        others: vec![(NOW, Some(NOW.plus(HOUR)))],
        is_in_shift: Some(&works),
        begins_after: Some(&next),
    };

    let given = run(&[ticket.clone(), ticket], &[person], NOW.plus(DAY));

    assert_eq!(given, [Some((user(1), begins)), None]);
}
