//! The demo company's tickets of the last days, lived through step by step, so
//! that clocks and histories tell of real moments.

use sea_orm::sea_query::Condition;
use serde_json::json;
use shared::access::Object;
use shared::accounts::Account;
use shared::calendars::Calendar;
use shared::change::Cause;
use shared::contacts::Contact;
use shared::fields::{Row, row_of};
use shared::id::{
    CalendarId, MacroId, MessageId, QueueId, SkillId, SlaPolicyId, TeamId, TicketCategoryId, TicketId, TicketStatusId,
    UserId,
};
use shared::sla::{Category, Counting, Metric, Priority, SlaPolicy, Target};
use shared::surveys::{self, Judgement, Score};
use shared::tickets::routing::SkillLevel;
use shared::tickets::*;
use shared::time::{HOUR, Instant, MINUTE};
use shared::users::User;
use uuid::Uuid;

use super::company::all;
use super::insert;
use super::tickets::{STORIES, Story, Turn};
use crate::App;
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::{records, rows};
use crate::surveys::asked_and_answered;
use crate::tickets::{answer, become_of, first_status, hear, remark};

/// How long ago the first of the stories begins, with time for the company to be founded before.
pub const BEGAN: i64 = 9 * 24 * HOUR;

/// Categories, their urgency, and the names that tickets are filed under.
const CATEGORIES: [(&str, Priority); 5] = [
    ("账号与登录", Priority::Normal),
    ("发票与付款", Priority::Normal),
    ("设备故障", Priority::High),
    ("使用咨询", Priority::Low),
    ("投诉建议", Priority::High),
];

const SKILLS: [&str; 3] = ["账务", "设备维修", "英语"];
/// Open tickets that somebody in support has at once.
const CAPACITY: i64 = 30;

/// What support works with: a queue, categories, and what is promised.
pub async fn begin(write: &mut Write<'_>, team: TeamId) -> Result<()> {
    let queue = Queue {
        id: QueueId(Uuid::now_v7()),
        name: "客户支持".into(),
        team_id: Some(team),
        position: 1,
        ..Queue::default()
    };
    let category = |(position, (label, priority)): (i64, (&str, Priority))| TicketCategory {
        id: TicketCategoryId(Uuid::now_v7()),
        name: label.into(),
        position,
        priority,
        queue_id: Some(queue.id),
        ..TicketCategory::default()
    };
    let categories = (1..).zip(CATEGORIES).map(category).collect();
    let calendars: Vec<Calendar> = all(write).await?;
    let calendar =
        calendars.iter().find(|calendar| calendar.is_default).ok_or_else(|| Error::internal("no calendar"))?;
    let policy = SlaPolicy {
        id: SlaPolicyId(Uuid::now_v7()),
        name: "标准服务承诺".into(),
        position: 1,
        is_active: true,
        calendar_id: calendar.id,
        targets: targets(),
        ..SlaPolicy::default()
    };
    let waiting = first_status(write, Category::WaitingCustomer).await?.id;
    let solved = first_status(write, Category::Solved).await?.id;
    insert(write, Object::Queue, vec![queue]).await?;
    insert(write, Object::TicketCategory, categories).await?;
    insert(write, Object::Macro, macros(waiting, solved)).await?;
    let hours = policy.calendar_id;
    insert(write, Object::SlaPolicy, vec![policy]).await?;
    teach(write, team, hours).await
}

/// Skills that tickets may need, and who in support has them: enough to see
/// what routing would do. People still take the tickets themselves.
async fn teach(write: &mut Write<'_>, team: TeamId, hours: CalendarId) -> Result<()> {
    let skill = |(position, label): (i64, &str)| Skill {
        id: SkillId(Uuid::now_v7()),
        name: label.into(),
        position,
        ..Skill::default()
    };
    let skills: Vec<Skill> = (1..).zip(SKILLS).map(skill).collect();
    let known: Vec<SkillLevel> =
        skills.iter().zip([4, 3]).map(|(skill, level)| SkillLevel { skill_id: skill.id, level }).collect();
    insert(write, Object::Skill, skills).await?;
    for user in all::<User>(write).await?.iter().filter(|user| user.team_id == Some(team)) {
        let taught = User { skills: known.clone(), capacity: Some(CAPACITY), calendar_id: Some(hours), ..user.clone() };
        write.update(&User::SCHEMA, &row_of(user), &row_of(&taught)).await?;
    }
    Ok(())
}

/// What everybody in support says often.
fn macros(waiting: TicketStatusId, solved: TicketStatusId) -> Vec<Macro> {
    let of = |position, label: &str, body: &str| Macro {
        id: MacroId(Uuid::now_v7()),
        name: label.into(),
        position,
        body: Some(body.into()),
        ..Macro::default()
    };
    let confirm = "{customer}您好，{number} 已处理，请确认是否解决。如仍有问题，直接回复即可。\n\n{agent}";
    let more = "{customer}您好，为了尽快定位问题，请补充出现的时间和截图。\n\n{agent}";
    let closing = "{customer}您好，问题已解决，感谢您的耐心。\n\n{agent}";
    vec![
        Macro { status_id: Some(waiting), ..of(1, "已处理，请客户确认", confirm) },
        Macro { status_id: Some(waiting), ..of(2, "请客户补充信息", more) },
        Macro { status_id: Some(solved), resolution: Some(Resolution::Answered), ..of(3, "答复并解决", closing) },
        Macro { is_note: true, is_taken: true, ..of(4, "接手跟进", "我来跟进，今天内给客户答复。") },
    ]
}

/// Working hours to an answer, and to the end, by urgency.
fn targets() -> Vec<Target> {
    let hours = [
        (Priority::Urgent, 1, 1, 8),
        (Priority::High, 2, 4, 16),
        (Priority::Normal, 4, 8, 24),
        (Priority::Low, 8, 16, 40),
    ];
    let target = |metric, priority, hours: i64, pauses: &[Category]| Target {
        metric,
        priority,
        seconds: hours * 3600,
        counting: Counting::Business,
        pauses: pauses.to_vec(),
    };
    let of = |(priority, first, next, whole)| {
        [
            target(Metric::FirstResponse, priority, first, &[]),
            target(Metric::NextResponse, priority, next, &[]),
            target(Metric::TotalResolution, priority, whole, &[Category::WaitingCustomer, Category::OnHold]),
        ]
    };
    hours.into_iter().flat_map(of).collect()
}

/// Lives through the stories, each step at its moment; the clock is `now` again at the end.
pub async fn live(app: &App, now: Instant) -> Result<()> {
    let write = app.write(Cause::Demo).await?;
    let cast = Cast::of(&write).await?;
    drop(write);
    let mut steps: Vec<(i64, usize, usize)> = Vec::new();
    for (story, told) in STORIES.iter().enumerate() {
        let mut ago = told.hours_ago * HOUR;
        for (turn, (minutes, _)) in told.turns.iter().enumerate() {
            ago -= minutes * MINUTE;
            steps.push((ago, story, turn));
        }
    }
    steps.sort_by_key(|(ago, story, turn)| (std::cmp::Reverse(*ago), *story, *turn));
    let ids: Vec<TicketId> = STORIES.iter().map(|_| TicketId(Uuid::now_v7())).collect();
    for (ago, story, turn) in steps {
        app.clock.advance(now.0 - ago.max(0) - app.clock.now().0);
        let mut write = app.write(Cause::Demo).await?;
        cast.play(&mut write, ids[story], &STORIES[story], turn).await?;
        write.commit(|_| ()).await?;
    }
    Ok(())
}

/// Who and what the stories are about.
struct Cast {
    accounts: Vec<Account>,
    contacts: Vec<Contact>,
    categories: Vec<TicketCategory>,
    users: Vec<User>,
}

impl Cast {
    async fn of(write: &Write<'_>) -> Result<Self> {
        let (accounts, contacts) = (all(write).await?, all(write).await?);
        Ok(Self { accounts, contacts, categories: all(write).await?, users: all(write).await? })
    }

    fn user(&self, label: &str) -> Option<UserId> {
        self.users.iter().find(|user| user.name == label).map(|user| user.id)
    }

    /// One turn of a story; the first one opens the ticket.
    async fn play(&self, write: &mut Write<'_>, id: TicketId, story: &Story, turn: usize) -> Result<()> {
        if turn == 0 {
            records::insert::<Ticket>(write, id.0, self.opening(story)).await?;
        }
        let found = rows::find(write.db(), &Ticket::SCHEMA, id.0, Condition::all()).await?;
        let row = found.ok_or(Error::NotFound)?;
        let ticket: Ticket = rows::typed(&row)?;
        let new = |by: &str, body: &str| Message {
            id: MessageId(Uuid::now_v7()),
            body: body.into(),
            created_at: write.now,
            created_by: self.user(by),
            ..Message::default()
        };
        match story.turns[turn].1 {
            Turn::Heard(body) => {
                let id = MessageId(Uuid::now_v7());
                let heard =
                    Heard { id, body: body.into(), channel: story.channel, contact_id: None, files: Vec::new() };
                hear(write, row, ticket, heard).await?;
            }
            Turn::Reply(by, body) => drop(answer(write, &row, &ticket, new(by, body), None).await?),
            Turn::Wait(by, body) => {
                let waiting = first_status(write, Category::WaitingCustomer).await?.id;
                answer(write, &row, &ticket, new(by, body), Some(waiting)).await?;
            }
            Turn::Note(by, body) => drop(remark(write, &row, &ticket, new(by, body)).await?),
            Turn::Take(by) => {
                change(write, &row, &ticket, Ticket { owner_id: self.user(by), ..ticket.clone() }).await?;
            }
            Turn::Solve(resolution) => {
                let status_id = first_status(write, Category::Solved).await?.id;
                let after = Ticket { status_id, resolution: Some(resolution), ..ticket.clone() };
                change(write, &row, &ticket, after).await?;
            }
            Turn::Rate(scores, comment) => {
                let keys = surveys::starter().dimensions.into_iter().map(|dimension| dimension.key);
                let scores = keys.zip(scores).map(|(key, score)| Score { key, score }).collect();
                let said = Judgement { scores, comment: comment.map(str::to_owned) };
                asked_and_answered(write, row, said).await?;
            }
        }
        Ok(())
    }

    fn opening(&self, story: &Story) -> Row {
        let contact = self.contacts.iter().find(|contact| contact.name == story.who);
        let account = contact.and_then(|contact| contact.accounts.first()).map(|link| link.account_id);
        let account = self.accounts.iter().find(|known| Some(known.id) == account);
        let category = self.categories.iter().find(|category| category.name == story.category);
        Row::from_iter([
            ("name".to_owned(), json!(story.name)),
            ("kind".to_owned(), json!(story.kind)),
            ("channel".to_owned(), json!(story.channel)),
            ("contact_id".to_owned(), json!(contact.map(|contact| contact.id))),
            ("account_id".to_owned(), json!(account.map(|account| account.id))),
            ("category_id".to_owned(), json!(category.map(|category| category.id))),
            ("queue_id".to_owned(), json!(category.and_then(|category| category.queue_id))),
            ("priority".to_owned(), json!(story.priority.or(category.map(|category| category.priority)))),
        ])
    }
}

async fn change(write: &mut Write<'_>, row: &Row, before: &Ticket, mut after: Ticket) -> Result<()> {
    become_of(write, Some(before), &mut after, None).await?;
    write.update(&Ticket::SCHEMA, row, &row_of(&after)).await?;
    Ok(())
}
