//! A handler that runs twice sends once.

use std::sync::Arc;
use std::time::Duration;

use lark_core::{Client, Event};
use lark_im::v1::event::MessageReceive;
use lark_im::v1::message;
use lark_sandbox::Sandbox;
use tokio::sync::Semaphore;

use crate::support::{Place, router, send};

/// What the bot has written into a chat.
async fn written(client: &Client, chat: &str) -> usize {
    let list = client
        .send(message::list().container_id_type("chat").container_id(chat))
        .await
        .expect("a list");
    list.items.len()
}

#[tokio::test]
async fn a_handler_that_is_killed_after_it_sent_sends_nothing_twice() {
    let sandbox = Sandbox::start().await.expect("a port");
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let client = client.base_url(sandbox.base_url()).build().expect("a client");
    let chat = client.send(lark_im::v1::chat::create().name("bots")).await.expect("a chat");
    let chat = chat.chat_id;
    let place = Place::new();
    let sent = Arc::new(Semaphore::new(0));
    let answer = |client: Client, sent: Arc<Semaphore>, is_killed: bool| {
        move |event: Event<MessageReceive>| {
            let (client, sent) = (client.clone(), sent.clone());
            async move {
                let client = client.with_idempotency_seed(event.header.idempotency_seed("answer"));
                for text in ["first", "second"] {
                    let chat = &event.payload.message.chat_id;
                    client.send(message::to(chat, text)).await?;
                }
                sent.add_permits(1);
                if is_killed {
                    std::future::pending::<()>().await;
                }
                Ok(())
            }
        }
    };
    let (inbox, _told) = place.builder();
    let first = router(&inbox.build(), answer(client.clone(), sent.clone(), true));
    send(&first, "e1", &chat).await;
    sent.acquire().await.expect("it is open").forget();
    first.shutdown(Duration::ZERO).await;
    assert_eq!(written(&client, &chat).await, 2);

    let (inbox, mut told) = place.builder();
    let second = router(&inbox.build(), answer(client.clone(), sent.clone(), false));
    told.wait_for("committed e1").await;
    assert_eq!(sent.available_permits(), 1, "it ran again");
    assert_eq!(written(&client, &chat).await, 2);
    // Another event is another answer.
    send(&second, "e2", &chat).await;
    told.wait_for("committed e2").await;
    assert_eq!(written(&client, &chat).await, 4);
}
