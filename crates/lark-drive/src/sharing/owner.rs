//! Owners of documents.

use std::future::IntoFuture;
use std::pin::Pin;

use lark_core::__private::invalid_request;
use lark_core::{Client, Result};

use super::{Document, Member};
use crate::v1::{Perm, permission_member};

/// A change of the owner: its settings. Awaiting it makes the call.
#[must_use = "nothing is transferred until it is awaited"]
pub struct TransferOwner {
    client: Client,
    document: Document,
    owner: Member,
    keep: Option<Perm>,
    removes_old_owner: bool,
    stays_put: bool,
    notifies: Option<bool>,
}

/// Makes somebody the owner of a document, by open id, user id or email address, or an app by its id. The old
/// owner keeps the right to manage it, unless you say otherwise.
///
/// The platform takes 100 of these calls a minute. Who transfers more at once gives the client a timeout of more
/// than a minute ([`Client::with_timeout`]), because it includes the wait for the rate.
pub fn transfer_owner(client: &Client, document: Document, owner: Member) -> TransferOwner {
    TransferOwner {
        client: client.with_documented_rate_limits(),
        document,
        owner,
        keep: None,
        removes_old_owner: false,
        stays_put: false,
        notifies: None,
    }
}

impl TransferOwner {
    /// What the old owner may do from then on. Default: everything.
    pub fn old_owner_keeps(mut self, perm: impl Into<Perm>) -> Self {
        self.keep = Some(perm.into());
        self
    }

    /// Takes all rights from the old owner. A bot then cannot open the document any more.
    pub fn remove_old_owner(mut self) -> Self {
        self.removes_old_owner = true;
        self
    }

    /// Leaves a document where it is instead of moving it into the folder of the new owner.
    pub fn stay_put(mut self) -> Self {
        self.stays_put = true;
        self
    }

    /// Whether the new owner is notified. Only with a user access token.
    pub fn notify(mut self, notify: bool) -> Self {
        self.notifies = Some(notify);
        self
    }

    async fn run(self) -> Result<()> {
        let wrong = |why: String| invalid_request("drive.v1.permission.member.transfer_owner", why);
        self.owner.check().map_err(wrong)?;
        let owner_type = self.owner.owner_type().ok_or_else(|| {
            wrong(format!(
                "{} cannot own {}: only a person or an app can",
                self.owner, self.document
            ))
        })?;
        let mut transfer = permission_member::transfer_owner(self.document.token())
            .type_(self.document.kind().clone())
            .member_type(owner_type)
            .member_id(self.owner.id());
        transfer.old_owner_perm = self.keep.map(|it| it.as_str().to_owned());
        transfer.remove_old_owner = self.removes_old_owner.then_some(true);
        transfer.stay_put = self.stays_put.then_some(true);
        transfer.need_notification = self.notifies;
        self.client.send(transfer).await
    }
}

impl IntoFuture for TransferOwner {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
