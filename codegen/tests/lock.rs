//! The name lock notices what vanishes and what changes, and takes what is new.

#[allow(dead_code, reason = "shared with the snapshots")]
mod support;

use std::collections::BTreeMap;

use lark_codegen::{Inputs, Locks, Output, Selection, generate, lock};
use support::{demo_inputs, real_inputs};

const FILE: &str = "codegen/names/lark-demo.lock";

fn output(inputs: &Inputs) -> Output {
    generate(inputs, &Selection::All).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The lock of a fixture.
fn locked(inputs: &Inputs) -> String {
    let locks = lock(&output(inputs), &BTreeMap::new(), None).expect("there is no lock yet");
    assert!(locks.broken.is_empty(), "{:?}", locks.broken);
    locks.files[FILE].clone()
}

/// What happens to a lock after a change of the document.
fn after(fixture: &str, old: &str, from: &str, to: &str) -> Locks {
    let mut inputs = demo_inputs(fixture);
    let document = &mut inputs.documents[0].1;
    assert!(document.contains(from), "the fixture has no {from}");
    *document = document.replace(from, to);
    let old = BTreeMap::from([(FILE.to_owned(), old.to_owned())]);
    lock(&output(&inputs), &old, None).expect("the lock can be read")
}

fn broken(locks: &Locks) -> Vec<String> {
    locks.broken.iter().map(|it| it.to_string()).collect()
}

#[test]
fn every_kind_of_name_is_locked() {
    let names: Vec<String> = ["directions", "enums", "events", "page_token_in_query"]
        .iter()
        .map(|fixture| locked(&demo_inputs(fixture)))
        .collect();
    insta::assert_snapshot!(names.join("\n"));
}

#[test]
fn a_lock_of_what_is_emitted_is_kept() {
    for fixture in ["directions", "enums", "events", "multipart", "page_of_two_lists"] {
        let text = locked(&demo_inputs(fixture));
        let same = after(fixture, &text, "", "");
        assert_eq!(broken(&same), Vec::<String>::new(), "{fixture}");
        assert_eq!(same.files[FILE], text);
    }
}

#[test]
fn a_name_that_vanishes_is_found() {
    let text = locked(&demo_inputs("enums"));
    let more = text.replace("  Blue = ", "  Teal = \"teal\"\n  Blue = ");
    let expected = ["Color", "Colors"].map(|name| format!("{FILE}: `v1::{name}.Teal` is gone"));
    assert_eq!(broken(&after("enums", &more, "", "")), expected);
}

/// A feature that an item did not need before takes it away from those who do not turn it on.
#[test]
fn a_gate_that_is_new_is_found() {
    let text = locked(&demo_inputs("previews"));
    let open = text.replace(", feature preview", "");
    assert_ne!(open, text, "the fixture has previews");
    let found = broken(&after("previews", &open, "", ""));
    assert!(
        !found.is_empty() && found.iter().all(|it| it.contains("feature preview")),
        "{found:?}"
    );
}

#[test]
fn a_type_that_changes_is_found() {
    let text = locked(&demo_inputs("directions"));
    let (from, to) = (r#""type": "string""#, r#""type": "boolean""#);
    let found = broken(&after("directions", &text, from, to));
    assert!(!found.is_empty());
    assert!(found.iter().all(|it| it.contains("String") && it.contains("bool")), "{found:?}");
}

#[test]
fn a_reason_in_the_lock_lets_a_name_go() {
    let text = locked(&demo_inputs("enums"));
    let gone = format!("{text} fn gone() -> Gone\n");
    let module = text.lines().rfind(|it| it.starts_with("mod ")).expect("the lock has modules");
    let name = format!("{}::gone()", module.trim_start_matches("mod "));
    let head = text.lines().next().expect("the lock has a head");
    let reason = |why: &str| gone.replacen(head, &format!("{head}\n! {why}\n- {name}"), 1);
    let let_go = after("enums", &reason("the platform removed it"), "", "");
    assert_eq!(broken(&let_go), Vec::<String>::new());
    assert!(!let_go.files[FILE].contains(" fn gone()"));
    assert!(let_go.files[FILE].contains(&format!("! the platform removed it\n- {name}\n")));
    assert_eq!(broken(&after("enums", &reason(""), "", "")).len(), 1, "no words, no reason");
}

#[test]
fn an_acknowledgement_is_written_to_the_lock() {
    let text = locked(&demo_inputs("enums"));
    let gone = format!("{text} fn gone() -> Gone\n");
    let old = BTreeMap::from([(FILE.to_owned(), gone)]);
    let output = output(&demo_inputs("enums"));
    let locks = lock(&output, &old, Some("it never worked")).expect("the lock can be read");
    assert_eq!(broken(&locks), Vec::<String>::new());
    let text = &locks.files[FILE];
    assert!(text.contains("\n! it never worked\n- ") && text.contains("::gone()\n"), "{text}");
    let again = lock(&output, &locks.files, None).expect("the lock can be read");
    assert_eq!(again.files, locks.files);
}

#[test]
fn a_lock_that_cannot_be_read_names_the_line() {
    for (text, expected) in [
        ("# lark-demo: names\n- v1::X\n", "2: expected `! why`, the reason of the names below it"),
        (" struct X\n", "1: expected `mod path`, the module of the names below it"),
        ("mod v1\n  a: i64\n", "2: expected an item of the module, or a member of the item above"),
    ] {
        let old = BTreeMap::from([(FILE.to_owned(), text.to_owned())]);
        let error = lock(&output(&demo_inputs("enums")), &old, None).expect_err("it is broken");
        assert_eq!(error, format!("{FILE}:{expected}"));
    }
}

/// The scanner reads text, so nothing may escape it.
#[test]
fn nothing_that_is_emitted_escapes_the_lock() {
    let output = output(&real_inputs());
    let locks = lock(&output, &BTreeMap::new(), None).expect("there is no lock yet");
    let count = |is: fn(&str) -> bool| {
        locks.files.values().flat_map(|it| it.lines()).filter(|line| is(line)).count()
    };
    let sum = |of: fn(&lark_codegen::CrateSummary) -> usize| output.crates.iter().map(of).sum();
    let (operations, enums): (usize, usize) = (sum(|it| it.operations), sum(|it| it.enums));
    let structs: usize = sum(|it| it.operations + it.models + it.events);
    assert_eq!(count(|line| line.starts_with(" fn ")), operations);
    assert_eq!(count(|line| line.starts_with(" struct ")), structs);
    assert_eq!(count(|line| line.starts_with(" enum ")), enums);
    assert_eq!(count(|line| line.contains(" => ")), operations);
    let fields = output.files.iter().filter(|(path, _)| path.contains("/src/generated/"));
    let fields = fields.filter(|(path, _)| path.starts_with("crates/"));
    let fields = fields.flat_map(|(_, text)| text.lines());
    let fields =
        fields.filter(|line| line.starts_with("    pub ") && !line.contains(" fn ")).count();
    let members = count(|line| line.starts_with("  ") && line.contains(": "));
    assert_eq!(members, fields);
}
