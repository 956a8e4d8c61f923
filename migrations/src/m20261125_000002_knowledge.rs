//! The knowledge base, and the index of long texts.

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
CREATE TABLE article_categories ({record},
    name {text} NOT NULL,
    parent_id {id} REFERENCES article_categories (id),
    position BIGINT NOT NULL,
    audience {text} NOT NULL,
    teams {text} NOT NULL);
CREATE INDEX article_categories_parent ON article_categories (parent_id, position);

CREATE TABLE articles ({record},
    name {text} NOT NULL,
    category_id {id} NOT NULL REFERENCES article_categories (id),
    locale {text} NOT NULL,
    owner_id {id} REFERENCES users (id),
    review_on {text},
    is_live BOOLEAN NOT NULL,
    redirect_id {id} REFERENCES articles (id));
CREATE INDEX articles_name ON articles (lower(name), id);
CREATE INDEX articles_category ON articles (category_id);
CREATE INDEX articles_owner ON articles (owner_id);
CREATE INDEX articles_updated ON articles (updated_at, id);

CREATE TABLE article_versions ({record},
    article_id {id} NOT NULL REFERENCES articles (id),
    locale {text} NOT NULL,
    n BIGINT NOT NULL,
    name {text} NOT NULL,
    slug {text} NOT NULL,
    body {text} NOT NULL,
    summary {text},
    keywords {text} NOT NULL,
    refs {text} NOT NULL,
    state {text} NOT NULL,
    source_n BIGINT,
    review_note {text},
    publish_at BIGINT,
    published_at BIGINT,
    owner_id {id} REFERENCES users (id));
CREATE UNIQUE INDEX article_versions_number ON article_versions (article_id, locale, n);
CREATE UNIQUE INDEX article_versions_live ON article_versions (article_id, locale) WHERE state = 'published';
CREATE UNIQUE INDEX article_versions_address ON article_versions (slug) WHERE state = 'published';
CREATE INDEX article_versions_slug ON article_versions (slug, published_at);
CREATE INDEX article_versions_state ON article_versions (state, publish_at);
CREATE INDEX article_versions_owner ON article_versions (owner_id);

CREATE TABLE article_feedback ({record},
    article_id {id} NOT NULL REFERENCES articles (id),
    version_id {id} NOT NULL REFERENCES article_versions (id),
    is_helpful BOOLEAN NOT NULL,
    reason {text},
    note {text});
CREATE INDEX article_feedback_article ON article_feedback (article_id, created_at);

CREATE TABLE article_views (
    article_id {id} NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    day {text} NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (article_id, day)) {clustered};

CREATE TABLE gaps ({record},
    name {text} NOT NULL,
    norm {text} NOT NULL,
    state {text} NOT NULL,
    article_id {id} REFERENCES articles (id));
CREATE UNIQUE INDEX gaps_norm ON gaps (norm);

CREATE TABLE failed_searches (
    norm {text} PRIMARY KEY,
    name {text} NOT NULL,
    count BIGINT NOT NULL,
    last_at BIGINT NOT NULL) {clustered};
CREATE INDEX failed_searches_count ON failed_searches (count, norm);

CREATE TABLE synonyms ({record},
    words {text} NOT NULL);

CREATE TABLE text_stats (
    object {text} PRIMARY KEY,
    docs BIGINT NOT NULL,
    words BIGINT NOT NULL,
    next_doc BIGINT NOT NULL) {clustered};
INSERT INTO text_stats (object, docs, words, next_doc) VALUES ('article_version', 0, 0, 0);

CREATE TABLE text_docs (
    object {text} NOT NULL,
    doc BIGINT NOT NULL,
    record_id {id} NOT NULL,
    PRIMARY KEY (object, doc)) {clustered};
CREATE UNIQUE INDEX text_docs_record ON text_docs (record_id);

CREATE TABLE text_terms (
    object {text} NOT NULL,
    term {text} NOT NULL,
    docs BIGINT NOT NULL,
    sound {text},
    PRIMARY KEY (object, term)) {clustered};
CREATE INDEX text_terms_sound ON text_terms (object, sound) WHERE sound IS NOT NULL;

CREATE TABLE text_postings (
    object {text} NOT NULL,
    term {text} NOT NULL,
    block BIGINT NOT NULL,
    data {bytes} NOT NULL,
    PRIMARY KEY (object, term, block));
";

const DOWN: &str = "
DROP TABLE text_postings;
DROP TABLE text_terms;
DROP TABLE text_docs;
DROP TABLE text_stats;
DROP TABLE synonyms;
DROP TABLE failed_searches;
DROP TABLE gaps;
DROP TABLE article_views;
DROP TABLE article_feedback;
DROP TABLE article_versions;
DROP TABLE articles;
DROP TABLE article_categories;
";
