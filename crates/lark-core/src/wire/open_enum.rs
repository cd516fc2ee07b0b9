//! Enums that the platform extends without notice.

use super::{Context, Fit, Input, WireError};

/// Defines an open enum: the listed values and `Other(String)`.
///
/// Anything that takes the enum also takes a string: `.receive_id_type("chat_id")`. A string that is
/// none of the listed values is a mistake, which fails before anything is sent; a value that the
/// platform added since is sent as `Other`. Values of responses that the SDK does not know are `Other`.
///
/// ```
/// lark_core::open_enum! {
///     /// The kind of a chat.
///     ChatMode {
///         /// A group.
///         Group = "group",
///         /// A group of topics.
///         Topic = "topic",
///     }
/// }
///
/// assert_eq!(ChatMode::from("topic"), ChatMode::Topic);
/// assert_eq!(ChatMode::VALUES, ["group", "topic"]);
/// // Text of a user or a configuration is parsed, so that the mistake shows where it is.
/// let error = "gruop".parse::<ChatMode>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "\"gruop\" is not a known ChatMode (group, topic); ChatMode::Other sends a value as it is"
/// );
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $value:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A value this version of the SDK does not know. It is sent as it is.
            Other(String),
            #[doc(hidden)]
            Unlisted(String),
        }

        impl $name {
            /// The listed values, as they travel.
            pub const VALUES: &'static [&'static str] = &[$($value),*];

            /// The value as it travels.
            #[must_use]
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Other(value) | Self::Unlisted(value) => value,
                }
            }

            /// The value of a text that the platform wrote: `Other` if it is not listed.
            #[must_use]
            #[inline]
            pub fn from_wire(value: &str) -> Self {
                match Self::from(value) {
                    Self::Unlisted(value) => Self::Other(value),
                    listed => listed,
                }
            }
        }

        /// No value at all: `Other("")`.
        impl ::core::default::Default for $name {
            #[inline]
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    other => Self::Unlisted(other.to_owned()),
                }
            }
        }

        impl ::core::convert::From<String> for $name {
            #[inline]
            fn from(value: String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl ::core::convert::From<&String> for $name {
            #[inline]
            fn from(value: &String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::UnknownValue;

            #[inline]
            fn from_str(value: &str) -> ::core::result::Result<Self, $crate::UnknownValue> {
                match Self::from(value) {
                    Self::Unlisted(value) => ::core::result::Result::Err(
                        $crate::UnknownValue::new(value, stringify!($name), Self::VALUES),
                    ),
                    listed => ::core::result::Result::Ok(listed),
                }
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::__private::Decode for $name {
            #[inline]
            fn accept(
                &mut self,
                input: $crate::__private::Input<'_>,
                cx: &mut $crate::__private::Context<'_>,
            ) -> ::core::result::Result<$crate::__private::Fit, $crate::__private::WireError> {
                $crate::__private::accept_enum(input, cx, stringify!($name), &mut |text| {
                    *self = Self::from_wire(text);
                    !matches!(self, Self::Other(_))
                })
            }
        }

        impl $crate::__private::Encode for $name {
            #[inline]
            fn is_fit(&self) -> bool {
                !matches!(self, Self::Unlisted(_))
            }

            #[inline]
            fn json(&self, out: &mut $crate::__private::JsonWriter) {
                match self {
                    Self::Unlisted(value) => out.unlisted(value, stringify!($name), Self::VALUES),
                    listed => out.string(listed.as_str()),
                }
            }

            #[inline]
            fn text(&self, each: &mut dyn FnMut(&str)) {
                each(self.as_str());
            }
        }

        $crate::__serde!($name);
    };
}

/// Reads an open enum. `set` takes the value and tells whether it is one of the known.
///
/// # Errors
/// Broken JSON.
pub fn accept_enum(
    input: Input<'_>,
    cx: &mut Context<'_>,
    name: &'static str,
    set: &mut dyn FnMut(&str) -> bool,
) -> Result<Fit, WireError> {
    let number;
    let text = match &input {
        Input::Str(text) => *text,
        Input::Int(int) => {
            cx.converted(name, "integer");
            number = int.to_string();
            &number
        }
        Input::Null => return Ok(Fit::Absent),
        other => {
            cx.dropped(name, other.kind());
            return Ok(Fit::Misfit);
        }
    };
    if !set(text) {
        cx.unknown_value(name);
    }
    Ok(Fit::Taken)
}
