//! Tickets are found by their names and by what was said on them; a job fills
//! the index with those that are there.

use sea_orm_migration::prelude::*;

use crate::ddl;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, DOWN).await
    }
}

const UP: &str = "
INSERT INTO text_stats (object, docs, words, next_doc) VALUES ('ticket', 0, 0, 0), ('message', 0, 0, 0);
INSERT INTO jobs (id, kind, payload, state, run_at, attempts)
    SELECT {new_id}, 'index_texts', 'null', 'waiting', 0, 0
    WHERE EXISTS (SELECT 1 FROM tickets);
";

const DOWN: &str = "
DELETE FROM jobs WHERE kind = 'index_texts';
DELETE FROM text_postings WHERE object IN ('ticket', 'message');
DELETE FROM text_terms WHERE object IN ('ticket', 'message');
DELETE FROM text_docs WHERE object IN ('ticket', 'message');
DELETE FROM text_stats WHERE object IN ('ticket', 'message');
";
