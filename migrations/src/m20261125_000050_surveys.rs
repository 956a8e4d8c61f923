//! What customers are asked of a solution, and what they answer.

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
CREATE TABLE survey_policies ({record},
    name {text} NOT NULL,
    is_active BOOLEAN NOT NULL,
    is_default BOOLEAN NOT NULL,
    delay_minutes BIGINT NOT NULL,
    dimensions {text} NOT NULL,
    ask_overall BOOLEAN NOT NULL,
    sample BIGINT NOT NULL,
    cooldown_days BIGINT NOT NULL,
    expire_days BIGINT NOT NULL,
    excluded {text} NOT NULL,
    low_tag {text} NOT NULL);

CREATE TABLE survey_answers ({record},
    ticket_id {id} NOT NULL REFERENCES tickets (id),
    contact_id {id} REFERENCES contacts (id),
    dimensions {text} NOT NULL,
    scores {text} NOT NULL,
    lowest BIGINT NOT NULL,
    comment {text},
    answered_at BIGINT NOT NULL,
    edited_at BIGINT,
    credits {text} NOT NULL,
    followed_up_at BIGINT);
CREATE INDEX survey_answers_ticket ON survey_answers (ticket_id, answered_at);

CREATE TABLE survey_scores (
    answer_id {id} NOT NULL REFERENCES survey_answers (id) ON DELETE CASCADE,
    dimension {text} NOT NULL,
    score BIGINT NOT NULL,
    PRIMARY KEY (answer_id, dimension)) {clustered};

CREATE TABLE survey_credits (
    answer_id {id} NOT NULL REFERENCES survey_answers (id) ON DELETE CASCADE,
    user_id {id} NOT NULL REFERENCES users (id),
    share BIGINT NOT NULL,
    PRIMARY KEY (answer_id, user_id)) {clustered};

CREATE TABLE survey_invites (
    id {id} PRIMARY KEY,
    ticket_id {id} NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
    contact_id {id} NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    solved_at BIGINT NOT NULL,
    policy_id {id} NOT NULL REFERENCES survey_policies (id),
    policy_version BIGINT NOT NULL,
    dimensions {text} NOT NULL,
    ask_overall BOOLEAN NOT NULL,
    low_tag {text} NOT NULL,
    expire_days BIGINT NOT NULL,
    state {text} NOT NULL,
    send_at BIGINT NOT NULL,
    sent_at BIGINT,
    opened_at BIGINT,
    expires_at BIGINT,
    token_hash {bytes},
    answer_id {id} REFERENCES survey_answers (id) ON DELETE SET NULL);
CREATE UNIQUE INDEX survey_invites_solution ON survey_invites (ticket_id, solved_at);
CREATE UNIQUE INDEX survey_invites_token ON survey_invites (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX survey_invites_contact ON survey_invites (contact_id, send_at);

ALTER TABLE tickets ADD COLUMN rated_at BIGINT;
ALTER TABLE tickets ADD COLUMN lowest_score BIGINT;
ALTER TABLE tickets ADD COLUMN credited {text} NOT NULL DEFAULT '[]';
CREATE INDEX tickets_rated ON tickets (rated_at) WHERE rated_at IS NOT NULL;
";

const DOWN: &str = "
DROP INDEX tickets_rated;
ALTER TABLE tickets DROP COLUMN credited;
ALTER TABLE tickets DROP COLUMN lowest_score;
ALTER TABLE tickets DROP COLUMN rated_at;
DROP TABLE survey_invites;
DROP TABLE survey_credits;
DROP TABLE survey_scores;
DROP TABLE survey_answers;
DROP TABLE survey_policies;
";
