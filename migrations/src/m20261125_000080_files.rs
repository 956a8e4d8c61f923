//! Files that come with messages. Their bytes lie in the data folder, named by their hash.

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
CREATE TABLE blobs (
    sha256 {text} PRIMARY KEY,
    size BIGINT NOT NULL,
    used_at BIGINT NOT NULL) {clustered};

CREATE TABLE files (
    id {id} PRIMARY KEY,
    sha256 {text} NOT NULL REFERENCES blobs (sha256),
    size BIGINT NOT NULL,
    name {text} NOT NULL,
    kind {text} NOT NULL,
    uploader {text} NOT NULL,
    message_id {id},
    created_at BIGINT NOT NULL,
    loose_since BIGINT);
CREATE INDEX files_message ON files (message_id);
CREATE INDEX files_uploader ON files (uploader, created_at);
CREATE INDEX files_sha256 ON files (sha256);
CREATE INDEX files_loose ON files (loose_since) WHERE loose_since IS NOT NULL;
";

const DOWN: &str = "
DROP TABLE files;
DROP TABLE blobs;
";
