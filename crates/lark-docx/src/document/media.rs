//! The two calls of Drive that documents need: images go up to their blocks, and come down.

use lark_core::{Client, FilePart};

use super::images::MAX_BYTES;

/// `drive.v1.media.upload_all`, for the image of a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct UploadImage {
    extra: Option<String>,
    file: Option<FilePart>,
    file_name: Option<String>,
    parent_node: Option<String>,
    parent_type: Option<String>,
    size: Option<i64>,
}
lark_core::operation! { UploadImage => UploadedImage;
    "drive.v1.media.upload_all" POST "/open-apis/drive/v1/medias/upload_all" multipart [Tenant User] {
        summary: "Uploads an image into a block of a document.",
        any_of: "docs:document.media:upload drive:drive docs:doc",
        rate: "20/s",
    };
    body extra: into String,
    body file! as file: copy FilePart,
    body file_name!: into String,
    body parent_node!: into String,
    body parent_type!: into String,
    body size!: copy i64,
}

/// What an upload returns.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct UploadedImage {
    pub(super) file_token: String,
}
lark_core::record! { UploadedImage decode; file_token! }

/// An upload of an image to its block.
pub(super) fn upload(document_id: &str, block_id: &str, part: FilePart, size: u64) -> UploadImage {
    let extra = lark_core::Value::from_iter([("drive_route_token", document_id)]);
    UploadImage::default()
        .extra(extra.to_string())
        .file_name(part.name().to_owned())
        .file(part)
        .parent_node(block_id)
        .parent_type("docx_image")
        .size(i64::try_from(size).unwrap_or(i64::MAX))
}

/// `drive.v1.media.download`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DownloadImage {
    file_token: String,
}
lark_core::operation! { DownloadImage => lark_core::Download;
    "drive.v1.media.download" GET "/open-apis/drive/v1/medias/{file_token}/download" [Tenant User] {
        summary: "Downloads an image of a document.",
        any_of: "docs:document.media:download drive:drive drive:drive:readonly docs:doc docs:doc:readonly",
        rate: "20/s",
    };
    path file_token,
}

/// The name and content of an image; `None` if the platform does not give it away.
pub(super) async fn content(
    client: &Client,
    file_token: &str,
) -> lark_core::Result<Option<(String, Vec<u8>)>> {
    let download = match client.send(download(file_token)).await {
        Ok(download) => download,
        Err(error) if error.api().is_some() && !error.is_transient() => return Ok(None),
        Err(error) => return Err(error),
    };
    let name = download.file_name().unwrap_or_else(|| "image".to_owned());
    let limit = usize::try_from(MAX_BYTES).unwrap_or(usize::MAX);
    Ok(Some((name, download.bytes(limit).await?.into())))
}

/// A download of an image, by its token.
pub(super) fn download(file_token: &str) -> DownloadImage {
    DownloadImage { file_token: file_token.to_owned() }
}
