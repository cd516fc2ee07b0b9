//! A link that an app has a preview for.

use lark_core::CallbackPayload;

use super::{Operator, UrlPreviewReply};

/// The platform asks what a link in a chat looks like: callback `url.preview.get`.
///
/// Source: <https://open.feishu.cn/document/development-link-preview/pull-link-preview-data-callback-structure>.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct UrlPreview {
    /// Whose client asks.
    pub operator: Operator,
    /// Where the link is: `im_message` and others.
    pub host: String,
    /// The link and its place.
    pub context: UrlPreviewContext,
}
lark_core::record! { UrlPreview decode; operator!, host, context! }

/// A link and its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UrlPreviewContext {
    /// The link.
    pub url: String,
    /// For `im.v2.url_preview.batch_update`, which has the preview made anew.
    pub preview_token: Option<String>,
    /// The message (`om_...`).
    pub open_message_id: Option<String>,
    /// The chat (`oc_...`).
    pub open_chat_id: Option<String>,
    /// How the preview is shown: `url_preview` and others.
    pub delivery_type: Option<String>,
}
lark_core::record! { UrlPreviewContext decode;
    url!, preview_token, open_message_id, open_chat_id, delivery_type,
}

impl CallbackPayload for UrlPreview {
    const EVENT_TYPE: &'static str = "url.preview.get";
    type Reply = UrlPreviewReply;
}
