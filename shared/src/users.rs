//! Staff, the tree of teams, roles, and records shared with somebody.

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::{Grant, Object, ShareLevel};
use crate::api::Page;
use crate::change::{Archive, BulkDone, Done, New, Patch};
use crate::fields::ListKind;
use crate::id::{CalendarId, RoleId, ShareId, TeamId, UserId};
use crate::query::ListQuery;
use crate::tickets::routing::{Presence, SkillLevel};
use crate::time::Instant;
use uuid::Uuid;

crate::endpoints! {
    ListUsers:   GET   "/api/users"         (ListQuery)    -> Page<User>,  Staff(Object::User, Read);
    GetUser:     GET   "/api/users/{id}"    [UserId]       -> User,        Staff(Object::User, Read);
    CreateUser:  POST  "/api/users"         (New<User>)    -> Done<User>,  Staff(Object::User, Create);
    UpdateUser:  PATCH "/api/users/{id}"    [UserId] (Patch) -> Done<User>, Staff(Object::User, Write);
    ArchiveUsers: POST "/api/users/archive" (Archive)      -> BulkDone,    Staff(Object::User, Archive);

    ListTeams:   GET   "/api/teams"         (ListQuery)    -> Page<Team>,  Staff(Object::Team, Read);
    CreateTeam:  POST  "/api/teams"         (New<Team>)    -> Done<Team>,  Staff(Object::Team, Create);
    UpdateTeam:  PATCH "/api/teams/{id}"    [TeamId] (Patch) -> Done<Team>, Staff(Object::Team, Write);

    ListRoles:   GET   "/api/roles"         (ListQuery)    -> Page<Role>,  Staff(Object::Role, Read);
    CreateRole:  POST  "/api/roles"         (New<Role>)    -> Done<Role>,  Staff(Object::Role, Create);
    UpdateRole:  PATCH "/api/roles/{id}"    [RoleId] (Patch) -> Done<Role>, Staff(Object::Role, Write);

    /// The shares of records that the caller may read.
    ListShares:  GET   "/api/shares"        (ShareQuery)   -> Page<Share>, Staff(Object::Share, Read);
    CreateShare: POST  "/api/shares"        (New<Share>)   -> Done<Share>, Staff(Object::Share, Create);
    UpdateShare: PATCH "/api/shares/{id}"   [ShareId] (Patch) -> Done<Share>, Staff(Object::Share, Write);
    ArchiveShares: POST "/api/shares/archive" (Archive)      -> BulkDone,    Staff(Object::Share, Archive);
}

record! {
    /// A member of staff.
    User (UserId) as User in "users", Common {
        name: String = text(80).required().searched();
        email: String = text(254).required();
        team_id: Option<TeamId> = to(Object::Team);
        roles: Vec<RoleId> = list(ListKind::Roles);
        locale: Option<String> = choice(&["zh-CN", "en"]);
        theme: Option<String> = choice(&["light", "dark"]);
        job_title: Option<String> = text(80);
        /// May not sign in, owns what was owned.
        is_disabled: bool = flag();
        skills: Vec<SkillLevel> = list(ListKind::Parts).internal();
        /// How many open tickets at once; without it routing gives none, and nothing limits what is given by hand.
        capacity: Option<i64> = int(0, 1_000);
        /// When they work; out of it they are offline.
        calendar_id: Option<CalendarId> = to(Object::Calendar);
        presence: Option<Presence> = choice(Presence::WORDS).internal();
    }
}

impl User {
    /// What everybody sets of themselves, without a permission to write users.
    pub const OWN: &[&str] = &["locale", "theme", "presence"];
}

record! {
    /// A team; its parent makes the tree.
    Team (TeamId) as Team in "teams", Common {
        name: String = text(80).required().searched();
        parent_id: Option<TeamId> = to(Object::Team);
    }
}

record! {
    /// What its holders may do, and how far.
    Role (RoleId) as Role in "roles", Common {
        name: String = text(80).required();
        /// A role that comes with Kith; its name is translated.
        code: Option<String> = text(40);
        grants: Vec<Grant> = list(ListKind::Grants);
    }
}

record! {
    /// One record opened to a user or a team, perhaps for a while.
    Share (ShareId) as Share in "shares", OfRecord {
        object: String = choice(&["account", "contact", "opportunity", "view", "ticket"]).required();
        record_id: Uuid = id().required();
        user_id: Option<UserId> = to(Object::User);
        team_id: Option<TeamId> = to(Object::Team);
        level: ShareLevel = choice(ShareLevel::WORDS).required();
        expires_at: Option<Instant> = time();
    }
}

/// Whose shares.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareQuery {
    pub object: Object,
    pub id: Uuid,
}
