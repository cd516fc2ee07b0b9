//! What a call sends, and what it makes of the answer.
#![allow(missing_docs)]

use lark_core::{
    DecodeMode, RawRequest, RequiredCheck, Stage, TransportError, TransportErrorKind, open_enum,
    operation, record,
};
use lark_test_support::{FakePlatform, FakeResponse, FakeTransport, client_builder};

open_enum! {
    /// A colour.
    Color { /// Red.
        Red = "red", /// Blue.
        Blue = "blue",
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tag {
    pub(crate) name: Option<String>,
    pub(crate) weight: Option<f64>,
    pub(crate) children: Option<Vec<Tag>>,
}
record! { Tag both; name!: into String, weight: copy f64, children: list Tag }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Thing {
    pub(crate) id: String,
    pub(crate) size: i64,
    pub(crate) at: Option<i64>,
    pub(crate) color: Option<Color>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) on: Option<bool>,
}
record! { Thing decode; id!, size!, at as text, color, tags, on }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PutThing {
    pub(crate) thing_id: String,
    pub(crate) dry: Option<bool>,
    pub(crate) ids: Option<Vec<String>>,
    pub(crate) title: Option<String>,
    pub(crate) at: Option<i64>,
    pub(crate) tags: Option<Vec<Tag>>,
}
operation! { PutThing => Thing;
    "demo.v1.thing.put" PUT "/open-apis/demo/v1/things/{thing_id}" json [Tenant User];
    path thing_id,
    query dry: copy bool,
    query ids!: list_into String,
    body title!: into String,
    body at as text: copy i64,
    body tags: list Tag,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AskUser {}
operation! { AskUser => (); "demo.v1.user.ask" GET "/open-apis/demo/v1/ask" [User]; }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AskTenant {}
operation! { AskTenant => (); "demo.v1.tenant.ask" GET "/open-apis/demo/v1/ask" [Tenant]; }

fn put(thing_id: &str) -> PutThing {
    PutThing { thing_id: thing_id.to_owned(), ..PutThing::default() }
}

const OK: (u16, &str) = (200, r#"{"code":0,"msg":"success","data":{"id":"a","size":1}}"#);

#[tokio::test]
async fn inputs_travel_where_they_belong() {
    let platform = FakePlatform::scripted([OK]);
    let request = put("a/b ü?")
        .dry(false)
        .ids(["x y", "z&"])
        .title("\"hi\"\n你好")
        .at(9_007_199_254_740_993)
        .tags([Tag::new().name("n").weight(1.5).children([Tag::new().name("m")])]);
    let thing = platform.client_without_retries().send(&request).await.expect("a success");
    assert_eq!((thing.id.as_str(), thing.size), ("a", 1));
    let call = &platform.calls()[0];
    assert_eq!(call.method, "PUT");
    assert_eq!(
        call.url,
        "https://open.feishu.cn/open-apis/demo/v1/things/a%2Fb%20%C3%BC%3F\
         ?dry=false&ids=x+y&ids=z%26"
    );
    assert_eq!(call.authorization(), "Bearer t-1");
    assert_eq!(
        call.text(),
        r#"{"title":"\"hi\"\n你好","at":"9007199254740993","tags":[{"name":"n","weight":1.5,"children":[{"name":"m"}]}]}"#
    );
}

#[tokio::test]
async fn all_missing_inputs_are_named_before_anything_is_sent() {
    let platform = FakePlatform::unused();
    let request = put("").tags([Tag::new(), Tag::new().name("n").children([Tag::new()])]);
    let error =
        platform.client_without_retries().send(&request).await.expect_err("inputs are missing");
    assert_eq!(
        error.to_string(),
        "demo.v1.thing.put: prepare: missing thing_id, ids, title, tags[0].name, \
         tags[1].children[0].name"
    );
    assert!(platform.requests().is_empty(), "not even for a token");
}

#[tokio::test]
async fn the_required_check_can_be_turned_off_for_a_wrong_spec() {
    let platform = FakePlatform::scripted([OK]);
    let client = platform.client_without_retries().with_required_check(RequiredCheck::Off);
    client.send(put("a")).await.expect("sent as it is");
    assert_eq!(platform.calls()[0].text(), "{}");
}

#[tokio::test]
async fn values_that_json_cannot_carry_are_refused() {
    let client = FakePlatform::unused().client_without_retries();
    let request = put("..").ids(["a"]).title("t").tags([Tag::new().name("n").weight(f64::NAN)]);
    let error = client.send(request).await.expect_err("not sendable");
    assert_eq!(
        error.to_string(),
        "demo.v1.thing.put: prepare: thing_id cannot be \"..\", \
         tags[0].weight is not a finite number"
    );
}

#[tokio::test]
async fn a_call_that_cannot_have_a_token_is_refused_before_any_io() {
    let platform = FakePlatform::unused();
    let error = platform.client_without_retries().send(AskUser {}).await.expect_err("no user");
    assert_eq!(error.stage(), Stage::Prepare);
    assert_eq!(
        error.to_string(),
        "demo.v1.user.ask: prepare: it needs a user token; call it on client.as_user(token)"
    );
    let error = platform
        .client_without_retries()
        .as_user("u-1")
        .send(AskTenant {})
        .await
        .expect_err("a user");
    assert!(error.to_string().contains("takes the tenant token only"), "{error}");
    assert!(platform.requests().is_empty());
}

#[tokio::test]
async fn a_scoped_copy_sends_the_user_token_and_the_original_does_not() {
    let platform = FakePlatform::scripted([OK, OK]);
    let client = platform.client_without_retries();
    let request = put("a").ids(["b"]).title("c");
    client.as_user("u-1").send(&request).await.expect("a success");
    client.send(&request).await.expect("a success");
    let tokens: Vec<_> = platform.calls().iter().map(|it| it.token().to_owned()).collect();
    assert_eq!(tokens, ["u-1", "t-1"]);
}

async fn failure(status: u16, body: &'static str) -> lark_core::Error {
    let platform = FakePlatform::scripted([(status, body)]);
    let request = put("a").ids(["b"]).title("c");
    platform.client_without_retries().send(request).await.expect_err("a failure")
}

#[tokio::test]
async fn a_code_is_an_error_whatever_the_status() {
    const BODY: &str = r#"{"code":99991672,"msg":"Access denied","error":{"log_id":"body",
        "permission_violations":[{"type":"scope","subject":"im:message","description":"d"}],
        "field_violations":[{"field":"ids","value":"b","description":"not an id"}]}}"#;
    for status in [200, 400, 403] {
        let error = failure(status, BODY).await;
        assert_eq!(error.code(), Some(99_991_672));
        assert_eq!(error.missing_scopes().collect::<Vec<_>>(), ["im:message"]);
        assert_eq!(
            error.to_string(),
            format!(
                "demo.v1.thing.put: api: code 99991672 \"Access denied\", ids: not an id, \
                 needs im:message, granted at \
                 https://open.feishu.cn/app/cli_test/auth?q=im:message (HTTP {status}, log id log-1)"
            )
        );
    }
}

#[tokio::test]
async fn answers_that_are_not_the_platforms_are_told_with_their_first_bytes() {
    for (status, body, stage, text) in [
        (502, "<html>\nBad Gateway", Stage::Http, r#"the response starts "<html>\nBad Gateway""#),
        (404, "404 page not found", Stage::Http, "HTTP 404, log id log-1"),
        (200, r#"{"code":0,"data":{"id":"#, Stage::Decode, "EOF while parsing"),
        (200, "", Stage::Decode, "decode: the response is empty (HTTP 200"),
        (200, "[1]", Stage::Decode, "not a JSON object"),
        (200, r#"{"ok":true}"#, Stage::Decode, "there is no code in the response"),
        (200, "{\"code\":0} trailing", Stage::Decode, "trailing characters"),
    ] {
        let error = failure(status, body).await;
        assert_eq!(error.stage(), stage, "{error}");
        assert!(error.to_string().contains(text), "{error}");
        assert!(error.to_string().starts_with("demo.v1.thing.put: "), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[tokio::test]
async fn a_broken_connection_is_an_error_of_stage_send() {
    let broken = TransportError::new(TransportErrorKind::Connect, "connection refused");
    let platform = FakePlatform::scripted([broken]);
    let error = platform.client_without_retries().send(AskTenant {}).await.expect_err("no answer");
    assert_eq!(error.to_string(), "demo.v1.tenant.ask: send: cannot connect: connection refused");
    assert!(error.is_transient());
}

#[tokio::test]
async fn a_refused_token_request_is_an_error_of_stage_token() {
    let platform = FakePlatform::with_token_endpoint(
        |_| "no call goes out",
        |_| r#"{"code":10014,"msg":"app secret invalid"}"#,
    );
    let error = platform.client_without_retries().send(AskTenant {}).await.expect_err("no token");
    assert_eq!(
        error.to_string(),
        "demo.v1.tenant.ask: token: code 10014 \"app secret invalid\" (HTTP 200, log id log-1)"
    );
}

#[tokio::test]
async fn half_a_token_answer_is_not_shown() {
    let platform = FakePlatform::with_token_endpoint(
        |_| "no call goes out",
        |_| r#"{"code":0,"tenant_access_token":"t-planted-secret"#,
    );
    let error = platform.client_without_retries().send(AskTenant {}).await.expect_err("no token");
    assert_eq!(error.stage(), Stage::Token);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("planted"), "{shown}");
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn a_slow_answer_ends_at_the_deadline() {
    tokio::time::pause();
    let never = FakeTransport::always(FakeResponse::never());
    let client = client_builder(never).build().expect("fine");
    let given = client.with_tenant_token("t-hush");
    for (client, text) in [
        (client, "demo.v1.tenant.ask: token: no response within 30s"),
        (given, "demo.v1.tenant.ask: send: no response within 30s"),
    ] {
        let error = client.send(AskTenant {}).await.expect_err("no answer");
        assert_eq!(error.to_string(), text);
        assert!(error.is_timeout());
    }
}

#[tokio::test]
async fn raw_requests_take_the_same_way() {
    let platform = FakePlatform::scripted([OK, OK, (400, r#"{"code":5,"msg":"no"}"#)]);
    let client = platform.client_without_retries();
    let request = RawRequest::post("/open-apis/x?a=1").query("b", "2 3").json(true);
    let answer = client.send_raw(request.clone()).await.expect("a success");
    assert_eq!(answer.data().expect("JSON")["id"], "a");
    let typed = client.send_raw(put("a").ids(["b"]).title("c")).await.expect("a success");
    assert_eq!(typed.head().log_id(), Some("log-1"));
    let error = client.send_raw(request).await.expect_err("a refusal");
    assert_eq!(error.to_string(), "POST /open-apis/x: api: code 5 \"no\" (HTTP 400, log id log-1)");
    let call = &platform.calls()[0];
    assert_eq!(call.url, "https://open.feishu.cn/open-apis/x?a=1&b=2+3");
    assert_eq!((call.text(), call.authorization()), ("true", "Bearer t-1"));
    for (path, why) in [
        ("https://evil.example/", "the host is that of the client"),
        ("//evil.example/", "the path must begin with one /"),
    ] {
        let elsewhere = client.send_raw(RawRequest::get(path)).await;
        let error = elsewhere.expect_err("credentials stay home");
        assert!(error.to_string().ends_with(why), "{error}");
    }
}

#[test]
fn headers_of_the_sdk_are_not_overwritten() {
    let client = FakePlatform::unused().client_without_retries();
    let error = client.with_header("Authorization", "x").expect_err("reserved").to_string();
    assert_eq!(error, "client: configure: header \"Authorization\": it is not yours to set");
    assert!(client.with_header("x\n", "x").is_err());
    assert!(client.with_header("X-Custom", "x").is_ok());
}

#[tokio::test]
async fn fields_of_the_wrong_type_do_not_fail_the_call_and_are_reported_once() {
    const DRIFTED: &str = r#"{"code":"0","msg":"","data":{"id":7,"size":"12","at":5,"color":"mauve",
        "tags":[{"name":true},{"name":{}},null],"on":[],"brand_new":[1,{"a":2}]}}"#;
    let platform = FakePlatform::scripted([(200, DRIFTED), (200, DRIFTED), (200, DRIFTED)]);
    let reports = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let sink = reports.clone();
    let client = platform.builder().on_drift(move |drift| {
        sink.lock().expect("no panic").push(drift.to_string());
    });
    let client = client.build().expect("fine");
    let request = put("a").ids(["b"]).title("c");
    for _ in 0..2 {
        let thing = client.send(&request).await.expect("tolerated");
        assert_eq!((thing.id.as_str(), thing.size, thing.at), ("7", 12, Some(5)));
        assert_eq!(thing.color, Some(Color::Other("mauve".to_owned())));
        assert_eq!(thing.tags.len(), 2, "the null element is dropped");
        assert_eq!(thing.tags[0].name.as_deref(), Some("true"));
        assert_eq!((thing.tags[1].name.as_ref(), thing.on), (None, None));
    }
    let seen = std::mem::take(&mut *reports.lock().expect("no panic"));
    assert_eq!(
        seen,
        [
            "code: converted, expected integer, got string",
            "id: converted, expected string, got integer",
            "size: converted, expected integer, got string",
            "at: converted, expected integer in a string, got integer",
            "color: unknown value, expected Color, got string",
            "tags[].name: converted, expected string, got boolean",
            "tags[].name: dropped, expected string, got object",
            "tags[]: dropped, expected an element, got null",
            "on: dropped, expected boolean, got array",
            "brand_new: unknown field, expected none, got a value",
        ]
    );
    let strict = client.with_decode_mode(DecodeMode::Strict);
    let error = strict.send(&request).await.expect_err("strict");
    assert_eq!((error.stage(), error.drifts().len()), (Stage::Decode, 10));
}

#[tokio::test]
async fn absent_and_null_are_the_default_and_required_ones_are_reported() {
    let platform = FakePlatform::scripted([(
        200,
        r#"{"code":0,"data":{"id":null,"at":null,"tags":null,"color":null}}"#,
    )]);
    let strict = platform.client_without_retries().with_decode_mode(DecodeMode::Strict);
    let error = strict.send(put("a").ids(["b"]).title("c")).await.expect_err("strict");
    let missing: Vec<_> = error.drifts().iter().map(|drift| drift.path.as_str()).collect();
    assert_eq!(missing, ["id", "size"]);
}

#[tokio::test]
async fn empty_objects_and_lists_may_look_like_each_other() {
    let platform = FakePlatform::scripted([
        (200, r#"{"code":0,"data":{"id":"a","size":1,"tags":{}}}"#),
        (200, r#"{"code":0,"data":{"id":"a","size":1,"tags":""}}"#),
        (200, r#"{"code":0,"data":[]}"#),
    ]);
    let client = platform.client_without_retries();
    for _ in 0..3 {
        let thing = client.send(put("a").ids(["b"]).title("c")).await.expect("tolerated");
        assert_eq!(thing.tags, []);
    }
}

#[tokio::test]
async fn oauth_endpoints_answer_in_their_own_way() {
    let platform = FakePlatform::scripted([
        (200, r#"{"device_code":"d-hush","interval":5}"#),
        (400, r#"{"error":"authorization_pending"}"#),
        (400, r#"{"code":20064,"error":"invalid_grant","error_description":"It was revoked."}"#),
        (200, r#"{"error":"access_denied","access_token":"u-hush"}"#),
        (502, r#"{"access_token":"u-hush"}"#),
    ]);
    let client = platform.client_without_retries();
    let request = RawRequest::post("/oauth/v1/x").without_token().on_accounts().oauth();
    let answer = client.send_raw(request.clone()).await.expect("a success without a code");
    assert_eq!(answer.json().expect("JSON")["interval"], 5);
    for (text, code, name) in [
        (r#"api: authorization_pending (HTTP 400"#, None, true),
        (r#"api: code 20064 "It was revoked." (HTTP 400"#, Some(20064), true),
        (r#"api: access_denied (HTTP 200"#, None, true),
        ("http: there is no code in the response; the response starts with", None, false),
    ] {
        let error = client.send_raw(request.clone()).await.expect_err("a refusal");
        assert!(error.to_string().contains(text), "{error}");
        assert!(!error.to_string().contains("hush"), "{error}");
        assert_eq!((error.code(), error.oauth_error().is_some()), (code, name));
    }
}
