//! What each compiler that cargo starts has used: cargo runs the measuring program as its `RUSTC_WRAPPER`.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::cpu;

/// Where the wrapped compilers write what they used; set only then.
const LOG: &str = "LARK_BENCHES_RUSTC_LOG";

/// A file with a line for each compiler.
pub struct RustcLog(PathBuf);

/// One compiler.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The crate, with underscores. All build scripts have one name.
    pub name: String,
    /// CPU seconds.
    pub cpu: f64,
    /// Peak memory in MiB.
    pub peak: f64,
}

impl RustcLog {
    /// If cargo has started this program as a compiler, compiles.
    ///
    /// # Errors
    /// The compiler cannot be started, or the log not be written.
    pub fn compile() -> Result<Option<ExitCode>, Box<dyn Error>> {
        env::var_os(LOG).map(|log| wrap(Path::new(&log))).transpose()
    }

    /// An empty log in `dir`.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn in_dir(dir: &Path) -> std::io::Result<Self> {
        let log = Self(dir.join("rustc.log"));
        log.clear()?;
        Ok(log)
    }

    /// Has cargo log its compilers here.
    ///
    /// # Errors
    /// The system does not know this program.
    pub fn watch(&self, command: &mut Command) -> std::io::Result<()> {
        command.env("RUSTC_WRAPPER", env::current_exe()?).env(LOG, &self.0);
        Ok(())
    }

    /// Forgets what is there.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn clear(&self) -> std::io::Result<()> {
        fs::write(&self.0, "")
    }

    /// All compilers since the last clearing, in the order of their ends.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>, Box<dyn Error>> {
        fs::read_to_string(&self.0)?.lines().map(entry).collect()
    }
}

/// `lark_core 3.1 420000`
fn entry(line: &str) -> Result<Entry, Box<dyn Error>> {
    let mut fields = line.split(' ');
    let mut next = || fields.next().unwrap_or_default();
    let (name, cpu, kib) = (next().to_owned(), next().parse()?, next().parse::<f64>()?);
    Ok(Entry { name, cpu, peak: kib / 1024.0 })
}

/// Runs the compiler that cargo asks for and notes what it used.
fn wrap(log: &Path) -> Result<ExitCode, Box<dyn Error>> {
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
