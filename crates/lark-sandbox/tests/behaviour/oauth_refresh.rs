//! Refresh tokens: single use, in families.

use std::time::Duration;

use lark_sandbox::{RefreshReuse, Sandbox};
use serde_json::json;

use crate::signed_in::{V2, ask, call, default, refresh, sign_in, start};

#[tokio::test]
async fn a_refresh_gives_a_new_pair_and_the_old_access_token_lives_for_a_minute() {
    let client = default().await;
    let first = sign_in(&client).await;
    let second = refresh(&client, &first["refresh_token"]).await.body;
    assert_ne!(first["access_token"], second["access_token"]);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(second["scope"], first["scope"]);
    for tokens in [&first, &second] {
        assert_eq!(call(&client, &tokens["access_token"]).await, 0);
    }
    client.sandbox.advance(Duration::from_secs(61));
    assert_eq!(call(&client, &first["access_token"]).await, 99991677);
    assert_eq!(call(&client, &second["access_token"]).await, 0);
    assert_eq!((client.sandbox.refreshes(), client.sandbox.refresh_reuses()), (1, 0));
}

#[tokio::test]
async fn a_consent_is_renewed_for_a_year_at_the_longest() {
    let client = default().await;
    let mut tokens = sign_in(&client).await;
    for _ in 0..60 {
        client.sandbox.advance(Duration::from_secs(6 * 24 * 3600));
        tokens = refresh(&client, &tokens["refresh_token"]).await.body;
    }
    assert_eq!(tokens["code"], 0, "after 360 days");
    client.sandbox.advance(Duration::from_secs(6 * 24 * 3600));
    assert_eq!(refresh(&client, &tokens["refresh_token"]).await.code(), 20037);
}

#[tokio::test]
async fn a_used_refresh_token_costs_the_whole_family() {
    let client = default().await;
    let (first, stranger) = (sign_in(&client).await, sign_in(&client).await);
    let second = refresh(&client, &first["refresh_token"]).await.body;
    let reused = refresh(&client, &first["refresh_token"]).await;
    assert_eq!((reused.status, reused.code()), (400, 20073));
    for token in [&first["refresh_token"], &second["refresh_token"]] {
        assert_eq!(refresh(&client, token).await.code(), 20064);
    }
    for token in [&first["access_token"], &second["access_token"]] {
        assert_eq!(call(&client, token).await, 99991668);
    }
    assert_eq!(refresh(&client, &stranger["refresh_token"]).await.code(), 0, "another consent");
    assert_eq!((client.sandbox.refreshes(), client.sandbox.refresh_reuses()), (2, 1));
}

#[tokio::test]
async fn a_used_refresh_token_is_merely_rejected_if_so_set() {
    let client = start(Sandbox::builder().strict().refresh_reuse(RefreshReuse::Reject)).await;
    let first = sign_in(&client).await;
    let second = refresh(&client, &first["refresh_token"]).await.body;
    assert_eq!(refresh(&client, &first["refresh_token"]).await.code(), 20073);
    assert_eq!(call(&client, &second["access_token"]).await, 0);
    assert_eq!(refresh(&client, &second["refresh_token"]).await.code(), 0);
}

#[tokio::test]
async fn within_its_grace_a_used_refresh_token_gives_the_same_pair() {
    let grace = RefreshReuse::GracePeriod(Duration::from_secs(60));
    let client = start(Sandbox::builder().strict().refresh_reuse(grace)).await;
    let first = sign_in(&client).await;
    let second = refresh(&client, &first["refresh_token"]).await.body;
    client.sandbox.advance(Duration::from_secs(10));
    let again = refresh(&client, &first["refresh_token"]).await.body;
    for field in ["access_token", "refresh_token"] {
        assert_eq!(again[field], second[field]);
    }
    assert!(again["expires_in"].as_u64() <= Some(7190), "{again}");
    assert_eq!((client.sandbox.refreshes(), client.sandbox.refresh_reuses()), (1, 0));
    client.sandbox.advance(Duration::from_secs(51));
    assert_eq!(refresh(&client, &first["refresh_token"]).await.code(), 20073);
    assert_eq!(refresh(&client, &second["refresh_token"]).await.code(), 20064);
}

#[tokio::test]
async fn the_grace_ends_when_the_successor_is_used() {
    let grace = RefreshReuse::GracePeriod(Duration::from_secs(60));
    let client = start(Sandbox::builder().strict().refresh_reuse(grace)).await;
    let first = sign_in(&client).await;
    let second = refresh(&client, &first["refresh_token"]).await.body;
    assert_eq!(refresh(&client, &second["refresh_token"]).await.code(), 0);
    assert_eq!(refresh(&client, &first["refresh_token"]).await.code(), 20073);
}

#[tokio::test]
async fn lives_are_as_set_and_end() {
    let builder = Sandbox::builder()
        .strict()
        .user_token_lifetime(Duration::from_secs(600))
        .refresh_token_lifetime(Duration::from_secs(1000));
    let client = start(builder).await;
    let tokens = sign_in(&client).await;
    assert_eq!(
        (&tokens["expires_in"], &tokens["refresh_token_expires_in"]),
        (&json!(600), &json!(1000))
    );
    client.sandbox.advance(Duration::from_secs(601));
    assert_eq!(call(&client, &tokens["access_token"]).await, 99991677);
    client.sandbox.advance(Duration::from_secs(400));
    assert_eq!(refresh(&client, &tokens["refresh_token"]).await.code(), 20037);
    assert_eq!(refresh(&client, &json!("ur-unknown")).await.code(), 20026);
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_and_not_for_more() {
    let client = default().await;
    let tokens = sign_in(&client).await;
    let mut fields = json!({
        "grant_type": "refresh_token", "refresh_token": tokens["refresh_token"],
        "scope": "im:message",
    });
    assert_eq!(ask(&client, V2, fields.clone()).await.code(), 20068);
    fields["scope"] = json!("offline_access");
    let less = ask(&client, V2, fields).await.body;
    assert_eq!(less["scope"], "offline_access");
    let whole = refresh(&client, &less["refresh_token"]).await.body;
    assert_eq!(whole["scope"], tokens["scope"], "the consent is as wide as before");
    let last = json!({
        "grant_type": "refresh_token", "refresh_token": whole["refresh_token"],
        "scope": "contact:user.base",
    });
    let last = ask(&client, V2, last).await.body;
    assert_eq!(last["scope"], "contact:user.base");
    assert!(last.get("refresh_token").is_none(), "it was not asked for");
}

#[tokio::test]
async fn revoked_access_tokens_leave_the_refresh_token_good() {
    let client = default().await;
    let tokens = sign_in(&client).await;
    client.sandbox.revoke_tokens();
    assert_eq!(call(&client, &tokens["access_token"]).await, 99991668);
    assert_eq!(refresh(&client, &tokens["refresh_token"]).await.code(), 0);
}

#[tokio::test]
async fn users_take_back_their_consent() {
    let client = default().await;
    let tokens = sign_in(&client).await;
    client.sandbox.revoke_consents();
    assert_eq!(call(&client, &tokens["access_token"]).await, 99991668);
    assert_eq!(refresh(&client, &tokens["refresh_token"]).await.code(), 20064);
    let again = sign_in(&client).await;
    assert_eq!(call(&client, &again["access_token"]).await, 0);
}
