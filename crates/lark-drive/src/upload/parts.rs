//! Sending the parts of an upload concurrently.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use lark_core::__private::{codes, lock};
use tokio::task::JoinSet;

use super::calls::Calls;
use super::retry::{Retries, RetryWhen};
use super::source::{Block, Snapshot, Source};
use super::{UploadError, UploadState};

/// Called after each part that has arrived.
pub(super) type OnPart = Arc<dyn Fn(&UploadState) + Send + Sync>;

/// Sends the parts that have not arrived.
pub(super) struct PartSender {
    pub(super) calls: Calls,
    pub(super) source: Source,
    pub(super) snapshot: Snapshot,
    pub(super) retries: Retries,
    /// Records the parts that have arrived, also if the upload fails.
    pub(super) state: Arc<Mutex<Option<UploadState>>>,
    pub(super) on_part: OnPart,
}

/// What the workers share.
struct Shared {
    sender: PartSender,
    missing: Mutex<VecDeque<u64>>,
    /// Whether the platform accepts only one part at a time. Its page on parts of files requires that,
    /// its page on parts of medias does not.
    is_sequential: AtomicBool,
    sequence: tokio::sync::Mutex<()>,
}

impl PartSender {
    pub(super) async fn send(self, concurrency: NonZeroUsize) -> Result<(), UploadError> {
        let missing = lock(&self.state).iter().flat_map(UploadState::missing).collect();
        let missing: VecDeque<u64> = missing;
        let workers = concurrency.get().min(missing.len());
        let shared = Arc::new(Shared {
            sender: self,
            missing: Mutex::new(missing),
            is_sequential: AtomicBool::new(false),
            sequence: tokio::sync::Mutex::default(),
        });
        // Dropping it, on an error or because the caller was dropped, aborts the other workers.
        let mut tasks = JoinSet::new();
        for _ in 0..workers {
            tasks.spawn(Arc::clone(&shared).run());
        }
        while let Some(result) = tasks.join_next().await {
            match result {
                Ok(result) => result?,
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => {
                    let reason = "the runtime is shutting down".to_owned();
                    return Err(UploadError::InvalidState { reason });
                }
            }
        }
        Ok(())
    }

    /// The id of the upload, and the offset and size of a part.
    fn locate(&self, seq: u64) -> Option<(String, u64, u64)> {
        let state = lock(&self.state);
        let state = state.as_ref()?;
        Some((state.upload_id.clone(), seq * state.block_size, state.size_of(seq)))
    }

    /// Records a part. The hook is called under the lock, so that it sees the states in order.
    fn record(&self, seq: u64) {
        if let Some(state) = lock(&self.state).as_mut() {
            state.uploaded.insert(seq);
            (self.on_part)(state);
        }
    }
}

impl Shared {
    async fn run(self: Arc<Self>) -> Result<(), UploadError> {
        loop {
            let Some(seq) = lock(&self.missing).pop_front() else { return Ok(()) };
            let Some((id, start, size)) = self.sender.locate(seq) else { return Ok(()) };
            // The platform ignores the names of parts.
            let block = self.sender.source.block("part", start, size).await?;
            self.send_part(&id, seq, &block).await?;
            self.sender.record(seq);
        }
    }

    async fn send_part(&self, upload_id: &str, seq: u64, block: &Block) -> Result<(), UploadError> {
        let mut attempts = self.sender.retries.attempts(RetryWhen::Always);
        while let Err(error) = self.attempt(upload_id, seq, block).await {
            if error.code() == Some(codes::UPLOAD_TRY_AGAIN) {
                self.is_sequential.store(true, Ordering::Relaxed);
            }
            // A changed file is the cause, and never matches its checksum again.
            self.sender.source.check(&self.sender.snapshot).await?;
            attempts.back_off(error).await?;
        }
        Ok(())
    }

    async fn attempt(&self, upload_id: &str, seq: u64, block: &Block) -> lark_core::Result<()> {
        let _guard = match self.is_sequential.load(Ordering::Relaxed) {
            true => Some(self.sequence.lock().await),
            false => None,
        };
        self.sender.calls.upload_part(upload_id, seq, block).await
    }
}
