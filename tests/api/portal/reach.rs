//! Whose tickets a customer reaches: what is listed opens, and nothing else does.

use std::collections::BTreeSet;

use serde_json::json;
use shared::change::{Archive, Patch};
use shared::portal::*;
use shared::query::ListQuery;
use shared::tickets::{ArchiveTickets, GetThread, Merge, MergeTicket, ThreadQuery, UpdateTicket};
use tests::TestApp;

use super::{account, contact, customer, listed, mails, question, told, words};
use crate::tickets::with;

#[tokio::test]
async fn what_a_customer_is_shown_is_what_opens() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let (acme, globex) = (account(&ada, "Acme").await, account(&ada, "Globex").await);
    let people = [
        ("zhou@acme.example", contact(&ada, "Zhou", "zhou@acme.example", &[acme]).await, Some(acme)),
        ("li@acme.example", contact(&ada, "Li", "li@acme.example", &[acme, globex]).await, Some(globex)),
        ("wu@globex.example", contact(&ada, "Wu", "wu@globex.example", &[globex]).await, Some(globex)),
        ("xu@free.example", contact(&ada, "Xu", "xu@free.example", &[]).await, None),
    ];
    let mut all = Vec::new();
    for (email, id, account) in &people {
        for name in ["one", "two"] {
            let ticket = json!({ "name": format!("{email} {name}"), "contact_id": id, "account_id": account });
            all.push(with(&ada, ticket).await.id);
        }
    }
    let of_nobody = with(&ada, json!({ "name": "of nobody", "account_id": acme })).await.id;
    let put_away = with(&ada, json!({ "name": "put away", "contact_id": people[0].1, "account_id": acme })).await.id;
    ada.call::<ArchiveTickets>((), Archive { ids: vec![put_away.0], archived: true }).await.unwrap();
    all.extend([of_nobody, put_away]);

    for sees in ["own", "organisation"] {
        let mut counts = Vec::new();
        for (email, ..) in &people {
            let caller = customer(&app, email).await;
            let users = ada.call::<ListPortalUsers>((), ListQuery::default()).await.unwrap().items;
            let user = users.iter().find(|user| user.email == *email).unwrap();
            ada.call::<UpdatePortalUser>(user.id, Patch::set("sees", sees)).await.unwrap();
            let mine = listed(&caller, Whose::Mine).await;
            let organisation = listed(&caller, Whose::Organisation).await;
            assert!(mine.iter().all(|ticket| ticket.is_mine) && organisation.iter().all(|ticket| !ticket.is_mine));
            let shown: BTreeSet<_> = mine.iter().chain(&organisation).map(|ticket| ticket.id).collect();
            for id in &all {
                let opens = caller.call::<GetOwnTicket>(*id, ThreadQuery::default()).await;
                let says = caller.call::<TurnOwnTicket>(*id, Turned { to: Turn::Reopen }).await.unwrap_err();
                assert_eq!(opens.is_ok(), shown.contains(id), "{email} {sees}");
                assert_eq!(says.status, if shown.contains(id) { 409 } else { 404 }, "{email} {sees}");
            }
            counts.push((mine.len(), organisation.len()));
        }
        let expected = match sees {
            "own" => [(2, 0), (2, 0), (2, 0), (2, 0)],
            // Acme's, Globex's and the one of nobody, as far as each works there.
            _ => [(2, 1), (2, 5), (2, 2), (2, 0)],
        };
        assert_eq!(counts, expected, "{sees}");
    }
}

#[tokio::test]
async fn a_customer_calls_nothing_of_staff() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "Zhou", "zhou@acme.example", &[]).await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let id = zhou.call::<AskTicket>((), question("Printer", "It does not print")).await.unwrap().id;

    assert_eq!(zhou.call::<GetThread>(id, ThreadQuery::default()).await.unwrap_err().status, 401);
    for route in shared::endpoints() {
        let of_portal = route.path == "/api/portal" || route.path.starts_with("/api/portal/");
        let is_customers = matches!(route.access, shared::access::Access::Customer | shared::access::Access::Visitor);
        assert!(of_portal || !is_customers, "{} is no call of the portal", route.path);
    }
}

#[tokio::test]
async fn who_is_drawn_in_reads_what_is_said_from_then_on() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "Zhou", "zhou@acme.example", &[]).await;
    let li = contact(&ada, "Li", "li@acme.example", &[]).await;
    let (zhou, drawn_in) = (customer(&app, "zhou@acme.example").await, customer(&app, "li@acme.example").await);
    let id = zhou.call::<AskTicket>((), question("Printer", "It does not print")).await.unwrap().id;
    assert_eq!(drawn_in.call::<GetOwnTicket>(id, ThreadQuery::default()).await.unwrap_err().status, 404);

    app.app.clock.advance(1_000);
    let part = json!([{ "contact_id": li }]);
    ada.call::<UpdateTicket>(id, Patch::set("participants", part)).await.unwrap();
    app.app.clock.advance(1_000);
    zhou.call::<SayOnTicket>(id, words("It still does not")).await.unwrap();
    drawn_in.call::<SayOnTicket>(id, words("Nor does mine")).await.unwrap();

    let shown = told(&drawn_in, id).await;
    let voices: Vec<Voice> = shown.messages.iter().map(|message| message.voice).collect();
    assert_eq!(voices, [Voice::Colleague, Voice::Me]);
    assert!(!shown.ticket.is_mine && shown.ticket.asked_by.as_deref() == Some("Zhou"));
    assert_eq!(told(&zhou, id).await.messages.len(), 3);
    assert_eq!(listed(&drawn_in, Whose::Mine).await.len(), 1);
    assert_eq!(listed(&drawn_in, Whose::Organisation).await.len(), 0);
}

#[tokio::test]
async fn what_is_confidential_is_not_for_colleagues() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let acme = account(&ada, "Acme").await;
    contact(&ada, "Zhou", "zhou@acme.example", &[acme]).await;
    contact(&ada, "Li", "li@acme.example", &[acme]).await;
    let (zhou, li) = (customer(&app, "zhou@acme.example").await, customer(&app, "li@acme.example").await);
    for user in ada.call::<ListPortalUsers>((), ListQuery::default()).await.unwrap().items {
        ada.call::<UpdatePortalUser>(user.id, Patch::set("sees", "organisation")).await.unwrap();
    }
    let id = zhou.call::<AskTicket>((), question("Salary", "Mine is wrong")).await.unwrap().id;
    assert_eq!(listed(&li, Whose::Organisation).await.len(), 1);

    ada.call::<UpdateTicket>(id, Patch::set("is_confidential", true)).await.unwrap();

    assert_eq!(listed(&li, Whose::Organisation).await.len(), 0);
    assert_eq!(li.call::<GetOwnTicket>(id, ThreadQuery::default()).await.unwrap_err().status, 404);
    assert_eq!(told(&zhou, id).await.messages.len(), 1);
}

#[tokio::test]
async fn a_merged_ticket_leads_to_the_one_that_goes_on() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "Zhou", "zhou@acme.example", &[]).await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let first = zhou.call::<AskTicket>((), question("Printer", "It does not print")).await.unwrap().id;
    let second = zhou.call::<AskTicket>((), question("Printer again", "Still nothing")).await.unwrap().id;
    let mail = mails(&app, "zhou@acme.example").await.into_iter().find(|mail| mail.subject.ends_with("Printer again"));
    let key = mail.unwrap().body.split('#').next_back().unwrap().trim().to_owned();

    ada.call::<MergeTicket>(second, Merge { into_id: first, is_confirmed: false }).await.unwrap();

    let shown = told(&zhou, second).await;
    assert_eq!((shown.ticket.id, shown.messages.len()), (first, 2));
    assert_eq!(zhou.call::<SayOnTicket>(second, words("Now it does")).await.unwrap().id, first);
    let mut guest = app.stranger();
    guest.ticket_key = Some(key);
    assert_eq!(told(&guest, second).await.messages.len(), 3);
    assert_eq!(listed(&zhou, Whose::Mine).await.len(), 1);
}
