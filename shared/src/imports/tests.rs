//! What an import says of itself.

use uuid::Uuid;

use super::*;
use crate::id::{PipelineId, StageId};

fn import(object: &str, match_keys: &str) -> Import {
    Import { name: "a.csv".into(), object: object.into(), match_keys: match_keys.into(), ..Import::default() }
}

#[test]
fn only_fields_that_tell_records_apart_match() {
    assert_eq!(import("account", "name, region").check(), FieldErrors::new());
    assert_eq!(import("account", "employees").check()["match_keys"].code, "not_offered");
    assert_eq!(import("account", " ").check()["match_keys"].code, "not_offered");
    assert_eq!(import("stage", "name").check()["object"].code, "not_offered");
}

#[test]
fn a_plan_that_is_none_is_told() {
    let told = |plan: &str| {
        Import { plan: Some(plan.into()), ..import("account", "name") }
            .check()
            .get("plan")
            .map(|error| error.code.clone())
    };
    assert_eq!(told("{"), Some("wrong_shape".into()));
    assert_eq!(told(r#"{"colums":[]}"#), Some("wrong_shape".into()));
    assert_eq!(told(r#"{"defaults":{"colour":"red"}}"#), Some("unknown".into()));
    assert_eq!(told(&Plan::default().text()), None);
}

#[test]
fn what_was_created_on_the_way_is_counted_by_kind() {
    let import = Import { linked: Some("team:3,user:6".into()), ..Import::default() };
    assert_eq!(import.linked_records(), [(Object::Team, 3), (Object::User, 6)]);
}

#[test]
fn the_error_of_an_entry_shows_at_its_column() {
    let errors = FieldErrors::from([
        ("points.0".to_owned(), FieldError::new("email")),
        ("points.phone".to_owned(), FieldError::new("phone_shape")),
    ]);
    assert_eq!(by_target(&errors).keys().copied().collect::<Vec<_>>(), ["points", "points.phone"]);
}

#[test]
fn a_pipeline_that_nobody_could_make_by_hand_comes_with_no_import() {
    let stage = |name: &str| NewStage { id: StageId(Uuid::now_v7()), name: name.into(), ..NewStage::default() };
    let sound = NewPipeline {
        id: PipelineId(Uuid::now_v7()),
        name: "Sales".into(),
        currency: "CNY".into(),
        stages: vec![stage("First")],
    };
    let twice = stage("Twice");
    let cases = [
        (sound.clone(), true),
        (NewPipeline { currency: "XXX".into(), ..sound.clone() }, false),
        (NewPipeline { name: "x".repeat(81), ..sound.clone() }, false),
        (NewPipeline { name: "a\u{0}".into(), ..sound.clone() }, false),
        (NewPipeline { stages: vec![stage(" ")], ..sound.clone() }, false),
        (NewPipeline { stages: vec![twice.clone(), twice], ..sound.clone() }, false),
        (NewPipeline { stages: Vec::new(), ..sound }, false),
    ];
    for (new, is_sound) in cases {
        let plan = Plan { new_pipeline: Some(new.clone()), ..Plan::default() };
        assert_eq!(plan.check(Object::Opportunity).is_empty(), is_sound, "{new:?}");
    }
}
