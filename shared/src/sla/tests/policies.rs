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
    wrong.steps = vec![Step { percent: 0, action: StepAction::TellLead }];
    let told: Vec<_> = faults(&wrong);
    let told: Vec<_> = told.iter().map(|(key, code)| (key.as_str(), code.as_str())).collect();
    assert_eq!(
        told,
        [
            ("conditions", "bad_filter"),
            ("steps.0.percent", "out_of_range"),
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
