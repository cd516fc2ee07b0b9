//! The four calls of an upload, which are alike for files and medias.

use std::time::Duration;

use lark_core::{Client, Result};

use super::send::UploadedFile;
use super::source::Block;
use super::target::{Kind, Target};
use crate::v1;

/// The calls for files or for medias.
#[derive(Clone)]
pub(super) struct Calls {
    client: Client,
    /// The client for calls that carry a part or a whole file.
    content_client: Client,
    kind: Kind,
}

/// The platform's response to the preparation of an upload in parts.
pub(super) struct PreparedUpload {
    pub(super) upload_id: String,
    pub(super) block_size: i64,
    pub(super) block_num: i64,
}

impl Calls {
    pub(super) fn new(client: &Client, kind: Kind, timeout: Duration) -> Self {
        Self { client: client.clone(), content_client: client.with_timeout(timeout), kind }
    }

    pub(super) async fn upload_all(
        &self,
        target: &Target,
        name: &str,
        block: &Block,
    ) -> Result<UploadedFile> {
        let (kind, node) = target.parent.clone().unwrap_or_default();
        let size = signed(block.size);
        let file_token = match self.kind {
            Kind::File => {
                let mut call = v1::file::upload_all().file_name(name).size(size);
                call = call.parent_type(v1::FileParentType::from_wire(&kind)).parent_node(node);
                call = call.file(block.file.clone()).checksum(block.checksum.as_str());
                call.file_token.clone_from(&target.replaces);
                self.content_client.send(call).await?.file_token
            }
            Kind::Media => {
                let mut call = v1::media::upload_all().file_name(name).size(size);
                call = call.parent_type(v1::MediaParentType::from_wire(&kind)).parent_node(node);
                call = call.file(block.file.clone()).checksum(block.checksum.as_str());
                call.extra.clone_from(&target.extra);
                self.content_client.send(call).await?.file_token
            }
        };
        Ok(UploadedFile { file_token })
    }

    pub(super) async fn upload_prepare(
        &self,
        target: &Target,
        name: &str,
        size: u64,
    ) -> Result<PreparedUpload> {
        let (kind, node) = target.parent.clone().unwrap_or_default();
        match self.kind {
            Kind::File => {
                let mut call = v1::file::upload_prepare().file_name(name).size(signed(size));
                call = call.parent_type(v1::FileParentType::from_wire(&kind)).parent_node(node);
                call.file_token.clone_from(&target.replaces);
                let v1::UploadPrepareFileResponse { upload_id, block_size, block_num, .. } =
                    self.client.send(call).await?;
                Ok(PreparedUpload { upload_id, block_size, block_num })
            }
            Kind::Media => {
                let mut call = v1::media::upload_prepare().file_name(name).size(signed(size));
                call = call.parent_type(v1::MediaParentType::from_wire(&kind)).parent_node(node);
                call.extra.clone_from(&target.extra);
                let v1::UploadPrepareMediaResponse { upload_id, block_size, block_num, .. } =
                    self.client.send(call).await?;
                Ok(PreparedUpload { upload_id, block_size, block_num })
            }
        }
    }

    pub(super) async fn upload_part(&self, upload_id: &str, seq: u64, block: &Block) -> Result<()> {
        let (seq, size) = (signed(seq), signed(block.size));
        let (file, checksum) = (block.file.clone(), block.checksum.as_str());
        match self.kind {
            Kind::File => {
                let call = v1::file::upload_part().upload_id(upload_id).seq(seq).size(size);
                self.content_client.send(call.checksum(checksum).file(file)).await
            }
            Kind::Media => {
                let call = v1::media::upload_part().upload_id(upload_id).seq(seq).size(size);
                self.content_client.send(call.checksum(checksum).file(file)).await
            }
        }
    }

    pub(super) async fn upload_finish(&self, upload_id: &str, parts: u64) -> Result<UploadedFile> {
        let parts = signed(parts);
        let file_token = match self.kind {
            Kind::File => {
                let call = v1::file::upload_finish().upload_id(upload_id).block_num(parts);
                self.client.send(call).await?.file_token
            }
            Kind::Media => {
                let call = v1::media::upload_finish().upload_id(upload_id).block_num(parts);
                self.client.send(call).await?.file_token
            }
        };
        Ok(UploadedFile { file_token })
    }
}

/// The platform's sizes and numbers are signed.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
