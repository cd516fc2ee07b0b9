//! Snapshots of what is generated: one idea for each fixture, and a few whole modules of the real specs.
//!
//! `INSTA_UPDATE=always cargo test -p lark-codegen` writes them anew; review the difference.

#[allow(dead_code, reason = "shared with the tests of verify")]
mod support;

use lark_codegen::{Selection, generate};
use support::{demo, demo_inputs, plain_inputs, real_inputs, text_of};

/// A snapshot of some files that a fixture becomes, or of the mistakes in it.
macro_rules! fixture {
    ($name:ident) => {
        fixture!($name: );
    };
    ($name:ident: $($file:literal)*) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(demo(stringify!($name), &[$($file),*]));
        }
    };
}

fixture!(keywords: "v1/file.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(collisions);
fixture!(type_collisions);
fixture!(recursion: "v1/tree.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(inline_objects: "v1/report.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(maps_and_free_form: "v1/record.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(string_integers: "v1/record.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(enums: "v1/enums.rs" "v1/task.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(enums_with_two_meanings: "v1/enums.rs" "v1/models.rs");
fixture!(integer_enums: "v1/enums.rs" "v1/task.rs" "v1/models.rs");
fixture!(shared_enum_unknown_value);
fixture!(refinements: "v1/meeting.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(refinement_mistakes);
fixture!(read_only: "v1/task.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(moments: "v1/shift.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(limits: "v1/thing.rs" "v1/models.rs");
fixture!(multipart: "v1/image.rs");
fixture!(binary_answer: "v1/image.rs");
fixture!(deviations: "v1/bot.rs" "tests");
fixture!(deviation_mistakes);
fixture!(changed_fields: "v1/task.rs" "v1/menu.rs" "v1/pair.rs");
fixture!(changed_field_mistakes);
fixture!(shared_body: "v1/user.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(directions: "v1/order.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(nested_resource: "v1/app_role_member.rs" "v1/mod.rs");
fixture!(name_clash: "v1/user.rs");
fixture!(one_witness: "v1/mod.rs");
fixture!(previews: "v1/mod.rs" "v1/mixed.rs" "v1/seen_once.rs" "Cargo.toml" "README.md" "lib.rs");
fixture!(page_token_in_query: "v1/message.rs" "v1/models.rs" "v1/models/wire.rs" "tests");
fixture!(page_token_in_body: "v1/message.rs");
fixture!(page_without_has_more: "v1/message.rs");
fixture!(renamed_page_fields: "v1/message.rs");
fixture!(page_of_two_lists: "v1/message.rs" "tests");
fixture!(pagination_of_missing_fields);
fixture!(two_idempotency_keys);
fixture!(overlay: "v1/user.rs" "v1/models.rs" "v1/models/wire.rs");
fixture!(overlay_mistakes);
fixture!(broken);
fixture!(unknown_reference);
fixture!(expressions: "tests");

/// The best path of the list wins, and an event may have paths of its own.
#[test]
fn events() {
    let mut inputs = demo_inputs("events");
    inputs.events = "ordering_keys = [\"sender.id\", \"reader.open_id\"]\n\
                     [[event]]\ntype = \"demo.message.receive_v1\"\nidentity = \"sender.id\"\n\
                     reason = \"a demonstration\"\n"
        .to_owned();
    let files = [
        "v1/mod.rs",
        "v1/event.rs",
        "v1/event/wire.rs",
        "v1/models.rs",
        "v1/models/wire.rs",
        "v1/enums.rs",
        "tests",
    ];
    insta::assert_snapshot!(text_of(&inputs, &files));
}

/// A path that no event has, one that is no text, an event that is not there, an empty entry.
#[test]
fn event_rules_with_mistakes() {
    let mut inputs = demo_inputs("events");
    inputs.events = "ordering_keys = [\"chat_id\", \"sender\", \"reader.open_id\"]\n\
                     [[event]]\ntype = \"demo.message.receive_v1\"\nordering_key = \"sender\"\n\
                     reason = \"not a text\"\n\
                     [[event]]\ntype = \"demo.message.gone_v1\"\nreason = \"\"\n"
        .to_owned();
    insta::assert_snapshot!(text_of(&inputs, &[]));
}

#[test]
fn an_event_in_an_unknown_envelope() {
    let mut inputs = demo_inputs("events");
    let text = inputs.documents[0].1.replacen("\"2.0\"", "\"3.0\"", 1);
    inputs.documents[0].1 = text.replacen("\"x-lark-event-schema\": \"2.0\",", "", 1);
    insta::assert_snapshot!(text_of(&inputs, &[]));
}

/// By name, type and method; the device that is registered has a `uuid` of its own.
#[test]
fn idempotency_keys() {
    let mut inputs = demo_inputs("idempotency_keys");
    inputs.names = "[[not_a_key]]\noperation = \"demo.v1.device.register\"\n\
                    reason = \"it names the device\"\n"
        .to_owned();
    insta::assert_snapshot!(text_of(&inputs, &["v1/device.rs"]));
}

/// Members of a model that exclude each other are in boxes.
#[test]
fn alternatives() {
    let mut inputs = demo_inputs("refinements");
    inputs.names = "[[alternatives]]\ndocument = \"demo/v1\"\nmodel = \"Meeting\"\n\
                    reason = \"in a room or nowhere\"\n"
        .to_owned();
    insta::assert_snapshot!(text_of(&inputs, &["v1/models.rs", "v1/models/wire.rs"]));
}

#[test]
fn broken_json() {
    let mut inputs = demo_inputs("keywords");
    inputs.documents[0].1.truncate(200);
    inputs
        .overlays
        .push(("api-specs/overlays/a.json".to_owned(), "{\"a\": 1, \"a\": 2}".to_owned()));
    inputs.overlays.push((
        "api-specs/overlays/b.json".to_owned(),
        "{\"extends\": \"api-specs/demo/v9.json\"}".to_owned(),
    ));
    inputs.crates.push_str("[[crate]]\nproject = 1\n");
    insta::assert_snapshot!(text_of(&inputs, &[]));
}

#[test]
fn stale_configuration() {
    let mut inputs = demo_inputs("binary_answer");
    inputs
        .crates
        .push_str("[[crate]]\nproject = \"gone\"\nname = \"lark-demo\"\nsummary = \"twice\"\nsummary_zh = \"\"\n");
    inputs.names = "[[rename]]\ndocument = \"demo/v1\"\nkind = \"model\"\nfrom = \"Gone\"\n\
                    to = \"Here\"\nreason = \"\"\n\
                    [[not_a_key]]\noperation = \"demo.v1.image.gone\"\nreason = \"\"\n\
                    [[not_paged]]\noperation = \"demo.v1.image.gone\"\nreason = \"\"\n\
                    [[alternatives]]\ndocument = \"demo/v1\"\nmodel = \"Gone\"\nreason = \"\"\n"
        .to_owned();
    insta::assert_snapshot!(text_of(&inputs, &[]));
}

#[test]
fn unknown_project() {
    let selection = Selection::Projects(vec!["imm".to_owned()]);
    let errors = generate(&real_inputs(), &selection).expect_err("there is no such project");
    insta::assert_snapshot!(errors);
}

/// Nothing is taken for the example of a README because it is the first of the alphabet.
#[test]
fn examples_that_are_missing_or_unknown() {
    let mut inputs = plain_inputs("events");
    let without = text_of(&inputs, &[]);
    inputs.crates.push_str("example_event = \"demo.gone_v1\"\n");
    let unknown = text_of(&inputs, &[]);
    let mut inputs = plain_inputs("multipart");
    let calls = text_of(&inputs, &[]);
    inputs.crates.push_str("example = \"demo.v1.image.create\"\nexample_request = \"v1::a(\"\n");
    let broken = text_of(&inputs, &[]);
    insta::assert_snapshot!([without, unknown, calls, broken].join("\n"));
}

/// Each version is behind a feature.
#[test]
fn version_features() {
    let mut inputs = demo_inputs("one_witness");
    inputs.crates.push_str("version_features = true\n");
    let files = ["Cargo.toml", "README.md", "lib.rs", "mod.rs"];
    insta::assert_snapshot!(text_of(&inputs, &files));
}

#[test]
fn files_around_the_modules() {
    insta::assert_snapshot!(demo("events", &["Cargo.toml", "README.md", "lib.rs", "mod.rs"]));
}

/// A whole module of the real specs.
macro_rules! real_module {
    ($name:ident, $path:literal) => {
        #[test]
        fn $name() {
            let output =
                generate(&real_inputs(), &Selection::All).expect("the real specs are fine");
            insta::assert_snapshot!(output.files[$path]);
        }
    };
}

real_module!(im_v1_message, "crates/lark-im/src/generated/v1/message.rs");
real_module!(contact_v3_department, "crates/lark-contact/src/generated/v3/department.rs");
real_module!(task_v2_tasklist, "crates/lark-task/src/generated/v2/tasklist.rs");
