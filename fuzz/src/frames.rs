//! Frames of the long connection, and events in parts.

use std::collections::HashMap;
use std::time::Duration;

use lark_ws::__private::{Fragments, Frame, FrameError, Outcome, Receipt};
use tokio::time::Instant;

/// The limits of `lark-ws`.
const MAX_SETS: usize = 128;
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The golden frames, and an input that joins parts.
const VECTORS: &str = include_str!("../../tests/vectors/ws_frames.json");

/// What an input was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameCase {
    /// A frame.
    Frame,
    /// No frame.
    NoFrame(FrameError),
    /// Parts, of which this many events were put together.
    Parts {
        /// How many.
        events: usize,
    },
}

/// Names and contents of the seeds.
#[must_use]
pub fn frame_seeds() -> Vec<(String, Vec<u8>)> {
    use base64::prelude::{BASE64_STANDARD, Engine as _};

    let vectors: serde_json::Value = serde_json::from_str(VECTORS).expect("JSON");
    let frames = vectors["frames"].as_array().expect("a list").iter();
    let mut seeds: Vec<_> = frames
        .map(|it| {
            let bytes = BASE64_STANDARD.decode(it["frame_base64"].as_str().expect("a text"));
            let frame = [&[0], &*bytes.expect("Base64")].concat();
            (it["name"].as_str().expect("a text").to_owned(), frame)
        })
        .collect();
    // Event 1 in three parts, the last first and twice; a part of event 2, and the other too late.
    let parts = [
        [1, 1, 2, 3, 1, b'c'],
        [1, 1, 2, 3, 1, b'c'],
        [1, 2, 0, 2, 1, b'x'],
        [1, 1, 0, 3, 1, b'a'],
        [1, 1, 1, 3, 1, b'b'],
        [21, 2, 1, 2, 1, b'y'],
    ];
    seeds.push(("parts".to_owned(), [&[1][..], parts.as_flattened()].concat()));
    seeds
}

/// Checks an input: the first byte says whether the rest is a frame or a list of parts. `None` if there
/// is none.
#[must_use]
pub fn check(data: &[u8]) -> Option<FrameCase> {
    let (kind, data) = data.split_first()?;
    Some(if kind & 1 == 0 { frame(data) } else { parts(data) })
}

/// What is a frame stays one when it is written, and its acknowledgement has its ids and headers.
fn frame(data: &[u8]) -> FrameCase {
    let frame = match Frame::decode(data) {
        Ok(frame) => frame,
        Err(error) => return FrameCase::NoFrame(error),
    };
    let written = frame.encode();
    assert_eq!(Frame::decode(&written).as_ref(), Ok(&frame));
    assert!(written.len() <= data.len() + 64, "{} bytes of {}", written.len(), data.len());
    let handled = Outcome::Handled { elapsed_ms: 7, reply: Some(data.to_vec().into()) };
    for outcome in [Outcome::Failed, handled] {
        let sent = Receipt::of(&frame).acknowledge(&outcome);
        let more = usize::from(outcome != Outcome::Failed);
        // A frame with the most headers has no room for one more when it is read again.
        let Ok(back) = Frame::decode(&sent) else {
            assert!(frame.headers.len() + more > 64);
            continue;
        };
        let ids = |it: &Frame<'_>| (it.seq_id, it.log_id, it.service, it.method);
        assert_eq!(ids(&back), ids(&frame));
        assert_eq!(back.log_id_new, frame.log_id_new);
        assert_eq!(back.headers[..frame.headers.len()], frame.headers);
        assert_eq!(back.headers.len(), frame.headers.len() + more);
        assert!(serde_json::from_slice::<serde_json::Value>(back.payload.expect("one")).is_ok());
    }
    FrameCase::Frame
}

/// Events are put together from their own parts only, each part at its place, and what is held is
/// bounded.
fn parts(mut data: &[u8]) -> FrameCase {
    let (mut fragments, mut now) = (Fragments::default(), Instant::now());
    let mut latest: HashMap<(u8, u8, u8), Vec<u8>> = HashMap::new();
    let mut events = 0;
    while let [pause, id, seq, sum, length, rest @ ..] = data {
        let (part, rest) = rest.split_at(rest.len().min(usize::from(*length)));
        data = rest;
        now += Duration::from_secs(u64::from(pause >> 1));
        let place = (u64::from(*seq), u64::from(*sum));
        latest.insert((*id, *sum, *seq), part.to_vec());
        match fragments.add(&id.to_string(), place, part, now) {
            Ok(Some(event)) => {
                let all = (0..*sum).filter_map(|seq| latest.get(&(*id, *sum, seq)));
                assert_eq!(event, all.flatten().copied().collect::<Vec<_>>());
                events += 1;
            }
            Ok(None) => assert!(*sum > 1),
            Err(_) => assert!(*sum == 0 || seq >= sum),
        }
        let (sets, bytes) = fragments.held();
        assert!(sets <= MAX_SETS && bytes <= MAX_BYTES);
    }
    fragments.expire(now + Duration::from_secs(11));
    assert_eq!(fragments.held(), (0, 0));
    FrameCase::Parts { events }
}
