//! An app of the marketplace: gets its app ticket, calls for several tenants, and goes on after a
//! restart with what it has in a store.
//!
//! On the real platform set LARK_APP_ID, LARK_APP_SECRET, LARK_TENANT_KEYS (with commas between them),
//! LARK_TOKEN_DIR and LARK_APP_TICKET.
#![allow(clippy::print_stdout, reason = "a program to be watched")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver};
use std::{env, fs, process};

use lark_contact::v3::user;
use lark_core::{Client, ClientBuilder, FileStore};
use lark_examples::{exit_code, is_real, setting};
use lark_sandbox::{App, Sandbox};

const SANDBOX_APP: &str = "cli_6d61726b65740001";
const SANDBOX_SECRET: &str = "sandbox0secret0of0a0market0app";
const SANDBOX_TENANTS: &str = "tenant_north,tenant_south";

#[tokio::main]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<(), Box<dyn Error>> {
    let meaning = "the keys of tenants that have installed the app, with commas between them";
    let tenants = setting("LARK_TENANT_KEYS", SANDBOX_TENANTS, meaning)?;
    if is_real() {
        let directory = setting("LARK_TOKEN_DIR", "", "a directory for tokens and tickets")?;
        // Nobody sends, so without LARK_APP_TICKET the first call's error is the last.
        let (_, tickets) = mpsc::channel();
        return tour(None, Path::new(&directory), &tickets, &tenants).await;
    }
    let (sandbox, tickets) = marketplace().await?;
    let directory = temporary_directory();
    let result = tour(Some(&sandbox), &directory, &tickets, &tenants).await;
    // The error that matters is that of the tour.
    _ = fs::remove_dir_all(&directory);
    result
}

/// A sandbox with an app of the marketplace, and the tickets that it sends.
async fn marketplace() -> Result<(Sandbox, Receiver<String>), Box<dyn Error>> {
    let (sender, tickets) = mpsc::channel();
    let sandbox = Sandbox::builder()
        .add_app(App::marketplace(SANDBOX_APP, SANDBOX_SECRET))
        .tenants(SANDBOX_TENANTS.split(','))
        // Nobody is there to take them once the program ends.
        .on_ticket(move |_, ticket| _ = sender.send(ticket.to_owned()))
        .start()
        .await?;
    println!("LARK_APP_ID and LARK_APP_SECRET are not set, so this runs on a sandbox.\n");
    Ok((sandbox, tickets))
}

fn temporary_directory() -> PathBuf {
    env::temp_dir().join(format!("lark-marketplace-app-{}", process::id()))
}

/// What a process of the app has: a client with a store that outlives it.
fn client(sandbox: Option<&Sandbox>, directory: &Path) -> Result<Client, Box<dyn Error>> {
    let builder = match sandbox {
        Some(it) => Client::builder(SANDBOX_APP, SANDBOX_SECRET).base_url(it.base_url()),
        None => ClientBuilder::from_env()?,
    };
    Ok(builder.marketplace().store(FileStore::open(directory)?).build()?)
}

async fn tour(
    sandbox: Option<&Sandbox>,
    directory: &Path,
    tickets: &Receiver<String>,
    tenants: &str,
) -> Result<(), Box<dyn Error>> {
    let first = client(sandbox, directory)?;
    let tenants: Vec<_> = tenants.split(',').map(str::trim).collect();
    println!("first start:");
    if let Err(error) = greet(&first, &tenants).await {
        // The call that lacks a ticket also has the platform send one.
        let Ok(ticket) = tickets.try_recv() else { return Err(error.into()) };
        println!("  {error}\n\na ticket has come:");
        // All that there is to do about an event app_ticket; the store keeps it.
        first.set_app_ticket(ticket).await?;
        greet(&first, &tenants).await?;
    }
    let before = sandbox.map(Sandbox::token_requests);
    drop(first);

    println!("\nafter a restart:");
    greet(&client(sandbox, directory)?, &tenants).await?;
    if let (Some(before), Some(sandbox)) = (before, sandbox) {
        let after = sandbox.token_requests() - before;
        println!("\nThe sandbox saw {before} token requests before the restart, {after} after it.");
    }
    Ok(())
}

/// Names somebody of each tenant. The copies of the client share the app's token; each tenant's own
/// is fetched with it.
async fn greet(app: &Client, tenants: &[&str]) -> lark_core::Result<()> {
    for tenant in tenants {
        let list = user::find_by_department().department_id("0").page_size(1);
        let page = app.for_tenant(*tenant).send(list).await?;
        let user = page.items.into_iter().next().unwrap_or_default();
        let id = user.open_id.unwrap_or_else(|| "nobody at the root".to_owned());
        println!("  {tenant}: {id}  {}", user.name.unwrap_or_default());
    }
    Ok(())
}
