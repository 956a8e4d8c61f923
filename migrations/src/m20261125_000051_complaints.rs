//! What is known of a complaint: whom it is about, where it came from, what was done.

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
ALTER TABLE tickets ADD COLUMN accused_id {id} REFERENCES users (id);
ALTER TABLE tickets ADD COLUMN root_cause {text};
ALTER TABLE tickets ADD COLUMN root_cause_note {text};
ALTER TABLE tickets ADD COLUMN remedy {text};
ALTER TABLE tickets ADD COLUMN remedy_cost BIGINT;
ALTER TABLE tickets ADD COLUMN currency {text} NOT NULL DEFAULT 'CNY';
UPDATE tickets SET currency = COALESCE((SELECT currency FROM pipelines WHERE is_default ORDER BY position LIMIT 1), 'CNY');
ALTER TABLE tickets ADD COLUMN follow_up_on {text};
ALTER TABLE tickets ADD COLUMN follow_up {text};
";

const DOWN: &str = "
ALTER TABLE tickets DROP COLUMN follow_up;
ALTER TABLE tickets DROP COLUMN follow_up_on;
ALTER TABLE tickets DROP COLUMN currency;
ALTER TABLE tickets DROP COLUMN remedy_cost;
ALTER TABLE tickets DROP COLUMN remedy;
ALTER TABLE tickets DROP COLUMN root_cause_note;
ALTER TABLE tickets DROP COLUMN root_cause;
ALTER TABLE tickets DROP COLUMN accused_id;
";
