//! What was asked of a sandbox so far.

use super::Sandbox;
use crate::control::{Calls, Command, FindFile, UnknownInputList, UnlistedValueList};
use crate::gateway::{RecordedCall, UnknownInput, UnlistedValue};
use crate::services::StoredFile;

impl Sandbox {
    /// Requests received, rejected ones included.
    pub fn requests(&self) -> u64 {
        self.instance.gateway.counts.all()
    }

    /// Requests to the four endpoints that issue tokens to apps.
    pub fn token_requests(&self) -> u64 {
        self.instance.gateway.counts.tokens()
    }

    /// Requests to one operation, rejected ones included.
    pub fn requests_of(&self, operation_id: &str) -> u64 {
        self.instance.gateway.counts.of(operation_id)
    }

    /// The requests that got a response so far, in the order of their responses; the last 100,000 of them.
    pub fn calls(&self) -> Vec<RecordedCall> {
        Calls { operation_id: None }.run(&self.instance)
    }

    /// Those of one operation.
    pub fn calls_of(&self, operation_id: &str) -> Vec<RecordedCall> {
        Calls { operation_id: Some(operation_id.to_owned()) }.run(&self.instance)
    }

    /// Query parameters and fields that came and are in no spec, such as mistyped ones, by operation. The
    /// platform ignores them; see [`Builder::strict`](crate::Builder::strict).
    pub fn unknown_inputs(&self) -> Vec<UnknownInput> {
        UnknownInputList.run(&self.instance)
    }

    /// Values that came and that an enum of a spec does not list, such as mistyped ones, by operation. They
    /// are taken, because the platform adds to enums at will; see [`Builder::strict`](crate::Builder::strict).
    pub fn unlisted_values(&self) -> Vec<UnlistedValue> {
        UnlistedValueList.run(&self.instance)
    }

    /// A file that was uploaded, by any app or user: by its `file_key` or `image_key`, its token in
    /// Drive, or the guid of the attachment. None if there is none, or the sandbox is stateless.
    pub fn stored_file(&self, key: &str) -> Option<StoredFile> {
        FindFile { key: key.to_owned() }.run(&self.instance)
    }

    /// The number of parts of uploads to Drive that were accepted, in all tenants. One that came twice counts
    /// twice.
    pub fn parts_received(&self) -> u64 {
        self.instance.platform.files.parts_received()
    }

    /// Distinct messages sent, in all tenants, those that people wrote included. A request that repeats the `uuid` of an earlier one
    /// adds none. Always 0 if the sandbox is stateless.
    pub fn messages_sent(&self) -> usize {
        self.instance.platform.im.messages_sent()
    }
}
