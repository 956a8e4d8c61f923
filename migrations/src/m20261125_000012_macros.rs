//! What agents do often, in one step.

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
CREATE TABLE macros ({record},
    name {text} NOT NULL,
    position BIGINT NOT NULL,
    body {text},
    is_note BOOLEAN NOT NULL,
    status_id {id} REFERENCES ticket_statuses (id),
    priority {text},
    category_id {id} REFERENCES ticket_categories (id),
    queue_id {id} REFERENCES queues (id),
    resolution {text},
    is_taken BOOLEAN NOT NULL,
    owner_id {id} REFERENCES users (id),
    team_id {id} REFERENCES teams (id));
CREATE INDEX macros_owner ON macros (owner_id);
";

const DOWN: &str = "
DROP TABLE macros;
";
