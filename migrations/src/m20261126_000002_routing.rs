//! Who gets a ticket: rules of queues, what people know and have room for, and
//! what was decided.

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

// Whoever gives somebody a ticket holds their row of `routing_turns`: of two who
// do so at once the second sees what the first has given. Whoever goes through a
// team's tickets holds the team's.
const UP: &str = "
ALTER TABLE queues ADD COLUMN routing {text} NOT NULL DEFAULT 'manual';
ALTER TABLE queues ADD COLUMN stick {text} NOT NULL DEFAULT 'none';
ALTER TABLE queues ADD COLUMN relax_after BIGINT;
ALTER TABLE ticket_categories ADD COLUMN needs {text} NOT NULL DEFAULT '[]';
ALTER TABLE users ADD COLUMN skills {text} NOT NULL DEFAULT '[]';
ALTER TABLE users ADD COLUMN capacity BIGINT;
ALTER TABLE users ADD COLUMN calendar_id {id};
ALTER TABLE users ADD COLUMN presence {text};
ALTER TABLE tickets ADD COLUMN queued_at BIGINT;
UPDATE tickets SET queued_at = created_at
    WHERE owner_id IS NULL AND queue_id IS NOT NULL AND archived_at IS NULL AND state NOT IN ('solved', 'closed');
CREATE INDEX tickets_queued ON tickets (queue_id, queued_at) WHERE queued_at IS NOT NULL;

CREATE TABLE skills ({record},
    name {text} NOT NULL,
    position BIGINT NOT NULL);

CREATE TABLE assignments (
    id {id} PRIMARY KEY,
    ticket_id {id} NOT NULL,
    user_id {id} NOT NULL,
    queue_id {id} NOT NULL,
    queue_version BIGINT NOT NULL,
    given_at BIGINT NOT NULL,
    batch {id} NOT NULL,
    is_hard BIGINT NOT NULL,
    candidates {text} NOT NULL);
CREATE INDEX assignments_ticket ON assignments (ticket_id, given_at);
CREATE INDEX assignments_user ON assignments (user_id, given_at, is_hard);

CREATE TABLE ticket_returns (
    ticket_id {id} NOT NULL,
    user_id {id} NOT NULL,
    returned_at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, user_id)) {clustered};

CREATE TABLE routing_turns (
    id {id} PRIMARY KEY) {clustered};
";

const DOWN: &str = "
DROP TABLE routing_turns;
DROP TABLE ticket_returns;
DROP TABLE assignments;
DROP TABLE skills;
DROP INDEX tickets_queued;
ALTER TABLE tickets DROP COLUMN queued_at;
ALTER TABLE users DROP COLUMN presence;
ALTER TABLE users DROP COLUMN calendar_id;
ALTER TABLE users DROP COLUMN capacity;
ALTER TABLE users DROP COLUMN skills;
ALTER TABLE ticket_categories DROP COLUMN needs;
ALTER TABLE queues DROP COLUMN relax_after;
ALTER TABLE queues DROP COLUMN stick;
ALTER TABLE queues DROP COLUMN routing;
";
