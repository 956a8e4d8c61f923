//! Steps of service policies: when the next one of a ticket is due, and which were taken.

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

// `sla_steps_due` is worked out, never told: beside the ticket, so that a step
// that was taken stands in no undo's way. Tickets that were there before have
// it from their next change on.
const UP: &str = "
ALTER TABLE tickets ADD COLUMN near_at BIGINT;

CREATE TABLE sla_steps_due (
    ticket_id {id} PRIMARY KEY,
    step_at BIGINT NOT NULL) {clustered};
CREATE INDEX sla_steps_due_at ON sla_steps_due (step_at);

CREATE TABLE sla_steps_done (
    ticket_id {id} NOT NULL,
    metric {text} NOT NULL,
    run BIGINT NOT NULL,
    step {text} NOT NULL,
    policy_id {id} NOT NULL,
    policy_version BIGINT NOT NULL,
    reached_at BIGINT NOT NULL,
    done_at BIGINT NOT NULL,
    batch {id} NOT NULL,
    outcome {text} NOT NULL,
    PRIMARY KEY (ticket_id, metric, run, step)) {clustered};
";

const DOWN: &str = "
DROP TABLE sla_steps_done;
DROP TABLE sla_steps_due;
ALTER TABLE tickets DROP COLUMN near_at;
";
