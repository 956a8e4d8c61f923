//! What the app's wizard does with a file, through the contract.

use std::time::Duration;

use shared::access::Object;
use shared::api::ApiError;
use shared::change::{Done, New, Patch};
use shared::fields::Row;
use shared::id::ImportId;
use shared::import::csv::{self, Record};
use shared::imports::*;
use tests::Caller;
use uuid::Uuid;

/// A file on its way in.
pub struct Wizard<'a> {
    pub who: &'a Caller<'a>,
    pub object: Object,
    pub columns: Vec<Column>,
    pub records: Vec<Record>,
    pub plan: Plan,
    pub id: ImportId,
    pub import: Import,
}

impl<'a> Wizard<'a> {
    /// Reads a file and suggests where its columns go.
    pub fn read(who: &'a Caller<'a>, object: Object, text: &str) -> Self {
        let mut reader = csv::Reader::new(csv::sniff(text));
        let mut records = Vec::new();
        reader.push(text, &mut records).expect("a CSV");
        records.extend(reader.finish().expect("a CSV"));
        let header = records.remove(0);
        let mut columns: Vec<Column> = header.iter().map(Column::new).collect();
        for record in &records {
            record.iter().zip(&mut columns).for_each(|(cell, column)| column.add(cell));
        }
        let (plan, _) = suggest(object, &columns);
        let id = ImportId(Uuid::now_v7());
        let match_keys = match_key(object, &plan).unwrap_or_default().to_owned();
        let import = Import {
            id,
            name: format!("{object}.csv"),
            object: object.word().into(),
            match_keys,
            create_missing: true,
            ..Import::default()
        };
        Self { who, object, columns, records, plan, id, import }
    }

    pub fn word(&mut self, header: &str, cell: &str, meaning: &str) {
        let column = self.plan.columns.iter_mut().find(|column| column.header == header).expect("a column");
        column.words.insert(shared::text::fold(cell), meaning.into());
    }

    pub fn target(&mut self, header: &str, target: Option<&str>) {
        let column = self.plan.columns.iter_mut().find(|column| column.header == header).expect("a column");
        column.target = target.map(str::to_owned);
    }

    pub fn default(&mut self, target: &str, text: &str) {
        self.plan.defaults.insert(target.into(), text.into());
    }

    pub fn rows(&self) -> Vec<NewRow> {
        let converter = Converter::new(self.object, &self.plan, "CNY");
        self.records.iter().map(|record| converter.record(record)).collect()
    }

    /// Creates the import and sends its rows.
    pub async fn send(&mut self) -> Result<(), ApiError> {
        self.import.plan = Some(self.plan.text());
        self.who.call::<CreateImport>((), New::of(self.id.0, &self.import)).await?;
        self.put().await
    }

    pub async fn put(&self) -> Result<(), ApiError> {
        for (n, rows) in self.rows().chunks(SLICE).enumerate() {
            let slice = RowSlice { rows: rows.to_vec(), restart: n == 0 };
            self.who.call::<PutRows>(self.id, slice).await?;
        }
        Ok(())
    }

    pub async fn set(&self, patch: Patch) -> Result<Done<Import>, ApiError> {
        self.who.call::<UpdateImport>(self.id, patch).await
    }

    /// Waits until nothing is at work on it.
    pub async fn settled(&self) -> Import {
        for _ in 0..6_000 {
            let import = self.who.call::<GetImport>(self.id, ()).await.expect("the import");
            if !import.state.is_busy() {
                return import;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the import does not settle");
    }

    pub async fn check(&self) -> Summary {
        self.who.call::<DryRun>(self.id, ()).await.expect("a dry run");
        let import = self.settled().await;
        assert_eq!(import.state, ImportState::Checked, "{:?}", import.problem);
        self.who.call::<GetSummary>(self.id, ()).await.expect("a summary")
    }

    pub async fn commit(&self) -> Import {
        self.who.call::<Commit>(self.id, ()).await.expect("a commit");
        let import = self.settled().await;
        assert_eq!(import.state, ImportState::Committed, "{:?}", import.problem);
        import
    }

    pub async fn undo(&self) -> Import {
        self.who.call::<UndoImport>(self.id, ()).await.expect("an undo");
        let import = self.settled().await;
        assert_eq!(import.state, ImportState::Undone, "{:?}", import.problem);
        import
    }

    pub async fn redo(&self) -> Import {
        self.who.call::<RedoImport>(self.id, ()).await.expect("a redo");
        let import = self.settled().await;
        assert_eq!(import.state, ImportState::Committed, "{:?}", import.problem);
        import
    }

    /// All of it: send, check, write.
    pub async fn bring_in(&mut self) -> Import {
        self.send().await.expect("rows sent");
        let summary = self.check().await;
        assert_eq!(summary.wrong, 0, "{:?}", summary.reasons);
        self.commit().await
    }

    pub async fn rows_of(&self, outcome: Outcome) -> Vec<ImportRow> {
        let query = RowQuery { outcome: Some(outcome), limit: Some(200), ..RowQuery::default() };
        self.who.call::<ListRows>(self.id, query).await.expect("rows").items
    }
}

/// The numbers of a dry run: new, changed, duplicate, wrong.
pub fn numbers(summary: &Summary) -> (i64, i64, i64, i64) {
    (summary.create, summary.update, summary.duplicate, summary.wrong)
}

/// A row as the app would send it.
pub fn row(line: i64, values: serde_json::Value) -> NewRow {
    let serde_json::Value::Object(values) = values else { panic!("an object") };
    NewRow { line, values: Row::from_iter(values), ..NewRow::default() }
}
