//! Enums that the platform extends without notice.

use super::{Context, Fit, Input, WireError};

/// Defines an open enum: the listed values and `Other(String)`.
///
/// Values that the SDK does not know are kept and sent as they are. Anything that takes the enum
/// also takes a string: `.receive_id_type("chat_id")`.
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $value:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A value this version of the SDK does not know.
            Other(String),
        }

        impl $name {
            /// The value as it travels.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Other(value) => value,
                }
            }
        }

        /// No value at all: `Other("")`.
        impl ::core::default::Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl ::core::convert::From<String> for $name {
            fn from(value: String) -> Self {
                match value.as_str() {
                    $($value => Self::$variant,)*
                    _ => Self::Other(value),
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::__private::Decode for $name {
            fn accept(
                &mut self,
                input: $crate::__private::Input<'_>,
                cx: &mut $crate::__private::Context<'_>,
            ) -> ::core::result::Result<$crate::__private::Fit, $crate::__private::WireError> {
                $crate::__private::accept_enum(input, cx, stringify!($name), &mut |text| {
                    *self = text.into();
                    !matches!(self, Self::Other(_))
                })
            }
        }

        impl $crate::__private::Encode for $name {
            fn json(&self, out: &mut $crate::__private::JsonWriter) {
                out.string(self.as_str());
            }

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
