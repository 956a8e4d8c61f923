//! Where the columns of a file can go, and what the columns of an export are:
//! the fields of a record, lists taken apart into columns of their own.

use crate::access::Object;
use crate::contacts::PointKind;
use crate::fields::{Field, FieldKind, ListKind};
use crate::import::mapping::Kind;
use crate::opportunities::DealRole;

/// A column's place in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// What the column is called: the field's key, or `points.phone`.
    pub key: &'static str,
    /// The field it goes into; a list is put together from several columns.
    pub field: &'static str,
    pub holds: Holds,
    pub required: bool,
    /// Other names that files use for it, of either language.
    pub aliases: &'static [&'static str],
}

/// What a cell of the column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Text,
    LongText,
    Int,
    Money,
    Currency,
    Bool,
    Date,
    /// Only exported.
    Time,
    Id,
    Word(&'static [&'static str]),
    /// The name or id of a record.
    Ref(Object),
    /// Several names or ids, one a line.
    Refs(Object),
    Tags,
    Points(PointKind),
    /// Beside a list of names: what each of them has, one a line.
    Each(Part),
    /// The name of the person's manager, who joins the same team.
    Manager,
    /// The roles of managers made on the way.
    ManagerRoles,
}

/// What belongs to an entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A contact's job at the account.
    Job,
    HasLeft,
    /// Of several accounts, the one a contact mostly belongs to.
    IsPrimary,
    DealRole,
    Quantity,
    Price,
}

impl Holds {
    /// What the mapping's suggestion may expect of the values.
    pub fn kind(self) -> Kind {
        match self {
            Self::Int | Self::Each(Part::Quantity) => Kind::Number,
            Self::Money | Self::Each(Part::Price) => Kind::Money,
            Self::Date | Self::Time => Kind::Date,
            Self::Bool | Self::Each(Part::HasLeft | Part::IsPrimary) => Kind::Boolean,
            Self::Points(PointKind::Phone) => Kind::Phone,
            Self::Points(PointKind::Email) => Kind::Email,
            Self::Word(_)
            | Self::Ref(_)
            | Self::Refs(_)
            | Self::Currency
            | Self::Manager
            | Self::ManagerRoles
            | Self::Each(Part::DealRole) => Kind::Choice,
            Self::Text | Self::LongText | Self::Id | Self::Tags | Self::Points(_) | Self::Each(Part::Job) => Kind::Text,
        }
    }

    /// The words that a cell may hold.
    pub fn words(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Word(words) => Some(words),
            Self::Each(Part::DealRole) => Some(DealRole::WORDS),
            _ => None,
        }
    }

    /// The kind of record that a cell names.
    pub fn names(self) -> Option<Object> {
        match self {
            Self::Ref(object) | Self::Refs(object) => Some(object),
            Self::Manager => Some(Object::User),
            Self::ManagerRoles => Some(Object::Role),
            _ => None,
        }
    }
}

/// What a column may go into.
pub fn targets(object: Object) -> Vec<Target> {
    let mut all: Vec<Target> =
        object.schema().fields.iter().filter(|field| field.imports && !field.secret).flat_map(of_field).collect();
    // A record is known again by its id; nothing is created with one.
    all.insert(0, plain("id", Holds::Id, false));
    if object == Object::User {
        all.push(plain("manager", Holds::Manager, false));
        all.push(plain("manager.roles", Holds::ManagerRoles, false));
        // An address is a field here, not one of several points.
        all.iter_mut().filter(|target| target.key == "email").for_each(|email| email.holds = Holds::Text);
    }
    for target in &mut all {
        target.aliases = aliases(object, target.key);
    }
    all
}

pub fn target(object: Object, key: &str) -> Option<Target> {
    targets(object).into_iter().find(|target| target.key == key)
}

/// The columns by which a field is exported.
pub fn columns_of(field: &'static Field) -> Vec<Target> {
    match field.kind {
        FieldKind::Id => vec![plain(field.key, Holds::Id, false)],
        FieldKind::Time => vec![plain(field.key, Holds::Time, false)],
        FieldKind::Rank => vec![plain(field.key, Holds::Text, false)],
        _ => of_field(field),
    }
}

const fn plain(key: &'static str, holds: Holds, required: bool) -> Target {
    Target { key, field: key, holds, required, aliases: &[] }
}

fn of_field(field: &'static Field) -> Vec<Target> {
    let parts = |parts: &[(&'static str, Holds)]| -> Vec<Target> {
        parts
            .iter()
            .map(|(key, holds)| Target { key, field: field.key, holds: *holds, required: false, aliases: &[] })
            .collect()
    };
    let holds = match field.kind {
        FieldKind::Text { .. } => Holds::Text,
        FieldKind::LongText { .. } => Holds::LongText,
        FieldKind::Int { .. } => Holds::Int,
        FieldKind::Money => Holds::Money,
        FieldKind::Currency => Holds::Currency,
        FieldKind::Bool => Holds::Bool,
        FieldKind::Date => Holds::Date,
        FieldKind::Choice(words) => Holds::Word(words),
        FieldKind::Ref(object) => Holds::Ref(object),
        FieldKind::List(ListKind::Tags) => Holds::Tags,
        FieldKind::List(ListKind::Roles) => Holds::Refs(Object::Role),
        FieldKind::List(ListKind::Teams) => Holds::Refs(Object::Team),
        FieldKind::List(ListKind::Tickets) => Holds::Refs(Object::Ticket),
        FieldKind::List(ListKind::Users) => Holds::Refs(Object::User),
        FieldKind::List(ListKind::Points) => return parts(POINTS),
        FieldKind::List(ListKind::Accounts) => return parts(ACCOUNTS),
        FieldKind::List(ListKind::Contacts) => return parts(CONTACTS),
        FieldKind::List(ListKind::Lines) => return parts(LINES),
        FieldKind::Id | FieldKind::Time | FieldKind::Rank | FieldKind::List(ListKind::Grants | ListKind::Parts) => {
            return Vec::new();
        }
    };
    vec![plain(field.key, holds, field.required)]
}

const POINTS: &[(&str, Holds)] = &[
    ("points.phone", Holds::Points(PointKind::Phone)),
    ("points.email", Holds::Points(PointKind::Email)),
    ("points.wechat", Holds::Points(PointKind::Wechat)),
    ("points.website", Holds::Points(PointKind::Website)),
    ("points.other", Holds::Points(PointKind::Other)),
];

const ACCOUNTS: &[(&str, Holds)] = &[
    ("accounts", Holds::Refs(Object::Account)),
    ("accounts.role", Holds::Each(Part::Job)),
    ("accounts.has_left", Holds::Each(Part::HasLeft)),
    ("accounts.is_primary", Holds::Each(Part::IsPrimary)),
];

const CONTACTS: &[(&str, Holds)] =
    &[("contacts", Holds::Refs(Object::Contact)), ("contacts.role", Holds::Each(Part::DealRole))];

const LINES: &[(&str, Holds)] = &[
    ("lines", Holds::Refs(Object::Product)),
    ("lines.quantity", Holds::Each(Part::Quantity)),
    ("lines.price", Holds::Each(Part::Price)),
];

/// What files of other systems call the fields.
fn aliases(object: Object, key: &str) -> &'static [&'static str] {
    match (object, key) {
        (Object::Account, "name") => &[
            "account",
            "account name",
            "company",
            "company name",
            "customer",
            "organization",
            "客户",
            "公司",
            "公司名称",
            "企业名称",
        ],
        (Object::Account, "industry") => &["sector", "branch", "所属行业"],
        (Object::Account, "founded_on") => &["year established", "founded year", "established", "成立时间", "成立年份"],
        (Object::Account, "annual_revenue") => &["revenue", "turnover", "营收", "年收入"],
        (Object::Account, "employees") => &["headcount", "number of employees", "staff", "员工数", "人数"],
        (Object::Account, "region") => &["office location", "country", "location", "city", "地区", "城市", "省份"],
        (Object::Account, "parent_id") => &["subsidiary of", "parent", "parent company", "上级客户", "母公司"],
        (Object::Account, "level") => &["grade", "tier", "客户级别", "等级"],
        (Object::Account | Object::Opportunity, "source") => &["lead source", "channel", "来源渠道"],
        (Object::Account | Object::Contact, "points.phone") => {
            &["phone", "telephone", "mobile", "tel", "cell", "手机", "手机号", "电话", "联系电话", "座机"]
        }
        (Object::Account | Object::Contact, "points.email") => {
            &["email", "e-mail", "mail", "email address", "邮箱", "电子邮件"]
        }
        (Object::Account | Object::Contact, "points.wechat") => &["wechat", "wechat id", "微信", "微信号"],
        (Object::Contact, "name") => &["contact", "contact name", "full name", "person", "联系人", "联系人姓名"],
        (Object::Contact, "accounts") => &["account", "company", "customer", "organization", "客户", "公司", "单位"],
        (Object::Contact, "accounts.role" | "job_title") | (Object::User, "job_title") => {
            &["title", "position", "职务", "职位"]
        }
        (Object::Product, "name") => &["product", "product name", "产品", "商品", "产品名称"],
        (Object::Product, "category") => &["series", "product line", "family", "类别", "系列", "产品线"],
        (Object::Product, "price") => &["sales price", "unit price", "list price", "单价", "售价"],
        (Object::Product, "code") => &["sku", "product code", "编号", "产品编码"],
        (Object::Opportunity, "external_no") => &["opportunity id", "deal id", "number", "商机编号", "编号"],
        (Object::Opportunity, "name") => {
            &["opportunity", "deal", "opportunity name", "deal name", "title", "商机", "商机名称"]
        }
        (Object::Opportunity, "account_id") => &["account", "company", "customer", "客户", "公司", "客户名称"],
        (Object::Opportunity, "lines") => &["product", "products", "item", "产品", "产品名称"],
        (Object::Opportunity, "stage_id") => &["deal stage", "status", "phase", "阶段", "销售阶段"],
        (Object::Opportunity, "opened_on") => {
            &["engage date", "created on", "created date", "start date", "创建日期", "开始日期"]
        }
        (Object::Opportunity, "close_date") => {
            &["closed on", "close date", "expected close", "结束日期", "成交日期", "预计成交日期"]
        }
        (Object::Opportunity, "amount") => &["close value", "value", "deal value", "金额", "成交金额", "合同金额"],
        (Object::Opportunity, "lines.quantity") => &["quantity", "qty", "数量"],
        (Object::Opportunity | Object::Account | Object::Contact, "owner_id") => {
            &["sales agent", "owner", "sales rep", "salesperson", "负责人", "销售", "业务员"]
        }
        (Object::User, "name") => &["sales agent", "agent", "full name", "employee", "姓名", "员工", "销售"],
        (Object::User, "email") => &["mail", "email address", "邮箱"],
        (Object::User, "team_id") => &["regional office", "office", "region", "department", "部门", "团队"],
        (Object::User, "manager") => &["supervisor", "lead", "reports to", "上级", "主管", "经理"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_importable_field_has_a_place_and_each_place_one_key() {
        for object in crate::imports::OBJECTS {
            let all = targets(*object);
            for field in object.schema().fields.iter().filter(|field| field.imports) {
                assert!(all.iter().any(|target| target.field == field.key), "{object}.{}", field.key);
            }
            let mut keys: Vec<_> = all.iter().map(|target| target.key).collect();
            crate::order::sort_by(&mut keys, Ord::cmp);
            keys.dedup();
            assert_eq!(keys.len(), all.len(), "{object}");
        }
    }

    #[test]
    fn lists_are_taken_apart() {
        let keys: Vec<_> = targets(Object::Opportunity)
            .iter()
            .filter(|target| target.field == "lines")
            .map(|target| target.key)
            .collect();
        assert_eq!(keys, ["lines", "lines.quantity", "lines.price"]);
    }
}
