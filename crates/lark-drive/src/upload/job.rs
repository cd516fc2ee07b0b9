//! An upload: what is set, and what happens when it is sent.

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::Client;

use super::call::Calls;
use super::parts::{self, Observer, lock};
use super::retry::{Repeat, Retries};
use super::source::Snapshot;
use super::target::{Kind, Target};
use super::{SINGLE_LIMIT, Source, UploadError, UploadState};
use crate::v1::{FileParentType, MediaParentType};

/// How many parts are on their way at once unless set.
const PARALLEL: NonZeroUsize = NonZeroUsize::new(3).expect("three");
/// How long a call that carries a part may take: 4 MiB over a line of 300 kbit/s.
const TIMEOUT: Duration = Duration::from_secs(120);
/// The largest part that makes sense, in bytes. The platform's are 4 MiB.
const BLOCK_LIMIT: u64 = 64 << 20;

type Progress = Box<dyn Fn(u64, u64) + Send + Sync>;
type StateHook = Box<dyn Fn(&UploadState) + Send + Sync>;

/// An upload: settings, then [`send`](Self::send). Made by [`file`](super::file),
/// [`media`](super::media) and [`resume`](super::resume).
#[must_use = "an upload does nothing until it is sent"]
pub struct Upload {
    client: Client,
    source: Source,
    target: Target,
    parallel: NonZeroUsize,
    retries: Retries,
    timeout: Duration,
    single: bool,
    progress: Option<Arc<Progress>>,
    state_hook: Option<Arc<StateHook>>,
    state: Arc<Mutex<Option<UploadState>>>,
}

/// A file that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uploaded {
    /// The token by which Drive knows it.
    pub file_token: String,
}

impl Upload {
    pub(super) fn new(client: &Client, source: Source, target: Target) -> Self {
        Self {
            client: client.clone(),
            source,
            target,
            parallel: PARALLEL,
            retries: Retries::default(),
            timeout: TIMEOUT,
            single: false,
            progress: None,
            state_hook: None,
            state: Arc::default(),
        }
    }

    pub(super) fn with_state(mut self, state: UploadState) -> Self {
        self.state = Arc::new(Mutex::new(Some(state)));
        self
    }

    /// Puts a file into this folder.
    pub fn folder(self, folder_token: impl Into<String>) -> Self {
        self.parent(FileParentType::Explorer.as_str(), folder_token)
    }

    /// Puts a file under this node of a wiki.
    pub fn wiki(self, node_token: impl Into<String>) -> Self {
        self.parent(FileParentType::Wiki.as_str(), node_token)
    }

    /// Says of what a media is a part: for an image in a document, [`MediaParentType::DocxImage`]
    /// and the id of the image block.
    pub fn media_parent(self, kind: impl Into<MediaParentType>, node: impl Into<String>) -> Self {
        self.parent(kind.into().as_str(), node)
    }

    fn parent(mut self, kind: &str, node: impl Into<String>) -> Self {
        self.target.parent = Some((kind.to_owned(), node.into()));
        self
    }

    /// What some parents of medias need to know besides, as JSON: `{"drive_route_token":"doxcn42"}`.
    /// Files have none.
    pub fn extra(mut self, json: impl Into<String>) -> Self {
        self.target.extra = Some(json.into());
        self
    }

    /// The name of the file, in place of that of the source.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.target.name = Some(name.into());
        self
    }

    /// Replaces the content of this file, which keeps its token. Not for medias.
    pub fn replace(mut self, file_token: impl Into<String>) -> Self {
        self.target.replaces = Some(file_token.into());
        self
    }

    /// How many parts may be on their way at once; 3 unless set, and 0 counts as 1. Where the
    /// platform says that it takes one after the other (1061045), that is what it gets.
    pub fn parallel(mut self, parts: usize) -> Self {
        self.parallel = NonZeroUsize::new(parts).unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// How often a part that failed is sent again; 4 times unless set. A part that arrives twice does
    /// no harm. The retries of the client are within each of these.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries.most = retries;
        self
    }

    /// The delay before a part is sent again, doubled each time up to `longest`; half of it is
    /// random. From 500 ms to 10 s unless set.
    pub fn retry_delays(mut self, first: Duration, longest: Duration) -> Self {
        (self.retries.first, self.retries.longest) = (first, longest);
        self
    }

    /// How long each call that carries a part, or a whole file, may take; 2 minutes unless set. The
    /// timeout of the client is that of the other calls.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sends the file in one request or not at all: one of more than
    /// [`SINGLE_LIMIT`] is refused before it is read.
    pub fn in_one_request(mut self) -> Self {
        self.single = true;
        self
    }

    /// Is told how many bytes have arrived, and how many there are: once a part. It must not block.
    pub fn on_progress(mut self, hook: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(Box::new(hook)));
        self
    }

    /// Is told the state when the upload in parts begins, and after each part, to be kept for a
    /// process that comes after this one. It must not block for long.
    pub fn on_state(mut self, hook: impl Fn(&UploadState) + Send + Sync + 'static) -> Self {
        self.state_hook = Some(Arc::new(Box::new(hook)));
        self
    }

    /// How far an upload in parts has come; `None` before it has begun, after it is finished, and if
    /// the file goes in one request.
    #[must_use]
    pub fn state(&self) -> Option<UploadState> {
        lock(&self.state).clone()
    }

    /// Uploads the file. After an error, sending again goes on where it stopped; so does
    /// [`resume`](super::resume) with the [`state`](Self::state).
    ///
    /// # Errors
    /// See [`UploadError`]. What is wrong with the file shows before the first call.
    pub async fn send(&self) -> Result<Uploaded, UploadError> {
        let snapshot = self.source.snapshot().await?;
        let begun = self.state().map(|state| state.snapshot == snapshot);
        match begun {
            Some(false) => Err(UploadError::Changed { name: self.source.label() }),
            Some(true) => self.parts(&snapshot).await,
            None => {
                let name = self.name()?;
                if snapshot.size <= SINGLE_LIMIT {
                    return self.whole(&name, &snapshot).await;
                }
                if self.single {
                    let (size, limit) = (snapshot.size, SINGLE_LIMIT);
                    return Err(UploadError::TooLarge { name: self.source.label(), size, limit });
                }
                self.begin(&name, &snapshot).await?;
                self.parts(&snapshot).await
            }
        }
    }

    /// The name, if all that the platform has to be told is there.
    fn name(&self) -> Result<String, UploadError> {
        let what = match self.target.kind {
            Kind::File => "a folder is missing",
            Kind::Media => "a media parent is missing",
        };
        self.target.parent.as_ref().ok_or(UploadError::Incomplete { what })?;
        let name = self.target.name.clone().filter(|name| !name.is_empty());
        let name = name.or_else(|| self.source.name());
        let name = name.ok_or(UploadError::Incomplete { what: "a file name is missing" })?;
        match name.contains('/') {
            true => Err(UploadError::Slash { name }),
            false => Ok(name),
        }
    }

    fn calls(&self) -> Calls {
        Calls::new(&self.client, self.target.kind, self.timeout)
    }

    async fn whole(&self, name: &str, snapshot: &Snapshot) -> Result<Uploaded, UploadError> {
        let block = self.source.block(name, 0, snapshot.size).await?;
        self.source.check(snapshot).await?;
        let calls = self.calls();
        let mut attempts = self.retries.of(Repeat::Refused);
        let done = loop {
            match calls.all(&self.target, name, &block).await {
                Ok(done) => break done,
                Err(error) => {
                    // If it has, that is the reason, and its checksum will never fit again.
                    self.source.check(snapshot).await?;
                    attempts.after(error).await?;
                }
            }
        };
        if let Some(progress) = &self.progress {
            progress(snapshot.size, snapshot.size);
        }
        Ok(done)
    }

    async fn begin(&self, name: &str, snapshot: &Snapshot) -> Result<(), UploadError> {
        let calls = self.calls();
        // An upload that is prepared twice and used once leaves nothing behind.
        let mut attempts = self.retries.of(Repeat::Always);
        let prepared = loop {
            match calls.prepare(&self.target, name, snapshot.size).await {
                Ok(prepared) => break prepared,
                Err(error) => attempts.after(error).await?,
            }
        };
        let block_size = u64::try_from(prepared.block_size).unwrap_or_default();
        let fits = (1..=BLOCK_LIMIT).contains(&block_size)
            && u64::try_from(prepared.block_num) == Ok(snapshot.size.div_ceil(block_size));
        if !fits {
            let (size, parts) = (prepared.block_size, prepared.block_num);
            let reason = format!("the platform wants {parts} parts of {size} bytes each");
            return Err(UploadError::Parts { reason });
        }
        let state = UploadState {
            kind: self.target.kind,
            upload_id: prepared.upload_id,
            block_size,
            snapshot: snapshot.clone(),
            done: BTreeSet::new(),
        };
        if let Some(hook) = &self.state_hook {
            hook(&state);
        }
        *lock(&self.state) = Some(state);
        Ok(())
    }

    async fn parts(&self, snapshot: &Snapshot) -> Result<Uploaded, UploadError> {
        let calls = self.calls();
        let state = Arc::clone(&self.state);
        let (source, observer) = ((self.source.clone(), snapshot.clone()), self.observer());
        parts::send(calls.clone(), source, self.retries, state, observer, self.parallel).await?;
        self.source.check(snapshot).await?;
        let Some(state) = self.state() else {
            return Err(UploadError::State { reason: "sent twice at the same time".to_owned() });
        };
        let mut attempts = self.retries.of(Repeat::Refused);
        let done = loop {
            match calls.finish(&state.upload_id, state.parts()).await {
                Ok(done) => break done,
                Err(error) => attempts.after(error).await?,
            }
        };
        *lock(&self.state) = None;
        Ok(done)
    }

    fn observer(&self) -> Observer {
        let (progress, hook) = (self.progress.clone(), self.state_hook.clone());
        Arc::new(move |state| {
            if let Some(hook) = &hook {
                hook(state);
            }
            if let Some(progress) = &progress {
                progress(state.sent(), state.total());
            }
        })
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Upload");
        debug.field("source", &self.source).field("target", &self.target).finish_non_exhaustive()
    }
}
