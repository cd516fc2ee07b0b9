//! Sending a user away and taking them back.

use lark_oauth::Authorization;
use lark_test_support::FakeTransport;

use crate::oauth_over;

const GRANTED: &str = r#"{"code":0,"access_token":"u-hush","expires_in":7200,"refresh_token":"ur-hush","refresh_token_expires_in":604800,"scope":"a offline_access","token_type":"Bearer"}"#;

const CALLBACK: &str = "https://bot.test/back?from=lark";

fn parameters(url: &str) -> Vec<(String, String)> {
    url::Url::parse(url).expect("a URL").query_pairs().into_owned().collect()
}

fn parameter(url: &str, name: &str) -> String {
    let found = parameters(url).into_iter().find(|(it, _)| it == name);
    found.unwrap_or_else(|| panic!("{url} has {name}")).1
}

#[test]
fn the_url_has_what_the_platform_asks_for() {
    let oauth = oauth_over(&FakeTransport::unused());
    let request = oauth.authorize(CALLBACK).scope("a:b c").scope("a:b").offline_access();
    let authorization = request.clone().state("s+1").prompt_consent().build().expect("fine");
    let url = authorization.url();
    let start = "https://accounts.test/open-apis/authen/v1/authorize?client_id=cli_test&response_type=code&redirect_uri=https%3A%2F%2Fbot.test%2Fback%3Ffrom%3Dlark&scope=a%3Ab%20c%20offline_access&state=s%2B1&code_challenge=";
    assert!(url.starts_with(start), "{url}");
    assert!(url.ends_with("&code_challenge_method=S256&prompt=consent"), "{url}");
    let verifier = authorization.code_verifier().expect("PKCE is on").expose();
    assert!((43..=128).contains(&verifier.len()));
    let other = request.clone().build().expect("fine");
    assert_ne!(parameter(url, "code_challenge"), parameter(other.url(), "code_challenge"));
    assert_eq!(parameter(other.url(), "state").len(), 43, "random unless it is set");
    let plain = request.clone().without_pkce().build().expect("fine");
    assert!(plain.code_verifier().is_none() && !plain.url().contains("challenge"));
    for (uri, why) in [
        ("bot.test", "not a URL; write it like https://"),
        ("", "not a URL"),
        ("https://", "not a URL"),
        ("//bot.test/back", "not a URL"),
        ("https://bot.test/a b", "a URL has no blanks"),
        ("https://bot.test/#x", "OAuth allows no fragment"),
    ] {
        let error = oauth.authorize(uri).build().expect_err(uri).to_string();
        assert!(error.contains(&format!("redirect URI {uri:?}: {why}")), "{error}");
    }
    oauth.authorize("com.example.app:/back").build().expect("an app of a phone");
    let error = request.state("").build().expect_err("anybody knows it").to_string();
    assert!(error.contains("the state is empty"), "{error}");
}

#[tokio::test]
async fn a_sign_in_is_finished_by_its_own_callback_only() {
    let transport = FakeTransport::scripted([(200, GRANTED), (200, GRANTED), (200, GRANTED)]);
    let oauth = oauth_over(&transport);
    let begun = oauth.authorize(CALLBACK).offline_access().build().expect("fine");
    // The two requests of the browser may reach two processes.
    let begun = Authorization::from_json(&begun.to_json()).expect("it was stored");
    let state = begun.state();
    for callback in [
        format!("{CALLBACK}&code=c-hush&state={state}#there"),
        format!("?state={state}&code=c-hush"),
        format!("code=c-hush&state={state}"),
    ] {
        let grant = oauth.exchange_callback(&begun, &callback).await.expect("it is its own");
        assert_eq!(grant.refresh_token, Some("ur-hush".into()));
        assert_eq!(grant.scopes().collect::<Vec<_>>(), ["a", "offline_access"]);
    }
    let sent = transport.requests().remove(0);
    assert_eq!(sent.line(), "POST https://open.test/open-apis/authen/v2/oauth/token");
    let expected = serde_json::json!({
        "grant_type": "authorization_code", "client_id": "cli_test", "client_secret": "hush-secret",
        "code": "c-hush", "redirect_uri": CALLBACK, "code_verifier": begun.code_verifier().expect("PKCE").expose(),
    });
    assert_eq!((sent.json(), sent.authorization()), (expected, ""));
    let denied = format!("error=access_denied&error_description=No.&state={state}");
    let error = oauth.exchange_callback(&begun, &denied).await.expect_err("declined");
    assert_eq!(error.oauth_error(), Some("access_denied"));
    for (callback, why) in [
        ("code=c-hush&state=another".to_owned(), "its state is not that of this sign-in"),
        ("error=access_denied&state=another".to_owned(), "its state is not that of this sign-in"),
        (format!("code=c-hush&state={state}&state=x"), "it has state twice"),
        ("code=c-hush".to_owned(), "it has no state"),
        (format!("code=&state={state}"), "it has neither a code nor an error"),
    ] {
        let error = oauth.exchange_callback(&begun, &callback).await.expect_err(why).to_string();
        assert!(error.contains(why) && !error.contains("hush"), "{error}");
    }
    assert_eq!(transport.requests().len(), 3, "nothing was sent for a callback that is refused");
}

#[test]
fn a_stored_sign_in_is_read_or_refused_and_never_shown() {
    let begun = oauth_over(&FakeTransport::unused()).authorize(CALLBACK).build().expect("fine");
    assert_eq!(Authorization::from_json(&begun.to_json()).expect("it was stored"), begun);
    let shown = format!("{begun:?}");
    let verifier = begun.code_verifier().expect("PKCE").expose();
    assert!(!shown.contains(begun.state()) && !shown.contains(verifier), "{shown}");
    for json in ["", "{}", r#"{"url":"u","state":"","redirect_uri":"r"}"#] {
        Authorization::from_json(json).expect_err("it is none");
    }
}
