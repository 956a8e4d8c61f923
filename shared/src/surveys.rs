//! Surveys: what customers think of how their tickets were solved.

use serde::{Deserialize, Serialize};

use crate::access::Access::{Anyone, Staff};
use crate::access::Action::*;
use crate::access::Object;
use crate::api::{FieldError, FieldErrors, Page};
use crate::change::{Archive, BulkDone, Done, New, Patch};
use crate::fields::{ListKind, check_text};
use crate::id::{ContactId, SurveyAnswerId, SurveyPolicyId, TicketId, UserId};
use crate::query::ListQuery;
use crate::tickets::TicketKind;
use crate::time::Instant;

pub mod interval;

crate::endpoints! {
    ListSurveyPolicies:    GET   "/api/survey-policies"         (ListQuery)              -> Page<SurveyPolicy>, Staff(Object::SurveyPolicy, Read);
    CreateSurveyPolicy:    POST  "/api/survey-policies"         (New<SurveyPolicy>)      -> Done<SurveyPolicy>, Staff(Object::SurveyPolicy, Create);
    UpdateSurveyPolicy:    PATCH "/api/survey-policies/{id}"    [SurveyPolicyId] (Patch) -> Done<SurveyPolicy>, Staff(Object::SurveyPolicy, Write);
    ArchiveSurveyPolicies: POST  "/api/survey-policies/archive" (Archive)                -> BulkDone,           Staff(Object::SurveyPolicy, Archive);

    /// What was answered on the tickets that the caller reads.
    ListSurveyAnswers: GET  "/api/survey-answers"        (ListQuery)         -> Page<SurveyAnswer>, Staff(Object::SurveyAnswer, Read);
    /// Averages over them; each opens to its tickets by the filter that comes with it.
    SurveyTotals:      GET  "/api/survey-answers/totals" (SurveyTotalsQuery) -> Satisfaction,       Staff(Object::SurveyAnswer, Read);

    /// What the link of a mail asks. Reading it scores nothing.
    ReadSurvey:   POST "/api/portal/surveys/read"   (SurveyToken) -> Survey, Anyone;
    /// Answers, or changes the answer until the survey is over.
    AnswerSurvey: POST "/api/portal/surveys/answer" (SurveyReply) -> Survey, Anyone;
}

/// The key of the question for the whole, beside the dimensions.
pub const OVERALL: &str = "overall";
/// From 1, very poor, to this, very good.
pub const SCALE: i64 = 5;
/// A score up to this one wants somebody to ask what went wrong.
pub const LOW: i64 = 2;
/// With fewer answers an average says more about the customer than about the agent.
pub const SHOWN_FROM: i64 = 5;
pub const COMMENT_MAX: usize = 2_000;
/// Shares of the credit for a solution add up to this.
pub const WHOLE: i64 = 1_000;
const DIMENSIONS_MAX: usize = 6;

/// One thing that is scored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// Stays when the words change, so that averages go on.
    pub key: String,
    pub label: String,
    /// For customers who write English; as `label` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_en: Option<String>,
}

record! {
    /// When customers are asked, and what. The default one holds; an edit
    /// changes no question that was asked already.
    SurveyPolicy (SurveyPolicyId) as SurveyPolicy in "survey_policies", Common {
        name: String = text(80).required();
        is_active: bool = flag();
        is_default: bool = flag();
        /// Minutes from the solution to the question.
        delay_minutes: i64 = int(0, 43_200);
        dimensions: Vec<Dimension> = list(ListKind::Parts).required();
        /// Asks for the whole as well.
        ask_overall: bool = flag();
        /// How many of a hundred solved tickets.
        sample: i64 = int(0, 100);
        /// Days in which nobody is asked twice.
        cooldown_days: i64 = int(0, 365);
        /// Days in which it can be answered, and the answer changed.
        expire_days: i64 = int(1, 90);
        /// Kinds of tickets that nobody is asked about.
        excluded: Vec<TicketKind> = list(ListKind::Parts);
        /// Put on a ticket with a low score.
        low_tag: String = text(40).required();
    }
}

impl SurveyPolicy {
    /// Says what is wrong with the question, each at its place.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::new();
        match self.dimensions.len() {
            0 => drop(errors.insert("dimensions".into(), FieldError::new("required"))),
            n if n > DIMENSIONS_MAX => {
                errors.insert("dimensions".into(), FieldError::new("too_many").with("max", DIMENSIONS_MAX));
            }
            _ => {}
        }
        for (n, dimension) in self.dimensions.iter().enumerate() {
            if let Some((part, error)) = dimension.fault(&self.dimensions[..n]) {
                errors.insert(format!("dimensions.{n}.{part}"), error);
            }
        }
        if !(1..=90).contains(&self.expire_days) {
            errors.insert("expire_days".into(), FieldError::new("out_of_range").with("min", 1).with("max", 90));
        }
        errors
    }
}

impl Dimension {
    fn fault(&self, before: &[Self]) -> Option<(&'static str, FieldError)> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !(1..=30).contains(&self.key.len()) || !self.key.chars().all(is_plain) || self.key == OVERALL {
            return Some(("key", FieldError::new("bad_key")));
        }
        if before.iter().any(|other| other.key == self.key) {
            return Some(("key", FieldError::new("twice")));
        }
        if self.label.trim().is_empty() {
            return Some(("label", FieldError::new("required")));
        }
        let fault = |text: &str| check_text(text, 40, false).err();
        let english = self.label_en.as_deref().and_then(fault);
        fault(&self.label).map(|error| ("label", error)).or(english.map(|error| ("label_en", error)))
    }
}

/// A score of a dimension, from 1 to `SCALE`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    pub key: String,
    pub score: i64,
}

/// Whose work it was, by the replies that led to the solution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    pub user_id: UserId,
    /// Of `WHOLE`.
    pub share: i64,
}

record! {
    /// What a customer said of a solution. Theirs: staff reads it and changes nothing.
    SurveyAnswer (SurveyAnswerId) as SurveyAnswer in "survey_answers", OfTicket {
        ticket_id: TicketId = to(Object::Ticket).required().read_only();
        contact_id: Option<ContactId> = to(Object::Contact).read_only();
        /// What was asked.
        dimensions: Vec<Dimension> = list(ListKind::Parts).read_only();
        scores: Vec<Score> = list(ListKind::Parts).read_only();
        lowest: i64 = int(1, SCALE).read_only();
        comment: Option<String> = long_text(COMMENT_MAX).read_only();
        answered_at: Instant = time().read_only();
        edited_at: Option<Instant> = time().read_only();
        credits: Vec<Credit> = list(ListKind::Parts).read_only();
        /// When a low score was first put before staff.
        followed_up_at: Option<Instant> = time().read_only();
    }
}

choices! {
    /// How far a question came: `planned → sent → opened → answered`.
    pub enum InviteState {
        Planned = "planned",
        Sent = "sent",
        Opened = "opened",
        Answered = "answered",
        /// Nobody answered in time.
        Expired = "expired",
        /// The ticket was opened again first.
        Cancelled = "cancelled",
    }
}

/// The secret of a mail's link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyToken {
    pub token: String,
}

/// What a customer says by the link of a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyReply {
    pub token: String,
    pub scores: Vec<Score>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// What a customer says of a solution.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    pub scores: Vec<Score>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// What is asked about a ticket, and what was answered so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    pub number: i64,
    pub subject: String,
    pub dimensions: Vec<Dimension>,
    /// Also scored, under the key `OVERALL`.
    pub ask_overall: bool,
    pub given: Option<Judgement>,
    pub answered_at: Option<Instant>,
    /// It can be answered, and the answer changed, until then.
    pub until: Option<Instant>,
}

impl Survey {
    /// Says what is wrong with an answer; not everything that is asked must be scored.
    pub fn check(&self, said: &Judgement) -> FieldErrors {
        let mut errors = FieldErrors::new();
        if said.scores.is_empty() {
            errors.insert("scores".into(), FieldError::new("required"));
        }
        for (n, Score { key, score }) in said.scores.iter().enumerate() {
            let is_asked =
                self.dimensions.iter().any(|one| one.key == *key) || (self.ask_overall && key.as_str() == OVERALL);
            if !is_asked {
                errors.insert(format!("scores.{n}.key"), FieldError::new("not_offered"));
            } else if said.scores[..n].iter().any(|other| other.key == *key) {
                errors.insert(format!("scores.{n}.key"), FieldError::new("twice"));
            } else if !(1..=SCALE).contains(score) {
                let error = FieldError::new("out_of_range").with("min", 1).with("max", SCALE);
                errors.insert(format!("scores.{n}.score"), error);
            }
        }
        if let Some(Err(error)) = said.comment.as_deref().map(|comment| check_text(comment, COMMENT_MAX, true)) {
            errors.insert("comment".into(), error);
        }
        errors
    }
}

choices! {
    /// What averages are told apart by.
    pub enum SurveyBy {
        /// Everybody's together.
        Whole = "whole",
        /// By share of the replies that led to the solution.
        Agent = "agent",
        Team = "team",
        Category = "category",
        /// Months of the organisation's zone, the last 24.
        Month = "month",
    }
}

/// Which tickets, and how their scores are told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SurveyTotalsQuery {
    /// A filter over tickets: `rated_at.during.@last_month`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<SurveyBy>,
}

/// Averages. A ticket is judged by its last answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Satisfaction {
    /// In the order of their groups and keys.
    pub lines: Vec<SatisfactionLine>,
}

/// The average of a dimension within a group, in hundredths of a point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SatisfactionLine {
    /// The id of a person, a team or a category, or a month such as `2026-11`.
    pub group: Option<String>,
    /// Of the dimension.
    pub key: String,
    /// How many answers scored it.
    pub n: i64,
    /// Absent of agents with fewer than `SHOWN_FROM` answers.
    pub mean: Option<i64>,
    /// The 95 % interval of the mean; absent where too few answered.
    pub low: Option<i64>,
    pub high: Option<i64>,
    /// The filter over tickets that opens it: those that were rated.
    pub filter: String,
}

/// What comes with Kith: attitude, speed, result.
pub fn starter() -> SurveyPolicy {
    let dimension = |(key, label, english): (&str, &str, &str)| Dimension {
        key: key.into(),
        label: label.into(),
        label_en: Some(english.into()),
    };
    let asked = [
        ("attitude", "服务态度", "Service attitude"),
        ("speed", "解决速度", "Speed"),
        ("result", "解决效果", "Result"),
    ];
    SurveyPolicy {
        name: "满意度调查".into(),
        is_active: true,
        is_default: true,
        delay_minutes: 24 * 60,
        dimensions: asked.map(dimension).into(),
        sample: 100,
        cooldown_days: 14,
        expire_days: 7,
        low_tag: "低分回访".into(),
        ..SurveyPolicy::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(errors: FieldErrors) -> Vec<(String, String)> {
        errors.into_iter().map(|(key, error)| (key, error.code)).collect()
    }

    fn pair(key: &str, code: &str) -> (String, String) {
        (key.into(), code.into())
    }

    #[test]
    fn a_question_has_one_to_six_dimensions_with_keys_of_their_own() {
        assert_eq!(starter().check(), FieldErrors::new());
        let none = SurveyPolicy { dimensions: Vec::new(), expire_days: 0, ..starter() };
        assert_eq!(codes(none.check()), [pair("dimensions", "required"), pair("expire_days", "out_of_range")]);
        let mut odd = starter();
        odd.dimensions[1].key = "attitude".into();
        odd.dimensions[2].key = OVERALL.into();
        odd.dimensions[0].label = " ".into();
        let expected = [
            pair("dimensions.0.label", "required"),
            pair("dimensions.1.key", "twice"),
            pair("dimensions.2.key", "bad_key"),
        ];
        assert_eq!(codes(odd.check()), expected);
    }

    #[test]
    fn an_answer_scores_what_is_asked_from_one_to_five() {
        let asked = Survey { dimensions: starter().dimensions, ..Survey::default() };
        let score = |key: &str, score| Score { key: key.into(), score };
        let said = |scores: Vec<Score>| Judgement { scores, comment: None };
        assert_eq!(asked.check(&said(vec![score("speed", 5)])), FieldErrors::new());
        assert_eq!(codes(asked.check(&said(Vec::new()))), [pair("scores", "required")]);
        let wrong = vec![score("speed", 0), score("result", 1), score("result", 2), score(OVERALL, 3)];
        let expected = [
            pair("scores.0.score", "out_of_range"),
            pair("scores.2.key", "twice"),
            pair("scores.3.key", "not_offered"),
        ];
        assert_eq!(codes(asked.check(&said(wrong))), expected);
        let whole = Survey { ask_overall: true, ..asked };
        assert_eq!(whole.check(&said(vec![score(OVERALL, 3)])), FieldErrors::new());
    }
}
