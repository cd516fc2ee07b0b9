//! CPU of reading a list of 20 pages with 50 users each: the SDK's stream of items against bare reqwest.
//!
//! The server has the first core and this process the second, unless `--unpinned` is given. `--tls`.

#![allow(clippy::print_stdout, reason = "the output is what the program is for")]

use std::hint::black_box;

use lark_benches::bare::Bare;
use lark_benches::page::{PAGES, USERS};
use lark_benches::server::Server;
use lark_benches::stats::Pair;
use lark_benches::{Failure, args, cpu};
use lark_contact::v3::user;
use lark_core::{Client, DecodeMode};
use tokio::runtime::Runtime;

fn main() -> Result<(), Failure> {
    let number = |name, default| args::number(name, default).map_err(|error| error.to_string());
    let (rounds, lists) = (number("--rounds", 31)?, number("--lists", 20)?);
    let server = Server::start(!args::flag("--unpinned"), args::flag("--tls"))?;
    let runtime = Runtime::new()?;
    let (client, bare) = (server.client()?, Bare::new(&server)?);

    // Both read all of it, and nothing differs from the spec. Connections are made by this, too.
    let strict = client.with_decode_mode(DecodeMode::Strict);
    let read = (runtime.block_on(users(&strict))?, runtime.block_on(bare.users())?);
    if read != (PAGES * USERS, PAGES * USERS) {
        return Err(format!("the SDK and bare reqwest have read {read:?} users").into());
    }

    println!(
        "{rounds} rounds of {lists} lists, {PAGES} pages of {USERS} users each, CPU us a page"
    );
    let pair = Pair::measure(
        rounds,
        || measure(&runtime, lists, async || Ok(users(&client).await?)),
        || measure(&runtime, lists, async || bare.users().await),
    )?;
    println!("{pair}");
    Ok(())
}

/// Reads all pages, and returns how many users there are.
async fn users(client: &Client) -> lark_core::Result<usize> {
    let mut items = client.items(user::list().page_size(50));
    let mut users = 0;
    while let Some(user) = items.next().await {
        black_box(user?);
        users += 1;
    }
    Ok(users)
}

/// CPU of this process, which the server is not part of, in us a page.
fn measure(
    runtime: &Runtime,
    lists: usize,
    read: impl AsyncFn() -> Result<usize, Failure>,
) -> Result<f64, Failure> {
    let before = cpu::own().cpu;
    runtime.block_on(async {
        for _ in 0..lists {
            black_box(read().await?);
        }
        Ok::<_, Failure>(())
    })?;
    Ok((cpu::own().cpu - before).as_secs_f64() * 1e6 / (lists * PAGES) as f64)
}
