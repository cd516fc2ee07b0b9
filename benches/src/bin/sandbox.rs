//! What a sandbox costs: the time until it listens, and the memory of its documents.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::error::Error;
use std::time::Instant;

use lark_benches::cpu;
use lark_core::{Client, RawRequest};
use lark_sandbox::{Sandbox, spec};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let before = cpu::own().peak_kib;
    let begin = Instant::now();
    let sandbox = Sandbox::start().await?;
    println!("start: {:.2} ms", ms(begin));
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let client = client.base_url(sandbox.base_url()).build()?;
    let begin = Instant::now();
    let users = RawRequest::get("/open-apis/contact/v3/users");
    client.send_raw(users).await?;
    println!("first call, with its token, people and document: {:.2} ms", ms(begin));
    println!("memory after it: {} KiB, {before} KiB before the start", cpu::own().peak_kib);
    let begin = Instant::now();
    let operations = spec::operation_ids().filter(|id| spec::response_schema(id).is_some()).count();
    let events = spec::events().map(spec::EventSpec::payload).count();
    println!(
        "reading all documents ({operations} responses, {events} events): {:.2} ms",
        ms(begin)
    );
    println!("memory with all of them: {} KiB", cpu::own().peak_kib);
    Ok(())
}

fn ms(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1000.0
}
