//! Both gates, walked: what each permission alone opens and closes, and that
//! what is hidden looks like what never was.

use http::Method;
use serde_json::{Value, json};
use shared::access::{Access, Action, Grant, Object, Scope};
use shared::change::{New, UndoBatch};
use shared::contacts::*;
use shared::id::{BatchId, RoleId};
use shared::imports::EXPORTED;
use shared::opportunities::*;
use shared::users::*;
use shared::views::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::access::account;
use crate::board::first_stage;

async fn role(app: &TestApp, holds: impl Fn(Object, Action) -> bool) -> RoleId {
    let all = Object::ALL.iter().flat_map(|object| Action::ALL.iter().map(|action| (*object, *action)));
    let held = all.filter(|(object, action)| holds(*object, *action));
    app.role_with(held.map(|(object, action)| Grant { object, action, scope: Scope::All }).collect()).await
}

fn with_nil(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { Uuid::nil().to_string() } else { part.into() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn each_permission_opens_its_own_calls_and_no_others() {
    let app = TestApp::start().await;
    let mut gates: Vec<(Object, Action)> = Vec::new();
    for route in shared::endpoints() {
        if let Access::Staff(object, action) = route.access {
            gates.push((object, action));
        }
    }
    gates.sort_unstable();
    gates.dedup();
    for (object, action) in gates {
        let but = role(&app, |o, a| (o, a) != (object, action)).await;
        let only = role(&app, |o, a| (o, a) == (object, action)).await;
        let but = app.staff(&format!("But {object} {action}"), but, None).await;
        let only = app.staff(&format!("Only {object} {action}"), only, None).await;
        for route in shared::endpoints().filter(|route| route.access == Access::Staff(object, action)) {
            let body = (route.method != Method::GET).then(|| b"{}".to_vec());
            let (path, name) = (with_nil(route.path), route.name);
            let closed = but.send(route.method.clone(), &path, body.clone()).await.status.as_u16();
            let opened = only.send(route.method.clone(), &path, body).await.status.as_u16();
            assert_eq!(closed, 403, "{name} without {object} {action}");
            assert!(![401, 403].contains(&opened) && opened < 500, "{name} with {object} {action}: {opened}");
        }
    }
}

#[tokio::test]
async fn an_export_asks_for_the_permission_to_export_this_kind() {
    let app = TestApp::start().await;
    for object in EXPORTED {
        let but = role(&app, |o, a| (o, a) != (*object, Action::Export)).await;
        let only = role(&app, |o, a| (o, a) == (*object, Action::Export)).await;
        let but = app.staff(&format!("But {object}"), but, None).await;
        let only = app.staff(&format!("Only {object}"), only, None).await;

        let closed = but.get_json(&format!("/api/export/{object}")).await.status;
        let opened = only.get_json(&format!("/api/export/{object}?columns=id")).await;

        assert_eq!((closed.as_u16(), opened.status.as_u16()), (403, 200), "{object}");
        assert_eq!(opened.text(), "id\r\n", "what one does not read one does not export");
    }
}

/// Somebody's records that nobody else sees.
struct Hidden {
    account: Uuid,
    contact: Uuid,
    deal: Uuid,
    view: Uuid,
    import: Uuid,
    share: Uuid,
    batch: Uuid,
}

impl Hidden {
    async fn of(ann: &Caller<'_>) -> Self {
        let hers = account(ann, "Hers").await;
        let new = Uuid::now_v7;
        let contact = Contact { name: "Zoe".into(), ..Contact::default() };
        let contact = ann.call::<CreateContact>((), New::of(new(), &contact)).await.unwrap().record.id;
        let stage = first_stage(ann).await;
        let deal = Opportunity {
            name: "Deal".into(),
            pipeline_id: stage.pipeline_id,
            stage_id: stage.id,
            ..Opportunity::default()
        };
        let deal = ann.call::<CreateOpportunity>((), New::of(new(), &deal)).await.unwrap().record.id;
        let view = json!({ "name": "Mine", "object": "account", "layout": "table", "query": "a=b" });
        let view = New::from_values(new(), view.as_object().unwrap().clone());
        let view = ann.call::<CreateView>((), view).await.unwrap().record.id;
        let import = json!({ "name": "a.csv", "object": "account", "match_keys": "name" });
        let import = New::from_values(new(), import.as_object().unwrap().clone());
        let import = ann.call::<shared::imports::CreateImport>((), import).await.unwrap();
        let share = Share { object: "account".into(), record_id: hers.0, user_id: Some(ann.id), ..Share::default() };
        let share = ann.call::<CreateShare>((), New::of(new(), &share)).await.unwrap().record.id;
        Self {
            account: hers.0,
            contact: contact.0,
            deal: deal.0,
            view: view.0,
            import: import.record.id.0,
            share: share.0,
            batch: import.batch.0,
        }
    }

    fn of_path(&self, path: &str) -> Option<Uuid> {
        Some(match path.split('/').nth(2)? {
            "accounts" => self.account,
            "contacts" => self.contact,
            "opportunities" => self.deal,
            "views" => self.view,
            "imports" => self.import,
            "shares" => self.share,
            "batches" => self.batch,
            _ => return None,
        })
    }
}

async fn told(bob: &Caller<'_>, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
    let answer = bob.send(method, path, body.map(|body| body.to_string().into_bytes())).await;
    let mut json = answer.json();
    if let Some(json) = json.as_object_mut() {
        json.remove("request_id");
    }
    (answer.status.as_u16(), json)
}

#[tokio::test]
async fn no_path_tells_what_is_hidden_from_what_never_was() {
    let app = TestApp::start().await;
    let own = app.role_with(own_grants()).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let hidden = Hidden::of(&ann).await;
    let mut walked = 0;
    for route in shared::endpoints().filter(|route| route.path.contains("{id}")) {
        let Some(id) = hidden.of_path(route.path) else { continue };
        let body = match (route.method.as_str(), route.name) {
            ("PATCH", _) => Some(json!({ "set": {} })),
            ("POST", "PutRows") => Some(json!({ "rows": [{ "line": 0, "cells": [], "values": {}, "errors": {} }] })),
            ("POST", "UpdateRow") => Some(json!({ "line": 0, "cells": [], "values": {}, "errors": {} })),
            _ => None,
        };
        let path = |id: Uuid| route.path.replace("{id}", &id.to_string());
        let seen = told(&bob, route.method.clone(), &path(id), body.as_ref()).await;
        let absent = told(&bob, route.method.clone(), &path(Uuid::now_v7()), body.as_ref()).await;
        assert_eq!((seen.0, &seen), (404, &absent), "{}", route.name);
        walked += 1;
    }
    assert!(walked >= 18, "only {walked} paths were walked");
    assert_eq!(bob.call::<UndoBatch>(BatchId(hidden.batch), ()).await.unwrap_err().status, 404);
}

#[tokio::test]
async fn no_body_tells_what_is_hidden_from_what_never_was() {
    let app = TestApp::start().await;
    let own = app.role_with(own_grants()).await;
    let (ann, bob) = (app.staff("Ann", own, None).await, app.staff("Bob", own, None).await);
    let hidden = Hidden::of(&ann).await;
    let stage = first_stage(&bob).await;
    let deal = |more: Value| {
        let mut values = json!({ "name": "His", "pipeline_id": stage.pipeline_id, "stage_id": stage.id });
        values.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "id": Uuid::from_u128(7), "values": values })
    };
    let bodies = |account: Uuid, contact: Uuid, deal_id: Uuid, view: Uuid, share: Uuid| {
        let archive = |id: Uuid| json!({ "ids": [id], "archived": true });
        let bulk = |id: Uuid| json!({ "ids": [id], "set": { "note": "mine" } });
        let on = |object: &str, id: Uuid| {
            json!({ "id": Uuid::from_u128(9), "values":
                { "object": object, "record_id": id, "user_id": bob.id, "level": "write" } })
        };
        vec![
            ("/api/accounts/archive", archive(account)),
            ("/api/contacts/archive", archive(contact)),
            ("/api/opportunities/archive", archive(deal_id)),
            ("/api/views/archive", archive(view)),
            ("/api/shares/archive", archive(share)),
            ("/api/accounts/bulk", bulk(account)),
            ("/api/contacts/bulk", bulk(contact)),
            ("/api/opportunities/bulk", bulk(deal_id)),
            ("/api/opportunities/move", json!({ "ids": [deal_id], "stage": stage.id })),
            ("/api/opportunities", deal(json!({ "account_id": account }))),
            ("/api/opportunities", deal(json!({ "contacts": [{ "contact_id": contact, "role": "user" }] }))),
            ("/api/accounts", json!({ "id": Uuid::from_u128(8), "values": { "name": "His", "parent_id": account } })),
            ("/api/shares", on("account", account)),
            ("/api/shares", on("contact", contact)),
            ("/api/shares", on("opportunity", deal_id)),
            ("/api/shares", on("view", view)),
        ]
    };
    let new = Uuid::now_v7;
    let of_hidden = bodies(hidden.account, hidden.contact, hidden.deal, hidden.view, hidden.share);
    let of_absent = bodies(new(), new(), new(), new(), new());
    for ((path, hidden), (_, absent)) in of_hidden.iter().zip(&of_absent) {
        let seen = told(&bob, Method::POST, path, Some(hidden)).await;
        let never = told(&bob, Method::POST, path, Some(absent)).await;
        assert_eq!(seen, never, "{path} {hidden}");
        assert!([404, 422].contains(&seen.0), "{path}: {} {}", seen.0, seen.1);
    }
    for asked in ["shares?object=account", "changes?object=account"] {
        let path = |id: Uuid| format!("/api/{asked}&id={id}");
        let seen = told(&bob, Method::GET, &path(hidden.account), None).await;
        assert_eq!((seen.0, &seen), (404, &told(&bob, Method::GET, &path(new()), None).await), "{asked}");
    }
}

/// Everything, of what is one's own.
fn own_grants() -> Vec<Grant> {
    let all = Object::ALL.iter().flat_map(|object| Action::ALL.iter().map(|action| (*object, *action)));
    let mine = |object| matches!(object, Object::Account | Object::Contact | Object::Opportunity | Object::Import);
    all.map(|(object, action)| Grant { object, action, scope: if mine(object) { Scope::Own } else { Scope::All } })
        .collect()
}
