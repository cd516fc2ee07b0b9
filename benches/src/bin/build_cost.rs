//! Building a program that sends one message: on the SDK, and on reqwest by hand.
//!
//! Without incremental compilation, which cargo does not do for crates of a registry. `--crates` prints
//! what each crate costs instead.
//!
//! `--with-default` adds the program on reqwest's default features, which fetches what the
//! workspace does not use.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use lark_benches::cargo::{self, Scratch};
use lark_benches::rustc_log::RustcLog;
use lark_benches::stats::{Pair, Series};
use lark_benches::{args, cargo::command};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const SDK: &str = include_str!("../../programs/sdk.rs");
const BARE: &str = include_str!("../../programs/bare.rs");
const SAME_TLS: &str = include_str!("../../programs/http_same_tls.rs");
const DEFAULT_TLS: &str = include_str!("../../programs/http_default.rs");

const TOKIO: &str = r#"tokio = { version = "1", features = ["macros", "rt-multi-thread"] }"#;
const SERDE: &str = r#"serde = { version = "1", features = ["derive"] }"#;
const JSON: &str = r#"serde_json = "1""#;

fn main() -> Result<ExitCode> {
    if let Some(code) = RustcLog::compile()? {
        return Ok(code);
    }
    let rounds = args::number("--rounds", 2)?;
    let scratch = Scratch::new("build")?;
    let (sdk, bare) = (sdk(scratch.path())?, bare(scratch.path())?);
    let default = args::flag("--with-default").then(|| default(scratch.path())).transpose()?;
    if args::flag("--crates") {
        for program in [&sdk, &bare] {
            for profile in ["check", "dev", "release"] {
                program.print_crates(profile, scratch.path())?;
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    println!("crates in the tree, its own included");
    for program in [Some(&sdk), Some(&bare), default.as_ref()].into_iter().flatten() {
        println!("  {:>8}: {}", program.name, program.crates()?);
    }
    for profile in ["check", "dev", "release"] {
        let pair = Pair::measure(rounds, || sdk.build(profile), || bare.build(profile))?;
        println!("cold {profile} build, CPU s: {pair}");
        if let Some(default) = &default {
            let mut series = Series::default();
            for _ in 0..rounds {
                series.push(default.build(profile)?);
            }
            let ratio = pair.sdk.median() / series.median();
            println!("  bare, default features: {:.2}, sdk to it {ratio:.3}", series.median());
        }
    }
    println!("stripped, bytes: sdk {}, bare {}", sdk.size()?, bare.size()?);
    Ok(ExitCode::SUCCESS)
}

struct Program {
    name: &'static str,
    dir: PathBuf,
}

fn sdk(root: &Path) -> Result<Program> {
    let path = |name: &str| {
        let path = cargo::workspace().join("crates").join(name);
        format!("{name} = {{ path = {path:?} }}")
    };
    let dependencies = [path("lark-core"), path("lark-im"), TOKIO.to_owned()];
    Program::new(root, "sdk", &dependencies, &[("main.rs", SDK)])
}

fn bare(root: &Path) -> Result<Program> {
    let manifest = fs::read_to_string(cargo::workspace().join("Cargo.toml"))?;
    // As the workspace has them, so that features and versions cannot drift apart.
    let line = |name: &str| {
        let start = format!("{name} = ");
        let line = manifest.lines().find(|line| line.starts_with(&start));
        line.map(str::to_owned).ok_or_else(|| format!("{name} is not in the root manifest"))
    };
    let mut dependencies = vec![SERDE.into(), JSON.into(), TOKIO.into()];
    for name in ["reqwest", "rustls", "rustls-platform-verifier"] {
        dependencies.push(line(name)?);
    }
    Program::new(root, "bare", &dependencies, &[("main.rs", BARE), ("http.rs", SAME_TLS)])
}

fn default(root: &Path) -> Result<Program> {
    let dependencies = [SERDE, JSON, TOKIO, r#"reqwest = "0.13""#].map(str::to_owned);
    let sources = [("main.rs", BARE), ("http.rs", DEFAULT_TLS)];
    Program::new(root, "default", &dependencies, &sources)
}

impl Program {
    /// Writes the program with the workspace's lock file and fetches what it needs.
    fn new(
        root: &Path,
        name: &'static str,
        dependencies: &[String],
        sources: &[(&str, &str)],
    ) -> Result<Self> {
        let dir = root.join(name);
        fs::create_dir_all(dir.join("src"))?;
        let package = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\n");
        let manifest =
            format!("{package}edition = \"2024\"\n\n[dependencies]\n{}\n", dependencies.join("\n"));
        fs::write(dir.join("Cargo.toml"), manifest)?;
        fs::copy(cargo::workspace().join("Cargo.lock"), dir.join("Cargo.lock"))?;
        for (file, text) in sources {
            fs::write(dir.join("src").join(file), text)?;
        }
        cargo::run(&mut command(&dir, &["fetch", "--quiet"]))?;
        Ok(Self { name, dir })
    }

    fn crates(&self) -> Result<usize> {
        let args = ["tree", "--offline", "--prefix", "none", "--edges", "normal,build"];
        let tree = cargo::run(&mut command(&self.dir, &args))?;
        let crates: BTreeSet<_> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
        Ok(crates.len())
    }

    fn target(&self) -> PathBuf {
        self.dir.join("target")
    }

    /// A build into an empty directory: "check", or a profile.
    fn builds(&self, profile: &str) -> Result<Command> {
        if self.target().exists() {
            fs::remove_dir_all(self.target())?;
        }
        let (verb, profile) =
            if profile == "check" { ("check", "dev") } else { ("build", profile) };
        let args = [verb, "--quiet", "--offline", "--profile", profile];
        let mut command = command(&self.dir, &args);
        command.arg("--target-dir").arg(self.target());
        command.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_RELEASE_STRIP", "symbols");
        Ok(command)
    }

    /// CPU seconds of a build.
    fn build(&self, profile: &str) -> Result<f64> {
        let seconds = cargo::weigh(&mut self.builds(profile)?)?;
        println!("  {:>8} {profile}: {seconds:.2}", self.name);
        Ok(seconds)
    }

    /// The length of the program, once it was built for release.
    fn size(&self) -> Result<u64> {
        Ok(fs::metadata(self.target().join("release").join(self.name))?.len())
    }

    /// What its crates cost, each with its build script, the dearest first.
    fn print_crates(&self, profile: &str, scratch: &Path) -> Result<()> {
        let log = RustcLog::in_dir(scratch)?;
        let mut command = self.builds(profile)?;
        log.watch(&mut command)?;
        let all = cargo::weigh(&mut command)?;
        let mut crates = BTreeMap::<_, f64>::new();
        for entry in log.entries()? {
            *crates.entry(entry.name).or_default() += entry.cpu;
        }
        let compilers = crates.values().sum::<f64>();
        println!("{} {profile}, CPU s: {all:.2}, of it compilers {compilers:.2}", self.name);
        let mut crates: Vec<_> = crates.into_iter().collect();
        crates.sort_by(|one, other| other.1.total_cmp(&one.1));
        for (name, cpu) in crates.iter().filter(|(_, cpu)| *cpu >= 0.05) {
            println!("  {cpu:>6.2} {name}");
        }
        Ok(())
    }
}
