//! Working calendars: what they take, what they answer, what they keep.

use serde_json::{Value, json};
use shared::access::Object;
use shared::calendars::*;
use shared::change::{Archive, Cause, New, Patch, UndoBatch};
use shared::fields::{Row, row_of};
use shared::id::{CalendarId, SlaPolicyId};
use shared::query::ListQuery;
use shared::sla::{CreateSlaPolicy, ListSlaPolicies, Metric, Priority, SlaPolicy, Target};
use shared::time::{DAY, HOUR, Instant, MINUTE};
use shared::users::{ListRoles, Role};
use tests::{Caller, TestApp};
use uuid::Uuid;

/// Thursday, 2026-01-01 00:00 in Shanghai.
const NEW_YEAR: i64 = 1_767_196_800_000;

fn day(n: i64, hour: i64, minute: i64) -> Instant {
    Instant(NEW_YEAR + (n - 1) * DAY + hour * HOUR + minute * MINUTE)
}

async fn default_calendar(caller: &Caller<'_>) -> Calendar {
    let page = caller.call::<ListCalendars>((), ListQuery::default()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    page.items[0].clone()
}

async fn refused(caller: &Caller<'_>, uri: &str, body: &Value) -> (u16, Vec<(String, String)>) {
    let error = caller.post_json(uri, body).await.error();
    let fields = error.fields.into_iter();
    let told = |(key, field): (String, shared::api::FieldError)| {
        assert!(!field.message.is_empty() && !field.message.starts_with("error."), "{}", field.message);
        (key, field.code)
    };
    (error.status, fields.map(told).collect())
}

fn set(key: &str, value: impl Into<Value>) -> Patch {
    Patch { set: Row::from_iter([(key.to_owned(), value.into())]), base: Row::new() }
}

#[tokio::test]
async fn a_new_company_works_nine_to_six_and_knows_its_holidays() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let calendar = default_calendar(&admin).await;
    assert_eq!((calendar.zone.as_str(), calendar.is_default, calendar.week.len()), ("Asia/Shanghai", true, 10));
    assert_eq!(calendar.week[1], WeekHours { day: 1, start: 13 * 60, end: 18 * 60 });
    let golden = calendar.days.iter().find(|days| days.name == "国庆节").unwrap();
    assert_eq!((golden.from.to_string(), golden.to.to_string()), ("2026-10-01".into(), "2026-10-07".into()));
    let makeup: Vec<String> = calendar
        .days
        .iter()
        .filter(|days| days.kind == DayKind::Makeup && days.from.to_string().starts_with("2026"))
        .map(|days| days.from.to_string())
        .collect();
    assert_eq!(makeup, ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]);
}

#[tokio::test]
async fn a_company_elsewhere_begins_without_chinese_holidays() {
    let app = TestApp::start_with(|settings| settings.time_zone = "Europe/Berlin".into()).await;
    let admin = app.admin().await;
    let calendar = default_calendar(&admin).await;
    assert_eq!((calendar.zone.as_str(), calendar.days.len()), ("Europe/Berlin", 0));
}

#[tokio::test]
async fn trying_it_out_tells_when_it_is_due_and_why() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let calendar = default_calendar(&admin).await;
    // From Wednesday, 2025-12-31, 17:00 over New Year to the worked Sunday.
    let trial = Trial { start: day(0, 17, 0), seconds: 2 * 3600 };
    let tried = admin.call::<TryCalendar>(calendar.id, trial).await.unwrap();
    assert_eq!(tried.due_at, Some(day(4, 10, 0)));
    let told: Vec<_> = tried.lines.iter().map(|line| (line.from, line.total, line.name.as_deref())).collect();
    assert_eq!(
        told,
        [
            (day(0, 17, 0), 3600, None),
            (day(1, 0, 0), 3600, Some("元旦")),
            (day(4, 0, 0), 3600, Some("元旦补班")),
            (day(4, 9, 0), 7200, None),
        ]
    );
    assert_eq!((tried.left_out, tried.missing_year), (0, None));
}

#[tokio::test]
async fn a_way_through_a_year_without_known_holidays_says_so() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let calendar = default_calendar(&admin).await;
    let trial = Trial { start: day(365, 17, 30), seconds: 3600 };
    let tried = admin.call::<TryCalendar>(calendar.id, trial).await.unwrap();
    assert_eq!((tried.due_at, tried.missing_year), (Some(day(366, 9, 30)), Some(2027)));
}

#[tokio::test]
async fn a_trial_that_is_none_is_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let uri = format!("/api/calendars/{}/try", default_calendar(&admin).await.id);
    for (body, field, code) in [
        (json!({ "start": 0, "seconds": -1 }), "seconds", "out_of_range"),
        (json!({ "start": 0, "seconds": 999_999_999 }), "seconds", "out_of_range"),
        (json!({ "start": i64::MAX, "seconds": 60 }), "start", "date_out_of_range"),
        (json!({ "start": 0 }), "seconds", "required"),
    ] {
        assert_eq!(refused(&admin, &uri, &body).await, (422, vec![(field.to_owned(), code.to_owned())]), "{body}");
    }
    let nowhere = format!("/api/calendars/{}/try", Uuid::now_v7());
    assert_eq!(refused(&admin, &nowhere, &json!({ "start": 0, "seconds": 60 })).await, (404, vec![]));
}

#[tokio::test]
async fn each_fault_of_a_calendar_is_told_at_its_field() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let hours = json!([{ "day": 1, "start": 540, "end": 1080 }]);
    let day = |from: &str, to: &str| json!([{ "from": from, "to": to, "name": "x" }]);
    let cases = [
        (json!({ "week": [] }), "week", "no_hours"),
        (json!({ "week": null }), "week", "required"),
        (json!({ "week": [{ "day": 8, "start": 0, "end": 60 }] }), "week.0.day", "out_of_range"),
        (json!({ "week": [{ "day": 1, "start": 600, "end": 540 }] }), "week.0", "bad_hours"),
        (json!({ "week": [{ "day": 1, "start": 0, "end": 1441 }] }), "week.0", "bad_hours"),
        (
            json!({ "week": [{ "day": 1, "start": 0, "end": 60 }, { "day": 7, "start": 1320, "end": 1460 }] }),
            "week.1",
            "overlaps",
        ),
        (json!({ "week": [{ "day": 1, "start": "9:00", "end": 60 }] }), "week", "wrong_shape"),
        (json!({ "zone": "Asia/Peking" }), "zone", "not_zone"),
        (json!({ "days": day("2026-10-07", "2026-10-01") }), "days.0.to", "ends_before"),
        (json!({ "days": day("2026-10-01", "2028-10-01") }), "days.0.to", "too_many_days"),
        (json!({ "days": [{ "from": "2026-10-01", "to": "2026-10-01", "name": " " }] }), "days.0.name", "required"),
    ];
    for (values, field, code) in cases {
        let mut all = json!({ "name": "x", "zone": "Asia/Shanghai", "week": hours });
        all.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
        let body = json!({ "id": Uuid::now_v7(), "values": all });
        let answer = refused(&admin, "/api/calendars", &body).await;
        assert_eq!(answer, (422, vec![(field.to_owned(), code.to_owned())]), "{values}");
    }
    default_calendar(&admin).await;
}

const HOLIDAYS: &str = "BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270101\r
DTEND;VALUE=DATE:20270104\r
SUMMARY:元旦\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270109\r
SUMMARY:元旦(班)\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART:20270110T090000Z\r
SUMMARY:会议\r
END:VEVENT\r
END:VCALENDAR\r
";

#[tokio::test]
async fn holidays_of_a_file_are_shown_first_then_taken_over_and_taken_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let before = default_calendar(&admin).await;
    let file = |is_rehearsal| DaysFile { text: HOLIDAYS.into(), is_rehearsal };

    let shown = admin.call::<ImportDays>(before.id, file(true)).await.unwrap();
    assert_eq!((shown.taken.len(), shown.left_out.len(), shown.batch), (2, 1, None));
    assert_eq!(shown.left_out[0], LeftOut { line: 11, name: "会议".into(), why: Why::NotWholeDays });
    assert_eq!(default_calendar(&admin).await, before);

    let taken = admin.call::<ImportDays>(before.id, file(false)).await.unwrap();
    assert_eq!(taken.calendar.days, shown.calendar.days);
    assert_eq!(taken.calendar.days.len(), before.days.len() + 2);
    let trial = Trial { start: day(365, 17, 30), seconds: 3600 };
    let tried = admin.call::<TryCalendar>(before.id, trial).await.unwrap();
    assert_eq!((tried.due_at, tried.missing_year), (Some(day(369, 9, 30)), None));

    admin.call::<UndoBatch>(taken.batch.unwrap(), ()).await.unwrap();
    assert_eq!(default_calendar(&admin).await.days, before.days);
}

#[tokio::test]
async fn a_file_that_holds_no_days_is_refused_and_says_where() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let uri = format!("/api/calendars/{}/days", default_calendar(&admin).await.id);
    for (text, code) in [("[\n{", "bad_days_file"), ("[]", "no_days"), ("BEGIN:VCALENDAR\nEND:VCALENDAR", "no_days")] {
        let answer = refused(&admin, &uri, &json!({ "text": text })).await;
        assert_eq!(answer, (422, vec![("text".to_owned(), code.to_owned())]), "{text}");
    }
}

#[tokio::test]
async fn an_edited_calendar_keeps_what_it_was() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let first = default_calendar(&admin).await;
    app.app.clock.advance(MINUTE);
    let short = json!([{ "day": 1, "start": 540, "end": 720 }]);
    let done = admin.call::<UpdateCalendar>(first.id, set("week", short)).await.unwrap();
    app.app.clock.advance(MINUTE);
    admin.call::<UndoBatch>(done.batch, ()).await.unwrap();

    let versions = admin.call::<CalendarVersions>(first.id, ()).await.unwrap().items;
    let told: Vec<_> = versions.iter().map(|one| (one.version, one.calendar.week.len())).collect();
    assert_eq!(told, [(1, 10), (2, 1), (3, 10)]);
    assert_eq!(versions[0].from, first.created_at);
    assert!(versions[1].from.0 - versions[0].from.0 >= MINUTE && versions[2].from.0 - versions[1].from.0 >= MINUTE);
}

#[tokio::test]
async fn a_rep_counts_by_calendars_and_changes_none() {
    let app = TestApp::start().await;
    let role = app.role(server::demo::REP).await;
    let rep = app.staff("Rita Rep", role, None).await;
    let calendar = default_calendar(&rep).await;
    let trial = Trial { start: day(5, 9, 0), seconds: 60 };
    assert_eq!(rep.call::<TryCalendar>(calendar.id, trial).await.unwrap().due_at, Some(day(5, 9, 1)));
    let file = DaysFile { text: HOLIDAYS.into(), is_rehearsal: true };
    assert_eq!(rep.call::<ImportDays>(calendar.id, file).await.unwrap_err().status, 403);
    assert_eq!(rep.call::<UpdateCalendar>(calendar.id, set("name", "x")).await.unwrap_err().status, 403);
    let new = New::of(Uuid::now_v7(), &policy(calendar.id));
    assert_eq!(rep.call::<CreateSlaPolicy>((), new).await.unwrap_err().status, 403);
}

fn policy(calendar_id: CalendarId) -> SlaPolicy {
    let target =
        Target { metric: Metric::FirstResponse, priority: Priority::Urgent, seconds: 1800, ..Target::default() };
    SlaPolicy {
        id: SlaPolicyId(Uuid::now_v7()),
        name: "金牌客户".into(),
        is_active: true,
        calendar_id,
        targets: vec![target],
        ..SlaPolicy::default()
    }
}

#[tokio::test]
async fn a_calendar_that_a_policy_counts_by_is_not_put_away() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let calendar = default_calendar(&admin).await;
    let wanted = policy(calendar.id);
    let created = admin.call::<CreateSlaPolicy>((), New::of(wanted.id.0, &wanted)).await.unwrap();
    assert_eq!((created.record.targets, created.record.version), (wanted.targets, 1));
    assert_eq!(admin.call::<ListSlaPolicies>((), ListQuery::default()).await.unwrap().items.len(), 1);

    let archive = Archive { ids: vec![calendar.id.0], archived: true };
    let error = admin.call::<ArchiveCalendars>((), archive).await.unwrap_err();
    assert_eq!((error.status, error.code.as_str()), (409, "calendar_in_use"));
}

#[tokio::test]
async fn a_policy_says_what_is_wrong_with_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let calendar = default_calendar(&admin).await.id;
    let target = |seconds: i64, pauses: &[&str]| json!([{ "metric": "first_response", "priority": "low", "seconds": seconds, "pauses": pauses }]);
    let cases = [
        (json!({ "targets": target(1, &[]) }), "targets.0.seconds", "out_of_range"),
        (json!({ "targets": target(60, &["waiting_customer"]) }), "targets.0.pauses", "never_pauses"),
        (json!({ "conditions": "all(" }), "conditions", "bad_filter"),
        (json!({ "calendar_id": Uuid::now_v7() }), "calendar_id", "no_such_record"),
    ];
    for (values, field, code) in cases {
        let mut all = json!({ "name": "x", "calendar_id": calendar });
        all.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
        let body = json!({ "id": Uuid::now_v7(), "values": all });
        let answer = refused(&admin, "/api/sla-policies", &body).await;
        assert_eq!(answer, (422, vec![(field.to_owned(), code.to_owned())]), "{values}");
    }
}

#[tokio::test]
async fn a_company_from_before_gets_its_calendar_and_its_roles_their_rights() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let calendar = default_calendar(&admin).await;
    let roles = admin.call::<ListRoles>((), ListQuery::default()).await.unwrap().items;
    let mut write = app.app.write(Cause::User).await.unwrap();
    write.delete(&Calendar::SCHEMA, vec![row_of(&calendar)]).await.unwrap();
    for role in &roles {
        let mut older = role.clone();
        older.grants.retain(|grant| !matches!(grant.object, Object::Calendar | Object::SlaPolicy));
        write.update(&Role::SCHEMA, &row_of(role), &row_of(&older)).await.unwrap();
    }
    write.commit(|_| ()).await.unwrap();
    assert_eq!(admin.call::<ListCalendars>((), ListQuery::default()).await.unwrap_err().status, 403);

    server::demo::essentials(&app.app).await.unwrap();

    assert_eq!(default_calendar(&admin).await.days, calendar.days);
    let sorted = |mut roles: Vec<Role>| {
        for role in &mut roles {
            role.grants.sort_by_key(|grant| (grant.object, grant.action));
        }
        roles.into_iter().map(|role| (role.code, role.grants)).collect::<Vec<_>>()
    };
    let now = admin.call::<ListRoles>((), ListQuery::default()).await.unwrap().items;
    assert_eq!(sorted(now), sorted(roles));
}

#[tokio::test]
async fn one_calendar_is_the_default_and_an_undo_gives_it_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let shanghai = default_calendar(&admin).await;
    let berlin = Calendar { name: "Berlin".into(), zone: "Europe/Berlin".into(), is_default: true, ..shanghai.clone() };
    let defaults = async || {
        let calendars = admin.call::<ListCalendars>((), ListQuery::default()).await.unwrap().items;
        calendars.into_iter().filter(|calendar| calendar.is_default).map(|calendar| calendar.name).collect::<Vec<_>>()
    };

    let id = Uuid::now_v7();
    let made = admin.call::<CreateCalendar>((), New::of(id, &berlin)).await.unwrap();
    assert_eq!(defaults().await, ["Berlin"]);
    let back = admin.call::<UpdateCalendar>(shanghai.id, set("is_default", true)).await.unwrap();
    assert_eq!(defaults().await, [shanghai.name.as_str()]);
    admin.call::<UndoBatch>(back.batch, ()).await.unwrap();
    assert_eq!(defaults().await, ["Berlin"]);
    admin.call::<UndoBatch>(made.batch, ()).await.unwrap();
    assert_eq!(defaults().await, [shanghai.name.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_become_the_default_at_once_one_is() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let usual = default_calendar(&admin).await;
    let made = (0..12).map(|n| {
        let one = Calendar { name: format!("Calendar {n}"), is_default: true, ..usual.clone() };
        let admin = admin.clone();
        async move { admin.call::<CreateCalendar>((), New::of(Uuid::now_v7(), &one)).await }
    });

    let made = futures::future::join_all(made).await;

    assert!(made.iter().all(Result::is_ok), "{made:?}");
    let calendars = admin.call::<ListCalendars>((), ListQuery::default()).await.unwrap().items;
    assert_eq!(calendars.iter().filter(|calendar| calendar.is_default).count(), 1);
}
