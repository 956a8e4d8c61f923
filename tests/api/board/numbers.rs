//! Every number of a board opens to exactly its rows: what wants attention,
//! counts and sums, by stage, lane and currency, now and on a past day.

use shared::change::{AsOf, Patch};
use shared::id::OpportunityId;
use shared::opportunities::*;
use shared::pipelines::{Stage, StageKind};
use shared::query::{Filter, Op, TotalsQuery, text};
use shared::time::{DAY, Instant};
use tests::{Caller, TestApp};

use super::{deal, moved, stages};

const EMAIL: &str = "ada.admin@test.example";

async fn set(caller: &Caller<'_>, id: OpportunityId, patch: Patch) {
    caller.call::<UpdateOpportunity>(id, patch).await.unwrap();
}

/// Deals of every kind of signal, 20 days after the first ones came in.
async fn attention<'a>(app: &'a TestApp, stages: &[Stage], admin: &Caller<'_>) -> Caller<'a> {
    for name in ["rotting", "overdue and rotting", "rotting today"] {
        deal(admin, &stages[0], name, 1_000).await;
    }
    app.app.clock.advance(20 * DAY);
    let admin = app.sign_in(admin.id, EMAIL).await;
    let now = app.app.clock.now();
    let on = |days: i64| app.app.clock.day_of(now.plus(days * DAY));
    for (name, amount) in [("overdue", 10), ("today", 20), ("fine", 30), ("no next step", 40)] {
        deal(&admin, &stages[0], name, amount).await;
    }
    let won = deal(&admin, &stages[0], "won", 50).await;
    moved(&admin, Move { ids: vec![won], stage: stages[3].id, ..Move::default() }).await;
    for card in board(&admin, None).await.columns.into_iter().flat_map(|column| column.cards) {
        let day = match card.name.as_str() {
            "rotting" | "fine" => on(3),
            "rotting today" | "today" => on(0),
            "overdue" | "overdue and rotting" | "won" => on(-1),
            _ => continue,
        };
        set(&admin, card.id, Patch::set("next_step_on", day.to_string())).await;
    }
    admin
}

async fn board(caller: &Caller<'_>, as_of: Option<Instant>) -> Board {
    caller.call::<GetBoard>((), BoardQuery { as_of, ..BoardQuery::default() }).await.unwrap()
}

/// Count and sum of the rows that a filter leaves, as the table shows them.
async fn opened(caller: &Caller<'_>, filter: Filter, as_of: Option<Instant>) -> (i64, Vec<(String, i64)>) {
    let filter = Some(text::print(&filter));
    let listed = shared::query::ListQuery { filter: filter.clone(), as_of, ..Default::default() };
    let listed = caller.call::<ListOpportunities>((), listed).await.unwrap();
    let query = TotalsQuery { filter, as_of, sum: Some("amount".into()), ..TotalsQuery::default() };
    let totals = caller.call::<CountOpportunities>((), query).await.unwrap();
    assert_eq!(i64::try_from(listed.items.len()).unwrap(), totals.count());
    let sums = totals.lines.iter().map(|line| (line.currency.clone().unwrap(), line.sum)).collect();
    (totals.count(), sums)
}

fn sums(column: &Column) -> Vec<(String, i64)> {
    let mut sums: Vec<_> = column.sums.iter().map(|sum| (sum.currency.clone(), sum.amount)).collect();
    sums.sort();
    sums
}

#[tokio::test]
async fn the_meter_counts_what_each_cards_signal_says() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let admin = attention(&app, &stages, &admin).await;
    let stage = super::stages(&admin).await.remove(0);

    let now = board(&admin, None).await;
    let then = app.app.clock.now();
    app.app.clock.advance(1_000);
    let past = board(&admin, Some(then)).await;

    let today = app.app.clock.day_of(then);
    let mut signals: Vec<(String, Signal)> = now.columns[0]
        .cards
        .iter()
        .map(|card| (card.name.clone(), card.signal(&stage, today, app.app.clock.day_of(card.stage_entered_at))))
        .collect();
    signals.sort();
    let said: Vec<(&str, &str)> = signals.iter().map(|(name, signal)| (name.as_str(), signal.word())).collect();
    assert_eq!(
        said,
        [
            ("fine", "fine"),
            ("no next step", "no_next_step"),
            ("overdue", "overdue"),
            ("overdue and rotting", "overdue"),
            ("rotting", "rotting"),
            ("rotting today", "rotting"),
            ("today", "today"),
        ]
    );
    assert_eq!((now.columns[0].late, now.columns[0].stale), (2, 3));
    assert_eq!((now.columns[3].count, now.columns[3].late, now.columns[3].stale), (1, 0, 0));
    assert_eq!((past.columns[0].late, past.columns[0].stale, past.columns[3].late), (2, 3, 0));
}

#[tokio::test]
async fn each_number_of_a_column_opens_to_its_rows_now_and_in_the_past() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let admin = attention(&app, &stages, &admin).await;
    let dollars = deal(&admin, &stages[0], "dollars", 70).await;
    set(&admin, dollars, Patch::set("currency", "USD")).await;
    let stages = super::stages(&admin).await;
    let then = app.app.clock.now();
    app.app.clock.advance(60_000);
    let all: Vec<OpportunityId> =
        board(&admin, None).await.columns[0].cards.iter().take(4).map(|card| card.id).collect();
    moved(&admin, Move { ids: all, stage: stages[1].id, ..Move::default() }).await;

    for as_of in [None, Some(then)] {
        let shown = board(&admin, as_of).await;
        let past = as_of.map(|at| app.app.clock.day_of(at));
        for column in &shown.columns {
            let stage = stages.iter().find(|stage| stage.id == column.stage).unwrap();
            let rows = opened(&admin, Filter::is("stage_id", stage.id), as_of).await;
            assert_eq!(rows, (column.count, sums(column)), "{} as of {as_of:?}", stage.name);
            let fine = column.count - column.late - column.stale;
            for (mark, number) in [(Mark::Fine, fine), (Mark::Stale, column.stale), (Mark::Late, column.late)] {
                let rows = opened(&admin, mark.filter(stage, past), as_of).await;
                assert_eq!(rows.0, number, "{mark:?} of {} as of {as_of:?}", stage.name);
            }
            for (currency, sum) in sums(column) {
                let own = Filter::is("stage_id", stage.id).and(Filter::is("currency", &currency));
                assert_eq!(opened(&admin, own, as_of).await.1, [(currency, sum)]);
            }
        }
    }
    let (is, was) = (board(&admin, None).await, board(&admin, Some(then)).await);
    assert_eq!((is.columns[1].count, was.columns[1].count, was.columns[0].count), (4, 0, 8));
}

#[tokio::test]
async fn each_number_of_a_lane_opens_to_its_rows() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let bob = app.staff("Bob", app.role(server::demo::ADMIN).await, None).await;
    let stages = stages(&admin).await;
    deal(&bob, &stages[0], "a", 10).await;
    deal(&bob, &stages[1], "b", 20).await;
    let nobodys = deal(&admin, &stages[0], "c", 40).await;
    set(&admin, nobodys, Patch::set("owner_id", serde_json::Value::Null)).await;

    let board =
        admin.call::<GetBoard>((), BoardQuery { lanes: Some(Lanes::Owner), ..BoardQuery::default() }).await.unwrap();

    for lane in &board.lanes {
        let own: Vec<&Column> = board.columns.iter().filter(|column| column.lane.as_ref() == Some(lane)).collect();
        let filter = match lane.as_str() {
            "none" => Filter::test("owner_id", Op::Empty, []),
            id => Filter::is("owner_id", id),
        };
        let count: i64 = own.iter().map(|column| column.count).sum();
        let sum: i64 = own.iter().flat_map(|column| &column.sums).map(|sum| sum.amount).sum();
        assert_eq!(opened(&admin, filter, None).await, (count, vec![("CNY".to_owned(), sum)]), "{lane}");
    }
    assert_eq!(board.lanes.len(), 2);
}

#[tokio::test]
async fn groups_of_the_past_are_those_of_the_present() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    for (stage, amount, close) in [(0, 10, "2027-01-05"), (0, 20, "2027-02-05"), (1, 40, "2027-01-31")] {
        let id = deal(&admin, &stages[stage], "a", amount).await;
        set(&admin, id, Patch::set("close_date", close)).await;
    }
    for group in ["stage_id", "close_date:month", "stage_id,is_probability_manual"] {
        let query = TotalsQuery { group: Some(group.into()), sum: Some("amount".into()), ..TotalsQuery::default() };
        let now = admin.call::<CountOpportunities>((), query.clone()).await.unwrap();
        let then = TotalsQuery { as_of: Some(app.app.clock.now()), ..query };
        assert_eq!(admin.call::<CountOpportunities>((), then).await.unwrap(), now, "{group}");
    }
    let bad = TotalsQuery { group: Some("name".into()), as_of: Some(app.app.clock.now()), ..TotalsQuery::default() };
    assert_eq!(admin.call::<CountOpportunities>((), bad).await.unwrap_err().fields["group"].code, "bad_group");
}

#[tokio::test]
async fn stages_of_a_kind_that_is_closed_have_only_fine_deals() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let won = stages.iter().find(|stage| stage.kind == StageKind::Won).unwrap();
    deal(&admin, won, "a", 10).await;

    let of = async |mark: Mark| opened(&admin, mark.filter(won, None), None).await.0;

    assert_eq!((of(Mark::Fine).await, of(Mark::Stale).await, of(Mark::Late).await), (1, 0, 0));
}

#[tokio::test]
async fn the_way_through_the_stages_is_told_as_it_was() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let stages = stages(&admin).await;
    let card = deal(&admin, &stages[0], "a", 100).await;
    app.app.clock.advance(1_000);
    let then = app.app.clock.now();
    app.app.clock.advance(1_000);
    moved(&admin, Move { ids: vec![card], stage: stages[1].id, ..Move::default() }).await;

    let was = admin.call::<GetStageHistory>(card, AsOf { as_of: Some(then) }).await.unwrap();

    assert_eq!(was.iter().map(|span| (span.stage, span.left_at)).collect::<Vec<_>>(), [(stages[0].id, None)]);
}
