//! The address under which the server writes the list as CSV.

use shared::access::Object;
use shared::api::query_string;
use shared::imports::{EXPORT, ExportQuery, Headings};
use shared::query::{Archived, Arg, Filter, ListQuery, Op, text};
use uuid::Uuid;

/// The most ids of one test.
const CHUNK: usize = 200;

/// The whole answer of a question, with the columns that are shown.
pub fn all(object: Object, query: &ListQuery, columns: &str) -> String {
    address(object, query.filter.clone(), query, columns)
}

/// Only these records.
pub fn some(object: Object, ids: &[Uuid], columns: &str) -> String {
    let test = |ids: &[Uuid]| Filter::test("id", Op::Is, ids.iter().map(|id| Arg::Literal(id.to_string())));
    let filter = Filter::Any(ids.chunks(CHUNK).map(test).collect());
    let whole = ListQuery { archived: Some(Archived::With), ..ListQuery::default() };
    address(object, Some(text::print(&filter)), &whole, columns)
}

fn address(object: Object, filter: Option<String>, query: &ListQuery, columns: &str) -> String {
    let asked = ExportQuery {
        filter,
        search: query.search.clone(),
        sort: query.sort.clone(),
        archived: query.archived,
        columns: Some(columns.to_owned()),
        headings: Some(Headings::Labels),
        bom: Some(true),
    };
    format!("{}?{}", EXPORT.replace("{object}", object.word()), query_string(&asked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn an_export_asks_what_the_list_asks() {
        let query = ListQuery { filter: Some("level.is.A".into()), sort: Some("-name".into()), ..ListQuery::default() };
        let address = all(Object::Account, &query, "name,level");
        assert_eq!(
            address,
            "/api/export/account?bom=true&columns=name%2Clevel&filter=level.is.A&headings=labels&sort=-name"
        );
    }

    #[test]
    fn chosen_records_are_asked_for_by_their_ids() {
        let ids = [Uuid::from_u128(1), Uuid::from_u128(2)];
        let address = some(Object::Contact, &ids, "name");
        assert!(address.contains(
            "filter=any%28id.is.00000000-0000-0000-0000-000000000001~00000000-0000-0000-0000-000000000002%29"
        ));
    }
}
