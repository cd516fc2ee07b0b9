//! Signing in on another device, on tokio's paused clock.

use std::sync::Arc;
use std::time::Duration;

use lark_core::{Error, Result};
use lark_oauth::{DeviceAuthorization, Grant, OAuth};
use lark_sandbox::Sandbox;
use lark_test_support::watched;
use lark_tests::paused;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);
const TOKEN: &str = "authen.v2.oauth.token";

async fn start() -> (Arc<Sandbox>, OAuth, DeviceAuthorization) {
    let sandbox = paused::start(Sandbox::builder().strict()).await;
    let client = watched(paused::builder(&sandbox)).build().expect("fine");
    let oauth = OAuth::new(&client);
    let device = oauth.authorize_device("contact:user.base:readonly offline_access").await;
    let device = device.expect("it starts");
    lark_canary::check(&format!("{device:?}"));
    (sandbox, oauth, device)
}

fn wait(oauth: &OAuth, device: &DeviceAuthorization) -> JoinHandle<Result<Grant>> {
    let (oauth, device) = (oauth.clone(), device.clone());
    tokio::spawn(async move { oauth.wait_for_device_grant(&device).await })
}

#[tokio::test(start_paused = true)]
async fn a_user_who_confirms_elsewhere_is_signed_in_at_the_next_poll() {
    let (sandbox, oauth, device) = start().await;
    assert!(device.verification_uri_complete.contains(&device.user_code));
    let begin = Instant::now();
    let waiting = wait(&oauth, &device);
    sleep(SECOND * 12).await;
    let somebody = sandbox.open_ids().pop().expect("people");
    sandbox.approve_device(&device.user_code, &somebody);
    let grant = waiting.await.expect("no panic").expect("signed in");
    assert!(begin.elapsed() < SECOND * 16, "{:?}", begin.elapsed());
    assert_eq!(sandbox.requests_of(TOKEN), 3, "it asks every five seconds");
    assert!(grant.refresh_token.is_some());
    let info = oauth.user_info(&grant.access_token).await.expect("somebody");
    assert_eq!(info.open_id, somebody);
}

/// Two programs ask with one code, so that both are told to slow down; one of them is signed in.
#[tokio::test(start_paused = true)]
async fn who_is_told_to_slow_down_does_and_is_signed_in_all_the_same() {
    let (sandbox, oauth, device) = start().await;
    let waiting = [wait(&oauth, &device), wait(&oauth, &device)];
    sleep(SECOND * 100).await;
    let polls = sandbox.requests_of(TOKEN);
    assert!(polls < 24, "40 polls at the first pace: {polls}");
    sandbox.approve_device(&device.user_code, &sandbox.open_ids()[0]);
    let mut codes = Vec::new();
    for one in waiting {
        codes.push(one.await.expect("no panic").err().and_then(|error: Error| error.code()));
    }
    codes.sort_unstable();
    assert_eq!(codes, [None, Some(20_065)], "a code is used once");
}

#[tokio::test(start_paused = true)]
async fn a_user_who_declines_or_never_comes_is_told_apart() {
    let (sandbox, oauth, device) = start().await;
    let waiting = wait(&oauth, &device);
    sleep(SECOND * 7).await;
    sandbox.deny_device(&device.user_code);
    let error = waiting.await.expect("no panic").expect_err("declined");
    assert_eq!(error.oauth_error(), Some("access_denied"), "{error}");
    assert!(error.to_string().contains("The user said no"), "{error}");

    let (_sandbox, oauth, device) = start().await;
    let begin = Instant::now();
    let error = oauth.wait_for_device_grant(&device).await.expect_err("nobody came");
    assert_eq!(error.oauth_error(), Some("expired_token"), "{error}");
    assert!(begin.elapsed() >= SECOND * 235 && begin.elapsed() < SECOND * 250);
}
