//! Uploads of files and images for messages.

use lark_core::FilePart;

use crate::v1::file::CreateFileRequest;
use crate::v1::image::CreateImageRequest;
use crate::v1::{FileType, ImageType};

/// Maximum size of a file for `im.v1.file.create`, in bytes: 30 MiB. Source:
/// <https://open.feishu.cn/document/server-docs/im-v1/file/create>.
pub const MAX_FILE_BYTES: u64 = 30 * 1024 * 1024;

/// Maximum size of an image for `im.v1.image.create`, in bytes: 10 MiB. Source:
/// <https://open.feishu.cn/document/server-docs/im-v1/image/create>.
pub const MAX_IMAGE_BYTES: u64 = 10 * 1024 * 1024;

impl CreateFileRequest {
    /// Sets the file, and unless they are set its name, and its type by the extension of the name:
    /// `stream` if the platform has no type for it. A file larger than [`MAX_FILE_BYTES`] fails before it is read. Set `duration` (ms)
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
    /// let content = File::new(uploaded.file_key);
    /// client.send(message::to("oc_42", content)).await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn upload(self, file: FilePart) -> Self {
        let name = self.file_name.clone().unwrap_or_else(|| file.name().to_owned());
        let file_type = self.file_type.clone().unwrap_or_else(|| type_of(&name));
        self.file_type(file_type).file_name(name).file(file.max_size(MAX_FILE_BYTES))
    }
}

impl CreateImageRequest {
    /// Sets the image, and its type unless that is set: `message`, for an image to be sent. Set
    /// `image_type` to `avatar` for one of a user or chat. An image larger than [`MAX_IMAGE_BYTES`]
    /// fails before it is read.
    #[must_use]
    pub fn upload(self, image: FilePart) -> Self {
        let image_type = self.image_type.clone().unwrap_or(ImageType::Message);
        self.image_type(image_type).image(image.max_size(MAX_IMAGE_BYTES))
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
    use crate::v1::{file, image};

    #[test]
    fn an_upload_has_name_type_and_limit() {
        let request = file::create().upload(FilePart::bytes("合同.PDF", "x"));
        assert_eq!(request.file_name.as_deref(), Some("合同.PDF"));
        assert_eq!(request.file_type, Some(FileType::Pdf));
        assert_eq!(request.file, Some(FilePart::bytes("合同.PDF", "x").max_size(MAX_FILE_BYTES)));
        assert_eq!(type_of("notes"), FileType::Stream);
        let voice = file::create().file_name("b.opus").upload(FilePart::bytes("a", "x"));
        assert_eq!(
            (voice.file_name.as_deref(), voice.file_type),
            (Some("b.opus"), Some(FileType::Opus))
        );
        let named =
            file::create().file_type(FileType::Stream).upload(FilePart::bytes("a.pdf", "x"));
        assert_eq!(named.file_type, Some(FileType::Stream));
    }

    #[test]
    fn an_image_is_for_a_message_unless_it_is_an_avatar() {
        let png = || FilePart::bytes("a.png", "x");
        assert_eq!(image::create().upload(png()).image_type, Some(ImageType::Message));
        for avatar in [
            image::create().image_type(ImageType::Avatar).upload(png()),
            image::create().upload(png()).image_type(ImageType::Avatar),
        ] {
            assert_eq!(avatar.image_type, Some(ImageType::Avatar));
        }
    }
}
