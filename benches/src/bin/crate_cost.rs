//! Compiling single crates of the workspace on top of what they depend on.
//!
//! Names of crates may follow; cargo runs this program also as its `RUSTC_WRAPPER`, to see one
//! compiler at a time.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode};

use lark_benches::cargo::{self, Scratch, command};
use lark_benches::stats::Series;
use lark_benches::{args, cpu};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const CRATES: [&str; 4] = ["lark-core", "lark-im", "lark-contact", "lark-task"];
/// Where the wrapped compilers write what they used; set only then.
const LOG: &str = "LARK_BENCHES_RUSTC_LOG";

fn main() -> Result<ExitCode> {
    if let Some(log) = env::var_os(LOG) {
        return wrap(Path::new(&log));
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
    let log = scratch.join("rustc.log");
    let [verb, flag, profile] = mode.args();
    let compile = || -> Result<()> {
        let mut command = cargo_in(scratch, &[verb, flag, profile, "--quiet", "--package", name]);
        command.env("RUSTC_WRAPPER", env::current_exe()?).env(LOG, &log);
        cargo::run(&mut command).map(drop)
    };
    compile()?; // what it depends on, and itself
    let (mut seconds, mut peaks) = (Series::default(), Series::default());
    for _ in 0..rounds {
        let clean = ["clean", flag, profile, "--quiet", "--package", name];
        cargo::run(&mut cargo_in(scratch, &clean))?;
        fs::write(&log, "")?;
        compile()?;
        let (cpu, peak) = read(&fs::read_to_string(&log)?, name)?;
        seconds.push(cpu);
        peaks.push(peak);
    }
    Ok((seconds.median(), peaks.range().1))
}

fn cargo_in(scratch: &Path, args: &[&str]) -> Command {
    let mut command = command(&cargo::workspace(), args);
    command.env("CARGO_TARGET_DIR", scratch.join("target"));
    command
}

/// The line of the crate: name, CPU seconds, KiB.
fn read(log: &str, name: &str) -> Result<(f64, f64)> {
    let name = name.replace('-', "_");
    let line = log.lines().find(|line| line.split(' ').next() == Some(&name));
    let mut fields = line.ok_or_else(|| format!("{name} was not compiled"))?.split(' ').skip(1);
    let mut next = || fields.next().unwrap_or_default().parse::<f64>();
    Ok((next()?, next()? / 1024.0))
}

/// Runs the compiler that cargo asks for and notes what it used.
fn wrap(log: &Path) -> Result<ExitCode> {
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    let (rustc, args) = args.split_first().ok_or("cargo names the compiler")?;
    let status = Command::new(rustc).args(args).status()?;
    let name = args.iter().skip_while(|arg| *arg != "--crate-name").nth(1);
    if let Some(name) = name {
        let usage = cpu::children();
        let line = format!("{} {} {}\n", name.display(), usage.cpu.as_secs_f64(), usage.peak_kib);
        OpenOptions::new().create(true).append(true).open(log)?.write_all(line.as_bytes())?;
    }
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1).into())
}
