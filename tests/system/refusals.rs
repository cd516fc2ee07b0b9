//! The sandbox refuses what the platform would refuse, with the platform's codes, and the client
//! says so.

use lark_core::http::Method;
use lark_core::{Client, Error, RawRequest, RequiredCheck, Stage, TokenKind};
use lark_im::v1::message;
use lark_sandbox::Sandbox;
use serde_json::json;

const MESSAGES: &str = "/open-apis/im/v1/messages";

async fn refused(client: &Client, request: RawRequest) -> Error {
    client.send_raw(request).await.expect_err("the sandbox refuses it")
}

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    (sandbox, client)
}

fn create() -> RawRequest {
    RawRequest::post(MESSAGES).query("receive_id_type", "chat_id")
}

#[tokio::test]
async fn an_unknown_path_and_a_wrong_method() {
    let (_sandbox, client) = start().await;
    for request in [
        RawRequest::get("/open-apis/im/v1/no_such_thing"),
        RawRequest::new(Method::PATCH, MESSAGES),
    ] {
        let error = refused(&client, request).await;
        assert_eq!((error.stage(), error.status().map(|it| it.as_u16())), (Stage::Http, Some(404)));
        assert!(error.to_string().contains("404 page not found"), "{error}");
    }
}

#[tokio::test]
async fn missing_unknown_and_mistyped_fields_each_by_name() {
    let (_sandbox, client) = start().await;
    for (body, field) in [
        (json!({"msg_type": "text", "content": "{\"text\":\"hi\"}"}), "receive_id"),
        (
            json!({"receive_id": "oc_1", "msg_type": "text", "content": "{}", "nonsense": 1}),
            "nonsense",
        ),
        (json!({"receive_id": 5, "msg_type": "text", "content": "{}"}), "receive_id"),
    ] {
        let error = refused(&client, create().json(body)).await;
        assert_eq!((error.stage(), error.code()), (Stage::Api, Some(99_992_402)), "{error}");
        let violations = error.api().expect("an api error").field_violations();
        let fields: Vec<_> = violations.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(fields, [field], "{error}");
        assert!(error.log_id().is_some());
    }
    let wrong = create().query("receive_id_kind", "x").json(json!({"receive_id": "oc_1",
        "msg_type": "text", "content": "{}"}));
    let error = refused(&client, wrong).await;
    assert!(error.to_string().contains("receive_id_kind"), "{error}");
}

#[tokio::test]
async fn a_missing_input_that_the_client_was_told_to_send_anyway() {
    let (sandbox, client) = start().await;
    let client = client.with_required_check(RequiredCheck::Off);
    let error = client.send(message::create()).await.expect_err("refused by the platform");
    assert_eq!(error.code(), Some(99_992_402), "{error}");
    assert_eq!(sandbox.requests_of("im.v1.message.create"), 1);
}

#[tokio::test]
async fn no_token_a_false_one_and_one_of_the_wrong_kind() {
    let (sandbox, client) = start().await;
    let none = refused(&client, RawRequest::get(MESSAGES).without_token()).await;
    assert_eq!(none.code(), Some(99_991_661), "{none}");
    assert!(none.is_token_invalid());

    let false_one = refused(&client.as_user("u-false"), RawRequest::get(MESSAGES)).await;
    assert!(matches!(false_one.code(), Some(99_991_668 | 99_991_677)), "{false_one}");

    // message.update takes the tenant token only; sent raw, the client cannot know.
    let user = client.as_user(sandbox.issue_user_token("ou_1"));
    let update = RawRequest::new(Method::PUT, format!("{MESSAGES}/om_1"))
        .token(TokenKind::User)
        .json(json!({}));
    let wrong_kind = refused(&user, update).await;
    assert_eq!(wrong_kind.stage(), Stage::Api);
    assert_eq!(wrong_kind.code(), Some(99_991_676), "{wrong_kind}");
}
