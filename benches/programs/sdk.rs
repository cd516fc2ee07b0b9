use lark_core::Client;
use lark_im::v1::message;

#[tokio::main]
async fn main() -> lark_core::Result<()> {
    let client = Client::from_env()?;
    let request = message::create().receive_id_type("chat_id").receive_id("oc_42");
    let sent = client.send(request.msg_type("text").content(r#"{"text":"hello"}"#)).await?;
    println!("{}", sent.message_id);
    Ok(())
}
