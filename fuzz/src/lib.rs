//! What the fuzzer runs, apart from the fuzzer, so that tests run it too.
#![forbid(unsafe_code)]

mod check;
mod frames;
mod input;
mod proof;
mod push;
mod routers;
mod seeds;

use std::cell::LazyCell;

use lark_core::EventOutcome;
use tokio::runtime::{Builder, Runtime};

pub use self::frames::{FrameCase, check as frames, frame_seeds};
pub use self::seeds::inbound as inbound_seeds;

thread_local! {
    static RUNTIME: LazyCell<Runtime> = LazyCell::new(|| {
        Builder::new_current_thread().enable_time().build().expect("a runtime without I/O")
    });
}

/// Makes a push of `data`, gives it to a router twice, checks what became of it and says what it was;
/// `None` if `data` is too short for a push.
///
/// # Panics
/// Something is not as it must be.
pub fn inbound(data: &[u8]) -> Option<EventOutcome> {
    let case = input::Case::read(data)?;
    Some(RUNTIME.with(|runtime| runtime.block_on(check::check(&case))))
}
