//! Documents of Drive that go into a wiki: at once, or as tasks that take time.

use std::time::Duration;

use serde_json::{Value, json};

use super::node::Node;
use super::nodes::{blank, insert, named};
use super::{Ctx, INVALID};
use crate::http::Rejection;

/// States of a task.
const DONE: i64 = 0;
const RUNNING: i64 = 1;
const FAILED: i64 = -1;

/// A document on its way.
#[derive(Debug)]
pub(super) struct Move {
    done_ms: u64,
    node: Node,
    /// How it ended.
    status: i64,
}

/// Makes a node of a document that is in Drive. None for a document that is not kept here.
pub(super) fn take_in(ctx: &mut Ctx<'_>, time: Duration) -> Option<Result<Value, Rejection>> {
    let obj_token = ctx.call.text("obj_token")?.to_owned();
    let title = ctx.documents.entry(ctx.call.tenant_key(), &obj_token)?.name;
    if is_node(ctx, &obj_token) {
        return Some(Err(INVALID.because(format!("{obj_token} is in a wiki already"))));
    }
    Some(place(ctx, obj_token, title).map(|node| {
        let token = node.token.clone();
        if time.is_zero() {
            put(ctx, node);
            return json!({ "wiki_token": token });
        }
        let id = ctx.services.ids.number().to_string();
        let time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let done_ms = ctx.services.now_ms().saturating_add(time);
        ctx.store.moves.insert(id.clone(), Move { done_ms, node, status: RUNNING });
        json!({ "task_id": id })
    }))
}

/// Ends the tasks whose time has come. A document that is gone by then, or went another way, is not moved.
pub(super) fn settle(ctx: &mut Ctx<'_>) {
    let now = ctx.services.now_ms();
    let is_due = |it: &Move| it.status == RUNNING && it.done_ms <= now;
    let mut due: Vec<(u64, String)> = ctx
        .store
        .moves
        .iter()
        .filter(|(_, it)| is_due(it))
        .map(|(id, it)| (it.done_ms, id.clone()))
        .collect();
    due.sort_unstable();
    for (_, id) in due {
        let Some(mut task) = ctx.store.moves.remove(&id) else { continue };
        let token = &task.node.obj_token;
        let is_there = ctx.documents.entry(ctx.call.tenant_key(), token).is_some();
        task.status = if is_there && !is_node(ctx, token) { DONE } else { FAILED };
        if task.status == DONE {
            put(ctx, task.node.clone());
        }
        ctx.store.moves.insert(id, task);
    }
}

/// The state of a task. None for one that was not begun here.
pub(super) fn task(ctx: &Ctx<'_>) -> Option<Value> {
    let id = ctx.call.path("task_id");
    let task = ctx.store.moves.get(id)?;
    let (node, message) = match task.status {
        DONE => (task.node.render(ctx), "success"),
        RUNNING => (json!({}), "processing"),
        _ => (json!({}), "failed"),
    };
    let result = json!({ "node": node, "status": task.status, "status_msg": message });
    Some(json!({ "task": { "task_id": id, "move_result": [result] } }))
}

fn is_node(ctx: &Ctx<'_>, obj_token: &str) -> bool {
    ctx.store.nodes.values().any(|it| it.obj_token == obj_token)
}

/// The node that a document becomes.
fn place(ctx: &Ctx<'_>, obj_token: String, title: String) -> Result<Node, Rejection> {
    let space_id = ctx.call.path("space_id").to_owned();
    let parent = named(ctx, "parent_wiki_token")?;
    if parent.is_some_and(|it| it.space_id != space_id) {
        return Err(INVALID.because("parent_wiki_token is of another space"));
    }
    let parent = parent.map(|it| it.token.clone()).unwrap_or_default();
    let obj_type = ctx.call.text("obj_type").unwrap_or("docx").to_owned();
    Ok(Node { space_id, parent, title, ..blank(ctx, obj_token, obj_type) })
}

fn put(ctx: &mut Ctx<'_>, node: Node) {
    ctx.documents.leave_folder(ctx.call.tenant_key(), &node.obj_token);
    insert(ctx, node);
}
