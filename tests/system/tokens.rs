//! Tokens over real HTTP; their life is tested in lark-core with a paused clock.

use lark_core::{Client, Stage};
use lark_im::v1::message;
use lark_sandbox::Sandbox;

#[tokio::test]
async fn a_thousand_first_calls_make_one_token_request() {
    let sandbox = Sandbox::start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let calls: Vec<_> = (0..1000)
        .map(|n| {
            let client = client.clone();
            tokio::spawn(async move {
                let request = message::create().receive_id_type("chat_id").receive_id("oc_1");
                client.send(request.message(format!("message {n}"))).await
            })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("sent");
    }
    assert_eq!(sandbox.token_requests(), 1);
    assert_eq!(sandbox.requests_of("im.v1.message.create"), 1000);
}

#[tokio::test]
async fn wrong_credentials_are_an_error_of_stage_token_with_code_and_log_id() {
    let sandbox = Sandbox::start().await.expect("a free port");
    for (id, secret, code) in
        [(sandbox.app_id(), "wrong", 10014), ("cli_0000000000000000", "wrong", 10003)]
    {
        let client = Client::builder(id, secret).base_url(sandbox.base_url());
        let client = client.build().expect("fine until used");
        let request = message::get("om_1");
        let error = client.send(request).await.expect_err("no token");
        assert_eq!((error.stage(), error.code()), (Stage::Token, Some(code)), "{error}");
        assert_eq!(error.operation(), "im.v1.message.get");
        assert!(error.log_id().is_some(), "{error}");
        assert!(!format!("{error} {error:?}").contains("wrong"), "{error:?}");
    }
}
