//! What is left of a block without styles.

use super::Block;
use super::rich_text::decode_url;
use crate::v1::TextElement;

impl Block {
    /// Its text without styles: mentions as `@` and the id, formulas in LaTeX. Empty for kinds
    /// without text. The texts of its children are not in it.
    #[must_use]
    pub fn plain_text(&self) -> String {
        let text = self.rich_text();
        let elements = text.iter().flat_map(|it| it.elements.iter().flatten());
        elements.map(plain).collect()
    }
}

fn plain(element: &TextElement) -> String {
    if let Some(run) = &element.text_run {
        return run.content.clone().unwrap_or_default();
    }
    if let Some(equation) = &element.equation {
        return equation.content.clone().unwrap_or_default();
    }
    if let Some(mention) = &element.mention_user {
        return mention.user_id.as_ref().map(|id| format!("@{id}")).unwrap_or_default();
    }
    if let Some(mention) = &element.mention_doc {
        return title_or_url(mention.title.as_ref(), mention.url.as_ref());
    }
    let preview = element.link_preview.as_ref();
    preview.map(|it| title_or_url(it.title.as_ref(), it.url.as_ref())).unwrap_or_default()
}

fn title_or_url(title: Option<&String>, url: Option<&String>) -> String {
    let title = title.filter(|it| !it.is_empty()).cloned();
    title.or_else(|| url.map(|it| decode_url(it))).unwrap_or_default()
}
