//! Lets a colleague edit a document and the whole tenant read it, and lists who may do what.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, LARK_DOCUMENT (its token) and LARK_OPEN_ID.

use std::error::Error;
use std::process::ExitCode;

use lark_core::Client;
use lark_drive::sharing::{self, Document, Member};
use lark_drive::v1::{Perm, permission_member};
use lark_drive::v2::LinkShareEntity;
use lark_examples::{Platform, println, setting, start};

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("share_file.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let document = setting("LARK_DOCUMENT", "doxcnexample", "the token of a document")?;
    let person = setting("LARK_OPEN_ID", "ou_colleague", "the open id of a colleague")?;
    share(&platform.client, &document, &person).await
}

async fn share(client: &Client, document: &str, person: &str) -> Result<(), Box<dyn Error>> {
    let document = Document::docx(document);
    sharing::share(client, document.clone()).with(Member::user(person), Perm::Edit).await?;
    println!("{person} may edit {document}");
    sharing::share_by_link(client, &document, LinkShareEntity::TenantReadable).await?;

    let list = permission_member::list(document.token()).type_("docx");
    for member in client.send(list).await?.items {
        println!("{:?} {:?}", member.member_id, member.perm);
    }
    Ok(())
}
