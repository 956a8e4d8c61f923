//! What customers say: by a link that no scanner can answer, once, and theirs alone.

use http::Method;
use shared::access::Object;
use shared::change::{ChangeQuery, ListChanges, UndoBatch};
use shared::id::ContactId;
use shared::surveys::*;
use shared::tickets::*;
use shared::time::DAY;
use tests::TestApp;
use uuid::Uuid;

use super::{answers, asked, later, read, rows, said, states};
use crate::tickets::thread;

#[tokio::test]
async fn opening_a_link_scores_nothing_however_often_a_scanner_does() {
    let app = TestApp::start().await;
    let (ann, _, token) = asked(&app, &app.admin().await, "Zoe").await;
    let stranger = app.stranger();
    let links = ["/portal/rate", "/api/portal/surveys/read", "/api/portal/surveys/answer"];
    for link in links.iter().flat_map(|link| [(*link).to_owned(), format!("{link}?token={token}")]) {
        for _ in 0..3 {
            stranger.send(Method::GET, &link, None).await;
            stranger.send(Method::HEAD, &link, None).await;
        }
    }
    assert_eq!((states(&app).await, answers(&ann).await), (vec!["sent".to_owned()], Vec::new()));

    let survey = read(&app, &token).await.unwrap();
    assert_eq!((survey.number, survey.subject.as_str(), survey.given), (1001, "Printer", None));
    assert_eq!(survey.dimensions, starter().dimensions);
    assert_eq!((states(&app).await, answers(&ann).await), (vec!["opened".to_owned()], Vec::new()));
}

#[tokio::test]
async fn an_answer_is_kept_shown_and_changed_until_the_survey_is_over() {
    let app = TestApp::start().await;
    let (ann, id, token) = asked(&app, &app.admin().await, "Zoe").await;
    let stranger = app.stranger();

    let reply = said(&token, &[("attitude", 5), ("speed", 3)], " Friendly ");
    let given = stranger.call::<AnswerSurvey>((), reply).await.unwrap().given.unwrap();
    assert_eq!((given.scores.len(), given.comment.as_deref()), (2, Some("Friendly")));
    let ticket = thread(&ann, id).await.ticket;
    assert_eq!((ticket.lowest_score, ticket.credited, ticket.rated_at.is_some()), (Some(3), vec![ann.id], true));

    app.app.clock.advance(DAY);
    stranger.call::<AnswerSurvey>((), said(&token, &[("speed", 4)], "")).await.unwrap();
    let ann = later(&app, &ann, 0).await;
    let kept = answers(&ann).await;
    assert_eq!(kept.len(), 1);
    let [answer] = kept.as_slice() else { panic!("one answer") };
    assert_eq!((answer.lowest, answer.comment.as_deref(), answer.edited_at.is_some()), (4, None, true));
    assert_eq!(answer.credits, [Credit { user_id: ann.id, share: WHOLE }]);
    assert_eq!(thread(&ann, id).await.ticket.lowest_score, Some(4));
    assert_eq!(read(&app, &token).await.unwrap().given.unwrap().scores.len(), 1);

    app.app.clock.advance(7 * DAY);
    let refused = stranger.call::<AnswerSurvey>((), said(&token, &[("speed", 1)], "")).await.unwrap_err();
    assert_eq!(refused.fields["token"].code, "survey_over");
}

#[tokio::test]
async fn a_link_that_never_was_and_one_that_ran_out_are_told_alike() {
    let app = TestApp::start().await;
    let (ann, ..) = asked(&app, &app.admin().await, "Zoe").await;
    let token = super::mails(&app).await.pop().unwrap().1;
    later(&app, &ann, 7 * DAY).await;
    assert_eq!(states(&app).await, ["expired"]);
    let never = "0".repeat(64);
    let told = async |token: &str| {
        let mut read = read(&app, token).await.unwrap_err();
        let reply = said(token, &[("speed", 5)], "");
        let mut answered = app.stranger().call::<AnswerSurvey>((), reply).await.unwrap_err();
        (read.request_id, answered.request_id) = (None, None);
        (read, answered)
    };
    let (first, second) = (told(&token).await, told(&never).await);
    assert_eq!((first.0.status, first.0.clone()), (422, first.1.clone()));
    assert_eq!(first, second);
}

#[tokio::test]
async fn what_is_no_answer_is_told_at_its_place() {
    let app = TestApp::start().await;
    let (ann, _, token) = asked(&app, &app.admin().await, "Zoe").await;
    let stranger = app.stranger();
    for (scores, key, code) in [
        (vec![], "scores", "required"),
        (vec![("speed", 6)], "scores.0.score", "out_of_range"),
        (vec![("price", 5)], "scores.0.key", "not_offered"),
        (vec![("overall", 5)], "scores.0.key", "not_offered"),
    ] {
        let refused = stranger.call::<AnswerSurvey>((), said(&token, &scores, "")).await.unwrap_err();
        assert_eq!(refused.fields[key].code, code);
    }
    assert_eq!(answers(&ann).await, []);
}

#[tokio::test]
async fn answers_that_come_at_once_are_one() {
    let app = TestApp::start().await;
    let (ann, _, token) = asked(&app, &app.admin().await, "Zoe").await;
    let stranger = app.stranger();
    let each = (1..=5).map(|score| stranger.call::<AnswerSurvey>((), said(&token, &[("speed", score)], "")));
    let done = futures::future::join_all(each).await;
    assert!(done.iter().any(Result::is_ok), "{done:?}");
    assert!(done.iter().all(|one| one.as_ref().err().is_none_or(|error| error.status == 503)), "{done:?}");
    let kept = answers(&ann).await;
    assert_eq!((kept.len(), kept[0].scores.len()), (1, 1));
    assert_eq!(rows(&app, "SELECT answer_id FROM survey_scores").await, 1);
    assert_eq!(rows(&app, "SELECT answer_id FROM survey_credits").await, 1);
}

#[tokio::test]
async fn whoever_tries_many_links_has_to_wait() {
    let app = TestApp::start().await;
    let mut told = 0;
    for n in 0..70 {
        let refused = read(&app, &format!("{n:064}")).await.unwrap_err();
        told += usize::from(refused.status == 429);
    }
    assert!((1..=10).contains(&told), "{told} were told to wait");
}

#[tokio::test]
async fn a_low_score_is_put_before_staff_once_also_when_the_ticket_is_closed() {
    let app = TestApp::start().await;
    let (ann, id, token) = asked(&app, &app.admin().await, "Zoe").await;
    let (stranger, closed) = (app.stranger(), crate::tickets::put(&ann, id, shared::sla::Category::Closed).await);
    assert_eq!(closed.unwrap().state, shared::sla::Category::Closed);
    for (score, comment) in [(2, "Slow\nand late"), (5, ""), (1, "Worse")] {
        stranger.call::<AnswerSurvey>((), said(&token, &[("speed", score), ("result", 4)], comment)).await.unwrap();
    }
    let told = thread(&ann, id).await;
    assert_eq!(
        (told.ticket.tags.as_slice(), told.ticket.state),
        (["低分回访".to_owned()].as_slice(), shared::sla::Category::Closed)
    );
    let notes: Vec<_> = told.messages.iter().filter(|said| said.message.kind == MessageKind::Note).collect();
    let [note] = notes.as_slice() else { panic!("one note: {notes:?}") };
    assert_eq!(note.message.body, "**低分回访**\n\n- 解决速度: 2/5\n- 解决效果: 4/5\n\n> Slow\n> and late");
    assert_eq!((note.message.seq, told.ticket.lowest_score), (told.ticket.version - 2, Some(1)));
}

#[tokio::test]
async fn what_a_customer_answered_is_not_staffs_to_take_back() {
    let app = TestApp::start().await;
    let (ann, id, token) = asked(&app, &app.admin().await, "Zoe").await;
    app.stranger().call::<AnswerSurvey>((), said(&token, &[("speed", 1)], "")).await.unwrap();
    let query = ChangeQuery { object: Object::Ticket, id: id.0, after: None, limit: None };
    let batch = ann.call::<ListChanges>((), query).await.unwrap().items.remove(0).batch;
    let refused = ann.call::<UndoBatch>(batch, ()).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (409, "customers_answer"));
    assert_eq!((answers(&ann).await.len(), thread(&ann, id).await.ticket.lowest_score), (1, Some(1)));
}

#[tokio::test]
async fn a_signed_in_customer_answers_the_same_survey_and_nobody_elses() {
    let app = TestApp::start().await;
    let (ann, id, token) = asked(&app, &app.admin().await, "Zoe").await;
    let zoe = thread(&ann, id).await.ticket.contact_id.unwrap();
    let said = Judgement { scores: said(&token, &[("speed", 5)], "").scores, comment: None };
    let other = ContactId(Uuid::now_v7());
    assert!(server::surveys::answer_as_contact(&app.app, id, other, said.clone()).await.is_err());
    server::surveys::answer_as_contact(&app.app, id, zoe, said.clone()).await.unwrap();
    assert_eq!(read(&app, &token).await.unwrap().given, Some(said));
    assert_eq!(answers(&ann).await.len(), 1);
}
