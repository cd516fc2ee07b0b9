//! A large file to Drive and back through a sandbox: the SDK against bare reqwest. CPU, throughput
//! and the growth of memory.
//!
//! `drive --mib 2048 --rounds 3`, in a directory below that for temporary files or `--dir PATH`. The
//! sandbox is a process on the first core, a new one for each upload; each transfer is a process of
//! its own on the second, unless `--unpinned` is given. First each side uploads the file and downloads
//! what has become of it, and the content is compared by hash.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use lark_benches::child::Kept;
use lark_benches::drive::{bare, sdk, serve};
use lark_benches::files::process::{self, Outcome, Outcomes};
use lark_benches::files::{Failure, content};
use lark_benches::{args, cpu};
use tokio::runtime::Runtime;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => Runtime::new()?.block_on(serve(|url| println!("{url}"))),
        ["transfer", side, way, url, path, token] => {
            Runtime::new()?.block_on(transfer(side, way, url, Path::new(path), token))
        }
        _ => compare(),
    }
}

/// One transfer, in this process.
async fn transfer(
    side: &str,
    way: &str,
    url: &str,
    path: &Path,
    token: &str,
) -> Result<(), Failure> {
    let no_token = |()| String::new();
    match side {
        "sdk" => {
            let client = sdk::client(url).await?;
            process::measure(async {
                match way {
                    "up" => sdk::up(&client, path).await,
                    _ => sdk::down(&client, token, path).await.map(no_token),
                }
            })
            .await
        }
        _ => {
            let client = bare::client(url).await?;
            process::measure(async {
                match way {
                    "up" => bare::up(&client, path).await,
                    _ => bare::down(&client, token, path).await.map(no_token),
                }
            })
            .await
        }
    }
}

fn compare() -> Result<(), Failure> {
    let number = |name, default| args::number(name, default).map_err(|error| error.to_string());
    let (mib, rounds) = (number("--mib", 2048)?, number("--rounds", 3)?);
    let dir = env::args().skip_while(|arg| arg != "--dir").nth(1);
    let dir = dir.map_or_else(env::temp_dir, PathBuf::from);
    let place = Place(dir.join(format!("lark-bench-{}", std::process::id())));
    fs::create_dir(&place.0)?;
    let length = (mib as u64) << 20;
    content::write(&place.source(), length)?;
    println!("{mib} MiB, {rounds} rounds");
    for side in ["sdk", "bare"] {
        let platform = Platform::start(&place)?;
        let token = platform.up(side)?.note;
        platform.down(side, &token)?;
        let is_equal = content::hash_of(&place.target())? == content::hash(length);
        println!("{side}: content {}", if is_equal { "equal" } else { "DIFFERS" });
        if !is_equal {
            return Err("the content differs".into());
        }
    }
    Outcomes::of(rounds, |side| Platform::start(&place)?.up(side))?.print("up");
    let platform = Platform::start(&place)?;
    let token = platform.up("sdk")?.note;
    Outcomes::of(rounds, |side| platform.down(side, &token))?.print("down");
    Ok(())
}

/// A directory that goes with this.
struct Place(PathBuf);

impl Place {
    fn source(&self) -> PathBuf {
        self.0.join("up")
    }

    fn target(&self) -> PathBuf {
        self.0.join("down")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Only litter is left behind if it fails.
        _ = fs::remove_dir_all(&self.0);
    }
}

/// A sandbox in a process of its own, and what it keeps.
struct Platform<'a> {
    place: &'a Place,
    url: String,
    kept: PathBuf,
    _process: Kept,
}

impl<'a> Platform<'a> {
    fn start(place: &'a Place) -> Result<Self, Failure> {
        let is_pinned = !args::flag("--unpinned");
        let kept = place.0.join("kept");
        fs::create_dir_all(&kept)?;
        let mut command = Command::new(env::current_exe()?);
        command.arg("serve").env("TMPDIR", &kept).stdout(Stdio::piped());
        // A child inherits the core of its parent.
        if is_pinned {
            cpu::pin(0)?;
        }
        let mut process = Kept::start(&mut command)?;
        if is_pinned {
            cpu::pin(1)?;
        }
        let url = process.first_line()?;
        Ok(Self { place, url, kept, _process: process })
    }

    fn up(&self, side: &str) -> Result<Outcome, Failure> {
        self.spawn(side, "up", &self.place.source(), "-")
    }

    fn down(&self, side: &str, token: &str) -> Result<Outcome, Failure> {
        // A file that is replaced stays in memory beside the new one until that is whole.
        _ = fs::remove_file(self.place.target());
        self.spawn(side, "down", &self.place.target(), token)
    }

    fn spawn(&self, side: &str, way: &str, path: &Path, token: &str) -> Result<Outcome, Failure> {
        let path = path.to_str().ok_or("a path that is not UTF-8")?;
        process::spawn(&["transfer", side, way, &self.url, path, token])
    }
}

impl Drop for Platform<'_> {
    fn drop(&mut self) {
        // The process may still write; what it does from now on goes with the place.
        _ = fs::remove_dir_all(&self.kept);
    }
}
