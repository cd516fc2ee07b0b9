//! What is known about operations, and what clients do with it: missing scopes, documented rate
//! limits, the greatest risk.
#![allow(missing_docs)]

use std::time::Duration;

use lark_core::{Client, Endpoint, Operation, Rate, RawRequest, Risk, Stage, TokenKind, operation};
use lark_test_support::{FakePlatform, FakeResponse, client_builder};
use tokio::time::Instant;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Send {}
operation! { Send => ();
    "demo.v1.message.send" POST "/open-apis/demo/v1/messages" [Tenant User]
    {
        summary: "Sends a message.",
        any_of: "demo:message demo:message:send",
        all_of: "demo:base",
        members: "demo:email=data.email,data.items.email demo:phone",
        rate: "30/min 5/s",
        risk: "write",
        codes: "230001 230002",
    };
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Get {}
operation! { Get => (); "demo.v1.message.get" GET "/open-apis/demo/v1/messages" [Tenant]; }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Post {}
operation! { Post => (); "demo.v1.message.post" POST "/open-apis/demo/v1/post" [Tenant]; }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Search {}
operation! { Search => (); "demo.v1.message.search" POST "/open-apis/demo/v1/search" [Tenant]
    { risk: "read" };
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Delete {}
operation! { Delete => (); "demo.v1.message.delete" DELETE "/open-apis/demo/v1/x" [Tenant]
    { risk: "high-risk-write" };
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Remove {}
operation! { Remove => (); "demo.v1.chat.dissolve" DELETE "/open-apis/demo/v1/x" [Tenant]; }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct BatchDelete {}
operation! { BatchDelete => (); "demo.v1.row.batch_delete" POST "/open-apis/demo/v1/x" [Tenant]; }

const OK: &str = r#"{"code":0,"msg":"ok"}"#;

fn accepting() -> FakePlatform {
    FakePlatform::answering(|_| FakeResponse::new(200, OK))
}

#[test]
fn facts_are_constant_data_of_an_operation() {
    let facts = Send::FACTS;
    assert_eq!((facts.id(), facts.summary()), ("demo.v1.message.send", "Sends a message."));
    assert_eq!((facts.method().as_str(), facts.path()), ("POST", "/open-apis/demo/v1/messages"));
    assert_eq!(facts.token_kinds().collect::<Vec<_>>(), [TokenKind::Tenant, TokenKind::User]);
    assert_eq!(facts.scopes_any_of().collect::<Vec<_>>(), ["demo:message", "demo:message:send"]);
    assert_eq!(facts.scopes_all_of().collect::<Vec<_>>(), ["demo:base"]);
    let of_members: Vec<(_, Vec<_>)> =
        facts.scopes_of_members().map(|(scope, members)| (scope, members.collect())).collect();
    assert_eq!(
        of_members,
        [("demo:email", vec!["data.email", "data.items.email"]), ("demo:phone", vec![])]
    );
    let rates: Vec<_> = facts.rate_limits().collect();
    assert_eq!(rates, [Rate::per_minute(30), Rate::per_second(5)]);
    assert_eq!((rates[0].calls(), rates[0].window()), (30, Duration::from_secs(60)));
    assert_eq!(facts.codes().collect::<Vec<_>>(), [230_001, 230_002]);
    assert_eq!(<&Send>::FACTS, facts);
    assert_eq!(Get::FACTS.summary(), "");
    assert_eq!(Get::FACTS.rate_limits().count(), 0);
}

#[test]
fn the_risk_of_an_operation_is_stated_or_goes_by_its_method() {
    let risks = [Get::FACTS, Post::FACTS, Search::FACTS, Delete::FACTS].map(|it| it.risk());
    assert_eq!(risks, [Risk::Read, Risk::Write, Risk::Read, Risk::HighRiskWrite]);
    // What deletes is a high risk, stated or not.
    assert_eq!(Remove::FACTS.risk(), Risk::HighRiskWrite);
    assert_eq!(BatchDelete::FACTS.risk(), Risk::HighRiskWrite);
    assert!(Risk::Read < Risk::Write && Risk::Write < Risk::HighRiskWrite);
}

async fn rejected(endpoint: Endpoint, body: &'static str) -> lark_core::Error {
    let platform = FakePlatform::scripted([FakeResponse::new(400, body)]);
    let client = client_builder(platform.transport()).endpoint(endpoint).build();
    client.expect("valid options").send(Send {}).await.expect_err("rejected")
}

#[tokio::test]
async fn a_missing_scope_is_named_with_the_page_that_grants_it() {
    const BODY: &str = r#"{"code":99991672,"msg":"Access denied."}"#;
    let link = "app/cli_test/auth?q=demo:message,demo:message:send,demo:base";
    for (endpoint, host) in [(Endpoint::Feishu, "feishu.cn"), (Endpoint::Lark, "larksuite.com")] {
        let error = rejected(endpoint, BODY).await;
        let scopes: Vec<_> = error.missing_scopes().collect();
        assert_eq!(scopes, ["demo:message", "demo:message:send", "demo:base"]);
        let url = format!("https://open.{host}/{link}");
        assert_eq!(error.scopes_url(), Some(&*url));
        assert_eq!(
            error.to_string(),
            format!(
                "demo.v1.message.send: api: code 99991672 \"Access denied.\", needs demo:message \
                 or demo:message:send, and demo:base, granted at {url} (HTTP 400, log id log-1)"
            )
        );
    }
    // A gateway says nothing about where the app lives.
    let error = rejected(Endpoint::custom("https://gateway.example.com"), BODY).await;
    assert_eq!((error.missing_scopes().count(), error.scopes_url()), (3, None));
}

#[tokio::test]
async fn what_the_platform_says_about_a_missing_scope_wins() {
    let body = r#"{"code":99991672,"msg":"Access denied.","error":{
        "permission_violations":[{"type":"action_scope_required","subject":"demo:other"}],
        "helps":[{"url":"https://open.feishu.cn/app/cli_test/auth?q=demo:other&x=1"}]}}"#;
    let error = rejected(Endpoint::Lark, body).await;
    assert_eq!(error.missing_scopes().collect::<Vec<_>>(), ["demo:other"]);
    let url = "https://open.feishu.cn/app/cli_test/auth?q=demo:other&x=1";
    assert_eq!(error.scopes_url(), Some(url));
    assert!(error.to_string().contains(&format!("needs demo:other, granted at {url}")), "{error}");

    let body = r#"{"code":99991672,"msg":"grant: https://open.feishu.cn/app/cli_test/auth?q=a"}"#;
    let error = rejected(Endpoint::Feishu, body).await;
    assert_eq!(error.scopes_url(), Some("https://open.feishu.cn/app/cli_test/auth?q=a"));
    assert!(!error.to_string().contains("granted at"), "its message has the link: {error}");
}

#[tokio::test]
async fn a_scope_that_the_user_has_not_granted_is_not_granted_in_the_console() {
    let error = rejected(Endpoint::Feishu, r#"{"code":99991679,"msg":"Unauthorized."}"#).await;
    assert_eq!((error.missing_scopes().count(), error.scopes_url()), (3, None));
    assert!(error.to_string().contains("granted by the user, who has to sign in again"), "{error}");
}

#[tokio::test]
async fn other_errors_and_raw_requests_name_no_scopes() {
    let error = rejected(Endpoint::Feishu, r#"{"code":230001,"msg":"bad"}"#).await;
    assert_eq!((error.missing_scopes().count(), error.scopes_url()), (0, None));
    let body = r#"{"code":99991672,"msg":"Access denied."}"#;
    let client = FakePlatform::scripted([FakeResponse::new(400, body)]).client();
    let error = client.send_raw(RawRequest::get("/x")).await.expect_err("rejected");
    assert_eq!((error.missing_scopes().count(), error.scopes_url()), (0, None));
}

/// When calls that start together are sent, in milliseconds.
async fn times(client: &Client, calls: usize) -> Vec<u128> {
    let start = Instant::now();
    let mut times = Vec::new();
    for _ in 0..calls {
        client.send(Send {}).await.expect("accepted");
        times.push(start.elapsed().as_millis());
    }
    times
}

/// 5 a second, and at most 30 a minute: after six seconds the minute is full.
#[tokio::test(start_paused = true)]
async fn documented_rate_limits_hold_all_of_them() {
    let builder = accepting().builder().documented_rate_limits();
    let client = builder.timeout(Duration::from_secs(90)).build().expect("valid options");
    let times = times(&client, 36).await;
    for window in times.windows(6) {
        assert!(window[5] - window[0] >= 1000, "{window:?}");
    }
    for window in times.windows(31) {
        assert!(window[30] - window[0] >= 60_000, "{window:?}");
    }
    assert_eq!(times[4], 0, "a burst is within the limit");
    assert!(times[29] < 5_200 && times[35] < 61_500, "no slower than they: {times:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rate_of_the_user_takes_precedence_and_the_default_is_for_the_rest() {
    let builder = accepting().builder().documented_rate_limits();
    let builder = builder.rate_limit::<Send>(Rate::per_second(10));
    let client = builder.default_rate_limit(Rate::per_second(2)).build().expect("valid options");
    let sent = times(&client, 40).await;
    assert!(sent[9] == 0 && sent[39] < 3_200, "{sent:?}");
    let start = Instant::now();
    for _ in 0..4 {
        client.send(Get {}).await.expect("accepted");
    }
    assert!(start.elapsed() >= Duration::from_secs(1), "nothing is published for it");
    let undocumented = accepting().client();
    assert_eq!(times(&undocumented, 40).await[39], 0, "only if asked for");
}

#[tokio::test(start_paused = true)]
async fn a_copy_keeps_the_documented_rates_of_what_it_calls() {
    let client = accepting().client();
    let copy = client.with_documented_rate_limits();
    let sent = times(&copy, 12).await;
    assert!(sent.windows(6).all(|window| window[5] - window[0] >= 1000), "{sent:?}");
    assert!(sent[4] == 0 && sent[11] < 2_500, "no slower than that: {sent:?}");
    let shared = times(&client, 6).await;
    assert!(shared[5] >= 500, "they wait in one line: {shared:?}");
    for _ in 0..20 {
        copy.send(Get {}).await.expect("nothing is published for it");
    }
}

/// The limits of the documentation hold also while the platform itself asks to slow down.
#[tokio::test(start_paused = true)]
async fn a_rejection_for_the_rate_is_kept_beside_the_documented_limits() {
    let mut calls = 0;
    let platform = FakePlatform::answering(move |_| {
        calls += 1;
        match calls {
            1 => FakeResponse::new(429, r#"{"code":99991400,"msg":"slow down"}"#)
                .header("x-ogw-ratelimit-limit", "2")
                .header("x-ogw-ratelimit-reset", "1"),
            _ => FakeResponse::new(200, OK),
        }
    });
    let client = platform.builder().documented_rate_limits().build().expect("valid options");
    let times = times(&client, 6).await;
    assert!(times[0] >= 1_000, "{times:?}");
    assert!(times.windows(3).all(|window| window[2] - window[0] >= 900), "{times:?}");
}

#[tokio::test]
async fn what_is_riskier_than_allowed_is_rejected_before_any_io() {
    let platform = accepting();
    let client = platform.builder().max_risk(Risk::Write).build().expect("valid options");
    client.send(Get {}).await.expect("a read");
    client.send(Post {}).await.expect("a write");
    let sent = platform.requests().len();
    let error = client.send(Delete {}).await.expect_err("too risky");
    assert_eq!(error.stage(), Stage::Prepare);
    assert_eq!(
        error.to_string(),
        "demo.v1.message.delete: prepare: its risk is high-risk-write, and max_risk of the client \
         is write"
    );
    assert_eq!(client.send_raw(Delete {}).await.expect_err("so too").stage(), Stage::Prepare);
    assert_eq!(client.send_full(Delete {}).await.expect_err("so too").stage(), Stage::Prepare);
    let raw = client.send_raw(RawRequest::post("/open-apis/demo/v1/post")).await;
    assert_eq!(raw.expect_err("it may be anything").stage(), Stage::Prepare);
    client.send_raw(RawRequest::get("/open-apis/demo/v1/post")).await.expect("a read");
    assert_eq!(platform.requests().len(), sent + 1);
}

#[tokio::test]
async fn a_copy_allows_less_but_never_more() {
    let client = accepting().client();
    let agent = client.with_max_risk(Risk::Read);
    agent.send(Search {}).await.expect("a read, whatever its method");
    agent.send(Post {}).await.expect_err("a write");
    agent.with_max_risk(Risk::HighRiskWrite).send(Post {}).await.expect_err("still a write");
    client.send(Delete {}).await.expect("everything, by default");
    let sign_in = RawRequest::post("/open-apis/authen/v2/oauth/token").without_token().oauth();
    agent.send_raw(sign_in.clone()).await.expect("users may sign in");
    agent.send_raw(sign_in.token(TokenKind::Tenant)).await.expect_err("that is another call");
}
