//! How blocks are written as Markdown.

use std::collections::HashMap;

/// How blocks are written as Markdown.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    pub(crate) site: String,
    pub(crate) user_names: HashMap<String, String>,
    pub(crate) image_links: HashMap<String, String>,
    pub(crate) colors: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            site: "https://feishu.cn".to_owned(),
            user_names: HashMap::new(),
            image_links: HashMap::new(),
            colors: true,
        }
    }
}

impl Options {
    /// The defaults: links to `https://feishu.cn`, users by their ids, colours kept.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The website that links to spreadsheets, Bases and other documents lead to, such as
    /// `https://example.feishu.cn` or `https://example.larksuite.com`.
    #[must_use]
    pub fn site(mut self, site: impl Into<String>) -> Self {
        let site: String = site.into();
        self.site = site.trim_end_matches('/').to_owned();
        self
    }

    /// The name of a user, which mentions show instead of the id.
    #[must_use]
    pub fn user_name(mut self, user_id: impl Into<String>, name: impl Into<String>) -> Self {
        self.user_names.insert(user_id.into(), name.into());
        self
    }

    /// Where an image is, by its token: a path or an address. Images without one get a link
    /// `lark:image/TOKEN`.
    #[must_use]
    pub fn image_link(mut self, token: impl Into<String>, link: impl Into<String>) -> Self {
        self.image_links.insert(token.into(), link.into());
        self
    }

    /// Whether colours of text are kept, as `<span data-color=..>`. Default `true`.
    #[must_use]
    pub fn colors(mut self, colors: bool) -> Self {
        self.colors = colors;
        self
    }
}
