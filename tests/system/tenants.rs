//! Many apps and tenants in one process: no token crosses over.

use std::collections::HashMap;

use lark_core::{Client, MemoryStore, Stage};
use lark_sandbox::{App, Sandbox, TokenKind};
use lark_task::v2::tasklist;
use lark_test_support::watched;

const LIST: &str = "task.v2.tasklist.get";

fn app_id(app: usize) -> String {
    format!("cli_{app:016x}")
}

fn secret(app: usize) -> String {
    format!("secret of app {app}")
}

async fn ten_apps_and_ten_tenants() -> Sandbox {
    let tenants = (0..10).map(|tenant| format!("tenant_{tenant}"));
    let apps = (0..10).map(|app| App::marketplace(app_id(app), secret(app)));
    let builder = apps
        .fold(Sandbox::builder().strict().tenants(tenants), |builder, app| builder.add_app(app));
    builder.start().await.expect("a free port")
}

/// What the path of a call says about who made it.
fn caller(path: &str) -> (String, String) {
    let id = path.rsplit('/').next().expect("a path");
    let (app, tenant) = id.split_once('-').expect("two names");
    (app.to_owned(), tenant.to_owned())
}

/// 100 clients, one for each app and tenant, that keep their tokens in one store, make calls at the
/// same time while all tokens are revoked twice.
#[tokio::test]
async fn a_hundred_clients_of_ten_apps_and_ten_tenants() {
    let sandbox = ten_apps_and_ten_tenants().await;
    let store = MemoryStore::new();
    let mut clients = Vec::new();
    for app in 0..10 {
        for tenant in 0..10 {
            let builder = Client::builder(app_id(app), secret(app)).base_url(sandbox.base_url());
            let builder = builder.marketplace().store(store.clone());
            let client = watched(builder).build().expect("fine");
            client.set_app_ticket(sandbox.app_ticket(&app_id(app))).await.expect("stored");
            let list = format!("{}-tenant_{tenant}", app_id(app));
            clients.push((client.for_tenant(format!("tenant_{tenant}")), list));
        }
    }
    for _ in 0..3 {
        let calls: Vec<_> = clients
            .iter()
            .flat_map(|client| [client; 3])
            .cloned()
            .map(|(client, list)| {
                tokio::spawn(async move { client.send(tasklist::get(list)).await })
            })
            .collect();
        for call in calls {
            call.await.expect("no panic").expect("a task list");
        }
        sandbox.revoke_tokens();
    }
    let mut seen = HashMap::new();
    for record in sandbox.calls_of(LIST).iter().filter(|record| record.status == 200) {
        let (app, tenant) = caller(&record.path);
        assert_eq!(record.token_kind, Some(TokenKind::Tenant));
        assert_eq!(record.app_id.as_deref(), Some(&*app), "{record:?}");
        assert_eq!(record.tenant_key.as_deref(), Some(&*tenant), "{record:?}");
        *seen.entry((app, tenant)).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 100);
    assert!(seen.values().all(|calls| *calls == 9), "{seen:?}");
}

/// A token that was fetched with the right secret does not serve a client with a wrong one, although
/// both have one store.
#[tokio::test]
async fn a_wrong_secret_gets_nothing_from_the_store() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let store = MemoryStore::new();
    let client = |secret: &str| {
        let builder = Client::builder(sandbox.app_id(), secret).base_url(sandbox.base_url());
        builder.store(store.clone()).build().expect("fine")
    };
    client(sandbox.app_secret()).send(tasklist::get("tl_1")).await.expect("a task list");
    let error = client("wrong").send(tasklist::get("tl_1")).await.expect_err("wrong secret");
    assert_eq!((error.stage(), error.code()), (Stage::Token, Some(10014)), "{error}");
}

#[tokio::test]
async fn the_refusals_of_a_marketplace_say_what_to_do() {
    let sandbox = ten_apps_and_ten_tenants().await;
    let client = Client::builder(app_id(1), secret(1)).base_url(sandbox.base_url()).marketplace();
    let client = watched(client).build().expect("fine");
    let ask = async |tenant: &str| {
        let result = client.for_tenant(tenant).send(tasklist::get("tl_1")).await;
        result.expect_err("refused").to_string()
    };
    let error = ask("tenant_1").await;
    assert!(error.contains("there is no app ticket; the platform was asked for one"), "{error}");
    assert_eq!(sandbox.ticket_resends(&app_id(1)), 1);
    let old = sandbox.app_ticket(&app_id(1));
    let new = sandbox.rotate_ticket(&app_id(1));
    client.set_app_ticket(old).await.expect("stored");
    let error = ask("tenant_1").await;
    assert!(error.contains("the platform did not accept the app ticket"), "{error}");
    client.set_app_ticket(new).await.expect("stored");
    let error = ask("tenant_99").await;
    assert!(error.contains("token: code 10003"), "{error}");
    client.for_tenant("tenant_1").send(tasklist::get("tl_1")).await.expect("a task list");
}

#[tokio::test]
async fn an_app_of_the_wrong_type_is_told_by_the_platform() {
    let sandbox = ten_apps_and_ten_tenants().await;
    let client = Client::builder(app_id(1), secret(1)).base_url(sandbox.base_url());
    let client = client.build().expect("fine");
    let error = client.send(tasklist::get("tl_1")).await.expect_err("not self-built");
    assert_eq!((error.stage(), error.code()), (Stage::Token, Some(10003)), "{error}");
    let client = Client::builder(sandbox.app_id(), sandbox.app_secret());
    let client = client.base_url(sandbox.base_url()).app_ticket("x").build().expect("fine");
    let error = client.for_tenant("tenant_1").send(tasklist::get("tl_1")).await;
    let error = error.expect_err("not of the marketplace");
    assert_eq!((error.stage(), error.code()), (Stage::Token, Some(10003)), "{error}");
}
