//! What reports ask of tickets, beside them; a job fills in those that are there.

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
ALTER TABLE tickets ADD COLUMN replies BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN first_solved_at BIGINT;
ALTER TABLE tickets ADD COLUMN response_secs BIGINT;
ALTER TABLE tickets ADD COLUMN response_work BIGINT;
ALTER TABLE tickets ADD COLUMN first_resolution_secs BIGINT;
ALTER TABLE tickets ADD COLUMN first_resolution_work BIGINT;
ALTER TABLE tickets ADD COLUMN resolution_secs BIGINT;
ALTER TABLE tickets ADD COLUMN resolution_work BIGINT;
ALTER TABLE tickets ADD COLUMN response_sla {text};
ALTER TABLE tickets ADD COLUMN next_response_sla {text};
ALTER TABLE tickets ADD COLUMN first_resolution_sla {text};
ALTER TABLE tickets ADD COLUMN resolution_sla {text};
CREATE INDEX tickets_created ON tickets (created_at);
CREATE INDEX tickets_solved ON tickets (solved_at);
INSERT INTO jobs (id, kind, payload, state, run_at, attempts)
    SELECT {new_id}, 'measure_tickets', '{\"after\":null}', 'waiting', 0, 0
    WHERE EXISTS (SELECT 1 FROM tickets);
";

const DOWN: &str = "
DELETE FROM jobs WHERE kind = 'measure_tickets';
DROP INDEX tickets_solved;
DROP INDEX tickets_created;
ALTER TABLE tickets DROP COLUMN resolution_sla;
ALTER TABLE tickets DROP COLUMN first_resolution_sla;
ALTER TABLE tickets DROP COLUMN next_response_sla;
ALTER TABLE tickets DROP COLUMN response_sla;
ALTER TABLE tickets DROP COLUMN resolution_work;
ALTER TABLE tickets DROP COLUMN resolution_secs;
ALTER TABLE tickets DROP COLUMN first_resolution_work;
ALTER TABLE tickets DROP COLUMN first_resolution_secs;
ALTER TABLE tickets DROP COLUMN response_work;
ALTER TABLE tickets DROP COLUMN response_secs;
ALTER TABLE tickets DROP COLUMN first_solved_at;
ALTER TABLE tickets DROP COLUMN replies;
";
