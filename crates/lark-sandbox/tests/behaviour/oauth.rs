//! Users sign in: codes and what they are exchanged for.

use std::time::Duration;

use lark_sandbox::{App, Sandbox, ScriptedResponse, Times};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::send;
use crate::signed_in::{
    V2, V3, ask, call, code, default, exchange, parameter, sign_in, start, url,
};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Of RFC 7636, appendix B.
const S256: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

#[tokio::test]
async fn a_browser_is_sent_back_with_a_code_and_the_state() {
    let client = default().await;
    let url = url(&client, "scope=a");
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let answer = http.build().expect("a client").get(&url).send().await.expect("an answer");
    assert_eq!(answer.status(), 302);
    let location = answer.headers()["location"].to_str().expect("text");
    assert!(location.starts_with("https://app.example/back?from=lark&code="), "{location}");
    assert_eq!(parameter(location, "state").as_deref(), Some("s t"));
    assert_eq!(client.sandbox.requests_of("authen.v1.authorize"), 1);
    let code = parameter(location, "code").expect("a code");
    assert_eq!(exchange(&client, &code).await.code(), 0);
}

#[tokio::test]
async fn who_signs_in_next_is_told_in_advance() {
    let client = default().await;
    let people = client.sandbox.open_ids();
    client.sandbox.next_login(&people[7]);
    client.sandbox.deny_next_login();
    let first = sign_in(&client).await;
    let location = client.sandbox.authorize(&url(&client, "scope=a"));
    assert_eq!(parameter(&location, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&location, "state").as_deref(), Some("s t"));
    let third = sign_in(&client).await;
    for (tokens, person) in [(first, &people[7]), (third, &people[0])] {
        let token = tokens["access_token"].as_str().expect("a token");
        let info = client.bare(Method::GET, "/open-apis/authen/v1/user_info").bearer_auth(token);
        let info = send(info).await.data().clone();
        assert_eq!(info["open_id"], person.as_str());
        assert_eq!(info["tenant_key"], client.sandbox.tenant_key());
        assert!(info["name"].is_string() && info["avatar_url"].is_string(), "{info}");
    }
}

#[tokio::test]
async fn a_fragment_stays_at_the_end() {
    let client = default().await;
    let url = url(&client, "").replace("%3Ffrom%3Dlark", "%23%2Flogin");
    let location = client.sandbox.authorize(&url);
    assert!(location.starts_with("https://app.example/back?code="), "{location}");
    assert!(location.ends_with("&state=s+t#/login"), "{location}");
}

#[tokio::test]
async fn people_of_any_tenant_sign_in_to_a_marketplace_app() {
    let market = App::marketplace("cli_market", "x");
    let client = start(Sandbox::builder().strict().add_app(market).tenants(["tenant_b"])).await;
    let person = client.sandbox.open_ids_of("tenant_b")[2].clone();
    client.sandbox.next_login_in("tenant_b", &person);
    let url = url(&client, "scope=a").replace(client.sandbox.app_id(), "cli_market");
    let code = parameter(&client.sandbox.authorize(&url), "code").expect("a code");
    let body = json!({
        "client_id": "cli_market", "client_secret": "x",
        "grant_type": "authorization_code", "code": code,
    });
    let tokens = client.ask(V2, body).await.body;
    assert_eq!(call(&client, &tokens["access_token"]).await, 0);
    let record = client.sandbox.calls().pop().expect("a call");
    assert_eq!(
        (record.app_id.as_deref(), record.tenant_key.as_deref()),
        (Some("cli_market"), Some("tenant_b"))
    );
    assert_eq!(record.open_id, Some(person));
}

#[tokio::test]
async fn a_code_is_exchanged_at_either_endpoint_as_json_or_form_and_by_basic_auth() {
    let client = default().await;
    let (id, secret) = (client.sandbox.app_id(), client.sandbox.app_secret());
    for path in [V2, V3] {
        let code = || code(&client, "scope=a%20offline_access");
        let json =
            ask(&client, path, json!({ "grant_type": "authorization_code", "code": code() }));
        let form = format!("grant_type=authorization_code&code={}", code());
        let posted = format!("{form}&client_id={id}&client_secret={secret}");
        let posted = client.bare(Method::POST, path).body(posted);
        let form = format!("grant_type=authorization_code&code={}", code());
        let basic = client.bare(Method::POST, path).basic_auth(id, Some(secret)).body(form);
        for answer in [json.await, send(posted).await, send(basic).await] {
            let body = &answer.body;
            assert_eq!((answer.status, answer.code()), (200, 0), "{body}");
            assert_eq!(
                (&body["expires_in"], &body["token_type"]),
                (&json!(7200), &json!("Bearer"))
            );
            assert_eq!(body["refresh_token_expires_in"], 604800);
            assert_eq!(body["scope"], "a offline_access");
            assert_eq!(call(&client, &body["access_token"]).await, 0);
        }
    }
    let made = client.sandbox.calls_of("authen.v2.oauth.token");
    assert!(made.len() == 3 && made.iter().all(|it| it.app_id.as_deref() == Some(id)));
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let client = default().await;
    let tokens = exchange(&client, &code(&client, "scope=a")).await.body;
    assert!(tokens["access_token"].is_string() && tokens.get("refresh_token").is_none());
    let code = code(&client, "scope=a%20b%20offline_access");
    let less = json!({ "grant_type": "authorization_code", "code": code, "scope": "b" });
    let tokens = ask(&client, V2, less).await.body;
    assert_eq!(tokens["scope"], "b");
    assert!(tokens.get("refresh_token").is_none());
}

#[tokio::test]
async fn a_code_is_good_once_and_for_five_minutes() {
    let client = default().await;
    let used = code(&client, "scope=a");
    exchange(&client, &used).await;
    let late = code(&client, "scope=a");
    let other = App::self_built("cli_other", "x");
    assert_rejected(&exchange(&client, &used).await.body, 20065, "invalid_grant");
    assert_rejected(&exchange(&client, "code_x").await.body, 20003, "invalid_grant");
    client.sandbox.advance(Duration::from_secs(301));
    assert_rejected(&exchange(&client, &late).await.body, 20004, "invalid_grant");

    let client = start(Sandbox::builder().strict().add_app(other)).await;
    let code = code(&client, "scope=a");
    let body = json!({
        "client_id": "cli_other", "client_secret": "x",
        "grant_type": "authorization_code", "code": code,
    });
    assert_rejected(&client.ask(V2, body).await.body, 20024, "invalid_grant");
    assert_eq!(exchange(&client, &code).await.code(), 0, "the rejected attempt cost nothing");
}

fn assert_rejected(body: &Value, code: i64, error: &str) {
    assert_eq!((&body["code"], &body["error"]), (&json!(code), &json!(error)), "{body}");
    assert!(body["error_description"].is_string(), "{body}");
}

#[tokio::test]
async fn what_comes_with_a_code_is_checked() {
    let client = default().await;
    let wide = "scope=a%20offline_access";
    let cases = [
        (json!({ "grant_type": "authorization_code" }), 20001),
        (json!({ "grant_type": null }), 20001),
        (json!({ "grant_type": "password" }), 20036),
        (json!({ "grant_type": "authorization_code", "client_id": "cli_nobody" }), 20048),
        (json!({ "grant_type": "authorization_code", "client_secret": "wrong" }), 20002),
        (json!({ "grant_type": "authorization_code", "client_secret": "" }), 20001),
        (json!({ "grant_type": "authorization_code", "redirect_uri": "https://evil" }), 20071),
        (json!({ "grant_type": "authorization_code", "code_verifier": VERIFIER }), 20049),
        (json!({ "grant_type": "authorization_code", "scope": "a a" }), 20067),
        (json!({ "grant_type": "authorization_code", "scope": "a b" }), 20068),
    ];
    for (mut fields, expected) in cases {
        if expected != 20001 {
            fields["code"] = json!(code(&client, wide));
        }
        let answer = ask(&client, V2, fields.clone()).await;
        assert_eq!((answer.status, answer.code()), (400, expected), "{fields}");
    }
    let (id, secret) = (client.sandbox.app_id(), client.sandbox.app_secret());
    let both = client.bare(Method::POST, V3).basic_auth(id, Some(secret));
    let both = both.body(format!("grant_type=client_credentials&client_secret={secret}"));
    assert_eq!(send(both).await.code(), 20070);
    let torn = client.bare(Method::POST, V2).body("{");
    assert_eq!(send(torn).await.code(), 20063);
}

#[tokio::test]
async fn pkce_is_verified_in_both_methods() {
    let client = default().await;
    let cases = [
        (format!("code_challenge={S256}&code_challenge_method=S256"), Some(VERIFIER), 0),
        (format!("code_challenge={S256}&code_challenge_method=S256"), Some(S256), 20049),
        (format!("code_challenge={S256}&code_challenge_method=S256"), None, 20049),
        (format!("code_challenge={VERIFIER}&code_challenge_method=plain"), Some(VERIFIER), 0),
        (format!("code_challenge={VERIFIER}"), Some(VERIFIER), 0),
        (format!("code_challenge={VERIFIER}"), Some(S256), 20049),
    ];
    for (challenge, verifier, expected) in cases {
        let code = code(&client, &challenge);
        let mut fields = json!({ "grant_type": "authorization_code", "code": code });
        fields["code_verifier"] = json!(verifier);
        assert_eq!(ask(&client, V2, fields).await.code(), expected, "{challenge} {verifier:?}");
    }
}

#[tokio::test]
async fn a_bad_authorization_request_is_shown_to_the_user_and_not_sent_back() {
    let client = default().await;
    let app = client.sandbox.app_id();
    let cases = [
        ("response_type=code&redirect_uri=https://a".to_owned(), 20001),
        ("client_id=cli_x&response_type=code&redirect_uri=https://a".to_owned(), 20048),
        (format!("client_id={app}&response_type=code"), 20001),
        (format!("client_id={app}&redirect_uri=https://a"), 20001),
        (format!("client_id={app}&response_type=token&redirect_uri=https://a"), 20063),
        (format!("client_id={app}&response_type=code&redirect_uri=https://a&scope=a%20a"), 20067),
    ];
    for (query, expected) in cases {
        let path = format!("/open-apis/authen/v1/authorize?{query}");
        let answer = send(client.bare(Method::GET, &path)).await;
        assert_eq!((answer.status, answer.code()), (400, expected), "{query}");
    }
}

#[tokio::test]
async fn a_self_built_app_gets_its_tenant_token_for_its_credentials_alone() {
    let market = App::marketplace("cli_market", "x");
    let client = start(Sandbox::builder().strict().add_app(market)).await;
    let answer = ask(&client, V3, json!({ "grant_type": "client_credentials" })).await;
    assert_eq!(call(&client, &answer.body["access_token"]).await, 0);
    let v2 = ask(&client, V2, json!({ "grant_type": "client_credentials" })).await;
    assert_eq!(v2.code(), 20036);
    let market = json!({
        "grant_type": "client_credentials", "client_id": "cli_market", "client_secret": "x",
    });
    assert_eq!(ask(&client, V3, market).await.code(), 20036);
}

#[tokio::test]
async fn a_token_is_revoked_by_its_owner_only() {
    const REVOKE: &str = "/oauth/v1/revoke";
    let client =
        start(Sandbox::builder().strict().add_app(App::self_built("cli_other", "x"))).await;
    let tokens = sign_in(&client).await;
    for token in ["access_token", "refresh_token"] {
        let body = json!({
            "token": tokens[token], "client_id": "cli_other", "client_secret": "x",
        });
        assert_eq!(client.ask(REVOKE, body).await.code(), 20024, "{token}");
    }
    let access = json!({ "token": tokens["access_token"] });
    assert_eq!(ask(&client, REVOKE, access).await.code(), 0);
    assert_eq!(call(&client, &tokens["access_token"]).await, 99991668);
    let next = crate::signed_in::refresh(&client, &tokens["refresh_token"]).await.body;
    let refresh = json!({ "token": next["refresh_token"] });
    assert_eq!(ask(&client, REVOKE, refresh).await.code(), 0);
    assert_eq!(call(&client, &next["access_token"]).await, 99991668);
    let again = crate::signed_in::refresh(&client, &next["refresh_token"]).await;
    assert_eq!(again.code(), 20064);
    assert_eq!(ask(&client, REVOKE, json!({ "token": "unknown" })).await.code(), 0);
}

#[tokio::test]
async fn v1_exchanges_and_refreshes_the_same_codes() {
    const OIDC: &str = "/open-apis/authen/v1/oidc";
    let client = default().await;
    let answer = client.credentials(crate::client::APP_TOKEN).await;
    let app_token = answer.body["app_access_token"].as_str().expect("a token").to_owned();
    let post = async |path: &str, body: Value| {
        send(client.bare(Method::POST, path).bearer_auth(&app_token).json(&body)).await
    };
    let code_body = json!({ "grant_type": "authorization_code", "code": code(&client, "scope=a") });
    let first = post(&format!("{OIDC}/access_token"), code_body.clone()).await;
    let first = first.data();
    assert_eq!((&first["scope"], &first["refresh_expires_in"]), (&json!("a"), &json!(2_592_000)));
    let used = post(&format!("{OIDC}/access_token"), code_body).await;
    assert_eq!((used.status, used.code()), (400, 20065));

    let body = json!({ "grant_type": "refresh_token", "refresh_token": first["refresh_token"] });
    let misplaced = crate::signed_in::refresh(&client, &first["refresh_token"]).await;
    assert_eq!(misplaced.code(), 20026, "of v1");
    let second = post("/open-apis/authen/v1/refresh_access_token", body).await;
    let second = second.data();
    assert_eq!(second["open_id"], client.sandbox.open_ids()[0]);
    assert_eq!(call(&client, &second["access_token"]).await, 0);

    // As Node's SDK does.
    let body = json!({ "grant_type": "authorization_code", "code": code(&client, "scope=a") });
    client.post(&format!("{OIDC}/access_token"), body).await.data();
}

#[tokio::test]
async fn answers_can_be_dictated_here_too() {
    let client = default().await;
    let down = json!({ "code": 20050, "error": "server_error" });
    client.sandbox.respond_with(
        "authen.v2.oauth.token",
        Times::Once,
        ScriptedResponse::json(500, &down),
    );
    let busy = json!({ "code": 20072, "error": "temporarily_unavailable" });
    client.sandbox.respond_with("oauth.v3.token", Times::Once, ScriptedResponse::json(503, &busy));
    let code = code(&client, "scope=a");
    let first = exchange(&client, &code).await;
    assert_eq!((first.status, first.code()), (500, 20050));
    let body = json!({ "grant_type": "client_credentials" });
    let second = ask(&client, V3, body).await;
    assert_eq!((second.status, second.code()), (503, 20072));
    assert_eq!(exchange(&client, &code).await.code(), 0);
}
