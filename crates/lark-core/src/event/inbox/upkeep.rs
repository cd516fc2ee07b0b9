//! What goes on beside the handling: the store is swept, and listened to.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::engine::Engine;
use super::report::{InboxReport, report};
use crate::util::{caught, lock, try_run};

/// The pauses between two sweeps: the first one as long as events are handled or much is removed, then twice
/// as long each time.
const SWEEP: Duration = Duration::from_secs(1);
const LONGEST_SWEEP: Duration = Duration::from_secs(8);
const REPORT: Duration = Duration::from_secs(10);
/// Most rounds of a sweep of one partition before the next one gets its turn.
const ROUNDS: u32 = 50;
/// The pause after the store could not be listened to.
const PAUSE: Duration = Duration::from_secs(1);

/// Removes what need not be kept, and reports the gauges.
pub(super) async fn sweep(engine: Arc<Engine>) {
    let (mut next_report, mut next_sweep) = (Instant::now() + REPORT, Instant::now() + SWEEP);
    let mut pause = SWEEP;
    loop {
        sleep(SWEEP).await;
        if Instant::now() >= next_sweep {
            let is_busy = engine.has_committed.swap(false, Ordering::Relaxed);
            let had_more = sweep_all(&engine).await;
            pause = if is_busy || had_more { SWEEP } else { (pause * 2).min(LONGEST_SWEEP) };
            next_sweep = Instant::now() + pause;
        }
        if engine.options.on_report.is_some() && Instant::now() >= next_report {
            next_report = Instant::now() + REPORT;
            if let Ok(gauges) = engine.gauges().await {
                report(engine.options.on_report.as_ref(), &InboxReport::Gauges(&gauges));
            }
        }
    }
}

/// Sweeps each partition that this process has. Whether one of them had more than was removed at once.
async fn sweep_all(engine: &Engine) -> bool {
    let held: Vec<u32> = lock(&engine.held).keys().copied().collect();
    let mut had_more = false;
    for partition in held {
        for _ in 0..ROUNDS {
            let limits = &engine.options.limits;
            let swept = engine.ask(|| engine.store.sweep(partition, limits)).await;
            if !matches!(swept, Ok(true)) {
                break;
            }
            had_more = true;
        }
    }
    had_more
}

/// Has the store tell what other processes store. As long as it does, it is asked less often.
pub(super) async fn listen(engine: Arc<Engine>) {
    let hear = |partitions: &[u32]| {
        let held = lock(&engine.held);
        if !engine.is_listening.swap(true, Ordering::SeqCst) {
            // What was stored before was not told.
            held.values().for_each(|control| control.news());
        }
        partitions.iter().filter_map(|it| held.get(it)).for_each(|control| control.news());
    };
    loop {
        let ended = caught(|| engine.store.listen(&hear)).await;
        engine.is_listening.store(false, Ordering::SeqCst);
        engine.changed.notify_one();
        match ended {
            // It cannot tell.
            Ok(Ok(())) => return,
            Ok(Err(error)) => {
                _ = try_run(
                    || tracing::debug!(target: "lark_core::event", %error, "the inbox is asked for news"),
                );
            }
            Err(_) => {
                _ = try_run(
                    || tracing::error!(target: "lark_core::event", "the store of the inbox panicked"),
                );
            }
        }
        sleep(PAUSE).await;
    }
}
