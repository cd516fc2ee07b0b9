//! Panics of the user's code, and numbers that no clock can hold.

use std::time::{Duration, SystemTime};

use lark_core::{Client, RetryPolicy, Value};
use lark_oauth::{Grant, OAuth, UserSessions};
use lark_test_support::FakeTransport;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::oauth_over;

fn grant_response(expires_in: &Value, refresh_expires_in: &Value) -> (u16, String) {
    let body = json!({
        "code": 0, "access_token": "u-2", "expires_in": expires_in,
        "refresh_token": "ur-2", "refresh_token_expires_in": refresh_expires_in,
    });
    (200, body.to_string())
}

fn grant() -> Grant {
    let mut grant = Grant::new("u-1", SystemTime::now());
    grant.refresh_token = Some("ur-1".into());
    grant
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_panics_loses_no_grant() {
    let transport = FakeTransport::scripted([grant_response(&json!(7200), &json!(604_800))]);
    let client = Client::builder("cli_test", "hush-secret").transport(transport.clone());
    let client = client.on_call(|_| panic!("a hook of the user")).build().expect("fine");
    let sessions = UserSessions::with_oauth(&OAuth::new(&client));
    sessions.save("ou_1", &grant()).await.expect("stored");
    let session = sessions.session("ou_1");
    assert_eq!(session.grant().await.expect("refreshed").access_token, "u-2".into());
    let stored = sessions.grant("ou_1").await.expect("it works").expect("it is stored");
    assert_eq!(stored.refresh_token, Some("ur-2".into()));
    assert_eq!(transport.request_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_panics_ends_with_an_error() {
    let transport = FakeTransport::handling(|_| async { panic!("a transport of the user") });
    let client = Client::builder("cli_test", "hush-secret").transport(transport.clone());
    let client = client.retry(RetryPolicy::none()).build().expect("fine");
    let sessions = UserSessions::new(client);
    sessions.save("ou_1", &grant()).await.expect("stored");
    let error = sessions.session("ou_1").grant().await.expect_err("no token");
    assert!(error.to_string().contains("panicked"), "{error}");
    assert_eq!(transport.request_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_fails_is_not_asked_for_all_the_time() {
    let transport = FakeTransport::always((400, r#"{"code":20069,"error":"app_disabled"}"#));
    let client = Client::builder("cli_test", "hush-secret").transport(transport.clone());
    let sessions = UserSessions::new(client.build().expect("fine"));
    sessions.save("ou_1", &grant()).await.expect("stored");
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(2) {
        let error = sessions.session("ou_1").grant().await.expect_err("no token");
        assert_eq!(error.code(), Some(20069));
        sleep(Duration::from_millis(1)).await;
    }
    let requests = transport.request_count();
    assert!((2..=4).contains(&requests), "{requests}");
}

#[tokio::test(start_paused = true)]
async fn lives_are_those_that_the_platform_issues() {
    let hours = Duration::from_secs(7200);
    for expires_in in [json!(u64::MAX), json!(i64::MAX), json!("18446744073709551615")] {
        let response = grant_response(&expires_in, &expires_in);
        let transport = FakeTransport::scripted([response]);
        let grant = oauth_over(&transport).refresh(&"ur-1".into()).await.expect("a grant");
        assert_eq!(grant.expires_at, grant.issued_at + hours, "{expires_in}");
        assert!(grant.refresh_expires_at.is_some_and(|at| at > grant.expires_at));
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_has_as_long_as_a_clock_can_hold() {
    let body = json!({
        "device_code": "d-1", "user_code": "AB-12", "verification_uri": "https://v.test",
        "expires_in": u64::MAX, "interval": u64::MAX,
    });
    let granted = grant_response(&json!(7200), &Value::Null);
    let oauth = oauth_over(&FakeTransport::scripted([(200, body.to_string()), granted]));
    let device = oauth.authorize_device("a").await.expect("it starts");
    oauth.wait_for_device_grant(&device).await.expect("a grant");
}
