//! Frames of the long connection, and the parts of events.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lark_fuzz::frames(data);
});
