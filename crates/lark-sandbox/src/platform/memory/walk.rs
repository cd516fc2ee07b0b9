//! Every resource that the rule finds is created, got, listed in pages, changed and deleted.

mod several;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::entity::{Entity, ListOf, body, data};
use super::list::is_text;
use super::{EXCEPTIONS, is_kept, operation_of, text_of};
use crate::Sandbox;
use crate::spec::{
    Action, BodyFormat, Operation, Outcome, Place, Resource, Sampler, Schema, TokenKind, endpoint,
    resource_of, resources,
};

const BOUNDARY: &str = "what-is-in-no-file";

/// One resource, and the sandbox where it is walked.
struct Walk<'a> {
    sandbox: &'a Sandbox,
    resource: &'static Resource,
    wrong: Vec<String>,
}

/// What the platform answered.
struct Answer {
    status: u16,
    body: Value,
}

impl Walk<'_> {
    /// Calls an operation with every input there may be; about `id`, with texts of this number.
    async fn call(&self, operation: &Operation, id: &str, number: u64, query: &str) -> Answer {
        let sampler = Sampler::numbered(number);
        let sample = |name, schema: Schema| text_of(&sampler.sample_named(schema, name));
        let (method, mut path) =
            endpoint(operation.id).map_or_else(Default::default, |it| (it.0, it.1.to_owned()));
        let is_search =
            resource_of(operation.id).is_some_and(|(_, action)| action == Action::Search);
        let mut pairs = form_urlencoded::Serializer::new(query.to_owned());
        for parameter in &operation.parameters {
            let name = parameter.name;
            match parameter.place {
                Place::Path if Some(name) == self.resource.id_parameter() => {
                    path = path.replace(&format!("{{{name}}}"), id);
                }
                // What it is in is the same for all.
                Place::Path => {
                    let parent = Sampler::default().sample_named(parameter.schema, name);
                    path = path.replace(&format!("{{{name}}}"), &text_of(&parent));
                }
                Place::Query if is_search && is_text(name) => {
                    pairs.append_pair(name, several::IN_ALL);
                }
                Place::Query if parameter.required && name != "page_size" => {
                    let one = parameter.schema.items().unwrap_or(parameter.schema);
                    pairs.append_pair(name, &sample(name, one));
                }
                Place::Query => {}
            }
        }
        let is_of_users = operation.tokens == [TokenKind::User];
        let token =
            if is_of_users { self.sandbox.issue_user_token("ou_walk") } else { self.token().await };
        let request = Request::builder()
            .method(method)
            .uri(format!("{path}?{}", pairs.finish()))
            .header("x-lark-helpdesk-authorization", self.helpdesk())
            .header("authorization", format!("Bearer {token}"));
        let request = match operation.body {
            BodyFormat::None => request.body(Bytes::new()),
            BodyFormat::Json(schema) => {
                let mut body = self.body(schema, number);
                self.name_ids(operation, id, &mut body);
                request.header("content-type", "application/json").body(body.to_string().into())
            }
            BodyFormat::Multipart(schema) => {
                let kind = format!("multipart/form-data; boundary={BOUNDARY}");
                request.header("content-type", kind).body(form(sampler, schema).into())
            }
        };
        self.send(request.expect("a request")).await
    }

    /// A body with everything, which updates everything.
    fn body(&self, schema: Schema, number: u64) -> Value {
        let mut body = Sampler::numbered(number).sample(schema);
        if body["page_token"].is_string() {
            body["page_token"] = json!("");
        }
        // All of it is at the top.
        let list = self.first(Action::List).map(|it| it.parameters.as_slice()).unwrap_or_default();
        for parent in list.iter().filter(|it| it.name.starts_with("parent_")) {
            body.as_object_mut().and_then(|it| it.remove(parent.name));
        }
        if body["update_fields"].is_array() {
            let listed = schema.property("update_fields").and_then(|it| it.items());
            let listed: Vec<_> = listed.into_iter().flat_map(|it| it.choices()).collect();
            let fields = body[self.resource.kind()].as_object().into_iter().flatten();
            let all: Vec<_> = fields.map(|(name, _)| name.as_str()).collect();
            body["update_fields"] = json!(if listed.is_empty() { all } else { listed });
        }
        body
    }

    async fn send(&self, request: Request<Bytes>) -> Answer {
        let response = self.sandbox.respond(request).await.expect("an answer");
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        Answer { status: response.status().as_u16(), body }
    }

    fn helpdesk(&self) -> String {
        let sandbox = self.sandbox;
        STANDARD.encode(format!("{}:{}", sandbox.helpdesk_id(), sandbox.helpdesk_token()))
    }

    async fn token(&self) -> String {
        let body =
            json!({ "app_id": self.sandbox.app_id(), "app_secret": self.sandbox.app_secret() });
        let url = "/open-apis/auth/v3/tenant_access_token/internal";
        let request = Request::post(url).body(body.to_string().into()).expect("a request");
        let answer = self.send(request).await;
        answer.body["tenant_access_token"].as_str().expect("a token").to_owned()
    }

    /// The content of a success, which has to fit its schema.
    async fn succeed(
        &mut self,
        operation: &Operation,
        id: &str,
        number: u64,
        query: &str,
    ) -> Value {
        let Answer { status, body } = self.call(operation, id, number, query).await;
        if (status, &body["code"]) != (200, &json!(0)) {
            self.note(operation, format!("{status} {body}"));
            return Value::Null;
        }
        let (content, schema) = match operation.outcome {
            Outcome::Flat(schema) => (body, Some(schema)),
            Outcome::Json(schema) => (body["data"].clone(), schema),
            Outcome::File => return Value::Null,
        };
        let violations = schema.map(|it| it.check(&content)).unwrap_or_default();
        let violations = violations.iter().filter(|it| it.unknown_in().is_none());
        let violations: Vec<_> = violations.collect();
        if !violations.is_empty() {
            self.note(operation, format!("{violations:?}"));
        }
        content
    }

    fn note(&mut self, operation: &Operation, what: String) {
        let what: String = what.chars().take(400).collect();
        self.wrong.push(format!("{}: {what}", operation.id));
    }

    fn first(&self, action: Action) -> Option<&'static Operation> {
        self.resource.operations_that(action).find_map(operation_of)
    }

    /// The ids in a list, a page each.
    async fn ids(&mut self) -> Option<Vec<String>> {
        let operation = self.first(Action::List)?;
        let list = ListOf::of(self.resource, operation, data(operation)?)?;
        let has_pages = operation.parameters.iter().any(|it| it.name == "page_token");
        let least = operation.parameters.iter().find(|it| it.name == "page_size");
        let size =
            least.and_then(|it| it.schema.bound("minimum")).map_or(1, |it| it.max(1.0) as u64);
        let (mut ids, mut token) = (Vec::new(), String::new());
        loop {
            let mut query = form_urlencoded::Serializer::new(String::new());
            if has_pages {
                query.append_pair("page_size", &size.to_string()).append_pair("page_token", &token);
            }
            let page = self.succeed(operation, "", 1, &query.finish()).await;
            let items = page[list.member].as_array().cloned().unwrap_or_default();
            if has_pages && items.len() as u64 > size {
                self.note(operation, format!("a page of {} items", items.len()));
            }
            ids.extend(self.shown_ids(operation, &page).unwrap_or_default());
            let paging = operation.paging.filter(|_| has_pages)?;
            token = page[paging.page_token].as_str().unwrap_or_default().to_owned();
            if token.is_empty() {
                return Some(ids);
            }
        }
    }

    /// All of it.
    async fn run(&mut self) {
        let Some(create) = self.first(Action::Create) else { return };
        let mut ids = Vec::new();
        for number in [1, 2] {
            let made = self.succeed(create, "", number, "").await;
            let entity = data(create).map(|it| Entity::of(self.resource, it));
            let id = entity.and_then(|it| Some(text_of(it.in_value(&made)?.get(it.id?)?)));
            let id = id.or_else(|| self.shown_ids(create, &made)?.pop());
            // Where it is not told, the request has said it.
            let said = || {
                let said = self.body(body(create)?, number);
                said.get("id")
                    .filter(|_| data(create).is_none() && self.first(Action::List).is_none())
                    .map(text_of)
            };
            ids.extend(id.or_else(said));
        }
        let listed = self.ids().await;
        if ids.is_empty() {
            ids = listed.clone().unwrap_or_default();
        }
        let [first, second] = &ids[..] else { return self.note(create, format!("ids {ids:?}")) };
        let shown = if self.is_filtered() { &ids[..1] } else { &ids };
        if listed.as_ref().is_some_and(|it| *it != shown) {
            self.note(create, format!("created {ids:?}, listed {listed:?}"));
        }
        self.see(create, first, 1).await;
        for change in self.resource.operations_that(Action::Change).filter_map(operation_of) {
            self.succeed(change, first, 9, "").await;
            self.see(change, first, 9).await;
        }
        self.several(first, second).await;
        let Some(delete) = self.first(Action::Delete) else { return };
        self.succeed(delete, first, 1, "").await;
        let again = [Some(delete), self.first(Action::Get)];
        for operation in again.into_iter().flatten() {
            let Answer { status, body } = self.call(operation, first, 1, "").await;
            let code = body["code"].as_i64().unwrap_or_default();
            let is_its_own = operation.errors.contains(&(status, code));
            if !is_its_own && code != 99_992_402 {
                self.note(operation, format!("of what is gone: {status} {body}"));
            }
        }
        let left = if self.is_filtered() { Vec::new() } else { vec![second.clone()] };
        if let Some(listed) = self.ids().await.filter(|it| *it != left) {
            self.note(delete, format!("left {listed:?}"));
        }
    }

    /// The ids in the list of a response.
    fn shown_ids(&self, operation: &Operation, shown: &Value) -> Option<Vec<String>> {
        let list = ListOf::of(self.resource, operation, data(operation)?)?;
        let id = |item: &Value| match list.item {
            Some(entity) => Some(text_of(entity.in_value(item)?.get(entity.id?)?)),
            None => Some(text_of(item)),
        };
        Some(shown[list.member].as_array()?.iter().map(|it| id(it).unwrap_or_default()).collect())
    }

    /// Whether its list is of those with a field that was created with the first only.
    fn is_filtered(&self) -> bool {
        let Some((list, create)) = self.first(Action::List).zip(self.first(Action::Create)) else {
            return false;
        };
        let mut asked = list.parameters.iter().filter(|it| it.place == Place::Query && it.required);
        let said = |name: &str| {
            let body = body(create).map(|it| Entity::of_body(it, &[self.resource.kind()]));
            let field = body.and_then(|it| it.schema.property(name));
            field.is_some_and(|field| {
                !field.is_read_only()
                    && field.choices().next().is_none()
                    && field.example().is_none()
            })
        };
        asked.any(|it| it.name != "page_size" && said(it.name))
    }

    /// What a request has said is there when it is got.
    async fn see(&mut self, said_by: &Operation, id: &str, number: u64) {
        let Some(get) = self.first(Action::Get) else { return };
        let seen = self.succeed(get, id, 1, "").await;
        let Some(object) = data(get) else { return };
        let entity = Entity::of(self.resource, object);
        let Some(seen) = entity.in_value(&seen) else { return self.note(get, seen.to_string()) };
        if entity.id.is_some_and(|name| seen.get(name).map(text_of).as_deref() != Some(id)) {
            self.note(get, format!("not {id}: {seen:?}"));
        }
        let called: Vec<_> = [entity.member].into_iter().flatten().collect();
        let Some(body) = body(said_by) else { return };
        let mut said = self.body(body, number);
        body.prune(&mut said);
        let said = Entity::of_body(body, &called).in_value(&said).cloned().unwrap_or_default();
        let is_own = |name: &str| {
            Some(name) == entity.id || name.starts_with("create") || name.starts_with("update")
        };
        for (name, value) in said.iter().filter(|(name, it)| it.is_string() && !is_own(name)) {
            let shown = entity.schema.property(name).filter(|it| it.check(value).is_empty());
            if shown.is_some() && seen.get(name) != Some(value) {
                self.note(get, format!("{name} is {:?}, not {value}", seen.get(name)));
            }
        }
    }
}

fn form(sampler: Sampler, schema: Schema) -> String {
    let part = |(name, schema)| {
        let value = text_of(&sampler.sample_named(schema, name));
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    schema.properties().map(part).collect::<String>() + &format!("--{BOUNDARY}--\r\n")
}

#[test]
fn exceptions_are_resources() {
    for (name, reason) in EXCEPTIONS {
        assert!(resources().any(|it| it.name() == name), "{name}, because {reason}");
    }
}

#[tokio::test]
#[allow(clippy::print_stdout, reason = "what is kept, and what is not, is worth a look")]
async fn every_resource_is_created_got_listed_changed_and_gone() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let (mut kept, mut wrong) = (0, Vec::new());
    for resource in resources() {
        if !is_kept(resource) {
            println!("not kept: {}", resource.name());
            continue;
        }
        kept += 1;
        let mut walk = Walk { sandbox: &sandbox, resource, wrong: Vec::new() };
        walk.run().await;
        wrong.extend(walk.wrong);
    }
    println!("{kept} resources have memory");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(kept >= 100, "{kept}");
}
