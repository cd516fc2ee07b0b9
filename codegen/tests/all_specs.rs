//! All 90 documents, those included that are no crate yet.

#[allow(dead_code, reason = "shared with the snapshots")]
mod support;

use lark_codegen::{
    Documented, PageStream, Selection, SkipReason, coverage, documentation, generate,
};
use support::real_inputs;

#[test]
fn every_document_becomes_valid_rust() {
    let inputs = real_inputs();
    let output = generate(&inputs, &Selection::All).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(inputs.documents.len(), 90);
    for (path, text) in output.files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        if let Err(error) = syn::parse_file(text) {
            panic!("{path}:{}: {error}", error.span().start().line);
        }
    }
    let events: usize = output.crates.iter().map(|it| it.events).sum();
    let operations: usize = output.crates.iter().map(|it| it.operations).sum();
    assert_eq!((operations, events), (1_731, 257));
}

#[test]
fn the_order_of_the_inputs_does_not_matter() {
    let inputs = real_inputs();
    let mut reversed = inputs.clone();
    reversed.documents.reverse();
    reversed.overlays.reverse();
    let [one, other] = [&inputs, &reversed]
        .map(|inputs| generate(inputs, &Selection::All).expect("the real specs are fine").files);
    assert!(one == other);
}

#[test]
fn every_operation_is_emitted_or_skipped_for_a_reason() {
    let projects = coverage(&real_inputs()).expect("the real specs are fine");
    for project in &projects {
        assert_eq!(project.operations, project.emitted + project.skipped.len());
        let is_listed = project.crate_name.is_some();
        for skipped in &project.skipped {
            let is_phantom = matches!(skipped.reason, SkipReason::TooFewWitnesses(0 | 1));
            assert!(is_phantom || !is_listed, "{}: {}", skipped.operation, skipped.reason);
        }
    }
    let phantoms = projects.iter().flat_map(|project| &project.skipped);
    let phantoms = phantoms.filter(|it| it.reason != SkipReason::NoCrate).count();
    let operations: usize = projects.iter().map(|project| project.operations).sum();
    assert_eq!((operations, phantoms), (1_780, 49));
}

#[test]
fn every_project_with_events_is_a_crate() {
    let inputs = real_inputs();
    let output = generate(&inputs, &Selection::All).expect("the real specs are fine");
    let events: usize = output.crates.iter().map(|it| it.events).sum();
    assert_eq!((output.crates.len(), events), (70, 257));
}

#[test]
fn every_page_token_is_a_stream_or_has_a_reason_not_to_be() {
    let projects = coverage(&real_inputs()).expect("the real specs are fine");
    let paged: Vec<_> = projects.iter().flat_map(|project| &project.paged).collect();
    let unresolved: Vec<_> =
        paged.iter().filter(|it| it.stream == PageStream::Unresolved).collect();
    assert!(unresolved.is_empty(), "{unresolved:?}");
    let in_both: Vec<_> = paged.iter().filter(|it| it.in_both).collect();
    let streams = in_both.iter().filter(|it| !matches!(it.stream, PageStream::No(_))).count();
    assert_eq!((in_both.len(), streams), (351, 351));
}

/// Compared in the emitted text, as the rustdoc of the item it belongs to.
#[test]
fn no_word_of_the_specs_is_lost() {
    let found = documentation(&real_inputs()).expect("the real specs are fine");
    assert!(found.lost.is_empty(), "{:#?}", found.lost);
    let Documented { emitted, documented, .. } = found.operations;
    assert_eq!((emitted, documented), (1_731, 1_731));
    // What the specs state. A refresh that has fewer words loses documentation, and says so here.
    assert!(found.fields.stated >= 25_100, "{:?}", found.fields);
    assert!(found.values.stated >= 5_465, "{:?}", found.values);
    for Documented { emitted, stated, documented, .. } in [found.fields, found.values] {
        assert_eq!(stated, documented);
        assert!(documented * 100 > emitted * 98, "{documented} of {emitted}");
    }
}

#[test]
fn an_overlay_that_takes_words_away_is_found() {
    let schema = "$.components.schemas.Mention.properties.key";
    for (target, member) in [
        (format!("{schema}.description"), "Mention/properties/key/description"),
        ("$.paths['/open-apis/im/v1/messages'].post.summary".to_owned(), "post/summary"),
    ] {
        let mut inputs = real_inputs();
        let overlay = format!(
            r#"{{ "overlay": "1.0.0", "info": {{ "title": "t", "version": "1" }},
                "extends": "api-specs/im/v1.json", "actions": [
                {{ "target": "{target}", "description": "it seems superfluous", "remove": true }}] }}"#
        );
        inputs.overlays.push(("api-specs/overlays/zz.json".to_owned(), overlay));
        let found = documentation(&inputs).expect("the specs are fine").lost;
        let places: Vec<_> = found.iter().map(|it| it.place.as_str()).collect();
        assert!(matches!(places[..], [one] if one.ends_with(member)), "{found:#?}");
    }
}

/// The official pages write `:message_id`, the documents `{message_id}`.
#[test]
fn a_path_is_found_in_either_form() {
    let output = generate(&real_inputs(), &Selection::All).expect("the real specs are fine");
    let page = &output.files["docs/operations/im.md"];
    for path in ["/open-apis/im/v1/messages/{message_id}", "/open-apis/im/v1/messages/:message_id"]
    {
        assert!(page.contains(&format!("{path}`")), "{path}");
    }
}

/// A description and a limit of its schema may state different numbers.
#[test]
fn no_field_states_two_limits() {
    let output = generate(&real_inputs(), &Selection::All).expect("the real specs are fine");
    let limit = |sentence: &str| {
        let (number, unit) = sentence.strip_prefix("At most ")?.split_once([' ', '.'])?;
        let is_of_items = unit.is_empty() || unit.starts_with("items");
        is_of_items.then(|| number.replace(',', "").parse::<u64>().ok())?
    };
    let lines = output.files.iter().filter(|(path, _)| path.ends_with(".rs"));
    let lines = lines.flat_map(|(path, text)| text.lines().map(move |line| (path, line)));
    for (path, line) in lines.filter(|(_, line)| line.matches("At most ").count() > 1) {
        let docs = line.trim_start().trim_start_matches("/// ");
        let sentences = docs.split_inclusive(". ").map(str::trim);
        let mut limits: Vec<u64> = sentences.filter_map(limit).collect();
        limits.dedup();
        assert!(limits.len() < 2, "{path}: {line}");
    }
}

#[test]
fn every_name_of_a_key_is_the_key_of_its_operation() {
    let output = generate(&real_inputs(), &Selection::All).expect("the real specs are fine");
    for (module, name) in [
        ("lark-aily/src/generated/v1/aily_session_aily_message.rs", "idempotent_id"),
        ("lark-apaas/src/generated/v1/application_flow.rs", "idempotent_key"),
        ("lark-calendar/src/generated/v4/calendar_event.rs", "idempotency_key"),
        ("lark-compensation/src/generated/v1/archive.rs", "unique_id"),
        ("lark-im/src/generated/v1/message.rs", "uuid"),
        ("lark-mail/src/generated/v1/user_mailbox_message.rs", "dedupe_key"),
        ("lark-task/src/generated/v2/agent_task_step_info.rs", "idempotent_key"),
        ("lark-task/src/generated/v2/task.rs", "client_token"),
    ] {
        let text = &output.files[&format!("crates/{module}")];
        let is_key = |mark: &str| text.contains(&format!(" {name}{mark}: into String as key"));
        assert!(is_key("") || is_key("!"), "{module}");
    }
}

/// An input is "by `user_id_type`" only in a request that has this input.
#[test]
fn ids_are_of_the_kind_that_the_request_asks_for() {
    let output = generate(&real_inputs(), &Selection::All).expect("the real specs are fine");
    let mut requests = 0;
    for text in output.files.values() {
        for part in text.split("\npub struct ").skip(1) {
            let body = part.split("\n}").next().unwrap_or_default();
            let name = body.split(' ').next().unwrap_or_default();
            if !name.ends_with("Request") {
                continue;
            }
            requests += 1;
            for input in ["user_id_type", "department_id_type"] {
                let said = format!("id, by `{input}`.");
                let has = body.contains(&format!("pub {input}: "));
                assert!(has || !body.contains(&said), "{name} has no {input}:\n{body}");
            }
        }
    }
    assert!(requests > 1_700, "{requests}");
}

/// Where ids of all kinds stand side by side, each is of its own kind.
#[test]
fn ids_beside_each_other_are_of_one_kind_each() {
    let output = generate(&real_inputs(), &Selection::All).expect("the real specs are fine");
    let models = &output.files["crates/lark-contact/src/generated/v3/models.rs"];
    let of = |name: &str| {
        let (before, _) =
            models.split_once(&format!("pub {name}:")).expect("there is such a field");
        before.rsplit("///").next().unwrap_or_default().trim().to_owned()
    };
    let user = models.split_once("pub struct User {").expect("the model of a person").1;
    let (user_id, _) = user.split_once("pub user_id:").expect("it has a user id");
    let user_id = user_id.rsplit("///").next().unwrap_or_default();
    assert!(user_id.starts_with(" User id, unique in the tenant"), "{user_id}");
    assert!(!user_id.contains("union id"), "{user_id}");
    assert_eq!(of("open_department_id"), "Open department id. Read-only.");
}
