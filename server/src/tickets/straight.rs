//! What many tickets' lives come to, from events at hand: for those that are
//! written all at once, without a look at the log for each.

use shared::change::Cause;
use shared::fields::Row;
use shared::sla::{Event, What};
use shared::tickets::*;
use shared::time::Instant;

use super::clocks::{self, Known};
use super::measures::{self, Hours};
use super::past::Past;
use super::policy;
use crate::error::Result;
use crate::ground::change::Write;

/// What every ticket is promised and counted by.
pub struct Terms {
    /// One like all others, as far as a policy asks.
    sample: Ticket,
    known: Known,
    hours: Hours,
}

impl Terms {
    /// As they hold for a ticket like this one.
    pub async fn of(write: &Write<'_>, mut sample: Ticket) -> Result<Self> {
        policy::choose(write, None, &mut sample).await?;
        let mut past = Past::default();
        past.add(write.now, clocks::news(&Row::new(), &shared::fields::row_of(&sample), None, Cause::Demo));
        let known = Known::load(write.db(), &past).await?;
        let hours = Hours::of(write.db(), &sample).await?;
        Ok(Self { sample, known, hours })
    }

    /// Promises it to a new ticket.
    pub fn promise(&self, ticket: &mut Ticket) {
        ticket.policy_id = self.sample.policy_id;
        ticket.policy_version = self.sample.policy_version;
    }

    /// What became of the promise, and how long everything took.
    pub fn settle(&self, ticket: &mut Ticket, lived: &[(Instant, What)], now: Instant) -> Result<()> {
        let mut past = Past::default();
        for (at, what) in lived {
            past.add(*at, vec![what.clone()]);
        }
        let events: Vec<Event> = past.own();
        measures::fill(ticket, &events, &self.hours)?;
        if ticket.policy_id.is_some() {
            let clocks = self.known.fold(&past, &self.known.tables(), now)?;
            clocks::set_due(ticket, &clocks);
            measures::judge(&clocks, ticket);
        }
        Ok(())
    }
}
