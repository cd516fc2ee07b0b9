//! Pages of servers that mean well, and of those that do not.

mod pages_common;

use lark_core::{Error, Stage};
use lark_test_support::{FakePlatform, FakeResponse};
use pages_common::{ByBody, ById, List, ListAnswer, WithToken, ids, page};
use serde_json::{Value, json};

/// The ids of all items, and the error at the end, after which nothing comes.
async fn all(platform: &FakePlatform) -> (Vec<String>, Option<Error>) {
    let mut items = platform.client().items(List::default());
    let mut seen = Vec::new();
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => seen.push(item.id),
            Err(error) => {
                assert!(items.is_done());
                assert!(items.next().await.is_none(), "something comes after an error");
                return (seen, Some(error));
            }
        }
    }
    assert!(items.next().await.is_none() && items.is_done());
    assert_eq!(items.token(), None);
    (seen, None)
}

/// A server that gives these answers in order, and no other.
fn serving(answers: impl IntoIterator<Item = Value>) -> FakePlatform {
    let responses: Vec<_> = answers.into_iter().map(|data| FakeResponse::ok(&data)).collect();
    FakePlatform::scripted(responses)
}

/// The page tokens of the requests.
fn asked(platform: &FakePlatform) -> Vec<Option<String>> {
    platform.calls().iter().map(|call| call.query("page_token")).collect()
}

#[tokio::test]
async fn an_empty_page_in_the_middle_is_not_the_end() {
    let platform =
        serving([page(&["a"], true, "t2"), page(&[], true, "t3"), page(&["b"], false, "")]);
    let (items, error) = all(&platform).await;
    assert_eq!(items, ["a", "b"]);
    assert!(error.is_none());
    assert_eq!(asked(&platform), [None, Some("t2".into()), Some("t3".into())]);
}

#[tokio::test]
async fn an_empty_token_is_the_end_though_there_is_said_to_be_more() {
    for token in [json!(""), Value::Null] {
        let platform =
            serving([json!({ "items": ids(&["a"]), "has_more": true, "page_token": token })]);
        let (items, error) = all(&platform).await;
        assert_eq!(items, ["a"]);
        assert!(error.is_none());
        assert_eq!(platform.calls().len(), 1);
    }
}

#[tokio::test]
async fn no_more_is_the_end_though_there_is_a_token() {
    let platform = serving([page(&["a"], true, "t2"), page(&["b"], false, "t3")]);
    assert_eq!(all(&platform).await.0, ["a", "b"]);
    assert_eq!(platform.calls().len(), 2);
}

#[tokio::test]
async fn a_token_that_repeats_is_an_error_after_the_items_of_its_page() {
    let platform = FakePlatform::answering(|_| FakeResponse::ok(&page(&["a"], true, "again")));
    let (items, error) = all(&platform).await;
    let error = error.expect("the list has no end");
    assert_eq!(items, ["a", "a"]);
    assert!(error.is_page_loop() && !error.is_transient());
    assert_eq!((error.operation(), error.stage()), ("test.v1.thing.list", Stage::Decode));
    assert_eq!(
        error.to_string(),
        "test.v1.thing.list: decode: page 2 has its own page token as that of the next page, so the \
         list would never end"
    );
    assert_eq!(platform.calls().len(), 2);
}

#[tokio::test]
async fn tokens_that_lead_in_a_wider_circle_are_found_out() {
    for width in 2..40 {
        let mut calls = 0;
        let platform = FakePlatform::answering(move |_| {
            calls += 1;
            FakeResponse::ok(&page(&["a"], true, &format!("t{}", calls % width)))
        });
        let (_, error) = all(&platform).await;
        let error = error.expect("the list has no end");
        assert!(error.is_page_loop(), "{error}");
        assert!(platform.calls().len() <= 4 * width, "{width}: {}", platform.calls().len());
    }
}

#[tokio::test]
async fn without_has_more_the_token_decides() {
    let platform = serving([
        json!({ "items": ids(&["a"]), "page_token": "t2" }),
        json!({ "items": ids(&["b"]), "page_token": "t3", "has_more": null }),
        json!({ "items": ids(&["c"]) }),
    ]);
    let (items, error) = all(&platform).await;
    assert_eq!(items, ["a", "b", "c"]);
    assert!(error.is_none());
}

#[tokio::test]
async fn an_operation_that_never_says_whether_there_is_more_has_pages() {
    let platform = serving([page(&["a"], false, "t2"), page(&["b"], false, "")]);
    let items = platform.client().items(ById::default()).collect_up_to(9).await.expect("it works");
    assert_eq!(items, [json!({ "id": "a" }), json!({ "id": "b" })]);
}

#[tokio::test]
async fn null_items_are_none() {
    let platform = serving([
        json!({ "items": null, "page_token": "t2", "has_more": true }),
        json!({ "page_token": "t3", "has_more": true }),
        page(&["a"], false, ""),
    ]);
    let (items, error) = all(&platform).await;
    assert_eq!(items, ["a"]);
    assert!(error.is_none());
}

#[tokio::test]
async fn an_error_on_page_3_comes_once_and_can_be_resumed_from() {
    let rejection = FakeResponse::new(400, r#"{"code":230002,"msg":"not in the chat"}"#);
    let mut responses = vec![
        FakeResponse::ok(&page(&["a"], true, "t2")),
        FakeResponse::ok(&page(&["b"], true, "t3")),
    ];
    responses.push(rejection);
    responses.push(FakeResponse::ok(&page(&["c"], false, "")));
    let platform = FakePlatform::scripted(responses);
    let client = platform.client();
    let mut items = client.items(List::default());
    let mut seen = Vec::new();
    while let Some(Ok(item)) = items.next().await {
        seen.push(item.id);
    }
    assert_eq!(seen, ["a", "b"]);
    assert_eq!(items.token(), Some("t3"));
    let token = items.token().expect("the page that failed").to_owned();
    assert!(items.next().await.is_none());

    let rest =
        client.items(List::default()).resume(token).collect_up_to(9).await.expect("it works");
    assert_eq!(rest.into_iter().map(|item| item.id).collect::<Vec<_>>(), ["c"]);
    assert_eq!(asked(&platform)[2..], [Some("t3".into()), Some("t3".into())]);
}

#[tokio::test]
async fn what_is_collected_is_never_short_of_a_failure() {
    let rejection = FakeResponse::new(400, r#"{"code":230002,"msg":"no"}"#);
    let platform =
        FakePlatform::scripted(vec![FakeResponse::ok(&page(&["a", "b"], true, "t2")), rejection]);
    let client = platform.client();
    let every = serving([page(&["a"], true, "t2"), page(&["b"], false, "")]);
    let every = every.client().items(List::default()).all().await.expect("it works");
    assert_eq!(every.into_iter().map(|item| item.id).collect::<Vec<_>>(), ["a", "b"]);
    let two = client.items(List::default()).collect_up_to(2).await.expect("one page is enough");
    assert_eq!(two.len(), 2);
    let error =
        client.items(List::default()).collect_up_to(2).await.expect_err("the list is not there");
    assert_eq!(error.code(), Some(230_002));
}

#[tokio::test]
async fn tokens_are_escaped_in_the_query_and_in_the_body() {
    const TOKEN: &str = "a+b/c= d&e?\"页";
    let platform = serving([page(&["a"], true, TOKEN), page(&["b"], false, "")]);
    assert_eq!(all(&platform).await.0, ["a", "b"]);
    assert_eq!(asked(&platform)[1].as_deref(), Some(TOKEN));

    let platform = serving([page(&["a"], true, TOKEN), page(&["b"], false, "")]);
    let request = ByBody { query: Some("q".into()), ..ByBody::default() };
    let items = platform.client().items(request).collect_up_to(9).await.expect("it works");
    assert_eq!(items.len(), 2);
    let bodies: Vec<Value> = platform.calls().iter().map(|call| call.json()).collect();
    assert_eq!(bodies, [json!({ "query": "q" }), json!({ "query": "q", "page_token": TOKEN })]);
}

#[tokio::test]
async fn a_token_that_is_required_is_empty_at_first() {
    let platform = serving([page(&["a"], true, "t2"), page(&["b"], false, "")]);
    let things =
        platform.client().items(WithToken::default()).collect_up_to(9).await.expect("it works");
    assert_eq!(things.len(), 2);
    let bodies: Vec<Value> = platform.calls().iter().map(|call| call.json()).collect();
    assert_eq!(bodies, [json!({ "page_token": "" }), json!({ "page_token": "t2" })]);
}

#[tokio::test]
async fn pages_are_whole_answers_on_the_scope_of_their_client() {
    let mut first = page(&["a"], true, "t2");
    first["total"] = json!(2);
    let platform = serving([first, page(&["b"], false, "")]);
    let mut pages = platform.client().as_user("u-1").pages(List::default().page_size(1));
    let mut read: Vec<ListAnswer> = Vec::new();
    while let Some(answer) = pages.next().await {
        read.push(answer.expect("it works"));
        assert_eq!(pages.token().is_some(), read.len() == 1);
    }
    assert_eq!((read[0].total, read[1].total), (Some(2), None));
    for call in platform.calls() {
        assert_eq!(call.authorization(), "Bearer u-1");
        assert!(call.url.contains("page_size=1"), "{}", call.url);
    }
}

/// So that nothing is missed, what was seen of the page comes again.
#[tokio::test]
async fn the_token_of_items_is_that_of_the_page_they_are_on() {
    let answers =
        [page(&["a", "b"], true, "t2"), page(&["c", "d"], true, "t3"), page(&[], false, "")];
    let platform = serving(answers);
    let mut items = platform.client().items(List::default());
    let mut tokens = Vec::new();
    while let Some(Ok(_)) = items.next().await {
        tokens.push(items.token().map(str::to_owned));
    }
    assert_eq!(tokens, [None, Some("t2".into()), Some("t2".into()), Some("t3".into())]);
}

#[tokio::test]
async fn it_begins_where_the_request_says_and_sends_nothing_before() {
    let platform = serving([page(&["b"], false, "")]);
    let client = platform.client();
    let mut items = client.items(List { page_token: Some("t2".into()), ..List::default() });
    assert_eq!(items.token(), Some("t2"));
    assert!(platform.calls().is_empty());
    assert!(items.next().await.is_some());
    assert_eq!(asked(&platform), [Some("t2".to_owned())]);
}
