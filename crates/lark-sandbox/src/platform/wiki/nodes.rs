//! Nodes that are created, listed, renamed, copied and moved.

use serde_json::{Value, json};

use super::node::Node;
use super::space::Space;
use super::{Ctx, INVALID, NOT_FOUND};
use crate::http::Rejection;
use crate::platform::documents::NewDocument;
use crate::platform::page::List;

/// The usual page, and the largest. Whoever reads one page has 20 nodes.
const PAGE: u64 = 20;
const LARGEST_PAGE: u64 = 50;

/// The node that a member of the body names, or none.
pub(super) fn named<'a>(ctx: &'a Ctx<'_>, member: &str) -> Result<Option<&'a Node>, Rejection> {
    match ctx.call.text(member).filter(|it| !it.is_empty()) {
        None => Ok(None),
        Some(token) => node(ctx, token).map(Some),
    }
}

fn node<'a>(ctx: &'a Ctx<'_>, token: &str) -> Result<&'a Node, Rejection> {
    ctx.store.nodes.get(token).ok_or_else(|| NOT_FOUND.because(format!("no node {token}")))
}

/// The node of the path.
fn own<'a>(ctx: &'a Ctx<'_>) -> Result<&'a Node, Rejection> {
    let space = ctx.call.path("space_id");
    let node = node(ctx, ctx.call.path("node_token"))?;
    match node.space_id == space {
        true => Ok(node),
        false => Err(NOT_FOUND.because(format!("{} is not in space {space}", node.token))),
    }
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let space_id = ctx.call.path("space_id").to_owned();
    let parent = named(ctx, "parent_node_token")?;
    if parent.is_some_and(|it| it.space_id != space_id) {
        return Err(INVALID.because("parent_node_token is of another space"));
    }
    let parent = parent.map(|it| it.token.clone()).unwrap_or_default();
    let text = |name: &str| ctx.call.text(name).unwrap_or_default().to_owned();
    let (obj_type, title) = (text("obj_type"), text("title"));
    let node = match text("node_type").as_str() {
        "shortcut" => {
            let origin = named(ctx, "origin_node_token")?.cloned();
            let missing = || INVALID.because("a shortcut needs origin_node_token");
            let origin = origin.ok_or_else(missing)?;
            let title = if title.is_empty() { origin.title.clone() } else { title };
            let token = origin.token.clone();
            Node { origin: Some(token), title, ..blank(ctx, origin.obj_token, origin.obj_type) }
        }
        _ => {
            let obj_token = new_object(ctx, &obj_type, &title);
            Node { title, ..blank(ctx, obj_token, obj_type) }
        }
    };
    Ok(put(ctx, Node { space_id, parent, ..node }))
}

/// Puts a node into its place, in a space that is known from now on.
pub(super) fn insert(ctx: &mut Ctx<'_>, node: Node) {
    if !ctx.store.is_space(&node.space_id) {
        let space = Space::named(&node.space_id, "");
        ctx.store.spaces.insert(ctx.services.ids.serial(), space);
    }
    ctx.store.insert(node);
}

/// Puts a node into its place; how it travels.
fn put(ctx: &mut Ctx<'_>, node: Node) -> Value {
    insert(ctx, node.clone());
    json!({ "node": node.render(ctx) })
}

/// A node without a place.
pub(super) fn blank(ctx: &Ctx<'_>, obj_token: String, obj_type: String) -> Node {
    Node {
        serial: ctx.services.ids.serial(),
        token: ctx.services.ids.token("wikcn"),
        space_id: String::new(),
        parent: String::new(),
        obj_token,
        obj_type,
        origin: None,
        creator: ctx.call.caller.id().to_owned(),
        title: String::new(),
        created_ms: ctx.services.now_ms(),
    }
}

/// The document behind a new node; its token.
fn new_object(ctx: &Ctx<'_>, obj_type: &str, title: &str) -> String {
    let prefix = match obj_type {
        "docx" => {
            let (title, owner) = (title.to_owned(), ctx.call.caller.id().to_owned());
            let new = NewDocument { title, folder: None, owner, lines: Vec::new() };
            let made = ctx.documents.add(ctx.services, ctx.call.tenant_key(), new);
            return made.unwrap_or_default();
        }
        "sheet" => "shtcn",
        "bitable" => "bascn",
        "mindnote" => "bmncn",
        "file" => "boxcn",
        _ => "doccn",
    };
    ctx.services.ids.token(prefix)
}

pub(super) fn list(ctx: &Ctx<'_>) -> Result<Value, Rejection> {
    let space_id = ctx.call.path("space_id");
    let parent = ctx.call.query("parent_node_token").unwrap_or_default();
    if !parent.is_empty() && node(ctx, parent)?.space_id != space_id {
        return Err(NOT_FOUND.because(format!("{parent} is not in space {space_id}")));
    }
    let scope = format!("nodes of {space_id} {parent}");
    let list = List { scope: &scope, key: "items", default_size: PAGE, largest: LARGEST_PAGE };
    let children = ctx.store.children_of(space_id, parent);
    let children = children.into_iter().flatten();
    let nodes = children.filter_map(|(serial, it)| Some((*serial, ctx.store.nodes.get(it)?)));
    list.page(ctx.call, nodes, |node| node.render(ctx))
}

/// A node by its own token, or by that of its document. None if nobody made it here.
pub(super) fn get(ctx: &Ctx<'_>) -> Option<Value> {
    let token = ctx.call.query("token")?;
    let by_object = || {
        let mut nodes = ctx.store.nodes.values();
        nodes.find(|it| it.obj_token == token && it.origin.is_none())
    };
    let node = ctx.store.nodes.get(token).or_else(by_object)?;
    Some(json!({ "node": node.render(ctx) }))
}

pub(super) fn rename(ctx: &mut Ctx<'_>) -> Result<(), Rejection> {
    let (token, obj_token) = (own(ctx)?.token.clone(), own(ctx)?.obj_token.clone());
    let title = ctx.call.text("title").unwrap_or_default();
    ctx.documents.rename(ctx.services, ctx.call.tenant_key(), &obj_token, title);
    if let Some(node) = ctx.store.nodes.get_mut(&token) {
        node.title = title.to_owned();
    }
    Ok(())
}

/// Where a copy or move goes: the space and the parent.
fn target(ctx: &Ctx<'_>) -> Result<(String, String), Rejection> {
    let space = ctx.call.text("target_space_id").filter(|it| !it.is_empty());
    match (named(ctx, "target_parent_token")?, space) {
        (Some(parent), _) => Ok((parent.space_id.clone(), parent.token.clone())),
        (None, Some(space)) => Ok((space.to_owned(), String::new())),
        (None, None) => Err(INVALID.because("target_parent_token or target_space_id is required")),
    }
}

/// A copy of a node without those below it.
pub(super) fn copy(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let node = own(ctx)?.clone();
    let (space_id, parent) = target(ctx)?;
    let title = ctx.call.text("title").map_or(node.title, str::to_owned);
    let obj_token = new_object(ctx, &node.obj_type, &title);
    let copy = blank(ctx, obj_token, node.obj_type);
    Ok(put(ctx, Node { title, space_id, parent, ..copy }))
}

/// A node in another place, with those below it.
pub(super) fn move_to(ctx: &mut Ctx<'_>) -> Result<Value, Rejection> {
    let node = own(ctx)?.clone();
    let (space_id, parent) = target(ctx)?;
    let mut above = Some(parent.clone());
    while let Some(token) = above.filter(|it| !it.is_empty()) {
        if token == node.token {
            return Err(INVALID.because("a node cannot be moved below itself"));
        }
        above = ctx.store.nodes.get(&token).map(|it| it.parent.clone());
    }
    let before = (node.space_id.clone(), node.parent.clone());
    if let Some(siblings) = ctx.store.children.get_mut(&before) {
        siblings.remove(&node.serial);
    }
    let serial = ctx.services.ids.serial();
    let mut left = vec![Node { serial, space_id: space_id.clone(), parent, ..node.clone() }];
    let moved = left[0].clone();
    // What is below it goes to its space, too.
    while let Some(node) = left.pop() {
        let below = ctx.store.children.remove(&(before.0.clone(), node.token.clone()));
        let below = below.into_iter().flatten().filter_map(|(_, it)| ctx.store.nodes.get(&it));
        left.extend(below.cloned().map(|it| Node { space_id: space_id.clone(), ..it }));
        ctx.store.insert(node);
    }
    Ok(json!({ "node": moved.render(ctx) }))
}
