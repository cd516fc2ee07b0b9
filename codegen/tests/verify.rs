//! The gate against echo lets the real specs pass and finds what a careless refresh would bring.

#[allow(dead_code, reason = "shared with the snapshots")]
mod support;

use lark_codegen::{Evidence, Inputs, Verification, verify};
use serde_json::{Value, json};
use support::{evidence, real_inputs};

fn run(inputs: &Inputs, evidence: &Evidence) -> Verification {
    verify(inputs, evidence).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The lines without a reason, after a change of one document.
fn unexplained(document: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut inputs = real_inputs();
    let path = format!("api-specs/{document}.json");
    let text = inputs.documents.iter_mut().find(|(it, _)| *it == path).expect("a document");
    let mut spec: Value = serde_json::from_str(&text.1).expect("a document is JSON");
    change(&mut spec);
    text.1 = spec.to_string();
    run(&inputs, &evidence()).unexplained.iter().map(|it| it.line()).collect()
}

fn rename(members: &mut Value, from: &str, to: &str) {
    let members = members.as_object_mut().expect("the members of a schema");
    let schema = members.remove(from).expect("the member is there");
    members.insert(to.to_owned(), schema);
}

#[test]
fn every_difference_has_a_reason_and_every_reason_a_difference() {
    let found = run(&real_inputs(), &evidence());
    assert!(found.unexplained.is_empty(), "{:#?}", found.unexplained);
    assert!(found.stale.is_empty(), "{:#?}", found.stale);
    assert!(found.operations > 1_500, "{}", found.operations);
    assert!(found.compared > 100_000, "{}", found.compared);
}

#[test]
fn a_renamed_input_is_found() {
    let found = unexplained("im/v1", |spec| {
        let body = &mut spec["components"]["schemas"]["CreateMessageRequestBody"];
        rename(&mut body["properties"], "content", "contents");
        body["required"] = json!(["contents", "msg_type", "receive_id"]);
    });
    let expected = [
        "missing im.v1.message.create body.content: string, ours nothing",
        "unlisted im.v1.message.create body.contents: ours string, required",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_renamed_member_of_a_model_is_found() {
    let found = unexplained("im/v1", |spec| {
        let mention = &mut spec["components"]["schemas"]["Mention"];
        rename(&mut mention["properties"], "key", "tag");
        mention["required"] = json!([]);
    });
    let expected = [
        "missing im.v1 Mention.key: string, ours nothing",
        "unlisted im.v1 Mention.tag: ours string",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_changed_type_is_found() {
    let found = unexplained("im/v1", |spec| {
        let mention = &mut spec["components"]["schemas"]["Mention"]["properties"];
        mention["key"] = json!({ "type": "integer" });
    });
    assert_eq!(found, ["type im.v1 Mention.key: string, ours int"]);
}

#[test]
fn a_dropped_required_is_found() {
    let found = unexplained("im/v1", |spec| {
        let body = &mut spec["components"]["schemas"]["CreateMessageRequestBody"];
        body["required"] = json!(["msg_type", "receive_id"]);
    });
    assert_eq!(found, ["required im.v1.message.create body.content: required, ours optional"]);
}

/// What is required at one use of a shared model stands in `allOf`.
#[test]
fn a_dropped_refinement_is_found() {
    let found = unexplained("calendar/v4", |spec| {
        let paths = &mut spec["paths"]["/open-apis/calendar/v4/calendars/{calendar_id}/events"];
        let schema = &mut paths["post"]["requestBody"]["content"]["application/json"]["schema"];
        schema["allOf"][1] = json!({ "required": ["end_time"] });
    });
    let expected =
        ["required calendar.v4.calendar.event.create body.start_time: required, ours optional"];
    assert_eq!(found, expected);
}

#[test]
fn a_member_that_no_request_can_set_is_found() {
    let found = unexplained("im/v1", |spec| {
        let body = &mut spec["components"]["schemas"]["CreateMessageRequestBody"];
        body["properties"]["content"]["readOnly"] = json!(true);
    });
    assert_eq!(found, ["missing im.v1.message.create body.content: string, ours nothing"]);
}

#[test]
fn a_list_that_loses_its_pages_is_found() {
    let found = unexplained("im/v1", |spec| {
        let operation = &mut spec["paths"]["/open-apis/im/v1/messages"]["get"];
        operation.as_object_mut().expect("an operation").remove("x-lark-pagination");
    });
    assert_eq!(found, ["pages im.v1.message.list: in pages, ours at once"]);
}

#[test]
fn what_a_map_holds_is_compared() {
    let found = unexplained("directory/v1", |spec| {
        let text = spec.to_string();
        let changed = text.replace(
            r#""additionalProperties":{"type":"string"}"#,
            r#""additionalProperties":{"type":"integer"}"#,
        );
        *spec = serde_json::from_str(&changed).expect("JSON");
    });
    assert!(found.iter().any(|it| it.contains("map:string, ours map:int")), "{found:#?}");
}

#[test]
fn a_wrong_token_is_found() {
    let found = unexplained("im/v1", |spec| {
        let operation = &mut spec["paths"]["/open-apis/im/v1/messages"]["post"];
        operation["security"] = json!([{ "user_access_token": [] }]);
    });
    assert_eq!(found, ["token im.v1.message.create: tenant user, ours user"]);
}

#[test]
fn an_operation_that_is_no_longer_emitted_is_found() {
    let found = unexplained("im/v1", |spec| {
        let operation = &mut spec["paths"]["/open-apis/im/v1/messages"]["post"];
        operation["x-lark-witnesses"] = json!(["node"]);
    });
    assert_eq!(found, ["operation im.v1.message.create"]);
}

#[test]
fn a_reason_that_explains_nothing_is_found() {
    let mut evidence = evidence();
    let line = "token im.v1.message.list: user, ours tenant";
    evidence
        .differences
        .push_str(&format!("[[reason]]\nwhy = \"it was so\"\ndifferences = [\"{line}\"]\n"));
    assert_eq!(run(&real_inputs(), &evidence).stale, [line]);
}

#[test]
fn evidence_with_mistakes() {
    let evidence = Evidence {
        pages: "? page_size int\n@ im.v1.message.create 1 tenant\n> content text\n<   deep\n"
            .to_owned(),
        differences: "[[reason]]\nwhy = \"\"\ndifferences = [\"a\", \"a\"]\n".to_owned(),
    };
    let errors = verify(&real_inputs(), &evidence).expect_err("nothing in it is right");
    insta::assert_snapshot!(errors);
}
