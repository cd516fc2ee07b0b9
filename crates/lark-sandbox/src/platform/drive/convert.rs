//! Exports and imports: tasks that take time.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Ctx, listing};
use crate::http::{ErrorCode, Rejection, Response, codes};
use crate::platform::documents::NewDocument;
use crate::services::disk::Content;

const INVALID: ErrorCode = codes::code(400, 1_069_904, "param is invalid");

/// States of a task, of both kinds.
const DONE: i64 = 0;
const BEGUN: i64 = 1;
const RUNNING: i64 = 2;
const EXTENSION_DIFFERS: i64 = 118;
const FILE_EXPIRED: i64 = 121;
const DOCUMENT_GONE: i64 = 123;

/// A task.
pub(super) struct Task {
    begun_ms: u64,
    done_ms: u64,
    /// The request.
    asked: Value,
    /// How it ended: a state, and what came of it.
    ended: Option<(i64, Value)>,
}

impl Task {
    fn new(ctx: &Ctx<'_>, time: Duration) -> Self {
        let begun_ms = ctx.services.now_ms();
        let done_ms = begun_ms + u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self { begun_ms, done_ms, asked: ctx.call.body.clone(), ended: None }
    }

    fn text(&self, name: &str) -> &str {
        self.asked[name].as_str().unwrap_or_default()
    }

    /// The state of one that is not due yet.
    fn running(&self, now_ms: u64) -> Option<i64> {
        let quarter = (self.done_ms - self.begun_ms) / 4;
        match now_ms {
            now if now >= self.done_ms => None,
            now if now < self.begun_ms + quarter => Some(BEGUN),
            _ => Some(RUNNING),
        }
    }
}

/// A file that an export made.
pub(super) struct Product {
    name: String,
    content: Content,
}

fn begin(ctx: &mut Ctx<'_>, task: Task) -> Value {
    let ticket = ctx.services.ids.number().to_string();
    ctx.store.tasks.insert(ticket.clone(), task);
    json!({ "ticket": ticket })
}

/// The task of a call, which is done when its time has come: its state, and what came of it. None for a task that
/// was not begun here.
fn state(
    ctx: &mut Ctx<'_>,
    finish: impl FnOnce(&mut Ctx<'_>, &Task) -> (i64, Value),
) -> Option<Value> {
    let ticket = ctx.call.path("ticket");
    let mut task = ctx.store.tasks.remove(ticket)?;
    let (status, made) = match task.running(ctx.services.now_ms()) {
        Some(status) => (status, json!({})),
        None => {
            let ended = task.ended.take().unwrap_or_else(|| finish(ctx, &task));
            task.ended.insert(ended).clone()
        }
    };
    let mut result = task.asked.clone();
    for (name, value) in made.as_object().into_iter().flatten() {
        result[name] = value.clone();
    }
    result["ticket"] = ticket.into();
    result["job_status"] = status.into();
    result["job_error_msg"] = match status {
        DONE | BEGUN | RUNNING => "success",
        _ => "the task has failed",
    }
    .into();
    ctx.store.tasks.insert(ticket.to_owned(), task);
    Some(json!({ "result": result }))
}

pub(super) fn create_export(ctx: &mut Ctx<'_>, time: Duration) -> Result<Value, Rejection> {
    let task = Task::new(ctx, time);
    if task.text("file_extension") == "csv" && task.text("sub_id").is_empty() {
        return Err(INVALID.because("csv takes a sub_id"));
    }
    Ok(begin(ctx, task))
}

pub(super) fn get_export(ctx: &mut Ctx<'_>) -> Option<Result<Value, Rejection>> {
    let token = ctx.call.query("token").unwrap_or_default();
    if ctx.store.tasks.get(ctx.call.path("ticket"))?.text("token") != token {
        return Some(Err(INVALID.because("the task is not of this document")));
    }
    state(ctx, export).map(Ok)
}

/// A file with the texts of a document of the sandbox; of others it has nothing but the token.
fn export(ctx: &mut Ctx<'_>, task: &Task) -> (i64, Value) {
    let token = task.text("token");
    let entry = listing::find(ctx, token);
    let is_gone = entry.is_none() && token.starts_with("doxcn") && token.len() == 27;
    if is_gone {
        return (DOCUMENT_GONE, json!({}));
    }
    let name = entry.map_or_else(|| token.to_owned(), |it| it.name);
    let text = ctx.documents.text_of(ctx.tenant(), token).unwrap_or_else(|| token.to_owned());
    let Ok(content) = write(ctx, text.as_bytes()) else { return (3, json!({})) };
    let file_token = ctx.services.ids.token("box");
    let size = content.size();
    let extension = task.text("file_extension");
    let product = Product { name: format!("{name}.{extension}"), content };
    ctx.store.exported.insert(file_token.clone(), product);
    (DONE, json!({ "file_token": file_token, "file_name": name, "file_size": size }))
}

fn write(ctx: &Ctx<'_>, bytes: &[u8]) -> io::Result<Content> {
    let mut file = ctx.services.disk.create()?;
    file.add(bytes)?;
    Ok(Content::of(vec![Arc::new(file.finish())]))
}

/// None for a file that was not exported here.
pub(super) fn download(ctx: &Ctx<'_>) -> Option<Response> {
    let token = ctx.call.path("file_token");
    let product = ctx.store.exported.get(token)?;
    Some(Response::file(&product.name, product.content.whole()))
}

pub(super) fn create_import(ctx: &mut Ctx<'_>, time: Duration) -> Result<Value, Rejection> {
    let task = Task::new(ctx, time);
    if !["docx", "sheet", "bitable"].contains(&task.text("type")) {
        return Err(INVALID.because("type must be docx, sheet or bitable"));
    }
    Ok(begin(ctx, task))
}

pub(super) fn get_import(ctx: &mut Ctx<'_>) -> Option<Value> {
    state(ctx, import)
}

/// A document with a block for each line; a spreadsheet or Base has nothing but a name.
fn import(ctx: &mut Ctx<'_>, task: &Task) -> (i64, Value) {
    let token = task.text("file_token");
    let Some(file) = ctx.files.media(ctx.tenant(), token) else { return (FILE_EXPIRED, json!({})) };
    let extension = task.text("file_extension");
    if file.name.rsplit_once('.').map(|(_, it)| it) != Some(extension) {
        return (EXTENSION_DIFFERS, json!({}));
    }
    let title = match task.text("file_name") {
        "" => file.name.clone(),
        name => name.to_owned(),
    };
    let folder = task.asked["point"]["mount_key"].as_str().unwrap_or_default().to_owned();
    let kind = task.text("type");
    let made = if kind == "docx" {
        let mut text = String::new();
        // What is no text has no lines.
        let _ = file.content.whole().read_to_string(&mut text);
        let lines = text.lines().filter(|it| !it.trim().is_empty()).map(str::to_owned).collect();
        let owner = ctx.call.caller.id().to_owned();
        let new = NewDocument { title, folder: Some(folder), owner, lines };
        let id = ctx.documents.add(ctx.services, ctx.tenant(), new).unwrap_or_default();
        listing::find(ctx, &id)
    } else {
        let entry = listing::new_entry(ctx, kind, &title, &folder);
        ctx.store.entries.insert(entry.token.clone(), entry.clone());
        Some(entry)
    };
    let made =
        made.map(|it| json!({ "token": it.token, "url": it.url(ctx.services), "extra": [] }));
    (DONE, made.unwrap_or_default())
}
