//! The codes of the platform, as they are emitted: none means what its HTTP status denies.

#[allow(dead_code, reason = "shared with the snapshots")]
mod support;

use std::collections::{BTreeMap, BTreeSet};

use lark_codegen::{Selection, generate};
use serde_json::Value;
use support::real_inputs;

const TABLE: &str = "crates/lark-sandbox/src/generated/error_codes.rs";

/// The kind of every code in the sandbox's table.
fn kinds() -> BTreeMap<i64, String> {
    let output = generate(&real_inputs(), &Selection::All).expect("the real specs are fine");
    let table = &output.files[TABLE];
    let list = table.split("KINDS: &[&str] = &[").nth(1).expect("the list of kinds");
    let list = list.split("];").next().unwrap_or_default();
    let kinds: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    let codes = table.split("CODES: &[(i64, usize, usize)] = &[").nth(1).expect("the codes");
    let row = |line: &str| {
        let row = line.trim().strip_prefix('(')?;
        let mut numbers = row.split(", ");
        let code = numbers.next()?.parse().ok()?;
        let kind: usize = numbers.next()?.parse().ok()?;
        Some((code, kinds[kind].to_owned()))
    };
    codes.lines().filter_map(row).collect()
}

/// The HTTP statuses that operations state with every code.
fn statuses() -> BTreeMap<i64, BTreeSet<i64>> {
    let mut statuses: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for (_, text) in real_inputs().documents {
        let document: Value = serde_json::from_str(&text).expect("a document is JSON");
        let paths = document["paths"].as_object().into_iter().flatten();
        let operations = paths.flat_map(|(_, verbs)| verbs.as_object().into_iter().flatten());
        for pair in operations.filter_map(|(_, it)| it["x-lark-errors"].as_array()).flatten() {
            if let (Some(status), Some(code)) = (pair[0].as_i64(), pair[1].as_i64()) {
                statuses.entry(code).or_default().insert(status);
            }
        }
    }
    statuses
}

#[test]
fn no_kind_contradicts_the_status_that_a_code_always_has() {
    let kinds = kinds();
    let statuses = statuses();
    assert!(kinds.len() > 2_000 && statuses.len() > 1_500);
    let mut wrong = Vec::new();
    for (code, statuses) in &statuses {
        let Some(kind) = kinds.get(code).map(String::as_str) else { continue };
        let vague = matches!(kind, "already_exists" | "invalid_argument" | "other");
        let all = |is: fn(&i64) -> bool| statuses.iter().all(is);
        let contradicts = (all(|it| *it == 404) && kind != "not_found")
            || (all(|it| matches!(it, 401 | 403)) && (vague || kind == "internal"))
            || (all(|it| *it == 429) && !matches!(kind, "rate_limited" | "limit_exceeded"))
            || (all(|it| *it >= 500) && vague);
        if contradicts {
            wrong.push(format!("{code} is {kind}, and comes with {statuses:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn codes_that_mostly_come_with_one_status_follow_it() {
    let kinds = kinds();
    for (code, kind) in [
        (1470404, "not_found"),
        (1061007, "not_found"),
        (1470500, "internal"),
        (1470403, "permission_denied"),
        (1254036, "conflict"),
    ] {
        assert_eq!(kinds[&code], kind, "{code}");
    }
}
