//! Building a program that sends one message: on the SDK, and on reqwest by hand.
//!
//! `--with-default` adds the program on reqwest's default features, which fetches what the
//! workspace does not use.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use lark_benches::cargo::{self, Scratch};
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

fn main() -> Result<()> {
    let rounds = args::number("--rounds", 2)?;
    let scratch = Scratch::new("build")?;
    let (sdk, bare) = (sdk(scratch.path())?, bare(scratch.path())?);
    let default = args::flag("--with-default").then(|| default(scratch.path())).transpose()?;
    println!("crates in the tree, its own included");
    for program in [Some(&sdk), Some(&bare), default.as_ref()].into_iter().flatten() {
        println!("  {:>8}: {}", program.name, program.crates()?);
    }
    for profile in ["dev", "release"] {
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
    Ok(())
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

    /// CPU seconds of a build into an empty directory.
    fn build(&self, profile: &str) -> Result<f64> {
        let target = self.dir.join("target");
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        let args = ["build", "--quiet", "--offline", "--profile", profile];
        let seconds = cargo::weigh(command(&self.dir, &args).arg("--target-dir").arg(&target))?;
        println!("  {:>8} {profile}: {seconds:.2}", self.name);
        Ok(seconds)
    }
}
