//! Who may open a document that a bot made.

use lark_core::{Client, RawRequest};
use lark_drive::sharing::{self, CODE_MEMBER_NOT_ALLOWED, Document, Member};
use lark_drive::v1::{Perm, RequestDoc, meta, permission_member};
use lark_drive::v2::{LinkShareEntity, permission_public};
use lark_sandbox::{Fault, Times};

use crate::round_trips::start;

const CREATE: &str = "drive.v1.permission.member.create";

async fn document(client: &Client) -> Document {
    let created = client.send(lark_docx::v1::document::create().title("Plan")).await;
    let id = created.expect("created").document.expect("a document").document_id;
    Document::docx(id.expect("an id"))
}

/// The members of a document, with their roles.
async fn members(client: &Client, document: &Document) -> Vec<(String, String)> {
    let list = permission_member::list(document.token()).type_(document.kind().clone());
    let items = client.send(list).await.expect("listed").items;
    let member = |it: lark_drive::v1::Member| {
        let perm = it.perm.expect("a role").as_str().to_owned();
        (it.member_id.expect("an id"), perm)
    };
    items.into_iter().map(member).collect()
}

fn texts(members: &[(&str, &str)]) -> Vec<(String, String)> {
    members.iter().map(|(id, perm)| ((*id).to_owned(), (*perm).to_owned())).collect()
}

#[tokio::test]
async fn people_chats_and_groups_get_their_roles() {
    let (sandbox, client) = start().await;
    let document = document(&client).await;
    let added = sharing::share(&client, document.clone())
        .with(Member::user("ou_1"), Perm::View)
        .with(Member::chat("oc_1"), Perm::View)
        .with(Member::group("g1"), "full_access")
        .with(Member::user("ou_1"), Perm::Edit)
        .await
        .expect("shared");
    assert_eq!((added, sandbox.requests_of(CREATE)), (4, 4));
    let expected = [("ou_1", "edit"), ("oc_1", "view"), ("g1", "full_access")];
    assert_eq!(members(&client, &document).await, texts(&expected));
    let user = client.as_user(sandbox.issue_user_token("ou_2"));
    let of_user = sharing::share(&user, document.clone())
        .with(Member::department("od-1"), Perm::View)
        .notify();
    assert_eq!(of_user.await.expect("only users may"), 1);
}

#[tokio::test]
async fn a_bot_is_no_member_by_its_open_id_and_the_others_still_are() {
    let (_sandbox, client) = start().await;
    let document = document(&client).await;
    let info = client.send_raw(RawRequest::get("/open-apis/bot/v3/info")).await.expect("a bot");
    let info = info.json().expect("JSON");
    let bot = info["bot"]["open_id"].as_str().expect("an open id");
    let error = sharing::share(&client, document.clone())
        .with(Member::user("ou_1"), Perm::View)
        .with(Member::user(bot), Perm::Edit)
        .with(Member::chat("oc_1"), Perm::View)
        .await
        .expect_err("a bot");
    assert_eq!(error.cause().code(), Some(CODE_MEMBER_NOT_ALLOWED));
    assert_eq!((error.added(), error.member()), (1, Some(&Member::user(bot))));
    let text = error.to_string();
    let start = format!(
        "docx {} is not shared with openid {bot} (1 were added, 2 are left): ",
        document.token()
    );
    assert!(text.starts_with(&start), "{text}");
    assert!(
        text.contains("1063003") && text.ends_with("the id of its app (Member::app)"),
        "{text}"
    );
    error.skip().with(Member::app("cli_b"), Perm::Edit).await.expect("the others");
    let expected = [("ou_1", "view"), ("oc_1", "view"), ("cli_b", "edit")];
    assert_eq!(members(&client, &document).await, texts(&expected));
}

#[tokio::test]
async fn a_failure_is_resumed_with_the_member_that_failed() {
    let (sandbox, client) = start().await;
    let document = document(&client).await;
    let share = sharing::share(&client, document.clone())
        .with(Member::email("a@example.com"), Perm::View)
        .with(Member::union_id("on_1"), Perm::View);
    sandbox.fault(CREATE, Times::Once, Fault::status(503));
    let error = share.await.expect_err("a fault");
    assert_eq!(error.added(), 0);
    assert_eq!(error.resume().await.expect("both"), 2);
    assert_eq!(members(&client, &document).await.len(), 2);
}

#[tokio::test]
async fn what_is_no_such_id_is_refused_before_the_first_call() {
    let (sandbox, client) = start().await;
    let document = Document::docx("doxcn1");
    for (member, why) in [
        (Member::user("oc_1"), "openid oc_1 is the id of a chat (Member::chat)"),
        (Member::chat("ou_1"), "openchat ou_1 is the id of a user (Member::user)"),
        (Member::app("ou_1"), "appid ou_1 is the id of a user (Member::user)"),
        (Member::group(""), "the id of a member is empty; its kind is groupid"),
    ] {
        let share =
            sharing::share(&client, document.clone()).with(Member::user("ou_1"), Perm::View);
        let error = share.with(member.clone(), Perm::View).await.expect_err(why);
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!((error.added(), error.member()), (0, Some(&member)));
    }
    let error = sharing::transfer_owner(&client, document, Member::chat("oc_1")).await;
    let error = error.expect_err("a chat").to_string();
    assert!(error.contains("openchat oc_1 cannot own docx doxcn1"), "{error}");
    let folder = Document::folder("fldcn1");
    let error = sharing::share_by_link(&client, &folder, "tenant_readable").await;
    assert!(error.expect_err("a folder").to_string().contains("folder fldcn1 cannot be shared"));
    assert_eq!(sandbox.requests(), 0);
}

#[tokio::test]
async fn somebody_else_becomes_the_owner() {
    let (sandbox, client) = start().await;
    let document = document(&client).await;
    let share = sharing::share(&client, document.clone()).with(Member::user("ou_1"), Perm::Edit);
    share.await.expect("shared");
    sharing::transfer_owner(&client, document.clone(), Member::user("ou_1"))
        .old_owner_keeps(Perm::Edit)
        .await
        .expect("transferred");
    assert_eq!(members(&client, &document).await, texts(&[(sandbox.app_id(), "edit")]));
    let doc = RequestDoc::new().doc_token(document.token()).doc_type("docx");
    let metas = client.send(meta::batch_query().request_docs([doc])).await.expect("metas").metas;
    assert_eq!(metas[0].owner_id, "ou_1");
    sharing::transfer_owner(&client, document.clone(), Member::user("ou_2"))
        .remove_old_owner()
        .await
        .expect("transferred");
    assert_eq!(members(&client, &document).await, texts(&[(sandbox.app_id(), "edit")]));
}

#[tokio::test]
async fn a_link_for_anyone_is_open_outside_the_tenant() {
    let (_sandbox, client) = start().await;
    let document = document(&client).await;
    let tenant = LinkShareEntity::TenantReadable;
    let settings =
        sharing::share_by_link(&client, &document, tenant.clone()).await.expect("shared");
    assert_eq!(settings.link_share_entity, Some(tenant));
    let raw = permission_public::patch(document.token()).type_("docx");
    let error = client.send(raw.link_share_entity("anyone_readable")).await.expect_err("closed");
    assert_eq!(error.code(), Some(1_063_001));
    sharing::share_by_link(&client, &document, "anyone_readable").await.expect("shared");
    let get = permission_public::get(document.token()).type_("docx");
    let settings = client.send(get).await.expect("settings").permission_public.expect("settings");
    assert_eq!(settings.link_share_entity, Some(LinkShareEntity::AnyoneReadable));
    assert_eq!(
        settings.external_access_entity.map(|it| it.as_str().to_owned()).as_deref(),
        Some("open")
    );
}
