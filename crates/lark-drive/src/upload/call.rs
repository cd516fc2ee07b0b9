//! The four calls of an upload, which files and medias have alike.

use std::time::Duration;

use lark_core::{Client, Result};

use super::job::Uploaded;
use super::source::Block;
use super::target::{Kind, Target};
use crate::v1;

/// Makes the calls for one of the two kinds.
#[derive(Clone)]
pub(super) struct Calls {
    client: Client,
    /// For the calls that carry a part, or a whole file.
    carrier: Client,
    kind: Kind,
}

/// What the platform makes of an upload in parts.
pub(super) struct Prepared {
    pub(super) upload_id: String,
    pub(super) block_size: i64,
    pub(super) block_num: i64,
}

impl Calls {
    pub(super) fn new(client: &Client, kind: Kind, timeout: Duration) -> Self {
        Self { client: client.clone(), carrier: client.with_timeout(timeout), kind }
    }

    pub(super) async fn all(&self, target: &Target, name: &str, block: &Block) -> Result<Uploaded> {
        let (kind, node) = target.parent.clone().unwrap_or_default();
        let size = signed(block.size);
        let file_token = match self.kind {
            Kind::File => {
                let mut call = v1::file::upload_all().file_name(name).size(size);
                call = call.parent_type(kind).parent_node(node);
                call = call.file(block.file.clone()).checksum(block.checksum.as_str());
                call.file_token.clone_from(&target.replaces);
                self.carrier.send(call).await?.file_token
            }
            Kind::Media => {
                let mut call = v1::media::upload_all().file_name(name).size(size);
                call = call.parent_type(kind).parent_node(node);
                call = call.file(block.file.clone()).checksum(block.checksum.as_str());
                call.extra.clone_from(&target.extra);
                self.carrier.send(call).await?.file_token
            }
        };
        Ok(Uploaded { file_token })
    }

    pub(super) async fn prepare(&self, target: &Target, name: &str, size: u64) -> Result<Prepared> {
        let (kind, node) = target.parent.clone().unwrap_or_default();
        match self.kind {
            Kind::File => {
                let mut call = v1::file::upload_prepare().file_name(name).size(signed(size));
                call = call.parent_type(kind).parent_node(node);
                call.file_token.clone_from(&target.replaces);
                let v1::UploadPrepareFileResponse { upload_id, block_size, block_num, .. } =
                    self.client.send(call).await?;
                Ok(Prepared { upload_id, block_size, block_num })
            }
            Kind::Media => {
                let mut call = v1::media::upload_prepare().file_name(name).size(signed(size));
                call = call.parent_type(kind).parent_node(node);
                call.extra.clone_from(&target.extra);
                let v1::UploadPrepareMediaResponse { upload_id, block_size, block_num, .. } =
                    self.client.send(call).await?;
                Ok(Prepared { upload_id, block_size, block_num })
            }
        }
    }

    pub(super) async fn part(&self, upload_id: &str, seq: u64, block: &Block) -> Result<()> {
        let (seq, size) = (signed(seq), signed(block.size));
        let (file, checksum) = (block.file.clone(), block.checksum.as_str());
        match self.kind {
            Kind::File => {
                let call = v1::file::upload_part().upload_id(upload_id).seq(seq).size(size);
                self.carrier.send(call.checksum(checksum).file(file)).await
            }
            Kind::Media => {
                let call = v1::media::upload_part().upload_id(upload_id).seq(seq).size(size);
                self.carrier.send(call.checksum(checksum).file(file)).await
            }
        }
    }

    pub(super) async fn finish(&self, upload_id: &str, parts: u64) -> Result<Uploaded> {
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
        Ok(Uploaded { file_token })
    }
}

/// The specs have sizes and numbers signed.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
