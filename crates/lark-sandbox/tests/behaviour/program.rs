//! The program.

use std::process::{Command, Stdio};

#[test]
fn it_does_not_mind_that_nobody_reads_on() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_lark-sandbox"));
    program.arg("--help").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaint.is_empty(), "{complaint}");
}
