//! Many people of support, in two teams that do not see each other's tickets.

use shared::access::Object;
use shared::change::Cause;
use shared::id::{QueueId, TeamId, UserId};
use shared::tickets::Queue;
use shared::users::{Role, Team, User};
use uuid::Uuid;

use super::company::{PASSWORD, all};
use super::{AGENT, insert};
use crate::App;
use crate::auth;
use crate::error::{Error, Result};
use crate::ground::change::Write;

/// Writes `count` people who sign in as `agent1@kith.demo` and on: of two
/// neighbours one works in the present team, the other in a second one.
pub async fn write(app: &App, count: usize) -> Result<()> {
    // One for all: a password's hash takes a hundred times as long as its row.
    let hash = app.auth.passwords.hash(PASSWORD).await?;
    let mut write = app.write(Cause::Demo).await?;
    let roles: Vec<Role> = all(&write).await?;
    let role = roles.iter().find(|role| role.code.as_deref() == Some(AGENT)).ok_or(Error::Refused("no_users"))?;
    let teams = teams(&mut write).await?;
    let agent = |n: usize| User {
        id: UserId(Uuid::now_v7()),
        name: format!("客服 {n}"),
        email: format!("agent{n}@kith.demo"),
        team_id: Some(teams[(n + 1) % teams.len()]),
        roles: vec![role.id],
        ..User::default()
    };
    let agents: Vec<User> = (1..=count).map(agent).collect();
    insert(&mut write, Object::User, agents.clone()).await?;
    for agent in &agents {
        auth::store_hash(write.db(), agent.id, &hash, write.now).await?;
    }
    write.commit(|_| ()).await
}

/// The team of the first queue, and one beside it with a queue of its own.
async fn teams(write: &mut Write<'_>) -> Result<[TeamId; 2]> {
    let queues: Vec<Queue> = all(write).await?;
    let first = queues.iter().min_by_key(|queue| queue.position).and_then(|queue| queue.team_id);
    let first = first.ok_or(Error::Refused("no_users"))?;
    let beside: Vec<Team> = all(write).await?;
    let parent_id = beside.iter().find(|team| team.id == first).and_then(|team| team.parent_id);
    let team = Team { id: TeamId(Uuid::now_v7()), name: "客户支持二部".into(), parent_id, ..Team::default() };
    let queue = Queue {
        id: QueueId(Uuid::now_v7()),
        name: "客户支持二线".into(),
        team_id: Some(team.id),
        position: 2,
        ..Queue::default()
    };
    let second = team.id;
    insert(write, Object::Team, vec![team]).await?;
    insert(write, Object::Queue, vec![queue]).await?;
    Ok([first, second])
}
