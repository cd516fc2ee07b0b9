//! Large files up and down: the SDK against bare reqwest. CPU, throughput and the growth of memory.
//!
//! `files --mib 2048 --rounds 3`, in the directory for temporary files or `--dir PATH`. The server is
//! a process on the first core, and each transfer one of its own on the second, unless `--unpinned`
//! is given. First each side sends and receives once with all content compared by hash.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use lark_benches::child::Kept;
use lark_benches::files::{Failure, bare, content, sdk, server};
use lark_benches::stats::{Pair, Series};
use lark_benches::{args, cpu};
use tokio::runtime::Runtime;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => Ok(Runtime::new()?.block_on(server::serve(|url| println!("{url}")))?),
        ["transfer", side, way, url, path, length, check] => {
            let job = Job { side, way, url, path: Path::new(path), length: length.parse()? };
            let runtime = Runtime::new()?;
            println!("{}", runtime.block_on(job.run(check == "check"))?);
            Ok(())
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
    /// CPU and time in s, the growth of the peak of memory in KiB, and a hash.
    async fn run(&self, is_checked: bool) -> Result<String, Failure> {
        let Self { url, path, length, .. } = *self;
        let (sdk_client, bare_client) = (sdk::client(url).await?, bare::client(url).await?);
        let (before, started) = (cpu::own(), Instant::now());
        let hash = match (self.side, self.way) {
            ("sdk", "up") => sdk::up(&sdk_client, path, is_checked).await?,
            ("bare", "up") => bare::up(&bare_client, url, path, is_checked).await?,
            ("sdk", "down") => {
                sdk::down(&sdk_client, path, length).await.map(|()| String::new())?
            }
            ("bare", "down") => {
                bare::down(&bare_client, url, path, length).await.map(|()| String::new())?
            }
            _ => return Err("sdk or bare, up or down".into()),
        };
        let (after, time) = (cpu::own(), started.elapsed().as_secs_f64());
        let used = (after.cpu - before.cpu).as_secs_f64();
        let growth = after.peak_kib - before.peak_kib;
        Ok(format!("{used} {time} {growth} {hash}"))
    }

    /// The same in a process of its own.
    fn spawn(&self, is_checked: bool) -> Result<Outcome, Failure> {
        if self.way == "down" {
            // A file that is replaced stays in memory beside the new one until that is whole, and
            // memory that was not used before costs a virtual machine time of its own.
            _ = std::fs::remove_file(self.path);
        }
        let mut command = Command::new(env::current_exe()?);
        let check = if is_checked { "check" } else { "-" };
        command.args(["transfer", self.side, self.way, self.url]).arg(self.path);
        command.args([&self.length.to_string(), check]);
        let output = command.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("{} {} has failed", self.side, self.way).into());
        }
        let text = String::from_utf8(output.stdout)?;
        let parts: Vec<_> = text.trim_end().split(' ').collect();
        let [cpu, time, growth, ref hash @ ..] = parts[..] else { return Err(text.into()) };
        let hash = hash.first().copied().unwrap_or_default().to_owned();
        Ok(Outcome { cpu: cpu.parse()?, time: time.parse()?, growth: growth.parse()?, hash })
    }
}

struct Outcome {
    cpu: f64,
    time: f64,
    growth: f64,
    hash: String,
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
        measure(rounds, &job)
    });
    _ = std::fs::remove_file(source);
    _ = std::fs::remove_file(target);
    measured
}

/// One transfer whose content is compared.
fn check(job: &Job<'_>) -> Result<(), Failure> {
    let hash = match job.spawn(true)? {
        Outcome { hash, .. } if job.way == "up" => hash,
        _ => content::hash_of(job.path)?,
    };
    let is_equal = hash == content::hash(job.length);
    println!("{} {}: content {}", job.way, job.side, if is_equal { "equal" } else { "DIFFERS" });
    if is_equal { Ok(()) } else { Err("the content differs".into()) }
}

fn measure<'a>(rounds: usize, job: &impl Fn(&'a str) -> Job<'a>) -> Result<(), Failure> {
    let (mut cpu, mut time, mut growth) = (Pair::default(), Pair::default(), Pair::default());
    for round in 0..rounds {
        let order = if round.is_multiple_of(2) { ["sdk", "bare"] } else { ["bare", "sdk"] };
        for side in order {
            let outcome = job(side).spawn(false)?;
            let push = |pair: &mut Pair, value| match side {
                "sdk" => pair.sdk.push(value),
                _ => pair.bare.push(value),
            };
            push(&mut cpu, outcome.cpu);
            push(&mut time, outcome.time);
            push(&mut growth, outcome.growth / 1024.0);
        }
    }
    let way = job("sdk").way;
    println!("{way} CPU, s: {cpu}");
    println!("{way} time, s: {time}");
    let most = |series: &Series| series.range().1;
    let (sdk, bare) = (most(&growth.sdk), most(&growth.bare));
    println!("{way} growth of peak memory, MiB, the most: sdk {sdk:.1}, bare {bare:.1}");
    Ok(())
}
