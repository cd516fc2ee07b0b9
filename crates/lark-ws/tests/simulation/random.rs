//! Random numbers that a seed determines (SplitMix64).

use std::ops::RangeInclusive;
use std::time::Duration;

pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Self(seed ^ 0x6c61_726b_2d77_7321);
        random.next();
        random
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.next() % (range.end() - range.start() + 1)
    }

    pub(crate) fn one_in(&mut self, count: u64) -> bool {
        self.within(1..=count) == 1
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = usize::try_from(self.within(0..=from.len() as u64 - 1)).expect("a place");
        &from[at]
    }

    pub(crate) fn seconds(&mut self, range: RangeInclusive<u64>) -> Duration {
        let (from, to) = range.into_inner();
        Duration::from_millis(self.within(from * 1000..=to * 1000))
    }

    #[allow(clippy::cast_precision_loss, reason = "any number from 0 to 1 will do")]
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
