//! Changes of single blocks.

use serde_json::{Map, Value, json};

use super::create::fill;
use super::document::{Document, new_id};
use super::kinds;
use super::limits::{INVALID, RELATION_MISMATCH};
use crate::http::Rejection;
use crate::services::Services;

/// Tells the block that a media was uploaded to.
pub(super) type ParentOf<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Changes a block as a request says, which names one change.
pub(super) fn update(
    services: &Services,
    document: &mut Document,
    id: &str,
    request: &Value,
    parent_of: &ParentOf<'_>,
) -> Result<(), Rejection> {
    let changes = request.as_object().into_iter().flatten();
    let mut changes = changes.filter(|(name, value)| *name != "block_id" && !value.is_null());
    let Some((name, change)) = changes.next() else {
        return Err(INVALID.because(format!("nothing to change in {id}")));
    };
    let member = document.block(id)?.member;
    let needs = |wanted: &str| match member == wanted {
        true => Ok(()),
        false => Err(INVALID.because(format!("{name} of a block of kind {member}"))),
    };
    match name.as_str() {
        "update_text_elements" | "update_text" | "update_text_style" => {
            if !kinds::is_text(member) {
                return Err(INVALID.because(format!("{name} of a block of kind {member}")));
            }
            let content = &mut document.block_mut(id)?.content;
            if let Some(elements) = change["elements"].as_array() {
                content["elements"] = json!(elements);
            }
            merge(&mut content["style"], &change["style"]);
        }
        "replace_image" | "replace_file" => {
            needs(name.trim_start_matches("replace_"))?;
            let token = change["token"].as_str().unwrap_or_default();
            if parent_of(token).as_deref() != Some(id) {
                return Err(RELATION_MISMATCH.because(format!("{token} was not uploaded to {id}")));
            }
            merge(&mut document.block_mut(id)?.content, change);
        }
        "update_task" => {
            needs("task")?;
            merge(&mut document.block_mut(id)?.content, change);
        }
        "update_table_property" => {
            needs("table")?;
            let property = &mut document.block_mut(id)?.content["property"];
            for name in ["header_row", "header_column"] {
                if change[name].is_boolean() {
                    property[name] = change[name].clone();
                }
            }
        }
        "insert_table_row" => {
            needs("table")?;
            insert_row(services, document, id, change["row_index"].as_i64().unwrap_or(-1))?;
        }
        "delete_table_rows" => {
            needs("table")?;
            delete_rows(document, id, change)?;
        }
        "merge_table_cells" => {
            needs("table")?;
            merge_cells(document, id, change)?;
        }
        other => return Err(INVALID.because(format!("the sandbox does not know {other}"))),
    }
    Ok(())
}

fn merge(into: &mut Value, change: &Value) {
    let Some(change) = change.as_object() else { return };
    if !into.is_object() {
        *into = Value::Object(Map::new());
    }
    for (name, value) in change {
        into[name] = value.clone();
    }
}

/// Rows and columns of a table that is there.
fn size(document: &Document, id: &str) -> Result<(usize, usize), Rejection> {
    let block = document.block(id)?;
    let side = |name: &str| block.content["property"][name].as_u64().unwrap_or(0) as usize;
    Ok((side("row_size"), side("column_size")))
}

fn insert_row(
    services: &Services,
    document: &mut Document,
    id: &str,
    at: i64,
) -> Result<(), Rejection> {
    let (rows, columns) = size(document, id)?;
    let at = if at < 0 { rows } else { at as usize };
    if at > rows {
        return Err(INVALID.because(format!("row {at} of {rows}")));
    }
    for _ in 0..columns {
        let cell = document.add(new_id(services), id, "table_cell", json!({}));
        fill(services, document, &cell);
    }
    let table = document.block_mut(id)?;
    let added = table.children.split_off(rows * columns);
    table.children.splice(at * columns..at * columns, added);
    table.content["property"]["row_size"] = json!(rows + 1);
    Ok(())
}

fn range(
    change: &Value,
    start: &str,
    end: &str,
    limit: usize,
) -> Result<(usize, usize), Rejection> {
    let at = |name: &str| change[name].as_u64().map(|it| it as usize);
    match (at(start), at(end)) {
        (Some(first), Some(last)) if first < last && last <= limit => Ok((first, last)),
        _ => Err(INVALID.because(format!("{start} and {end} within {limit}"))),
    }
}

fn delete_rows(document: &mut Document, id: &str, change: &Value) -> Result<(), Rejection> {
    let (rows, columns) = size(document, id)?;
    let (first, last) = range(change, "row_start_index", "row_end_index", rows)?;
    if last - first == rows {
        return Err(INVALID.because("a table keeps a row"));
    }
    let table = document.block_mut(id)?;
    let removed: Vec<String> = table.children.drain(first * columns..last * columns).collect();
    table.content["property"]["row_size"] = json!(rows - (last - first));
    removed.iter().for_each(|it| document.remove(it));
    Ok(())
}

fn merge_cells(document: &mut Document, id: &str, change: &Value) -> Result<(), Rejection> {
    let (rows, columns) = size(document, id)?;
    let (top, bottom) = range(change, "row_start_index", "row_end_index", rows)?;
    let (left, right) = range(change, "column_start_index", "column_end_index", columns)?;
    let property = &mut document.block_mut(id)?.content["property"];
    if !property["merge_info"].is_array() {
        property["merge_info"] =
            vec![json!({ "row_span": 1, "col_span": 1 }); rows * columns].into();
    }
    property["merge_info"][top * columns + left] =
        json!({ "row_span": bottom - top, "col_span": right - left });
    Ok(())
}
