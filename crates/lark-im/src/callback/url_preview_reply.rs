//! Replies with link previews.

use lark_core::{CallbackReply, Value};
use serde_json::{Map, json};

use super::card_reply::wrapped;
use crate::content::Card;

/// The reply to a [`UrlPreview`](super::UrlPreview): a title instead of the URL, a card below the
/// message, both, or nothing.
///
/// ```
/// use lark_core::CallbackReply;
/// use lark_im::callback::{PreviewUrl, UrlPreviewReply};
/// use lark_im::content::Card;
///
/// let reply = UrlPreviewReply::none()
///     .title("Ticket 7: no coffee")
///     .url(PreviewUrl::new("https://tickets.example/7"))
///     .card(Card::markdown("Ticket 7", "**open**"));
/// assert!(reply.to_body().starts_with(r#"{"card":{"#));
/// ```
///
/// Source: <https://open.feishu.cn/document/development-link-preview/pull-link-preview-data-callback-structure>.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UrlPreviewReply {
    inline: Map<String, Value>,
    translations: Map<String, Value>,
    card: Option<Value>,
}

impl UrlPreviewReply {
    /// A reply without a preview.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Shows this title instead of the URL.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.inline.insert("title".to_owned(), title.into().into());
        self
    }

    /// Sets the title for one language, such as `zh_cn` or `en_us`.
    #[must_use]
    pub fn i18n_title(mut self, language: impl Into<String>, title: impl Into<String>) -> Self {
        self.translations.insert(language.into(), title.into().into());
        self
    }

    /// Shows an icon before the title, by the key of an uploaded image (`img_...`).
    #[must_use]
    pub fn image_key(mut self, image_key: impl Into<String>) -> Self {
        self.inline.insert("image_key".to_owned(), image_key.into().into());
        self
    }

    /// Opens other URLs than that of the link.
    #[must_use]
    pub fn url(mut self, url: PreviewUrl) -> Self {
        self.inline.insert("url".to_owned(), Value::Object(url.urls));
        self
    }

    /// Shows a card below the message: JSON, or a template of the card editor.
    #[must_use]
    pub fn card(mut self, card: impl Into<Card>) -> Self {
        self.card = Some(wrapped(card.into()));
        self
    }
}

impl CallbackReply for UrlPreviewReply {
    fn to_body(&self) -> String {
        let mut inline = self.inline.clone();
        if !self.translations.is_empty() {
            inline.insert("i18n_title".to_owned(), Value::Object(self.translations.clone()));
        }
        let mut body = json!({});
        if !inline.is_empty() {
            body["inline"] = Value::Object(inline);
        }
        if let Some(card) = &self.card {
            body["card"] = card.clone();
        }
        body.to_string()
    }
}

/// The URLs that a previewed link opens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PreviewUrl {
    urls: Map<String, Value>,
}

impl PreviewUrl {
    /// The URL that is copied with the link.
    pub fn new(copy_url: impl Into<String>) -> Self {
        Self::default().with("copy_url", copy_url.into())
    }

    /// The URL on iOS.
    #[must_use]
    pub fn ios(self, url: impl Into<String>) -> Self {
        self.with("ios", url.into())
    }

    /// The URL on Android.
    #[must_use]
    pub fn android(self, url: impl Into<String>) -> Self {
        self.with("android", url.into())
    }

    /// The URL on a desktop.
    #[must_use]
    pub fn pc(self, url: impl Into<String>) -> Self {
        self.with("pc", url.into())
    }

    /// The URL in a browser.
    #[must_use]
    pub fn web(self, url: impl Into<String>) -> Self {
        self.with("web", url.into())
    }

    fn with(mut self, platform: &str, url: String) -> Self {
        self.urls.insert(platform.to_owned(), url.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_has_the_platforms_form() {
        let reply = UrlPreviewReply::none()
            .title("t")
            .i18n_title("zh_cn", "题")
            .image_key("img_1")
            .url(PreviewUrl::new("c").ios("i").android("a").pc("p").web("w"))
            .card(Card::template("AAq"));
        let got: Value = serde_json::from_str(&reply.to_body()).expect("JSON");
        let want = json!({
            "inline": {
                "title": "t",
                "i18n_title": {"zh_cn": "题"},
                "image_key": "img_1",
                "url": {"copy_url": "c", "ios": "i", "android": "a", "pc": "p", "web": "w"},
            },
            "card": {"type": "template", "data": {"template_id": "AAq"}},
        });
        assert_eq!(got, want);
        assert_eq!(UrlPreviewReply::none().to_body(), "{}");
    }
}
