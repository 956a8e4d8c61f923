//! Averages over what was answered, by the rows that the caller reaches.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Months};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait as _, Query, SimpleExpr};
use sea_orm::{ConnectionTrait as _, QueryResult};
use shared::query::{Arg, Filter, Op, text};
use shared::surveys::interval::{Sums, hundredths};
use shared::surveys::*;
use shared::tickets::Ticket;
use shared::time::Date;
use uuid::Uuid;

use crate::error::Result;
use crate::ground::db::{name, sum};
use crate::ground::query::{Asked, filtered};
use crate::ground::rows::column;
use crate::http::{Call, Ctx, Reply};

/// Months that a question by months looks back over, this one included.
const MONTHS: u32 = 24;

pub async fn get(ctx: Ctx, Call { input, .. }: Call<SurveyTotals>) -> Reply<SurveyTotals> {
    let by = input.by.unwrap_or_default();
    let tickets = &Ticket::SCHEMA;
    let asked = Asked { filter: input.filter.as_deref(), ..Asked::default() };
    let months = if by == SurveyBy::Month { months(&ctx) } else { Vec::new() };
    let score = || Expr::col((name("survey_scores"), name("score")));
    let weight = || match by {
        SurveyBy::Agent => Expr::col((name("survey_credits"), name("share"))),
        _ => Expr::cust(WHOLE.to_string()),
    };
    let dimension = || Expr::col((name("survey_scores"), name("dimension")));
    let mut select = Query::select();
    select
        .expr(dimension())
        .expr(Expr::cust("COUNT(*)").cast_as(Alias::new("bigint")))
        .expr(sum(weight()))
        .expr(sum(weight().mul(score())))
        .expr(sum(weight().mul(score()).mul(score())))
        .expr(sum(weight().mul(weight())))
        .from(name("survey_scores"))
        .inner_join(name("survey_answers"), of_answer("survey_scores"))
        .inner_join(
            name(tickets.table),
            column(&SurveyAnswer::SCHEMA, "ticket_id")
                .eq(column(tickets, "id"))
                // Its last answer.
                .and(column(&SurveyAnswer::SCHEMA, "answered_at").eq(column(tickets, "rated_at"))),
        )
        .cond_where(filtered(&ctx, tickets, &asked)?)
        .add_group_by([dimension()]);
    if by == SurveyBy::Agent {
        select.inner_join(name("survey_credits"), of_answer("survey_credits"));
    }
    if let Some((first, _)) = months.first() {
        select.and_where(column(tickets, "rated_at").gte(ctx.app.clock.midnight(*first).0));
    }
    if let Some(group) = group(&ctx, by, &months) {
        select.expr(group.clone()).add_group_by([group]);
    }
    let mut lines = BTreeMap::new();
    for row in ctx.app.db.read.query_all(&select).await? {
        let (group, key, sums) = read(&row, by)?;
        lines.insert((group, key), sums);
    }
    let filter = text::parse(input.filter.as_deref().unwrap_or_default()).unwrap_or_default();
    let line = |((group, key), sums): ((Option<String>, String), Sums)| line(by, &filter, group, key, sums);
    Ok(Satisfaction { lines: lines.into_iter().map(line).collect() })
}

fn of_answer(table: &'static str) -> SimpleExpr {
    Expr::col((name(table), name("answer_id"))).eq(column(&SurveyAnswer::SCHEMA, "id"))
}

/// The first days of the months looked back over, and their words.
fn months(ctx: &Ctx) -> Vec<(Date, String)> {
    let today = ctx.app.clock.day_of(ctx.now);
    let this = today.with_day(1).unwrap_or(today);
    let back = (0..MONTHS).rev().filter_map(|n| this.checked_sub_months(Months::new(n)));
    back.map(|day| (day, day.format("%Y-%m").to_string())).collect()
}

/// What the lines are told apart by.
fn group(ctx: &Ctx, by: SurveyBy, months: &[(Date, String)]) -> Option<SimpleExpr> {
    let tickets = &Ticket::SCHEMA;
    match by {
        SurveyBy::Whole => None,
        SurveyBy::Agent => Some(Expr::col((name("survey_credits"), name("user_id")))),
        SurveyBy::Team => Some(column(tickets, "team_id")),
        SurveyBy::Category => Some(column(tickets, "category_id")),
        SurveyBy::Month => {
            let mut case = CaseStatement::new();
            for (n, (day, _)) in months.iter().enumerate().rev() {
                // Written out: what is grouped by must read the same as what is selected.
                let from = Expr::cust(ctx.app.clock.midnight(*day).0.to_string());
                case = case.case(column(tickets, "rated_at").gte(from), Expr::cust(format!("'{}'", months[n].1)));
            }
            Some(case.cast_as(Alias::new("text")))
        }
    }
}

fn read(row: &QueryResult, by: SurveyBy) -> Result<(Option<String>, String, Sums)> {
    let group = match by {
        SurveyBy::Whole => None,
        SurveyBy::Agent | SurveyBy::Team | SurveyBy::Category => {
            row.try_get_by_index::<Option<Uuid>>(6)?.map(|id| id.to_string())
        }
        SurveyBy::Month => row.try_get_by_index(6)?,
    };
    let sums = Sums {
        n: row.try_get_by_index(1)?,
        weight: row.try_get_by_index(2)?,
        first: row.try_get_by_index(3)?,
        second: row.try_get_by_index(4)?,
        squares: row.try_get_by_index(5)?,
    };
    Ok((group, row.try_get_by_index(0)?, sums))
}

fn line(by: SurveyBy, filter: &Filter, group: Option<String>, key: String, sums: Sums) -> SatisfactionLine {
    let is_shown = by != SurveyBy::Agent || sums.n >= SHOWN_FROM;
    let mean = sums.mean().filter(|_| is_shown).map(hundredths);
    let interval = sums.interval(1.0, f64::from(u8::try_from(SCALE).unwrap_or(5))).filter(|_| is_shown);
    let (low, high) = interval.map(|(low, high)| (hundredths(low), hundredths(high))).unzip();
    let filter = text::print(&filter.clone().and(opens(by, group.as_deref())));
    SatisfactionLine { group, key, n: sums.n, mean, low, high, filter }
}

/// The tickets of a group: those that were rated.
fn opens(by: SurveyBy, group: Option<&str>) -> Filter {
    let rated = Filter::Not(Box::new(Filter::test("rated_at", Op::Empty, [])));
    let of = |key: &str| match group {
        Some(id) => Filter::is(key, id),
        None => Filter::test(key, Op::Empty, []),
    };
    match (by, group) {
        (SurveyBy::Whole, _) => rated,
        (SurveyBy::Agent, _) => rated.and(of("credited")),
        (SurveyBy::Team, _) => rated.and(of("team_id")),
        (SurveyBy::Category, _) => rated.and(of("category_id")),
        (SurveyBy::Month, Some(month)) => within(month).unwrap_or(rated),
        (SurveyBy::Month, None) => rated,
    }
}

/// The days of a month.
fn within(month: &str) -> Option<Filter> {
    let first: Date = format!("{month}-01").parse().ok()?;
    let next = first.checked_add_months(Months::new(1))?;
    let day = |op, day: Date| Filter::test("rated_at", op, [Arg::Literal(day.to_string())]);
    Some(day(Op::Ge, first).and(day(Op::Lt, next)))
}
