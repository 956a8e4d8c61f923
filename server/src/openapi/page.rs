//! The contract as a page: calls by room, then the types that they speak of.

use axum::response::Response;
use serde_json::Value;
use shared::access::Access;
use shared::api::Route;
use shared::i18n::{Key, Locale, fill};

use super::room;
use crate::html::{self, escape};

pub fn show(locale: Locale, document: &Value) -> Response {
    let text = |key: Key| escape(key.text(locale));
    let link = "<a href=\"/api/openapi.json\">/api/openapi.json</a>";
    let machine = fill(locale, Key::DocsMachine, &[("link", link)]);
    let languages = Locale::ALL
        .map(|other| format!("<a href=\"/api/docs?lang={other}\" lang=\"{other}\">{}</a> ", other.endonym()));
    let rooms = rooms();
    let contents =
        rooms.iter().map(|room| format!("<li><a href=\"#{room}\">{room}</a></li>")).collect::<Vec<_>>().concat();
    let calls = rooms.iter().map(|room| section(locale, room, document)).collect::<Vec<_>>().concat();
    let types = document["components"]["schemas"].as_object();
    let types =
        types.into_iter().flatten().map(|(name, schema)| record(locale, name, schema)).collect::<Vec<_>>().concat();
    let body = format!(
        "<header><h1>{}</h1><p>{}</p><p>{}</p><p>{machine}</p><p>{}</p></header>\n\
         <nav aria-label=\"{}\"><ul>{contents}<li><a href=\"#types\">{}</a></li></ul></nav>\n\
         <main>{calls}<h2 id=\"types\">{}</h2>{types}</main>",
        text(Key::DocsTitle),
        text(Key::DocsIntro),
        text(Key::DocsErrors),
        languages.concat(),
        text(Key::DocsCalls),
        text(Key::DocsRecords),
        text(Key::DocsRecords),
    );
    html::page(locale, Key::DocsTitle.text(locale), &html::DOCS, "", &body)
}

/// The rooms in the order of the contract.
fn rooms() -> Vec<&'static str> {
    let mut rooms = Vec::new();
    for route in shared::endpoints() {
        if !rooms.contains(&room(route.path)) {
            rooms.push(room(route.path));
        }
    }
    rooms
}

fn section(locale: Locale, name: &str, document: &Value) -> String {
    let routes = shared::endpoints().filter(|route| room(route.path) == name);
    let calls = routes.map(|route| call(locale, route, document)).collect::<Vec<_>>().concat();
    format!("<h2 id=\"{name}\">{name}</h2>\n{calls}")
}

fn call(locale: Locale, route: &Route, document: &Value) -> String {
    let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
    let (name, method, path) = (route.name, &route.method, escape(route.path));
    let doc =
        operation["description"].as_str().map(|doc| format!("<p lang=\"en\">{}</p>", escape(doc))).unwrap_or_default();
    let input = match &operation["requestBody"] {
        Value::Null => query_fields(operation),
        body => kind(&body["content"]["application/json"]["schema"]),
    };
    let content = operation["responses"]["200"]["content"].as_object();
    let output =
        content.and_then(|content| content.values().next()).map(|content| kind(&content["schema"])).unwrap_or_default();
    let mut rows = row(locale, Key::DocsAccess, &access(locale, route.access));
    for (key, value) in [(Key::DocsInput, input), (Key::DocsOutput, output)] {
        if !value.is_empty() && value != "null" {
            rows.push_str(&row(locale, key, &value));
        }
    }
    format!(
        "<article id=\"{name}\"><h3><code><b>{method}</b> {path}</code> <span>{name}</span></h3>{doc}<dl>{rows}</dl></article>\n"
    )
}

fn row(locale: Locale, key: Key, value: &str) -> String {
    format!("<dt>{}</dt><dd>{value}</dd>", escape(key.text(locale)))
}

fn query_fields(operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let fields = parameters.filter(|parameter| parameter["in"] == "query").map(|parameter| {
        let name = escape(parameter["name"].as_str().unwrap_or_default());
        format!("<code>{name}</code> {}", kind(&parameter["schema"]))
    });
    fields.collect::<Vec<_>>().join("<br>")
}

fn access(locale: Locale, access: Access) -> String {
    escape(&match access {
        Access::Anyone => Key::DocsAccessAnyone.text(locale).to_owned(),
        Access::Visitor => Key::DocsAccessVisitor.text(locale).to_owned(),
        Access::Customer => Key::DocsAccessCustomer.text(locale).to_owned(),
        Access::SignedIn => Key::DocsAccessSignedIn.text(locale).to_owned(),
        Access::Staff(object, action) => {
            fill(locale, Key::DocsAccessStaff, &[("object", object.word()), ("action", action.word())])
        }
    })
}

fn record(locale: Locale, name: &str, schema: &Value) -> String {
    let required =
        |field: &str| schema["required"].as_array().is_some_and(|required| required.iter().any(|one| one == field));
    let properties = schema["properties"].as_object().into_iter().flatten();
    let rows = properties.map(|(field, property)| {
        let (notes, kind) = (notes(locale, property, required(field)), kind(property));
        format!("<tr><td><code>{}</code></td><td>{kind}</td><td>{notes}</td></tr>\n", escape(field))
    });
    let rows = rows.collect::<Vec<_>>().concat();
    let head = [Key::DocsField, Key::DocsKind, Key::DocsNotes]
        .map(|key| format!("<th scope=\"col\">{}</th>", escape(key.text(locale))));
    let (name, head) = (escape(name), head.concat());
    format!(
        "<article id=\"type-{name}\"><h3><code>{name}</code></h3>\
         <table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></article>\n"
    )
}

fn notes(locale: Locale, property: &Value, is_required: bool) -> String {
    let mut notes = Vec::new();
    if is_required {
        notes.push(escape(Key::DocsRequired.text(locale)));
    }
    if property["readOnly"] == true {
        notes.push(escape(Key::DocsReadOnly.text(locale)));
    }
    for (limit, sign) in [("maxLength", "≤"), ("minimum", "≥"), ("maximum", "≤")] {
        if let Some(bound) = property[limit].as_i64().filter(|bound| *bound < i64::MAX) {
            notes.push(format!("{sign} {bound}"));
        }
    }
    notes.extend(property["description"].as_str().map(|text| format!("<span lang=\"en\">{}</span>", escape(text))));
    notes.join(", ")
}

/// A schema in a few words, named types as links.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        let name = escape(name);
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().filter_map(Value::as_str).map(|word| format!("<code>{}</code>", escape(word)));
        return words.collect::<Vec<_>>().join(" ");
    }
    if let Some(first) = schema["anyOf"].as_array().and_then(|any| any.first()) {
        return format!("{}?", kind(first));
    }
    if schema["prefixItems"].is_array() {
        let each = schema["prefixItems"].as_array().into_iter().flatten().map(kind).collect::<Vec<_>>();
        return format!("({})", each.join(", "));
    }
    if schema["items"].is_object() {
        return format!("[{}]", kind(&schema["items"]));
    }
    if let Some(properties) = schema["properties"].as_object() {
        let fields = properties.iter().map(|(name, schema)| format!("<code>{}</code>: {}", escape(name), kind(schema)));
        return format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "));
    }
    plain(schema)
}

fn plain(schema: &Value) -> String {
    let (name, is_optional) = match &schema["type"] {
        Value::String(name) => (name.as_str(), false),
        Value::Array(names) => (names.first().and_then(Value::as_str).unwrap_or_default(), true),
        _ => ("any", false),
    };
    let name = schema["format"].as_str().filter(|format| *format != "int64").unwrap_or(name);
    format!("{}{}", escape(name), if is_optional { "?" } else { "" })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::in_braces;
    use super::*;

    #[test]
    fn a_type_is_told_in_a_few_words() {
        for (schema, told) in [
            (json!({ "type": "string", "format": "uuid" }), "uuid"),
            (json!({ "type": ["integer", "null"], "format": "int64" }), "integer?"),
            (
                json!({ "type": "array", "items": { "$ref": "#/components/schemas/User" } }),
                "[<a href=\"#type-User\">User</a>]",
            ),
            (json!({ "type": "string", "enum": ["a", "b"] }), "<code>a</code> <code>b</code>"),
            (json!({ "anyOf": [{ "type": "boolean" }, { "type": "null" }] }), "boolean?"),
        ] {
            assert_eq!(kind(&schema), told);
        }
    }

    #[test]
    fn each_path_names_what_fills_it() {
        assert_eq!(in_braces("/api/a/{id}/b/{n}").collect::<Vec<_>>(), ["id", "n"]);
    }
}
