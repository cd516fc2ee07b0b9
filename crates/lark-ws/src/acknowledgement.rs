//! The acknowledgement of an event: its own frame, with the outcome as the payload.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;

use crate::frame::{Frame, Writer};

/// How an event ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The platform need not send it again.
    Handled {
        /// How long the handler took, in milliseconds.
        elapsed_ms: u64,
        /// The reply to a callback, in JSON.
        reply: Option<Bytes>,
    },
    /// The platform is to send it again.
    Failed,
}

/// What is kept of an event's frame until it is acknowledged.
#[derive(Debug)]
pub struct Receipt {
    bytes: Vec<u8>,
    /// Where the headers end.
    headers_end: usize,
    /// Where the payload belongs.
    payload_at: usize,
}

impl Receipt {
    /// Keeps everything of the frame but its payload. The platform wants all ids and headers back,
    /// also those that are not known.
    #[must_use]
    pub fn of(frame: &Frame<'_>) -> Self {
        let mut out = Writer(Vec::with_capacity(256));
        frame.write_head(&mut out);
        let headers_end = out.0.len();
        frame.write_encoding(&mut out);
        let payload_at = out.0.len();
        frame.write_log_id(&mut out);
        Self { bytes: out.0, headers_end, payload_at }
    }

    /// The id under which the platform logged the event, if it has sent one as a text.
    pub(crate) fn log_id(&self) -> Option<&str> {
        Frame::decode(&self.bytes).ok()?.log_id_new
    }

    /// The frame to send back. It is the same, byte for byte, as that of the platform's own SDK for
    /// Python.
    #[must_use]
    pub fn acknowledge(&self, outcome: &Outcome) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(self.bytes.len() + 64));
        out.0.extend_from_slice(&self.bytes[..self.headers_end]);
        if let Outcome::Handled { elapsed_ms, .. } = outcome {
            out.header("biz_rt", &elapsed_ms.to_string());
        }
        out.0.extend_from_slice(&self.bytes[self.headers_end..self.payload_at]);
        match outcome {
            Outcome::Handled { reply: None, .. } => out.payload(Some(br#"{"code": 200}"#)),
            Outcome::Handled { reply: Some(reply), .. } => {
                let data = BASE64_STANDARD.encode(reply);
                out.payload(Some(format!(r#"{{"code": 200, "data": "{data}"}}"#).as_bytes()));
            }
            Outcome::Failed => out.payload(Some(br#"{"code": 500}"#)),
        }
        out.0.extend_from_slice(&self.bytes[self.payload_at..]);
        out.0
    }
}
