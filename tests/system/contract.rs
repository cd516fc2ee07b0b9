//! Requests that specs made of two SDKs got wrong: they go out with nothing invented, and are right on
//! the wire.

use lark_calendar::v4::{TimeInfo, calendar, calendar_event};
use lark_contact::v3::{DepartmentLeader, department, group};
use lark_core::{Client, FilePart, Stage, UnixSeconds};
use lark_im::v1::{ChatMenuItem, UpdateFields, chat_menu_item};
use lark_mail::v1::{MailSearchFilter, user_mailbox};
use lark_sandbox::Sandbox;
use lark_task::v2::{InputSection, section, task};
use lark_test_support::{FakePlatform, FakeResponse};
use lark_vc::v1::alert;
use serde_json::json;

fn at(seconds: i64) -> TimeInfo {
    TimeInfo::new().timestamp(UnixSeconds(seconds))
}

#[tokio::test]
async fn what_the_platform_makes_is_not_asked_for() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    client.send(calendar::create().summary("Team")).await.expect("no calendar_id");
    let event = calendar_event::create("cal").summary("Review");
    let event = event.start_time(at(1_790_000_000)).end_time(at(1_790_003_600));
    client.send(event).await.expect("no event_id");
    let patch = calendar_event::patch("cal", "e").summary("x");
    client.send(patch).await.expect("no other member of an event");
    client.send(group::create().name("Team")).await.expect("no group id");
    let section = InputSection::new().name("Next");
    let patch = section::patch("g").section(section);
    client.send(patch).await.expect("no other member of a section, and no update_fields");
    client.send(task::patch("t").clear(["due"])).await.expect("no task to clear a field of it");
}

#[tokio::test]
async fn what_the_platform_needs_is_asked_for_before_it_is_called() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let error = crate::client(&sandbox).send(task::create()).await.expect_err("no summary");
    assert_eq!(error.stage(), Stage::Prepare);
    assert!(error.to_string().contains("missing summary"), "{error}");
    assert_eq!(sandbox.requests_of("task.v2.task.create"), 0);
}

/// A platform that accepts everything, and its client.
fn open_platform() -> (FakePlatform, Client) {
    let platform = FakePlatform::answering(|_| FakeResponse::ok(&json!({})));
    let client = platform.client_without_retries();
    (platform, client)
}

#[tokio::test]
async fn patches_name_what_they_change() {
    let (platform, client) = open_platform();
    let section = InputSection::new().name("Next");
    client.send(section::patch("g").section(section.clone())).await.expect("sent");
    client.send(section::patch("g").section(section).update_fields(["x"])).await.expect("sent");
    client.send(task::patch("t").clear(["due"])).await.expect("sent");
    let item = ChatMenuItem::new().name("Docs").image_key("img_1");
    let patch = chat_menu_item::patch("oc_1", "7").chat_menu_item(item);
    client.send(patch.clear([UpdateFields::RedirectLink])).await.expect("sent");
    let bodies: Vec<_> = platform.calls().iter().map(|call| call.json()).collect();
    assert_eq!(
        bodies,
        [
            json!({ "section": { "name": "Next" }, "update_fields": ["name"] }),
            json!({ "section": { "name": "Next" }, "update_fields": ["x"] }),
            json!({ "task": {}, "update_fields": ["due"] }),
            json!({
                "chat_menu_item": { "name": "Docs", "image_key": "img_1" },
                "update_fields": ["ICON", "NAME", "REDIRECT_LINK"],
            }),
        ]
    );
    let error = client.send(section::patch("g").section(InputSection::new())).await;
    let error = error.expect_err("nothing to change").to_string();
    assert_eq!(error, "task.v2.section.patch: prepare: missing any field of section");
}

#[tokio::test]
async fn names_on_the_wire_are_those_of_the_platform() {
    let (platform, client) = open_platform();
    let leader = DepartmentLeader::new().leader_type(1).leader_id("ou_1");
    let create = department::create().name("A").parent_department_id("0").leaders([leader]);
    client.send(create).await.expect("sent");
    let filter = MailSearchFilter::new().from_(["ada@example.com"]);
    let search = user_mailbox::search("me").filter(filter);
    client.as_user("u-1").send(search).await.expect("sent");
    let alerts = alert::list().start_time(UnixSeconds(1)).end_time(UnixSeconds(2));
    client.send(alerts).await.expect("sent");
    let file = FilePart::bytes("cv.pdf", "%PDF");
    client.send(lark_hire::v1::attachment::create().content(file)).await.expect("sent");

    let [department, search, alerts, upload] = &platform.calls()[..] else { panic!("four calls") };
    assert_eq!(department.json()["leaders"], json!([{ "leaderType": 1, "leaderID": "ou_1" }]));
    assert_eq!(search.json()["filter"], json!({ "from": ["ada@example.com"] }));
    assert_eq!(
        alerts.line(),
        "GET https://open.feishu.cn/open-apis/vc/v1/alerts?start_time=1&end_time=2"
    );
    assert_eq!(upload.line(), "POST https://open.feishu.cn/open-apis/hire/v1/attachments");
    assert!(upload.text().contains(r#"name="content"; filename="cv.pdf""#), "{}", upload.text());
}
