//! Uploads of files and images for messages.

use lark_core::FilePart;

use crate::v1::FileType;
use crate::v1::file::CreateFileRequest;
use crate::v1::image::CreateImageRequest;

/// Maximum size of a file for `im.v1.file.create`, in bytes: 30 MiB. Source:
/// <https://open.feishu.cn/document/server-docs/im-v1/file/create>.
pub const MAX_FILE_BYTES: u64 = 30 * 1024 * 1024;

/// Maximum size of an image for `im.v1.image.create`, in bytes: 10 MiB. Source:
/// <https://open.feishu.cn/document/server-docs/im-v1/image/create>.
pub const MAX_IMAGE_BYTES: u64 = 10 * 1024 * 1024;

impl CreateFileRequest {
    /// Sets the file, its name, and its type by the extension of the name: `stream` if the platform has
    /// no type for it. A file larger than [`MAX_FILE_BYTES`] fails before it is read. Set `duration` (ms)
    /// of audio and video yourself.
    ///
    /// ```no_run
    /// use lark_core::{Client, FilePart};
    /// use lark_im::content::File;
    /// use lark_im::v1::{file, message};
    ///
    /// # async fn run(client: Client) -> lark_core::Result<()> {
    /// let report = FilePart::path("reports/2026.pdf");
    /// let uploaded = client.send(file::create().upload(report)).await?;
    /// let send = message::create().receive_id_type("chat_id").receive_id("oc_42");
    /// client.send(send.message(File::new(uploaded.file_key))).await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn upload(self, file: FilePart) -> Self {
        let name = file.name().to_owned();
        self.file_type(type_of(&name)).file_name(name).file(file.max_size(MAX_FILE_BYTES))
    }
}

impl CreateImageRequest {
    /// Sets the image. One larger than [`MAX_IMAGE_BYTES`] fails before it is read. Set `image_type`
    /// yourself: `message` or `avatar`.
    #[must_use]
    pub fn upload(self, image: FilePart) -> Self {
        self.image(image.max_size(MAX_IMAGE_BYTES))
    }
}

fn type_of(name: &str) -> FileType {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref().unwrap_or_default() {
        "opus" => FileType::Opus,
        "mp4" => FileType::Mp4,
        "pdf" => FileType::Pdf,
        "doc" | "docx" => FileType::Doc,
        "xls" | "xlsx" => FileType::Xls,
        "ppt" | "pptx" => FileType::Ppt,
        _ => FileType::Stream,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::file;

    #[test]
    fn an_upload_has_name_type_and_limit() {
        let request = file::create().upload(FilePart::bytes("合同.PDF", "x"));
        assert_eq!(request.file_name.as_deref(), Some("合同.PDF"));
        assert_eq!(request.file_type, Some(FileType::Pdf));
        assert_eq!(request.file, Some(FilePart::bytes("合同.PDF", "x").max_size(MAX_FILE_BYTES)));
        assert_eq!(type_of("notes"), FileType::Stream);
    }
}
