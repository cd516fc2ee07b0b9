//! A bot that repeats what it receives: it replies to text with text and with a card, and the card's
//! button updates the card.
//!
//! By default it runs on a sandbox, where a simulated user writes and presses the button. On the real platform
//! set LARK_APP_ID and LARK_APP_SECRET, start it, and choose "long connection" for events and callbacks in
//! the developer console.
//!
//! With `--webhook` it receives them over HTTP instead. On the real platform this also needs
//! LARK_ENCRYPT_KEY and LARK_VERIFICATION_TOKEN, and the public URL of LARK_LISTEN (0.0.0.0:8080) in the
//! developer console.

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use lark_core::{Client, Event, EventKeys, EventOutcome, EventRouter, HandlerError};
use lark_examples::{Platform, println, setting, start};
use lark_im::callback::{CardAction, CardReply, Toast};
use lark_im::content::card::Button;
use lark_im::content::{Card, CardColor, ReceivedContent, escape_mentions};
use lark_im::v1::event::MessageReceive;
use lark_im::v1::message;
use lark_sandbox::{Press, Sandbox};
use lark_webhook::Server;
use tokio::sync::oneshot;

const SANDBOX_KEY: &str = "the encrypt key of the echo bot";
const SANDBOX_TOKEN: &str = "the verification token of the echo bot";

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("echo_bot.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let Platform { client, sandbox } = Platform::connect().await?;
    let by_webhook = env::args().any(|argument| argument == "--webhook");
    let router = bot(&client, if by_webhook { keys()? } else { EventKeys::none() })?;
    match sandbox {
        Some(sandbox) if by_webhook => over_http(&sandbox, &client, router).await,
        Some(sandbox) => over_a_connection(&sandbox, &client, router).await,
        None if by_webhook => {
            let listen = env::var("LARK_LISTEN").unwrap_or_else(|_| "0.0.0.0:8080".to_owned());
            println!("Listening on {listen}; Ctrl-C stops the bot.");
            Ok(lark_webhook::serve(listen, router).await.map(drop)?)
        }
        None => {
            println!("Connecting; Ctrl-C stops the bot.");
            Ok(lark_ws::serve(&client, router).await.map(drop)?)
        }
    }
}

fn keys() -> Result<EventKeys, String> {
    let page = "of the page Events and callbacks in the developer console";
    Ok(EventKeys::new()
        .encrypt_key(setting("LARK_ENCRYPT_KEY", SANDBOX_KEY, page)?)
        .verification_token(setting("LARK_VERIFICATION_TOKEN", SANDBOX_TOKEN, page)?))
}

/// The bot itself. Its handlers share the client.
fn bot(client: &Client, keys: EventKeys) -> lark_core::Result<EventRouter> {
    EventRouter::builder(keys)
        .state(client.clone())
        .on(echo)
        .on_callback(|_: Arc<Client>, event: Event<CardAction>| async move {
            let received = event.payload.action.value["received"].as_str().unwrap_or_default();
            let card = Card::markdown("Echo", format!("~~{}~~", escape_mentions(received)))
                .color(CardColor::Grey);
            Ok(CardReply::from(Toast::success("Forgotten")).card(card))
        })
        .build()
}

async fn echo(client: Arc<Client>, event: Event<MessageReceive>) -> Result<(), HandlerError> {
    let received = event.payload.message;
    // It ignores pictures and files.
    let ReceivedContent::Text { text, .. } = received.received()? else {
        return Ok(());
    };
    // With names instead of keys such as `@_user_1`.
    let text = received.mentioned().with_names(&text);
    // The key depends on the message only, so a redelivery sends nothing twice.
    let reply = message::reply(&received.message_id).uuid(format!("{}-text", received.message_id));
    client.send(reply.message(format!("You wrote: {text}"))).await?;
    // What somebody writes must not mention everybody.
    let card = Card::markdown("Echo", escape_mentions(&text))
        .element(Button::new("Forget it").callback([("received", text)]));
    let reply = message::reply(&received.message_id).uuid(format!("{}-card", received.message_id));
    client.send(reply.message(card)).await?;
    Ok(())
}

/// The bot opens a connection to the sandbox.
async fn over_a_connection(
    sandbox: &Sandbox,
    client: &Client,
    router: EventRouter,
) -> Result<(), Box<dyn Error>> {
    let connection = lark_ws::connect(client, router.clone());
    let mut state = connection.handle().watch();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(connection.run(async { _ = stopped.await }));
    state.wait_for(|state| state.is_connected()).await?;
    rehearse(sandbox, client, &router).await?;
    drop(stop);
    running.await??;
    Ok(())
}

/// The sandbox calls a server of the bot.
async fn over_http(
    sandbox: &Sandbox,
    client: &Client,
    router: EventRouter,
) -> Result<(), Box<dyn Error>> {
    let server = Server::builder().any_path(router.clone()).bind("127.0.0.1:0").await?;
    let url = format!("http://{}/lark", server.local_addr());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run_until(async { _ = stopped.await }));
    let pushes = sandbox.pushes().encrypt_key(SANDBOX_KEY).verification_token(SANDBOX_TOKEN);
    pushes.subscribe(&url).await?;
    pushes.send_callbacks_to(&url).await?;
    rehearse(sandbox, client, &router).await?;
    drop(stop);
    running.await?;
    Ok(())
}

/// Plays a conversation with a simulated user.
async fn rehearse(
    sandbox: &Sandbox,
    client: &Client,
    router: &EventRouter,
) -> Result<(), Box<dyn Error>> {
    let people = sandbox.open_ids();
    let user = sandbox.user(people.first().ok_or("the sandbox has no people")?);
    println!("user:   good morning");
    let received = user.write("good morning").await?;
    let card = show_replies(client, &received).await?;

    let shown = user.press(&card, Press::on("Forget it")).await?;
    println!("user presses the button and sees: {}", shown.toast.ok_or("no toast")?["content"]);
    let changed = client.send(message::get(&card)).await?;
    let changed = content(changed.items.first().ok_or("no card")?);
    println!("card:   {changed}");
    if !changed.contains("~~good morning~~") {
        return Err("the card has not changed".into());
    }

    let handled = router.count(EventOutcome::Handled);
    println!("\nThe router handled {handled} pushes.");
    match handled {
        2 => Ok(()),
        other => Err(format!("{other} pushes instead of one message and one press").into()),
    }
}

/// Prints what the bot replied to `received`, and returns the id of its card.
async fn show_replies(client: &Client, received: &str) -> Result<String, Box<dyn Error>> {
    let message = client.send(message::get(received)).await?.items;
    let chat = message.into_iter().next().and_then(|it| it.chat_id).ok_or("no chat")?;
    let mut replies = client.items(message::list().container_id_type("chat").container_id(chat));
    let mut card = None;
    while let Some(reply) = replies.next().await.transpose()? {
        if reply.message_id == received {
            continue;
        }
        println!("bot:    {}", content(&reply));
        if reply.msg_type.as_deref() == Some("interactive") {
            card = Some(reply.message_id);
        }
    }
    card.ok_or_else(|| "the bot sent no card".into())
}

fn content(message: &lark_im::v1::Message) -> String {
    message.received().ok().and_then(|it| it.to_plain_text()).unwrap_or_default()
}
