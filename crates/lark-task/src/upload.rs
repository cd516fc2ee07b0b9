//! Attachments of tasks.

use lark_core::FilePart;

use crate::v2::attachment::UploadAttachmentRequest;

/// Maximum size of an attachment, in bytes: 50 MiB. Source: the official page of
/// `task.v2.attachment.upload`.
pub const MAX_ATTACHMENT_BYTES: u64 = 50 * 1024 * 1024;

impl UploadAttachmentRequest {
    /// Attaches `file` to a task. A file larger than [`MAX_ATTACHMENT_BYTES`] fails before it is read.
    ///
    /// ```no_run
    /// use lark_core::{Client, FilePart};
    /// use lark_task::v2::attachment;
    ///
    /// # async fn run(client: Client) -> lark_core::Result<()> {
    /// let request = attachment::upload().to_task("task guid", FilePart::path("合同 v2.pdf"));
    /// println!("{:?}", client.send(request).await?.items);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn to_task(self, task_guid: impl Into<String>, file: FilePart) -> Self {
        let file = file.max_size(MAX_ATTACHMENT_BYTES);
        self.resource_type("task").resource_id(task_guid).file(file)
    }
}
