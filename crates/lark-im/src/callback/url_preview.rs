//! Link previews.

use lark_core::CallbackPayload;

use super::{Operator, UrlPreviewReply};

/// A client needs the preview of a link: callback `url.preview.get`.
///
/// Source: <https://open.feishu.cn/document/development-link-preview/pull-link-preview-data-callback-structure>.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct UrlPreview {
    /// The user whose client needs the preview.
    pub operator: Operator,
    /// The kind of place that shows the link: `im_message` and others.
    pub host: String,
    /// The link and its place.
    pub context: UrlPreviewContext,
}
lark_core::record! { UrlPreview decode; operator!, host, context! }

/// A link and its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UrlPreviewContext {
    /// URL of the link.
    pub url: String,
    /// Token for `im.v2.url_preview.batch_update`, which refreshes the preview.
    pub preview_token: Option<String>,
    /// Id of the message (`om_...`).
    pub open_message_id: Option<String>,
    /// Id of the chat (`oc_...`).
    pub open_chat_id: Option<String>,
    /// How the preview is delivered: `url_preview` and others.
    pub delivery_type: Option<String>,
}
lark_core::record! { UrlPreviewContext decode;
    url!, preview_token, open_message_id, open_chat_id, delivery_type,
}

impl CallbackPayload for UrlPreview {
    const EVENT_TYPE: &'static str = "url.preview.get";
    type Reply = UrlPreviewReply;
}
