//! A marketplace app: receives its app ticket as an event, makes calls for several tenants, and
//! continues after a restart from its store.
//!
//! On the real platform set LARK_APP_ID, LARK_APP_SECRET, LARK_TENANT_KEYS (separated by commas),
//! LARK_TOKEN_DIR, LARK_ENCRYPT_KEY and LARK_VERIFICATION_TOKEN, and enter the public URL of LARK_LISTEN
//! (0.0.0.0:8080) for events.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, process};

use lark_contact::v3::user;
use lark_core::{Client, ClientBuilder, Event, EventKeys, EventRouter, FileStore};
use lark_examples::{is_real, println, setting, start};
use lark_legacy::v1::event::AppTicket;
use lark_sandbox::{App, Sandbox};
use lark_webhook::Server;
use tokio::sync::{mpsc, oneshot};

const SANDBOX_APP: &str = "cli_6d61726b65740001";
const SANDBOX_SECRET: &str = "sandbox0secret0of0a0market0app";
const SANDBOX_KEY: &str = "the encrypt key of the app";
const SANDBOX_TOKEN: &str = "the verification token of the app";
const SANDBOX_TENANTS: &str = "tenant_north,tenant_south";

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("marketplace_app.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let meaning = "the keys of tenants that have installed the app, with commas between them";
    let tenants = setting("LARK_TENANT_KEYS", SANDBOX_TENANTS, meaning)?;
    let tenants: Vec<_> = tenants.split(',').map(str::trim).collect();
    if is_real() {
        let directory = setting("LARK_TOKEN_DIR", "", "a directory for tokens and tickets")?;
        return tour(None, Path::new(&directory), &tenants).await;
    }
    println!("LARK_APP_ID and LARK_APP_SECRET are not set, so this runs on a sandbox.\n");
    let app = App::marketplace(SANDBOX_APP, SANDBOX_SECRET);
    let builder = Sandbox::builder().add_app(app).tenants(SANDBOX_TENANTS.split(','));
    let (sandbox, directory) = (builder.start().await?, temporary_directory());
    let result = tour(Some(&sandbox), &directory, &tenants).await;
    // The error that matters is that of the tour.
    _ = fs::remove_dir_all(&directory);
    result
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
    tenants: &[&str],
) -> Result<(), Box<dyn Error>> {
    let first = client(sandbox, directory)?;
    let (stop, stopped) = oneshot::channel::<()>();
    let (server, mut tickets) = receive_events(&first, sandbox).await?;
    let url = format!("http://{}/events", server.local_addr());
    let running = tokio::spawn(server.run_until(async { _ = stopped.await }));
    if let Some(sandbox) = sandbox {
        let pushes = sandbox.pushes_to(SANDBOX_APP).encrypt_key(SANDBOX_KEY);
        pushes.verification_token(SANDBOX_TOKEN).subscribe(&url).await?;
    }

    println!("first start:");
    while let Err(error) = greet(&first, tenants).await {
        if !error.is_app_ticket_needed() {
            return Err(error.into());
        }
        // A call without a ticket makes the platform send one.
        println!("  {error}\n\nwaiting for the event app_ticket:");
        let app = tickets.recv().await.ok_or("the receiver of events has ended")?;
        println!("  received a ticket for {app}; it is in the store");
    }
    drop(stop);
    running.await?;
    let before = sandbox.map(Sandbox::token_requests);
    drop(first);

    println!("\nafter a restart:");
    greet(&client(sandbox, directory)?, tenants).await?;
    if let (Some(before), Some(sandbox)) = (before, sandbox) {
        let after = sandbox.token_requests() - before;
        println!("\nThe sandbox saw {before} token requests before the restart, {after} after it.");
    }
    Ok(())
}

/// A server that stores the tickets it receives as events in the client, and then sends the app id
/// to the channel.
async fn receive_events(
    client: &Client,
    sandbox: Option<&Sandbox>,
) -> Result<(Server, mpsc::UnboundedReceiver<String>), Box<dyn Error>> {
    let page = "of the page Events and callbacks in the developer console";
    let keys = EventKeys::new()
        .encrypt_key(setting("LARK_ENCRYPT_KEY", SANDBOX_KEY, page)?)
        .verification_token(setting("LARK_VERIFICATION_TOKEN", SANDBOX_TOKEN, page)?);
    let (sender, tickets) = mpsc::unbounded_channel();
    let router = EventRouter::builder(keys)
        .client(client)
        .on(move |event: Event<AppTicket>| {
            // The receiver is gone once the tour is over.
            _ = sender.send(event.header.app_id);
            async { Ok(()) }
        })
        .build()?;
    let listen = match sandbox {
        Some(_) => "127.0.0.1:0".to_owned(),
        None => env::var("LARK_LISTEN").unwrap_or_else(|_| "0.0.0.0:8080".to_owned()),
    };
    Ok((Server::builder().any_path(router).bind(listen).await?, tickets))
}

/// Prints one person of each tenant. The copies of the client share the app's token, with which each
/// tenant's own token is fetched.
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
