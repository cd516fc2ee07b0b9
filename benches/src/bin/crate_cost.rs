//! Compiling single crates of the workspace on top of what they depend on.
//!
//! Names of crates may follow; cargo runs this program also as its `RUSTC_WRAPPER`, to see one
//! compiler at a time.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};

use lark_benches::args;
use lark_benches::cargo::{self, Scratch, command};
use lark_benches::rustc_log::RustcLog;
use lark_benches::stats::Series;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const CRATES: [&str; 4] = ["lark-core", "lark-im", "lark-contact", "lark-task"];

fn main() -> Result<ExitCode> {
    if let Some(code) = RustcLog::compile()? {
        return Ok(code);
    }
    let rounds = args::number("--rounds", 3)?;
    let mut names = args::names();
    if names.is_empty() {
        names = CRATES.map(str::to_owned).into();
    }
    let scratch = Scratch::new("crate")?;
    println!(
        "{:<14} {:>9} {:>9} {:>9}   (CPU s and peak MiB of rustc)",
        "crate", "check", "dev", "release"
    );
    for name in names {
        let mut line = format!("{name:<14}");
        for mode in [Mode::Check, Mode::Dev, Mode::Release] {
            let (seconds, mib) = measure(&name, mode, rounds, scratch.path())?;
            line += &format!(" {seconds:>5.2} {mib:>3.0}");
        }
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Clone, Copy)]
enum Mode {
    Check,
    Dev,
    Release,
}

impl Mode {
    fn args(self) -> [&'static str; 3] {
        match self {
            Self::Check => ["check", "--profile", "dev"],
            Self::Dev => ["build", "--profile", "dev"],
            Self::Release => ["build", "--profile", "release"],
        }
    }
}

/// Median CPU seconds and largest peak in MiB of compiling `name` alone.
fn measure(name: &str, mode: Mode, rounds: usize, scratch: &Path) -> Result<(f64, f64)> {
    let log = RustcLog::in_dir(scratch)?;
    let [verb, flag, profile] = mode.args();
    let compile = || -> Result<()> {
        let mut command = cargo_in(scratch, &[verb, flag, profile, "--quiet", "--package", name]);
        log.watch(&mut command)?;
        cargo::run(&mut command).map(drop)
    };
    compile()?; // what it depends on, and itself
    let (mut seconds, mut peaks) = (Series::default(), Series::default());
    for _ in 0..rounds {
        let clean = ["clean", flag, profile, "--quiet", "--package", name];
        cargo::run(&mut cargo_in(scratch, &clean))?;
        log.clear()?;
        compile()?;
        let snake = name.replace('-', "_");
        let entry = log.entries()?.into_iter().find(|entry| entry.name == snake);
        let entry = entry.ok_or_else(|| format!("{name} was not compiled"))?;
        seconds.push(entry.cpu);
        peaks.push(entry.peak);
    }
    Ok((seconds.median(), peaks.range().1))
}

fn cargo_in(scratch: &Path, args: &[&str]) -> Command {
    let mut command = command(&cargo::workspace(), args);
    command.env("CARGO_TARGET_DIR", scratch.join("target"));
    command
}
