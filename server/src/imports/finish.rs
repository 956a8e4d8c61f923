//! A row as the record it would become: the same rules as any other writer's,
//! with what they ask for loaded beforehand.

use serde_json::Value;
use shared::access::{Action, Object};
use shared::accounts::Account;
use shared::api::{FieldError, FieldErrors};
use shared::contacts::Contact;
use shared::fields::{FieldKind, ListKind, Row, check_required, check_row, row_of};
use shared::id::{TeamId, UserId};
use shared::opportunities::Opportunity;
use shared::pipelines::StageKind;
use shared::products::Product;
use shared::time::Date;
use shared::users::{Team, User};
use uuid::Uuid;

use super::checker::{Checker, Holder};
use crate::error::{Error, Result};
use crate::ground::change::Write;
use crate::ground::records::{self, Room};
use crate::ground::rows;
use crate::opportunities;

impl Checker {
    /// A new record, all rules applied. What is wrong comes as `Error::Fields`.
    pub async fn fresh(&self, write: &Write<'_>, object: Object, id: Uuid, values: Row) -> Result<Row> {
        match object {
            Object::Account => self.fresh_of::<Account>(write, id, values).await,
            Object::Contact => self.fresh_of::<Contact>(write, id, values).await,
            Object::Product => self.fresh_of::<Product>(write, id, values).await,
            Object::Opportunity => self.fresh_deal(write, id, values).await,
            Object::User => self.fresh_of::<User>(write, id, values).await,
            Object::Team => self.fresh_of::<Team>(write, id, values).await,
            _ => Err(Error::field("object", "not_offered")),
        }
    }

    /// The fields of a record that a row changes, all rules applied.
    pub async fn changed(&self, write: &Write<'_>, before: &Row, values: Row) -> Result<Row> {
        match self.object {
            Object::Account => self.changed_of::<Account>(write, before, values).await,
            Object::Contact => self.changed_of::<Contact>(write, before, values).await,
            Object::Product => self.changed_of::<Product>(write, before, values).await,
            Object::Opportunity => self.changed_deal(write, before, values).await,
            Object::User => self.changed_of::<User>(write, before, values).await,
            _ => Err(Error::field("object", "not_offered")),
        }
    }

    async fn fresh_of<R: Room>(&self, write: &Write<'_>, id: Uuid, values: Row) -> Result<Row> {
        let mut record: R = self.draft(write, id, values)?;
        R::rules(write, None, &mut record).await?;
        self.owned(write, &record)
    }

    /// A new record as its row and the defaults say it, before the room's rules.
    fn draft<R: Room>(&self, write: &Write<'_>, id: Uuid, mut values: Row) -> Result<R> {
        let schema = R::OBJECT.schema();
        check_row(schema, &mut values)?;
        values.retain(|_, value| !value.is_null());
        self.complete(write, schema, &mut values)?;
        check_required(schema, &records::with_defaults::<R>(&values))?;
        values.insert("id".into(), id.to_string().into());
        rows::typed(&values)
    }

    /// The row of a new record, if the importer may give it to its owner.
    fn owned<R: Room>(&self, write: &Write<'_>, record: &R) -> Result<Row> {
        let row = row_of(record);
        self.check_owner(write, R::OBJECT.schema(), None, &row, Action::Create)?;
        Ok(row)
    }

    async fn changed_of<R: Room>(&self, write: &Write<'_>, before: &Row, set: Row) -> Result<Row> {
        let (old, mut new) = self.redraft::<R>(before, set)?;
        R::rules(write, Some(&old), &mut new).await?;
        self.changes(write, before, &new)
    }

    /// A record before and after its row, as far as the room's rules do not change it.
    fn redraft<R: Room>(&self, before: &Row, mut set: Row) -> Result<(R, R)> {
        let schema = R::OBJECT.schema();
        check_row(schema, &mut set)?;
        set.retain(|_, value| !value.is_null());
        let mut wanted = before.clone();
        for (key, value) in set {
            let merged = match schema.field(&key).map(|field| field.kind) {
                Some(FieldKind::List(kind)) => merged(kind, before.get(&key), value),
                _ => value,
            };
            wanted.insert(key, merged);
        }
        // A default fills what is empty; it never replaces what is there.
        for (key, value) in &self.defaults {
            let is_empty = wanted.get(key).is_none_or(|held| held.is_null() || *held == Value::Array(Vec::new()));
            if is_empty && self.is_apt(key, &wanted) {
                wanted.insert(key.clone(), value.clone());
            }
        }
        let moved = wanted.get("owner_id") != before.get("owner_id") && wanted.get("team_id") == before.get("team_id");
        if moved && schema.field("team_id").is_some() {
            let team = self.team_of(rows::reference(&wanted, "owner_id").map(UserId));
            wanted.insert("team_id".into(), team.map_or(Value::Null, |team| team.to_string().into()));
        }
        Ok((rows::typed(before)?, rows::typed(&wanted)?))
    }

    /// What differs, if the importer may change it so.
    fn changes<R: Room>(&self, write: &Write<'_>, before: &Row, new: &R) -> Result<Row> {
        let schema = R::OBJECT.schema();
        let wanted = row_of(new);
        check_required(schema, &wanted)?;
        self.check_owner(write, schema, Some(before), &wanted, Action::Write)?;
        Ok(wanted.into_iter().filter(|(key, value)| before.get(key).unwrap_or(&Value::Null) != value).collect())
    }

    /// Only a lost deal has a reason for it.
    fn is_apt(&self, key: &str, wanted: &Row) -> bool {
        let is_lost = || {
            rows::reference(wanted, "stage_id")
                .and_then(|id| self.stage(id))
                .is_some_and(|stage| stage.kind == StageKind::Lost)
        };
        !matches!(key, "lost_reason" | "lost_note") || is_lost()
    }

    /// What a new record gets that its row does not say.
    fn complete(&self, write: &Write<'_>, schema: &shared::fields::Schema, values: &mut Row) -> Result<()> {
        if schema.object == self.object {
            if !self.default_errors.is_empty() {
                return Err(self.default_errors.clone().into());
            }
            for (key, value) in &self.defaults {
                values.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        let lacks = |values: &Row, key: &str| schema.field(key).is_some() && !values.contains_key(key);
        if lacks(values, "currency") {
            // What is created on the way is counted in the currency of the file.
            let said = self.defaults.get("currency").cloned();
            values.insert("currency".into(), said.unwrap_or_else(|| write.app().settings.currency.clone().into()));
        }
        let Some(actor) = write.actor.filter(|_| schema.field("owner_id").is_some()) else { return Ok(()) };
        if lacks(values, "owner_id") {
            values.insert("owner_id".into(), actor.id.to_string().into());
        }
        if lacks(values, "team_id") {
            let team = self.team_of(rows::reference(values, "owner_id").map(UserId));
            values.insert("team_id".into(), team.map_or(Value::Null, |team| team.to_string().into()));
        }
        Ok(())
    }

    fn team_of(&self, owner: Option<UserId>) -> Option<TeamId> {
        owner.and_then(|owner| self.user_teams.get(&owner).copied().flatten())
    }

    fn check_owner(
        &self,
        write: &Write<'_>,
        schema: &shared::fields::Schema,
        before: Option<&Row>,
        after: &Row,
        action: Action,
    ) -> Result<()> {
        let Some(actor) = write.actor else { return Ok(()) };
        let owners_team = self.team_of(rows::reference(after, "owner_id").map(UserId));
        records::assignable(actor, schema, before, after, action, owners_team).map_err(Error::from)
    }

    async fn fresh_deal(&self, write: &Write<'_>, id: Uuid, mut values: Row) -> Result<Row> {
        let pipeline =
            rows::reference(&values, "pipeline_id").or_else(|| self.defaults.get("pipeline_id").and_then(rows::id_of));
        let pipeline = self.pipelines.iter().find(|found| Some(found.id.0) == pipeline);
        if let Some(pipeline) = pipeline.filter(|_| !self.defaults.contains_key("currency")) {
            values.entry("currency").or_insert_with(|| pipeline.currency.clone().into());
        }
        self.price_lines(&mut values);
        let mut deal: Opportunity = self.draft(write, id, values)?;
        self.deal_rules(write, None, &mut deal).await?;
        let mut row = self.owned(write, &deal)?;
        self.date_stage(write, &mut row);
        Ok(row)
    }

    async fn changed_deal(&self, write: &Write<'_>, before: &Row, mut values: Row) -> Result<Row> {
        self.price_lines(&mut values);
        let (old, mut new) = self.redraft(before, values)?;
        self.deal_rules(write, Some(&old), &mut new).await?;
        let mut changed = self.changes(write, before, &new)?;
        if changed.contains_key("stage_id") {
            let mut after = before.clone();
            after.extend(changed.clone());
            self.date_stage(write, &mut after);
            for key in ["stage_entered_at", "closed_at"] {
                if let Some(value) = after.get(key) {
                    changed.insert(key.into(), value.clone());
                }
            }
        }
        Ok(changed)
    }

    /// A deal's rules ask for its stage, which is not looked up row by row.
    async fn deal_rules(&self, write: &Write<'_>, before: Option<&Opportunity>, after: &mut Opportunity) -> Result<()> {
        match self.held.get(&after.stage_id) {
            Some(stage) => opportunities::in_stage(write, before, after, stage).await,
            None => Opportunity::rules(write, before, after).await,
        }
    }

    /// A line without a price costs what the product's list says.
    fn price_lines(&self, values: &mut Row) {
        let currency =
            values.get("currency").or(self.defaults.get("currency")).and_then(Value::as_str).map(str::to_owned);
        let Some(Value::Array(lines)) = values.get_mut("lines") else { return };
        for line in lines.iter_mut().filter_map(Value::as_object_mut) {
            if line.contains_key("price") {
                continue;
            }
            let product = line.get("product_id").and_then(rows::id_of).and_then(|id| self.products.get(&id));
            let same =
                product.filter(|product| currency.as_deref().is_none_or(|currency| currency == product.currency));
            line.insert("price".into(), same.and_then(|product| product.price).unwrap_or(0).into());
        }
    }

    /// History is as the file tells it: a deal was closed on its close date,
    /// and an open one stands where it stands since it was opened.
    fn date_stage(&self, write: &Write<'_>, row: &mut Row) {
        let Some(stage) = rows::reference(row, "stage_id").and_then(|id| self.stage(id)) else { return };
        let is_closed = matches!(stage.kind, StageKind::Won | StageKind::Lost);
        let day = |key: &str| row.get(key).and_then(Value::as_str).and_then(|text| text.parse::<Date>().ok());
        let Some(day) = day(if is_closed { "close_date" } else { "opened_on" }) else { return };
        let at = write.app().clock.midnight(day).min(write.now);
        row.insert("stage_entered_at".into(), at.0.into());
        if is_closed {
            row.insert("closed_at".into(), at.0.into());
        }
    }

    /// An address belongs to one person.
    pub fn take_address(&mut self, object: Object, row: &Row, by: Holder) -> std::result::Result<(), FieldError> {
        if object != Object::User {
            return Ok(());
        }
        let Some(email) = row.get("email").and_then(Value::as_str).map(str::to_lowercase) else { return Ok(()) };
        match self.addresses.get(&email) {
            Some(held) if *held == by && by != Holder::Planned => Ok(()),
            Some(Holder::Line(line)) => Err(FieldError::new("taken_in_file").with("line", line)),
            Some(_) => Err(FieldError::new("taken")),
            None => {
                self.addresses.insert(email, by);
                Ok(())
            }
        }
    }
}

/// What a row brings is added to a list; the lines of a deal replace it.
fn merged(kind: ListKind, held: Option<&Value>, brought: Value) -> Value {
    let (Some(Value::Array(held)), Value::Array(brought)) = (held, &brought) else { return brought };
    let same = |a: &Value, b: &Value| match kind {
        ListKind::Points => same_point(a, b),
        ListKind::Accounts => a.get("account_id") == b.get("account_id"),
        ListKind::Contacts => a.get("contact_id") == b.get("contact_id"),
        _ => a == b,
    };
    if kind == ListKind::Lines {
        return Value::Array(brought.clone());
    }
    let mut all = held.clone();
    for new in brought {
        match all.iter_mut().find(|old| same(old, new)) {
            // A point that is there stays as it is.
            Some(_) if kind == ListKind::Points => {}
            Some(old) => merge_entry(old, new),
            None => all.push(new.clone()),
        }
    }
    Value::Array(all)
}

fn merge_entry(old: &mut Value, new: &Value) {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return };
    for (key, value) in new.iter().filter(|(key, _)| *key != "is_primary") {
        old.insert(key.clone(), value.clone());
    }
}

fn same_point(held: &Value, brought: &Value) -> bool {
    let mut points: [shared::contacts::Point; 2] = Default::default();
    for (point, value) in points.iter_mut().zip([held, brought]) {
        *point = serde_json::from_value(value.clone()).unwrap_or_default();
    }
    let mut errors = FieldErrors::new();
    shared::contacts::check_points(&mut points, &mut errors);
    points[0].kind == points[1].kind && points[0].norm == points[1].norm
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_adds_to_what_is_known() {
        let held = json!([{ "kind": "phone", "value": "138 0013 8000", "norm": "+8613800138000", "is_primary": true }]);
        let brought = json!([{ "kind": "phone", "value": "13800138000" }, { "kind": "email", "value": "a@b.example" }]);
        let all = merged(ListKind::Points, Some(&held), brought);
        assert_eq!(all.as_array().map(Vec::len), Some(2));
        assert_eq!(all[0], held[0]);
        assert_eq!(merged(ListKind::Tags, Some(&json!(["a"])), json!(["b", "a"])), json!(["a", "b"]));
    }

    #[test]
    fn a_job_is_updated_and_the_main_account_stays() {
        let id = Uuid::from_u128(7);
        let held = json!([{ "account_id": id, "role": "Buyer", "is_primary": false }]);
        let brought = json!([{ "account_id": id, "role": "CTO", "is_primary": true }]);
        assert_eq!(
            merged(ListKind::Accounts, Some(&held), brought),
            json!([{ "account_id": id, "role": "CTO", "is_primary": false }])
        );
    }
}
