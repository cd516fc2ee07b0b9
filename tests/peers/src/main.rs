//! The official SDKs for Node and Python, unchanged, against the sandbox: they connect, get events whole and
//! in parts, answer callbacks, and come back after kicks, resets and restarts.
//!
//! `cargo xtask peers [--skip node] [--skip python]`. Their packages are installed below the target folder, in
//! the versions that `node/` and `python/` here name.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

mod checks;
mod peer;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use peer::Peer;
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> ExitCode {
    let skipped = match skipped(std::env::args().skip(1)) {
        Ok(skipped) => skipped,
        Err(reason) => {
            eprintln!("{reason}");
            return ExitCode::from(2);
        }
    };
    let mut running = JoinSet::new();
    for peer in Peer::ALL.into_iter().filter(|peer| !skipped.contains(peer)) {
        running.spawn(async move {
            let outcome = run(peer).await;
            outcome.inspect_err(|reason| eprintln!("{}: {reason}", peer.name())).is_ok()
        });
    }
    let passed = running.join_all().await;
    if passed.into_iter().all(|passed| passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn skipped(mut arguments: impl Iterator<Item = String>) -> Result<Vec<Peer>, String> {
    let mut skipped = Vec::new();
    while let Some(argument) = arguments.next() {
        let name = arguments.next().filter(|_| argument == "--skip");
        let peer = Peer::ALL.into_iter().find(|peer| Some(peer.name()) == name.as_deref());
        skipped.push(peer.ok_or("usage: cargo xtask peers [--skip node] [--skip python]")?);
    }
    Ok(skipped)
}

async fn run(peer: Peer) -> Result<(), String> {
    let began = Instant::now();
    let installed = peer.install(&target()).await?;
    let (installation, began) = (began.elapsed(), Instant::now());
    let passed = checks::run(&installed).await?;
    println!(
        "{}: {} in {:.1} s, installed in {:.1} s",
        peer.name(),
        passed.join(", "),
        began.elapsed().as_secs_f64(),
        installation.as_secs_f64(),
    );
    Ok(())
}

/// The target folder: the one this program is in.
fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program.ancestors().nth(2).map(PathBuf::from).unwrap_or_default()
}
