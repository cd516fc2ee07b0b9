//! Walks over folders of Drive.

use std::collections::HashSet;
use std::time::Duration;

use lark_core::{Client, UnixSeconds};
use lark_docx::document;
use lark_drive::tree::{self, Checkpoint};
use lark_drive::v1::{ReferEntity, file};
use lark_sandbox::{Fault, RateLimit, Times};

use crate::paused;

const LIST: &str = "drive.v1.file.list";

async fn folder(client: &Client, parent: &str, name: &str) -> String {
    let create = file::create_folder().folder_token(parent).name(name);
    client.send(create).await.expect("a folder").token
}

async fn documents(client: &Client, folder: &str, count: usize) {
    for number in 0..count {
        let create =
            lark_docx::v1::document::create().folder_token(folder).title(number.to_string());
        client.send(create).await.expect("a document");
    }
}

/// A folder with two below it, one in the other, and more documents in the last than a page holds.
async fn tree_of(client: &Client) -> (String, String) {
    let top = folder(client, "", "Top").await;
    let inner = folder(client, &top, "Inner").await;
    let last = folder(client, &inner, "Last").await;
    documents(client, &top, 3).await;
    documents(client, &last, 230).await;
    let created = client.send(lark_docx::v1::document::create().title("Elsewhere")).await;
    let target = created.expect("a document").document.unwrap_or_default().document_id;
    let refer = ReferEntity::new().refer_token(target.expect("an id")).refer_type("docx");
    let back = file::create_shortcut().parent_token(&last).refer_entity(refer);
    client.send(back).await.expect("a shortcut");
    (top, last)
}

#[tokio::test(start_paused = true)]
async fn everything_in_a_folder_comes_once_with_its_path() {
    let (sandbox, builder) = paused::start_far().await;
    let client = builder.build().expect("a client");
    let (top, _) = tree_of(&client).await;
    sandbox.rate_limit(LIST, RateLimit::per_second(20));
    let found = tree::walk(&client, &top).all().await.expect("listed");
    let tokens: HashSet<&str> = found.iter().map(|it| it.node.token.as_str()).collect();
    // Two folders, 233 documents, a shortcut.
    assert_eq!((found.len(), tokens.len()), (236, 236));
    let deepest = found.iter().find(|it| it.path == ["Inner", "Last", "229"]).expect("the last");
    assert_eq!((deepest.depth, deepest.node.type_.as_str()), (2, "docx"));
    let shortcut = found.iter().find(|it| it.node.type_ == "shortcut").expect("a shortcut");
    let target = shortcut.node.shortcut_info.as_ref().expect("its target");
    assert_eq!((target.target_type.as_str(), shortcut.depth), ("docx", 2));
    assert!(!tokens.contains(target.target_token.as_str()), "it is elsewhere");
    assert_eq!(sandbox.requests_of(LIST), 4, "three folders, one of two pages");
    // The root has that folder, and the target of the shortcut.
    let root = tree::walk(&client, "").max_depth(0).all().await.expect("listed");
    assert_eq!(
        root.iter().map(|it| it.node.name.as_str()).collect::<Vec<_>>(),
        ["Top", "Elsewhere"]
    );
}

#[tokio::test(start_paused = true)]
async fn it_goes_on_after_a_cut_and_a_failure() {
    let (sandbox, builder) = paused::start().await;
    let client = builder.build().expect("a client");
    let (top, last) = tree_of(&client).await;
    for cut in [1, 4, 5, 6, 150, 204, 205, 206, 235] {
        let mut walk = tree::walk(&client, &top);
        let mut tokens = HashSet::new();
        for _ in 0..cut {
            let found = walk.next().await.expect("a file").expect("listed");
            assert!(tokens.insert(found.node.token));
        }
        let kept = walk.checkpoint().to_json();
        let checkpoint = Checkpoint::from_json(&kept).expect("it was written so");
        let resumed = tree::walk(&client, &top).resume(checkpoint).expect("of this folder");
        for found in resumed.all().await.expect("listed") {
            assert!(tokens.insert(found.node.token), "twice after {cut}");
        }
        assert_eq!(tokens.len(), 236, "cut after {cut}");
    }
    let mut walk = tree::walk(&client, &last);
    sandbox.fault(LIST, Times::Once, Fault::code(1_061_004, 403));
    let error = walk.next().await.expect("an item").expect_err("a fault");
    let text = error.to_string();
    assert!(text.starts_with(&format!("the top of folder {last} cannot be listed: ")), "{text}");
    assert!(walk.next().await.is_none());
    assert_eq!((walk.retry_failed(), walk.all().await.expect("listed").len()), (1, 231));
}

#[tokio::test(start_paused = true)]
async fn only_what_was_edited_since_a_time() {
    let (sandbox, builder) = paused::start().await;
    let client = builder.build().expect("a client");
    let (top, _) = tree_of(&client).await;
    sandbox.advance(Duration::from_secs(60));
    let all = tree::walk(&client, &top).all().await.expect("listed");
    let edited = &all.iter().find(|it| it.path == ["Inner", "Last", "7"]).expect("it").node;
    let since = UnixSeconds(edited.modified_time.expect("a time").0 + 60);
    document::append(&client, &edited.token, "more").await.expect("appended");
    let found = tree::walk(&client, &top).changed_since(since).all().await.expect("listed");
    let paths: Vec<_> = found.iter().map(|it| it.path.join("/")).collect();
    assert_eq!(paths, ["Inner/Last/7"]);
}
