//! Elements: JSON objects with a tag and properties.

use serde_json::{Map, Value, json};

/// An element of a card: any type of [this module](super), or JSON for elements without a type.
///
/// ```
/// use lark_im::content::card::{Element, Markdown};
/// use serde_json::json;
///
/// let typed = Element::from(Markdown::new("**hi**"));
/// let raw = Element::from(json!({"tag": "markdown", "content": "**hi**"}));
/// assert_eq!(typed, raw);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Element(Value);

impl Element {
    /// The element's JSON.
    pub fn into_json(self) -> Value {
        self.0
    }
}

impl From<Value> for Element {
    fn from(json: Value) -> Self {
        Self(json)
    }
}

impl From<Map<String, Value>> for Element {
    fn from(json: Map<String, Value>) -> Self {
        Self(json.into())
    }
}

/// A list of elements as JSON.
pub(super) fn elements<E: Into<Element>>(elements: impl IntoIterator<Item = E>) -> Value {
    elements.into_iter().map(|element| element.into().into_json()).collect()
}

/// Plain text.
pub(super) fn plain_text(content: impl Into<String>) -> Value {
    let content: String = content.into();
    json!({ "tag": "plain_text", "content": content })
}

/// An object with its tag.
pub(super) fn tagged(tag: &str) -> Map<String, Value> {
    Map::from_iter([("tag".to_owned(), tag.into())])
}

/// Appends to a list, which is created if it is absent.
pub(super) fn push(json: &mut Map<String, Value>, list: &str, value: Value) {
    match json.get_mut(list) {
        Some(Value::Array(values)) => values.push(value),
        _ => _ = json.insert(list.to_owned(), Value::Array(vec![value])),
    }
}

/// Defines an object of a card, with a method for every listed property.
macro_rules! object {
    ($(#[$meta:meta])* $name:ident: $($property:ident)*) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name(serde_json::Map<String, serde_json::Value>);

        impl $name {
            /// Sets a property without a method by its name in the platform's documentation. The
            /// platform refuses cards of JSON 2.0 with unknown properties.
            #[must_use]
            pub fn set(
                mut self,
                property: impl Into<String>,
                value: impl Into<serde_json::Value>,
            ) -> Self {
                self.0.insert(property.into(), value.into());
                self
            }

            $(property! { $property })*
        }
    };
}

/// Defines an element: an object with a tag.
macro_rules! element {
    ($(#[$meta:meta])* $name:ident = $tag:literal: $($property:ident)*) => {
        object! { $(#[$meta])* $name: element_id margin $($property)* }

        impl $name {
            fn empty() -> Self {
                Self($crate::content::card::element::tagged($tag))
            }
        }

        impl From<$name> for $crate::content::card::Element {
            fn from(element: $name) -> Self {
                serde_json::Value::Object(element.0).into()
            }
        }
    };
}

/// The methods of properties that several elements share.
macro_rules! property {
    (element_id) => {
        /// Sets an id for updates with `cardkit.v1.card_element`: at most 20 letters, digits and
        /// underscores, beginning with a letter, unique in the card.
        #[must_use]
        pub fn element_id(self, element_id: impl Into<String>) -> Self {
            self.set("element_id", element_id.into())
        }
    };
    (margin) => {
        /// Sets the margin, -99 to 99 px: `8px`, `4px 0` or `4px 12px 4px 12px`, clockwise from the
        /// top.
        #[must_use]
        pub fn margin(self, margin: impl Into<String>) -> Self {
            self.set("margin", margin.into())
        }
    };
    (padding) => {
        /// Sets the padding, 0 to 99 px: `8px`, `4px 0` or `4px 12px 4px 12px`, clockwise from the
        /// top.
        #[must_use]
        pub fn padding(self, padding: impl Into<String>) -> Self {
            self.set("padding", padding.into())
        }
    };
    (name) => {
        /// Sets the name in callbacks, unique in the card. In a form every interactive element needs one.
        #[must_use]
        pub fn name(self, name: impl Into<String>) -> Self {
            self.set("name", name.into())
        }
    };
    (required) => {
        /// Requires a value before the form can be submitted. In forms only.
        #[must_use]
        pub fn required(self) -> Self {
            self.set("required", true)
        }
    };
    (disabled) => {
        /// Disables the element.
        #[must_use]
        pub fn disabled(self) -> Self {
            self.set("disabled", true)
        }
    };
    (disabled_tips) => {
        /// Disables the element, and sets the text that users see when they try to use it.
        #[must_use]
        pub fn disabled_tips(self, tips: impl Into<String>) -> Self {
            let tips = $crate::content::card::element::plain_text(tips);
            self.disabled().set("disabled_tips", tips)
        }
    };
    (hover_tips) => {
        /// Sets the text that is shown on hover.
        #[must_use]
        pub fn hover_tips(self, tips: impl Into<String>) -> Self {
            self.set("hover_tips", $crate::content::card::element::plain_text(tips))
        }
    };
    (confirm) => {
        /// Asks for confirmation in a dialog with this title and text.
        #[must_use]
        pub fn confirm(self, title: impl Into<String>, text: impl Into<String>) -> Self {
            let text = $crate::content::card::element::plain_text(text);
            let title = $crate::content::card::element::plain_text(title);
            self.set("confirm", serde_json::json!({ "title": title, "text": text }))
        }
    };
    (width) => {
        /// Sets the width: `default`, `fill`, or at least 100 px as in `120px`.
        #[must_use]
        pub fn width(self, width: impl Into<String>) -> Self {
            self.set("width", width.into())
        }
    };
    (placeholder) => {
        /// Sets the placeholder, at most 100 characters.
        #[must_use]
        pub fn placeholder(self, text: impl Into<String>) -> Self {
            self.set("placeholder", $crate::content::card::element::plain_text(text))
        }
    };
    (icon) => {
        /// Sets the icon before the text.
        #[must_use]
        pub fn icon(self, icon: $crate::content::card::Icon) -> Self {
            self.set("icon", icon.into_json())
        }
    };
    (callback) => {
        /// Sends the app a [`CardAction`](crate::callback::CardAction) with this value on interaction.
        #[must_use]
        pub fn callback(
            mut self,
            value: impl Into<$crate::content::card::CallbackValue>,
        ) -> Self {
            let value = value.into().into_json();
            let behavior = serde_json::json!({ "type": "callback", "value": value });
            $crate::content::card::element::push(&mut self.0, "behaviors", behavior);
            self
        }
    };
    (open_url) => {
        /// Opens a URL on interaction.
        #[must_use]
        pub fn open_url(mut self, url: impl Into<String>) -> Self {
            let url: String = url.into();
            let behavior = serde_json::json!({ "type": "open_url", "default_url": url });
            $crate::content::card::element::push(&mut self.0, "behaviors", behavior);
            self
        }
    };
    (background_style) => {
        /// Sets the background color: `default`, a color of the platform such as `grey` or `blue-50`,
        /// or a color that the card defines.
        #[must_use]
        pub fn background_style(self, color: impl Into<String>) -> Self {
            self.set("background_style", color.into())
        }
    };
    (text_size) => {
        /// Sets the size of the text: `heading`, `normal` (14 px), `notation` (12 px) and others.
        #[must_use]
        pub fn text_size(self, size: impl Into<String>) -> Self {
            self.set("text_size", size.into())
        }
    };
    (direction) => {
        /// Sets the direction in which the elements are laid out; vertical by default.
        #[must_use]
        pub fn direction(self, direction: $crate::content::card::Direction) -> Self {
            self.set("direction", direction.as_str())
        }
    };
    (horizontal_spacing) => {
        /// Sets the horizontal spacing of the elements: `small` (4 px), `medium` (8), `large` (12),
        /// `extra_large` (16), or 0 to 99 px as in `6px`.
        #[must_use]
        pub fn horizontal_spacing(self, spacing: impl Into<String>) -> Self {
            self.set("horizontal_spacing", spacing.into())
        }
    };
    (vertical_spacing) => {
        /// Sets the vertical spacing of the elements: `small` (4 px), `medium` (8), `large`
        /// (12), `extra_large` (16), or 0 to 99 px as in `6px`.
        #[must_use]
        pub fn vertical_spacing(self, spacing: impl Into<String>) -> Self {
            self.set("vertical_spacing", spacing.into())
        }
    };
    (horizontal_align) => {
        /// Sets the horizontal alignment of the elements; left by default.
        #[must_use]
        pub fn horizontal_align(
            self,
            align: $crate::content::card::HorizontalAlign,
        ) -> Self {
            self.set("horizontal_align", align.as_str())
        }
    };
    (vertical_align) => {
        /// Sets the vertical alignment of the elements; top by default.
        #[must_use]
        pub fn vertical_align(
            self,
            align: $crate::content::card::VerticalAlign,
        ) -> Self {
            self.set("vertical_align", align.as_str())
        }
    };
    (elements) => {
        /// Appends an element. Elements can be nested at most five levels deep.
        #[must_use]
        pub fn element(mut self, element: impl Into<$crate::content::card::Element>) -> Self {
            let element = element.into().into_json();
            $crate::content::card::element::push(&mut self.0, "elements", element);
            self
        }
    };
}

pub(super) use {element, object, property};
