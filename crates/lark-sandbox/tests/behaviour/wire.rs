//! The bytes on the wire.

use lark_sandbox::Sandbox;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Client, USERS};

async fn connect(sandbox: &Sandbox) -> TcpStream {
    let url = sandbox.base_url();
    let address = url.strip_prefix("http://").expect("a scheme");
    TcpStream::connect(address).await.expect("it listens")
}

/// Reads one response: its head, and its body.
async fn response(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break end;
        }
        let read = stream.read_buf(&mut bytes).await.expect("an answer");
        assert_ne!(read, 0, "closed after {:?}", String::from_utf8_lossy(&bytes));
    };
    let mut body = bytes.split_off(end + 4);
    let head = String::from_utf8(bytes).expect("text");
    let length = head.to_lowercase();
    let length = length.lines().find_map(|it| it.strip_prefix("content-length: "));
    let length: usize = length.expect("a length").parse().expect("a number");
    while body.len() < length {
        assert_ne!(stream.read_buf(&mut body).await.expect("an answer"), 0);
    }
    (head, String::from_utf8(body).expect("text"))
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// The head of a form in chunks, and the boundary is `b`.
fn form_head(client: &Client) -> String {
    format!(
        "POST /open-apis/im/v1/images HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\n\
         content-type: multipart/form-data; boundary=b\r\ntransfer-encoding: chunked\r\n\r\n",
        client.token
    )
}

#[tokio::test]
async fn a_connection_goes_on_after_a_form_in_chunks() {
    let client = Client::start().await;
    let mut stream = connect(&client.sandbox).await;
    let part = |name: &str, value: &str| {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"");
        format!("--b\r\n{head}\r\n\r\n{value}\r\n")
    };
    let form = part("image_type", "message") + &part("image", "content") + "--b--\r\n";
    let epilogue: String = (0..64).map(|_| chunk("an epilogue")).collect();
    for rest in [String::new(), epilogue] {
        stream
            .write_all((form_head(&client) + &chunk(&form)).as_bytes())
            .await
            .expect("it is read");
        // Meanwhile the form is seen to its end, but not the body.
        client.get(USERS).await.data();
        stream.write_all((rest + "0\r\n\r\n").as_bytes()).await.expect("it is read");
        let (head, body) = response(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 200 ") && body.contains("image_key"), "{head}{body}");
    }
}

#[tokio::test]
async fn a_connection_goes_on_after_a_form_that_is_none() {
    let client = Client::start().await;
    let mut stream = connect(&client.sandbox).await;
    let more: String = (0..64).map(|_| chunk("and more")).collect();
    for _ in 0..2 {
        let body = chunk("--b\r\nno header\r\n\r\n") + &more + "0\r\n\r\n";
        stream.write_all((form_head(&client) + &body).as_bytes()).await.expect("it is read");
        let (head, body) = response(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 400 ") && body.contains("99992402"), "{head}{body}");
    }
}

/// As on the platform, but for two that its Python SDK looks up in capitals.
#[tokio::test]
async fn header_names_are_lower_case() {
    let client = Client::start().await;
    let mut stream = connect(&client.sandbox).await;
    let get = format!(
        "GET /open-apis/drive/v1/export_tasks/file/box1/download HTTP/1.1\r\nhost: a\r\n\
         authorization: Bearer {}\r\n\r\n",
        client.token
    );
    stream.write_all(get.as_bytes()).await.expect("it is read");
    let (head, _) = response(&mut stream).await;
    let names = head.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0));
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    let expected = ["Content-Disposition", "X-Tt-Logid", "content-length", "content-type", "date"];
    assert_eq!(names, expected, "{head}");
}
