//! Posts as Markdown.

use super::blocks::Blocks;
use super::escape::{Paragraph, code, label};
use super::inline::{element, file, markdown};
use crate::content::mentions::Mentions;
use crate::content::{Post, PostElement};

/// A post: the title in bold, its text, its files. The Markdown of the author, if there is one.
pub(super) fn post(post: &Post, mentions: &Mentions) -> String {
    let mut blocks = Blocks::default();
    blocks.title(post.title());
    match post.source_markdown() {
        Some(text) => blocks.push(markdown(text, mentions)),
        None => lines(post.lines(), mentions, &mut blocks),
    }
    let files = post.attachments().iter().map(|it| {
        let kind = if it.is_folder { "folder" } else { "file" };
        format!("- {}", file(kind, &it.file_key, &it.file_name))
    });
    blocks.push(files.collect::<Vec<_>>().join("\n"));
    blocks.finish()
}

/// Lines follow each other with line breaks; code, rules and Markdown are blocks.
fn lines(lines: &[Vec<PostElement>], mentions: &Mentions, blocks: &mut Blocks) {
    let mut paragraph = Paragraph::default();
    for line in lines {
        let mut elements = line.iter().peekable();
        while let Some(it) = elements.next() {
            let block = match it {
                PostElement::CodeBlock { language, text } => code(language, text),
                PostElement::Rule => "---".to_owned(),
                PostElement::Markdown { text } => markdown(text, mentions),
                _ => {
                    element(&mut paragraph, it, elements.peek().copied(), mentions);
                    continue;
                }
            };
            blocks.push(std::mem::take(&mut paragraph).finish());
            blocks.push(block);
        }
        paragraph.markdown("\n");
    }
    blocks.push(paragraph.finish());
}

/// A post within a line, such as the summary of a task.
pub(super) fn one_line(post: &Post) -> String {
    label(&post.to_plain_text())
}
