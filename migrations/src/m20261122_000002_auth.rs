//! Who may sign in, their sessions, and what runs later.

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
CREATE TABLE signing_keys (
    kid {text} PRIMARY KEY,
    seed {bytes} NOT NULL,
    created_at BIGINT NOT NULL);

CREATE TABLE credentials (
    user_id {id} PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    password_hash {text} NOT NULL,
    changed_at BIGINT NOT NULL);

CREATE TABLE sessions (
    id {id} PRIMARY KEY,
    user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    agent {text} NOT NULL,
    network {text} NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_by {text});
CREATE INDEX sessions_user ON sessions (user_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    hash {bytes} PRIMARY KEY,
    session_id {id} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    next {bytes},
    is_superseded BOOLEAN NOT NULL);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE reset_tokens (
    hash {bytes} PRIMARY KEY,
    user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL);
CREATE INDEX reset_tokens_user ON reset_tokens (user_id);

CREATE TABLE rate_limits (
    bucket {text} PRIMARY KEY,
    full_at BIGINT NOT NULL) {clustered};
CREATE INDEX rate_limits_full ON rate_limits (full_at);

CREATE TABLE jobs (
    id {id} PRIMARY KEY,
    kind {text} NOT NULL,
    payload {text} NOT NULL,
    unique_key {text},
    state {text} NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    leased_until BIGINT,
    last_error {text},
    ended_at BIGINT);
CREATE INDEX jobs_due ON jobs (run_at) WHERE ended_at IS NULL;
CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_unique ON jobs (kind, unique_key) WHERE ended_at IS NULL;

CREATE TABLE outbox (
    id {id} PRIMARY KEY,
    kind {text} NOT NULL,
    recipient {text} NOT NULL,
    subject {text} NOT NULL,
    body {text} NOT NULL,
    state {text} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT);
CREATE INDEX outbox_state ON outbox (state, created_at);
";

const DOWN: &str = "
DROP TABLE outbox;
DROP TABLE jobs;
DROP TABLE rate_limits;
DROP TABLE reset_tokens;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE credentials;
DROP TABLE signing_keys;
";
