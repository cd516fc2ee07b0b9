//! Callbacks: what the platform asks an app, and waits 3 s for the answer.
//!
//! | The platform asks | Payload | Answer |
//! |---|---|---|
//! | somebody used a card | [`CardAction`] | [`CardReply`]: a toast, another card, or nothing |
//! | what a link looks like | [`UrlPreview`] | [`UrlPreviewReply`] |
//! | somebody used a card, asked the old way | [`LegacyCardAction`] | [`LegacyCardReply`] |
//!
//! Handlers are given to `on_callback` of the event router, in lark-core behind its feature `events`.
//! What takes longer than 3 s is done after an answer that changes nothing, and shown with
//! [`update_card`].
//!
//! ```
//! use lark_im::callback::{CardAction, CardReply, Toast};
//! use lark_im::content::Card;
//!
//! fn on_action(action: &CardAction) -> CardReply {
//!     match action.action.value["leave"].as_i64() {
//!         Some(7) => CardReply::none()
//!             .toast(Toast::success("Approved").i18n("zh_cn", "已批准"))
//!             .card(Card::markdown("Leave request", "approved")),
//!         _ => CardReply::none(),
//!     }
//! }
//! # _ = on_action(&CardAction::default());
//! ```
//!
//! A failure is shown to the person at the card as a number: 200340, no callback is configured;
//! 200341, no answer in time; 200342 and 200343, no connection; 200671, a status that is not 200;
//! 200672, an answer that cannot be read; 200673, a card that cannot be drawn.
//!
//! Source: <https://open.feishu.cn/document/feishu-cards/card-callback-communication>.

mod card_action;
mod card_reply;
mod legacy;
mod toast;
mod update;
mod url_preview;
mod url_preview_reply;

pub use self::card_action::{Action, CallbackContext, CardAction, Operator};
pub use self::card_reply::CardReply;
pub use self::legacy::{LegacyCardAction, LegacyCardReply};
pub use self::toast::Toast;
pub use self::update::{UpdateCardRequest, update_card};
pub use self::url_preview::{UrlPreview, UrlPreviewContext};
pub use self::url_preview_reply::{PreviewUrl, UrlPreviewReply};
