//! The demo company's tickets have a past, and the rest of it has none.

use server::demo::{crew, desk};
use shared::opportunities::ListOpportunities;
use shared::query::{ListQuery, TotalsQuery};
use shared::sla::Category;
use shared::tickets::*;
use shared::time::HOUR;
use tests::TestApp;

use super::{reply, thread};

#[tokio::test]
async fn its_tickets_were_lived_through_and_the_clock_is_right_again() {
    let app = TestApp::start_with(|settings| settings.demo = true).await;
    let before = app.app.clock.now();
    let ann = app.admin().await;
    let deals = ann.call::<ListOpportunities>((), ListQuery::default()).await.unwrap().items;
    assert!(deals.iter().all(|deal| (before.0 - deal.created_at.0).abs() < HOUR));
    let list = ListQuery { limit: Some(100), ..ListQuery::default() };
    let tickets = ann.call::<ListTickets>((), list).await.unwrap().items;
    let stands = |category| tickets.iter().filter(|ticket| ticket.state == category).count();
    assert_eq!([Category::New, Category::Solved].map(stands), [3, 4]);
    let mut rated: Vec<_> = tickets.iter().filter_map(|ticket| ticket.lowest_score).collect();
    rated.sort_unstable();
    assert_eq!(rated, [2, 4, 5]);
    assert!(tickets.iter().all(|ticket| ticket.account_id.is_some() && ticket.category_id.is_some()));
    assert!(tickets.iter().all(|ticket| ticket.last_message_at.is_some_and(|at| at <= before)));

    let oldest = tickets.iter().min_by_key(|ticket| ticket.created_at).unwrap();
    assert!(before.0 - oldest.created_at.0 > 100 * HOUR, "{oldest:?}");
    let told = thread(&ann, oldest.id).await;
    assert!(told.messages.is_sorted_by_key(|said| said.message.created_at));
    let clocks = ann.call::<GetTicketClocks>(oldest.id, ()).await.unwrap();
    let first = clocks.iter().find(|told| told.clock.metric == shared::sla::Metric::FirstResponse).unwrap();
    assert!((first.clock.started_at.0 - oldest.created_at.0).abs() < HOUR, "{first:?}");
}

#[tokio::test]
async fn many_made_up_tickets_are_like_those_that_were_lived_through() {
    let app = TestApp::start_with(|settings| settings.demo = true).await;
    let ann = app.admin().await;
    let all = TotalsQuery::default;
    let before = ann.call::<TicketTotals>((), all()).await.unwrap().count();

    crew::write(&app.app, 4).await.unwrap();
    desk::write(&app.app, 30, 200).await.unwrap();

    assert_eq!(ann.call::<TicketTotals>((), all()).await.unwrap().count(), before + 30);
    let newest = ListQuery { limit: Some(30), sort: Some("-number".into()), ..ListQuery::default() };
    let tickets = ann.call::<ListTickets>((), newest).await.unwrap().items;
    let mut said = 0;
    for ticket in &tickets {
        let told = thread(&ann, ticket.id).await;
        said += told.messages.len();
        let last = told.messages.last().unwrap();
        let closing = i64::from(ticket.state == Category::Closed);
        assert_eq!(ticket.version, last.message.seq + closing, "{ticket:?}");
        assert_eq!(ticket.last_message_at, Some(last.message.created_at));
        // What is kept beside the ticket is what its log folds to.
        let clocks = ann.call::<GetTicketClocks>(ticket.id, ()).await.unwrap();
        let due = clocks.iter().map(|told| &told.clock).filter(|clock| clock.is_unfinished());
        let due = due.filter_map(|clock| clock.due_at).min();
        let differ = due.zip(ticket.due_at).map(|(due, kept)| due.0.abs_diff(kept.0));
        assert!(differ.is_none_or(|differ| differ < 60_000) && due.is_some() == ticket.due_at.is_some(), "{ticket:?}");
        assert_eq!(ticket.waiting_since.is_some(), is_unanswered(&told));
    }
    assert_eq!(said, 200);
    let open = tickets.iter().find(|ticket| ticket.state != Category::Closed).unwrap();
    reply(&ann, open.id, "Here we are").await;
    let words: String = thread(&ann, open.id).await.messages[0].message.body.chars().take(5).collect();
    let asked = ListQuery { search: Some(words), ..ListQuery::default() };
    let found = ann.call::<ListTickets>((), asked).await.unwrap().items;
    assert!(found.iter().any(|ticket| ticket.id == open.id));
}

/// Whether the last that customer and staff said to each other is the customer's.
fn is_unanswered(thread: &Thread) -> bool {
    let public = thread.messages.iter().map(|said| &said.message).rfind(|one| one.kind == MessageKind::Public);
    public.is_some_and(|last| last.direction == Direction::In)
}
