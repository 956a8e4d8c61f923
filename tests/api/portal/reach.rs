//! Whose tickets a customer reaches: what is listed opens, and nothing else does.

use std::collections::BTreeSet;

use serde_json::json;
use shared::change::{Archive, Patch};
use shared::portal::*;
use shared::query::ListQuery;
use shared::tickets::{ArchiveTickets, GetThread, ThreadQuery};
use tests::TestApp;

use super::{account, contact, customer, listed, question};
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
