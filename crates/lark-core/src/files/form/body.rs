//! The body of a form.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::{Form, Section};
use crate::error::FileError;
use crate::files::part::Content;
use crate::transport::{Body, TransportError, TransportErrorKind};
use crate::util::BoxFuture;
use crate::util::idle::Activity;

/// The body of one attempt.
pub(crate) struct OpenForm {
    pub(crate) body: Body,
    pub(crate) failure: BodyFailure,
}

/// Why a body ended early, which the error of the HTTP stack does not say.
#[derive(Clone, Debug, Default)]
pub(crate) struct BodyFailure(Arc<OnceLock<FileError>>);

impl BodyFailure {
    pub(crate) fn get(&self) -> Option<FileError> {
        self.0.get().cloned()
    }
}

impl Form {
    /// Opens the files. Each chunk that is sent is recorded in `activity`.
    ///
    /// # Errors
    /// A file cannot be sent.
    pub(crate) fn open(
        &self,
        activity: Arc<Activity>,
    ) -> BoxFuture<'_, Result<OpenForm, FileError>> {
        Box::pin(async move {
            let mut sections = VecDeque::with_capacity(self.sections.len());
            for section in &self.sections {
                sections.push_back(match section {
                    Section::Text(text) => OpenSection::Text(text.clone().into()),
                    Section::File(file) => OpenSection::File(file.open(self.allow_empty).await?),
                });
            }
            let failure = BodyFailure::default();
            let left = sections.iter().map(OpenSection::length).sum();
            let body = FormBody { sections, left, failure: failure.clone() };
            Ok(OpenForm { body: Body::stream(body).with_activity(activity), failure })
        })
    }
}

enum OpenSection {
    Text(Bytes),
    File(Content),
}

impl OpenSection {
    fn length(&self) -> Option<u64> {
        match self {
            Self::Text(text) => Some(text.len() as u64),
            Self::File(content) => content.length(),
        }
    }
}

struct FormBody {
    sections: VecDeque<OpenSection>,
    /// Number of remaining bytes, if all lengths are known.
    left: Option<u64>,
    failure: BodyFailure,
}

impl FormBody {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, FileError>>> {
        loop {
            let next = match self.sections.front_mut() {
                None => return Poll::Ready(None),
                Some(OpenSection::Text(text)) if text.is_empty() => None,
                Some(OpenSection::Text(text)) => Some(Ok(std::mem::take(text))),
                Some(OpenSection::File(content)) => ready!(content.poll_next(cx)),
            };
            match next {
                None => _ = self.sections.pop_front(),
                next => return Poll::Ready(next),
            }
        }
    }
}

impl HttpBody for FormBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let piece = match ready!(self.poll_next(cx)) {
            None => return Poll::Ready(None),
            Some(Ok(piece)) => piece,
            Some(Err(error)) => {
                self.sections.clear();
                _ = self.failure.0.set(error.clone());
                let text = error.to_string();
                let error = TransportError::new(TransportErrorKind::Request, text);
                return Poll::Ready(Some(Err(error)));
            }
        };
        self.left = self.left.map(|left| left.saturating_sub(piece.len() as u64));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.sections.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::FilePart;

    #[tokio::test]
    async fn a_form_has_texts_and_files_with_their_own_names() {
        let mut form = Form::new(1, false);
        form.text("file_type", "pdf");
        form.file("file", &FilePart::bytes("合同 \"v2\".pdf", "%PDF"));
        form.finish();
        assert_eq!(form.boundary(), "lark-rs-0000000000000001");
        let expected = "--lark-rs-0000000000000001\r\n\
            Content-Disposition: form-data; name=\"file_type\"\r\n\r\npdf\r\n\
            --lark-rs-0000000000000001\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"合同 %22v2%22.pdf\"\r\n\
            Content-Type: application/octet-stream\r\n\r\n%PDF\r\n\
            --lark-rs-0000000000000001--\r\n";
        let body = form.open(Arc::default()).await.expect("in memory").body;
        assert_eq!(body.size_hint().exact(), Some(expected.len() as u64));
        let body = body.collect(1024).await.expect("in memory");
        assert_eq!(std::str::from_utf8(&body), Ok(expected));
    }
}
