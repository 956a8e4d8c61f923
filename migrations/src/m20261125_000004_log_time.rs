//! The log's clock: no line says it is older than the one before it.

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
ALTER TABLE log_head ADD COLUMN applied_at BIGINT NOT NULL DEFAULT 0;
UPDATE log_head SET applied_at = COALESCE((SELECT MAX(applied_at) FROM changes), 0);
";

const DOWN: &str = "
ALTER TABLE log_head DROP COLUMN applied_at;
";
