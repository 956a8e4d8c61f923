//! Contacts: the people at accounts, and how to reach them.

use serde::{Deserialize, Serialize};

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::{FieldError, FieldErrors, Page};
use crate::change::{Archive, AsOf, Bulk, BulkDone, Done, New, Patch};
use crate::fields::ListKind;
use crate::id::{AccountId, ContactId, TeamId, UserId};
use crate::query::{ListQuery, Totals, TotalsQuery};
use crate::text;
use crate::time::Date;

crate::endpoints! {
    ListContacts:    GET   "/api/contacts"         (ListQuery)             -> Page<Contact>, Staff(Object::Contact, Read);
    CountContacts:   GET   "/api/contacts/totals"  (TotalsQuery)           -> Totals,        Staff(Object::Contact, Read);
    GetContact:      GET   "/api/contacts/{id}"    [ContactId] (AsOf)      -> Contact,       Staff(Object::Contact, Read);
    CreateContact:   POST  "/api/contacts"         (New<Contact>)          -> Done<Contact>, Staff(Object::Contact, Create);
    UpdateContact:   PATCH "/api/contacts/{id}"    [ContactId] (Patch)     -> Done<Contact>, Staff(Object::Contact, Write);
    UpdateContacts:  POST  "/api/contacts/bulk"    (Bulk)                  -> BulkDone,      Staff(Object::Contact, Write);
    ArchiveContacts: POST  "/api/contacts/archive" (Archive)               -> BulkDone,      Staff(Object::Contact, Archive);
}

choices! {
    pub enum PointKind {
        Phone = "phone",
        Email = "email",
        Wechat = "wechat",
        Website = "website",
        Other = "other",
    }
}

/// A way to reach somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    pub kind: PointKind,
    /// As it was typed.
    pub value: String,
    /// E.164 for a phone, lower case for mail: what is compared and searched.
    #[serde(default)]
    pub norm: String,
    #[serde(default)]
    pub is_primary: bool,
}

/// A contact's place at an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountLink {
    pub account_id: AccountId,
    /// Their job there.
    #[serde(default)]
    pub role: Option<String>,
    #[serde(default)]
    pub is_primary: bool,
    /// No longer there.
    #[serde(default)]
    pub has_left: bool,
}

record! {
    /// A person, at one account or several.
    Contact (ContactId) as Contact in "contacts", ChildOfAccount {
        name: String = text(120).required().searched();
        salutation: Option<String> = text(40);
        job_title: Option<String> = text(120);
        accounts: Vec<AccountLink> = list(ListKind::Accounts);
        points: Vec<Point> = list(ListKind::Points).searched();
        birthday: Option<Date> = date();
        tags: Vec<String> = list(ListKind::Tags);
        note: Option<String> = long_text(20_000);
        owner_id: Option<UserId> = to(Object::User);
        team_id: Option<TeamId> = to(Object::Team);
    }
}

impl Contact {
    /// Puts phones and addresses into their norms and says what is wrong.
    pub fn check(&mut self) -> FieldErrors {
        let mut errors = FieldErrors::new();
        check_points(&mut self.points, &mut errors);
        check_tags(&mut self.tags, &mut errors);
        let mut seen = Vec::new();
        for (n, link) in self.accounts.iter().enumerate() {
            if seen.contains(&link.account_id) {
                errors.insert(format!("accounts.{n}"), FieldError::new("twice"));
            }
            if link.role.as_ref().is_some_and(|role| role.chars().count() > 120) {
                errors.insert(format!("accounts.{n}.role"), FieldError::new("too_long").with("max", 120));
            }
            if link.role.as_ref().is_some_and(|role| role.contains(char::is_control)) {
                errors.insert(format!("accounts.{n}.role"), FieldError::new("control_character"));
            }
            seen.push(link.account_id);
        }
        errors
    }
}

/// Fills in the norms; a point that is none is named by its place.
pub fn check_points(points: &mut [Point], errors: &mut FieldErrors) {
    for (n, point) in points.iter_mut().enumerate() {
        let value = point.value.trim().to_owned();
        let norm = match point.kind {
            _ if value.is_empty() => Err("required"),
            _ if value.chars().count() > 254 => Err("too_long"),
            _ if value.contains(char::is_control) => Err("control_character"),
            PointKind::Phone => text::phone(&value, text::Region::Cn).map(|phone| phone.e164).map_err(|_| "not_phone"),
            PointKind::Email => text::email(&value).map(|email| email.to_lowercase()).map_err(|_| "not_email"),
            _ => Ok(value.to_lowercase()),
        };
        point.value = value;
        match norm {
            Ok(norm) => point.norm = norm,
            Err(code) => {
                errors.insert(format!("points.{n}"), FieldError::new(code).with("max", 254));
            }
        }
    }
}

/// Trims tags and drops repeats; blank and overlong ones are refused.
pub fn check_tags(tags: &mut Vec<String>, errors: &mut FieldErrors) {
    let mut kept: Vec<String> = Vec::new();
    for tag in tags.drain(..) {
        let tag = tag.trim().to_owned();
        if tag.is_empty() || tag.chars().count() > 40 || tag.contains(char::is_control) {
            errors.insert("tags".into(), FieldError::new("bad_tag").with("max", 40));
        } else if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    *tags = kept;
}
