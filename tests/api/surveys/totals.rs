//! Averages: whose they are, how sure, and what they open to.

use serde_json::json;
use shared::change::Patch;
use shared::query::TotalsQuery;
use shared::surveys::*;
use shared::tickets::*;
use shared::time::{DAY, MINUTE};
use tests::{Caller, TestApp};

use super::{contact, later, mails, said, settle, solve, ticket_of};
use crate::tickets::{reply, with};

/// Six solutions, scored 1 to 6 less one; Bob helped with the last.
async fn rated<'a>(app: &'a TestApp, ann: &Caller<'a>, bob: &Caller<'a>) -> Caller<'a> {
    let mut ids = Vec::new();
    for n in 0..6 {
        let id = ticket_of(ann, contact(ann, &format!("C{n}")).await, "Printer").await;
        reply(ann, id, "Looking").await;
        ids.push(id);
    }
    reply(bob, ids[5], "Done").await;
    for id in ids {
        solve(ann, id).await;
    }
    let ann = later(app, ann, DAY + MINUTE).await;
    let mut mails = mails(app).await;
    mails.sort();
    for ((_, token), score) in mails.iter().zip([1, 2, 3, 4, 5, 5]) {
        let reply = said(token, &[("speed", score)], "");
        app.stranger().call::<AnswerSurvey>((), reply).await.unwrap();
    }
    ann
}

async fn by(caller: &Caller<'_>, by: SurveyBy, filter: Option<&str>) -> Vec<SatisfactionLine> {
    let query = SurveyTotalsQuery { by: Some(by), filter: filter.map(str::to_owned) };
    caller.call::<SurveyTotals>((), query).await.unwrap().lines
}

async fn opened(caller: &Caller<'_>, line: &SatisfactionLine) -> i64 {
    let query = TotalsQuery { filter: Some(line.filter.clone()), ..TotalsQuery::default() };
    caller.call::<TicketTotals>((), query).await.unwrap().count()
}

#[tokio::test]
async fn averages_come_with_their_number_their_interval_and_their_tickets() {
    let app = TestApp::start().await;
    let (ann, all) = (app.admin().await, app.role(server::demo::ADMIN).await);
    let bob = app.staff("Bob", all, None).await;
    let ann = rated(&app, &ann, &bob).await;

    let [whole] = by(&ann, SurveyBy::Whole, None).await.try_into().unwrap();
    // 20 / 6; s = 1.633, t(5) = 2.571, so ± 1.714.
    assert_eq!((whole.key.as_str(), whole.n, whole.mean), ("speed", 6, Some(333)));
    assert_eq!((whole.low, whole.high), (Some(162), Some(500)));

    let agents = by(&ann, SurveyBy::Agent, None).await;
    let of = |id: shared::id::UserId| agents.iter().find(|line| line.group == Some(id.to_string())).unwrap();
    // 15 + 5 / 2 of 5.5.
    assert_eq!((of(ann.id).n, of(ann.id).mean), (6, Some(318)));
    assert_eq!((of(bob.id).n, of(bob.id).mean, of(bob.id).low), (1, None, None), "too few to say");
    let months = by(&ann, SurveyBy::Month, None).await;
    assert_eq!((months.len(), months[0].n), (1, 6));

    let more = [SurveyBy::Team, SurveyBy::Category];
    let mut lines = [vec![whole], agents, months].concat();
    for one in more {
        lines.extend(by(&ann, one, None).await);
    }
    for line in &lines {
        assert_eq!(opened(&ann, line).await, line.n, "{line:?}");
    }
    let low = by(&ann, SurveyBy::Whole, Some("lowest_score.le.2")).await;
    assert_eq!((low[0].n, low[0].mean, low[0].low), (2, Some(150), None));
    assert_eq!(opened(&ann, &low[0]).await, 2);
    assert_eq!(by(&ann, SurveyBy::Whole, Some("rated_at.lt.@today-1")).await, []);
}

#[tokio::test]
async fn nobody_averages_what_they_may_not_read() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let (north, south) = (app.team("North", None).await, app.team("South", None).await);
    let agent = app.role(server::demo::AGENT).await;
    let id =
        with(&ann, json!({ "name": "North's", "team_id": north, "contact_id": contact(&ann, "Zoe").await })).await.id;
    solve(&ann, id).await;
    later(&app, &ann, DAY + MINUTE).await;
    let token = mails(&app).await.pop().unwrap().1;
    app.stranger().call::<AnswerSurvey>((), said(&token, &[("speed", 4)], "")).await.unwrap();

    let (nora, sam) = (app.staff("Nora", agent, Some(north)).await, app.staff("Sam", agent, Some(south)).await);
    assert_eq!(by(&nora, SurveyBy::Whole, None).await[0].n, 1);
    assert_eq!(super::answers(&nora).await.len(), 1);
    assert_eq!(by(&sam, SurveyBy::Whole, None).await, []);
    assert_eq!(super::answers(&sam).await, []);
}

#[tokio::test]
async fn a_ticket_is_judged_by_its_last_answer() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket_of(&ann, contact(&ann, "Zoe").await, "Printer").await;
    let mut ann = ann;
    super::policy(&ann, Patch::set("cooldown_days", 0)).await;
    for score in [1, 5] {
        solve(&ann, id).await;
        ann = later(&app, &ann, DAY + MINUTE).await;
        let token = mails(&app).await.pop().unwrap().1;
        app.stranger().call::<AnswerSurvey>((), said(&token, &[("speed", score)], "")).await.unwrap();
        super::reopen(&ann, id).await;
        settle(&app).await;
    }
    let [whole] = by(&ann, SurveyBy::Whole, None).await.try_into().unwrap();
    assert_eq!((whole.n, whole.mean, super::answers(&ann).await.len()), (1, Some(500), 2));
}
