//! Replacing the mention keys of a received message.

/// Replaces the mention keys of a received text (`@_user_1`, `@_all`).
///
/// A received text contains keys instead of names; `mentions` of the event has the user of each key.
/// Pass `(key, replacement)` pairs, with an empty replacement to remove a mention. `@_user_1` does
/// not match in `@_user_10`, and replacements are not searched again. Keys without a pair stay.
///
/// ```
/// use lark_im::content::replace_mentions;
///
/// let text = replace_mentions("@_user_1 ask @_user_2", [("@_user_1", ""), ("@_user_2", "@Tom")]);
/// assert_eq!(text.trim(), "ask @Tom");
/// ```
///
/// Source: event `im.message.receive_v1`.
pub fn replace_mentions<K, V>(text: &str, pairs: impl IntoIterator<Item = (K, V)>) -> String
where
    K: AsRef<str>,
    V: AsRef<str>,
{
    let pairs: Vec<(K, V)> = pairs.into_iter().collect();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find('@') {
        let (before, candidate) = rest.split_at(position);
        out.push_str(before);
        let found = pairs.iter().find(|(key, _)| starts_with_key(candidate, key.as_ref()));
        rest = match found {
            Some((key, replacement)) => {
                out.push_str(replacement.as_ref());
                &candidate[key.as_ref().len()..]
            }
            None => {
                out.push('@');
                &candidate[1..]
            }
        };
    }
    out.push_str(rest);
    out
}

/// A key followed by a digit is another, longer key.
fn starts_with_key(text: &str, key: &str) -> bool {
    !key.is_empty()
        && text
            .strip_prefix(key)
            .is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_key_does_not_eat_a_longer_one() {
        let pairs = [("@_user_1", "Ann"), ("@_user_10", "@_user_1"), ("@_all", "everyone")];
        assert_eq!(
            replace_mentions("@_user_10,@_user_1@_all a@b @_user_12", pairs),
            "@_user_1,Anneveryone a@b @_user_12"
        );
    }
}
