//! Opens a connection: the discovery, the upgrade, the first frame.

use std::pin::pin;
use std::sync::Arc;

use lark_core::__private::lock;
use lark_core::Client;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use crate::clock::TICK;
use crate::discovery::discover;
use crate::dispatcher::Inbound;
use crate::failure::Failure;
use crate::handshake;
use crate::session::{self, Live};
use crate::shared::{PHASE_TIMEOUT, Shared};
use crate::state::Reason;

/// What connections are made with.
pub(crate) struct Opener {
    pub(crate) client: Client,
    pub(crate) shared: Arc<Shared>,
    /// Where their events go.
    pub(crate) events: mpsc::Sender<Inbound>,
}

impl Opener {
    /// Opens a connection and waits for its first frame.
    pub(crate) async fn attempt(&self) -> Result<Live, Failure> {
        let mut watch = self.shared.watch();
        let mut attempt = pin!(self.open());
        loop {
            let opened = timeout(TICK, attempt.as_mut()).await;
            let was_suspended = watch.gap(Instant::now()).is_some();
            match opened {
                Ok(Ok(live)) => return Ok(live),
                Ok(Err(Failure::Never(error))) => return Err(Failure::Never(error)),
                // What was begun before will not end well; a new attempt may.
                _ if was_suspended => {
                    return Err(Failure::later(Reason::Suspended, "while it connected"));
                }
                Ok(Err(failure)) => return Err(failure),
                Err(_) => {}
            }
        }
    }

    async fn open(&self) -> Result<Live, Failure> {
        let within = |what: &str| {
            Failure::later(Reason::Unreachable, format!("{what} took more than {PHASE_TIMEOUT:?}"))
        };
        let found = timeout(PHASE_TIMEOUT, discover(&self.client)).await;
        let mut found = found.map_err(|_| within("the discovery"))??;
        lock(&self.shared.settings).update(&found.config);
        let opening = handshake::open(&self.client, std::mem::take(&mut found.uri));
        let stream = timeout(PHASE_TIMEOUT, opening).await;
        let stream = stream.map_err(|_| within("the upgrade"))??;
        let (shared, events) = (Arc::clone(&self.shared), self.events.clone());
        let (mut live, first_frame) = session::start(shared, found, stream, events);
        tokio::select! {
            biased;
            Ok(()) = first_frame => Ok(live),
            end = live.ended() => Err(Failure::later(end.reason, end.detail)),
        }
    }
}
