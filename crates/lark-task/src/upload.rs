//! Attachments of tasks.

use lark_core::FilePart;

use crate::v2::attachment::UploadAttachmentRequest;

/// The largest attachment, in bytes: 50 MB. Source: the official page of
/// `task.v2.attachment.upload`.
pub const ATTACHMENT_LIMIT: u64 = 50 * 1024 * 1024;

impl UploadAttachmentRequest {
    /// Attaches `file` to a task. One over [`ATTACHMENT_LIMIT`] is refused before it is read.
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
        let file = file.max_size(ATTACHMENT_LIMIT);
        self.resource_type("task").resource_id(task_guid).file(file)
    }
}
