mod http;

use std::{env, error::Error};

use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

const HOST: &str = "https://open.feishu.cn";

#[derive(Serialize)]
struct Credentials<'a> {
    app_id: &'a str,
    app_secret: &'a str,
}

#[derive(Deserialize)]
struct Token {
    tenant_access_token: String,
}

#[derive(Serialize)]
struct NewMessage<'a> {
    receive_id: &'a str,
    msg_type: &'a str,
    content: &'a str,
}

#[derive(Deserialize)]
struct Envelope<T> {
    code: i64,
    msg: String,
    data: Option<T>,
}

#[derive(Deserialize)]
struct Message {
    message_id: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let http = http::client()?;
    let (id, secret) = (env::var("LARK_APP_ID")?, env::var("LARK_APP_SECRET")?);
    let url = format!("{HOST}/open-apis/auth/v3/tenant_access_token/internal");
    let credentials = Credentials { app_id: &id, app_secret: &secret };
    let token: Token = call(http.post(url), &credentials).await?;
    let url = format!("{HOST}/open-apis/im/v1/messages?receive_id_type=chat_id");
    let content = r#"{"text":"hello"}"#;
    let message = NewMessage { receive_id: "oc_42", msg_type: "text", content };
    let request = http.post(url).bearer_auth(token.tenant_access_token);
    let answer: Envelope<Message> = call(request, &message).await?;
    match answer.data {
        Some(sent) if answer.code == 0 => println!("{}", sent.message_id),
        _ => return Err(format!("{}: {}", answer.code, answer.msg).into()),
    }
    Ok(())
}

async fn call<T: DeserializeOwned>(
    request: reqwest::RequestBuilder,
    body: &impl Serialize,
) -> Result<T, Box<dyn Error>> {
    let request = request.header(CONTENT_TYPE, "application/json; charset=utf-8");
    let response = request.body(serde_json::to_vec(body)?).send().await?;
    Ok(serde_json::from_slice(&response.bytes().await?)?)
}
