//! Numbers kept beside the records, so that nobody has to count rows.

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

// Filled by the server after the steps: days are counted in its time zone, which
// `tallied` keeps. An id that is absent is nil, for a key holds no NULL.
const UP: &str = "
CREATE TABLE tallies (
    object {text} NOT NULL,
    place {id} NOT NULL,
    what {text} NOT NULL,
    key {text} NOT NULL,
    owner_id {id} NOT NULL,
    team_id {id} NOT NULL,
    n BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    weighted BIGINT NOT NULL,
    PRIMARY KEY (object, place, what, key, owner_id, team_id)) {clustered};

CREATE TABLE tallied (
    object {text} PRIMARY KEY,
    zone {text} NOT NULL);
";

const DOWN: &str = "
DROP TABLE tallied;
DROP TABLE tallies;
";
