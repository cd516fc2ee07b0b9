//! Searches of records: filters, orders and pages.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::field::Field;
use super::limits::{INVALID_FIELD_NAMES, INVALID_FILTER, INVALID_SORT, NO_VIEW};
use super::table::{Record, Table};
use crate::http::Rejection;
use crate::platform::Call;
use crate::platform::page::List;

/// Largest page.
const PAGE: u64 = 500;
const DAY: i64 = 86_400_000;
/// How far the time zone of every Base is ahead of UTC.
const OFFSET: i64 = 8 * 3_600_000;

/// `record.search`.
pub(super) fn search(table: &Table, call: &Call, now: u64) -> Result<Value, Rejection> {
    if let Some(view) = call.text("view_id").filter(|it| !it.is_empty())
        && !table.views.iter().any(|it| it["view_id"] == view)
    {
        return Err(NO_VIEW.because(view));
    }
    let names = call.body["field_names"].as_array();
    let names: Option<Vec<&str>> =
        names.filter(|it| !it.is_empty()).map(|it| it.iter().filter_map(Value::as_str).collect());
    if let Some(unknown) = names.iter().flatten().find(|it| table.field(it).is_none()) {
        return Err(INVALID_FIELD_NAMES.because(unknown));
    }
    let filter = &call.body["filter"];
    check(table, filter)?;
    let mut found: Vec<(u64, &Record)> = table
        .records
        .iter()
        .filter(|(_, record)| fits(table, record, filter, now as i64))
        .map(|(key, record)| (*key, record))
        .collect();
    let sort = call.body["sort"].as_array().map_or(&[][..], Vec::as_slice);
    if !sort.is_empty() {
        let mut order = Vec::new();
        for by in sort {
            let name = by["field_name"].as_str().unwrap_or_default();
            let field = table.field(name).ok_or_else(|| INVALID_SORT.because(name))?;
            order.push((field, by["desc"] == true));
        }
        found.sort_by(|(_, one), (_, other)| compare(&order, one, other));
        found = (1..).zip(found.into_iter().map(|(_, record)| record)).collect();
    }
    let total = found.len();
    let scope = format!("{} {}", table.id, json!([filter, sort]));
    let list = List { scope: &scope, key: "items", default_size: 20, largest: PAGE };
    let automatic = call.body["automatic_fields"] == true;
    let wants = |field: &Field| names.as_ref().is_none_or(|it| it.contains(&field.name.as_str()));
    let mut page =
        list.page(call, found.into_iter(), |record| table.render(record, true, automatic, wants))?;
    page["total"] = total.into();
    Ok(page)
}

fn compare(order: &[(&Field, bool)], one: &Record, other: &Record) -> Ordering {
    let mut orders = order.iter().map(|(field, is_descending)| {
        let value = |record: &Record| record.cells.get(&field.id).cloned().unwrap_or_default();
        let (one, other) = (value(one), value(other));
        let order = match (one.as_f64(), other.as_f64()) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            (one_number, other_number) => {
                let texts = || text(&one).cmp(&text(&other));
                one_number.is_some().cmp(&other_number.is_some()).then_with(texts)
            }
        };
        if *is_descending { order.reverse() } else { order }
    });
    orders.find(|it| it.is_ne()).unwrap_or(Ordering::Equal)
}

fn conditions(filter: &Value) -> impl Iterator<Item = &Value> {
    filter["conditions"].as_array().into_iter().flatten()
}

fn children(filter: &Value) -> impl Iterator<Item = &Value> {
    filter["children"].as_array().into_iter().flatten()
}

/// Whether a filter names fields of the table, and values that they are compared with.
fn check(table: &Table, filter: &Value) -> Result<(), Rejection> {
    for condition in conditions(filter).chain(children(filter).flat_map(conditions)) {
        let name = condition["field_name"].as_str().unwrap_or_default();
        let field = table.field(name).ok_or_else(|| INVALID_FILTER.because(format!("{name:?}")))?;
        let operator = condition["operator"].as_str().unwrap_or_default();
        let values = condition["value"].as_array().map_or(&[][..], Vec::as_slice);
        let first = values.first().and_then(Value::as_str);
        let is_fit = match (operator, field.kind) {
            ("isEmpty" | "isNotEmpty", _) => values.is_empty(),
            ("is" | "isGreater" | "isLess", 5 | 1001 | 1002) => day_range(values, 0).is_some(),
            (_, 5 | 1001 | 1002) => false,
            ("contains" | "doesNotContain", 2) => false,
            (_, 2) => first.is_some_and(|it| it.parse::<f64>().is_ok()),
            (operator, 7) => operator == "is" && matches!(first, Some("true" | "false")),
            ("isGreater" | "isGreaterEqual" | "isLess" | "isLessEqual", kind) => kind == 20,
            _ => first.is_some(),
        };
        if !is_fit {
            return Err(INVALID_FILTER.because(format!("{name:?} {operator}")));
        }
    }
    Ok(())
}

fn fits(table: &Table, record: &Record, filter: &Value, now: i64) -> bool {
    let mut parts = conditions(filter)
        .map(|it| holds(table, record, it, now))
        .chain(children(filter).map(|it| fits(table, record, it, now)))
        .peekable();
    if parts.peek().is_none() {
        return true;
    }
    if filter["conjunction"] == "or" { parts.any(|it| it) } else { parts.all(|it| it) }
}

fn holds(table: &Table, record: &Record, condition: &Value, now: i64) -> bool {
    let Some(field) = condition["field_name"].as_str().and_then(|it| table.field(it)) else {
        return false;
    };
    let value = match field.kind {
        1001 | 1002 | 1005 => table.cell(record, field, false),
        20 => table.cell(record, field, true).map(|it| it["value"][0].clone()),
        _ => record.cells.get(&field.id).cloned(),
    };
    let value = value.unwrap_or_default();
    let values = condition["value"].as_array().map_or(&[][..], Vec::as_slice);
    let operator = condition["operator"].as_str().unwrap_or_default();
    match (operator, field.kind) {
        ("isEmpty", _) => value.is_null(),
        ("isNotEmpty", _) => !value.is_null(),
        (operator, 5 | 1001 | 1002) => {
            value.as_i64().zip(day_range(values, now)).is_some_and(|(moment, (start, end))| {
                match operator {
                    "isGreater" => moment >= end,
                    "isLess" => moment < start,
                    _ => (start..end).contains(&moment),
                }
            })
        }
        ("is", 7) => (value == true) == (values.first().is_some_and(|it| it == "true")),
        ("is" | "isNot", 2 | 20) if value.is_number() => {
            let same = number(values).is_some_and(|it| value.as_f64() == Some(it));
            same == (operator == "is")
        }
        ("isGreater" | "isGreaterEqual" | "isLess" | "isLessEqual", _) => {
            value.as_f64().zip(number(values)).is_some_and(|(one, other)| match operator {
                "isGreater" => one > other,
                "isGreaterEqual" => one >= other,
                "isLess" => one < other,
                _ => one <= other,
            })
        }
        _ => holds_for_texts(operator, &texts(&value), &texts(&json!(values))),
    }
}

fn holds_for_texts(operator: &str, cell: &[String], wanted: &[String]) -> bool {
    let is_same = || {
        let sorted = |it: &[String]| {
            let mut it = it.to_vec();
            it.sort();
            it
        };
        sorted(cell) == sorted(wanted)
    };
    let contains = || {
        let found =
            |it: &String| cell.iter().any(|cell| cell.to_lowercase().contains(&it.to_lowercase()));
        wanted.iter().any(found)
    };
    match operator {
        "is" => is_same(),
        "isNot" => !is_same(),
        "contains" => contains(),
        _ => !contains(),
    }
}

fn number(values: &[Value]) -> Option<f64> {
    values.first()?.as_str()?.parse().ok()
}

/// The beginning and the end of days, by the time zone of the Base. Of the names of times the sandbox
/// knows those of single days and of the days around the present one.
fn day_range(values: &[Value], now: i64) -> Option<(i64, i64)> {
    let today = (now + OFFSET).div_euclid(DAY);
    let (first, last) = match values.first()?.as_str()? {
        "ExactDate" => {
            let moment: i64 = values.get(1)?.as_str()?.parse().ok()?;
            let day = (moment + OFFSET).div_euclid(DAY);
            (day, day)
        }
        "Today" => (today, today),
        "Tomorrow" => (today + 1, today + 1),
        "Yesterday" => (today - 1, today - 1),
        "TheLastWeek" => (today - 6, today),
        "TheNextWeek" => (today, today + 6),
        "TheLastMonth" => (today - 29, today),
        "TheNextMonth" => (today, today + 29),
        _ => return None,
    };
    Some((first * DAY - OFFSET, (last + 1) * DAY - OFFSET))
}

fn text(value: &Value) -> String {
    texts(value).join(",")
}

/// What a cell is compared by: its texts, names of options, or ids.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(_) | Value::Bool(_) => vec![value.to_string()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => {
            let known = ["id", "file_token", "text", "link"].iter().find_map(|it| members.get(*it));
            known.map(texts).unwrap_or_default()
        }
        Value::Null => Vec::new(),
    }
}
