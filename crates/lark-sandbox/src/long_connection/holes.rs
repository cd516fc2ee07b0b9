//! Ports that lead nowhere.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Mutex;

use tokio::net::TcpSocket;

use super::fault::Hole;

/// The ports of one sandbox, made when they are first needed.
#[derive(Default)]
pub(super) struct Holes(Mutex<Open>);

#[derive(Default)]
struct Open {
    /// With the connection that fills its queue.
    connect: Option<(tokio::net::TcpListener, TcpStream)>,
    silent: Option<TcpListener>,
}

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

impl Holes {
    /// The address of a port that nobody accepts connections from.
    pub(super) fn address(&self, hole: Hole) -> io::Result<SocketAddr> {
        let mut open = crate::lock(&self.0);
        match hole {
            // The system takes connections without being asked, as many as fit the queue.
            Hole::Silent => {
                let listener = match open.silent.take() {
                    Some(listener) => listener,
                    None => TcpListener::bind(ANY)?,
                };
                open.silent.insert(listener).local_addr()
            }
            // With a queue that is full, it drops what asks for more.
            Hole::Connect => {
                if open.connect.is_none() {
                    let socket = TcpSocket::new_v4()?;
                    socket.bind(ANY)?;
                    let listener = socket.listen(0)?;
                    let first = TcpStream::connect(listener.local_addr()?)?;
                    open.connect = Some((listener, first));
                }
                open.connect.as_ref().map_or(Ok(ANY), |(listener, _)| listener.local_addr())
            }
        }
    }
}
