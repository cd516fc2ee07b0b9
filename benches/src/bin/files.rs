//! Large files up and down: the SDK against bare reqwest. CPU, throughput and the growth of memory.
//!
//! `files --mib 2048 --rounds 3`, in the directory for temporary files or `--dir PATH`. The server is
//! a process on the first core, and each transfer one of its own on the second, unless `--unpinned`
//! is given. First each side sends and receives once with all content compared by hash.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lark_benches::child::Kept;
use lark_benches::files::process::{self, Outcome, Outcomes};
use lark_benches::files::{Failure, bare, content, sdk, server};
use lark_benches::{args, cpu};
use tokio::runtime::Runtime;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => Ok(Runtime::new()?.block_on(server::serve(|url| println!("{url}")))?),
        ["transfer", side, way, url, path, length, check] => {
            let job = Job { side, way, url, path: Path::new(path), length: length.parse()? };
            let runtime = Runtime::new()?;
            runtime.block_on(job.run(check == "check"))
        }
        _ => compare(),
    }
}

/// One transfer, in a process of its own.
struct Job<'a> {
    side: &'a str,
    way: &'a str,
    url: &'a str,
    path: &'a Path,
    length: u64,
}

impl Job<'_> {
    /// In this process.
    async fn run(&self, is_checked: bool) -> Result<(), Failure> {
        let Self { url, path, length, .. } = *self;
        let (sdk, bare) = (sdk::client(url).await?, bare::client(url).await?);
        let no_hash = |()| String::new();
        process::measure(async {
            match (self.side, self.way) {
                ("sdk", "up") => sdk::up(&sdk, path, is_checked).await,
                ("bare", "up") => bare::up(&bare, url, path, is_checked).await,
                ("sdk", "down") => sdk::down(&sdk, path, length).await.map(no_hash),
                ("bare", "down") => bare::down(&bare, url, path, length).await.map(no_hash),
                _ => Err("sdk or bare, up or down".into()),
            }
        })
        .await
    }

    /// In a process of its own.
    fn spawn(&self, is_checked: bool) -> Result<Outcome, Failure> {
        if self.way == "down" {
            // A file that is replaced stays in memory beside the new one until that is whole, and
            // memory that was not used before costs a virtual machine time of its own.
            _ = std::fs::remove_file(self.path);
        }
        let path = self.path.to_str().ok_or("a path that is not UTF-8")?;
        let (length, check) = (self.length.to_string(), if is_checked { "check" } else { "-" });
        process::spawn(&["transfer", self.side, self.way, self.url, path, &length, check])
    }
}

fn compare() -> Result<(), Failure> {
    let number = |name, default| args::number(name, default).map_err(|error| error.to_string());
    let (mib, rounds) = (number("--mib", 2048)?, number("--rounds", 3)?);
    let dir = env::args().skip_while(|arg| arg != "--dir").nth(1);
    let dir = dir.map_or_else(env::temp_dir, PathBuf::from);
    let length = (mib as u64) << 20;
    let is_pinned = !args::flag("--unpinned");
    if is_pinned {
        cpu::pin(0)?;
    }
    let mut command = Command::new(env::current_exe()?);
    // Inherits the core of its parent.
    let mut server = Kept::start(command.arg("serve").stdout(Stdio::piped()))?;
    if is_pinned {
        cpu::pin(1)?;
    }
    let url = server.first_line()?;
    let source = dir.join(format!("lark-bench-{}.up", std::process::id()));
    let target = source.with_extension("down");
    content::write(&source, length)?;
    println!("{mib} MiB, {rounds} rounds");
    let measured = ["up", "down"].into_iter().try_for_each(|way| {
        let path = if way == "up" { &source } else { &target };
        let job = |side| Job { side, way, url: &url, path, length };
        check(&job("sdk"))?;
        check(&job("bare"))?;
        Outcomes::of(rounds, |side| job(side).spawn(false))?.print(way);
        Ok(())
    });
    _ = std::fs::remove_file(source);
    _ = std::fs::remove_file(target);
    measured
}

/// One transfer whose content is compared.
fn check(job: &Job<'_>) -> Result<(), Failure> {
    let hash = match job.spawn(true)? {
        Outcome { note, .. } if job.way == "up" => note,
        _ => content::hash_of(job.path)?,
    };
    let is_equal = hash == content::hash(job.length);
    println!("{} {}: content {}", job.way, job.side, if is_equal { "equal" } else { "DIFFERS" });
    if is_equal { Ok(()) } else { Err("the content differs".into()) }
}
