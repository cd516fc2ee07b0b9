//! Sends a mail from a mailbox and lists what came in.
//!
//! A mail is sent in the name of a user. On the real platform set LARK_APP_ID and LARK_APP_SECRET, LARK_USER_TOKEN
//! (the program `user_login` shows how to get one) and LARK_MAILBOX (an address, or `me`).

use std::error::Error;
use std::process::ExitCode;

use lark_core::Client;
use lark_examples::{Platform, println, setting, start};
use lark_mail::v1::{MailAddress, user_mailbox_message as message};

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("send_mail.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let mailbox = setting("LARK_MAILBOX", "me", "the address of a mailbox")?;
    let token = match &platform.sandbox {
        Some(sandbox) => sandbox.issue_user_token(&sandbox.open_ids()[0]),
        None => setting("LARK_USER_TOKEN", "", "the access token of a user")?,
    };
    Ok(mail(&platform.client.as_user(token), &mailbox).await?)
}

async fn mail(client: &Client, mailbox: &str) -> lark_core::Result<()> {
    let to = MailAddress::new().mail_address("ada@example.com").name("Ada");
    let send = message::send(mailbox)
        .to([to])
        .subject("The report of November")
        .body_plain_text("It is attached to the wiki page.");
    let sent = client.send(send).await?;
    println!("sent {}", sent.message_id);

    let list = message::list(mailbox).folder_id("INBOX").page_size(20).only_unread(true);
    for id in client.items(list).collect_up_to(5).await? {
        let read = client.send(message::get(mailbox, &id)).await?;
        println!("{}", read.message()?.subject.as_deref().unwrap_or("(no subject)"));
    }
    Ok(())
}
