//! One text of DDL for both databases: types that differ are written `{type}`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Runs the statements of `script`, separated by `;` and a line's end.
pub async fn run(manager: &SchemaManager<'_>, script: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let is_sqlite = db.get_database_backend() == DbBackend::Sqlite;
    // Text is compared byte by byte on both, so that order, prefixes and
    // cursors mean the same.
    let types = if is_sqlite {
        [
            ("{id}", "BLOB"),
            ("{text}", "TEXT"),
            ("{key}", "INTEGER PRIMARY KEY"),
            ("{bytes}", "BLOB"),
            ("{clustered}", "WITHOUT ROWID"),
            ("{new_id}", "randomblob(16)"),
        ]
    } else {
        [
            ("{id}", "uuid"),
            ("{text}", "TEXT COLLATE \"C\""),
            ("{key}", "BIGINT PRIMARY KEY"),
            ("{bytes}", "BYTEA"),
            ("{clustered}", ""),
            ("{new_id}", "gen_random_uuid()"),
        ]
    };
    let mut script = script.replace(
        "{record}",
        "id {id} PRIMARY KEY, version BIGINT NOT NULL, created_at BIGINT NOT NULL, created_by {id}, updated_at BIGINT NOT NULL, archived_at BIGINT",
    );
    for (placeholder, name) in types {
        script = script.replace(placeholder, name);
    }
    for statement in script.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()) {
        db.execute_unprepared(statement).await?;
    }
    Ok(())
}
