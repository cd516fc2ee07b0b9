//! Decoding a page of users: the SDK against serde derives.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::error::Error;
use std::hint::black_box;

use bytes::Bytes;
use lark_benches::memory::Memory;
use lark_benches::page::{self, USERS};
use lark_benches::serde_users::{Envelope, UserPage};
use lark_benches::stats::Pair;
use lark_benches::{args, cpu};
use lark_contact::v3::user;
use lark_core::Client;
use tokio::runtime::{Builder, Runtime};

const EMPTY: &str = r#"{"code":0,"msg":"success","data":{}}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = args::number("--rounds", 15)?;
    let calls = args::number("--calls", 1000)?;
    let json = Bytes::from(page::users(USERS));
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let (client, idle) =
        (Memory::client(json.clone())?, Memory::client(Bytes::from_static(EMPTY.as_bytes()))?);
    check(&runtime, &client, &json)?;

    println!("{USERS} users, {} bytes, {rounds} rounds of {calls}, CPU us an answer", json.len());
    let pair =
        Pair::measure(rounds, || call_all(&runtime, &client, calls), || derive_all(&json, calls))?;
    println!("whole call over a transport in memory: {pair}");
    // The pipeline without the page, to be subtracted by whoever wants decoding alone.
    let pipeline = Pair::measure(
        rounds,
        || call_all(&runtime, &idle, calls * 10),
        || derive_all(EMPTY.as_bytes(), calls * 10),
    )?;
    println!("the same with empty data:              {pipeline}");
    let alone = pair.sdk.median() - pipeline.sdk.median();
    println!("decoding alone: {alone:.2}, ratio {:.3}", alone / pair.bare.median());
    Ok(())
}

/// Both sides read the same, and nothing is reported as different from the spec.
fn check(runtime: &Runtime, client: &Client, json: &[u8]) -> Result<(), Box<dyn Error>> {
    let strict = client.with_decode_mode(lark_core::DecodeMode::Strict);
    let page = runtime.block_on(strict.send(user::list()))?;
    let by_hand: Envelope<UserPage> = serde_json::from_slice(json)?;
    let by_hand = by_hand.data.ok_or("no data")?;
    let same = page.items.iter().zip(&by_hand.items).all(|(sdk, bare)| {
        sdk.open_id == bare.open_id
            && sdk.name == bare.name
            && sdk.custom_attrs.len() == bare.custom_attrs.len()
    });
    if same && page.items.len() == by_hand.items.len() {
        Ok(())
    } else {
        Err("the two sides disagree".into())
    }
}

fn call_all(runtime: &Runtime, client: &Client, calls: usize) -> Result<f64, Box<dyn Error>> {
    let before = cpu::own().cpu;
    runtime.block_on(async {
        for _ in 0..calls {
            black_box(client.send(user::list()).await?);
        }
        Ok::<_, lark_core::Error>(())
    })?;
    Ok(per_call(before, calls))
}

fn derive_all(json: &[u8], calls: usize) -> Result<f64, Box<dyn Error>> {
    let before = cpu::own().cpu;
    for _ in 0..calls {
        black_box(serde_json::from_slice::<Envelope<UserPage>>(black_box(json))?);
    }
    Ok(per_call(before, calls))
}

fn per_call(before: std::time::Duration, calls: usize) -> f64 {
    (cpu::own().cpu - before).as_secs_f64() * 1e6 / calls as f64
}
