//! Documents as files.

use std::path::PathBuf;
use std::time::Duration;

use lark_core::{Client, Download};

use super::ConvertError;
use super::wait::{State, TIME_LIMIT, wait};
use crate::sharing::Document;
use crate::v1::{
    ExportTaskJobStatus, ExportTaskType, FileExtension, GetExportTaskResponse, export_task,
};

/// What the platform makes of each type of document.
const FORMATS: [(&str, &[&str]); 4] = [
    ("doc", &["docx", "pdf"]),
    ("docx", &["docx", "pdf"]),
    ("sheet", &["xlsx", "csv"]),
    ("bitable", &["xlsx", "csv", "base"]),
];

/// An export: its settings.
#[must_use = "an export does nothing until it is saved or downloaded"]
pub struct Export {
    client: Client,
    document: Document,
    goal: Goal,
    time_limit: Duration,
}

enum Goal {
    New { extension: FileExtension, sub_id: Option<String>, is_schema_only: bool },
    Ticket(String),
}

/// A file that was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// Where it is.
    pub path: PathBuf,
    /// The name that the platform gave it, without an extension.
    pub name: String,
    /// Its size, in bytes.
    pub size: u64,
}

/// What a task has made.
struct Made {
    file_token: String,
    name: String,
}

/// Exports a document, spreadsheet, Base or slides as a file.
pub fn export(client: &Client, document: Document, extension: impl Into<FileExtension>) -> Export {
    let goal = Goal::New { extension: extension.into(), sub_id: None, is_schema_only: false };
    Export::new(client, document, goal)
}

/// Goes on with an export that takes long, by the ticket of [`ConvertError::ticket`].
pub fn export_of_ticket(client: &Client, document: Document, ticket: impl Into<String>) -> Export {
    Export::new(client, document, Goal::Ticket(ticket.into()))
}

impl Export {
    fn new(client: &Client, document: Document, goal: Goal) -> Self {
        let client = client.with_documented_rate_limits();
        Self { client, document, goal, time_limit: TIME_LIMIT }
    }

    /// Which sheet of a spreadsheet or table of a Base becomes CSV, by its id. CSV needs it.
    pub fn sub_id(mut self, id: impl Into<String>) -> Self {
        if let Goal::New { sub_id, .. } = &mut self.goal {
            *sub_id = Some(id.into());
        }
        self
    }

    /// Exports the structure of a Base without its records, as `base`.
    pub fn schema_only(mut self) -> Self {
        if let Goal::New { is_schema_only, .. } = &mut self.goal {
            *is_schema_only = true;
        }
        self
    }

    /// How long the task may take; 5 minutes by default.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Exports, waits, and saves the file. As with [`Download::save_to`], the file is there when it is
    /// complete.
    ///
    /// # Errors
    /// See [`ConvertError`].
    pub async fn save_to(self, path: impl Into<PathBuf>) -> Result<Exported, ConvertError> {
        let path = path.into();
        let (download, name) = self.run().await?;
        let size = download.save_to(&path).await?;
        Ok(Exported { path, name, size })
    }

    /// Exports, waits, and begins the download.
    ///
    /// # Errors
    /// See [`ConvertError`].
    pub async fn download(self) -> Result<Download, ConvertError> {
        Ok(self.run().await?.0)
    }

    async fn run(self) -> Result<(Download, String), ConvertError> {
        let ticket = self.ticket().await?;
        let (client, token) = (&self.client, self.document.token());
        let made = wait(&ticket, self.time_limit, || {
            let (client, get) = (client.clone(), export_task::get(&ticket).token(token));
            async move { Ok(state(client.send(get).await?)) }
        })
        .await?;
        let failed = |error| ConvertError::Call { ticket: Some(ticket.clone()), error };
        let download = client.send(export_task::download(made.file_token)).await.map_err(failed)?;
        Ok((download, made.name))
    }

    /// The task, which is begun if there is none.
    async fn ticket(&self) -> Result<String, ConvertError> {
        let (extension, sub_id, is_schema_only) = match &self.goal {
            Goal::Ticket(ticket) => return Ok(ticket.clone()),
            Goal::New { extension, sub_id, is_schema_only } => (extension, sub_id, *is_schema_only),
        };
        self.check(extension, sub_id.as_deref())?;
        let mut create = export_task::create()
            .token(self.document.token())
            .type_(ExportTaskType::from(self.document.kind().as_str()))
            .file_extension(extension.clone());
        create.sub_id.clone_from(sub_id);
        create.only_schema = is_schema_only.then_some(true);
        let created = self.client.send(create).await?;
        Ok(created.ticket()?.to_owned())
    }

    fn check(&self, extension: &FileExtension, sub_id: Option<&str>) -> Result<(), ConvertError> {
        let wrong = |reason| Err(ConvertError::Unsupported { reason });
        let (document, extension) = (&self.document, extension.as_str());
        let kind = document.kind().as_str();
        if !ExportTaskType::VALUES.contains(&kind) {
            let kinds = ExportTaskType::VALUES.join(", ");
            return wrong(format!("{document} is not exported: only {kinds} are"));
        }
        let formats = FORMATS.iter().find(|(of, _)| *of == kind).map(|(_, formats)| *formats);
        if let Some(formats) = formats
            && !formats.contains(&extension)
        {
            let formats = formats.join(" or ");
            return wrong(format!("{document} is exported as {formats}, not as {extension}"));
        }
        if extension == "csv" && sub_id.is_none_or(str::is_empty) {
            return wrong(format!("{document} as CSV needs the id of a sheet or table: sub_id"));
        }
        Ok(())
    }
}

fn state(response: GetExportTaskResponse) -> State<Made> {
    let task = response.result.unwrap_or_default();
    match task.job_status {
        Some(ExportTaskJobStatus::Success) | None if task.file_token.is_some() => {
            let name = task.file_name.unwrap_or_default();
            State::Done(Made { file_token: task.file_token.unwrap_or_default(), name })
        }
        Some(ExportTaskJobStatus::Initializing | ExportTaskJobStatus::Processing) | None => {
            State::Running
        }
        Some(ExportTaskJobStatus::Success) => {
            State::Failed(0, "the response has no token of the file".to_owned())
        }
        Some(status) => State::Failed(status.as_i64(), task.job_error_msg.unwrap_or_default()),
    }
}
