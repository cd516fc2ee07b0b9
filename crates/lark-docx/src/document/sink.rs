//! Where the Markdown of an export goes.

use lark_core::__private::NewFile;

use super::DocumentError;

/// Bytes that are written at once.
const CHUNK: usize = 64 << 10;

/// Markdown on its way into a file, or all of it.
pub(super) struct Sink {
    /// What is not in the file yet.
    text: String,
    /// Line breaks at the end, of which only one is written unless something follows.
    breaks: usize,
    is_begun: bool,
    file: Option<(NewFile, String)>,
}

impl Sink {
    pub(super) fn text() -> Self {
        Self { text: String::new(), breaks: 0, is_begun: false, file: None }
    }

    pub(super) fn file(file: NewFile, path: String) -> Self {
        Self { file: Some((file, path)), ..Self::text() }
    }

    pub(super) fn push(&mut self, text: &str) {
        let kept = text.trim_end_matches('\n');
        if !kept.is_empty() {
            self.text.extend(std::iter::repeat_n('\n', std::mem::take(&mut self.breaks)));
            self.text.push_str(kept);
            self.is_begun = true;
        }
        self.breaks += text.len() - kept.len();
    }

    /// One line break at the end, unless there is nothing.
    pub(super) fn end(&mut self) {
        self.breaks = 0;
        if self.is_begun {
            self.text.push('\n');
        }
    }

    /// Writes what is there to the file, if there is enough of it or it is all.
    pub(super) async fn flush(&mut self, is_all: bool) -> Result<(), DocumentError> {
        let Some((file, path)) = &mut self.file else { return Ok(()) };
        if self.text.is_empty() || self.text.len() < CHUNK && !is_all {
            return Ok(());
        }
        let chunk = std::mem::take(&mut self.text).into_bytes();
        let failed = |error| DocumentError::File { path: path.clone(), error };
        file.append(chunk).await.map_err(failed)
    }

    /// Discards what was written.
    pub(super) async fn restart(&mut self) -> Result<(), DocumentError> {
        (self.breaks, self.is_begun) = (0, false);
        self.text.clear();
        let Some((file, path)) = &mut self.file else { return Ok(()) };
        let failed = |error| DocumentError::File { path: path.clone(), error };
        file.restart().await.map_err(failed)
    }

    /// Puts the file in its place.
    pub(super) async fn finish(self) -> Result<(), DocumentError> {
        let Some((file, path)) = self.file else { return Ok(()) };
        file.finish().await.map_err(|error| DocumentError::File { path, error })
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}
