//! Signs a user in through their browser, makes a call on their behalf, renews the grant, and signs
//! them out. With `--device` they sign in on another device.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET. The app needs the user permissions
//! `offline_access` and `task:tasklist:read`, and among its redirect URLs
//! `http://127.0.0.1:8910/callback`; LARK_REDIRECT_PORT selects another port.

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use lark_core::Client;
use lark_examples::{Platform, is_real, println, start};
use lark_oauth::{Grant, OAuth, UserSessions};
use lark_sandbox::Sandbox;
use lark_task::v2::tasklist;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const SCOPE: &str = "task:tasklist:read";

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("user_login.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let Platform { client, sandbox } = Platform::connect().await?;
    let oauth = OAuth::new(&client);
    let grant = if env::args().any(|argument| argument == "--device") {
        on_a_device(&oauth, sandbox.as_ref()).await?
    } else {
        in_a_browser(&oauth, sandbox.as_ref()).await?
    };
    Ok(use_it(&client, &oauth, &grant).await?)
}

async fn in_a_browser(oauth: &OAuth, sandbox: Option<&Sandbox>) -> Result<Grant, Box<dyn Error>> {
    // The sandbox accepts any port; the platform has a list of redirect URLs.
    let default = if is_real() { "8910" } else { "0" };
    let port = env::var("LARK_REDIRECT_PORT").unwrap_or_else(|_| default.to_owned());
    let port: u16 =
        port.parse().map_err(|_| format!("LARK_REDIRECT_PORT is {port:?}, not a port"))?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let redirect_uri = format!("http://{}/callback", listener.local_addr()?);

    let begun = oauth.authorize(redirect_uri).scope(SCOPE).offline_access().build()?;
    println!("Open this URL and sign in:\n  {}\n", begun.url());
    let callback = match sandbox {
        Some(sandbox) => {
            let sent_to = sandbox.authorize(begun.url());
            tokio::try_join!(callback(&listener), open(&sent_to))?.0
        }
        None => callback(&listener).await?,
    };
    Ok(oauth.exchange_callback(&begun, &callback).await?)
}

async fn on_a_device(oauth: &OAuth, sandbox: Option<&Sandbox>) -> Result<Grant, Box<dyn Error>> {
    let device = oauth.authorize_device(&format!("{SCOPE} offline_access")).await?;
    println!("Open this URL on any device and sign in; the code is {}:", device.user_code);
    println!("  {}\n", device.verification_uri_complete);
    if let Some(sandbox) = sandbox {
        let someone = sandbox.open_ids().into_iter().next().ok_or("the sandbox has no people")?;
        sandbox.approve_device(&device.user_code, &someone);
    }
    println!("Checking every {:?}.\n", device.interval);
    Ok(oauth.wait_for_device_grant(&device).await?)
}

async fn use_it(client: &Client, oauth: &OAuth, grant: &Grant) -> lark_core::Result<()> {
    let user = oauth.user_info(&grant.access_token).await?;
    println!("signed in   {}, {}", user.name, user.open_id);

    // Kept in memory here; with a FileStore it survives a restart.
    let sessions = UserSessions::new(client.clone());
    sessions.save(&user.open_id, grant).await?;
    let session = sessions.session(&user.open_id);
    let as_user = client.as_session(session.clone());
    let lists = as_user.send(tasklist::list().page_size(10)).await?;
    println!("task lists  {}", lists.items.len());

    // Calls renew the token when it is due. This renews it at once, to show that it works.
    let renewed = session.refresh_now().await?;
    let left = renewed.expires_at.duration_since(SystemTime::now()).unwrap_or_default();
    println!("renewed     for {} minutes", left.as_secs().div_ceil(60));

    sessions.sign_out(&user.open_id).await?;
    match as_user.send(tasklist::list()).await {
        // A web server would redirect the user to a new authorization.
        Err(error) if error.is_sign_in_needed() => println!("signed out  {error}"),
        result => drop(result?),
    }
    Ok(())
}

/// Waits for the request with which the browser comes back from the platform, and returns its target:
/// `/callback?code=...&state=...`.
async fn callback(listener: &TcpListener) -> std::io::Result<String> {
    loop {
        let (mut browser, _) = listener.accept().await?;
        // Browsers also open connections in advance, close some of them, and request an icon.
        let Ok(Ok(target)) = timeout(Duration::from_secs(1), target(&mut browser)).await else {
            continue;
        };
        let is_callback = target.starts_with("/callback?");
        let status = if is_callback { "200 OK" } else { "404 Not Found" };
        let text = if is_callback { "Received. The rest is in the terminal." } else { "Not here." };
        let (kind, length) = ("text/plain; charset=utf-8", text.len());
        let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}");
        let page = format!("{head}\r\nConnection: close\r\n\r\n{text}");
        // The code is valid even if the browser does not wait for the page.
        _ = browser.write_all(page.as_bytes()).await;
        if is_callback {
            return Ok(target);
        }
    }
}

/// Reads the head of a request and returns its target, the second word of the first line.
async fn target(browser: &mut TcpStream) -> std::io::Result<String> {
    let mut lines = BufReader::new(browser).take(64 * 1024).lines();
    let first = lines.next_line().await?.unwrap_or_default();
    // Closing a connection with unread input resets it, and the browser would not show the page.
    while lines.next_line().await?.is_some_and(|line| !line.is_empty()) {}
    Ok(first.split(' ').nth(1).unwrap_or_default().to_owned())
}

/// Follows a redirect as a browser does.
async fn open(url: &str) -> std::io::Result<()> {
    let (host, target) = url.trim_start_matches("http://").split_once('/').unwrap_or((url, ""));
    let mut server = TcpStream::connect(host).await?;
    server.write_all(format!("GET /{target} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).await?;
    let mut page = String::new();
    server.read_to_string(&mut page).await?;
    println!("The browser shows: {}\n", page.lines().last().unwrap_or_default());
    Ok(())
}
