use super::*;
use crate::import::csv::{Reader, Record};

const fn target<'a>(key: &'a str, kind: Kind, zh: &'a str, en: &'a str, aliases: &'a [&'a str]) -> Target<'a> {
    Target { key, kind, zh, en, aliases }
}

const ACCOUNT: &[Target] = &[
    target("name", Kind::Text, "客户名称", "Name", &["account", "company", "客户", "公司"]),
    target("industry", Kind::Choice, "行业", "Industry", &["sector"]),
    target("founded_year", Kind::Number, "成立年份", "Founded", &["year established"]),
    target("annual_revenue", Kind::Money, "年营收", "Annual revenue", &["turnover"]),
    target("employees", Kind::Number, "员工数", "Employees", &["headcount", "人数"]),
    target("region", Kind::Choice, "地区", "Region", &["location", "country", "office location"]),
    target("parent", Kind::Choice, "上级客户", "Parent account", &["subsidiary of"]),
    target("phone", Kind::Phone, "电话", "Phone", &["手机", "mobile"]),
    target("email", Kind::Email, "邮箱", "Email", &["e-mail", "mail"]),
    target("owner", Kind::Choice, "负责人", "Owner", &["sales agent"]),
];

const PRODUCT: &[Target] = &[
    target("name", Kind::Text, "产品名称", "Name", &["product"]),
    target("category", Kind::Choice, "类别", "Category", &["series"]),
    target("price", Kind::Money, "单价", "Price", &["list price"]),
    target("code", Kind::Text, "编码", "Code", &["sku"]),
];

const USER: &[Target] = &[
    target("name", Kind::Text, "姓名", "Name", &["sales agent", "agent"]),
    target("manager", Kind::Choice, "主管", "Manager", &["经理"]),
    target("team", Kind::Choice, "团队", "Team", &["regional office", "office"]),
    target("email", Kind::Email, "邮箱", "Email", &[]),
];

const OPPORTUNITY: &[Target] = &[
    target("number", Kind::Text, "商机编号", "Number", &["opportunity id"]),
    target("title", Kind::Text, "商机名称", "Title", &["opportunity", "deal"]),
    target("account", Kind::Choice, "客户", "Account", &["客户名称", "company"]),
    target("product", Kind::Choice, "产品", "Product", &[]),
    target("stage", Kind::Choice, "阶段", "Stage", &["deal stage"]),
    target("owner", Kind::Choice, "负责人", "Owner", &["sales agent"]),
    target("amount", Kind::Money, "金额", "Amount", &["close value", "value"]),
    target("created_on", Kind::Date, "创建日期", "Created on", &["engage date"]),
    target("close_date", Kind::Date, "预计成交日期", "Close date", &["成交日期"]),
];

fn mapped<'a>(text: &str, targets: &[Target<'a>]) -> Vec<Option<(&'a str, Why)>> {
    let mut records: Vec<Record> = Vec::new();
    let mut reader = Reader::new(',');
    reader.push(text, &mut records).unwrap();
    let (header, rows) = records.split_first().unwrap();
    let samples: Vec<Vec<&str>> =
        (0..header.len()).map(|column| rows.iter().take(50).filter_map(|row| row.get(column)).collect()).collect();
    let columns: Vec<_> = header.iter().zip(&samples).map(|(header, samples)| Column { header, samples }).collect();
    suggest(&columns, targets).into_iter().map(|found| found.map(|s| (targets[s.target].key, s.why))).collect()
}

#[test]
fn the_real_accounts_are_mapped() {
    let file = include_str!("../../../../tests/data/maven-crm/accounts.csv");
    assert_eq!(
        mapped(file, ACCOUNT),
        [
            Some(("name", Why::Alias)),
            Some(("industry", Why::Alias)),
            Some(("founded_year", Why::Alias)),
            Some(("annual_revenue", Why::Similar)),
            Some(("employees", Why::HeaderEqual)),
            Some(("region", Why::Alias)),
            Some(("parent", Why::Alias)),
        ]
    );
}

#[test]
fn the_real_products_are_mapped() {
    let file = include_str!("../../../../tests/data/maven-crm/products.csv");
    assert_eq!(
        mapped(file, PRODUCT),
        [Some(("name", Why::Alias)), Some(("category", Why::Alias)), Some(("price", Why::Similar)),]
    );
}

#[test]
fn the_real_sales_teams_are_mapped() {
    let file = include_str!("../../../../tests/data/maven-crm/sales_teams.csv");
    assert_eq!(
        mapped(file, USER),
        [Some(("name", Why::Alias)), Some(("manager", Why::HeaderEqual)), Some(("team", Why::Alias)),]
    );
}

#[test]
fn the_real_sales_history_is_mapped() {
    let file = include_str!("../../../../tests/data/maven-crm/sales_pipeline.csv");
    assert_eq!(
        mapped(file, OPPORTUNITY),
        [
            Some(("number", Why::Alias)),
            Some(("owner", Why::Alias)),
            Some(("product", Why::HeaderEqual)),
            Some(("account", Why::HeaderEqual)),
            Some(("stage", Why::Alias)),
            Some(("created_on", Why::Alias)),
            Some(("close_date", Why::HeaderEqual)),
            Some(("amount", Why::Alias)),
            None,
            None,
        ]
    );
}

#[test]
fn chinese_headers_are_mapped() {
    let file = "客户名称（必填）,所属行业,联系电话,电子邮箱,备注\n星辰科技,软件,13800138000,a@b.cn,好\n";
    assert_eq!(
        mapped(file, ACCOUNT),
        [
            Some(("name", Why::HeaderEqual)),
            Some(("industry", Why::Similar)),
            Some(("phone", Why::Similar)),
            Some(("email", Why::Similar)),
            None,
        ]
    );
}

#[test]
fn spelling_of_headers_makes_no_difference() {
    for header in ["Close Date", "close_date", "closeDate", "CLOSE-DATE", "Close date (UTC)", "Ｃｌｏｓｅ　Ｄａｔｅ*"]
    {
        let file = format!("{header}\n2017-03-01\n");
        assert_eq!(mapped(&file, OPPORTUNITY), [Some(("close_date", Why::HeaderEqual))], "{header}");
    }
}

#[test]
fn values_tell_what_a_header_does_not() {
    let file = "a,b,c,d\nx@y.cn,13800138000,5,x\nz@y.cn,010-62345678,7,y\n";
    assert_eq!(mapped(file, ACCOUNT), [Some(("email", Why::Values)), Some(("phone", Why::Values)), None, None,]);
}

#[test]
fn values_of_another_kind_speak_against_a_header() {
    let likely = suggest(&[Column { header: "Phone", samples: &["13800138000"] }], ACCOUNT);
    let unlikely = suggest(&[Column { header: "Phone", samples: &["call Anna", "none"] }], ACCOUNT);
    assert_eq!(likely[0].map(|s| s.score), Some(100));
    assert_eq!(unlikely[0].map(|s| s.score), Some(60));
    assert_eq!(mapped("Phone,Contact phone\nsee card,13800138000\n", ACCOUNT)[1], Some(("phone", Why::Similar)));
}

#[test]
fn a_header_that_only_begins_alike_is_another_thing() {
    assert_eq!(
        mapped("Account number,Amout,Account owner\nA1,5,Anna\n", OPPORTUNITY),
        [Some(("number", Why::Similar)), Some(("amount", Why::Similar)), Some(("owner", Why::Similar)),]
    );
}

#[test]
fn no_field_is_given_twice() {
    let found = mapped("email,E-Mail,mail\na@b.cn,a@b.cn,a@b.cn\n", ACCOUNT);
    assert_eq!(found, [Some(("email", Why::HeaderEqual)), None, None]);
}
