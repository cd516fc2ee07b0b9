//! Settings that cannot work are refused before anything is served.

use lark_webhook::{ServeError, Server, ServerBuilder};

use crate::push::{TOKEN, quick};

async fn why(builder: ServerBuilder) -> String {
    let error = builder.bind("127.0.0.1:0").await.expect_err("it cannot work");
    assert!(matches!(error, ServeError::InvalidConfig(_)));
    lark_core::Error::from(error).to_string()
}

#[tokio::test]
async fn settings_that_contradict_each_other_are_named() {
    let router = || quick(TOKEN);
    let none = why(Server::builder()).await;
    assert!(none.contains("without an app"), "{none}");
    let twice = why(Server::builder().app("/a", router()).app("/a", router())).await;
    assert!(twice.contains(r#""/a" is served twice"#), "{twice}");
    let health = why(Server::builder().app("/healthz", router())).await;
    assert!(health.contains(r#""/healthz" is served twice"#), "{health}");
    let relative = why(Server::builder().app("events", router())).await;
    assert!(relative.contains(r#""events" is no path"#), "{relative}");
    let both = why(Server::builder().any_path(router()).any_path(router())).await;
    assert!(both.contains("two apps"), "{both}");
    let nobody = why(Server::builder().any_path(router()).max_connections(0)).await;
    assert!(nobody.contains("max_connections"), "{nobody}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let first = Server::builder().any_path(quick(TOKEN)).bind("127.0.0.1:0").await;
    let address = first.as_ref().expect("a free port").local_addr();
    let second = Server::builder().any_path(quick(TOKEN)).bind(address).await;
    let error = second.expect_err("it is taken");
    assert_eq!(error.to_string(), format!("cannot listen on {address}"));
    let whole = lark_core::Error::from(error).to_string();
    assert!(whole.contains(&format!("cannot listen on {address}: ")), "{whole}");
}
