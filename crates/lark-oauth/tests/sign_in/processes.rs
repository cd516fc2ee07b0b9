//! Real processes that share a directory, over real HTTP, some of them killed. Real time.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use lark_core::http::Request;
use lark_core::{Body, Client, FileStore};
use lark_oauth::UserSessions;
use lark_test_support::Directory;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::authorization_server::{AuthorizationServer, Mishap, call};

const DIRECTORY: &str = "LARK_TEST_SESSIONS_IN";
const BASE_URL: &str = "LARK_TEST_BASE_URL";
const ROUNDS: usize = 8;

fn client(directory: &Path, base_url: &str) -> Client {
    let store = FileStore::open(directory).expect("it can be opened");
    let client = Client::builder("cli_test", "hush-secret").base_url(base_url).store(store);
    client.build().expect("the options are fine")
}

/// What the copies of this program run; nothing in an ordinary run.
#[tokio::test]
async fn refresh_all_the_time_for_the_parent() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let base_url = std::env::var(BASE_URL).expect("it is set as well");
    let client = client(Path::new(&directory), &base_url);
    let session = UserSessions::new(client.clone()).session("ou_1");
    for _ in 0..ROUNDS {
        session.refresh_now().await.expect("a grant");
        call(&client, &session).await.expect("the token works");
    }
}

fn start(directory: &Path, base_url: &str) -> Child {
    Command::new(std::env::current_exe().expect("it is running"))
        .args(["--exact", "processes::refresh_all_the_time_for_the_parent", "--nocapture"])
        .env(DIRECTORY, directory)
        .env(BASE_URL, base_url)
        .stdout(Stdio::null())
        .spawn()
        .expect("it can be started")
}

/// Signs a user in on a server, and returns the URL at which it answers.
async fn served(server: &AuthorizationServer, directory: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let sessions = UserSessions::new(client(directory, &url));
    sessions.save("ou_1", &server.grant()).await.expect("the store works");
    let server = server.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let server = server.clone();
            // An error is a process that was killed.
            tokio::spawn(async move { _ = serve(&server, stream).await });
        }
    });
    url
}

/// Answers one request. It is executed also if nobody is there any more for the answer.
async fn serve(server: &AuthorizationServer, mut stream: TcpStream) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            let names: Vec<_> = text.lines().skip(1).map(str::to_owned).collect();
            break ((text.lines().next().unwrap_or_default().to_owned(), names), body.to_owned());
        }
    };
    let path = head.0.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut request = Request::builder().uri(path);
    for (name, value) in head.1.iter().map_while(|line| line.split_once(": ")) {
        request = request.header(name, value);
    }
    let request = request.body(Body::from(body)).expect("a valid request");
    let (status, body) = server.answer(request).await.expect("it answers");
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all([head, body].concat().as_bytes()).await
}

/// Waits for a process without holding up the server, which runs in this one.
async fn ended(mut child: Child) -> bool {
    let status = tokio::task::spawn_blocking(move || child.wait()).await.expect("no panic");
    status.expect("it was started").success()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_grant_is_lost_among_processes() {
    let directory = Directory::new();
    let server = AuthorizationServer::new();
    let url = served(&server, directory.path()).await;
    let children: Vec<_> = (0..3).map(|_| start(directory.path(), &url)).collect();
    for child in children {
        assert!(ended(child).await, "each of its refreshes and calls worked");
    }
    assert_eq!(server.most_uses(), 1);
    assert_eq!(server.requests(), server.used());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_nothing_if_the_platform_repeats_its_answer() {
    let directory = Directory::new();
    let server = AuthorizationServer::new().repeating();
    let url = served(&server, directory.path()).await;
    let dies_at = async |mishap| {
        server.mishap(mishap);
        let mut victim = start(directory.path(), &url);
        server.is_silent().await;
        // It waits for the lock that the victim holds.
        let next = start(directory.path(), &url);
        victim.kill().expect("it runs");
        assert!(!ended(victim).await);
        assert!(ended(next).await, "it takes over, and each of its refreshes and calls worked");
    };
    dies_at(Mishap::Deafness).await;
    assert_eq!(server.most_uses(), 1, "the server never got it");
    dies_at(Mishap::Silence).await;
    dies_at(Mishap::Silence).await;
    assert_eq!(server.most_uses(), 2, "once more by who came after");
}
