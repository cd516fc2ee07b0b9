//! Medians, and two sides that take turns.

use std::fmt;

/// Measurements of one side, in the unit the caller chose.
#[derive(Clone, Debug, Default)]
pub struct Series(Vec<f64>);

impl Series {
    /// Adds a measurement.
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The middle one; 0 if there is none.
    #[must_use]
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match (sorted.len(), sorted.len() / 2) {
            (0, _) => 0.0,
            (length, middle) if !length.is_multiple_of(2) => sorted[middle],
            (_, middle) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        }
    }

    /// The smallest and the largest.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        let low = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (low, high)
    }
}

impl Extend<f64> for Series {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        self.0.extend(values);
    }
}

/// The SDK and the same work done by hand, measured in turns.
#[derive(Clone, Debug, Default)]
pub struct Pair {
    /// The SDK.
    pub sdk: Series,
    /// By hand.
    pub bare: Series,
}

impl Pair {
    /// Runs `sdk` and `bare` once each a round; who begins alternates.
    ///
    /// # Errors
    /// That of the first run that fails.
    pub fn measure<E>(
        rounds: usize,
        mut sdk: impl FnMut() -> Result<f64, E>,
        mut bare: impl FnMut() -> Result<f64, E>,
    ) -> Result<Self, E> {
        let mut pair = Self::default();
        for round in 0..rounds {
            if round.is_multiple_of(2) {
                pair.sdk.push(sdk()?);
            }
            pair.bare.push(bare()?);
            if !round.is_multiple_of(2) {
                pair.sdk.push(sdk()?);
            }
        }
        Ok(pair)
    }

    /// Adds a measurement of "sdk" or of "bare".
    pub fn push(&mut self, side: &str, value: f64) {
        let series = if side == "sdk" { &mut self.sdk } else { &mut self.bare };
        series.push(value);
    }

    /// SDK to bare, of each round.
    #[must_use]
    pub fn ratios(&self) -> Series {
        Series(self.sdk.0.iter().zip(&self.bare.0).map(|(sdk, bare)| sdk / bare).collect())
    }
}

/// `sdk 61.2, bare 58.0, ratio 1.06 (1.02..1.10)`
impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ratios, sdk, bare) = (self.ratios(), self.sdk.median(), self.bare.median());
        let (low, high) = ratios.range();
        let ratio = ratios.median();
        write!(f, "sdk {sdk:.2}, bare {bare:.2}, ratio {ratio:.3} ({low:.2}..{high:.2})")
    }
}
