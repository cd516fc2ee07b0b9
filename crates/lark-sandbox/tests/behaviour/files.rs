//! Files and images of messages, and attachments of tasks.

use lark_sandbox::{App, Sandbox};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::client::{Client, MESSAGES, send};
use crate::paging::escaped;

const FILES: &str = "/open-apis/im/v1/files";
const IMAGES: &str = "/open-apis/im/v1/images";
const ATTACHMENTS: &str = "/open-apis/task/v2/attachments";
const NAME: &str = "合同 v2 \"final\".pdf";

fn file(name: &str, content: Vec<u8>) -> Form {
    let form = Form::new().text("file_type", "pdf").text("file_name", name.to_owned());
    form.part("file", Part::bytes(content))
}

async fn upload(client: &Client, content: &[u8]) -> String {
    let answer = client.form(FILES, file(NAME, content.to_vec())).await;
    answer.data()["file_key"].as_str().expect("a key").to_owned()
}

#[tokio::test]
async fn a_file_comes_back_byte_for_byte_with_its_name() {
    let client = Client::start().await;
    let content: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    let key = upload(&client, &content).await;
    let answer = client.download(&format!("{FILES}/{key}")).await;
    assert_eq!(answer.headers()["content-length"], "200000");
    let disposition = answer.headers()["content-disposition"].as_bytes();
    let expected = "attachment; filename=\"合同 v2 \\\"final\\\".pdf\"; \
        filename*=UTF-8''%E5%90%88%E5%90%8C%20v2%20%22final%22.pdf";
    assert_eq!(String::from_utf8_lossy(disposition), expected);
    assert_eq!(answer.bytes().await.expect("bytes"), content);
    let stored = client.sandbox.stored_file(&key).expect("it is there");
    assert_eq!((stored.name(), stored.size()), (NAME, 200_000));
    assert_eq!(stored.bytes().expect("readable"), content);
    let by_http = client.download(&format!("/sandbox/v1/stored_file?key={key}")).await;
    assert_eq!(by_http.bytes().await.expect("bytes"), content);
    assert!(client.sandbox.stored_file("file_v3_other").is_none());
}

#[tokio::test]
async fn only_the_app_that_has_uploaded_gets_a_file() {
    let other = App::self_built("cli_0000000000000002", "s2");
    let sandbox = Sandbox::builder().strict().add_app(other).start().await.expect("a free port");
    let client = Client::of(sandbox).await;
    let key = upload(&client, b"mine").await;
    let path = "/open-apis/auth/v3/tenant_access_token/internal";
    let body = json!({ "app_id": "cli_0000000000000002", "app_secret": "s2" });
    let token = client.ask(path, body).await.body["tenant_access_token"].clone();
    let token = token.as_str().expect("a token");
    let foreign = client.bare(Method::GET, &format!("{FILES}/{key}")).bearer_auth(token);
    assert_eq!(send(foreign).await.code(), 234_008);
    assert_eq!(client.get(&format!("{FILES}/file_v3_none")).await.code(), 234_001);
    assert_eq!(client.get(&format!("{IMAGES}/{key}")).await.code(), 234_001);
}

#[tokio::test]
async fn sizes_have_limits() {
    let client = Client::start().await;
    let image = |size: usize| {
        let form = Form::new().text("image_type", "message");
        form.part("image", Part::bytes(vec![7; size]))
    };
    assert_eq!(client.form(FILES, file("a", Vec::new())).await.code(), 234_010);
    assert_eq!(client.form(IMAGES, image(0)).await.code(), 234_010);
    assert_eq!(client.form(IMAGES, image((10 << 20) + 1)).await.code(), 234_006);
    assert!(client.form(IMAGES, image(10 << 20)).await.data()["image_key"].is_string());
    assert_eq!(client.form(FILES, file("a", vec![7; (30 << 20) + 1])).await.code(), 234_006);
}

#[tokio::test]
async fn a_message_gives_the_files_that_are_in_it() {
    let client = Client::start().await;
    let key = upload(&client, b"%PDF").await;
    let content = json!({ "file_key": key }).to_string();
    let message = json!({ "receive_id": "oc_1", "msg_type": "file", "content": content });
    let sent = client.post(&format!("{MESSAGES}?receive_id_type=chat_id"), message).await;
    let id = sent.data()["message_id"].as_str().expect("an id").to_owned();
    let resource = |key: &str, kind: &str| format!("{MESSAGES}/{id}/resources/{key}?type={kind}");
    let answer = client.download(&resource(&key, "file")).await;
    assert_eq!(answer.bytes().await.expect("bytes"), b"%PDF".as_slice());
    let another = upload(&client, b"other").await;
    assert_eq!(client.get(&resource(&another, "file")).await.code(), 234_003);
    assert_eq!(client.get(&resource(&key, "image")).await.code(), 234_001);
    assert_eq!(client.get(&resource(&key, "sound")).await.code(), 234_001);
}

#[tokio::test]
async fn attachments_of_a_task_are_listed_and_deleted() {
    let client = Client::start().await;
    let attach = |task: &str, name: &str| {
        let form = Form::new().text("resource_id", task.to_owned());
        form.part("file", Part::bytes(name.as_bytes().to_vec()).file_name(name.to_owned()))
    };
    let mut guids = Vec::new();
    for (task, name) in [("t1", "a.txt"), ("t2", "b.txt"), ("t1", NAME)] {
        let answer = client.form(&format!("{ATTACHMENTS}/upload"), attach(task, name)).await;
        let item = &answer.data()["items"][0];
        assert_eq!((&item["resource"]["id"], &item["size"]), (&json!(task), &json!(name.len())));
        guids.push(item["guid"].as_str().expect("a guid").to_owned());
    }
    let got = client.get(&format!("{ATTACHMENTS}/{}", guids[2])).await;
    let url = got.data()["attachment"]["url"].as_str().expect("a URL");
    let path = url.strip_prefix(&client.sandbox.base_url()).expect("of this sandbox");
    assert_eq!(client.download(path).await.bytes().await.expect("bytes"), NAME.as_bytes());
    let list = format!("{ATTACHMENTS}?resource_id=t1&page_size=1");
    let page = client.get(&list).await;
    assert_eq!(
        (&page.data()["has_more"], &page.data()["items"][0]["name"]),
        (&json!(true), &json!("a.txt"))
    );
    let token = page.data()["page_token"].as_str().expect("a token");
    let page = client.get(&format!("{list}&page_token={}", escaped(token))).await;
    assert_eq!(page.data()["items"][0]["name"], NAME);
    client.delete(&format!("{ATTACHMENTS}/{}", guids[0])).await.data();
    assert_eq!(client.get(&format!("{ATTACHMENTS}/{}", guids[0])).await.code(), 1_470_404);
    let rest = client.get(&format!("{ATTACHMENTS}?resource_id=t1")).await;
    assert_eq!(rest.data()["items"].as_array().expect("a list").len(), 1);
}
