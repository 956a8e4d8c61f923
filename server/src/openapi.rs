//! The contract as `OpenAPI`, for machines, and as a page for people.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use http::{HeaderMap, Method};
use serde_json::{Value, json};
use shared::access::{Access, Object};
use shared::api::{ApiError, Route};
use shared::fields::{Field, FieldKind};

use crate::http::{Mounted, Routes, Told};
use crate::{App, html, rooms};

mod page;
mod shape;

pub use shape::{Components, schema_of};

pub fn routes() -> Routes {
    Routes::default()
        .raw(Method::GET, "/api/openapi.json", async || Json(&*DOCUMENT))
        .raw(Method::GET, "/api/docs", show)
        .raw(Method::GET, "/api/docs.css", async || html::DOCS.response())
}

async fn show(State(_): State<App>, uri: OriginalUri, headers: HeaderMap) -> Response {
    let wish = uri.query().and_then(|query| query.strip_prefix("lang="));
    let locale = wish.and_then(shared::i18n::Locale::from_tag).unwrap_or_else(|| Told::of(&headers).locale);
    page::show(locale, &DOCUMENT)
}

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document(&rooms().mounted()));

fn document(mounted: &[Mounted]) -> Value {
    let mut components = Components::new();
    schema_of::<ApiError>(&mut components);
    let mut paths = serde_json::Map::new();
    for route in shared::endpoints() {
        let shapes = mounted.iter().find(|mounted| mounted.name == route.name);
        let input = shapes.map(|shapes| (shapes.input)(&mut components));
        let output = shapes.map(|shapes| (shapes.output)(&mut components));
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_lowercase()] = operation(route, input, output, &components);
    }
    for object in Object::ALL {
        describe(*object, &mut components);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Kith",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": { "session": { "type": "apiKey", "in": "cookie", "name": "kith" } },
        },
    })
}

fn operation(route: &Route, input: Option<Value>, output: Option<Value>, components: &Components) -> Value {
    let mut parameters: Vec<Value> = in_braces(route.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let mut operation = json!({
        "operationId": route.name,
        "tags": [room(route.path)],
        "x-access": access(route.access),
        "responses": {
            "200": answer(route, output),
            "default": { "description": "A refusal.", "content": body(&json!({ "$ref": "#/components/schemas/ApiError" })) },
        },
    });
    let doc = route.doc.split_whitespace().collect::<Vec<_>>().join(" ");
    if !doc.is_empty() {
        operation["description"] = doc.into();
    }
    if !matches!(route.access, Access::Anyone | Access::Visitor) {
        operation["security"] = json!([{ "session": [] }]);
    }
    let is_read = matches!(route.method, Method::GET | Method::DELETE);
    match input {
        Some(input) if is_read => parameters.extend(query_parameters(&input, components)),
        Some(input) if input["type"] != "null" => {
            operation["requestBody"] = json!({ "required": true, "content": body(&typed(route.input, input)) });
        }
        _ => {}
    }
    if !is_read && route.access != Access::Anyone {
        parameters.push(
            json!({ "name": "Idempotency-Key", "in": "header", "schema": { "type": "string", "format": "uuid" } }),
        );
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    operation
}

/// A new record's values are those of its kind.
fn typed(name: &str, mut input: Value) -> Value {
    if let Some(record) = name.replace(' ', "").strip_prefix("New<").and_then(|rest| rest.strip_suffix('>')) {
        input["properties"]["values"] = json!({ "$ref": format!("#/components/schemas/{record}") });
    }
    input
}

fn answer(route: &Route, output: Option<Value>) -> Value {
    let schema = output.unwrap_or_else(|| json!({ "type": "string" }));
    if route.output.starts_with("text/") {
        return json!({ "description": "A stream.", "content": { route.output: { "schema": schema } } });
    }
    json!({ "description": "Done.", "content": body(&schema) })
}

fn body(schema: &Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

fn query_parameters(input: &Value, components: &Components) -> Vec<Value> {
    let named = input["$ref"].as_str().and_then(|path| components.get(path.rsplit('/').next().unwrap_or_default()));
    let schema = named.unwrap_or(input);
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|required| required.iter().any(|one| one == name));
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, schema)| json!({ "name": name, "in": "query", "required": required(name), "schema": schema }))
        .collect()
}

/// Adds to a record's shape what its fields demand.
fn describe(object: Object, components: &mut Components) {
    let schema = object.schema();
    let name = format!("{object:?}");
    let Some(component) = components.get_mut(&name) else {
        return;
    };
    for field in schema.fields {
        let property = &mut component["properties"][field.key];
        if property.is_null() {
            *property = json!({});
        }
        constrain(property, field);
    }
    component["required"] = schema.fields.iter().filter(|field| field.required).map(|field| field.key).collect();
}

fn constrain(property: &mut Value, field: &Field) {
    match field.kind {
        FieldKind::Text { max } | FieldKind::LongText { max } => property["maxLength"] = max.into(),
        FieldKind::Int { min, max } => {
            property["minimum"] = min.into();
            property["maximum"] = max.into();
        }
        FieldKind::Choice(words) => *property = json!({ "type": "string", "enum": words }),
        FieldKind::Currency => *property = json!({ "type": "string", "enum": shared::money::CURRENCIES }),
        FieldKind::Money => property["description"] = "minor units of the record's currency".into(),
        FieldKind::Time => property["description"] = "milliseconds since 1970 in UTC".into(),
        FieldKind::Ref(object) => property["description"] = format!("id of: {object}").into(),
        FieldKind::Id | FieldKind::Bool | FieldKind::Date | FieldKind::Rank | FieldKind::List(_) => {}
    }
    if field.read_only {
        property["readOnly"] = true.into();
    }
}

/// The noun of a path: `/api/accounts/{id}` is about accounts.
fn room(path: &str) -> &str {
    path.split('/').nth(2).unwrap_or_default()
}

fn in_braces(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|part| part.split('}').next())
}

fn access(access: Access) -> String {
    match access {
        Access::Anyone => "anyone".into(),
        Access::Visitor => "visitor".into(),
        Access::Customer => "customer".into(),
        Access::SignedIn => "signed_in".into(),
        Access::Staff(object, action) => format!("staff:{object}:{action}"),
    }
}
