//! Callbacks: requests of the platform that an app must answer within 3 s.
//!
//! | Callback | Payload | Reply |
//! |---|---|---|
//! | a user interacted with a card | [`CardAction`] | [`CardReply`]: a toast, a new card, both, or nothing |
//! | a client needs the preview of a link | [`UrlPreview`] | [`UrlPreviewReply`] |
//! | a user interacted with a card, old format | [`LegacyCardAction`] | [`LegacyCardReply`] |
//!
//! Register handlers with `on_callback` of the event router (lark-core, feature `events`). For work
//! that takes longer than 3 s, reply with [`CardReply::none`] and update the card later with
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
//! After a failure the user sees an error code: 200340, no callback URL is configured; 200341, no reply
//! within 3 s; 200342 and 200343, no connection; 200671, a status other than 200; 200672, a malformed
//! reply; 200673, an invalid card.
//!
//! Source: <https://open.feishu.cn/document/feishu-cards/card-callback-communication>.

mod card_action;
mod card_reply;
mod legacy;
mod toast;
mod update;
mod url_preview;
mod url_preview_reply;

pub use self::card_action::{Action, CardAction, CardActionContext, Operator};
pub use self::card_reply::CardReply;
pub use self::legacy::{LegacyCardAction, LegacyCardReply};
pub use self::toast::Toast;
pub use self::update::{UpdateCardRequest, update_card};
pub use self::url_preview::{UrlPreview, UrlPreviewContext};
pub use self::url_preview_reply::{PreviewUrl, UrlPreviewReply};
