//! Sending an upload: in one request, or in parts.

use std::collections::BTreeSet;
use std::sync::Arc;

use lark_core::__private::lock;

use super::builder::Upload;
use super::calls::Calls;
use super::parts::{OnPart, PartSender};
use super::retry::RetryWhen;
use super::source::Snapshot;
use super::state::{MAX_PARTS, is_block_size};
use super::target::Kind;
use super::{MAX_SINGLE_REQUEST_BYTES, UploadError, UploadState};

/// A file that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadedFile {
    /// The token of the file in Drive.
    pub file_token: String,
}

impl Upload {
    /// Uploads the file. After an error, sending again continues where the upload stopped; so does
    /// [`resume`](super::resume) with the [`state`](Self::state).
    ///
    /// # Errors
    /// See [`UploadError`]. Errors of the file itself are found before the first call.
    pub async fn send(&self) -> Result<UploadedFile, UploadError> {
        let snapshot = self.source.snapshot().await?;
        let is_unchanged = self.state().map(|state| state.snapshot == snapshot);
        match is_unchanged {
            Some(false) => Err(UploadError::Changed { name: self.source.label() }),
            Some(true) => self.send_parts(&snapshot).await,
            None => {
                let name = self.checked_name()?;
                if snapshot.size <= MAX_SINGLE_REQUEST_BYTES {
                    return self.send_whole(&name, &snapshot).await;
                }
                if self.in_one_request {
                    let (size, limit) = (snapshot.size, MAX_SINGLE_REQUEST_BYTES);
                    return Err(UploadError::TooLarge { name: self.source.label(), size, limit });
                }
                self.prepare(&name, &snapshot).await?;
                self.send_parts(&snapshot).await
            }
        }
    }

    /// The name of the file, once everything that the platform requires is known to be set.
    fn checked_name(&self) -> Result<String, UploadError> {
        let what = match self.target.kind {
            Kind::File => "a folder is missing",
            Kind::Media => "a media parent is missing",
        };
        self.target.parent.as_ref().ok_or(UploadError::Incomplete { what })?;
        let name = self.target.name.clone().filter(|name| !name.is_empty());
        let name = name.or_else(|| self.source.name());
        let name = name.ok_or(UploadError::Incomplete { what: "a file name is missing" })?;
        match name.contains('/') {
            true => Err(UploadError::InvalidName { name }),
            false => Ok(name),
        }
    }

    fn calls(&self) -> Calls {
        Calls::new(&self.client, self.target.kind, self.timeout)
    }

    async fn send_whole(
        &self,
        name: &str,
        snapshot: &Snapshot,
    ) -> Result<UploadedFile, UploadError> {
        let block = self.source.block(name, 0, snapshot.size).await?;
        self.source.check(snapshot).await?;
        let calls = self.calls();
        let mut attempts = self.retries.attempts(RetryWhen::NotExecuted);
        let uploaded = loop {
            match calls.upload_all(&self.target, name, &block).await {
                Ok(uploaded) => break uploaded,
                Err(error) => {
                    // A changed file is the cause, and never matches its checksum again.
                    self.source.check(snapshot).await?;
                    attempts.back_off(error).await?;
                }
            }
        };
        if let Some(on_progress) = &self.on_progress {
            on_progress(snapshot.size, snapshot.size);
        }
        Ok(uploaded)
    }

    async fn prepare(&self, name: &str, snapshot: &Snapshot) -> Result<(), UploadError> {
        let calls = self.calls();
        // Preparing an upload twice and using it once leaves nothing behind.
        let mut attempts = self.retries.attempts(RetryWhen::Always);
        let prepared = loop {
            match calls.upload_prepare(&self.target, name, snapshot.size).await {
                Ok(prepared) => break prepared,
                Err(error) => attempts.back_off(error).await?,
            }
        };
        let block_size = u64::try_from(prepared.block_size).unwrap_or_default();
        let is_plausible = is_block_size(block_size)
            && snapshot.size.div_ceil(block_size) <= MAX_PARTS
            && u64::try_from(prepared.block_num) == Ok(snapshot.size.div_ceil(block_size));
        if !is_plausible {
            let (size, parts) = (prepared.block_size, prepared.block_num);
            let reason = format!("the platform wants {parts} parts of {size} bytes each");
            return Err(UploadError::InvalidParts { reason });
        }
        let state = UploadState {
            kind: self.target.kind,
            upload_id: prepared.upload_id,
            block_size,
            snapshot: snapshot.clone(),
            uploaded: BTreeSet::new(),
        };
        if let Some(on_state) = &self.on_state {
            on_state(&state);
        }
        *lock(&self.state) = Some(state);
        Ok(())
    }

    async fn send_parts(&self, snapshot: &Snapshot) -> Result<UploadedFile, UploadError> {
        let calls = self.calls();
        let sender = PartSender {
            calls: calls.clone(),
            source: self.source.clone(),
            snapshot: snapshot.clone(),
            retries: self.retries,
            state: Arc::clone(&self.state),
            on_part: self.on_part(),
        };
        sender.send(self.concurrency).await?;
        self.source.check(snapshot).await?;
        let Some(state) = self.state() else {
            return Err(UploadError::InvalidState {
                reason: "sent twice at the same time".to_owned(),
            });
        };
        let mut attempts = self.retries.attempts(RetryWhen::NotExecuted);
        let uploaded = loop {
            match calls.upload_finish(&state.upload_id, state.total_parts()).await {
                Ok(uploaded) => break uploaded,
                Err(error) => attempts.back_off(error).await?,
            }
        };
        *lock(&self.state) = None;
        Ok(uploaded)
    }

    fn on_part(&self) -> OnPart {
        let (on_progress, on_state) = (self.on_progress.clone(), self.on_state.clone());
        Arc::new(move |state| {
            if let Some(on_state) = &on_state {
                on_state(state);
            }
            if let Some(on_progress) = &on_progress {
                on_progress(state.uploaded_bytes(), state.total_bytes());
            }
        })
    }
}
