//! Who takes part in a ticket beside the requester.

use serde_json::json;
use shared::api::ApiError;
use shared::change::{Done, Patch, UndoBatch};
use shared::id::{ContactId, TicketId};
use shared::query::ListQuery;
use shared::tickets::*;
use shared::time::Instant;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{contact, with};

async fn set(caller: &Caller<'_>, id: TicketId, contacts: &[ContactId]) -> Result<Done<Ticket>, ApiError> {
    let all: Vec<_> =
        contacts.iter().map(|contact_id| Participant { contact_id: *contact_id, since: Instant(5) }).collect();
    caller.call::<UpdateTicket>(id, Patch::set("participants", json!(all))).await
}

#[tokio::test]
async fn who_joins_takes_part_from_then_on_and_the_requester_is_not_beside_themselves() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let (li, wang, zhao) = (contact(&ann, "Li").await, contact(&ann, "Wang").await, contact(&ann, "Zhao").await);
    let id = with(&ann, json!({ "name": "Printer", "contact_id": li })).await.id;

    let first = set(&ann, id, &[wang, li, wang]).await.unwrap();
    app.app.clock.advance(1_000);
    let second = set(&ann, id, &[wang, zhao]).await.unwrap();

    let [one] = first.record.participants.as_slice() else { panic!("{first:?}") };
    assert!(one.contact_id == wang && one.since > Instant(5));
    let [same, new] = second.record.participants.as_slice() else { panic!("{second:?}") };
    assert_eq!((same, new.contact_id), (one, zhao));
    assert!(new.since > one.since);
    let asked = ListQuery { filter: Some(format!("participants.is.{zhao}")), ..ListQuery::default() };
    assert_eq!(ann.call::<ListTickets>((), asked).await.unwrap().items.len(), 1);
    ann.call::<UndoBatch>(second.batch, ()).await.unwrap();
    assert_eq!(super::thread(&ann, id).await.ticket.participants, first.record.participants);
    let nobody = set(&ann, id, &[ContactId(Uuid::now_v7())]).await.unwrap_err();
    assert_eq!(nobody.fields["participants"].code, "no_such_record");
}
