use super::*;

fn faults(policy: &SlaPolicy) -> Vec<(String, String)> {
    policy.check().into_iter().map(|(key, error)| (key, error.code)).collect()
}

#[test]
fn a_plain_policy_is_accepted() {
    assert_eq!(faults(&policy()), []);
}

#[test]
fn each_fault_of_a_policy_is_told_at_its_place() {
    let mut wrong = policy();
    wrong.conditions = Some("all(priority.is".into());
    wrong.targets[0].seconds = 59;
    wrong.targets[1].pauses = vec![Category::WaitingCustomer];
    wrong.targets[4].pauses = vec![Category::Solved];
    wrong.targets.push(wrong.targets[2].clone());
    let to = |action| Step { action, ..step(Metric::FirstResponse, 50) };
    let named = |user_id| Step { user_id, ..to(StepAction::Assign) };
    let tagged = |tag: String| Step { tag: Some(tag), ..to(StepAction::Tag) };
    wrong.steps = vec![
        step(Metric::FirstResponse, 0),
        step(Metric::FirstResponse, 501),
        step(Metric::FirstResponse, 500),
        named(None),
        named(Some(UserId(Uuid::from_u128(1)))),
        named(Some(UserId(Uuid::from_u128(1)))),
        to(StepAction::MoveTo),
        tagged(" ".into()),
        tagged("x".repeat(41)),
        Step { tag: Some("late".into()), ..to(StepAction::Note) },
    ];
    let told: Vec<_> = faults(&wrong);
    let told: Vec<_> = told.iter().map(|(key, code)| (key.as_str(), code.as_str())).collect();
    assert_eq!(
        told,
        [
            ("conditions", "bad_filter"),
            ("steps.0.at_percent", "out_of_range"),
            ("steps.1.at_percent", "out_of_range"),
            ("steps.3.user_id", "required"),
            ("steps.5", "twice"),
            ("steps.6.queue_id", "required"),
            ("steps.7.tag", "required"),
            ("steps.8.tag", "too_long"),
            ("steps.9.tag", "not_offered"),
            ("targets.0.seconds", "out_of_range"),
            ("targets.1.pauses", "never_pauses"),
            ("targets.4.pauses", "not_offered"),
            ("targets.8", "twice"),
        ]
    );
}

#[test]
fn the_first_active_policy_that_fits_holds() {
    let named = |name: &str, position: i64| SlaPolicy { name: name.into(), position, ..policy() };
    let mut policies = vec![named("all", 9), named("gold", 1), named("off", 0)];
    policies[2].is_active = false;
    let chosen = |fits: &dyn Fn(&SlaPolicy) -> bool| first_match(&policies, fits).map(|policy| policy.name.clone());
    assert_eq!(chosen(&|_| true), Some("gold".into()));
    assert_eq!(chosen(&|policy| policy.name != "gold"), Some("all".into()));
    assert_eq!(chosen(&|_| false), None);
}

#[test]
fn steps_that_were_kept_before_they_named_a_promise_are_still_read() {
    let kept = r#"{ "percent": 75, "action": "tell_lead" }"#;
    assert_eq!(serde_json::from_str::<Step>(kept).unwrap(), step(Metric::FirstResponse, 75));
}
