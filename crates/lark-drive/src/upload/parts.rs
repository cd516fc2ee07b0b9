//! The parts of an upload, several at a time.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lark_core::__private::codes;
use tokio::task::JoinSet;

use super::call::Calls;
use super::retry::{Repeat, Retries};
use super::source::{Block, Snapshot, Source};
use super::{UploadError, UploadState};

/// Is told of each part that has arrived.
pub(super) type Observer = Arc<dyn Fn(&UploadState) + Send + Sync>;

/// What the workers share.
struct Work {
    calls: Calls,
    source: Source,
    snapshot: Snapshot,
    retries: Retries,
    state: Arc<Mutex<Option<UploadState>>>,
    observer: Observer,
    left: Mutex<VecDeque<u64>>,
    /// Whether the platform wants one part after the other, which the page on parts of files asks
    /// for and the one on parts of medias does not.
    one_by_one: AtomicBool,
    turn: tokio::sync::Mutex<()>,
}

/// Sends what has not arrived. What has by the end, also of an upload that fails, is in `state`.
pub(super) async fn send(
    calls: Calls,
    (source, snapshot): (Source, Snapshot),
    retries: Retries,
    state: Arc<Mutex<Option<UploadState>>>,
    observer: Observer,
    parallel: NonZeroUsize,
) -> Result<(), UploadError> {
    let left = lock(&state).iter().flat_map(UploadState::left).collect::<VecDeque<_>>();
    let workers = parallel.get().min(left.len());
    let work = Arc::new(Work {
        calls,
        source,
        snapshot,
        retries,
        state,
        observer,
        left: Mutex::new(left),
        one_by_one: AtomicBool::new(false),
        turn: tokio::sync::Mutex::default(),
    });
    // Dropping it, on an error or because the caller has lost interest, ends the others.
    let mut tasks = JoinSet::new();
    for _ in 0..workers {
        tasks.spawn(Arc::clone(&work).run());
    }
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok(result) => result?,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => {
                let reason = "the runtime is shutting down".to_owned();
                return Err(UploadError::State { reason });
            }
        }
    }
    Ok(())
}

impl Work {
    async fn run(self: Arc<Self>) -> Result<(), UploadError> {
        loop {
            let Some(seq) = lock(&self.left).pop_front() else { return Ok(()) };
            let Some((id, start, size)) = self.place(seq) else { return Ok(()) };
            // The platform does not look at the names of parts.
            let block = self.source.block("part", start, size).await?;
            self.part(&id, seq, &block).await?;
            self.arrived(seq);
        }
    }

    /// The upload, and where the part is in the file.
    fn place(&self, seq: u64) -> Option<(String, u64, u64)> {
        let state = lock(&self.state);
        let state = state.as_ref()?;
        Some((state.upload_id.clone(), seq * state.block_size, state.size_of(seq)))
    }

    async fn part(&self, upload_id: &str, seq: u64, block: &Block) -> Result<(), UploadError> {
        let mut attempts = self.retries.of(Repeat::Always);
        while let Err(error) = self.attempt(upload_id, seq, block).await {
            if error.code() == Some(codes::UPLOAD_TRY_AGAIN) {
                self.one_by_one.store(true, Ordering::Relaxed);
            }
            // A file that has changed is the reason, and the checksum will never fit again.
            self.source.check(&self.snapshot).await?;
            attempts.after(error).await?;
        }
        Ok(())
    }

    async fn attempt(&self, upload_id: &str, seq: u64, block: &Block) -> lark_core::Result<()> {
        let _turn = match self.one_by_one.load(Ordering::Relaxed) {
            true => Some(self.turn.lock().await),
            false => None,
        };
        self.calls.part(upload_id, seq, block).await
    }

    /// The observer is called under the lock, so that it sees one state after the other.
    fn arrived(&self, seq: u64) {
        if let Some(state) = lock(&self.state).as_mut() {
            state.done.insert(seq);
            (self.observer)(state);
        }
    }
}

/// Locks, also after a panic of an observer: the state is whole then.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
