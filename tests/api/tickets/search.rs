//! Tickets are found by their number, their name and what was said on them, by
//! whoever reaches them.

use sea_orm::ConnectionTrait as _;
use serde_json::json;
use server::ground::search::texts;
use shared::access::{Action, Grant, Object, Scope};
use shared::change::{FindIds, IdsQuery, Patch, UndoBatch};
use shared::query::{ListQuery, TotalsQuery};
use shared::tickets::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::access::agent;
use super::{heard, reply, ticket, with};

async fn found(caller: &Caller<'_>, words: &str) -> Vec<String> {
    let asked = ListQuery { search: Some(words.into()), sort: Some("name".into()), ..ListQuery::default() };
    let listed = caller.call::<ListTickets>((), asked).await.unwrap().items;
    listed.into_iter().map(|ticket| ticket.name).collect()
}

async fn note(caller: &Caller<'_>, id: shared::id::TicketId, body: &str) -> shared::change::Done<Message> {
    let note = Note { id: shared::id::MessageId(Uuid::now_v7()), body: body.into(), files: Vec::new() };
    caller.call::<AddNote>(id, note).await.unwrap()
}

#[tokio::test]
async fn a_ticket_is_found_by_its_name_its_number_and_what_was_said() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let printer = ticket(&ann, "打印机不动").await;
    let invoice = ticket(&ann, "Invoice 77").await;
    ann.call::<RecordMessage>(printer.id, heard("昨天换了硒鼓，提示卡纸")).await.unwrap();
    reply(&ann, printer.id, "请打开**后盖**再试一次").await;
    note(&ann, invoice.id, "The invoices were posted twice").await;

    for words in ["打印", "打印机不动", "硒鼓", "卡纸", "硒鼓 卡纸", "后盖", "打开后盖", &printer.number.to_string()]
    {
        assert_eq!(found(&ann, words).await, ["打印机不动"], "for {words}");
    }
    for words in ["invoice", "posted twice", "post", &format!("#{}", invoice.number)] {
        assert_eq!(found(&ann, words).await, ["Invoice 77"], "for {words}");
    }
    // All of the words stand in one place, or it is another matter.
    for words in ["硒鼓 后盖", "鼓卡", "printer", "%", "'", "？"] {
        assert!(found(&ann, words).await.is_empty(), "for {words}");
    }
    assert_eq!(found(&ann, "  ").await.len(), 2);
    ann.call::<UpdateTicket>(printer.id, Patch::set("name", "扫描仪")).await.unwrap();
    assert_eq!((found(&ann, "打印").await.len(), found(&ann, "扫描").await.len()), (0, 1));
}

#[tokio::test]
async fn what_was_taken_back_is_found_no_more() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    let sent = note(&ann, id, "硒鼓").await;
    assert_eq!(found(&ann, "硒鼓").await, ["Printer"]);

    ann.call::<UndoBatch>(sent.batch, ()).await.unwrap();

    assert!(found(&ann, "硒鼓").await.is_empty());
}

#[tokio::test]
async fn nobody_finds_or_counts_what_they_do_not_reach() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (north, south) = (app.team("North", None).await, app.team("South", None).await);
    let ann = agent(&app, "Ann", Scope::Team, Some(north)).await;
    let bob = agent(&app, "Bob", Scope::Team, Some(south)).await;
    for (name, team) in [("a", north), ("b", south), ("c", south)] {
        let one = with(&admin, json!({ "name": name, "team_id": team })).await;
        admin.call::<RecordMessage>(one.id, heard("退款")).await.unwrap();
        note(&admin, one.id, "黑名单").await;
    }
    for words in ["退款", "黑名单"] {
        assert_eq!(found(&admin, words).await, ["a", "b", "c"]);
        assert_eq!(found(&ann, words).await, ["a"]);
        assert_eq!(found(&bob, words).await, ["b", "c"]);
        let totals = TotalsQuery { search: Some(words.into()), ..TotalsQuery::default() };
        assert_eq!(ann.call::<TicketTotals>((), totals).await.unwrap().count(), 1);
        let ids = IdsQuery { object: Object::Ticket, filter: None, search: Some(words.into()), archived: None };
        assert_eq!(ann.call::<FindIds>((), ids).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn who_may_not_read_messages_finds_names_alone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let grant = Grant { object: Object::Ticket, action: Action::Read, scope: Scope::All };
    let role = app.role_with(vec![grant]).await;
    let ann = app.staff("Ann", role, None).await;
    let id = ticket(&admin, "Printer").await.id;
    admin.call::<RecordMessage>(id, heard("硒鼓")).await.unwrap();

    assert_eq!(found(&ann, "printer").await, ["Printer"]);
    assert!(found(&ann, "硒鼓").await.is_empty());
    assert_eq!(found(&admin, "硒鼓").await, ["Printer"]);
}

#[tokio::test]
async fn what_was_merged_away_is_found_at_what_goes_on_for_it() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let (one, other) = (ticket(&ann, "Twice").await, ticket(&ann, "Once").await);
    ann.call::<RecordMessage>(one.id, heard("硒鼓")).await.unwrap();

    ann.call::<MergeTicket>(one.id, Merge { into_id: other.id, is_confirmed: true }).await.unwrap();

    assert_eq!(found(&ann, "硒鼓").await, ["Once"]);
}

#[tokio::test]
async fn what_was_there_before_the_index_is_found_too() {
    let app = TestApp::start().await;
    let ann = app.admin().await;
    let id = ticket(&ann, "Printer").await.id;
    ann.call::<RecordMessage>(id, heard("硒鼓")).await.unwrap();
    let write = app.app.db.begin().await.unwrap();
    for table in ["text_postings", "text_terms", "text_docs"] {
        write.tx.execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
    }
    write.tx.execute_unprepared("UPDATE text_stats SET docs = 0, words = 0, next_doc = 0").await.unwrap();
    write.commit().await.unwrap();
    assert!(found(&ann, "printer").await.is_empty());

    for _ in 0..2 {
        texts::run_backlog(&app.app).await.unwrap();
        assert_eq!((found(&ann, "printer").await.len(), found(&ann, "硒鼓").await.len()), (1, 1));
    }
    reply(&ann, id, "后盖").await;
    assert_eq!(found(&ann, "后盖").await, ["Printer"]);
}
