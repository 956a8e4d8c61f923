//! Kith's database, step by step. A step that has shipped never changes.

pub use sea_orm_migration::prelude::*;

mod ddl;
mod m20261122_000001_records;
mod m20261122_000002_auth;
mod m20261125_000001_calendars;
mod m20261125_000002_knowledge;
mod m20261125_000003_tallies;
mod m20261125_000004_log_time;
mod m20261125_000010_tickets;
mod m20261125_000011_ticket_preview;
mod m20261125_000012_macros;
mod m20261125_000020_portal;
mod m20261125_000040_ticket_relations;
mod m20261125_000050_surveys;
mod m20261125_000051_complaints;
mod m20261125_000060_ticket_measures;
mod m20261125_000070_sla_steps;
mod m20261125_000080_files;
mod m20261126_000002_routing;
mod m20261126_000010_ticket_search;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_records::Migration),
            Box::new(m20261122_000002_auth::Migration),
            Box::new(m20261125_000001_calendars::Migration),
            Box::new(m20261125_000002_knowledge::Migration),
            Box::new(m20261125_000003_tallies::Migration),
            Box::new(m20261125_000004_log_time::Migration),
            Box::new(m20261125_000010_tickets::Migration),
            Box::new(m20261125_000011_ticket_preview::Migration),
            Box::new(m20261125_000012_macros::Migration),
            Box::new(m20261125_000020_portal::Migration),
            Box::new(m20261125_000060_ticket_measures::Migration),
            Box::new(m20261125_000040_ticket_relations::Migration),
            Box::new(m20261125_000050_surveys::Migration),
            Box::new(m20261125_000051_complaints::Migration),
            Box::new(m20261126_000002_routing::Migration),
            Box::new(m20261126_000010_ticket_search::Migration),
            Box::new(m20261125_000070_sla_steps::Migration),
            Box::new(m20261125_000080_files::Migration),
        ]
    }
}
