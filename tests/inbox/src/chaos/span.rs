//! Spans of time, in milliseconds since 1970.

/// From, and until.
pub(super) type Span = (u64, u64);

/// How many milliseconds of a span one of these covers at least.
pub(super) fn covered(span: Span, by: impl Iterator<Item = Span>) -> u64 {
    let mut parts: Vec<Span> = by
        .map(|it| (it.0.max(span.0), it.1.min(span.1)))
        .filter(|(from, until)| from < until)
        .collect();
    parts.sort_unstable();
    let (mut covered, mut end) = (0, 0);
    for (from, until) in parts {
        covered += until.saturating_sub(from.max(end));
        end = end.max(until);
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::covered;

    #[test]
    fn what_overlaps_counts_once() {
        for (spans, expected) in [
            (vec![], 0),
            (vec![(0, 10), (20, 30)], 0),
            (vec![(0, 12), (11, 13), (18, 40)], 5),
            (vec![(12, 19), (13, 14), (12, 13)], 7),
            (vec![(0, 100)], 10),
        ] {
            assert_eq!(covered((10, 20), spans.clone().into_iter()), expected, "{spans:?}");
        }
    }
}
