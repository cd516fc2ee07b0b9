//! Inputs for the tests: the fixtures and the real specs.

use std::fs;
use std::path::{Path, PathBuf};

use lark_codegen::{Evidence, Inputs, Selection, generate};

const CRATES: &str = r#"
[shared_enums.UserIdType]
field = "user_id_type"
values = ["open_id", "union_id", "user_id"]

[[crate]]
project = "demo"
name = "lark-demo"
summary = "trees of records"
summary_zh = "演示"
"#;

/// The inputs of a fixture; its first operation and event are the examples of the README.
pub(crate) fn demo_inputs(name: &str) -> Inputs {
    let mut inputs = plain_inputs(name);
    let document: serde_json::Value =
        serde_json::from_str(&inputs.documents[0].1).unwrap_or_default();
    let paths = document["paths"].as_object().into_iter().flatten();
    let mut operations = paths.flat_map(|(_, verbs)| verbs.as_object().into_iter().flatten());
    let is_emitted = |operation: &serde_json::Value| {
        operation["x-lark-witnesses"].as_array().is_some_and(|it| it.len() > 1)
    };
    let operation = operations.find(|(_, operation)| is_emitted(operation));
    if let Some(id) = operation.and_then(|(_, operation)| operation["operationId"].as_str()) {
        let request = "v1::resource::method()";
        inputs.crates.push_str(&format!("example = {id:?}\nexample_request = {request:?}\n"));
    }
    let mut events = document["webhooks"].as_object().into_iter().flatten();
    if let Some((id, _)) = events.next() {
        inputs.crates.push_str(&format!("example_event = {id:?}\n"));
    }
    inputs
}

/// The inputs of a fixture, without examples.
pub(crate) fn plain_inputs(name: &str) -> Inputs {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let overlay = fs::read_to_string(fixtures.join(format!("{name}.overlay.json")));
    Inputs {
        documents: vec![(
            "api-specs/demo/v1.json".to_owned(),
            read(&fixtures.join(format!("{name}.json"))),
        )],
        overlays: overlay
            .map(|text| ("api-specs/overlays/demo-v1-mend.json".to_owned(), text))
            .into_iter()
            .collect(),
        error_codes: String::new(),
        crates: CRATES.to_owned(),
        names: String::new(),
        events: String::new(),
    }
}

/// Some files that a fixture becomes, or the mistakes in it.
pub(crate) fn demo(name: &str, files: &[&str]) -> String {
    text_of(&demo_inputs(name), files)
}

/// Some files of the demo crate, or the mistakes in the inputs.
pub(crate) fn text_of(inputs: &Inputs, files: &[&str]) -> String {
    let output = match generate(inputs, &Selection::All) {
        Ok(output) => output,
        Err(errors) => return errors.to_string(),
    };
    let mut text = String::new();
    for file in files {
        let path = match *file {
            "tests" => "tests/src/generated/lark_demo.rs".to_owned(),
            "Cargo.toml" | "README.md" => format!("crates/lark-demo/{file}"),
            "lib.rs" => "crates/lark-demo/src/lib.rs".to_owned(),
            module => format!("crates/lark-demo/src/generated/{module}"),
        };
        let content = output.files.get(&path).map_or("(no such file)\n", String::as_str);
        text.push_str(&format!("==== {path}\n{content}"));
    }
    text
}

/// The inputs of the real crates.
pub(crate) fn real_inputs() -> Inputs {
    let codegen = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = codegen.parent().expect("the crate is a folder of the project");
    let specs = root.join("api-specs");
    let (overlays, documents) = json_files(root, "api-specs")
        .into_iter()
        .filter(|(path, _)| path != "api-specs/error-codes.json")
        .partition(|(path, _)| path.starts_with("api-specs/overlays/"));
    Inputs {
        documents,
        overlays,
        error_codes: read(&specs.join("error-codes.json")),
        crates: read(&codegen.join("crates.toml")),
        names: read(&codegen.join("names.toml")),
        events: read(&codegen.join("events.toml")),
    }
}

/// What the real crates are held against.
pub(crate) fn evidence() -> Evidence {
    let codegen = Path::new(env!("CARGO_MANIFEST_DIR"));
    let witness = codegen.join("../api-specs/witness");
    Evidence {
        pages: read(&witness.join("pages.txt")),
        differences: read(&witness.join("differences.toml")),
    }
}

fn json_files(root: &Path, folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let entries = fs::read_dir(root.join(folder)).expect("the folder is there");
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().expect("an entry has a name").to_string_lossy();
        let path_from_root = format!("{folder}/{name}");
        if path.is_dir() {
            files.extend(json_files(root, &path_from_root));
        } else if name.ends_with(".json") {
            files.push((path_from_root, read(&path)));
        }
    }
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
