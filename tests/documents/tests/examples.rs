//! The examples of the specifications, as the parser's own tests have them.
//!
//! The specification of CommonMark is under CC BY-SA, so its examples are not in this repository:
//! they are read from the sources of the dependency.

use std::path::PathBuf;
use std::process::Command;

/// Markdown, and the HTML that the specification states.
pub(crate) struct Example {
    pub(crate) markdown: String,
    pub(crate) html: String,
}

/// The examples of one file of the parser's tests.
pub(crate) fn read(file: &str) -> Vec<Example> {
    let path = parser_sources().join("tests/suite").join(file);
    let text = std::fs::read_to_string(&path).expect("the parser comes with its tests");
    let texts: Vec<&str> =
        text.split("r##\"").skip(1).map(|it| it.split("\"##").next().expect("an end")).collect();
    let pairs = texts.chunks_exact(2);
    pairs.map(|it| Example { markdown: it[0].to_owned(), html: it[1].to_owned() }).collect()
}

fn parser_sources() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let parser = packages.iter().find(|it| it["name"] == "pulldown-cmark").expect("the parser");
    let manifest = PathBuf::from(parser["manifest_path"].as_str().expect("a path"));
    manifest.parent().expect("a folder").to_owned()
}
