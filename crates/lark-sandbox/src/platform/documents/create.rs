//! Blocks that are created, deleted, and how they relate.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::document::{Document, new_id, text};
use super::kinds;
use super::limits::{self, INVALID, INVALID_RELATION, RELATION_MISMATCH, WRONG_PARENT};
use crate::http::Rejection;
use crate::platform::Call;
use crate::services::Services;

/// A block of a request: its member and content.
fn read(block: &Value) -> Result<(&'static str, Value), Rejection> {
    let number = block["block_type"].as_i64().unwrap_or_default();
    let member = kinds::member(number);
    let member = member.ok_or_else(|| INVALID.because(format!("no block_type {number}")))?;
    if !kinds::is_creatable(member) {
        return Err(INVALID.because(format!("a block of kind {member} cannot be created")));
    }
    let content = block.get(member).cloned().unwrap_or(Value::Null);
    let is_empty = ["divider", "quote_container", "table_cell", "grid_column", "image", "callout"];
    if !content.is_object() && !is_empty.contains(&member) {
        return Err(INVALID.because(format!("{member} is missing")));
    }
    if kinds::is_text(member) && content["elements"].as_array().is_none_or(Vec::is_empty) {
        return Err(INVALID.because(format!("{member}.elements is empty")));
    }
    // A resource belongs to the block it was uploaded to, and this one is not there yet.
    if member == "image" && content["token"].as_str().is_some_and(|it| !it.is_empty()) {
        return Err(RELATION_MISMATCH.because("image.token"));
    }
    let content = if content.is_object() { content } else { json!({}) };
    Ok((member, content))
}

fn check_fit(parent: &str, child: &str) -> Result<(), Rejection> {
    match kinds::fits(parent, child) {
        true => Ok(()),
        false => Err(WRONG_PARENT.because(format!("{child} in {parent}"))),
    }
}

/// Moves the last `count` children of a block to an index.
fn place(document: &mut Document, parent: &str, count: usize, index: i64) -> Result<(), Rejection> {
    let parent = document.block_mut(parent)?;
    let before = parent.children.len() - count;
    let index = if index < 0 { before } else { index as usize };
    if index > before {
        return Err(INVALID.because(format!("index {index}, there are {before} children")));
    }
    let added = parent.children.split_off(before);
    parent.children.splice(index..index, added);
    Ok(())
}

/// Where new blocks go.
struct Target {
    parent: String,
    parent_kind: &'static str,
    /// -1: behind the others.
    index: i64,
}

fn target(document: &Document, call: &Call) -> Result<Target, Rejection> {
    let parent = call.path("block_id").to_owned();
    let index = call.integer("index").unwrap_or(-1);
    let block = document.block(&parent)?;
    let (parent_kind, count) = (block.member, block.children.len());
    match usize::try_from(index).is_ok_and(|it| it > count) {
        true => Err(INVALID.because(format!("index {index}, there are {count} children"))),
        false => Ok(Target { parent, parent_kind, index }),
    }
}

/// `document.block.children.create`: blocks without others in them, but for what the platform makes itself.
pub(super) fn children(
    services: &Services,
    document: &mut Document,
    call: &Call,
) -> Result<Value, Rejection> {
    let Target { parent, parent_kind, index } = target(document, call)?;
    let blocks: Vec<_> = call.body["children"]
        .as_array()
        .into_iter()
        .flatten()
        .map(read)
        .collect::<Result<_, _>>()?;
    limits::check_resources(blocks.iter().map(|(member, _)| *member))?;
    for (member, content) in &blocks {
        check_fit(parent_kind, member)?;
        match *member {
            "table" => drop(limits::bare_size(content)?),
            "grid" => drop(limits::grid_size(content)?),
            _ => {}
        }
    }
    let count = blocks.len();
    let mut made = Vec::new();
    for (member, content) in blocks {
        let id = document.add(new_id(services), &parent, member, content.clone());
        let (inner, number) = match member {
            "table" => {
                limits::bare_size(&content).map(|(rows, columns)| ("table_cell", rows * columns))?
            }
            "grid" => ("grid_column", limits::grid_size(&content)?),
            "callout" => ("text", 1),
            _ => ("", 0),
        };
        for _ in 0..number {
            let content = if inner == "text" { text("") } else { json!({}) };
            let inner = document.add(new_id(services), &id, inner, content);
            fill(services, document, &inner);
        }
        made.push(id);
    }
    place(document, &parent, count, index)?;
    let children: Vec<Value> = made.iter().map(|it| document.render(it)).collect();
    Ok(json!({ "children": children }))
}

/// Cells and columns are never without a text.
pub(super) fn fill(services: &Services, document: &mut Document, id: &str) {
    let needs_text = document.blocks.get(id).is_some_and(|it| {
        it.children.is_empty() && ["table_cell", "grid_column"].contains(&it.member)
    });
    if needs_text {
        document.add(new_id(services), id, "text", text(""));
    }
}

/// A block of a nested creation.
struct New<'a> {
    member: &'static str,
    content: Value,
    children: Vec<&'a str>,
}

/// `document.block.descendant.create`: trees, whose blocks have temporary ids.
pub(super) fn descendants(
    services: &Services,
    document: &mut Document,
    call: &Call,
) -> Result<Value, Rejection> {
    let Target { parent, parent_kind, index } = target(document, call)?;
    let news = read_all(&call.body["descendants"])?;
    let top = ids(&call.body["children_id"]);
    check_tree(&news, &top, parent_kind)?;
    let mut relations = Vec::new();
    // Temporary ids with the real parent of each, in the order of the document.
    let mut left: Vec<(&str, String)> = top.iter().rev().map(|it| (*it, parent.clone())).collect();
    while let Some((temporary, parent)) = left.pop() {
        let Some(new) = news.get(temporary) else { continue };
        let id = document.add(new_id(services), &parent, new.member, new.content.clone());
        relations.push((temporary, id.clone()));
        left.extend(new.children.iter().rev().map(|it| (*it, id.clone())));
    }
    for (_, id) in &relations {
        fill(services, document, id);
    }
    place(document, &parent, top.len(), index)?;
    let made: HashMap<&str, &String> = relations.iter().map(|(it, id)| (*it, id)).collect();
    let children: Vec<Value> =
        top.iter().filter_map(|it| made.get(it)).map(|it| document.render(it)).collect();
    let relations: Vec<Value> = relations
        .iter()
        .map(|(temporary, id)| json!({ "temporary_block_id": temporary, "block_id": id }))
        .collect();
    Ok(json!({ "children": children, "block_id_relations": relations }))
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn read_all(descendants: &Value) -> Result<HashMap<&str, New<'_>>, Rejection> {
    let mut news = HashMap::new();
    for block in descendants.as_array().into_iter().flatten() {
        let id = block["block_id"].as_str().filter(|it| !it.is_empty());
        let id = id.ok_or_else(|| INVALID.because("a descendant has no block_id"))?;
        let (member, content) = read(block)?;
        let new = New { member, content, children: ids(&block["children"]) };
        if news.insert(id, new).is_some() {
            return Err(INVALID_RELATION.because(format!("{id} is there twice")));
        }
    }
    Ok(news)
}

/// Each block has one place, in one that takes it, and nothing exceeds a limit.
fn check_tree(news: &HashMap<&str, New<'_>>, top: &[&str], parent: &str) -> Result<(), Rejection> {
    limits::check_resources(news.values().map(|it| it.member))?;
    let mut seen = HashSet::new();
    let mut left: Vec<(&str, &str)> = top.iter().map(|it| (*it, parent)).collect();
    while let Some((id, parent)) = left.pop() {
        let new =
            news.get(id).ok_or_else(|| INVALID_RELATION.because(format!("no descendant {id}")))?;
        if !seen.insert(id) {
            return Err(INVALID_RELATION.because(format!("{id} has two places")));
        }
        check_fit(parent, new.member)?;
        match new.member {
            "table" => {
                let (rows, columns) = limits::size(&new.content)?;
                if rows * columns != new.children.len() {
                    return Err(
                        INVALID_RELATION.because(format!("{id} has {} cells", new.children.len()))
                    );
                }
            }
            "grid" if limits::grid_size(&new.content)? != new.children.len() => {
                return Err(
                    INVALID_RELATION.because(format!("{id} has {} columns", new.children.len()))
                );
            }
            _ => {}
        }
        left.extend(new.children.iter().map(|it| (*it, new.member)));
    }
    match seen.len() == news.len() {
        true => Ok(()),
        false => Err(INVALID_RELATION.because("a descendant has no parent")),
    }
}

/// `document.block.children.batch_delete`.
pub(super) fn delete(document: &mut Document, call: &Call) -> Result<Value, Rejection> {
    let parent = document.block_mut(call.path("block_id"))?;
    let at = |name: &str| {
        call.integer(name).and_then(|it| usize::try_from(it).ok()).unwrap_or(usize::MAX)
    };
    let (start, end) = (at("start_index"), at("end_index"));
    if start >= end || end > parent.children.len() {
        let count = parent.children.len();
        return Err(INVALID.because(format!("children {start} to {end} of {count}")));
    }
    if ["table", "grid"].contains(&parent.member) {
        return Err(WRONG_PARENT.because(format!("children of {} are not deleted", parent.member)));
    }
    let removed: Vec<String> = parent.children.drain(start..end).collect();
    removed.iter().for_each(|it| document.remove(it));
    Ok(json!({}))
}
