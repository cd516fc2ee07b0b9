//! Custom bots: what goes out, what comes back, and what never shows.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use lark_core::{Client, Error, RetryPolicy, Stage, Value};
use lark_im::bot::{self, CustomBot};
use lark_im::content::{Audio, Card, Content, Post};
use lark_test_support::{FakeTransport, watched};
use ring::hmac;
use serde_json::json;
use tokio::time::Instant;

const OK: &str =
    r#"{"code":0,"msg":"success","data":{},"Extra":null,"StatusCode":0,"StatusMessage":"success"}"#;
/// The canary knows the id and the secret as such.
const URL: &str = "https://open.feishu.cn/open-apis/bot/v2/hook/planted-hook-id";
const SECRET: &str = "planted signing secret";

fn refusal(code: i64, msg: &str) -> String {
    json!({"code": code, "msg": msg, "data": {}}).to_string()
}

fn bot(transport: &FakeTransport) -> CustomBot {
    let options = watched(Client::without_app().transport(transport.clone()));
    CustomBot::with_client_builder(URL, options).expect("a webhook")
}

#[tokio::test]
async fn messages_go_to_the_webhook_as_it_wants_them() {
    let transport = FakeTransport::always(OK);
    let bot = bot(&transport);
    bot.send("hi").await.expect("sent");
    bot.send(Post::new("t").line(["a"])).await.expect("sent");
    bot.send(Card::from_json(json!({"schema": "2.0"}))).await.expect("sent");
    let sent = transport.requests();
    assert!(sent.iter().all(|it| it.url == URL && it.token().is_empty()));
    assert_eq!(sent[0].json(), json!({"msg_type": "text", "content": {"text": "hi"}}));
    assert_eq!(sent[1].json()["content"]["post"]["zh_cn"]["title"], "t");
    assert_eq!(sent[2].json(), json!({"msg_type": "interactive", "card": {"schema": "2.0"}}));
}

/// Answers one request on `listener`, and gives its first line and its body.
fn answer_once(listener: TcpListener) -> JoinHandle<(String, Vec<u8>)> {
    thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a connection");
        let mut reader = BufReader::new(&stream);
        let lines: Vec<String> = reader
            .by_ref()
            .lines()
            .map(|line| line.expect("a line"))
            .take_while(|line| !line.is_empty())
            .collect();
        let length = lines
            .iter()
            .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.expect("a length")];
        reader.read_exact(&mut body).expect("a body");
        let length = OK.len();
        write!(&stream, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{OK}").expect("sent");
        (lines[0].clone(), body)
    })
}

/// The HTTP stack traces what it does, and the canary reads that as well.
#[tokio::test]
async fn messages_go_over_the_default_transport() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/gw", listener.local_addr().expect("bound"));
    let server = answer_once(listener);
    let url = format!("{url}/open-apis/bot/v2/hook/planted-hook-id");
    let bot =
        CustomBot::with_client_builder(url, watched(Client::without_app())).expect("a webhook");
    bot.secret(SECRET).send("hi").await.expect("sent");
    let (line, body) = server.join().expect("no panic");
    assert_eq!(line, "POST /gw/open-apis/bot/v2/hook/planted-hook-id HTTP/1.1");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(body["content"]["text"], "hi");
}

#[tokio::test]
async fn a_signature_is_made_from_the_time_that_is_sent() {
    let transport = FakeTransport::always(OK);
    bot(&transport).secret(SECRET).send("hi").await.expect("sent");
    let body = transport.requests()[0].json();
    let timestamp = body["timestamp"].as_str().expect("a text");
    let sent = UNIX_EPOCH + Duration::from_secs(timestamp.parse().expect("seconds"));
    assert!(SystemTime::now().duration_since(sent).expect("past") < Duration::from_secs(600));
    let sign = BASE64_STANDARD.decode(body["sign"].as_str().expect("a text")).expect("base64");
    let key = hmac::Key::new(hmac::HMAC_SHA256, format!("{timestamp}\n{SECRET}").as_bytes());
    hmac::verify(&key, b"", &sign).expect("the signature is right");
}

#[tokio::test]
async fn refusals_have_their_codes() {
    for (code, msg) in [
        (bot::CODE_BAD_REQUEST, "Bad Request"),
        (bot::CODE_INVALID_WEBHOOK, "param invalid: incoming webhook access token invalid"),
        (bot::CODE_SIGN_MISMATCH, "sign match fail or timestamp is not within one hour"),
        (bot::CODE_IP_NOT_ALLOWED, "Ip Not Allowed"),
        (bot::CODE_KEYWORD_NOT_FOUND, "Key Words Not Found"),
    ] {
        let transport = FakeTransport::scripted([refusal(code, msg)]);
        let error = bot(&transport).send("hi").await.expect_err("refused");
        assert_eq!((error.stage(), error.code(), error.msg()), (Stage::Api, Some(code), Some(msg)));
        assert_eq!(error.to_string(), format!("bot.v2.hook: api: code {code} {msg:?} (HTTP 200)"));
        assert_eq!((transport.requests().len(), error.is_transient()), (1, false));
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_came_too_fast_is_sent_again() {
    let limited = refusal(bot::CODE_FLOW_CONTROL, "frequency limited");
    let transport = FakeTransport::scripted([limited.clone(), limited.clone(), OK.to_owned()]);
    let since = Instant::now();
    bot(&transport).send("hi").await.expect("sent in the end");
    assert!(since.elapsed() >= Duration::from_secs(2), "it waits");
    assert_eq!(transport.requests().len(), 3);

    let transport = FakeTransport::scripted([limited]);
    let options = watched(Client::without_app().transport(transport.clone()));
    let options = options.retry(RetryPolicy::none());
    let bot = CustomBot::with_client_builder(URL, options).expect("a webhook");
    let error = bot.send("hi").await.expect_err("no retries");
    assert!(error.is_rate_limited());
    assert_eq!((error.code(), transport.requests().len()), (Some(bot::CODE_FLOW_CONTROL), 1));
}

#[tokio::test]
async fn what_a_bot_cannot_send_is_refused_before_it_is_sent() {
    let transport = FakeTransport::unused();
    let bot = bot(&transport).secret(SECRET);
    let long = bot.send("x".repeat(20 * 1024)).await.expect_err("too long");
    assert!(long.to_string().contains("the limit is 20480"), "{long}");
    let audio = bot.send(Audio::new("file_1")).await.expect_err("no audio");
    let raw = bot.send(Content::raw("text", "{")).await.expect_err("not JSON");
    for error in [long, audio, raw] {
        assert_eq!((error.stage(), error.operation()), (Stage::Prepare, "bot.v2.hook"));
    }
    assert!(transport.requests().is_empty());
}

/// A page that repeats the path, a refused connection, a token that is not there.
#[tokio::test]
async fn the_webhook_shows_nowhere() {
    let mut errors: Vec<Error> = Vec::new();
    for page in ["<p>cannot POST /open-apis/bot/v2/hook/planted-hook-id</p>", r#"{"ok":"planted"}"#]
    {
        let bot = bot(&FakeTransport::scripted([page])).secret(SECRET);
        lark_canary::check(&format!("{bot:?} {bot:#?}"));
        errors.push(bot.send("hi").await.expect_err("not the platform"));
    }
    let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port");
    let url = format!("http://{port}/open-apis/bot/v2/hook/planted-hook-id");
    let options = watched(Client::without_app().retry(RetryPolicy::none()));
    let bot = CustomBot::with_client_builder(url, options).expect("a webhook").secret(SECRET);
    errors.push(bot.send("hi").await.expect_err("nobody listens"));
    errors.push(CustomBot::new(format!("{URL}?planted")).expect_err("not a webhook"));
    for error in errors {
        lark_canary::check_error(&Err::<(), _>(error));
    }
}

#[tokio::test]
async fn a_client_without_an_app_sends_no_tokens() {
    let transport = FakeTransport::unused();
    let client = watched(Client::without_app().transport(transport.clone())).build();
    let get = lark_im::v1::message::get("om_1");
    let error = client.expect("fine").send(get).await.expect_err("no token");
    assert_eq!(error.stage(), Stage::Prepare);
    assert!(error.to_string().contains("without_app"), "{error}");
    assert!(transport.requests().is_empty());
}
