//! Parts of files written by hand that are generated: what stands between two marks.

use crate::error::Error;

/// The text with `body`, whole lines, between the marks of `name`.
///
/// In Markdown they are `<!-- gen: name -->` and `<!-- /gen -->`, elsewhere `# gen: name` and `# /gen`.
pub(crate) fn replace(path: &str, text: &str, name: &str, body: &str) -> Result<String, Error> {
    let (start, end) = if path.ends_with(".md") {
        (format!("<!-- gen: {name} -->\n"), "<!-- /gen -->\n")
    } else {
        (format!("# gen: {name}\n"), "# /gen\n")
    };
    let found = text.split_once(&start);
    let found = found.and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    let Some((before, after)) = found else {
        let (start, end) = (start.trim_end(), end.trim_end());
        return Err(Error::Usage(format!("{path}: expected `{start}` and then `{end}`")));
    };
    Ok(format!("{before}{start}{body}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let text = "a\n# gen: list\nold\n# /gen\nb\n# gen: other\nc\n# /gen\n";
        assert_eq!(
            replace("Cargo.toml", text, "list", "new\n").expect("marks"),
            "a\n# gen: list\nnew\n# /gen\nb\n# gen: other\nc\n# /gen\n"
        );
        let text = "<!-- gen: list -->\n<!-- /gen -->\n";
        assert_eq!(
            replace("README.md", text, "list", "new\n").expect("marks"),
            "<!-- gen: list -->\nnew\n<!-- /gen -->\n"
        );
    }

    #[test]
    fn missing_marks_are_an_error() {
        let error = replace("README.md", "<!-- gen: list -->\n", "list", "").expect_err("no end");
        let expected = "README.md: expected `<!-- gen: list -->` and then `<!-- /gen -->`";
        assert_eq!(error.to_string(), expected);
    }
}
