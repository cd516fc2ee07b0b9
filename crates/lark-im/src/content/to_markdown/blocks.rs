//! Blocks of Markdown, with blank lines between them.

use super::escape::label;

#[derive(Debug, Default)]
pub(super) struct Blocks {
    blocks: Vec<String>,
}

impl Blocks {
    /// Adds a block, unless it is blank.
    pub(super) fn push(&mut self, block: impl Into<String>) {
        let block: String = block.into();
        if !block.trim().is_empty() {
            self.blocks.push(block);
        }
    }

    /// Adds a line in bold.
    pub(super) fn title(&mut self, title: &str) {
        if !title.trim().is_empty() {
            self.push(bold(title));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    pub(super) fn finish(self) -> String {
        self.blocks.join("\n\n")
    }
}

/// Text in bold, on a line of its own.
pub(super) fn bold(text: &str) -> String {
    format!("**{}**", label(text))
}

/// What the platform says about a message, in italics.
pub(super) fn note(text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!("*{}*", label(text)) }
}
