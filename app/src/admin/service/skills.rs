//! Skills as one edits them: what somebody knows, and what tickets need.

use leptos::prelude::*;
use serde_json::json;
use shared::i18n::Key;
use shared::tickets::routing::{BEST_LEVEL, LONGEST_WAIT, Need, SkillLevel, SkillNeed};
use uuid::Uuid;

use crate::each::each;
use crate::i18n::{fill, t, text};
use crate::record::Draft;
use crate::ui::{Button, Choice, Glyph, IconButton, IconKind, NumberInput, Select, format};
use crate::{id, store, words};

/// A skill and how well it is known, or must be.
#[derive(Clone, Copy)]
struct Line {
    key: Uuid,
    skill: RwSignal<String>,
    level: RwSignal<String>,
    need: RwSignal<String>,
    relax_after: RwSignal<Option<i64>>,
}

impl Line {
    fn new(need: SkillNeed) -> Self {
        let skill = if need.least == 0 { String::new() } else { need.skill_id.to_string() };
        Self {
            key: id::new(),
            skill: RwSignal::new(skill),
            level: RwSignal::new(need.least.max(1).to_string()),
            need: RwSignal::new(need.need.word().to_owned()),
            relax_after: RwSignal::new(need.relax_after),
        }
    }

    /// What is chosen, once a skill is. Tracked.
    fn chosen(self) -> Option<SkillNeed> {
        Some(SkillNeed {
            skill_id: self.skill.read().parse().ok()?,
            least: self.level.read().parse().ok()?,
            need: self.need.read().parse().unwrap_or_default(),
            relax_after: self.relax_after.get(),
        })
    }
}

#[derive(Clone, Copy)]
pub struct SkillLines {
    lines: RwSignal<Vec<Line>>,
    /// What tickets need, with how much and for how long; else what somebody knows.
    are_needs: bool,
}

impl SkillLines {
    pub fn of_person(levels: &[SkillLevel]) -> Self {
        let line = |one: &SkillLevel| {
            Line::new(SkillNeed { skill_id: one.skill_id, least: one.level, ..SkillNeed::default() })
        };
        Self { lines: RwSignal::new(levels.iter().map(line).collect()), are_needs: false }
    }

    /// Tracked.
    pub fn levels(self) -> Vec<SkillLevel> {
        let level = |need: SkillNeed| SkillLevel { skill_id: need.skill_id, level: need.least };
        self.chosen().into_iter().map(level).collect()
    }

    fn chosen(self) -> Vec<SkillNeed> {
        self.lines.read().iter().filter_map(|line| line.chosen()).collect()
    }

    pub fn view(self, legend: Key, error: Signal<Option<String>>) -> AnyView {
        let keys = move || self.lines.read().iter().map(|line| line.key).collect();
        let add = move |()| self.lines.update(|lines| lines.push(Line::new(SkillNeed::default())));
        view! {
            <fieldset class="skill-lines">
                <legend>{t(legend)}</legend>
                {each(keys, move |key| self.line(key))}
                {move || error.get().map(|text| view! { <p class="bad" role="alert">{text}</p> })}
                <div><Button label=Key::ServiceAddSkill icon=Glyph::Plus on_click=add/></div>
            </fieldset>
        }
        .into_any()
    }

    fn line(self, key: Uuid) -> AnyView {
        let Some(line) = self.lines.with_untracked(|lines| lines.iter().find(|line| line.key == key).copied()) else {
            return ().into_any();
        };
        let skills = Signal::derive(|| store::skills().iter().map(|one| Choice::new(one.id, &one.name)).collect());
        let are_needs = self.are_needs;
        let levels = Signal::derive(move || {
            let key = if are_needs { Key::ServiceLeastLevel } else { Key::ServiceLevelN };
            (1..=BEST_LEVEL).map(|n| Choice::new(n, fill(key, &[("n", &format::number(n))]))).collect::<Vec<_>>()
        });
        let remove = move |()| self.lines.update(|lines| lines.retain(|line| line.key != key));
        view! {
            <div class="row wrap">
                <Select value=line.skill options=skills empty=Key::ServiceChooseSkill label=Key::ObjectSkill/>
                <Select value=line.level options=levels label=Key::ServiceLevel/>
                {are_needs.then(|| how_much(line))}
                <IconButton kind=IconKind::Small glyph=Glyph::X label=Key::ServiceRemoveSkill on_click=remove/>
            </div>
        }
        .into_any()
    }
}

/// Whether it is required, and for how long.
fn how_much(line: Line) -> impl IntoView {
    let needs = Signal::derive(|| {
        Need::ALL.iter().map(|need| Choice::new(need.word(), words::choice("need", need.word()))).collect::<Vec<_>>()
    });
    let is_preferred = Signal::derive(move || *line.need.read() == Need::Preferred.word());
    let minutes = Signal::derive(|| text(Key::ServiceMinutes).to_owned());
    view! {
        <Select value=line.need options=needs label=Key::ServiceNeed/>
        <span class="skill-wait">
            <NumberInput value=line.relax_after min=1 max=LONGEST_WAIT label=Key::ServiceRelaxAfter placeholder=Key::ServiceAlwaysRequired unit=minutes disabled=is_preferred/>
        </span>
    }
}

/// What a category's tickets need, kept in its form.
pub fn needs(draft: Draft, _: Option<Uuid>) -> AnyView {
    let known: Vec<SkillNeed> = serde_json::from_value(untrack(|| draft.get("needs"))).unwrap_or_default();
    let lines = SkillLines { lines: RwSignal::new(known.into_iter().map(Line::new).collect()), are_needs: true };
    Effect::new(move || {
        let chosen = lines.chosen();
        // None is none, whether as an empty list or as nothing.
        if !chosen.is_empty() || untrack(|| !draft.get("needs").is_null()) {
            draft.set("needs", json!(chosen));
        }
    });
    let error = Signal::derive(move || {
        let count = lines.lines.read().len();
        draft.error("needs").or_else(|| (0..count).find_map(|at| draft.error_at("needs", at)))
    });
    lines.view(Key::FieldTicketCategoryNeeds, error)
}
