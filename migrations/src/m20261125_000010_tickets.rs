//! Tickets and what is said on them.

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
CREATE TABLE queues ({record},
    name {text} NOT NULL,
    team_id {id} REFERENCES teams (id),
    position BIGINT NOT NULL);

CREATE TABLE ticket_statuses ({record},
    name {text} NOT NULL,
    customer_label {text},
    category {text} NOT NULL,
    position BIGINT NOT NULL);

CREATE TABLE ticket_categories ({record},
    name {text} NOT NULL,
    parent_id {id} REFERENCES ticket_categories (id),
    position BIGINT NOT NULL,
    priority {text} NOT NULL,
    queue_id {id} REFERENCES queues (id));

CREATE TABLE tickets ({record},
    number BIGINT NOT NULL,
    name {text} NOT NULL,
    kind {text} NOT NULL,
    category_id {id} REFERENCES ticket_categories (id),
    priority {text} NOT NULL,
    status_id {id} NOT NULL REFERENCES ticket_statuses (id),
    state {text} NOT NULL,
    queue_id {id} REFERENCES queues (id),
    owner_id {id} REFERENCES users (id),
    team_id {id} REFERENCES teams (id),
    account_id {id} REFERENCES accounts (id),
    contact_id {id} REFERENCES contacts (id),
    opportunity_id {id} REFERENCES opportunities (id),
    channel {text} NOT NULL,
    tags {text} NOT NULL,
    resolution {text},
    wake_at BIGINT,
    follows_id {id} REFERENCES tickets (id),
    reopened BIGINT NOT NULL,
    last_message_at BIGINT,
    waiting_since BIGINT,
    first_reply_at BIGINT,
    solved_at BIGINT,
    closed_at BIGINT,
    policy_id {id} REFERENCES sla_policies (id),
    policy_version BIGINT,
    due_at BIGINT,
    due_metric {text});
CREATE UNIQUE INDEX tickets_number ON tickets (number);
CREATE INDEX tickets_state ON tickets (state, last_message_at);
CREATE INDEX tickets_status ON tickets (status_id, last_message_at);
CREATE INDEX tickets_owner ON tickets (owner_id, state);
CREATE INDEX tickets_team ON tickets (team_id, state);
CREATE INDEX tickets_queue ON tickets (queue_id, state);
CREATE INDEX tickets_account ON tickets (account_id);
CREATE INDEX tickets_contact ON tickets (contact_id);
CREATE INDEX tickets_updated ON tickets (updated_at, id);
CREATE INDEX tickets_due ON tickets (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX tickets_wake ON tickets (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE ticket_numbers (
    id {key},
    last BIGINT NOT NULL);
INSERT INTO ticket_numbers (id, last) VALUES (1, 1000);

CREATE TABLE messages ({record},
    ticket_id {id} NOT NULL REFERENCES tickets (id),
    seq BIGINT NOT NULL,
    kind {text} NOT NULL,
    direction {text} NOT NULL,
    channel {text} NOT NULL,
    contact_id {id} REFERENCES contacts (id),
    body {text} NOT NULL,
    held_until BIGINT);
CREATE UNIQUE INDEX messages_thread ON messages (ticket_id, seq);

CREATE TABLE drafts (
    ticket_id {id} NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
    user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind {text} NOT NULL,
    body {text} NOT NULL,
    seen BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, user_id)) {clustered};
";

const DOWN: &str = "
DROP TABLE drafts;
DROP TABLE messages;
DROP TABLE ticket_numbers;
DROP TABLE tickets;
DROP TABLE ticket_categories;
DROP TABLE ticket_statuses;
DROP TABLE queues;
";
