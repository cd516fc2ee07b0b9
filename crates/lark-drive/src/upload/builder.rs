//! The settings of an upload.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::__private::lock;
use lark_core::Client;

use super::retry::Retries;
use super::target::Target;
use super::{Source, UploadState};
use crate::v1::{FileParentType, MediaParentType};

/// Number of parts that are sent concurrently by default.
const CONCURRENCY: NonZeroUsize = NonZeroUsize::new(3).expect("three");
/// Default timeout of a call that carries a part: 4 MiB at 300 kbit/s.
const TIMEOUT: Duration = Duration::from_secs(120);

pub(super) type ProgressHook = Box<dyn Fn(u64, u64) + Send + Sync>;
pub(super) type StateHook = Box<dyn Fn(&UploadState) + Send + Sync>;

/// An upload: its settings, and [`send`](Self::send). [`file`](super::file),
/// [`media`](super::media) and [`resume`](super::resume) create one.
#[must_use = "an upload does nothing until it is sent"]
pub struct Upload {
    pub(super) client: Client,
    pub(super) source: Source,
    pub(super) target: Target,
    pub(super) concurrency: NonZeroUsize,
    pub(super) retries: Retries,
    pub(super) timeout: Duration,
    pub(super) in_one_request: bool,
    pub(super) on_progress: Option<Arc<ProgressHook>>,
    pub(super) on_state: Option<Arc<StateHook>>,
    pub(super) state: Arc<Mutex<Option<UploadState>>>,
}

impl Upload {
    pub(super) fn new(client: &Client, source: Source, target: Target) -> Self {
        Self {
            client: client.clone(),
            source,
            target,
            concurrency: CONCURRENCY,
            retries: Retries::default(),
            timeout: TIMEOUT,
            in_one_request: false,
            on_progress: None,
            on_state: None,
            state: Arc::default(),
        }
    }

    pub(super) fn with_state(mut self, state: UploadState) -> Self {
        self.state = Arc::new(Mutex::new(Some(state)));
        self
    }

    /// Sets the folder that will contain the file.
    pub fn folder(self, folder_token: impl Into<String>) -> Self {
        self.parent(FileParentType::Explorer.as_str(), folder_token)
    }

    /// Sets the wiki node that will contain the file.
    pub fn wiki(self, node_token: impl Into<String>) -> Self {
        self.parent(FileParentType::Wiki.as_str(), node_token)
    }

    /// Sets the parent of a media: for an image in a document, [`MediaParentType::DocxImage`] and the
    /// id of the image block.
    pub fn media_parent(self, kind: MediaParentType, node: impl Into<String>) -> Self {
        self.parent(kind.as_str(), node)
    }

    fn parent(mut self, kind: &str, node: impl Into<String>) -> Self {
        self.target.parent = Some((kind.to_owned(), node.into()));
        self
    }

    /// Sets additional data that some parents of medias require, as JSON:
    /// `{"drive_route_token":"doxcn42"}`. Ignored for files.
    pub fn extra(mut self, json: impl Into<String>) -> Self {
        self.target.extra = Some(json.into());
        self
    }

    /// Sets the name of the file; that of the source by default.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.target.name = Some(name.into());
        self
    }

    /// Replaces the content of an existing file, which keeps its token. Ignored for medias.
    pub fn replace(mut self, file_token: impl Into<String>) -> Self {
        self.target.replaces = Some(file_token.into());
        self
    }

    /// Sets the number of parts that are sent concurrently; 3 by default, and 0 counts as 1. If the
    /// platform accepts only one at a time (1061045), the parts are sent one after the other.
    pub fn concurrency(mut self, parts: usize) -> Self {
        self.concurrency = NonZeroUsize::new(parts).unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// Sets the maximum number of retries of each part; 4 by default. A part that arrives twice does
    /// no harm. Each of these attempts includes the client's own retries.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.retries.max_retries = retries;
        self
    }

    /// Sets the delay before the first retry of a part, which doubles up to `max`; half of each delay
    /// is random. 500 ms and 10 s by default.
    pub fn retry_delays(mut self, initial: Duration, max: Duration) -> Self {
        (self.retries.initial_delay, self.retries.max_delay) = (initial, max);
        self
    }

    /// Sets the timeout of each call that carries a part or a whole file; 2 minutes by default. The
    /// other calls have the client's timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sends the file in one request or not at all: a file larger than
    /// [`MAX_SINGLE_REQUEST_BYTES`](super::MAX_SINGLE_REQUEST_BYTES) fails before it is read.
    pub fn in_one_request(mut self) -> Self {
        self.in_one_request = true;
        self
    }

    /// Sets a hook that is called after each part with the number of uploaded bytes and the total. It
    /// must not block.
    pub fn on_progress(mut self, hook: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(Box::new(hook)));
        self
    }

    /// Sets a hook that is called when an upload in parts begins and after each part, to save the
    /// state for another process. It must not block for long.
    pub fn on_state(mut self, hook: impl Fn(&UploadState) + Send + Sync + 'static) -> Self {
        self.on_state = Some(Arc::new(Box::new(hook)));
        self
    }

    /// The state of an upload in parts; `None` before it begins, after it is complete, and for a file
    /// that is sent in one request.
    #[must_use]
    pub fn state(&self) -> Option<UploadState> {
        lock(&self.state).clone()
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Upload");
        debug.field("source", &self.source).field("target", &self.target).finish_non_exhaustive()
    }
}
