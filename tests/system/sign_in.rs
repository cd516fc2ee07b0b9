//! Users sign in, stay signed in and sign out, against the sandbox's OAuth endpoints.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use lark_contact::v3::user;
use lark_core::{Client, Error, RawRequest, Secret, Stage};
use lark_oauth::{Authorization, Grant, OAuth, TokenEndpoint, UserSessions};
use lark_sandbox::{App, Sandbox};
use lark_test_support::watched;
use serde_json::{Value, json};

const LIST: &str = "contact.v3.user.list";
const CALLBACK: &str = "https://bot.example.com/callback";
const ENDPOINTS: [TokenEndpoint; 2] = [TokenEndpoint::V2, TokenEndpoint::V3];

/// A sandbox and an app's OAuth side, whose wall clock goes with the sandbox's.
struct Scene {
    sandbox: Sandbox,
    client: Client,
    oauth: OAuth,
    ahead: Arc<AtomicU64>,
}

impl Scene {
    async fn set(endpoint: TokenEndpoint) -> Self {
        let other = App::self_built("cli_0000000000000001", "secret of app 1");
        let sandbox =
            Sandbox::builder().strict().add_app(other).start().await.expect("a free port");
        let client = crate::client(&sandbox);
        let ahead = Arc::new(AtomicU64::new(0));
        let seconds = Arc::clone(&ahead);
        let now = move || SystemTime::now() + Duration::from_secs(seconds.load(Ordering::SeqCst));
        let oauth = OAuth::new(&client).token_endpoint(endpoint).clock(now);
        Self { sandbox, client, oauth, ahead }
    }

    /// Moves both clocks.
    fn advance(&self, seconds: u64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
        self.sandbox.advance(Duration::from_secs(seconds));
    }

    fn authorization(&self) -> Authorization {
        let request = self.oauth.authorize(CALLBACK).scope("contact:user.base:readonly");
        request.offline_access().build().expect("the URL is one")
    }

    async fn sign_in(&self) -> Grant {
        let authorization = self.authorization();
        let callback = self.sandbox.authorize(authorization.url());
        self.oauth.exchange_callback(&authorization, &callback).await.expect("the user consents")
    }

    /// Sessions in which `ann` has signed in, and a client that calls for her.
    async fn ann(&self) -> (UserSessions, Client) {
        let sessions = UserSessions::with_oauth(&self.oauth);
        sessions.save("ann", &self.sign_in().await).await.expect("stored");
        let ann = self.client.as_session(sessions.session("ann"));
        (sessions, ann)
    }
}

async fn list(client: &Client) -> Result<(), Error> {
    client.send(user::list().page_size(1)).await.map(|_| ())
}

#[tokio::test]
async fn a_user_signs_in_and_calls_are_made_in_their_name() {
    for endpoint in ENDPOINTS {
        let scene = Scene::set(endpoint).await;
        let people = scene.sandbox.open_ids();
        let sessions = UserSessions::with_oauth(&scene.oauth);
        for (name, open_id) in [("ann", &people[3]), ("bob", &people[5])] {
            scene.sandbox.next_login(open_id);
            let grant = scene.sign_in().await;
            assert_eq!(
                grant.scopes().collect::<Vec<_>>(),
                ["contact:user.base:readonly", "offline_access"]
            );
            let info = scene.oauth.user_info(&grant.access_token).await.expect("somebody");
            assert_eq!(info.open_id, *open_id);
            sessions.save(name, &grant).await.expect("stored");
        }
        for (name, open_id) in [("ann", &people[3]), ("bob", &people[5])] {
            list(&scene.client.as_session(sessions.session(name))).await.expect("a page");
            let record = scene.sandbox.calls_of(LIST).pop().expect("a call");
            assert_eq!(record.open_id.as_ref(), Some(open_id));
        }
        assert_eq!((scene.sandbox.token_requests(), scene.sandbox.refreshes()), (0, 0));
    }
}

/// The same authorization with another member in its stored form.
fn with(authorization: &Authorization, name: &str, value: &str) -> Authorization {
    let mut stored: Value = serde_json::from_str(&authorization.to_json()).expect("JSON");
    stored[name] = json!(value);
    Authorization::from_json(&stored.to_string()).expect("a stored sign-in")
}

#[tokio::test]
async fn a_callback_that_is_not_of_this_sign_in_gets_nothing() {
    for endpoint in ENDPOINTS {
        let scene = Scene::set(endpoint).await;
        let authorization = scene.authorization();
        let callback = scene.sandbox.authorize(authorization.url());
        let other = "other-other-other-other-other-other-other-o";
        for (name, code, text) in [
            ("state", None, "its state is not that of this sign-in"),
            ("verifier", Some(20_049), "PKCE"),
            ("redirect_uri", Some(20_071), "redirect URI does not match"),
        ] {
            let wrong = with(&authorization, name, other);
            let error = scene.oauth.exchange_callback(&wrong, &callback).await.expect_err(name);
            assert_eq!(error.code(), code, "{error}");
            assert!(error.to_string().contains(text), "{error}");
            assert!(!format!("{error} {error:?}").contains(other), "{error}");
        }
        let error =
            scene.oauth.exchange_callback(&authorization, CALLBACK).await.expect_err("no state");
        assert!(error.to_string().contains("start the sign-in anew"), "{error}");
        // None of them has used the code up.
        scene.oauth.exchange_callback(&authorization, &callback).await.expect("the right ones");
    }
}

#[tokio::test]
async fn a_code_is_good_for_five_minutes_and_once() {
    for endpoint in ENDPOINTS {
        let scene = Scene::set(endpoint).await;
        let finish = async |authorization: &Authorization, callback: &str| {
            scene.oauth.exchange_callback(authorization, callback).await
        };
        let authorization = scene.authorization();
        let callback = scene.sandbox.authorize(authorization.url());
        finish(&authorization, &callback).await.expect("the first time");
        let used = finish(&authorization, &callback).await.expect_err("used");
        let late = scene.sandbox.authorize(authorization.url());
        scene.advance(301);
        let late = finish(&authorization, &late).await.expect_err("too late");
        let state = authorization.state();
        let unknown = format!("{CALLBACK}?code=nonsense&state={state}");
        let unknown = finish(&authorization, &unknown).await.expect_err("made up");
        scene.sandbox.deny_next_login();
        let denied = scene.sandbox.authorize(authorization.url());
        let denied = finish(&authorization, &denied).await.expect_err("the user said no");
        for (error, code, name, text) in [
            (used, Some(20_065), "invalid_grant", "has been used"),
            (late, Some(20_004), "invalid_grant", "has expired"),
            (unknown, Some(20_003), "invalid_grant", "is not found"),
            (denied, None, "access_denied", "access_denied"),
        ] {
            assert_eq!((error.code(), error.oauth_error()), (code, Some(name)), "{error}");
            assert!(error.to_string().contains(text), "{error}");
        }
    }
}

#[tokio::test]
async fn a_grant_is_refreshed_ahead_of_its_end_and_no_call_waits() {
    for endpoint in ENDPOINTS {
        let scene = Scene::set(endpoint).await;
        let (sessions, ann) = scene.ann().await;
        for round in 1..=3 {
            let old = sessions.grant("ann").await.expect("in memory").expect("signed in");
            scene.advance(6500);
            list(&ann).await.expect("with the old token, which is good");
            let renewed = async {
                while sessions.grant("ann").await.expect("in memory").as_ref() == Some(&old) {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), renewed).await.expect("beside it");
            list(&ann).await.expect("with the new one");
            assert_eq!(scene.sandbox.refreshes(), round);
        }
        let refused = scene.sandbox.calls_of(LIST).iter().filter(|it| it.code != Some(0)).count();
        assert_eq!((refused, scene.sandbox.refresh_reuses()), (0, 0));
    }
}

#[tokio::test]
async fn a_token_that_has_ended_is_renewed_inside_the_call_once_for_all() {
    for endpoint in ENDPOINTS {
        let scene = Scene::set(endpoint).await;
        let (_, ann) = scene.ann().await;
        scene.sandbox.expire_tokens();
        list(&ann).await.expect("renewed");
        let codes: Vec<_> = scene.sandbox.calls_of(LIST).iter().map(|it| it.code).collect();
        assert_eq!(codes, [Some(99_991_677), Some(0)]);
        scene.sandbox.revoke_tokens();
        let calls: Vec<_> = (0..50)
            .map(|_| {
                let ann = ann.clone();
                tokio::spawn(async move { list(&ann).await })
            })
            .collect();
        for call in calls {
            call.await.expect("no panic").expect("renewed, by whichever call");
        }
        assert_eq!((scene.sandbox.refreshes(), scene.sandbox.refresh_reuses()), (2, 0));
    }
}

#[tokio::test]
async fn a_user_who_takes_the_consent_back_must_sign_in_and_the_call_says_so() {
    for endpoint in ENDPOINTS {
        let scene = Scene::set(endpoint).await;
        let (sessions, ann) = scene.ann().await;
        list(&ann).await.expect("a page");
        scene.sandbox.revoke_consents();
        for _ in 0..2 {
            let error = list(&ann).await.expect_err("no consent");
            assert!(error.is_sign_in_needed() && !error.is_transient(), "{error}");
            assert_eq!((error.stage(), error.operation()), (Stage::Token, LIST), "{error}");
            let text = error.to_string();
            assert!(text.contains("user \"ann\" must sign in again"), "{text}");
            assert!(text.contains("code 20064"), "{text}");
        }
        assert_eq!(scene.sandbox.token_requests(), 0, "the tenant does not step in");
        sessions.save("ann", &scene.sign_in().await).await.expect("stored");
        list(&ann).await.expect("signed in again");
    }
}

#[tokio::test]
async fn a_week_without_a_call_ends_a_grant() {
    let scene = Scene::set(TokenEndpoint::V2).await;
    let (_, ann) = scene.ann().await;
    scene.advance(8 * 24 * 3600);
    let error = list(&ann).await.expect_err("too old");
    assert!(error.is_sign_in_needed() && error.to_string().contains("code 20037"), "{error}");
}

#[tokio::test]
async fn a_grant_without_offline_access_ends_with_its_access_token() {
    let scene = Scene::set(TokenEndpoint::V2).await;
    let authorization = scene.oauth.authorize(CALLBACK).build().expect("the URL is one");
    let callback = scene.sandbox.authorize(authorization.url());
    let grant = scene.oauth.exchange_callback(&authorization, &callback).await.expect("signed in");
    assert_eq!(grant.refresh_token, None);
    let sessions = UserSessions::with_oauth(&scene.oauth);
    sessions.save("ann", &grant).await.expect("stored");
    let ann = scene.client.as_session(sessions.session("ann"));
    list(&ann).await.expect("a page");
    scene.advance(7201);
    let error = list(&ann).await.expect_err("ended");
    assert!(error.is_sign_in_needed(), "{error}");
    assert!(error.to_string().contains("with the scope offline_access"), "{error}");
    assert_eq!(scene.sandbox.requests_of(LIST), 1, "known without asking");
}

#[tokio::test]
async fn who_signs_out_is_forgotten_here_and_there() {
    for endpoint in ENDPOINTS {
        let scene = Scene::set(endpoint).await;
        let (sessions, ann) = scene.ann().await;
        let grant = sessions.grant("ann").await.expect("in memory").expect("signed in");
        sessions.sign_out("ann").await.expect("revoked");
        let error = list(&ann).await.expect_err("signed out");
        assert!(error.is_sign_in_needed(), "{error}");
        assert!(error.to_string().contains("user \"ann\" is not signed in"), "{error}");
        assert!(error.to_string().contains("OAuth::authorize"), "{error}");
        let kept = scene.client.as_user(grant.access_token);
        assert_eq!(list(&kept).await.expect_err("revoked").code(), Some(99_991_668));
        let token = grant.refresh_token.expect("offline_access was granted");
        let error = scene.oauth.refresh(&token).await.expect_err("revoked");
        assert_eq!(error.code(), Some(20_064), "{error}");
        // Again, and of what nobody knows: neither is an error.
        scene.oauth.revoke(&token).await.expect("revoked as before");
        scene.oauth.revoke(&Secret::from("ur-nobody")).await.expect("as good as revoked");
    }
}

#[tokio::test]
async fn a_refresh_token_is_of_one_app_and_one_use() {
    for endpoint in ENDPOINTS {
        let scene = Scene::set(endpoint).await;
        let token = scene.sign_in().await.refresh_token.expect("offline_access was granted");
        let other = Client::builder("cli_0000000000000001", "secret of app 1");
        let other = watched(other.base_url(scene.sandbox.base_url())).build();
        let other = OAuth::new(&other.expect("fine")).token_endpoint(endpoint);
        assert_eq!(other.refresh(&token).await.expect_err("of another").code(), Some(20_024));
        scene.oauth.refresh(&token).await.expect("the first time");
        let error = scene.oauth.refresh(&token).await.expect_err("used");
        assert_eq!((error.code(), error.oauth_error()), (Some(20_073), Some("invalid_grant")));
        assert_eq!(scene.sandbox.refresh_reuses(), 1);
    }
}

/// Less than was granted can be asked for; the refresh token stays.
#[tokio::test]
async fn a_scope_can_be_narrowed_and_not_widened() {
    let scene = Scene::set(TokenEndpoint::V2).await;
    let narrowed = async |scope: &str| {
        let token = scene.sign_in().await.refresh_token.expect("offline_access was granted");
        let body = json!({
            "grant_type": "refresh_token", "refresh_token": token.expose(), "scope": scope,
            "client_id": scene.sandbox.app_id(), "client_secret": scene.sandbox.app_secret(),
        });
        let request = RawRequest::post("/open-apis/authen/v2/oauth/token").without_token();
        scene.client.send_raw(request.oauth().json(body)).await
    };
    let answer = narrowed("offline_access").await.expect("less").json().expect("JSON");
    assert_eq!(answer["scope"], "offline_access");
    for (scope, code) in [("a a", 20_067), ("im:message", 20_068)] {
        let error = narrowed(scope).await.expect_err("not that");
        assert_eq!((error.code(), error.oauth_error()), (Some(code), Some("invalid_scope")));
    }
}
