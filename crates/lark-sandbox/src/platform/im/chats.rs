//! Chats and who is in them: `im.v1.chat.members.*`, and the creation and deletion of chats.
//!
//! A chat that no call has created is one that was there before: every bot is in it, until it is
//! removed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::http::{Rejection, Response, codes};
use crate::platform::contact::{Contact, Directory, UserIdType};
use crate::platform::memory::{Created, Memory};
use crate::platform::page::{LARGEST, List};
use crate::platform::part::{data, no_data};
use crate::platform::tenants::Tenants;
use crate::platform::{Call, Part, Seed};
use crate::services::Services;
use crate::spec::{index_of, operation};

/// The chats of each tenant.
pub(in crate::platform) struct Chats {
    memberships: Tenants<Memberships>,
    contact: Arc<Contact>,
    memory: Arc<Memory>,
}

/// Who is in which chat, in one tenant.
#[derive(Default)]
pub(super) struct Memberships {
    /// The chats that were created.
    created: HashMap<String, Members>,
    dissolved: HashSet<String>,
    /// Bots that were removed from other chats: the chat, and the app.
    removed: HashSet<(String, String)>,
}

/// The members of a chat, people by open id and in the order of their coming.
#[derive(Default)]
struct Members {
    apps: HashSet<String>,
    people: BTreeMap<u64, String>,
    came: u64,
}

/// A member as a call names it.
enum Member {
    App(String),
    Person(String),
}

impl Memberships {
    /// Whether an app may send to a chat.
    pub(super) fn admit(&self, chat_id: &str, app_id: &str) -> Result<(), Rejection> {
        if self.dissolved.contains(chat_id) {
            return Err(Rejection::of(codes::CHAT_DISSOLVED));
        }
        if !self.has_app(chat_id, app_id) {
            return Err(Rejection::of(codes::BOT_NOT_IN_CHAT));
        }
        Ok(())
    }

    /// Whether an app's bot is in a chat.
    pub(super) fn has_app(&self, chat_id: &str, app_id: &str) -> bool {
        if self.dissolved.contains(chat_id) {
            return false;
        }
        match self.created.get(chat_id) {
            Some(members) => members.apps.contains(app_id),
            None => !self.removed.contains(&(chat_id.to_owned(), app_id.to_owned())),
        }
    }

    fn add(&mut self, chat_id: &str, member: Member) {
        let created = self.created.get_mut(chat_id);
        match (created, member) {
            (Some(members), Member::App(id)) => drop(members.apps.insert(id)),
            (Some(members), Member::Person(id)) => members.add_person(id),
            (None, Member::App(id)) => drop(self.removed.remove(&(chat_id.to_owned(), id))),
            (None, Member::Person(_)) => {}
        }
    }

    fn remove(&mut self, chat_id: &str, member: Member) {
        let created = self.created.get_mut(chat_id);
        match (created, member) {
            (Some(members), Member::App(id)) => drop(members.apps.remove(&id)),
            (Some(members), Member::Person(id)) => members.people.retain(|_, known| *known != id),
            (None, Member::App(id)) => drop(self.removed.insert((chat_id.to_owned(), id))),
            (None, Member::Person(_)) => {}
        }
    }
}

impl Members {
    fn add_person(&mut self, id: String) {
        if !self.people.values().any(|known| *known == id) {
            self.came += 1;
            self.people.insert(self.came, id);
        }
    }
}

impl Part for Chats {
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let memberships = self.memberships.of(call.tenant_key())?;
        let memberships = &mut crate::lock(&memberships);
        let directory = self.contact.directories.of(call.tenant_key())?;
        let directory = &crate::lock(&directory);
        let chat_id = call.path("chat_id").to_owned();
        if memberships.dissolved.contains(&chat_id) && rejects_dissolved(call.operation_id) {
            return Some(Err(Rejection::of(codes::OPERATE_DISSOLVED_CHAT)));
        }
        match call.operation_id {
            "im.v1.chat.create" => {
                let created = self.memory.create(services, call)?;
                Some(created.map(|Created { id, response }| {
                    memberships.created.insert(id, first_members(directory, call));
                    response
                }))
            }
            "im.v1.chat.delete" => {
                let response = self.memory.respond(services, call);
                if response.as_ref().is_none_or(Result::is_ok) {
                    memberships.dissolved.insert(chat_id);
                }
                response
            }
            "im.v1.chat.members.create" => data(add(memberships, directory, call, &chat_id)),
            "im.v1.chat.members.delete" => data(remove(memberships, directory, call, &chat_id)),
            "im.v1.chat.members.get" => {
                let members = memberships.created.get(&chat_id)?;
                Some(
                    people(members, directory, call, &chat_id)
                        .map(|it| Response::success(Some(it))),
                )
            }
            "im.v1.chat.members.is_in_chat" => {
                let is_in = has_caller(memberships, call, &chat_id);
                data(Ok(json!({ "is_in_chat": is_in })))
            }
            "im.v1.chat.members.me_join" => {
                memberships.add(&chat_id, caller(call));
                no_data(Ok(()))
            }
            _ => None,
        }
    }
}

impl Chats {
    pub(in crate::platform) fn new(
        seed: Option<Seed>,
        contact: Arc<Contact>,
        memory: Arc<Memory>,
    ) -> Self {
        Self { memberships: Tenants::new(seed), contact, memory }
    }

    /// Asks who is in the chats of a tenant.
    pub(super) fn with<T>(&self, tenant_key: &str, ask: impl FnOnce(&Memberships) -> T) -> T {
        match self.memberships.of(tenant_key) {
            Some(memberships) => ask(&crate::lock(&memberships)),
            None => ask(&Memberships::default()),
        }
    }
}

/// Whoever creates a chat is in it, and whom the call names.
fn first_members(directory: &Directory, call: &Call) -> Members {
    let mut members = Members::default();
    members.apps.insert(call.caller.app().to_owned());
    members.apps.extend(texts(&call.body["bot_id_list"]));
    let kind = UserIdType::of(call);
    let named = texts(&call.body["owner_id"]).chain(texts(&call.body["user_id_list"]));
    let people = named.map(|id| open_id(directory, kind, &id));
    call.caller.open_id.iter().cloned().chain(people).for_each(|id| members.add_person(id));
    members
}

fn add(
    memberships: &mut Memberships,
    directory: &Directory,
    call: &Call,
    chat_id: &str,
) -> Result<Value, Rejection> {
    let invalid = each_member(memberships, directory, call, (chat_id, Memberships::add))?;
    Ok(json!({
        "invalid_id_list": invalid, "not_existed_id_list": [], "pending_approval_id_list": [],
    }))
}

fn remove(
    memberships: &mut Memberships,
    directory: &Directory,
    call: &Call,
    chat_id: &str,
) -> Result<Value, Rejection> {
    let invalid = each_member(memberships, directory, call, (chat_id, Memberships::remove))?;
    Ok(json!({ "invalid_id_list": invalid }))
}

/// Does something for each member that a call names, whose sender has to be in the chat. The ids of
/// the wrong form.
fn each_member(
    memberships: &mut Memberships,
    directory: &Directory,
    call: &Call,
    (chat_id, change): (&str, fn(&mut Memberships, &str, Member)),
) -> Result<Vec<String>, Rejection> {
    if !has_caller(memberships, call, chat_id) {
        return Err(Rejection::of(codes::OPERATOR_NOT_IN_CHAT));
    }
    let kind = call.query("member_id_type").unwrap_or("open_id");
    let mut invalid = Vec::new();
    for id in texts(&call.body["id_list"]) {
        let member = match (kind, UserIdType::named(kind)) {
            ("app_id", _) if id.starts_with("cli_") => Member::App(id),
            ("open_id", Some(_)) if !id.starts_with("ou_") => {
                invalid.push(id);
                continue;
            }
            (_, Some(kind)) => Member::Person(open_id(directory, kind, &id)),
            _ => {
                invalid.push(id);
                continue;
            }
        };
        change(memberships, chat_id, member);
    }
    Ok(invalid)
}

/// A page of the people in a chat. Bots are not listed.
fn people(
    members: &Members,
    directory: &Directory,
    call: &Call,
    chat_id: &str,
) -> Result<Value, Rejection> {
    let kind = call.query("member_id_type").and_then(UserIdType::named).unwrap_or(UserIdType::Open);
    let list = List { scope: chat_id, key: "items", default_size: 20, largest: 2 * LARGEST };
    let people = members.people.iter().map(|(came, id)| (*came, id));
    let mut page = list.page(call, people, |open_id| {
        let user = directory.find_user(UserIdType::Open, open_id);
        json!({
            "member_id": user.map_or(open_id.as_str(), |user| kind.id_of(user)),
            "member_id_type": kind.name(),
            "name": user.map_or("", |user| user.text("name")),
            "tenant_key": directory.tenant_key(),
        })
    })?;
    page["member_total"] = json!(members.people.len());
    Ok(page)
}

fn has_caller(memberships: &Memberships, call: &Call, chat_id: &str) -> bool {
    match (&call.caller.open_id, memberships.created.get(chat_id)) {
        (Some(open_id), Some(members)) => members.people.values().any(|it| it == open_id),
        (Some(_), None) => true,
        (None, _) => memberships.has_app(chat_id, call.caller.app()),
    }
}

fn caller(call: &Call) -> Member {
    let app = || Member::App(call.caller.app().to_owned());
    call.caller.open_id.clone().map_or_else(app, Member::Person)
}

/// A person by open id, as far as they are known.
fn open_id(directory: &Directory, kind: UserIdType, id: &str) -> String {
    directory.find_user(kind, id).map_or_else(|| id.to_owned(), |user| user.open_id.clone())
}

/// A text, or those of a list.
fn texts(value: &Value) -> impl Iterator<Item = String> {
    let one = value.as_str();
    let many = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    one.into_iter().chain(many).map(str::to_owned)
}

/// Whether an operation has a code of its own for chats that were dissolved.
fn rejects_dissolved(operation_id: &str) -> bool {
    let code = codes::OPERATE_DISSOLVED_CHAT.code;
    let operation = index_of(operation_id).map(operation);
    operation.is_some_and(|it| it.errors.iter().any(|(_, known)| *known == code))
}
