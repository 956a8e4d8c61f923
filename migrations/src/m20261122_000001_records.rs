//! The records, their change log, and what is derived from them.

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
CREATE TABLE teams ({record},
    name {text} NOT NULL,
    parent_id {id} REFERENCES teams (id));

CREATE TABLE roles ({record},
    name {text} NOT NULL,
    code {text},
    grants {text} NOT NULL);

CREATE TABLE users ({record},
    name {text} NOT NULL,
    email {text} NOT NULL,
    team_id {id} REFERENCES teams (id),
    roles {text} NOT NULL,
    locale {text},
    theme {text},
    job_title {text},
    is_disabled BOOLEAN NOT NULL);
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE shares ({record},
    object {text} NOT NULL,
    record_id {id} NOT NULL,
    user_id {id} REFERENCES users (id),
    team_id {id} REFERENCES teams (id),
    level {text} NOT NULL,
    expires_at BIGINT);
CREATE INDEX shares_record ON shares (record_id);
CREATE INDEX shares_user ON shares (user_id, object);
CREATE INDEX shares_team ON shares (team_id, object);

CREATE TABLE accounts ({record},
    name {text} NOT NULL,
    kind {text} NOT NULL,
    legal_name {text},
    tax_no {text},
    industry {text},
    level {text},
    lifecycle {text} NOT NULL,
    source {text},
    region {text},
    address {text},
    website {text},
    employees BIGINT,
    annual_revenue BIGINT,
    currency {text} NOT NULL,
    founded_on {text},
    parent_id {id} REFERENCES accounts (id),
    points {text} NOT NULL,
    tags {text} NOT NULL,
    note {text},
    owner_id {id} REFERENCES users (id),
    team_id {id} REFERENCES teams (id));
CREATE INDEX accounts_name ON accounts (lower(name), id);
CREATE INDEX accounts_owner ON accounts (owner_id);
CREATE INDEX accounts_team ON accounts (team_id);
CREATE INDEX accounts_parent ON accounts (parent_id);
CREATE INDEX accounts_updated ON accounts (updated_at, id);
CREATE INDEX accounts_created ON accounts (created_at, id);

CREATE TABLE contacts ({record},
    name {text} NOT NULL,
    salutation {text},
    job_title {text},
    accounts {text} NOT NULL,
    points {text} NOT NULL,
    birthday {text},
    tags {text} NOT NULL,
    note {text},
    owner_id {id} REFERENCES users (id),
    team_id {id} REFERENCES teams (id));
CREATE INDEX contacts_name ON contacts (lower(name), id);
CREATE INDEX contacts_owner ON contacts (owner_id);
CREATE INDEX contacts_team ON contacts (team_id);
CREATE INDEX contacts_updated ON contacts (updated_at, id);
CREATE INDEX contacts_created ON contacts (created_at, id);

CREATE TABLE products ({record},
    name {text} NOT NULL,
    code {text},
    category {text},
    unit {text},
    price BIGINT,
    currency {text} NOT NULL,
    is_active BOOLEAN NOT NULL);
CREATE INDEX products_name ON products (lower(name), id);

CREATE TABLE pipelines ({record},
    name {text} NOT NULL,
    teams {text} NOT NULL,
    currency {text} NOT NULL,
    is_default BOOLEAN NOT NULL,
    position BIGINT NOT NULL);

CREATE TABLE stages ({record},
    pipeline_id {id} NOT NULL REFERENCES pipelines (id),
    name {text} NOT NULL,
    position BIGINT NOT NULL,
    kind {text} NOT NULL,
    probability BIGINT NOT NULL,
    forecast_category {text} NOT NULL,
    rot_days BIGINT,
    wip_limit BIGINT,
    color BIGINT NOT NULL);
CREATE INDEX stages_pipeline ON stages (pipeline_id, position);

CREATE TABLE opportunities ({record},
    name {text} NOT NULL,
    external_no {text},
    account_id {id} REFERENCES accounts (id),
    contacts {text} NOT NULL,
    pipeline_id {id} NOT NULL REFERENCES pipelines (id),
    stage_id {id} NOT NULL REFERENCES stages (id),
    rank {text} NOT NULL,
    amount BIGINT,
    currency {text} NOT NULL,
    lines {text} NOT NULL,
    probability BIGINT NOT NULL,
    is_probability_manual BOOLEAN NOT NULL,
    forecast_category {text} NOT NULL,
    opened_on {text},
    close_date {text},
    close_date_pushes BIGINT NOT NULL,
    next_step {text},
    next_step_on {text},
    source {text},
    lost_reason {text},
    lost_note {text},
    tags {text} NOT NULL,
    note {text},
    stage_entered_at BIGINT NOT NULL,
    closed_at BIGINT,
    owner_id {id} REFERENCES users (id),
    team_id {id} REFERENCES teams (id));
CREATE INDEX opportunities_column ON opportunities (stage_id, rank, id) WHERE archived_at IS NULL;
CREATE INDEX opportunities_stage ON opportunities (stage_id, close_date, id) WHERE archived_at IS NULL;
CREATE INDEX opportunities_totals ON opportunities
    (pipeline_id, stage_id, currency, owner_id, team_id, amount, probability, next_step_on, stage_entered_at, account_id, id)
    WHERE archived_at IS NULL;
CREATE INDEX opportunities_name ON opportunities (lower(name), id);
CREATE INDEX opportunities_account ON opportunities (account_id);
CREATE INDEX opportunities_owner ON opportunities (owner_id);
CREATE INDEX opportunities_team ON opportunities (team_id);
CREATE INDEX opportunities_close ON opportunities (close_date, id);
CREATE INDEX opportunities_updated ON opportunities (updated_at, id);
CREATE INDEX opportunities_created ON opportunities (created_at, id);
CREATE INDEX opportunities_external ON opportunities (external_no);

CREATE TABLE views ({record},
    name {text} NOT NULL,
    object {text} NOT NULL,
    layout {text} NOT NULL,
    query {text},
    columns {text},
    position BIGINT NOT NULL,
    owner_id {id} REFERENCES users (id),
    team_id {id} REFERENCES teams (id));
CREATE INDEX views_owner ON views (owner_id);

CREATE TABLE imports ({record},
    name {text} NOT NULL,
    object {text} NOT NULL,
    mode {text} NOT NULL,
    state {text} NOT NULL,
    match_keys {text} NOT NULL,
    create_missing BOOLEAN NOT NULL,
    plan {text},
    rows BIGINT NOT NULL,
    done BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    wrong BIGINT NOT NULL,
    linked {text},
    run BIGINT NOT NULL,
    chunks BIGINT NOT NULL,
    problem {text},
    tags {text} NOT NULL,
    owner_id {id} REFERENCES users (id),
    team_id {id} REFERENCES teams (id));

CREATE TABLE import_rows (
    import_id {id} NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    line BIGINT NOT NULL,
    cells {text} NOT NULL,
    \"values\" {text} NOT NULL,
    faults {text} NOT NULL,
    errors {text} NOT NULL,
    outcome {text} NOT NULL,
    match_key {text},
    record_id {id},
    wave BIGINT NOT NULL,
    is_written BOOLEAN NOT NULL,
    PRIMARY KEY (import_id, line)) {clustered};
CREATE INDEX import_rows_outcome ON import_rows (import_id, outcome, line);
CREATE INDEX import_rows_key ON import_rows (import_id, match_key, line);

CREATE TABLE links (
    object {text} NOT NULL,
    field {text} NOT NULL,
    key {text} NOT NULL,
    record_id {id} NOT NULL,
    target {id},
    PRIMARY KEY (object, field, key, record_id)) {clustered};
CREATE INDEX links_record ON links (record_id, field, target);

CREATE TABLE tokens (
    object {text} NOT NULL,
    token {text} NOT NULL,
    record_id {id} NOT NULL,
    weight BIGINT NOT NULL,
    PRIMARY KEY (object, token, record_id)) {clustered};
CREATE INDEX tokens_record ON tokens (record_id);

CREATE TABLE changes (
    seq {key},
    batch {id} NOT NULL,
    object {text} NOT NULL,
    record_id {id} NOT NULL,
    op {text} NOT NULL,
    \"before\" {text} NOT NULL,
    \"after\" {text} NOT NULL,
    actor {id},
    cause {text} NOT NULL,
    made_at BIGINT NOT NULL,
    applied_at BIGINT NOT NULL,
    hash {bytes} NOT NULL);
CREATE INDEX changes_record ON changes (record_id, seq);
CREATE INDEX changes_batch ON changes (batch, seq);
CREATE INDEX changes_object ON changes (object, applied_at, seq);

CREATE TABLE log_head (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL, hash {bytes} NOT NULL);
INSERT INTO log_head (id, seq, hash) VALUES (1, 0, '');

CREATE TABLE commands (
    batch {id} PRIMARY KEY,
    actor {id},
    fingerprint {bytes} NOT NULL,
    answer {text} NOT NULL,
    undoes {id},
    undone_by {id},
    applied_at BIGINT NOT NULL);
CREATE INDEX commands_applied ON commands (applied_at);
";

const DOWN: &str = "
DROP TABLE commands;
DROP TABLE log_head;
DROP TABLE changes;
DROP TABLE tokens;
DROP TABLE links;
DROP TABLE import_rows;
DROP TABLE imports;
DROP TABLE views;
DROP TABLE opportunities;
DROP TABLE stages;
DROP TABLE pipelines;
DROP TABLE products;
DROP TABLE contacts;
DROP TABLE accounts;
DROP TABLE shares;
DROP TABLE users;
DROP TABLE roles;
DROP TABLE teams;
";
