//! The grant of a user, whose refresh token can be used once, in the hands of several machines.

use lark_core::Client;
use lark_oauth::{OAuth, UserSessions};
use lark_redis::RedisStore;
use lark_sandbox::{RefreshReuse, Sandbox};

use crate::process::{self, Process};
use crate::redis_server::RedisServer;
use crate::worker::USER;

const REFRESHES: u64 = 1000;

#[tokio::test(flavor = "multi_thread")]
async fn two_machines_refresh_one_grant_a_thousand_times() {
    // No process of Redis dies here.
    let server = RedisServer::with(&["--appendonly", "no"]);
    let sandbox = Sandbox::builder().strict().refresh_reuse(RefreshReuse::RevokeFamily);
    let sandbox = sandbox.start().await.expect("a port");
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let store = RedisStore::new(&server.connect());
    let client = client.base_url(sandbox.base_url()).store(store).build().expect("a client");
    let (oauth, sessions) = (OAuth::new(&client), UserSessions::new(client.clone()));
    let request = oauth.authorize("https://bot.example.com/callback").offline_access();
    let authorization = request.build().expect("a URL");
    let callback = sandbox.authorize(authorization.url());
    let grant = oauth.exchange_callback(&authorization, &callback).await.expect("consent");
    sessions.save(USER, &grant).await.expect("stored");

    let mut machines = [(); 2].map(|()| Process::start(&sandbox, &server.url()));
    process::all(&mut machines, &format!("refresh {REFRESHES}"));
    assert_eq!(sandbox.refresh_reuses(), 0);
    // One that waited for the other's refresh takes what that brought.
    assert!((REFRESHES..=REFRESHES * 2).contains(&sandbox.refreshes()), "{}", sandbox.refreshes());
    let grant = sessions.session(USER).refresh_now().await.expect("the grant is alive");
    oauth.user_info(&grant.access_token).await.expect("its token is good");
}
