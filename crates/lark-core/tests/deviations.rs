//! Operations that differ from most: flat responses, another host, members that a body must have
//! within its objects.
#![allow(missing_docs)]

use std::collections::BTreeMap;

use lark_core::{Client, DecodeMode, Endpoint, RequiredCheck, Stage, operation, record};
use lark_test_support::{FakePlatform, FakeResponse, client_builder};

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bot {
    pub(crate) app_name: Option<String>,
}
record! { Bot decode; app_name }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct BotResponse {
    pub(crate) bot: Bot,
    pub(crate) expire: i64,
}
record! { BotResponse decode; bot!, expire! }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GetBot {}
operation! { GetBot => BotResponse; "demo.v3.bot.get" GET "/open-apis/bot/v3/info" [Tenant] flat; }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Upload {
    pub(crate) name: Option<String>,
}
operation! { Upload => (); "demo.v2.file.upload" POST "/approval/v2/upload" json [Tenant] www;
    body name: into String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Leader {
    pub(crate) kind: Option<i64>,
    pub(crate) id: Option<String>,
    pub(crate) deputy: Option<Box<Leader>>,
    pub(crate) by_role: Option<BTreeMap<String, Leader>>,
}
record! { Leader both;
    kind = "leaderType": copy i64,
    id = "leaderID": into String,
    deputy: copy Box<Leader>,
    by_role: copy BTreeMap<String, Leader>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CreateDepartment {
    pub(crate) head: Option<Leader>,
    pub(crate) leaders: Option<Vec<Leader>>,
}
operation! { CreateDepartment => ();
    "demo.v3.department.create" POST "/open-apis/demo/v3/departments" json [Tenant]
    needs "leaders[].leaderID head.deputy.leaderType";
    body head: copy Leader,
    body leaders: list Leader,
}

fn answered(body: &'static str) -> Client {
    FakePlatform::scripted([FakeResponse::new(200, body)]).client_without_retries()
}

#[tokio::test]
async fn a_flat_response_has_its_members_beside_the_code() {
    for body in [
        r#"{"code":0,"msg":"ok","bot":{"app_name":"echo"},"expire":7200}"#,
        r#"{"expire":7200,"bot":{"app_name":"echo"},"msg":"ok","code":0}"#,
    ] {
        let client = answered(body).with_decode_mode(DecodeMode::Strict);
        let response = client.send(GetBot {}).await.expect("nothing differs");
        assert_eq!(response.bot.app_name.as_deref(), Some("echo"));
        assert_eq!(response.expire, 7200);
        let raw = answered(body).send_raw(GetBot {}).await.expect("it has a code");
        assert_eq!(raw.json().expect("JSON")["expire"], 7200);
    }
}

#[tokio::test]
async fn errors_of_a_flat_response_are_errors() {
    let body = r#"{"msg":"no bot","error":{"log_id":"log-2"},"code":11205}"#;
    let error = answered(body).send(GetBot {}).await.expect_err("a code");
    assert_eq!(
        (error.code(), error.stage(), error.msg()),
        (Some(11_205), Stage::Api, Some("no bot"))
    );
    let error = answered(r#"{"bot":{},"expire":1}"#).send(GetBot {}).await.expect_err("no code");
    assert_eq!(error.stage(), Stage::Decode);
    assert!(error.to_string().contains("there is no code in the response"), "{error}");
    let raw = answered(r#"{"bot":{},"code":9}"#).send_raw(GetBot {}).await;
    assert_eq!(raw.expect_err("a code").code(), Some(9));
}

#[tokio::test]
async fn drift_of_a_flat_response_names_its_place() {
    let body = r#"{"code":0,"msg":"ok","bot":{"app_name":7,"x":1},"extra":[]}"#;
    let client = answered(body).with_decode_mode(DecodeMode::Strict);
    let error = client.send(GetBot {}).await.expect_err("strict");
    let drifts: Vec<_> =
        error.drifts().iter().map(|it| format!("{} {}", it.path, it.kind)).collect();
    assert_eq!(
        drifts,
        ["bot.app_name converted", "bot.x unknown field", "extra unknown field", "expire missing"]
    );
}

#[tokio::test]
async fn an_operation_of_the_website_goes_to_that_host_of_the_platform() {
    for (endpoint, host) in [
        (Endpoint::Feishu, "https://www.feishu.cn"),
        (Endpoint::Lark, "https://www.larksuite.com"),
        (Endpoint::Lark.accounts("https://login.example.com"), "https://www.larksuite.com"),
        // A gateway or a sandbox stands for all hosts.
        (Endpoint::custom("https://gateway.example.com"), "https://gateway.example.com"),
        (
            Endpoint::custom("https://a.example.com").www("https://b.example.com"),
            "https://b.example.com",
        ),
    ] {
        let platform = FakePlatform::scripted([FakeResponse::new(200, r#"{"code":0,"msg":"ok"}"#)]);
        let client = client_builder(platform.transport()).endpoint(endpoint).build();
        let client = client.expect("valid options");
        client.send(Upload::default().name("a")).await.expect("accepted");
        let calls = platform.calls();
        assert_eq!(calls[0].line(), format!("POST {host}/approval/v2/upload"));
        assert_eq!(calls[0].authorization(), "Bearer t-1");
        let token = &platform.token_requests()[0];
        assert!(!token.line().contains("www."), "{}", token.line());
    }
}

#[tokio::test]
async fn a_member_that_the_body_needs_within_is_missing_before_any_io() {
    let client = FakePlatform::unused().client();
    let head = Leader::new().deputy(Box::new(Leader::new()));
    let leaders = [Leader::new().id("ou_1"), Leader::new().kind(1)];
    let request = CreateDepartment::default().head(head).leaders(leaders);
    let error = client.send(request).await.expect_err("not sent");
    assert_eq!(error.missing_inputs(), ["head.deputy.leaderType", "leaders[1].leaderID"]);
    assert_eq!(
        error.to_string(),
        "demo.v3.department.create: prepare: missing head.deputy.leaderType, leaders[1].leaderID"
    );
}

#[tokio::test]
async fn what_is_needed_within_an_absent_object_is_not_missing() {
    let elsewhere = BTreeMap::from([("cto".to_owned(), Leader::new())]);
    let head = Leader::new().by_role(elsewhere);
    for request in [
        CreateDepartment::default(),
        CreateDepartment::default().head(head).leaders([]),
        CreateDepartment::default().leaders([Leader::new().id("ou_1")]),
    ] {
        let client = answered(r#"{"code":0,"msg":"ok"}"#);
        client.send(request).await.expect("nothing is missing");
    }
}

#[tokio::test]
async fn the_check_of_what_is_needed_can_be_turned_off() {
    let client = answered(r#"{"code":0,"msg":"ok"}"#).with_required_check(RequiredCheck::Off);
    let request = CreateDepartment::default().leaders([Leader::new()]);
    client.send(request).await.expect("sent as it is");
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Section {
    pub(crate) name: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) tags: Option<Vec<Section>>,
}
record! { Section encode; name: into String, after = "insertAfter": into String, tags: list Section }

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PatchSection {
    pub(crate) cleared: Option<Vec<String>>,
    pub(crate) section: Option<Section>,
    pub(crate) update_fields: Option<Vec<String>>,
    pub(crate) note: Option<String>,
}
operation! { PatchSection => ();
    "demo.v2.section.patch" PATCH "/open-apis/demo/v2/section" json [Tenant] changes "section";
    clear cleared: list_into String,
    body section!: copy Section,
    body update_fields!: list_into String,
    body note: into String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ListFaqs {}
operation! { ListFaqs => (); "demo.v1.faq.list" GET "/open-apis/demo/v1/faqs" [Tenant] helpdesk; }

#[tokio::test]
async fn a_call_without_the_credentials_of_its_help_desk_is_refused() {
    let error = FakePlatform::unused().client().send(ListFaqs {}).await.expect_err("not sent");
    assert_eq!(
        error.to_string(),
        "demo.v1.faq.list: prepare: it needs the credentials of a help desk; call it on \
         client.with_helpdesk(id, token)"
    );
    let client = || answered(r#"{"code":0,"msg":"ok"}"#);
    let by_header = client().with_header("X-Lark-Helpdesk-Authorization", "MTpodC0x");
    for client in [
        client().with_helpdesk("1", "ht-1"),
        by_header.expect("a header"),
        client().with_required_check(RequiredCheck::Off),
    ] {
        client.send(ListFaqs {}).await.expect("sent");
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PatchItem {
    pub(crate) cleared: Option<Vec<String>>,
    pub(crate) update_fields: Option<Vec<String>>,
    pub(crate) section: Option<Section>,
}
operation! { PatchItem => ();
    "demo.v2.item.patch" PATCH "/open-apis/demo/v2/item" json [Tenant]
    changes "section name=NAME tags=TAGS";
    clear cleared: list_into String,
    body update_fields: list_into String,
    body section: copy Section,
}

async fn sent<O: lark_core::Operation>(request: O) -> Result<String, String> {
    let platform = FakePlatform::answering(|_| FakeResponse::new(200, r#"{"code":0}"#));
    match platform.client_without_retries().send(request).await {
        Ok(_) => Ok(platform.calls()[0].text().to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test]
async fn update_fields_are_what_is_set_and_what_is_cleared() {
    let inner = Section::new().name("inner");
    let both = Section::new().name("a").after("b").tags([inner]);
    let patch = || PatchSection::default().section(both.clone());
    let object = r#""section":{"name":"a","insertAfter":"b","tags":[{"name":"inner"}]}"#;
    for (request, body) in [
        (patch(), format!(r#"{{{object},"update_fields":["name","insertAfter","tags"]}}"#)),
        (
            patch().clear(["due", "name"]).note("n"),
            format!(
                r#"{{{object},"note":"n","update_fields":["name","insertAfter","tags","due"]}}"#
            ),
        ),
        (patch().update_fields(["name"]), format!(r#"{{{object},"update_fields":["name"]}}"#)),
        (
            patch().update_fields(["name"]).clear(["due"]).clear(["x"]),
            format!(r#"{{{object},"update_fields":["name","due","x"]}}"#),
        ),
        (
            PatchSection::default().clear(["due"]),
            r#"{"section":{},"update_fields":["due"]}"#.to_owned(),
        ),
    ] {
        assert_eq!(sent(request).await, Ok(body));
    }
}

#[tokio::test]
async fn update_fields_have_names_of_their_own_where_the_table_says_so() {
    let section = Section::new().name("a").after("b");
    let body = sent(PatchItem::default().section(section)).await;
    let want = r#"{"section":{"name":"a","insertAfter":"b"},"update_fields":["NAME"]}"#;
    assert_eq!(body.as_deref(), Ok(want));
    let body = sent(PatchItem::default().clear(["TAGS"])).await;
    assert_eq!(body.as_deref(), Ok(r#"{"section":{},"update_fields":["TAGS"]}"#));
    assert_eq!(sent(PatchItem::default()).await.as_deref(), Ok("{}"));
}

#[tokio::test]
async fn a_mistyped_name_of_what_to_clear_is_refused() {
    let error = sent(PatchItem::default().clear(["TAGS", "TGAS"])).await;
    let why =
        r#"clear names "TGAS", and section has only NAME, TAGS; update_fields takes other names"#;
    assert_eq!(error, Err(format!("demo.v2.item.patch: prepare: {why}")));
    let body = sent(PatchItem::default().update_fields(["TGAS"]).clear(["TAGS"])).await;
    assert_eq!(body.as_deref(), Ok(r#"{"section":{},"update_fields":["TGAS","TAGS"]}"#));
}

#[tokio::test]
async fn a_patch_that_changes_nothing_is_refused() {
    let prefix = "demo.v2.section.patch: prepare: missing ";
    let error = sent(PatchSection::default().section(Section::new())).await;
    assert_eq!(error, Err(format!("{prefix}any field of section")));
    let error = sent(PatchSection::default()).await;
    assert_eq!(error, Err(format!("{prefix}section")));
}
