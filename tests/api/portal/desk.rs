//! A customer asks, waits, answers, and says that it is done.

use shared::change::{Patch, UndoBatch};
use shared::id::BatchId;
use shared::portal::*;
use shared::query::ListQuery;
use shared::sla::Category;
use shared::tickets::*;
use shared::time::{DAY, SECOND};
use tests::TestApp;
use uuid::Uuid;

use shared::surveys::{Judgement, Score};

use super::{account, contact, customer, listed, mails, question, told, words};
use crate::tickets::{put, reply, thread};

#[tokio::test]
async fn a_customer_asks_and_staff_sees_whose_matter_it_is() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let acme = account(&ada, "Acme").await;
    let zhou_id = contact(&ada, "周总", "zhou@acme.example", &[acme]).await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let asked = question("探头离线", "3 号探头没有数据");

    let told = zhou.call::<AskTicket>((), asked.clone()).await.unwrap();

    assert_eq!((told.number, told.step, told.is_mine, told.status.as_str()), (1_001, Step::Received, true, "已收到"));
    assert_eq!(told.promise.kind, PromiseKind::Working);
    let staff = thread(&ada, told.id).await;
    assert_eq!((staff.ticket.contact_id, staff.ticket.account_id), (Some(zhou_id), Some(acme)));
    assert_eq!((staff.ticket.channel, staff.ticket.state), (Channel::Portal, Category::New));
    let [said] = staff.messages.as_slice() else { panic!("{staff:?}") };
    assert_eq!((said.message.contact_id, said.message.direction), (Some(zhou_id), Direction::In));
    let mail = mails(&app, "zhou@acme.example").await.pop().unwrap();
    assert_eq!(mail.subject, "[#1001] 探头离线");
    assert!(mail.body.contains(&format!("/portal/tickets/{}#", told.id)), "{}", mail.body);
}

#[tokio::test]
async fn whom_kith_does_not_know_says_a_name_and_becomes_a_contact() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let new = customer(&app, "new@nowhere.example").await;

    let nameless = new.call::<AskTicket>((), question("Hello", "Is it on?")).await.unwrap_err();
    let asked = Ask { name: Some(" Ann New ".into()), ..question("Hello", "Is it on?") };
    let told = new.call::<AskTicket>((), asked).await.unwrap();

    assert_eq!(nameless.fields["name"].code, "required");
    assert!(told.is_mine);
    let contact = thread(&ada, told.id).await.ticket.contact_id.unwrap();
    let contact = ada.call::<shared::contacts::GetContact>(contact, shared::change::AsOf::default()).await.unwrap();
    assert_eq!((contact.name.as_str(), contact.points[0].norm.as_str()), ("Ann New", "new@nowhere.example"));
    assert_eq!(new.call::<GetPortal>((), ()).await.unwrap().me.unwrap().name, "Ann New");
}

#[tokio::test]
async fn what_is_asked_twice_under_one_key_is_asked_once() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "周总", "zhou@acme.example", &[]).await;
    let zhou = customer(&app, "zhou@acme.example").await.with_key(BatchId(Uuid::now_v7()));
    let asked = question("探头离线", "没有数据");

    let (one, other) =
        tokio::join!(zhou.call::<AskTicket>((), asked.clone()), zhou.call::<AskTicket>((), asked.clone()));

    assert_eq!(one.unwrap().id, other.unwrap().id);
    assert_eq!(listed(&zhou, Whose::Mine).await.len(), 1);
}

#[tokio::test]
async fn an_answer_is_told_once_it_can_be_taken_back_no_more() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "周总", "zhou@acme.example", &[]).await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let id = zhou.call::<AskTicket>((), question("探头离线", "没有数据")).await.unwrap().id;
    let note = Note { id: shared::id::MessageId(Uuid::now_v7()), body: "客户很急".into(), files: Vec::new() };
    ada.call::<AddNote>(id, note).await.unwrap();
    let taken_back = reply(&ada, id, "请稍等").await;
    ada.call::<UndoBatch>(taken_back.batch, ()).await.unwrap();
    reply(&ada, id, "已切到**备用**通道").await;

    let before = told(&zhou, id).await;
    assert_eq!(before.messages.len(), 1, "{before:?}");
    app.app.clock.advance(10 * SECOND);
    let after = told(&zhou, id).await;

    let [mine, answer] = after.messages.as_slice() else { panic!("{after:?}") };
    assert_eq!((mine.voice, answer.voice), (Voice::Me, Voice::Staff));
    assert_eq!((mine.name.as_str(), answer.name.as_str()), ("周总", "Ada Admin"));
    assert_eq!(answer.html.trim(), "<p>已切到<strong>备用</strong>通道</p>");
    for _ in 0..50 {
        if mails(&app, "zhou@acme.example").await.len() > 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let mails = mails(&app, "zhou@acme.example").await;
    let bodies: Vec<&str> = mails.iter().map(|mail| mail.body.as_str()).collect();
    assert_eq!(mails.len(), 3, "a code, the receipt, one answer: {bodies:?}");
    assert!(bodies[2].contains("已切到备用通道") && !bodies.iter().any(|body| body.contains("客户很急")));
}

#[tokio::test]
async fn a_link_opens_its_ticket_and_nothing_else() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "周总", "zhou@acme.example", &[]).await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let id = zhou.call::<AskTicket>((), question("探头离线", "没有数据")).await.unwrap().id;
    let other = zhou.call::<AskTicket>((), question("发票抬头", "请改")).await.unwrap().id;
    let mail = mails(&app, "zhou@acme.example").await.into_iter().find(|mail| mail.subject.contains("探头")).unwrap();
    let key = mail.body.split('#').next_back().unwrap().trim().to_owned();
    let mut guest = app.stranger();
    guest.ticket_key = Some(key);

    assert_eq!(told(&guest, id).await.ticket.subject, "探头离线");
    guest.call::<SayOnTicket>(id, words("又断了")).await.unwrap();
    assert_eq!(told(&guest, id).await.messages.len(), 2);
    let hidden = guest.call::<GetOwnTicket>(other, ThreadQuery::default()).await.unwrap_err();
    let absent = guest.call::<GetOwnTicket>(shared::id::TicketId(Uuid::now_v7()), ThreadQuery::default()).await;
    assert_eq!((hidden.status, hidden.message), (404, absent.unwrap_err().message));
    assert_eq!(listed(&guest, Whose::Mine).await.len(), 1);
    assert_eq!(guest.call::<AskTicket>((), question("x", "y")).await.unwrap_err().status, 403);
    assert_eq!(guest.call::<GetPortal>((), ()).await.unwrap().me, None);
    app.app.clock.advance(60 * DAY);
    assert_eq!(guest.call::<GetOwnTicket>(id, ThreadQuery::default()).await.unwrap_err().status, 401);
}

#[tokio::test]
async fn a_customer_closes_reopens_and_withdraws() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "周总", "zhou@acme.example", &[]).await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let id = zhou.call::<AskTicket>((), question("探头离线", "没有数据")).await.unwrap().id;
    reply(&ada, id, "好了吗？").await;
    let turn = async |to: Turn| zhou.call::<TurnOwnTicket>(id, Turned { to }).await;

    let closed = turn(Turn::Close).await.unwrap();
    assert_eq!((closed.step, closed.promise.kind, closed.turns), (Step::Done, PromiseKind::Solved, vec![Turn::Reopen]));
    assert_eq!(turn(Turn::Withdraw).await.unwrap_err().code, "not_from_here");
    let opened = turn(Turn::Reopen).await.unwrap();
    assert_eq!((opened.step, opened.promise.who.as_deref()), (Step::Working, None));
    turn(Turn::Withdraw).await.unwrap();

    let ticket = thread(&ada, id).await.ticket;
    assert_eq!((ticket.state, ticket.resolution, ticket.reopened), (Category::Solved, Some(Resolution::Withdrawn), 1));
    app.app.clock.advance(REOPEN_FOR + SECOND);
    assert_eq!(turn(Turn::Reopen).await.unwrap_err().code, "not_from_here");
}

#[tokio::test]
async fn a_late_word_begins_a_ticket_that_the_customer_is_led_to() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "周总", "zhou@acme.example", &[]).await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let id = zhou.call::<AskTicket>((), question("探头离线", "没有数据")).await.unwrap().id;
    zhou.call::<TurnOwnTicket>(id, Turned { to: Turn::Close }).await.unwrap_err();
    put_solved_and_closed(&ada, id).await;

    let next = zhou.call::<SayOnTicket>(id, words("又断了")).await.unwrap();

    assert_ne!(next.id, id);
    assert_eq!((next.subject.as_str(), next.step, next.is_mine), ("探头离线", Step::Received, true));
    assert_eq!(told(&zhou, next.id).await.messages.len(), 1);
}

async fn put_solved_and_closed(ada: &tests::Caller<'_>, id: shared::id::TicketId) {
    let category = crate::tickets::category(ada, "设备").await;
    let patch = Patch::set("category_id", category.to_string()).and("resolution", "fixed");
    ada.call::<UpdateTicket>(id, patch).await.unwrap();
    put(ada, id, Category::Solved).await.unwrap();
    put(ada, id, Category::Closed).await.unwrap();
}

#[tokio::test]
async fn bad_words_are_told_at_the_field_and_nothing_is_written() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "周总", "zhou@acme.example", &[]).await;
    let zhou = customer(&app, "zhou@acme.example").await;

    let blank = zhou.call::<AskTicket>((), question("  ", "\n")).await.unwrap_err();
    let long = zhou.call::<AskTicket>((), question(&"长".repeat(201), "x")).await.unwrap_err();

    let codes: Vec<&str> = blank.fields.values().map(|error| error.code.as_str()).collect();
    assert_eq!((codes, long.fields["subject"].code.as_str()), (vec!["required", "required"], "too_long"));
    assert_eq!(ada.call::<ListTickets>((), ListQuery::default()).await.unwrap().items, []);
}

#[tokio::test]
async fn who_asked_rates_the_solution_and_nobody_else_is_asked() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let acme = account(&ada, "Acme").await;
    contact(&ada, "周总", "zhou@acme.example", &[acme]).await;
    contact(&ada, "Li", "li@acme.example", &[acme]).await;
    let (zhou, li) = (customer(&app, "zhou@acme.example").await, customer(&app, "li@acme.example").await);
    for user in ada.call::<ListPortalUsers>((), ListQuery::default()).await.unwrap().items {
        ada.call::<UpdatePortalUser>(user.id, Patch::set("sees", "organisation")).await.unwrap();
    }
    let id = zhou.call::<AskTicket>((), question("探头离线", "没有数据")).await.unwrap().id;
    reply(&ada, id, "已修好").await;
    assert_eq!(told(&zhou, id).await.survey, None);
    zhou.call::<TurnOwnTicket>(id, Turned { to: Turn::Close }).await.unwrap();

    let mut asked = None;
    for _ in 0..50 {
        asked = told(&zhou, id).await.survey;
        if asked.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let asked = asked.unwrap();
    let keys: Vec<String> = asked.dimensions.iter().map(|one| one.key.clone()).collect();
    assert_eq!((keys.len(), asked.given), (3, None));
    assert_eq!(told(&li, id).await.survey, None);
    let said = |score| Judgement {
        scores: keys.iter().map(|key| Score { key: key.clone(), score }).collect(),
        comment: Some("很快".into()),
    };
    assert_eq!(li.call::<RateOwnTicket>(id, said(1)).await.unwrap_err().status, 404);
    zhou.call::<RateOwnTicket>(id, said(4)).await.unwrap();
    zhou.call::<RateOwnTicket>(id, said(5)).await.unwrap();

    let given = told(&zhou, id).await.survey.unwrap().given.unwrap();
    assert_eq!(given, said(5));
    let ticket = thread(&ada, id).await.ticket;
    assert_eq!((ticket.lowest_score, ticket.credited), (Some(5), vec![ada.id]));
    let bad = zhou.call::<RateOwnTicket>(id, said(6)).await.unwrap_err();
    assert_eq!(bad.fields["scores.0.score"].code, "out_of_range");
}

#[tokio::test]
async fn what_a_customer_withdraws_asks_them_nothing() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "周总", "zhou@acme.example", &[]).await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let id = zhou.call::<AskTicket>((), question("探头离线", "没有数据")).await.unwrap().id;
    zhou.call::<TurnOwnTicket>(id, Turned { to: Turn::Withdraw }).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;

    assert_eq!(told(&zhou, id).await.survey, None);
}
