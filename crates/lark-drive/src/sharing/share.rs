//! Adding members to a document.

use std::collections::VecDeque;
use std::future::IntoFuture;
use std::pin::Pin;

use lark_core::__private::invalid_request;
use lark_core::{Client, Error};

use super::{Document, Member, ShareError};
use crate::v1::{Perm, PermType, permission_member};

/// Members that are added to a document. Awaiting it makes a call for each, at the documented 5 a second.
#[must_use = "nothing is shared until it is awaited"]
pub struct Share {
    client: Client,
    pub(super) document: Document,
    pub(super) left: VecDeque<(Member, Perm)>,
    pub(super) added: usize,
    is_page_only: bool,
    notifies: bool,
}

/// Shares a document with people, chats, departments or groups.
///
/// Somebody who is a member already gets the new role.
pub fn share(client: &Client, document: Document) -> Share {
    let client = client.with_documented_rate_limits();
    let (left, added) = (VecDeque::new(), 0);
    Share { client, document, left, added, is_page_only: false, notifies: false }
}

impl Share {
    /// Adds somebody: `Perm::View`, `Perm::Edit` or `Perm::FullAccess`.
    pub fn with(mut self, member: Member, perm: impl Into<Perm>) -> Self {
        self.left.push_back((member, perm.into()));
        self
    }

    /// Shares only the page of a wiki node, without those below it. Default: all of them.
    pub fn page_only(mut self) -> Self {
        self.is_page_only = true;
        self
    }

    /// Notifies the new members. Only with a user access token; without one the platform rejects it.
    pub fn notify(mut self) -> Self {
        self.notifies = true;
        self
    }

    /// Nothing is sent before every member is known to be one.
    fn check(&self) -> Result<(), usize> {
        let wrong = self.left.iter().position(|(member, _)| member.check().is_err());
        wrong.map_or(Ok(()), Err)
    }

    async fn run(&mut self) -> Result<(), Error> {
        if let Err(index) = self.check() {
            // The error is about the one in front.
            self.left.rotate_left(index);
            let why = self.left.front().and_then(|(member, _)| member.check().err());
            let operation = "drive.v1.permission.member.create";
            return Err(invalid_request(operation, why.unwrap_or_default()));
        }
        while let Some((member, perm)) = self.left.front() {
            let mut add = permission_member::create(self.document.token())
                .type_(self.document.kind().clone())
                .member_type(member.id_type.clone())
                .member_id(member.id())
                .perm(perm.clone());
            add.body_type.clone_from(&member.kind);
            add.perm_type = self.is_page_only.then_some(PermType::SinglePage);
            add.need_notification = self.notifies.then_some(true);
            self.client.send(add).await?;
            self.left.pop_front();
            self.added += 1;
        }
        Ok(())
    }
}

impl IntoFuture for Share {
    /// The number of members that were added.
    type Output = Result<usize, ShareError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.run().await {
                Ok(()) => Ok(self.added),
                Err(cause) => Err(ShareError { cause, rest: Box::new(self) }),
            }
        })
    }
}
