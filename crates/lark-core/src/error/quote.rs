//! What an error quotes of what the platform wrote.

use std::fmt::{self, Write};

use crate::util::OneLine;

/// Most characters of a text that an error shows.
const LONGEST: usize = 500;

/// What stands in place of a secret.
const BLANK: &str = "(secret)";

/// The beginning of a text, on one line.
pub(crate) struct Quote<'a>(pub(crate) &'a str);

impl fmt::Display for Quote<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.char_indices().nth(LONGEST).map(|(at, _)| at);
        let shown = &self.0[..end.unwrap_or(self.0.len())];
        OneLine(f).write_str(shown)?;
        match end {
            Some(_) => f.write_str(" ..."),
            None => Ok(()),
        }
    }
}

/// Takes secrets out of a text. Short ones stay: they may be a part of any word.
pub(super) fn blank(text: &mut String, secrets: &[String]) {
    for secret in secrets.iter().filter(|secret| secret.len() >= 6) {
        if text.contains(secret.as_str()) {
            *text = text.replace(secret.as_str(), BLANK);
        }
    }
}
