//! The examples of README.md and of the guide, compiled and, where they need no network, run.

/// An item for each page, so that a failing example names its page.
#[cfg(doctest)]
macro_rules! pages {
    ($($name:ident $path:literal)*) => {
        $(#[doc = include_str!(concat!("../../", $path))] struct $name;)*
    };
}

#[cfg(doctest)]
mod english {
    pages! {
        Readme "README.md"
        Base "docs/guide/base.md"
        BaseFields "docs/guide/base-fields.md"
        Build "docs/guide/build.md"
        Calls "docs/guide/calls.md"
        Cards "docs/guide/cards.md"
        Configuration "docs/guide/configuration.md"
        Documents "docs/guide/documents.md"
        Drift "docs/guide/drift.md"
        Errors "docs/guide/errors.md"
        Events "docs/guide/events.md"
        Files "docs/guide/files.md"
        Fleet "docs/guide/fleet.md"
        Inbox "docs/guide/inbox.md"
        LongConnection "docs/guide/long-connection.md"
        Markdown "docs/guide/markdown.md"
        Marketplace "docs/guide/marketplace.md"
        Messages "docs/guide/messages.md"
        MessagesMarkdown "docs/guide/messages-markdown.md"
        Pages "docs/guide/pages.md"
        Reports "docs/guide/reports.md"
        Retries "docs/guide/retries.md"
        RunningAnInbox "docs/guide/running-an-inbox.md"
        Sheets "docs/guide/sheets.md"
        Sharing "docs/guide/sharing.md"
        SignIn "docs/guide/sign-in.md"
        Testing "docs/guide/testing.md"
        Tokens "docs/guide/tokens.md"
        Trees "docs/guide/trees.md"
        Uploads "docs/guide/uploads.md"
    }
}

#[cfg(doctest)]
mod chinese {
    pages! {
        Readme "README.zh-CN.md"
        Base "docs/guide/zh-CN/base.md"
        BaseFields "docs/guide/zh-CN/base-fields.md"
        Build "docs/guide/zh-CN/build.md"
        Calls "docs/guide/zh-CN/calls.md"
        Cards "docs/guide/zh-CN/cards.md"
        Configuration "docs/guide/zh-CN/configuration.md"
        Documents "docs/guide/zh-CN/documents.md"
        Drift "docs/guide/zh-CN/drift.md"
        Errors "docs/guide/zh-CN/errors.md"
        Events "docs/guide/zh-CN/events.md"
        Files "docs/guide/zh-CN/files.md"
        Fleet "docs/guide/zh-CN/fleet.md"
        Inbox "docs/guide/zh-CN/inbox.md"
        LongConnection "docs/guide/zh-CN/long-connection.md"
        Markdown "docs/guide/zh-CN/markdown.md"
        Marketplace "docs/guide/zh-CN/marketplace.md"
        Messages "docs/guide/zh-CN/messages.md"
        MessagesMarkdown "docs/guide/zh-CN/messages-markdown.md"
        Pages "docs/guide/zh-CN/pages.md"
        Reports "docs/guide/zh-CN/reports.md"
        Retries "docs/guide/zh-CN/retries.md"
        RunningAnInbox "docs/guide/zh-CN/running-an-inbox.md"
        Sheets "docs/guide/zh-CN/sheets.md"
        Sharing "docs/guide/zh-CN/sharing.md"
        SignIn "docs/guide/zh-CN/sign-in.md"
        Testing "docs/guide/zh-CN/testing.md"
        Tokens "docs/guide/zh-CN/tokens.md"
        Trees "docs/guide/zh-CN/trees.md"
        Uploads "docs/guide/zh-CN/uploads.md"
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// The name and the number of Rust examples of each page in `directory`.
    fn pages(directory: &str) -> Vec<(String, usize)> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(directory);
        let mut pages = Vec::new();
        for entry in fs::read_dir(directory).expect("the guide is in the repository") {
            let path = entry.expect("a readable directory").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if name.ends_with(".md") {
                let text = fs::read_to_string(&path).expect("a readable page");
                pages.push((name, text.matches("```rust").count()));
            }
        }
        pages.sort();
        pages
    }

    #[test]
    fn every_page_exists_in_both_languages_with_the_same_number_of_examples() {
        assert_eq!(pages("docs/guide"), pages("docs/guide/zh-CN"));
    }

    #[test]
    fn the_examples_of_every_page_are_compiled() {
        let this = include_str!("guide.rs");
        for directory in ["docs/guide", "docs/guide/zh-CN"] {
            for (name, examples) in pages(directory) {
                let is_listed = this.contains(&format!("\"{directory}/{name}\""));
                assert!(is_listed || examples == 0, "{directory}/{name} is not in guide.rs");
            }
        }
    }
}
