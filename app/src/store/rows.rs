//! The answer of a list: which records, in which order. The records themselves
//! are in the cache.

use std::sync::Arc;

use shared::access::Object;
use shared::api::ApiError;
use shared::query::{Archived, ListQuery};
use uuid::Uuid;
use web_sys::AbortSignal;

use super::expected::{Expected, id_of};
use super::{fetch, records, slot};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    pub ids: Arc<Vec<Uuid>>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// The page the contract gives unasked, and the largest.
const USUAL: u32 = 50;
const LARGEST: u32 = 500;

impl Rows {
    /// Reads pages until as many rows are there as before.
    pub async fn load(
        object: Object,
        query: &ListQuery,
        wanted: usize,
        abort: Option<&AbortSignal>,
    ) -> Result<Self, ApiError> {
        let mut rows = Self::default();
        let mut query = query.clone();
        let usual = query.limit.unwrap_or(USUAL);
        query.limit = Some(usual.max(u32::try_from(wanted).unwrap_or(LARGEST).min(LARGEST)));
        loop {
            rows = rows.and_page(object, &query, abort).await?;
            query.after.clone_from(&rows.next);
            if rows.ids.len() >= wanted || rows.next.is_none() {
                return Ok(rows);
            }
        }
    }

    /// With the page behind it.
    pub async fn and_page(
        &self,
        object: Object,
        query: &ListQuery,
        abort: Option<&AbortSignal>,
    ) -> Result<Self, ApiError> {
        let page = fetch::page(object, query, abort).await?;
        records::make_room();
        let mut ids = Vec::clone(&self.ids);
        ids.extend(page.items.into_iter().filter_map(|row| records::put(object, row)));
        Ok(Self { ids: Arc::new(ids), next: page.next })
    }

    pub fn mark(&self) -> u64 {
        let ids = self.ids.iter().flat_map(|id| *id.as_bytes());
        slot::hash(ids.chain(self.next.iter().flat_map(|next| next.bytes())))
    }

    /// With what pending commands add and take away.
    pub fn foresee(&self, object: Object, query: &ListQuery, effects: &[Expected]) -> Self {
        let mut ids = Vec::clone(&self.ids);
        let archived = query.archived.unwrap_or_default();
        for effect in effects.iter().filter(|effect| effect.object() == object) {
            match effect {
                Expected::Created { row, .. } => {
                    let is_open = query.filter.is_none() && query.search.is_none() && archived != Archived::Only;
                    if let Some(id) = id_of(row).filter(|id| is_open && !ids.contains(id)) {
                        ids.insert(0, id);
                    }
                }
                Expected::Deleted { ids: gone, .. } => ids.retain(|id| !gone.contains(id)),
                Expected::Archived { ids: moved, archived: is_archived, .. } => {
                    let leaves = if *is_archived { archived == Archived::Without } else { archived == Archived::Only };
                    ids.retain(|id| !leaves || !moved.contains(id));
                }
                Expected::Set { .. } | Expected::Moved(_) => {}
            }
        }
        Self { ids: Arc::new(ids), next: self.next.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::fields::Row;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn rows(ids: &[u128]) -> Rows {
        Rows { ids: Arc::new(ids.iter().copied().map(Uuid::from_u128).collect()), next: None }
    }

    fn created(id: u128) -> Expected {
        let row = Row::from_iter([("id".to_owned(), Uuid::from_u128(id).to_string().into())]);
        Expected::Created { object: Object::Account, row }
    }

    #[test]
    fn a_new_record_stands_on_top_of_an_unfiltered_list_once() {
        let list = rows(&[1, 2]);
        let all = ListQuery::default();
        let some = ListQuery { filter: Some("level.is.A".into()), ..ListQuery::default() };
        let effects = [created(3), created(3)];
        assert_eq!(list.foresee(Object::Account, &all, &effects), rows(&[3, 1, 2]));
        assert_eq!(list.foresee(Object::Account, &some, &effects), list);
        assert_eq!(list.foresee(Object::Contact, &all, &effects), list);
    }

    #[test]
    fn an_archived_record_leaves_a_list_that_is_without_them() {
        let archived = Expected::Archived { object: Object::Account, ids: vec![Uuid::from_u128(1)], archived: true };
        let with = ListQuery { archived: Some(Archived::With), ..ListQuery::default() };
        assert_eq!(
            rows(&[1, 2]).foresee(Object::Account, &ListQuery::default(), std::slice::from_ref(&archived)),
            rows(&[2])
        );
        assert_eq!(rows(&[1, 2]).foresee(Object::Account, &with, &[archived]), rows(&[1, 2]));
    }
}
