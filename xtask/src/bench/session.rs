//! Somebody signed in, and what they ask.

use std::net::SocketAddr;

use serde_json::Value;

use super::http::{Connection, Request, Response};
use crate::server::Server;
use crate::shell::Outcome;

/// The people of the demo company, as they sign in.
pub const PEOPLE: [&str; 6] = ["admin", "lead", "rep", "chen", "zhang", "auditor"];

#[derive(Clone)]
pub struct Session {
    pub address: SocketAddr,
    cookie: String,
}

impl Session {
    pub fn begin(server: &Server, who: &str) -> Outcome<Self> {
        let address = server.address();
        let signs = serde_json::json!({ "email": format!("{who}@kith.demo"), "password": "kith-demo-2026" });
        let answer = Connection::open(address)?.send(&Request::post("/api/auth/sign-in", &signs))?;
        if answer.status != 200 {
            return Err(format!("signing in answers {}", answer.status).into());
        }
        let cookies = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        let pairs: Vec<&str> = cookies.filter_map(|(_, cookie)| cookie.split(';').next()).collect();
        Ok(Self { address, cookie: pairs.join("; ") })
    }

    pub fn get(&self, path: impl Into<String>) -> Request {
        Request::get(path).header("Cookie", &self.cookie)
    }

    pub fn post(&self, path: impl Into<String>, body: &Value) -> Request {
        Request::post(path, body).header("Cookie", &self.cookie)
    }

    pub fn patch(&self, path: impl Into<String>, body: &Value) -> Request {
        Request { method: "PATCH", ..self.post(path, body) }
    }

    /// What a question is answered, whatever that is.
    pub fn ask(&self, request: &Request) -> Outcome<Response> {
        Connection::open(self.address)?.send(request)
    }

    /// What a request is answered, if it is answered well.
    pub fn told(&self, request: &Request) -> Outcome<Value> {
        let answer = self.ask(request)?;
        answer.check(request)?;
        Ok(serde_json::from_slice(&answer.body)?)
    }

    pub fn json(&self, path: &str) -> Outcome<Value> {
        self.told(&self.get(path))
    }

    /// Ids of a list.
    pub fn ids(&self, path: &str) -> Outcome<Vec<String>> {
        Ok(strings(&self.json(path)?["items"], "id"))
    }
}

pub fn strings(items: &Value, key: &str) -> Vec<String> {
    let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item[key].as_str().map(str::to_owned)).collect()
}
