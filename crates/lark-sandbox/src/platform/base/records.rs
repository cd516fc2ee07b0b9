//! Records that are read and written.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::limits::{BaseLimits, NO_RECORD, TABLE_FULL, TOO_MANY};
use super::search;
use super::table::Table;
use crate::http::Rejection;
use crate::platform::page::List;
use crate::platform::{Call, bot_open_id};
use crate::services::Services;

/// Most records of a call that deletes some.
const DELETIONS: usize = 500;

/// What reads; None for an operation that does not.
pub(super) fn read(table: &Table, call: &Call, now: u64) -> Option<Result<Value, Rejection>> {
    Some(match call.operation_id.strip_prefix("bitable.v1.app.table.record.")? {
        "search" => search::search(table, call, now),
        "list" => list(table, call),
        "get" => get(table, call),
        "batch_get" => Ok(batch_get(table, call)),
        _ => return None,
    })
}

fn list(table: &Table, call: &Call) -> Result<Value, Rejection> {
    let as_pieces = call.is_set("text_field_as_array");
    let automatic = call.is_set("automatic_fields");
    let list = List { scope: &table.id, key: "items", default_size: 20, largest: 500 };
    let records = table.records.iter().map(|(key, record)| (*key, record));
    let mut page =
        list.page(call, records, |it| table.render(it, as_pieces, automatic, |_| true))?;
    page["total"] = table.records.len().into();
    Ok(page)
}

fn get(table: &Table, call: &Call) -> Result<Value, Rejection> {
    let record = table.record(call.path("record_id"))?;
    let as_pieces = call.is_set("text_field_as_array");
    let automatic = call.is_set("automatic_fields");
    Ok(json!({ "record": table.render(record, as_pieces, automatic, |_| true) }))
}

fn batch_get(table: &Table, call: &Call) -> Value {
    let automatic = call.body["automatic_fields"] == true;
    let (mut records, mut absent) = (Vec::new(), Vec::new());
    for id in texts(&call.body["record_ids"]) {
        match table.record(id) {
            Ok(record) => records.push(table.render(record, true, automatic, |_| true)),
            Err(_) => absent.push(id),
        }
    }
    json!({ "records": records, "absent_record_ids": absent, "forbidden_record_ids": [] })
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What writes: all of it, or nothing.
pub(super) fn write(
    services: &Services,
    limits: BaseLimits,
    table: &mut Table,
    call: &Call,
) -> Result<Value, Rejection> {
    let one = || std::slice::from_ref(&call.body);
    let all = call.body["records"].as_array().map_or(&[][..], Vec::as_slice);
    match call.operation_id.rsplit('.').next().unwrap_or_default() {
        "create" => {
            let made = create(services, limits, table, call, one())?;
            Ok(json!({ "record": made[0] }))
        }
        "batch_create" => Ok(json!({ "records": create(services, limits, table, call, all)? })),
        "update" => {
            let id = call.path("record_id");
            let changed = update(services, limits, table, &[(id, &call.body["fields"])])?;
            Ok(json!({ "record": changed[0] }))
        }
        "batch_update" => {
            let each = |it: &'_ Value| it["record_id"].as_str().unwrap_or_default().to_owned();
            let ids: Vec<String> = all.iter().map(each).collect();
            let pairs = ids.iter().zip(all).map(|(id, it)| (id.as_str(), &it["fields"]));
            Ok(json!({ "records": update(services, limits, table, &pairs.collect::<Vec<_>>())? }))
        }
        "delete" => {
            let deleted = delete(table, &[call.path("record_id")])?;
            Ok(deleted[0].clone())
        }
        _ => Ok(json!({ "records": delete(table, &texts(&call.body["records"]))? })),
    }
}

fn check_count(count: usize, most: usize) -> Result<(), Rejection> {
    match count > most {
        true => Err(TOO_MANY.because(format!("{count} records, the limit is {most}"))),
        false => Ok(()),
    }
}

fn create(
    services: &Services,
    limits: BaseLimits,
    table: &mut Table,
    call: &Call,
    records: &[Value],
) -> Result<Vec<Value>, Rejection> {
    check_count(records.len(), limits.records_per_write)?;
    if table.records.len() + records.len() > limits.records_per_table {
        return Err(TABLE_FULL.because(format!("{} records", table.records.len())));
    }
    let accepted: Vec<HashMap<String, Value>> =
        records.iter().map(|it| table.accept(&it["fields"])).collect::<Result<_, _>>()?;
    let author = bot_open_id(call.caller.app());
    let made = accepted.into_iter().zip(records).map(|(cells, record)| {
        let id = table.add(services, &author, cells);
        // The response repeats the cells as they were sent.
        json!({ "record_id": id, "fields": record["fields"] })
    });
    Ok(made.collect())
}

fn update(
    services: &Services,
    limits: BaseLimits,
    table: &mut Table,
    records: &[(&str, &Value)],
) -> Result<Vec<Value>, Rejection> {
    check_count(records.len(), limits.records_per_write)?;
    let mut accepted = Vec::new();
    for (id, cells) in records {
        table.record(id)?;
        accepted.push(table.accept(cells)?);
    }
    let mut changed = Vec::new();
    for ((id, fields), cells) in records.iter().zip(accepted) {
        table.change(services, id, cells)?;
        changed.push(json!({ "record_id": id, "fields": fields }));
    }
    Ok(changed)
}

fn delete(table: &mut Table, ids: &[&str]) -> Result<Vec<Value>, Rejection> {
    check_count(ids.len(), DELETIONS)?;
    if let Some(unknown) = ids.iter().find(|it| table.record(it).is_err()) {
        return Err(NO_RECORD.because(unknown));
    }
    ids.iter().for_each(|it| table.remove(it));
    Ok(ids.iter().map(|it| json!({ "deleted": true, "record_id": it })).collect())
}
