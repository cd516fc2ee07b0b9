//! Walks over wiki spaces.

use std::collections::HashSet;
use std::time::Duration;

use lark_core::Client;
use lark_core::UnixSeconds;
use lark_sandbox::{Fault, RateLimit, Sandbox, ScriptedResponse, Times};
use lark_wiki::tree::{self, Checkpoint, Found, SpaceTree, Walk};
use lark_wiki::v2::{Node, space_node};
use serde_json::json;
use tokio::time::Instant;

use crate::paused;

const LIST: &str = "wiki.v2.space.node.list";

async fn start() -> (std::sync::Arc<Sandbox>, Client) {
    let (sandbox, builder) = paused::start_far().await;
    (sandbox, builder.build().expect("a client"))
}

fn token(found: &Found<Node>) -> String {
    found.node.node_token.clone().expect("a node has a token")
}

async fn create(client: &Client, space: &str, parent: &str, title: &str) -> String {
    let create = space_node::create(space).node_type("origin").obj_type("docx").title(title);
    let created = client.send(create.parent_node_token(parent)).await.expect("created");
    created.node().and_then(|it| it.node_token().map(str::to_owned)).expect("a token")
}

/// The tokens of all nodes that are left.
async fn rest(mut walk: Walk<SpaceTree>) -> Vec<String> {
    let mut tokens = Vec::new();
    while let Some(found) = walk.next().await {
        tokens.push(token(&found.expect("listed")));
    }
    tokens
}

fn different(tokens: &[String]) -> usize {
    tokens.iter().collect::<HashSet<_>>().len()
}

#[tokio::test(start_paused = true)]
async fn of_5000_nodes_on_8_levels_each_comes_once_at_the_documented_rate() {
    let (sandbox, client) = start().await;
    let space = sandbox.grow_wiki(5000, 8);
    sandbox.rate_limit(LIST, RateLimit::per_second(20));
    let started = Instant::now();
    let mut walk = tree::walk(&client, &space);
    let (mut seen, mut levels) = (HashSet::new(), HashSet::new());
    while let Some(found) = walk.next().await {
        let found = found.expect("listed");
        let parent = found.node.parent_node_token.clone().unwrap_or_default();
        assert!(parent.is_empty() || seen.contains(&parent), "parents come first");
        assert_eq!(
            (found.path.len(), found.path.last()),
            (found.depth + 1, found.node.title.as_ref())
        );
        levels.insert(found.depth);
        assert!(seen.insert(token(&found)), "twice: {found:?}");
    }
    assert_eq!((seen.len(), levels.len()), (5000, 8));
    assert_eq!(sandbox.rate_limited(LIST), 0, "the platform rejected nothing");
    let calls = sandbox.requests_of(LIST);
    let (took, least) = (started.elapsed().as_secs(), calls / 20);
    assert!(took >= least - 1 && took <= least + least / 10, "{calls} calls in {took} s");
}

#[tokio::test(start_paused = true)]
async fn a_walk_that_is_cut_anywhere_goes_on_there() {
    let (sandbox, client) = start().await;
    let space = sandbox.grow_wiki(700, 6);
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for in_flight in [1, 4] {
        let mut tokens = Vec::new();
        let mut kept: Option<String> = None;
        loop {
            let mut walk = tree::walk(&client, &space).in_flight(in_flight);
            if let Some(kept) = &kept {
                let checkpoint = Checkpoint::from_json(kept).expect("it was written so");
                assert_eq!(checkpoint.nodes(), tokens.len());
                walk = walk.resume(checkpoint).expect("it is of this space");
            }
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let cut = random >> 59;
            for _ in 0..=cut {
                match walk.next().await {
                    Some(found) => tokens.push(token(&found.expect("listed"))),
                    None => break,
                }
            }
            // One more is under way, and is dropped there.
            let nobody_waits = tokio::time::timeout(Duration::ZERO, walk.next()).await;
            if let Ok(Some(found)) = nobody_waits {
                tokens.push(token(&found.expect("listed")));
            }
            let checkpoint = walk.checkpoint();
            if checkpoint.is_finished() {
                break;
            }
            kept = Some(checkpoint.to_json());
        }
        assert_eq!((tokens.len(), different(&tokens)), (700, 700), "{in_flight} in flight");
    }
    assert!(sandbox.requests_of(LIST) > 200, "it was cut many times");
}

#[tokio::test(start_paused = true)]
async fn more_than_a_page_of_20_is_read_to_the_end() {
    let (sandbox, client) = start().await;
    for number in 0..120 {
        create(&client, "7000000000000000009", "", &format!("Page {number}")).await;
    }
    let first = client.send(space_node::list("7000000000000000009")).await.expect("listed");
    assert_eq!((first.items.len(), first.has_more), (20, Some(true)), "what shortens lists");
    let before = sandbox.requests_of(LIST);
    let found = tree::walk(&client, "7000000000000000009").all().await.expect("listed");
    assert_eq!(found.len(), 120);
    assert_eq!(found[119].path, ["Page 119"]);
    assert_eq!(sandbox.requests_of(LIST) - before, 3, "50 a page");
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_fails_is_named_and_can_be_tried_again() {
    let (sandbox, client) = start().await;
    let space = sandbox.grow_wiki(300, 4);
    let mut walk = tree::walk(&client, &space).in_flight(1);
    let top = walk.next().await.expect("a node").expect("listed");
    sandbox.fault(LIST, Times::Once, Fault::code(131_006, 403));
    let (mut tokens, mut errors) = (vec![token(&top)], Vec::new());
    while let Some(found) = walk.next().await {
        match found {
            Ok(found) => tokens.push(token(&found)),
            Err(error) => errors.push(error),
        }
    }
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert!(tokens.contains(&error.node().to_owned()), "{error}");
    assert_eq!(error.cause().code(), Some(131_006));
    let text = error.to_string();
    assert!(
        text.contains(&format!("node {} ({})", error.node(), error.path().join(" / "))),
        "{text}"
    );
    assert!(text.contains(&format!("of wiki space {space} cannot be listed: ")), "{text}");
    assert!(tokens.len() < 300, "something is missing");
    // A checkpoint keeps it as well.
    let checkpoint = Checkpoint::from_json(&walk.checkpoint().to_json()).expect("as written");
    let resumed = tree::walk(&client, &space).resume(checkpoint).expect("of this space");
    assert_eq!(rest(resumed).await.len() + tokens.len(), 300);
    assert_eq!(walk.retry_failed(), 1);
    tokens.extend(rest(walk).await);
    assert_eq!((tokens.len(), different(&tokens)), (300, 300));
}

#[tokio::test(start_paused = true)]
async fn a_tree_that_leads_back_to_itself_ends() {
    let (sandbox, client) = start().await;
    let space = Sandbox::WIKI_SPACE;
    let found = tree::walk(&client, space).all().await.expect("listed");
    let paths: Vec<String> = found.iter().map(|it| it.path.join("/")).collect();
    let page = "Library/A block of every kind";
    assert_eq!(paths, ["Library".to_owned(), page.to_owned(), format!("{page}/Library")]);
    // What no platform should answer: a child that is its own grandparent, with children.
    let node = json!({ "node_token": token(&found[0]), "node_type": "origin", "obj_type": "docx", "has_child": true });
    let body = json!({ "code": 0, "msg": "", "data": { "items": [node], "has_more": false } });
    let mut walk = tree::walk(&client, space);
    walk.next().await.expect("a node").expect("listed");
    sandbox.respond_with(LIST, Times::Always, ScriptedResponse::json(200, &body));
    assert_eq!(rest(walk).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn only_what_was_changed_since_a_time() {
    let (sandbox, client) = start().await;
    let space = sandbox.grow_wiki(60, 3);
    let all = tree::walk(&client, &space).all().await.expect("listed");
    sandbox.advance(Duration::from_secs(3600));
    let since = UnixSeconds(all[0].node.obj_edit_time.expect("a time").0 + 3600);
    assert!(
        tree::walk(&client, &space).changed_since(since).all().await.expect("listed").is_empty()
    );
    let changed = all.iter().max_by_key(|it| it.depth).expect("a node");
    let obj = changed.node.obj_token.clone().expect("a document");
    lark_docx::document::append(&client, obj, "new").await.expect("appended");
    let new = create(&client, &space, "", "New").await;
    let mut found = tree::walk(&client, &space).changed_since(since).all().await.expect("listed");
    found.sort_by_key(|it| it.depth);
    let tokens: Vec<String> = found.iter().map(token).collect();
    assert_eq!(tokens, [new, token(changed)]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_the_platform_no_longer_knows_begins_the_listing_anew() {
    let (_sandbox, client) = start().await;
    for number in 0..130 {
        create(&client, "7000000000000000009", "", &number.to_string()).await;
    }
    let mut walk = tree::walk(&client, "7000000000000000009");
    let mut tokens = Vec::new();
    for _ in 0..60 {
        tokens.push(token(&walk.next().await.expect("a node").expect("listed")));
    }
    let kept = walk.checkpoint().to_json();
    let page = kept.split("\"page\":\"").nth(1).and_then(|it| it.split('"').next());
    let kept = kept.replace(page.expect("it is in the second page"), "of-yesterday");
    let checkpoint = Checkpoint::from_json(&kept).expect("it is one");
    let resumed = tree::walk(&client, "7000000000000000009").resume(checkpoint);
    tokens.extend(rest(resumed.expect("it is of this space")).await);
    assert_eq!((tokens.len(), different(&tokens)), (130, 130));
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_of_another_space_is_refused() {
    let (_sandbox, client) = start().await;
    let checkpoint = tree::walk(&client, "1").checkpoint();
    let error = tree::walk(&client, "2").resume(checkpoint).expect_err("another space");
    assert_eq!(
        error.to_string(),
        "checkpoint of a walk: it is of wiki space 1, and this walk is of wiki space 2"
    );
}

#[tokio::test(start_paused = true)]
async fn a_part_of_a_tree_and_its_upper_levels() {
    let (sandbox, client) = start().await;
    let space = sandbox.grow_wiki(200, 4);
    let all = tree::walk(&client, &space).all().await.expect("listed");
    let upper = tree::walk(&client, &space).max_depth(1).all().await.expect("listed");
    assert_eq!(upper.len(), all.iter().filter(|it| it.depth <= 1).count());
    let part = all.iter().find(|it| it.node.has_child == Some(true)).expect("a parent");
    let below = tree::walk(&client, &space).below(token(part)).all().await.expect("listed");
    let expected =
        all.iter().filter(|it| it.path.len() > part.path.len() && it.path.starts_with(&part.path));
    assert_eq!(below.len(), expected.count());
    assert!(below.iter().any(|it| it.depth == 0));
}
