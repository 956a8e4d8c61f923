//! The customers' portal: who signs in, by what, and links to single tickets.

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
CREATE TABLE portal_users ({record},
    email {text} NOT NULL,
    contact_id {id} REFERENCES contacts (id),
    sees {text} NOT NULL,
    locale {text},
    is_disabled BOOLEAN NOT NULL);
CREATE UNIQUE INDEX portal_users_email ON portal_users (email);
CREATE INDEX portal_users_contact ON portal_users (contact_id);

CREATE TABLE portal_passwords (
    user_id {id} PRIMARY KEY REFERENCES portal_users (id) ON DELETE CASCADE,
    password_hash {text} NOT NULL);

CREATE TABLE portal_codes (
    email {text} PRIMARY KEY,
    hash {bytes} NOT NULL,
    tries BIGINT NOT NULL,
    expires_at BIGINT NOT NULL) {clustered};

CREATE TABLE portal_sessions (
    hash {bytes} PRIMARY KEY,
    user_id {id} NOT NULL REFERENCES portal_users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL) {clustered};
CREATE INDEX portal_sessions_user ON portal_sessions (user_id);
CREATE INDEX portal_sessions_expiry ON portal_sessions (expires_at);

CREATE TABLE ticket_keys (
    hash {bytes} PRIMARY KEY,
    ticket_id {id} NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
    contact_id {id} NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL) {clustered};
CREATE INDEX ticket_keys_expiry ON ticket_keys (expires_at);
";

const DOWN: &str = "
DROP TABLE ticket_keys;
DROP TABLE portal_sessions;
DROP TABLE portal_codes;
DROP TABLE portal_passwords;
DROP TABLE portal_users;
";
