//! Lets a colleague edit a document and the whole tenant read it, and lists who may do what.
//!
//! On the real platform set LARK_APP_ID and LARK_APP_SECRET, LARK_DOCUMENT (its token) and LARK_OPEN_ID.

use std::error::Error;
use std::process::ExitCode;

use lark_core::Client;
use lark_drive::v1::permission_member;
use lark_drive::v2::permission_public;
use lark_examples::{Platform, println, setting, start};

#[tokio::main]
async fn main() -> ExitCode {
    start(include_str!("share_file.rs"), run()).await
}

async fn run() -> Result<(), Box<dyn Error>> {
    let platform = Platform::connect().await?;
    let document = setting("LARK_DOCUMENT", "doxcnexample", "the token of a document")?;
    let person = setting("LARK_OPEN_ID", "ou_colleague", "the open id of a colleague")?;
    Ok(share(&platform.client, &document, &person).await?)
}

async fn share(client: &Client, document: &str, person: &str) -> lark_core::Result<()> {
    let add = permission_member::create(document)
        .type_("docx")
        .member_type("openid")
        .member_id(person)
        .perm("edit")
        .need_notification(true);
    client.send(add).await?;
    println!("{person} may edit {document}");

    let public =
        permission_public::patch(document).type_("docx").link_share_entity("tenant_readable");
    client.send(public).await?;

    let members = client.send(permission_member::list(document).type_("docx")).await?;
    for member in &members.items {
        println!("{:?} {:?}", member.member_id, member.perm);
    }
    Ok(())
}
