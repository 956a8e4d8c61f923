//! A sound request of each call: what is spoilt afterwards.

use serde_json::{Map, Value, json};
use shared::access::Object;
use shared::api::Route;
use shared::fields::{Field, FieldKind, ListKind};
use shared::pipelines::Stage;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::told;
use crate::access::account;
use crate::board::first_stage;
use crate::tickets::ticket;

pub struct World<'a> {
    pub admin: Caller<'a>,
    stage: Stage,
    account: Uuid,
    /// One id of each kind that calls name in their path.
    import: Uuid,
    ticket: Uuid,
}

impl<'a> World<'a> {
    pub async fn build(app: &'a TestApp) -> Self {
        let mut admin = app.admin().await;
        // Who is signed in both as staff and as a customer.
        let customer = crate::portal::customer(app, "both@test.example").await;
        admin.cookie = Some(format!("{}; {}", admin.cookie.unwrap_or_default(), customer.cookie.unwrap_or_default()));
        let stage = first_stage(&admin).await;
        let account = account(&admin, "Acme").await.0;
        let import = Uuid::now_v7();
        let values = json!({ "name": "a.csv", "object": "account", "mode": "upsert", "match_keys": "name" });
        let made = admin.post_json("/api/imports", &json!({ "id": import, "values": values })).await;
        assert_eq!(made.status, 200, "{}", made.text());
        let ticket = ticket(&admin, "Acme").await.id.0;
        Self { admin, stage, account, import, ticket }
    }

    pub async fn send(&self, route: &Route, body: Vec<u8>) {
        let shown = format!("{} {}", route.name, String::from_utf8_lossy(&body[..body.len().min(400)]));
        let path = self.path(route);
        let send = || self.admin.send(route.method.clone(), &path, Some(body.clone()));
        let mut answer = send().await;
        // Of two commands in each other's way one is told to come again, and comes again.
        for _ in 0..3 {
            if answer.status != http::StatusCode::SERVICE_UNAVAILABLE {
                break;
            }
            answer = send().await;
        }
        told(&shown, &answer);
    }

    pub fn path(&self, route: &Route) -> String {
        let id = match route.path {
            path if path.starts_with("/api/imports") => self.import,
            path if path.starts_with("/api/tickets") => self.ticket,
            _ => self.account,
        };
        route.path.replace("{id}", &id.to_string()).replace("{object}", "account")
    }

    /// A sound body of a call. A new shape wants a line here.
    pub fn body(&self, route: &Route) -> Value {
        let object = || object_of(route);
        match route.input {
            "" => Value::Null,
            input if input.starts_with("New<") => json!({ "id": Uuid::now_v7(), "values": self.values(object()) }),
            "Patch" => json!({ "set": self.values(object()), "base": { "name": "Acme" } }),
            "Bulk" => json!({ "ids": [self.account], "set": self.values(object()), "add": { "tags": ["new"] } }),
            "DaysFile" => json!({ "text": "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "is_rehearsal": true }),
            "Trial" => json!({ "start": 1_900_000_000_000_i64, "seconds": 3_600 }),
            "Decision" => json!({ "to": "scheduled", "at": 1_900_000_000_000_i64, "note": "n" }),
            "Restore" => json!({ "id": Uuid::now_v7() }),
            "NewTicket" => json!({
                "ticket": { "id": Uuid::now_v7(), "values": self.values(Object::Ticket) },
                "heard": { "id": Uuid::now_v7(), "body": "b", "channel": "phone", "contact_id": null },
            }),
            "Reply" => json!({
                "id": Uuid::now_v7(), "body": "b", "seen": 1, "anyway": false, "status_id": null,
                "files": [Uuid::now_v7()],
            }),
            "Note" => json!({ "id": Uuid::now_v7(), "body": "b", "files": [Uuid::now_v7()] }),
            "Heard" => json!({
                "id": Uuid::now_v7(), "body": "b", "channel": "phone", "contact_id": null, "files": [Uuid::now_v7()],
            }),
            "PresenceChange" => json!({ "presence": "busy" }),
            "Rehearsal" => json!({ "routing": "skill", "stick": "none", "relax_after": 30 }),
            "Draft" => json!({ "body": "b", "kind": "note", "seen": 1 }),
            "Merge" => json!({ "into_id": Uuid::now_v7(), "is_confirmed": true }),
            "Split" => json!({ "id": Uuid::now_v7(), "name": "Invoice", "messages": [Uuid::now_v7()] }),
            "SolveAll" => json!({ "body": "b" }),
            "Preview" => json!({ "body": "# Printer\n\n[other](/knowledge/other)" }),
            "GapDecision" => json!({ "norm": "printer", "state": "ignored" }),
            "GapDraft" => json!({
                "norm": "printer", "article_id": Uuid::now_v7(), "version_id": Uuid::now_v7(),
                "category_id": self.account, "locale": "en",
            }),
            "SurveyToken" => json!({ "token": "none" }),
            "SurveyReply" => json!({ "token": "none", "scores": [{ "key": "speed", "score": 1 }], "comment": "c" }),
            "ChangeUndo" => json!({ "seq": 1 }),
            "StageArchive" => json!({ "ids": [self.account], "archived": true, "to": self.stage.id }),
            "ExportChosen" => json!({ "ids": [self.account], "columns": "name", "headings": "keys", "bom": true }),
            "Archive" => json!({ "ids": [self.account], "archived": true }),
            "Move" => json!({
                "ids": [self.account], "stage": self.stage.id, "after": self.account, "before": self.account,
                "from": self.stage.id, "owner_id": self.admin.id, "team_id": null, "lost_reason": "price", "lost_note": "n",
            }),
            "StageOrder" => json!({ "pipeline_id": self.stage.pipeline_id, "stages": [self.stage.id] }),
            "RowSlice" => json!({ "rows": [row()], "restart": false }),
            "NewRow" => row(),
            "NamesAsked" => json!({ "object": "account", "names": ["Acme"], "pipeline": self.stage.pipeline_id }),
            "Credentials" => json!({ "email": "nobody@test.example", "password": "correct horse battery" }),
            "Preferences" => json!({ "locale": "en", "theme": "dark" }),
            "PasswordChange" => json!({ "current": "not this one at all", "new": "another long password" }),
            "ResetRequest" => json!({ "email": "nobody@test.example" }),
            "NewPassword" => json!({ "token": "none", "password": "another long password" }),
            "CodeAsked" => json!({ "email": "nobody@test.example" }),
            "CodeGiven" => json!({ "email": "nobody@test.example", "code": "123456", "as_token": false }),
            "PasswordGiven" => {
                json!({ "email": "nobody@test.example", "password": "correct horse battery", "as_token": false })
            }
            "MePatch" => json!({ "locale": "en", "password": null }),
            "Ask" => json!({
                "id": Uuid::now_v7(), "message_id": Uuid::now_v7(), "subject": "s", "body": "b", "name": "n",
            }),
            "Form" => json!({
                "id": Uuid::now_v7(), "message_id": Uuid::now_v7(), "name": "n", "email": "nobody@test.example",
                "subject": "s", "body": "b", "puzzle": { "salt": "s", "issued_at": 1, "seal": "s" }, "answer": 1,
            }),
            "Say" => json!({ "id": Uuid::now_v7(), "body": "b" }),
            "Judgement" => json!({ "scores": [{ "key": "speed", "score": 3 }], "comment": "c" }),
            "Visit" => json!({ "visit": Uuid::now_v7(), "what": "looking" }),
            "Leaving" => json!({ "visit": Uuid::now_v7() }),
            "Turned" => json!({ "to": "close" }),
            "Vote" => json!({
                "id": Uuid::now_v7(), "version_id": Uuid::now_v7(), "is_helpful": false, "reason": "unclear", "note": "n",
            }),
            other => panic!("no sound body is known for {other} of {}", route.name),
        }
    }

    fn values(&self, object: Object) -> Value {
        let settable = object.schema().fields.iter().filter(|field| !field.read_only && !field.secret);
        let values: Map<String, Value> =
            settable.map(|field| (field.key.to_owned(), self.value(object, field))).collect();
        Value::Object(values)
    }

    fn value(&self, object: Object, field: &Field) -> Value {
        match field.kind {
            FieldKind::Text { .. } if field.key == "email" => {
                json!(format!("{}@test.example", Uuid::now_v7().simple()))
            }
            FieldKind::Text { .. } | FieldKind::LongText { .. } => json!(object.word()),
            FieldKind::Int { min, .. } => json!(min.max(1)),
            FieldKind::Money => json!(100),
            FieldKind::Currency => json!("CNY"),
            FieldKind::Bool => json!(false),
            FieldKind::Date => json!("2026-11-22"),
            FieldKind::Time => json!(1_900_000_000_000_i64),
            FieldKind::Choice(words) => json!(words[0]),
            FieldKind::Ref(Object::Stage) => json!(self.stage.id),
            FieldKind::Ref(Object::Pipeline) => json!(self.stage.pipeline_id),
            FieldKind::Ref(Object::Account) => json!(self.account),
            FieldKind::Ref(Object::User) => json!(self.admin.id),
            FieldKind::Rank => json!("V"),
            FieldKind::List(ListKind::Tags) => json!(["vip"]),
            FieldKind::List(ListKind::Points) => json!([{ "kind": "phone", "value": "138 0000 5678" }]),
            FieldKind::List(ListKind::Accounts) => json!([{ "account_id": self.account, "role": "buyer" }]),
            FieldKind::List(ListKind::Grants) => json!([{ "object": "account", "action": "read", "scope": "own" }]),
            FieldKind::Id | FieldKind::Ref(_) => Value::Null,
            FieldKind::List(_) => json!([]),
        }
    }
}

fn row() -> Value {
    json!({ "line": 2, "cells": ["Acme"], "values": { "name": "Acme", "tags": ["vip"], "note": "n" }, "errors": {} })
}

/// The kind of record that a call writes, by the noun of its path.
fn object_of(route: &Route) -> Object {
    let noun = route.path.split('/').nth(2).unwrap_or_default();
    let found = Object::ALL.iter().copied().find(|object| object.schema().table == noun.replace('-', "_"));
    found.unwrap_or_else(|| panic!("{} writes no kind of record that is known", route.path))
}
