//! The examples as programs of a terminal.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// The names of all examples.
fn names() -> Result<Vec<String>> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin");
    let mut names = Vec::new();
    for source in fs::read_dir(sources)? {
        let path = source?.path();
        names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    assert!(names.len() >= 19, "{names:?}");
    Ok(names)
}

/// An example on the sandbox.
fn example(name: &str) -> Command {
    let mut command =
        Command::new(Path::new(env!("CARGO_BIN_EXE_quickstart")).with_file_name(name));
    for (variable, _) in std::env::vars_os() {
        if variable.to_string_lossy().starts_with("LARK_") {
            command.env_remove(variable);
        }
    }
    command.stdin(Stdio::null());
    command
}

#[test]
fn help_says_what_an_example_does_and_which_variables_it_reads() -> Result {
    for name in names()? {
        let output = example(&name).arg("--help").output()?;
        let text = String::from_utf8(output.stdout)?;
        let is_help = text.len() > 40 && !text.contains("//!") && !text.contains("use std");
        assert!(output.status.success() && is_help, "{name}: {text}");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/bin/{name}.rs"));
        for part in fs::read_to_string(source)?.split("setting(\"").skip(1) {
            let variable = part.split('"').next().unwrap_or_default();
            assert!(text.contains(variable), "{name} reads {variable}, and --help does not say so");
        }
    }
    Ok(())
}

#[test]
fn an_example_ends_quietly_when_nobody_reads_on() -> Result {
    for name in names()? {
        let mut command = example(&name);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        drop(child.stdout.take());
        let output = child.wait_with_output()?;
        let complaint = String::from_utf8(output.stderr)?;
        assert!(output.status.success() && complaint.is_empty(), "{name}: {complaint}");
    }
    Ok(())
}
