//! What cards are made of: JSON objects with a tag, whose properties are set by name.

use serde_json::{Map, Value, json};

/// A part of a card: any type of [this module](super), or JSON for what it has no type for.
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

/// Words without any notation.
pub(super) fn plain_text(content: impl Into<String>) -> Value {
    let content: String = content.into();
    json!({ "tag": "plain_text", "content": content })
}

/// An object with its tag.
pub(super) fn tagged(tag: &str) -> Map<String, Value> {
    Map::from_iter([("tag".to_owned(), tag.into())])
}

/// Adds to the end of a list, which begins with it.
pub(super) fn push(json: &mut Map<String, Value>, list: &str, value: Value) {
    match json.get_mut(list) {
        Some(Value::Array(values)) => values.push(value),
        _ => _ = json.insert(list.to_owned(), Value::Array(vec![value])),
    }
}

/// Defines an object of a card, and a method for every property named behind its tag.
macro_rules! object {
    ($(#[$meta:meta])* $name:ident: $($property:ident)*) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name(serde_json::Map<String, serde_json::Value>);

        impl $name {
            /// Sets a property by its name in the platform's documents, for all that has no method
            /// here. The platform refuses cards of JSON 2.0 with properties it does not know.
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

/// Defines an element: an object with a tag that can stand in a card.
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

/// The properties that several elements have, each a method.
macro_rules! property {
    (element_id) => {
        /// An id for later changes through `cardkit.v1.card_element`: at most 20 letters, digits and
        /// underscores, a letter first, once in a card.
        #[must_use]
        pub fn element_id(self, element_id: impl Into<String>) -> Self {
            self.set("element_id", element_id.into())
        }
    };
    (margin) => {
        /// The room around it, -99 to 99 px: `8px`, `4px 0` or `4px 12px 4px 12px` from the top
        /// clockwise.
        #[must_use]
        pub fn margin(self, margin: impl Into<String>) -> Self {
            self.set("margin", margin.into())
        }
    };
    (padding) => {
        /// The room within it, 0 to 99 px: `8px`, `4px 0` or `4px 12px 4px 12px` from the top
        /// clockwise.
        #[must_use]
        pub fn padding(self, padding: impl Into<String>) -> Self {
            self.set("padding", padding.into())
        }
    };
    (name) => {
        /// Its name in callbacks. Within a form all that can be used needs one, once in a card.
        #[must_use]
        pub fn name(self, name: impl Into<String>) -> Self {
            self.set("name", name.into())
        }
    };
    (required) => {
        /// The form cannot be submitted without it. Within forms only.
        #[must_use]
        pub fn required(self) -> Self {
            self.set("required", true)
        }
    };
    (disabled) => {
        /// Nobody can use it.
        #[must_use]
        pub fn disabled(self) -> Self {
            self.set("disabled", true)
        }
    };
    (disabled_tips) => {
        /// Nobody can use it, and those who try see why.
        #[must_use]
        pub fn disabled_because(self, tips: impl Into<String>) -> Self {
            let tips = $crate::content::card::element::plain_text(tips);
            self.disabled().set("disabled_tips", tips)
        }
    };
    (hover_tips) => {
        /// The words shown while the pointer rests on it.
        #[must_use]
        pub fn hover_tips(self, tips: impl Into<String>) -> Self {
            self.set("hover_tips", $crate::content::card::element::plain_text(tips))
        }
    };
    (confirm) => {
        /// Asks once more before it counts, in a dialog with a title and a question.
        #[must_use]
        pub fn confirm(self, title: impl Into<String>, text: impl Into<String>) -> Self {
            let text = $crate::content::card::element::plain_text(text);
            let title = $crate::content::card::element::plain_text(title);
            self.set("confirm", serde_json::json!({ "title": title, "text": text }))
        }
    };
    (width) => {
        /// Its width: `default`, `fill`, or at least 100 px as in `120px`.
        #[must_use]
        pub fn width(self, width: impl Into<String>) -> Self {
            self.set("width", width.into())
        }
    };
    (placeholder) => {
        /// What stands there before anything is entered, at most 100 characters.
        #[must_use]
        pub fn placeholder(self, text: impl Into<String>) -> Self {
            self.set("placeholder", $crate::content::card::element::plain_text(text))
        }
    };
    (icon) => {
        /// An icon before the words.
        #[must_use]
        pub fn icon(self, icon: $crate::content::card::Icon) -> Self {
            self.set("icon", icon.into_json())
        }
    };
    (callback) => {
        /// Its use sends the app a [`CardAction`](crate::callback::CardAction) with this value.
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
        /// Its use opens an address.
        #[must_use]
        pub fn open_url(mut self, url: impl Into<String>) -> Self {
            let url: String = url.into();
            let behavior = serde_json::json!({ "type": "open_url", "default_url": url });
            $crate::content::card::element::push(&mut self.0, "behaviors", behavior);
            self
        }
    };
    (background_style) => {
        /// The colour behind it: `default`, a colour of the platform such as `grey` or `blue-50`, or
        /// one of the card's own.
        #[must_use]
        pub fn background_style(self, color: impl Into<String>) -> Self {
            self.set("background_style", color.into())
        }
    };
    (text_size) => {
        /// The size of the words: `heading`, `normal` (14 px), `notation` (12 px) and others.
        #[must_use]
        pub fn text_size(self, size: impl Into<String>) -> Self {
            self.set("text_size", size.into())
        }
    };
    (direction) => {
        /// Whether what is in it stands in a column, which is the default, or in a row.
        #[must_use]
        pub fn direction(self, direction: impl Into<$crate::content::card::Direction>) -> Self {
            self.set("direction", direction.into().as_str())
        }
    };
    (horizontal_spacing) => {
        /// The room between what stands side by side: `small` (4 px), `medium` (8), `large` (12),
        /// `extra_large` (16), or 0 to 99 px as in `6px`.
        #[must_use]
        pub fn horizontal_spacing(self, spacing: impl Into<String>) -> Self {
            self.set("horizontal_spacing", spacing.into())
        }
    };
    (vertical_spacing) => {
        /// The room between what stands one below the other: `small` (4 px), `medium` (8), `large`
        /// (12), `extra_large` (16), or 0 to 99 px as in `6px`.
        #[must_use]
        pub fn vertical_spacing(self, spacing: impl Into<String>) -> Self {
            self.set("vertical_spacing", spacing.into())
        }
    };
    (horizontal_align) => {
        /// To which side what is in it goes; left unless set.
        #[must_use]
        pub fn horizontal_align(
            self,
            align: impl Into<$crate::content::card::HorizontalAlign>,
        ) -> Self {
            self.set("horizontal_align", align.into().as_str())
        }
    };
    (vertical_align) => {
        /// To which end what is in it goes; to the top unless set.
        #[must_use]
        pub fn vertical_align(
            self,
            align: impl Into<$crate::content::card::VerticalAlign>,
        ) -> Self {
            self.set("vertical_align", align.into().as_str())
        }
    };
    (elements) => {
        /// Adds an element at the end. At most five levels of elements fit into each other.
        #[must_use]
        pub fn element(mut self, element: impl Into<$crate::content::card::Element>) -> Self {
            let element = element.into().into_json();
            $crate::content::card::element::push(&mut self.0, "elements", element);
            self
        }
    };
}

pub(super) use {element, object, property};
