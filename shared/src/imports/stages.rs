//! A pipeline from the stages that a file names.

use super::NewStage;
use crate::import::choices::{Match, Vocabulary};
use crate::pipelines::StageKind;
use crate::text::{collapse_spaces, fold};

/// The usual steps of a sale in their order, by the words that name them.
const STEPS: &[&[&str]] = &[
    &["lead", "new", "线索", "新建"],
    &["prospect", "初步接触", "接触"],
    &["qualif", "discover", "需求", "确认"],
    &["engag", "develop", "demo", "meeting", "演示"],
    &["propos", "quote", "方案", "报价"],
    &["negotiat", "contract", "谈判", "合同"],
    &["verbal", "commit", "签约"],
];

/// The stages of these cells: what is open first, in the usual order, then
/// what is won and lost. Their ids are left to whoever creates them.
pub fn stages_from<'a>(cells: impl IntoIterator<Item = &'a str>) -> Vec<NewStage> {
    let mut seen: Vec<(String, String)> = Vec::new();
    for cell in cells {
        let key = fold(cell);
        if !key.is_empty() && !seen.iter().any(|(known, _)| *known == key) {
            seen.push((key, collapse_spaces(cell)));
        }
    }
    let kinds = kinds();
    let mut stages: Vec<(usize, NewStage)> = seen
        .into_iter()
        .map(|(key, name)| {
            let kind = match kinds.find(&key) {
                Match::Exact(at) | Match::Alias(at) => StageKind::ALL[at],
                _ => StageKind::Open,
            };
            let place = match kind {
                StageKind::Open => step(&key),
                StageKind::Won => 101,
                StageKind::Lost => 102,
                StageKind::OnHold => 103,
            };
            (place, NewStage { name, kind, ..NewStage::default() })
        })
        .collect();
    crate::order::sort_by_key(&mut stages, |(place, _)| *place);
    let open = i64::try_from(stages.iter().filter(|(_, stage)| stage.kind == StageKind::Open).count()).unwrap_or(0);
    let mut at = 0;
    for (_, stage) in &mut stages {
        stage.probability = match stage.kind {
            StageKind::Open => {
                at += 1;
                at * 100 / (open + 1)
            }
            StageKind::Won => 100,
            StageKind::Lost | StageKind::OnHold => 0,
        };
    }
    stages.into_iter().map(|(_, stage)| stage).collect()
}

/// Unknown steps stand after the known ones, in the order of the file.
fn step(name: &str) -> usize {
    STEPS.iter().position(|words| words.iter().any(|word| name.contains(word))).unwrap_or(STEPS.len())
}

/// In the order of `StageKind`.
fn kinds() -> Vocabulary {
    let mut kinds = Vocabulary::new();
    kinds.add("open", ["进行中"]);
    kinds.add("won", ["closed won", "win", "success", "赢单", "成交", "签约成功", "已成交"]);
    kinds.add("lost", ["closed lost", "lose", "failed", "输单", "丢单", "失败", "已流失"]);
    kinds.add("on hold", ["on_hold", "paused", "suspended", "搁置", "暂停"]);
    kinds
}

/// Which pipeline the stages of a file belong to, by the names of the stages of
/// each: the one that knows most of them, if it knows half. A misspelt one is
/// asked about then, instead of making the whole pipeline a new one.
pub fn home_of(stages: &[NewStage], pipelines: &[Vec<String>]) -> Option<usize> {
    let known = |names: &Vec<String>| {
        let mut words = Vocabulary::new();
        for name in names {
            words.add(name, []);
        }
        stages.iter().filter(|stage| !matches!(words.find(&stage.name), Match::Unknown)).count()
    };
    let mut best = None;
    for (at, names) in pipelines.iter().enumerate() {
        let known = known(names);
        // The first of equals stays: one's own pipelines come first.
        if known * 2 >= stages.len() && known > best.map_or(0, |(_, most)| most) {
            best = Some((at, known));
        }
    }
    best.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_come_in_the_order_of_a_sale() {
        let stages = stages_from(["Won", "Engaging", " won", "Lost", "Prospecting", "On Hold"]);
        let told: Vec<_> = stages.iter().map(|stage| (stage.name.as_str(), stage.kind, stage.probability)).collect();
        assert_eq!(
            told,
            [
                ("Prospecting", StageKind::Open, 33),
                ("Engaging", StageKind::Open, 66),
                ("Won", StageKind::Won, 100),
                ("Lost", StageKind::Lost, 0),
                ("On Hold", StageKind::OnHold, 0),
            ]
        );
    }

    #[test]
    fn chinese_stages_are_known_too() {
        let stages = stages_from(["赢单", "方案报价", "需求确认", "输单"]);
        let kinds: Vec<_> = stages.iter().map(|stage| (stage.name.as_str(), stage.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("需求确认", StageKind::Open),
                ("方案报价", StageKind::Open),
                ("赢单", StageKind::Won),
                ("输单", StageKind::Lost)
            ]
        );
    }

    #[test]
    fn one_misspelt_stage_does_not_make_a_new_pipeline() {
        let pipelines = [
            ["Asked", "Signed"].map(str::to_owned).to_vec(),
            ["Prospecting", "Engaging", "Won", "Lost"].map(str::to_owned).to_vec(),
        ];
        let home = |names: &[&str]| home_of(&stages_from(names.iter().copied()), &pipelines);
        assert_eq!(home(&["Prospecting", "Engagign", "Won", "Lost"]), Some(1));
        assert_eq!(home(&["Prospecting", "Demo", "Won", "Quoted"]), Some(1));
        assert_eq!(home(&["Prospecting", "Demo", "Quoted"]), None);
        assert_eq!(home(&[]), None);
    }
}
