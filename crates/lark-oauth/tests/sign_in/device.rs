//! Signing in on another device.

use lark_core::Result;
use lark_oauth::{DeviceAuthorization, Grant};
use lark_test_support::{FakeResponse, FakeTransport};
use tokio::time::Instant;

use crate::oauth_over;

const STARTED: &str = r#"{"device_code":"d-hush","user_code":"AB-12","verification_uri":"https://v.test","verification_uri_complete":"https://v.test?c=AB-12","expires_in":240,"interval":5}"#;
const PENDING: (u16, &str) = (400, r#"{"error":"authorization_pending"}"#);
const PENDING_BY_CODE: (u16, &str) = (400, r#"{"code":20094,"msg":"pending"}"#);
const SLOW_DOWN: (u16, &str) = (400, r#"{"error":"slow_down"}"#);
const GATEWAY: (u16, &str) = (502, "<html>bad gateway</html>");
const GRANTED: (u16, &str) = (200, r#"{"code":0,"access_token":"u-1","expires_in":7200}"#);

/// Starts, waits, and gives how it ended with the seconds of each poll.
async fn wait(
    started: &str,
    polls: &[(u16, &str)],
) -> (FakeTransport, DeviceAuthorization, Result<Grant>, Vec<u64>) {
    let mut responses: Vec<FakeResponse> = vec![(200, started).into()];
    responses.extend(polls.iter().copied().map(FakeResponse::from));
    let transport = FakeTransport::scripted(responses);
    let oauth = oauth_over(&transport);
    let device = oauth.authorize_device("a offline_access").await.expect("it starts");
    let start = Instant::now();
    let result = oauth.wait_for_device_grant(&device).await;
    let polls = transport.requests().iter().skip(1).map(|it| (it.at - start).as_secs()).collect();
    (transport, device, result, polls)
}

#[tokio::test(start_paused = true)]
async fn it_is_asked_for_at_the_platforms_pace() {
    let polls = [PENDING, PENDING_BY_CODE, SLOW_DOWN, PENDING, GATEWAY, PENDING, GRANTED];
    let (transport, device, result, times) = wait(STARTED, &polls).await;
    assert_eq!(result.expect("a grant").access_token, "u-1".into());
    assert_eq!(times, [5, 10, 15, 25, 35, 50, 65]);
    assert_eq!((&*device.user_code, &*device.verification_uri), ("AB-12", "https://v.test"));
    assert_eq!(device.verification_uri_complete, "https://v.test?c=AB-12");
    assert!(!format!("{device:?}").contains("hush"));
    let seen = transport.requests();
    assert_eq!(seen[0].line(), "POST https://accounts.test/oauth/v1/device_authorization");
    assert_eq!(seen[0].authorization(), "Basic Y2xpX3Rlc3Q6aHVzaC1zZWNyZXQ=");
    assert_eq!(seen[0].form()["scope"], "a offline_access");
    assert_eq!(seen[1].line(), "POST https://open.test/open-apis/authen/v2/oauth/token");
    assert_eq!(seen[1].form()["grant_type"], "urn:ietf:params:oauth:grant-type:device_code");
    assert_eq!(seen[1].form()["device_code"], "d-hush");
}

#[tokio::test(start_paused = true)]
async fn the_pace_is_never_slower_than_a_minute() {
    let started = r#"{"device_code":"d","verification_uri":"https://v.test","expires_in":1000,"interval":50}"#;
    let polls = [SLOW_DOWN, SLOW_DOWN, SLOW_DOWN, GRANTED];
    let (_, device, result, times) = wait(started, &polls).await;
    result.expect("a grant");
    assert_eq!(times, [50, 105, 165, 225]);
    assert_eq!(device.verification_uri_complete, "https://v.test");
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_the_user_declines_or_the_time_is_over() {
    for (answer, name) in [
        (r#"{"error":"access_denied"}"#, "access_denied"),
        (r#"{"error":"expired_token"}"#, "expired_token"),
        (r#"{"code":20024,"error":"invalid_grant"}"#, "invalid_grant"),
    ] {
        let (_, _, result, times) = wait(STARTED, &[PENDING, (400, answer)]).await;
        assert_eq!(result.expect_err("it ended").oauth_error(), Some(name));
        assert_eq!(times, [5, 10]);
    }
    let (_, _, result, times) = wait(STARTED, &[PENDING; 47]).await;
    let error = result.expect_err("the time is over");
    assert_eq!(error.oauth_error(), Some("expired_token"));
    assert!(error.to_string().contains("the user did not sign in within 240s"), "{error}");
    assert_eq!(times.last(), Some(&235));
}
