//! Keeps words from turning into mentions.

/// Word joiner: invisible, without width, and not part of any tag name.
const WORD_JOINER: char = '\u{2060}';

/// Makes `<at ...>` tags in `text` plain words, so that they notify nobody.
///
/// The platform turns `<at user_id="...">` inside a text message, the text of a post and the
/// Markdown of a card into a mention, up to a mention of everybody. Text that comes from someone
/// else (a commit message, a log line, the answer of a model) should not be able to do that.
///
/// Only the `<` of an opening or closing `at` tag is touched: an invisible word joiner (U+2060)
/// is put behind it, and the reader sees the text unchanged. An entity such as `&lt;` would not
/// do, since the documents do not say that entities are decoded in text messages. All else,
/// `a < b`, `<attr>` and the style tags `<b> <i> <u> <s>` included, stays as it is.
///
/// [`Text`](super::Text) and [`PostElement::text`](super::PostElement::text) do this themselves;
/// call it for Markdown, which is sent as written.
///
/// ```
/// use lark_im::content::{Card, defuse_mentions};
///
/// let log = r#"panic: <at user_id="all"></at>"#;
/// let card = Card::markdown("Crash", format!("**log** {}", defuse_mentions(log)));
/// ```
pub fn defuse_mentions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find('<') {
        let (before, tag) = rest.split_at(position + 1);
        out.push_str(before);
        if is_at_tag(tag) {
            out.push(WORD_JOINER);
        }
        rest = tag;
    }
    out.push_str(rest);
    out
}

/// An id for use inside the quotes of a tag: the characters that would end it are left out.
pub(super) fn attribute(id: &str) -> String {
    id.chars().filter(|c| !matches!(c, '"' | '<' | '>') && !c.is_control()).collect()
}

/// Whether `tag`, the text behind a `<`, goes on as an `at` tag. Blanks, a slash and upper case
/// are taken into account, because how exact the platform's parser is has not been published.
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
            let safe = defuse_mentions(written);
            assert!(safe.starts_with("<\u{2060}"), "{safe:?}");
            assert_eq!(safe.replace(WORD_JOINER, ""), written);
        }
        assert_eq!(defuse_mentions("</at>"), "<\u{2060}/at>");
    }

    #[test]
    fn code_and_arithmetic_stay_untouched() {
        for text in ["a < b && c > d", "Vec<at_most>", "<attr id=1>", "<b>bold</b>", "x <<", "1 <"]
        {
            assert_eq!(defuse_mentions(text), text);
        }
    }
}
