//! The demo company's tickets have a past, and the rest of it has none.

use shared::opportunities::ListOpportunities;
use shared::query::ListQuery;
use shared::sla::Category;
use shared::tickets::*;
use shared::time::HOUR;
use tests::TestApp;

use super::thread;

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
