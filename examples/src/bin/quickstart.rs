//! Sends a message, replies to it, reads it back, and lists the users of a department.
//!
//! On the real platform set LARK_APP_ID, LARK_APP_SECRET and LARK_RECEIVE_ID, for Lark or a private
//! host also LARK_BASE_URL. LARK_DEPARTMENT_ID selects the department; the default is the first one.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use lark_contact::v3::{department, user};
use lark_core::Client;
use lark_examples::{Platform, println, setting, start};
use lark_im::content::Text;
use lark_im::v1::message;

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("quickstart.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let meaning = "the recipient: a chat (oc_...), a user (ou_...) or an email address";
    let receive_id = setting("LARK_RECEIVE_ID", "oc_quickstart", meaning)?;
    messages(&platform.client, &receive_id).await?;
    people(&platform.client).await?;
    if let Some(sandbox) = &platform.sandbox {
        let (requests, tokens) = (sandbox.requests(), sandbox.token_requests());
        println!("\nThe sandbox answered {requests} requests, {tokens} of them for a token.");
    }
    Ok(())
}

async fn messages(client: &Client, receive_id: &str) -> lark_core::Result<()> {
    let sent = client.send(message::to(receive_id, "Hello from Rust")).await?;
    let id = sent.message_id;
    println!("sent     {id} to {receive_id}");

    let text = Text::new("and a reply to it, ").at_all();
    let reply = client.send(message::reply(&id).message(text)).await?;
    println!("replied  {}", reply.message_id);

    let read = client.send(message::get(&id)).await?;
    for message in read.items {
        let text = message.received().ok().and_then(|it| it.to_plain_text()).unwrap_or_default();
        let kind = message.msg_type.as_deref().unwrap_or_default();
        println!("read     {kind}: {}", message.mentioned().with_names(&text));
    }
    Ok(())
}

async fn people(client: &Client) -> lark_core::Result<()> {
    let department = match env::var("LARK_DEPARTMENT_ID") {
        Ok(id) => id,
        Err(_) => first_department(client).await?,
    };
    let list = user::find_by_department().department_id(&department).page_size(10);
    let page = client.send(list).await?;
    println!("\nusers of {department}:");
    for user in &page.items {
        let id = user.open_id.as_deref().unwrap_or_default();
        println!("  {id}  {}", user.name.as_deref().unwrap_or("(name not visible to the app)"));
    }
    if page.has_more == Some(true) {
        println!("  and more on the next page");
    }
    Ok(())
}

/// The first department below the root, whose id is `0`.
async fn first_department(client: &Client) -> lark_core::Result<String> {
    let children = client.send(department::children("0").page_size(1)).await?;
    let first = children.items.into_iter().next();
    Ok(first.and_then(|it| it.open_department_id).unwrap_or_else(|| "0".to_owned()))
}
