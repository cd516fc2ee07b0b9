//! The elements of cards, messages of type `interactive`.
//!
//! | Purpose | Elements |
//! |---|---|
//! | text | [`Markdown`], [`Div`] |
//! | content | [`Img`], [`Table`], [`Chart`], [`Hr`] |
//! | containers | [`ColumnSet`], [`CollapsiblePanel`], [`InteractiveContainer`] |
//! | input with an immediate callback | [`Button`], [`Overflow`], [`Checker`], [`SelectStatic`], [`SelectPerson`] |
//! | input submitted together | [`Form`] with [`Input`], [`MultiSelectStatic`], [`MultiSelectPerson`], [`DatePicker`], [`TimePicker`], [`DatetimePicker`] and any of the above |
//!
//! Every element has `set` for properties without a method, and JSON converts into an [`Element`]. A
//! user's interaction with a card arrives as a [`CardAction`](crate::callback::CardAction).
//!
//! ```
//! use lark_im::content::card::{Button, Form, Input, SelectPerson};
//! use lark_im::content::{Card, Content};
//!
//! let card = Card::markdown("Handover", "Who takes over?").element(
//!     Form::new("handover")
//!         .element(SelectPerson::new().name("who").placeholder("Person").required())
//!         .element(Input::new().name("why").label("Reason").max_length(200))
//!         .element(Button::submit("send", "Hand over").callback([("ticket", 7)])),
//! );
//! Content::from(card).check()?;
//! # Ok::<(), lark_im::content::ContentError>(())
//! ```
//!
//! Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/component-json-v2-overview>.

pub(super) mod builder;
mod button;
mod checker;
mod column;
mod container;
mod element;
mod form;
mod icon;
mod image;
mod input;
mod layout;
mod limit;
mod overflow;
mod picker;
mod select;
#[cfg(test)]
mod shapes;
mod table;
mod tables;
mod text;
mod value;

pub use builder::WidthMode;
pub use button::{Button, ButtonType};
pub use checker::Checker;
pub use column::{Column, ColumnSet, FlexMode};
pub use container::{CollapsiblePanel, InteractiveContainer};
pub use element::Element;
pub use form::Form;
pub use icon::Icon;
pub use image::{Hr, Img};
pub use input::Input;
pub use layout::{Direction, HorizontalAlign, VerticalAlign};
pub use limit::MAX_CARD_ELEMENTS;
use limit::NOT_ELEMENTS;
pub(super) use limit::check;
pub use overflow::Overflow;
pub use picker::{DatePicker, DatetimePicker, TimePicker};
pub use select::{MultiSelectPerson, MultiSelectStatic, SelectPerson, SelectStatic};
pub use table::{Chart, Table, TableColumn};
pub use tables::MAX_CARD_TABLES;
pub use text::{Div, Markdown};
pub use value::CallbackValue;
