//! Cards on their way: sent, and changed afterwards.

use lark_im::content::{Card, CardColor};
use lark_im::v1::message;
use lark_sandbox::Sandbox;
use serde_json::Value;

#[tokio::test]
async fn a_card_is_sent_and_changed() {
    let sandbox = Sandbox::start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let card = Card::markdown("Deploy 7", "waits").callback_button("Go", [("deploy", 7)]);
    let create = message::create().receive_id_type("chat_id").receive_id("oc_42");
    let sent = client.send(create.message(card)).await.expect("sent");
    let id = sent.message_id;
    let done = Card::markdown("Deploy 7", "**done**").color(CardColor::Green);
    let want = Card::from(done.clone());
    client.send(message::patch(&id).card(done)).await.expect("changed");
    let got = client.send(message::get(&id)).await.expect("there");
    let content = got.items.into_iter().next().and_then(|it| it.body).expect("a body").content;
    let got: Value = serde_json::from_str(&content).expect("JSON");
    assert_eq!(got, want.into_json());
}
