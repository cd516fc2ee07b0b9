//! Escaping of mentions.

/// Word joiner: invisible, zero width, and not part of any tag name.
const WORD_JOINER: char = '\u{2060}';

/// Escapes `<at ...>` tags and `@_all` in `text`, so that they mention nobody.
///
/// The platform turns `<at user_id="...">` in a text message, in the text of a post and in the
/// Markdown of a card into a mention, even of everyone. Untrusted text (a commit message, a log line,
/// the output of a model) must not be able to do that.
///
/// An invisible word joiner (U+2060) is inserted after the `<` of every opening or closing `at` tag and
/// after the `@` of `@_all`, the key of everybody in received texts, so that readers see the text
/// unchanged. An entity such as `&lt;` does not work, because the platform
/// does not document that text messages decode entities. All other text stays unchanged, including
/// `a < b`, `<attr>` and the style tags `<b> <i> <u> <s>`.
///
/// [`Text`](super::Text) and [`PostElement::text`](super::PostElement::text) escape by themselves; call
/// this for Markdown, which is sent as written.
///
/// ```
/// use lark_im::content::{Card, escape_mentions};
///
/// let log = r#"panic: <at user_id="all"></at>"#;
/// let card = Card::markdown("Crash", format!("**log** {}", escape_mentions(log)));
/// ```
pub fn escape_mentions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find(['<', '@']) {
        let (before, after) = rest.split_at(position + 1);
        out.push_str(before);
        let notifies = if before.ends_with('<') { is_at_tag(after) } else { is_everyone(after) };
        if notifies {
            out.push(WORD_JOINER);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// An id for use inside the quotes of a tag, without the characters that would end it.
pub(super) fn attribute(id: &str) -> String {
    id.chars().filter(|c| !matches!(c, '"' | '<' | '>') && !c.is_control()).collect()
}

/// Whether `after`, the text after an `@`, makes it the key of everybody.
fn is_everyone(after: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    after.strip_prefix("_all").is_some_and(|rest| !rest.starts_with(is_word))
}

/// Whether `tag`, the text after a `<`, continues as an `at` tag. Whitespace, a slash and upper case are
/// accepted, because the platform does not document how strict its parser is.
fn is_at_tag(tag: &str) -> bool {
    let is_filler = |c: char| c.is_whitespace() || c == '/';
    let mut name = tag.trim_start_matches(is_filler).chars();
    let starts = name.next().is_some_and(|c| c.eq_ignore_ascii_case(&'a'))
        && name.next().is_some_and(|c| c.eq_ignore_ascii_case(&'t'));
    starts && !name.next().is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_of_the_at_tag_survives() {
        for written in
            ["<at user_id=\"all\"></at>", "<AT user_id='all'/>", "< at\nid=all>", "<at", "<at/>"]
        {
            let safe = escape_mentions(written);
            assert!(safe.starts_with("<\u{2060}"), "{safe:?}");
            assert_eq!(safe.replace(WORD_JOINER, ""), written);
        }
        assert_eq!(escape_mentions("</at>"), "<\u{2060}/at>");
    }

    #[test]
    fn the_key_of_everybody_mentions_nobody() {
        assert_eq!(escape_mentions("hi @_all!"), "hi @\u{2060}_all!");
        for text in ["@_allow", "@_all_of_it", "@all", "a@_b", "@"] {
            assert_eq!(escape_mentions(text), text);
        }
    }

    #[test]
    fn code_and_arithmetic_stay_untouched() {
        for text in ["a < b && c > d", "Vec<at_most>", "<attr id=1>", "<b>bold</b>", "x <<", "1 <"]
        {
            assert_eq!(escape_mentions(text), text);
        }
    }
}
