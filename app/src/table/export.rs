//! Lists and chosen records as CSV: the address of a list's file, and the file
//! of records that are too many for an address.

use leptos::prelude::*;
use shared::access::Object;
use shared::api::{ApiError, query_string};
use shared::imports::{EXPORT, ExportChosen, ExportQuery, Headings};
use shared::query::ListQuery;
use uuid::Uuid;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::api::{self, Method, Request};
use crate::{spawn, words};

/// The whole answer of a question, with the columns that are shown.
pub fn shown(object: Object, query: &ListQuery, columns: &str) -> String {
    address(object, query, Some(with_id(columns)))
}

/// The whole answer of a question, with every field that an import takes back.
pub fn whole(object: Object, query: &ListQuery) -> String {
    address(object, query, None)
}

fn address(object: Object, query: &ListQuery, columns: Option<String>) -> String {
    let asked = ExportQuery {
        filter: query.filter.clone(),
        search: query.search.clone(),
        sort: query.sort.clone(),
        archived: query.archived,
        columns,
        headings: Some(Headings::Labels),
        bom: Some(true),
    };
    format!("{}?{}", path(object), query_string(&asked))
}

/// The id leads: by it the rows are known again when the file comes back.
fn with_id(columns: &str) -> String {
    format!("id,{columns}")
}

fn path(object: Object) -> String {
    EXPORT.replace("{object}", object.word())
}

/// Saves these records as a file. Says how it went.
pub fn save(object: Object, ids: Vec<Uuid>, columns: &str, done: impl FnOnce(Result<(), ApiError>) + 'static) {
    let request = chosen(object, ids, columns);
    let name = format!("{}.csv", untrack(|| words::objects(object)));
    spawn::local(async move {
        done(api::send(&request, None, None).await.map(|text| drop(hand_over(&name, &text))));
    });
}

fn chosen(object: Object, ids: Vec<Uuid>, columns: &str) -> Request {
    let asked =
        ExportChosen { ids, columns: Some(with_id(columns)), headings: Some(Headings::Labels), bom: Some(true) };
    Request { method: Method::POST, url: path(object), body: Some(api::json(&asked)) }
}

/// Gives the browser a file to save.
fn hand_over(name: &str, text: &str) -> Result<(), JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type("text/csv;charset=utf-8");
    // Reading an answer as text takes its first mark away, by which
    // spreadsheets know UTF-8.
    let parts = js_sys::Array::of2(&"\u{feff}".into(), &text.trim_start_matches('\u{feff}').into());
    save_blob(name, &Blob::new_with_str_sequence_and_options(&parts, &kind)?)
}

/// Gives the browser any file to save.
pub fn save_blob(name: &str, file: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(file)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has taken hold of it by then.
    spawn::after(60_000, move || drop(Url::revoke_object_url(&url)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn an_export_asks_what_the_list_asks_and_begins_with_the_id() {
        let query = ListQuery { filter: Some("level.is.A".into()), sort: Some("-name".into()), ..ListQuery::default() };
        assert_eq!(
            shown(Object::Account, &query, "name,level"),
            "/api/export/account?bom=true&columns=id%2Cname%2Clevel&filter=level.is.A&headings=labels&sort=-name"
        );
        assert_eq!(
            whole(Object::Account, &query),
            "/api/export/account?bom=true&filter=level.is.A&headings=labels&sort=-name"
        );
    }

    #[test]
    fn chosen_records_are_asked_for_by_their_ids_however_many() {
        let ids: Vec<Uuid> = (0..1_000).map(Uuid::from_u128).collect();
        let request = chosen(Object::Contact, ids.clone(), "name");
        assert_eq!(request.url, "/api/export/contact");
        let sent: ExportChosen = serde_json::from_str(&request.body.unwrap_or_default()).unwrap();
        assert_eq!((sent.ids, sent.columns.as_deref()), (ids, Some("id,name")));
    }
}
