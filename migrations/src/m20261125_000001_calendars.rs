//! Working calendars and service policies.

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
CREATE TABLE calendars ({record},
    name {text} NOT NULL,
    zone {text} NOT NULL,
    week {text} NOT NULL,
    days {text} NOT NULL,
    is_default BOOLEAN NOT NULL);

CREATE TABLE sla_policies ({record},
    name {text} NOT NULL,
    position BIGINT NOT NULL,
    is_active BOOLEAN NOT NULL,
    conditions {text},
    calendar_id {id} NOT NULL REFERENCES calendars (id),
    targets {text} NOT NULL,
    steps {text} NOT NULL);
CREATE INDEX sla_policies_calendar ON sla_policies (calendar_id);
";

const DOWN: &str = "
DROP TABLE sla_policies;
DROP TABLE calendars;
";
