//! A record is described once: its struct and the list of its fields.
//!
//! List, filter, sort, group, sum, column picker, saved view, import mapping,
//! export, history wording, validation and API schema all read the list.

mod check;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::access::{Guard, Object};

pub use check::{check_required, check_row, check_text};

/// A record as fields by key: how it travels through the change log, the
/// query compiler and the database.
pub type Row = Map<String, Value>;

/// Declares an enum whose values travel as fixed words. The first is the default.
#[macro_export]
macro_rules! choices {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::ALL[0]
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                match word { $($word => Ok(Self::$variant),)* other => Err(other.into()) }
            }
        }
    };
}

/// What a field holds, and so how it is stored, checked, shown and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Id,
    /// One line, at most `max` characters.
    Text {
        max: usize,
    },
    /// Several lines, at most `max` characters.
    LongText {
        max: usize,
    },
    Int {
        min: i64,
        max: i64,
    },
    /// Minor units; the record's `currency` names the currency.
    Money,
    Currency,
    Bool,
    Date,
    /// Milliseconds since the epoch, UTC.
    Time,
    Choice(&'static [&'static str]),
    Ref(Object),
    /// A hand-made order, see `rank`.
    Rank,
    /// A list that is stored as JSON and indexed beside the row.
    List(ListKind),
}

/// Lists inside a record, and what of them is indexed for filters and search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// Words. Indexed by the word.
    Tags,
    /// Phones, mails and the like: `contacts::Point`. Indexed by `norm`.
    Points,
    /// `contacts::AccountLink`. Indexed by the account.
    Accounts,
    /// `opportunities::DealContact`. Indexed by the contact.
    Contacts,
    /// `opportunities::Line`. Indexed by the product.
    Lines,
    /// `access::Grant`. Not indexed.
    Grants,
    /// Ids of roles. Indexed by the role.
    Roles,
    /// Ids of teams. Indexed by the team.
    Teams,
    /// Ids of tickets. Indexed by the ticket.
    Tickets,
    /// Ids of people. Indexed by the person.
    Users,
    /// What only its own room reads: hours, days, targets. Not indexed.
    Parts,
}

/// One field of a record.
#[expect(clippy::struct_excessive_bools, reason = "what a field may be used for, each by itself")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub key: &'static str,
    pub kind: FieldKind,
    pub required: bool,
    /// Set by Kith alone; a caller that sends it is refused.
    pub read_only: bool,
    /// May be grouped by.
    pub groups: bool,
    /// May be summed.
    pub sums: bool,
    /// Its text is found by the search.
    pub searched: bool,
    /// Offered as a target of an import and written by an export.
    pub imports: bool,
    /// Never leaves the server: hashes and the like.
    pub secret: bool,
}

impl Field {
    const fn new(kind: FieldKind) -> Self {
        Self {
            key: "",
            kind,
            required: false,
            read_only: false,
            groups: matches!(
                kind,
                FieldKind::Choice(_) | FieldKind::Ref(_) | FieldKind::Bool | FieldKind::Date | FieldKind::Currency
            ),
            sums: matches!(kind, FieldKind::Money | FieldKind::Int { .. }),
            searched: false,
            imports: true,
            secret: false,
        }
    }

    pub const fn named(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self.imports = false;
        self
    }

    pub const fn searched(mut self) -> Self {
        self.searched = true;
        self
    }

    pub const fn internal(mut self) -> Self {
        self.imports = false;
        self
    }

    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self.imports = false;
        self
    }
}

/// The words of a record's declaration.
pub mod kinds {
    use super::{Field, FieldKind, ListKind};
    use crate::access::Object;

    pub const fn id() -> Field {
        Field::new(FieldKind::Id).internal()
    }
    pub const fn text(max: usize) -> Field {
        Field::new(FieldKind::Text { max })
    }
    pub const fn long_text(max: usize) -> Field {
        Field::new(FieldKind::LongText { max })
    }
    pub const fn int(min: i64, max: i64) -> Field {
        Field::new(FieldKind::Int { min, max })
    }
    pub const fn money() -> Field {
        Field::new(FieldKind::Money)
    }
    pub const fn currency() -> Field {
        Field::new(FieldKind::Currency)
    }
    pub const fn flag() -> Field {
        Field::new(FieldKind::Bool)
    }
    pub const fn date() -> Field {
        Field::new(FieldKind::Date)
    }
    pub const fn time() -> Field {
        Field::new(FieldKind::Time)
    }
    pub const fn choice(words: &'static [&'static str]) -> Field {
        Field::new(FieldKind::Choice(words))
    }
    pub const fn to(object: Object) -> Field {
        Field::new(FieldKind::Ref(object))
    }
    pub const fn rank() -> Field {
        Field::new(FieldKind::Rank).internal()
    }
    pub const fn list(kind: ListKind) -> Field {
        Field::new(FieldKind::List(kind))
    }
}

/// A typed record with its description.
pub trait Record: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static {
    const OBJECT: Object;
}

/// The description of a kind of record.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    pub object: Object,
    pub table: &'static str,
    pub guard: Guard,
    pub fields: &'static [Field],
}

impl Schema {
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// Declares a record: the struct and its schema. Every record also has an id,
/// a version and its stamps.
#[macro_export]
macro_rules! record {
    ($(#[$doc:meta])* $name:ident ($id:ty) as $object:ident in $table:literal, $guard:ident {
        $($(#[$fdoc:meta])* $field:ident: $type:ty = $kind:expr;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            pub id: $id,
            /// Grows with every change.
            #[serde(default)]
            pub version: i64,
            #[serde(default)]
            pub created_at: $crate::time::Instant,
            #[serde(default)]
            pub created_by: Option<$crate::id::UserId>,
            #[serde(default)]
            pub updated_at: $crate::time::Instant,
            #[serde(default)]
            pub archived_at: Option<$crate::time::Instant>,
            $($(#[$fdoc])* #[serde(default)] pub $field: $type,)*
        }

        impl $name {
            pub const SCHEMA: $crate::fields::Schema = $crate::fields::Schema {
                object: $crate::access::Object::$object,
                table: $table,
                guard: $crate::access::Guard::$guard,
                fields: {
                    use $crate::fields::kinds::*;
                    &[
                        id().named("id").read_only(),
                        int(0, i64::MAX).named("version").read_only(),
                        time().named("created_at").read_only(),
                        to($crate::access::Object::User).named("created_by").read_only(),
                        time().named("updated_at").read_only(),
                        time().named("archived_at").read_only(),
                        $($kind.named(stringify!($field)),)*
                    ]
                },
            };
        }

        impl $crate::fields::Record for $name {
            const OBJECT: $crate::access::Object = $crate::access::Object::$object;
        }
    };
}

/// The stamps that every write sets by itself; undo does not bring them back.
pub const STAMPS: &[&str] = &["version", "updated_at"];

impl Object {
    pub fn schema(self) -> &'static Schema {
        match self {
            Self::Account => &crate::accounts::Account::SCHEMA,
            Self::Contact => &crate::contacts::Contact::SCHEMA,
            Self::Product => &crate::products::Product::SCHEMA,
            Self::Pipeline => &crate::pipelines::Pipeline::SCHEMA,
            Self::Stage => &crate::pipelines::Stage::SCHEMA,
            Self::Opportunity => &crate::opportunities::Opportunity::SCHEMA,
            Self::View => &crate::views::View::SCHEMA,
            Self::Import => &crate::imports::Import::SCHEMA,
            Self::Calendar => &crate::calendars::Calendar::SCHEMA,
            Self::SlaPolicy => &crate::sla::SlaPolicy::SCHEMA,
            Self::User => &crate::users::User::SCHEMA,
            Self::Team => &crate::users::Team::SCHEMA,
            Self::Role => &crate::users::Role::SCHEMA,
            Self::Share => &crate::users::Share::SCHEMA,
            Self::ArticleCategory => &crate::knowledge::ArticleCategory::SCHEMA,
            Self::Article => &crate::knowledge::Article::SCHEMA,
            Self::ArticleVersion => &crate::knowledge::ArticleVersion::SCHEMA,
            Self::ArticleFeedback => &crate::knowledge::ArticleFeedback::SCHEMA,
            Self::Gap => &crate::knowledge::Gap::SCHEMA,
            Self::Synonym => &crate::knowledge::Synonym::SCHEMA,
            Self::TicketStatus => &crate::tickets::TicketStatus::SCHEMA,
            Self::TicketCategory => &crate::tickets::TicketCategory::SCHEMA,
            Self::Queue => &crate::tickets::Queue::SCHEMA,
            Self::Skill => &crate::tickets::Skill::SCHEMA,
            Self::Ticket => &crate::tickets::Ticket::SCHEMA,
            Self::Message => &crate::tickets::Message::SCHEMA,
            Self::Macro => &crate::tickets::Macro::SCHEMA,
            Self::PortalUser => &crate::portal::PortalUser::SCHEMA,
            Self::TimeEntry => &crate::tickets::TimeEntry::SCHEMA,
            Self::SurveyPolicy => &crate::surveys::SurveyPolicy::SCHEMA,
            Self::SurveyAnswer => &crate::surveys::SurveyAnswer::SCHEMA,
        }
    }
}

/// A row of these values. One by one: a map made at once is sorted first, by
/// code that is larger than the app's whole store.
pub fn row_with(values: impl IntoIterator<Item = (String, Value)>) -> Row {
    let mut row = Row::new();
    for (key, value) in values {
        row.insert(key, value);
    }
    row
}

/// A record as a row.
pub fn row_of(record: &impl Serialize) -> Row {
    match serde_json::to_value(record) {
        Ok(Value::Object(row)) => row,
        _ => Row::new(),
    }
}
