//! The limits of documents, with the platform's codes, on the sandbox.

use std::time::Duration;

use lark_core::{Client, Error};
use lark_docx::block::Block;
use lark_docx::document;
use lark_docx::v1::BlockType as Kind;
use lark_docx::v1::{
    self, Image, ReplaceImageRequest, UpdateBlockRequest, document_block, document_block_children,
    document_block_descendant,
};
use lark_sandbox::RateLimit;

use crate::round_trips::start;

async fn insert(client: &Client, id: &str, blocks: Vec<Block>) -> Result<(), Error> {
    let mut next = 0;
    let lists: Vec<Vec<v1::Block>> = blocks.iter().map(|it| it.flatten(&mut next)).collect();
    let top: Vec<String> = lists.iter().filter_map(|it| it[0].block_id.clone()).collect();
    let request =
        document_block_descendant::create(id, id).children_id(top).descendants(lists.concat());
    client.send(request).await.map(drop)
}

#[tokio::test]
async fn each_limit_has_its_code() {
    let (_sandbox, client) = start().await;
    let id = document::create(&client, [Block::text("a")]).await.expect("a document").document_id;
    let code =
        async |blocks: Vec<Block>| insert(&client, &id, blocks).await.expect_err("a limit").code();
    let image = || Block::from_fields(v1::Block::new().block_type(Kind::Image).image(Image::new()));
    assert_eq!(code(vec![image(); 21]).await, Some(1_770_035));
    assert_eq!(code(vec![Block::table([vec!["x"; 101]])]).await, Some(1_770_010));
    assert_eq!(code(vec![Block::grid(vec![[Block::text("a")]; 6])]).await, Some(99_992_402));
    let nested = Block::table_of(vec![vec![vec![Block::table([["a"]])]]]);
    assert_eq!(code(vec![nested]).await, Some(1_770_014));
    assert_eq!(code(vec![Block::text("a"); 1001]).await, Some(99_992_402));
    let bare = |rows, columns| {
        let property = v1::TableProperty::new().row_size(rows).column_size(columns);
        v1::Block::new().block_type(Kind::Table).table(v1::Table::new().property(property))
    };
    let children = async |block: v1::Block| {
        client.send(document_block_children::create(&*id, &*id).children([block])).await.map(drop)
    };
    children(bare(9, 9)).await.expect("the largest");
    assert_eq!(children(bare(9, 10)).await.expect_err("too wide").code(), Some(1_770_010));
    assert_eq!(children(bare(10, 9)).await.expect_err("too high").code(), Some(1_770_011));
    let unknown = client.send(v1::document::get("doxcn0000000000000000000000")).await;
    let error = unknown.expect_err("no such document");
    assert_eq!((error.code(), error.status().map(|it| it.as_u16())), (Some(1_770_002), Some(404)));
}

#[tokio::test]
async fn images_belong_to_their_blocks() {
    let (_sandbox, client) = start().await;
    let blocks = [Block::image("a.png"), Block::image("b.png")];
    let load = |source: String| async move {
        Ok(Some(lark_core::FilePart::bytes(source.clone(), source)))
    };
    let made = document::create(&client, blocks)
        .image_loader(load)
        .edits_per_second(0)
        .await
        .expect("made");
    let id = made.document_id;
    let page = document::read(&client, &id).await.expect("a document").page;
    let token = page.children()[1]
        .fields()
        .image
        .as_ref()
        .and_then(|it| it.token.clone())
        .expect("a token");
    let replace = UpdateBlockRequest::new()
        .block_id(page.children()[0].id().expect("an id"))
        .replace_image(ReplaceImageRequest::new().token(token));
    let error = client.send(document_block::batch_update(&*id).requests([replace])).await;
    assert_eq!(error.expect_err("another block's").code(), Some(1_770_013));
}

#[tokio::test]
async fn the_same_token_edits_once_and_another_edit_cannot_have_it() {
    let (_sandbox, client) = start().await;
    let id = document::create(&client, [Block::text("a")]).await.expect("a document").document_id;
    let create = |text: &str| {
        let block = Block::text(text).fields().clone();
        document_block_children::create(&*id, &*id)
            .children([block])
            .client_token("0b5ea7c1-1b39-4e3c-9d3a-5b0b2a3c4d5e")
    };
    let first = client.send(create("b")).await.expect("an edit");
    assert_eq!(client.send(create("b")).await.expect("the same response"), first);
    assert_eq!(client.send(create("c")).await.expect_err("another edit").code(), Some(1_770_001));
    let read = document::read(&client, &id).await.expect("a document");
    assert_eq!((read.page.children().len(), read.revision), (2, 3));
}

#[tokio::test]
async fn a_document_takes_so_many_edits_a_second() {
    let (sandbox, client) = start().await;
    let id = document::create(&client, [Block::text("a")]).await.expect("a document").document_id;
    sandbox.document_rate_limit(Some(RateLimit::per_minute(3)));
    sandbox.advance(Duration::from_secs(61));
    let mut codes = Vec::new();
    for _ in 0..4 {
        let edit = insert(&client, &id, vec![Block::text("b")]).await;
        codes.push(edit.err().and_then(|it| it.code()));
    }
    assert_eq!(codes, [None, None, None, Some(99_991_400)]);
    sandbox.document_rate_limit(None);
    insert(&client, &id, vec![Block::text("b")]).await.expect("no limit");
}
