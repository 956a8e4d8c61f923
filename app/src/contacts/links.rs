//! A contact's places at accounts, and how they change.

use leptos::prelude::untrack;
use shared::access::Object;
use shared::contacts::{AccountLink, Contact};
use shared::i18n::Key;
use shared::id::AccountId;

use crate::i18n::fill;
use crate::store::{self, Command};
use crate::words;

/// What becomes of a contact's place at an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    New,
    /// The one to ask first there.
    First,
    NotFirst,
    Left,
    Back,
    Gone,
    Role(Option<String>),
}

pub fn at(contact: &Contact, account: AccountId) -> Option<&AccountLink> {
    contact.accounts.iter().find(|link| link.account_id == account)
}

/// The places after the change.
pub fn changed(links: &[AccountLink], account: AccountId, place: &Place) -> Vec<AccountLink> {
    let mut links = links.to_vec();
    let is_known = links.iter().any(|link| link.account_id == account);
    match place {
        Place::New if !is_known => links.push(AccountLink { account_id: account, ..AccountLink::default() }),
        Place::Gone => links.retain(|link| link.account_id != account),
        _ => {}
    }
    for link in links.iter_mut().filter(|link| link.account_id == account) {
        match place {
            Place::First => link.is_primary = true,
            Place::NotFirst => link.is_primary = false,
            Place::Left => (link.has_left, link.is_primary) = (true, false),
            Place::Back | Place::New => link.has_left = false,
            Place::Role(role) => link.role.clone_from(role),
            Place::Gone => {}
        }
    }
    links
}

/// Changes a contact's place, with a way back.
pub fn change(contact: &Contact, account: AccountId, place: Place) {
    let links = changed(&contact.accounts, account, &place);
    if links == contact.accounts {
        return;
    }
    let said = untrack(|| {
        let account = store::name(Object::Account, account).unwrap_or_else(|| words::object(Object::Account));
        let key = match place {
            Place::New => Key::ContactJoined,
            Place::First | Place::NotFirst | Place::Role(_) => Key::ContactPlaceChanged,
            Place::Left => Key::ContactLeft,
            Place::Back => Key::ContactBack,
            Place::Gone => Key::ContactTakenOff,
        };
        fill(key, &[("name", &contact.name), ("account", &account)])
    });
    let value = serde_json::to_value(links).unwrap_or_default();
    store::run(Command::set::<Contact>(contact.id, "accounts", value).said(said));
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn link(account: u128, is_primary: bool, has_left: bool) -> AccountLink {
        AccountLink { account_id: AccountId(Uuid::from_u128(account)), role: None, is_primary, has_left }
    }

    #[test]
    fn who_leaves_is_no_longer_asked_first() {
        let account = AccountId(Uuid::from_u128(1));
        let before = [link(1, true, false), link(2, true, false)];
        assert_eq!(changed(&before, account, &Place::Left), [link(1, false, true), link(2, true, false)]);
    }

    #[test]
    fn who_is_added_again_is_back() {
        let account = AccountId(Uuid::from_u128(1));
        assert_eq!(changed(&[link(1, false, true)], account, &Place::New), [link(1, false, false)]);
        assert_eq!(changed(&[], account, &Place::New), [link(1, false, false)]);
        assert_eq!(changed(&[link(1, false, false)], account, &Place::Gone), []);
    }
}
