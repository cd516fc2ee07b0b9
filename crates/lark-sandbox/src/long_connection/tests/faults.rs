//! What goes wrong by command.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::client::{Client, authority, url};
use super::{connected, sandbox, soon};
use crate::{ConnectionFault, Fault, PushFailure, Sandbox, Times, WrongFrame};

const RECEIVED: &str = "im.message.receive_v1";
const DISCOVERY: &str = "callback.ws.endpoint";
const UPGRADE: &str = "callback.ws.connect";

/// Whether something is still not there after a time in which it would be. With a paused clock that is when
/// there is nothing else to do.
async fn hangs<T>(future: impl Future<Output = T>) -> bool {
    tokio::time::timeout(Duration::from_millis(200), future).await.is_err()
}

/// A sandbox that waits for acknowledgements for a moment only.
async fn impatient() -> (Sandbox, Client) {
    let builder = Sandbox::builder().push_timeout(Duration::from_millis(100)).part_size(200);
    let sandbox = builder.start().await.expect("a port is free");
    let client = Client::connect(&sandbox).await;
    (sandbox, client)
}

#[tokio::test]
async fn each_phase_has_a_black_hole() {
    let sandbox = sandbox().await;
    sandbox.fault(DISCOVERY, Times::Once, Fault::hang());
    assert!(hangs(url(&sandbox)).await, "discovery");

    sandbox.connection_fault(Times::Once, ConnectionFault::connect_hole());
    let hole = url(&sandbox).await;
    assert!(hangs(TcpStream::connect(authority(&hole))).await, "connecting");

    sandbox.connection_fault(Times::Once, ConnectionFault::silent_hole());
    let hole = url(&sandbox).await;
    let mut stream = TcpStream::connect(authority(&hole)).await.expect("it connects");
    stream.write_all(b"\x16\x03\x01").await.expect("it takes bytes");
    assert!(hangs(stream.read_u8()).await, "TLS");

    sandbox.fault(UPGRADE, Times::Once, Fault::hang());
    let good = url(&sandbox).await;
    assert!(hangs(Client::open(&sandbox, &good)).await, "the upgrade");
    // It was not executed, so the URL is good still.
    let mut client = Client::open(&sandbox, &good).await.expect("it is let in");

    assert_eq!(sandbox.break_connections(ConnectionFault::silence()), 1);
    client.ping().await;
    assert!(hangs(client.frame()).await, "the pong");
    assert_eq!(sandbox.connections()[0].pings, 1);
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_is_refused_with_what_the_platform_says() {
    let sandbox = sandbox().await;
    sandbox.fault(UPGRADE, Times::Once, Fault::refused_upgrade(514, Some(1_000_040_350)));
    match Client::open(&sandbox, &url(&sandbox).await).await {
        Err(Error::Http(response)) => {
            let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
            assert_eq!(header("Handshake-Status"), "514");
            assert_eq!(header("Handshake-Autherrcode"), "1000040350");
        }
        other => panic!("{:?}", other.err()),
    }
    assert_eq!(sandbox.connections_opened(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_half_open_connection_takes_nothing_and_gets_its_share_of_events() {
    let (sandbox, mut client) = impatient().await;
    sandbox.break_connections(ConnectionFault::half_open());
    client.ping().await;
    assert!(hangs(client.message()).await);
    sandbox.pushes().push_sample(RECEIVED, 1).await.expect("the app is connected");
    assert_eq!(sandbox.deliveries()[0].failure, Some(PushFailure::Timeout));
    assert_eq!((sandbox.connections().len(), sandbox.connections()[0].pings), (1, 0));
    // By command it ends all the same.
    sandbox.close_connections();
    let gone = async {
        while !sandbox.connections().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    soon(gone).await;
}

#[tokio::test(start_paused = true)]
async fn bytes_drip_and_the_frame_is_whole_in_the_end() {
    let sandbox = sandbox().await;
    let drip = ConnectionFault::drip(10, Duration::from_millis(5));
    sandbox.connection_fault(Times::Once, drip);
    let mut client = Client::connect(&sandbox).await;
    let began = Instant::now();
    client.ping().await;
    assert_eq!(client.frame().await.header("type"), Some("pong"));
    // 120 bytes or so are 12 drips.
    assert!(began.elapsed() >= Duration::from_millis(50), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_frame_is_torn() {
    let sandbox = sandbox().await;
    let mut client = Client::dial(&url(&sandbox).await).await.expect("it is let in");
    sandbox.break_connections(ConnectionFault::torn_frame());
    client.ping().await;
    assert!(matches!(client.message().await, Some(Err(_))), "half a frame is no frame");
}

#[tokio::test(start_paused = true)]
async fn pongs_come_late_and_bare() {
    let (sandbox, mut client) = connected().await;
    sandbox.break_connections(ConnectionFault::late_pong(Duration::from_millis(100)));
    sandbox.break_connections(ConnectionFault::bare_pong());
    let began = Instant::now();
    client.ping().await;
    assert_eq!(client.frame().await.payload, None);
    assert!(began.elapsed() >= Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn a_connection_lives_as_long_as_it_is_given() {
    let sandbox = sandbox().await;
    let lifetime = ConnectionFault::lifetime(Duration::from_millis(50));
    sandbox.connection_fault(Times::Next(2), lifetime);
    for _ in 0..2 {
        let mut client = Client::connect(&sandbox).await;
        assert!(matches!(client.message().await, Some(Ok(Message::Close(_)))));
        assert!(client.message().await.is_none());
    }
    let mut third = Client::connect(&sandbox).await;
    assert!(hangs(third.message()).await, "only two were to be short");
}

#[tokio::test]
async fn a_connection_is_reset() {
    let sandbox = sandbox().await;
    let mut client = Client::dial(&url(&sandbox).await).await.expect("it is let in");
    sandbox.break_connections(ConnectionFault::reset());
    match client.message().await {
        Some(Err(Error::Io(error))) => {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn wrong_frames_come_and_the_connection_goes_on_where_it_can() {
    for (name, frame) in WrongFrame::ALL {
        let (sandbox, mut client) = connected().await;
        sandbox.break_connections(ConnectionFault::wrong_frame(frame));
        client.ping().await;
        let broken = [WrongFrame::ReservedOpcode, WrongFrame::ReservedBit, WrongFrame::Masked];
        match client.message().await {
            // What no client can go on from.
            Some(Err(_)) => {
                assert!(broken.contains(&frame) || frame == WrongFrame::Endless, "{name}")
            }
            Some(Ok(_)) => {
                assert!(!broken.contains(&frame), "{name}");
                assert_eq!(client.frame().await.header("type"), Some("pong"), "{name}");
            }
            None => panic!("{name}: it was closed"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn parts_come_in_any_order_twice_and_not_at_all() {
    let (sandbox, mut client) = impatient().await;
    let payload = json!({ "text": "x".repeat(300) });
    let push = async || sandbox.pushes().push(RECEIVED, payload.clone()).await.expect("connected");
    let mut seen = Vec::new();
    for fault in [ConnectionFault::reversed_parts(), ConnectionFault::repeated_parts()] {
        sandbox.break_connections(fault);
        push().await;
        let part =
            async |client: &mut Client| client.frame().await.header("seq").map(str::to_owned);
        while !hangs(async { seen.extend(part(&mut client).await) }).await {}
    }
    assert_eq!(seen, ["2", "1", "0", "0", "0", "1", "1", "2", "2"]);
    sandbox.break_connections(ConnectionFault::lost_parts());
    push().await;
    assert!(hangs(client.event()).await, "a part is missing");
}

#[tokio::test]
async fn a_restart_ends_connections_and_urls_and_nothing_else() {
    let sandbox = sandbox().await;
    let mut client = Client::dial(&url(&sandbox).await).await.expect("it is let in");
    let old = url(&sandbox).await;
    let ids = sandbox.open_ids();
    sandbox.restart(Duration::from_millis(100));
    assert!(matches!(client.message().await, None | Some(Err(_))));
    let refused = TcpStream::connect(authority(&old)).await;
    assert_eq!(
        refused.map_err(|error| error.kind()).err(),
        Some(std::io::ErrorKind::ConnectionRefused)
    );
    let up = async {
        while TcpStream::connect(authority(&old)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    soon(up).await;
    assert!(Client::dial(&old).await.is_err(), "its ticket is forgotten");
    Client::connect(&sandbox).await;
    assert_eq!(sandbox.open_ids(), ids);
}
