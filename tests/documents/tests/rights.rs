//! Who may do what with documents, on a sandbox that refuses the rest.

use std::time::Duration;

use lark_core::Client;
use lark_docx::document;
use lark_drive::sharing::{self, Document, Member};
use lark_drive::v1::{Perm, file, permission_member};
use lark_sandbox::Sandbox;
use lark_wiki::v2::{space_node, task};

use crate::round_trips::start;

async fn made_by(client: &Client, text: &str) -> String {
    let written = document::from_markdown(client, text).edits_per_second(0).await;
    written.expect("written").document_id
}

async fn may(client: &Client, id: &str, action: &str) -> bool {
    let auth = permission_member::auth(id).type_("docx").action(action);
    client.send(auth).await.expect("told").auth_result
}

/// A sandbox that refuses what is not allowed, its app, and a user.
async fn enforced() -> (Sandbox, Client, String, Client) {
    let (sandbox, client) = start().await;
    sandbox.enforce_permissions(true);
    let ann = sandbox.open_ids()[0].clone();
    let user = client.as_user(sandbox.issue_user_token(&ann));
    (sandbox, client, ann, user)
}

#[tokio::test]
async fn a_document_of_a_bot_is_closed_to_others_until_it_is_shared() {
    let (_sandbox, client, ann, user) = enforced().await;
    let id = made_by(&client, "# Plan\n").await;
    let refused = document::to_markdown(&user, &id).await.expect_err("not shared").to_string();
    assert!(refused.contains("1770032"), "{refused}");
    assert!(!may(&user, &id, "view").await);
    assert!(may(&client, &id, "manage_public").await);

    let share = |perm| sharing::share(&client, Document::docx(&*id)).with(Member::user(&ann), perm);
    share(Perm::View).await.expect("shared");
    assert_eq!(document::to_markdown(&user, &id).await.expect("she may").markdown, "# Plan\n");
    let refused = document::append(&user, &id, "more").await.expect_err("she may only view");
    assert!(refused.to_string().contains("1770032"), "{refused}");
    let actions = ["view", "comment", "export", "share", "edit", "manage_public"];
    let mut allowed = Vec::new();
    for action in actions {
        allowed.push(may(&user, &id, action).await);
    }
    assert_eq!(allowed, [true, true, true, true, false, false]);

    share(Perm::Edit).await.expect("shared");
    document::append(&user, &id, "more").await.expect("she may edit");
    // Whoever edits is no owner.
    let transfer = sharing::transfer_owner(&user, Document::docx(&*id), Member::user(&ann)).await;
    assert!(transfer.expect_err("not hers").to_string().contains("1063002"));
    let owner = sharing::transfer_owner(&client, Document::docx(&*id), Member::user(&ann));
    owner.await.expect("it is the app's");
    assert!(may(&user, &id, "manage_public").await);
    let delete = file::delete(&*id).type_("docx");
    user.send(delete).await.expect("it is hers");
}

#[tokio::test]
async fn links_and_folders_open_what_is_behind_them() {
    let (_sandbox, client, ann, user) = enforced().await;
    let id = made_by(&client, "text\n").await;
    let document = Document::docx(&*id);
    sharing::share_by_link(&client, &document, "tenant_readable").await.expect("by link");
    document::to_markdown(&user, &id).await.expect("everybody may");
    document::append(&user, &id, "more").await.expect_err("nobody may edit");
    sharing::share_by_link(&client, &document, "tenant_editable").await.expect("by link");
    document::append(&user, &id, "more").await.expect("everybody may edit");

    let folder = file::create_folder().name("folder").folder_token("");
    let folder = client.send(folder).await.expect("a folder").token;
    let inside = document::from_markdown(&client, "text\n").folder(&*folder).await;
    let inside = inside.expect("written").document_id;
    document::to_markdown(&user, &inside).await.expect_err("the folder is not shared");
    let listed = client.send(file::list().folder_token(&*folder)).await.expect("its own");
    assert_eq!(listed.files.len(), 1);
    let error = user.send(file::list().folder_token(&*folder)).await.expect_err("not shared");
    assert_eq!(error.code(), Some(1_061_004));
    let share = sharing::share(&client, Document::new("folder", &*folder));
    share.with(Member::user(&ann), Perm::View).await.expect("shared");
    document::to_markdown(&user, &inside).await.expect("the folder is shared");
}

#[tokio::test]
async fn a_document_goes_into_a_wiki_once() {
    let (_sandbox, client, _, user) = enforced().await;
    let id = made_by(&client, "# Plan\n").await;
    let into = || {
        let into = space_node::move_docs_to_wiki(Sandbox::WIKI_SPACE).obj_type("docx");
        into.obj_token(&*id)
    };
    assert_eq!(user.send(into()).await.expect_err("not hers").code(), Some(131_006));
    let token = client.send(into()).await.expect("moved").wiki_token.expect("a node");
    let found = client.send(space_node::list(Sandbox::WIKI_SPACE)).await.expect("listed").items;
    let node = found.iter().find(|it| it.node_token.as_deref() == Some(&token)).expect("a node");
    assert_eq!(node.obj_token.as_deref(), Some(&*id));
    let error = client.send(into()).await.expect_err("it is there").to_string();
    assert!(error.contains("in a wiki already"), "{error}");
    let text = document::to_markdown(&client, &id).await.expect("the same document").markdown;
    assert_eq!(text, "# Plan\n");
}

#[tokio::test]
async fn a_move_into_a_wiki_may_take_time() {
    let (sandbox, client, _, _) = enforced().await;
    sandbox.wiki_move_time(Duration::from_secs(20));
    let ids = [made_by(&client, "one\n").await, made_by(&client, "two\n").await];
    let mut tasks = Vec::new();
    for id in &ids {
        let into = space_node::move_docs_to_wiki(Sandbox::WIKI_SPACE).obj_type("docx");
        let moved = client.send(into.obj_token(id)).await.expect("begun");
        assert_eq!(moved.wiki_token, None);
        tasks.push(moved.task_id.expect("a task"));
    }
    let state = async |id: &str| {
        let found = client.send(task::get(id).task_type("move")).await.expect("a task");
        found.task.move_result.into_iter().next().expect("a result")
    };
    let running = state(&tasks[0]).await;
    assert_eq!((running.status.as_i64(), running.status_msg.as_str()), (1, "processing"));
    let nodes = async || {
        let listed = client.send(space_node::list(Sandbox::WIKI_SPACE)).await.expect("listed");
        listed.items.into_iter().filter_map(|it| it.obj_token).collect::<Vec<_>>()
    };
    assert!(!nodes().await.contains(&ids[0]));
    // One is gone before its turn.
    client.send(file::delete(&*ids[1]).type_("docx")).await.expect("deleted");
    sandbox.advance(Duration::from_secs(20));
    assert!(nodes().await.contains(&ids[0]));
    let done = state(&tasks[0]).await;
    assert_eq!((done.status.as_i64(), done.node.obj_token.as_ref()), (0, Some(&ids[0])));
    assert_eq!(state(&tasks[1]).await.status.as_i64(), -1);
}
