//! The target without the fuzzer: its seeds, and simple changes of them.

use std::collections::HashSet;

use lark_fuzz::FrameCase;

#[test]
fn the_seeds_are_what_they_are_called() {
    for (name, seed) in lark_fuzz::frame_seeds() {
        let case = lark_fuzz::frames(&seed);
        match name.as_str() {
            "parts" => assert_eq!(case, Some(FrameCase::Parts { events: 1 })),
            _ => assert_eq!(case, Some(FrameCase::Frame), "{name}"),
        }
    }
}

/// Every seed holds when it is cut off, and with any byte changed. Of frames, most are then none.
#[test]
fn what_is_near_the_seeds_holds() {
    let mut reached = HashSet::new();
    for (_, seed) in lark_fuzz::frame_seeds() {
        for place in 0..seed.len() {
            reached.extend(lark_fuzz::frames(&seed[..place]));
            let mut changed = seed.clone();
            for byte in [0, 1, 0x53, 0x7f, 0x80, 0xff, seed[place] ^ 4] {
                changed[place] = byte;
                reached.extend(lark_fuzz::frames(&changed));
            }
        }
    }
    assert!(reached.contains(&FrameCase::Parts { events: 0 }));
    let errors = reached.iter().filter(|case| matches!(case, FrameCase::NoFrame(_))).count();
    assert!(errors > 8, "{reached:?}");
}
