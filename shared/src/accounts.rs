//! Accounts: the organisations and people that buy.

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::{FieldErrors, Page};
use crate::change::{Archive, AsOf, Bulk, BulkDone, Done, New, Patch};
use crate::contacts::Point;
use crate::fields::ListKind;
use crate::id::{AccountId, TeamId, UserId};
use crate::query::{ListQuery, Totals, TotalsQuery};
use crate::time::Date;

crate::endpoints! {
    ListAccounts:    GET   "/api/accounts"         (ListQuery)             -> Page<Account>, Staff(Object::Account, Read);
    CountAccounts:   GET   "/api/accounts/totals"  (TotalsQuery)           -> Totals,        Staff(Object::Account, Read);
    GetAccount:      GET   "/api/accounts/{id}"    [AccountId] (AsOf)      -> Account,       Staff(Object::Account, Read);
    CreateAccount:   POST  "/api/accounts"         (New<Account>)          -> Done<Account>, Staff(Object::Account, Create);
    UpdateAccount:   PATCH "/api/accounts/{id}"    [AccountId] (Patch)     -> Done<Account>, Staff(Object::Account, Write);
    UpdateAccounts:  POST  "/api/accounts/bulk"    (Bulk)                  -> BulkDone,      Staff(Object::Account, Write);
    ArchiveAccounts: POST  "/api/accounts/archive" (Archive)               -> BulkDone,      Staff(Object::Account, Archive);
}

choices! {
    pub enum AccountKind {
        Organization = "organization",
        Person = "person",
    }
}

choices! {
    /// How the account stands to us over time.
    pub enum Lifecycle {
        Prospect = "prospect",
        Customer = "customer",
        Repeat = "repeat",
        Dormant = "dormant",
        Lost = "lost",
        WonBack = "won_back",
    }
}

/// Where an account came from.
pub const SOURCES: &[&str] =
    &["website", "referral", "exhibition", "advertising", "phone", "social", "partner", "import", "other"];

/// How much an account matters.
pub const LEVELS: &[&str] = &["A", "B", "C", "D"];

/// Industries that Kith words in both languages; any other text is kept as it is.
pub const INDUSTRIES: &[&str] = &[
    "technology",
    "manufacturing",
    "retail",
    "finance",
    "medical",
    "marketing",
    "software",
    "telecommunications",
    "entertainment",
    "services",
    "employment",
    "education",
    "logistics",
    "energy",
    "real_estate",
    "government",
    "agriculture",
    "hospitality",
    "other",
];

record! {
    /// An organisation, or a person who buys for themselves.
    Account (AccountId) as Account in "accounts", Owned {
        name: String = text(200).required().searched();
        kind: AccountKind = choice(AccountKind::WORDS).required();
        legal_name: Option<String> = text(200).searched();
        tax_no: Option<String> = text(40).searched();
        industry: Option<String> = choice(INDUSTRIES);
        level: Option<String> = choice(LEVELS);
        lifecycle: Lifecycle = choice(Lifecycle::WORDS).required();
        source: Option<String> = choice(SOURCES);
        region: Option<String> = text(100);
        address: Option<String> = text(400);
        website: Option<String> = text(200);
        employees: Option<i64> = int(0, 10_000_000);
        annual_revenue: Option<i64> = money();
        currency: String = currency().required();
        founded_on: Option<Date> = date();
        parent_id: Option<AccountId> = to(Object::Account);
        points: Vec<Point> = list(ListKind::Points).searched();
        tags: Vec<String> = list(ListKind::Tags);
        note: Option<String> = long_text(20_000);
        owner_id: Option<UserId> = to(Object::User);
        team_id: Option<TeamId> = to(Object::Team);
    }
}

impl Account {
    /// Puts phones and addresses into their norms and says what is wrong.
    pub fn check(&mut self) -> FieldErrors {
        let mut errors = FieldErrors::new();
        crate::contacts::check_points(&mut self.points, &mut errors);
        crate::contacts::check_tags(&mut self.tags, &mut errors);
        errors
    }
}
