//! Which inboxes there are.

use std::time::Duration;

use lark_core::StoreError;

use crate::client::{Command, Failure};
use crate::connection::Redis;

/// Most of them that are named.
const NAMES: usize = 20;
/// Time for each page of keys.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Names of the inboxes in a namespace, in order; up to 20.
pub(super) async fn names(redis: &Redis) -> Result<Vec<String>, StoreError> {
    let mut names = find(redis).await.map_err(|error| redis.error(&error))?;
    names.sort();
    names.dedup();
    names.truncate(NAMES);
    Ok(names)
}

async fn find(redis: &Redis) -> Result<Vec<String>, Failure> {
    let link = redis.waiting_link(PATIENCE).await?;
    let prefix = redis.key("inbox", "");
    let pattern = format!("{}*:f", escaped(&prefix));
    let (mut cursor, mut names) = ("0".to_owned(), Vec::new());
    loop {
        let scan = Command::new("SCAN").arg(&cursor).arg("MATCH").arg(&pattern);
        let scan = scan.arg("COUNT").arg(1000);
        let (next, keys): (String, Vec<String>) = scan.query(&link.connection).await?;
        let name = |key: &String| Some(key.strip_prefix(&prefix)?.strip_suffix(":f")?.to_owned());
        names.extend(keys.iter().filter_map(name));
        if next == "0" {
            return Ok(names);
        }
        cursor = next;
    }
}

/// A text as a pattern that only it matches.
fn escaped(text: &str) -> String {
    let special = |it: char| matches!(it, '*' | '?' | '[' | ']' | '^' | '\\');
    let escape = |it: char| special(it).then_some('\\').into_iter().chain([it]);
    text.chars().flat_map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_is_special_in_a_pattern_is_escaped() {
        assert_eq!(escaped("{a[b]*?\\^c}:inbox:"), r"{a\[b\]\*\?\\\^c}:inbox:");
    }
}
