//! Keys that a store must keep apart.

/// Keys that are easily taken for each other: by patterns and prefixes, which come first, by case,
/// blanks and length, as numbers or as file names.
pub(super) fn similar_keys() -> Vec<String> {
    let short = [
        "", "*", "%", "k*", "k%", "k_", "k?", "[k]", "k", "k:", "k:1", "k:1:2", "kk", "K", "k ",
        " k", "k\n", "1", "01", "a/b", "a\\b", "a%2fb", "../k", "a:b*?", "\u{e9}", "e\u{301}",
        "键",
    ];
    let long = [1000, 1001].map(|length| "k".repeat(length));
    short.map(str::to_owned).into_iter().chain(long).collect()
}
