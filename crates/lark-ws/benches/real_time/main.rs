//! What takes minutes of real time: black holes in each phase, a process that is stopped, the soak.
//!
//! `cargo bench -p lark-ws --bench real_time --profile dev`, with the name of one of them to run it alone.
#![allow(missing_docs, clippy::print_stdout, reason = "the findings of a measurement")]

mod black_holes;
#[path = "../../tests/sockets/bot.rs"]
mod bot;
#[path = "../../tests/sockets/soak.rs"]
mod soak;
#[cfg(unix)]
mod stopped;

use std::env;

#[tokio::main]
async fn main() {
    #[cfg(unix)]
    if stopped::be_stopped().await {
        return;
    }
    let names: Vec<String> = env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    let runs = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    if runs("black_holes") {
        black_holes::run().await;
    }
    #[cfg(unix)]
    if runs("stopped") {
        stopped::run().await;
    }
    if runs("soak") {
        soak::soak(&soak::Soak { events: 10_000, per_second: 500, disconnects: 100 }).await;
    }
}
