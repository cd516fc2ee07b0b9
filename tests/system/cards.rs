//! Cards on their way: sent, and changed afterwards.

use lark_core::Client;
use lark_im::callback::update_card;
use lark_im::content::{Card, CardColor, ReceivedContent};
use lark_im::v1::message;
use lark_sandbox::Sandbox;
use lark_test_support::{FakeTransport, watched};
use serde_json::json;

#[tokio::test]
async fn a_card_is_sent_and_changed() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let card = Card::markdown("Deploy 7", "waits").callback_button("Go", [("deploy", 7)]);
    let create = message::create().receive_id_type("chat_id").receive_id("oc_42");
    let sent = client.send(create.message(card)).await.expect("sent");
    let id = sent.message_id;
    let done = Card::markdown("Deploy 7", "**done**").color(CardColor::Green);
    let want = Card::from(done.clone());
    client.send(message::patch(&id).card(done)).await.expect("changed");
    let get = message::get(&id).card_msg_content_type("user_card_content");
    let got = client.send(get).await.expect("there").items.remove(0);
    let ReceivedContent::Interactive(got) = got.received().expect("a card") else {
        panic!("{got:?}")
    };
    assert_eq!(got.as_sent(), Some(want));
}

#[tokio::test]
async fn a_card_that_was_used_is_changed_by_its_token() {
    let transport = FakeTransport::always(r#"{"code":0,"msg":"ok"}"#);
    let builder = Client::without_app().transport(transport.clone());
    let client = watched(builder).build().expect("fine").with_tenant_token("t-given");
    let card = Card::from(Card::markdown("Report", "ready"));
    client.send(update_card("c-1").card(card.clone())).await.expect("sent");
    let sent = transport.requests();
    assert_eq!(sent[0].url, "https://open.feishu.cn/open-apis/interactive/v1/card/update");
    assert!(!sent[0].token().is_empty());
    assert_eq!(sent[0].json(), json!({"token": "c-1", "card": card.into_json()}));
    let error = client.send(update_card("c-1")).await.expect_err("no card");
    assert_eq!(error.missing_inputs(), ["card"]);
}
