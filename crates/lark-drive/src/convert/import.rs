//! Files as documents.

use std::future::IntoFuture;
use std::pin::Pin;
use std::time::Duration;

use lark_core::{Client, Value};

use super::ConvertError;
use super::wait::{State, TIME_LIMIT, wait};
use crate::sharing::Document;
use crate::upload::{self, Source};
use crate::v1::{
    GetImportTaskResponse, ImportTaskJobStatus, ImportTaskMountPoint, MediaParentType, MountType,
    import_task,
};

/// What a file can become.
const KINDS: [&str; 3] = ["docx", "sheet", "bitable"];

/// An import: its settings. Awaiting it makes the calls.
#[must_use = "an import does nothing until it is awaited"]
pub struct Import {
    client: Client,
    goal: Goal,
    time_limit: Duration,
}

enum Goal {
    New(Box<New>),
    Ticket(String),
}

struct New {
    source: Source,
    kind: String,
    folder: String,
    name: Option<String>,
    extension: Option<String>,
}

/// A document that was made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// The document.
    pub document: Document,
    /// Its address.
    pub url: String,
    /// What the platform notes: numbers for content that was cut off, for instance.
    pub notes: Vec<String>,
}

/// Makes a document of a file: a path or bytes, and `docx`, `sheet` or `bitable`. The file is uploaded, in parts if
/// it is large.
///
/// The platform has no key against repetitions here: if the response to the creation of the task is lost, a
/// document may be there although this is an error.
pub fn import(client: &Client, source: impl Into<Source>, kind: impl Into<String>) -> Import {
    let (source, kind) = (source.into(), kind.into());
    let new = New { source, kind, folder: String::new(), name: None, extension: None };
    Import::new(client, Goal::New(Box::new(new)))
}

/// Goes on with an import that takes long, by the ticket of [`ConvertError::ticket`].
pub fn import_of_ticket(client: &Client, ticket: impl Into<String>) -> Import {
    Import::new(client, Goal::Ticket(ticket.into()))
}

impl Import {
    fn new(client: &Client, goal: Goal) -> Self {
        Self { client: client.with_documented_rate_limits(), goal, time_limit: TIME_LIMIT }
    }

    fn change(mut self, change: impl FnOnce(&mut New)) -> Self {
        if let Goal::New(new) = &mut self.goal {
            change(new);
        }
        self
    }

    /// The folder of the document. Default: the root folder, that of the bot or the user.
    pub fn folder(self, token: impl Into<String>) -> Self {
        self.change(|new| new.folder = token.into())
    }

    /// The name of the document. Default: that of the file, without its extension.
    pub fn named(self, name: impl Into<String>) -> Self {
        self.change(|new| new.name = Some(name.into()))
    }

    /// The format of the file: `md`, `xlsx`. Default: the extension of its name.
    pub fn extension(self, extension: impl Into<String>) -> Self {
        self.change(|new| new.extension = Some(extension.into()))
    }

    /// How long the task may take, without the upload; 5 minutes by default.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    async fn run(self) -> Result<Imported, ConvertError> {
        let client = &self.client;
        let ticket = match self.goal {
            Goal::Ticket(ticket) => ticket,
            Goal::New(new) => new.start(client).await?,
        };
        wait(&ticket, self.time_limit, || {
            let (client, get) = (client.clone(), import_task::get(&ticket));
            async move { Ok(state(client.send(get).await?)) }
        })
        .await
    }
}

impl IntoFuture for Import {
    type Output = Result<Imported, ConvertError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl New {
    /// Uploads the file and begins the task.
    async fn start(self, client: &Client) -> Result<String, ConvertError> {
        let wrong = |reason| ConvertError::Unsupported { reason };
        let file_name = self.source.name().unwrap_or_default();
        let (stem, extension) = match file_name.rsplit_once('.') {
            Some((stem, extension)) => (stem.to_owned(), Some(extension.to_owned())),
            None => (file_name.clone(), None),
        };
        if !KINDS.contains(&self.kind.as_str()) {
            let kinds = KINDS.join(", ");
            return Err(wrong(format!("{file_name} becomes {kinds}, not {}", self.kind)));
        }
        let extension =
            self.extension.or(extension).filter(|it| !it.is_empty()).ok_or_else(|| {
                wrong(format!("{file_name:?} has no extension, and none was set"))
            })?;
        let extra =
            Value::from_iter([("obj_type", self.kind.as_str()), ("file_extension", &extension)]);
        let uploaded = upload::media(client, self.source)
            .media_parent(MediaParentType::ImportSource, "")
            .named(format!("{stem}.{extension}"))
            .extra(extra.to_string())
            .send()
            .await?;
        let point = ImportTaskMountPoint::new().mount_type(MountType::Drive).mount_key(self.folder);
        let create = import_task::create()
            .file_token(uploaded.file_token)
            .file_extension(extension)
            .file_name(self.name.unwrap_or(stem))
            .type_(self.kind)
            .point(point);
        let created = client.send(create).await?;
        Ok(created.ticket()?.to_owned())
    }
}

fn state(response: GetImportTaskResponse) -> State<Imported> {
    let task = response.result.unwrap_or_default();
    match task.job_status {
        Some(ImportTaskJobStatus::Success) | None if task.token.is_some() => {
            let document = Document::new(task.type_.as_str(), task.token.unwrap_or_default());
            State::Done(Imported { document, url: task.url.unwrap_or_default(), notes: task.extra })
        }
        Some(ImportTaskJobStatus::Initializing | ImportTaskJobStatus::Processing) | None => {
            State::Running
        }
        Some(ImportTaskJobStatus::Success) => {
            State::Failed(0, "the response has no token of the document".to_owned())
        }
        Some(status) => State::Failed(status.as_i64(), task.job_error_msg.unwrap_or_default()),
    }
}
