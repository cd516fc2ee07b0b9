//! Documents that are opened by their link.

use lark_core::__private::invalid_request;
use lark_core::{Client, Result};

use super::Document;
use crate::v1::CreatePermissionMemberType;
use crate::v2::{
    ExternalAccessEntity, LinkShareEntity, PatchPermissionPublicType, PermissionPublic,
    permission_public,
};

/// Chooses who may open a document by its link; the other settings stay as they are. What concerns everybody
/// (`AnyoneReadable`, `AnyoneEditable`) also allows sharing outside the tenant, without which the platform
/// refuses it; tenants may forbid that. See [`permission_public::patch`] for all settings.
///
/// # Errors
/// A folder, which has no such settings, or a call that failed.
pub async fn share_by_link(
    client: &Client,
    document: &Document,
    who: impl Into<LinkShareEntity>,
) -> Result<PermissionPublic> {
    if *document.kind() == CreatePermissionMemberType::Folder {
        let why = format!("{document} cannot be shared by link: a folder has no settings for that");
        return Err(invalid_request("drive.v2.permission.public.patch", why));
    }
    let who = who.into();
    let mut patch = permission_public::patch(document.token())
        .type_(PatchPermissionPublicType::from(document.kind().as_str()));
    if matches!(who, LinkShareEntity::AnyoneReadable | LinkShareEntity::AnyoneEditable) {
        patch.external_access_entity = Some(ExternalAccessEntity::Open);
    }
    let client = client.with_documented_rate_limits();
    let changed = client.send(patch.link_share_entity(who)).await?;
    Ok(changed.permission_public.unwrap_or_default())
}
