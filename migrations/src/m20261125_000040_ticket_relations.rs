//! What tickets have to do with one another and with people: merged, split,
//! incidents of a problem, participants, steps, time.

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
ALTER TABLE tickets ADD COLUMN participants {text} NOT NULL DEFAULT '[]';
ALTER TABLE tickets ADD COLUMN is_confidential BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE tickets ADD COLUMN merged_into_id {id} REFERENCES tickets (id);
ALTER TABLE tickets ADD COLUMN merged_seq BIGINT;
ALTER TABLE tickets ADD COLUMN split_from_id {id} REFERENCES tickets (id);
ALTER TABLE tickets ADD COLUMN problem_id {id} REFERENCES tickets (id);
ALTER TABLE tickets ADD COLUMN related {text} NOT NULL DEFAULT '[]';
ALTER TABLE tickets ADD COLUMN checklist {text} NOT NULL DEFAULT '[]';
CREATE INDEX tickets_merged ON tickets (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX tickets_split ON tickets (split_from_id) WHERE split_from_id IS NOT NULL;
CREATE INDEX tickets_problem ON tickets (problem_id) WHERE problem_id IS NOT NULL;

ALTER TABLE messages ADD COLUMN split_to_id {id} REFERENCES tickets (id);
CREATE INDEX messages_split ON messages (split_to_id) WHERE split_to_id IS NOT NULL;

CREATE TABLE time_entries ({record},
    ticket_id {id} NOT NULL REFERENCES tickets (id),
    minutes BIGINT NOT NULL,
    day {text} NOT NULL,
    note {text});
CREATE INDEX time_entries_ticket ON time_entries (ticket_id);
";

const DOWN: &str = "
DROP TABLE time_entries;
DROP INDEX messages_split;
ALTER TABLE messages DROP COLUMN split_to_id;
DROP INDEX tickets_problem;
DROP INDEX tickets_split;
DROP INDEX tickets_merged;
ALTER TABLE tickets DROP COLUMN checklist;
ALTER TABLE tickets DROP COLUMN related;
ALTER TABLE tickets DROP COLUMN problem_id;
ALTER TABLE tickets DROP COLUMN split_from_id;
ALTER TABLE tickets DROP COLUMN merged_seq;
ALTER TABLE tickets DROP COLUMN merged_into_id;
ALTER TABLE tickets DROP COLUMN is_confidential;
ALTER TABLE tickets DROP COLUMN participants;
";
