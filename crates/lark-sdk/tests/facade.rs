//! A program that depends on this crate alone finds everything under its names.

use lark_sdk::im::v1::event::MessageReceive;
use lark_sdk::im::v1::message;
use lark_sdk::{Client, Error, Event, EventKeys, EventRouter, Operation, UserIdType};

#[test]
fn requests_are_those_of_the_single_crates() {
    let user = lark_sdk::contact::v3::user::get("ou_42").user_id_type(UserIdType::OpenId);
    assert_eq!(user, lark_contact::v3::user::get("ou_42").user_id_type("open_id"));
    let hello = message::create().receive_id_type("chat_id").receive_id("oc_42").message("hello");
    assert_eq!(id_of(&hello), "im.v1.message.create");
}

fn id_of<O: Operation>(_: &O) -> &'static str {
    O::META.id
}

#[test]
fn clients_and_routers_are_built() -> Result<(), Error> {
    let client = Client::builder("cli_a1", "secret").build()?;
    let router = EventRouter::builder(EventKeys::new().encrypt_key("key"))
        .on(|_: Event<MessageReceive>| async { Ok(()) })
        .build()?;
    let _webhook = lark_sdk::webhook::Webhook::new(router);
    let _sign_in = lark_sdk::oauth::OAuth::new(&client);
    Ok(())
}
