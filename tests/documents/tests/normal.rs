//! HTML that looks the same as the same text, and the words of Markdown.

use pulldown_cmark::{Event, Options, Parser, html};

/// The Markdown that lark-docx reads.
pub(crate) fn syntax() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
}

pub(crate) fn html(markdown: &str) -> String {
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(markdown, syntax()));
    out
}

/// HTML without the white space that no browser shows, as the specification's own comparison.
pub(crate) fn normal(html: &str) -> String {
    let html = html.replace("<br>", "<br />").replace("<hr>", "<hr />");
    let mut out = String::new();
    for (at, part) in html.split("<pre>").enumerate() {
        let (verbatim, rest) = match at {
            0 => ("", part),
            _ => part.split_at(part.find("</pre>").unwrap_or(part.len())),
        };
        if at > 0 {
            out.push_str("<pre>");
        }
        out.push_str(verbatim);
        let mut words = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        for block in [
            "p",
            "li",
            "ul",
            "ol",
            "blockquote",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "pre",
            "table",
            "thead",
            "tbody",
            "tr",
            "td",
            "th",
            "br /",
            "hr /",
        ] {
            for tag in [format!("<{block}>"), format!("</{block}>")] {
                words = words.replace(&format!(" {tag}"), &tag).replace(&format!("{tag} "), &tag);
            }
        }
        out.push_str(&words);
    }
    out
}

/// Every character of a text in Markdown that a reader sees, sorted, because images move.
pub(crate) fn letters_of_markdown(markdown: &str) -> Vec<char> {
    let mut letters = Vec::new();
    for event in Parser::new_ext(markdown, syntax()) {
        match event {
            Event::Text(text)
            | Event::Code(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => {
                letters.extend(text.chars().filter(|it| !it.is_whitespace()));
            }
            _ => {}
        }
    }
    letters.sort_unstable();
    letters
}
