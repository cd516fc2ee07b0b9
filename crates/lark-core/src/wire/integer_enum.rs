//! Enums of integers that the platform extends without notice.

use super::{Context, Decode, Fit, Input, Plain, WireError};

/// Defines an open enum of integers: the listed values and `Other(i64)`.
///
/// Anything that takes the enum also takes an integer: `.status(2)`. One that is none of the listed
/// values is a mistake, which fails before anything is sent; a value that the platform added since is
/// sent as `Other`. Values of responses that the SDK does not know are `Other`.
#[macro_export]
macro_rules! open_integer_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $value:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A value this version of the SDK does not know. It is sent as it is.
            Other(i64),
            #[doc(hidden)]
            Unlisted(i64),
        }

        impl $name {
            /// The value of an integer that the platform wrote: `Other` if it is not listed.
            #[must_use]
            #[inline]
            pub const fn from_wire(value: i64) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    other => Self::Other(other),
                }
            }

            /// The value as it travels.
            #[must_use]
            #[inline]
            pub const fn as_i64(self) -> i64 {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Other(value) | Self::Unlisted(value) => value,
                }
            }
        }

        /// Zero, as the platform writes what is not set.
        impl ::core::default::Default for $name {
            #[inline]
            fn default() -> Self {
                Self::from_wire(0)
            }
        }

        impl ::core::convert::From<i64> for $name {
            #[inline]
            fn from(value: i64) -> Self {
                match Self::from_wire(value) {
                    Self::Other(value) => Self::Unlisted(value),
                    listed => listed,
                }
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.as_i64(), f)
            }
        }

        impl $crate::__private::Decode for $name {
            #[inline]
            fn accept(
                &mut self,
                input: $crate::__private::Input<'_>,
                cx: &mut $crate::__private::Context<'_>,
            ) -> ::core::result::Result<$crate::__private::Fit, $crate::__private::WireError> {
                $crate::__private::accept_integer_enum(input, cx, stringify!($name), &mut |value| {
                    *self = Self::from_wire(value);
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
                if let Self::Unlisted(value) = self {
                    let values = &[$(stringify!($value)),*];
                    return out.unlisted(&value.to_string(), stringify!($name), values);
                }
                $crate::__private::Encode::<$crate::__private::Plain>::json(&self.as_i64(), out);
            }

            #[inline]
            fn text(&self, each: &mut dyn FnMut(&str)) {
                $crate::__private::Encode::<$crate::__private::Plain>::text(&self.as_i64(), each);
            }
        }

        $crate::__serde!($name);
    };
}

/// Reads an open enum of integers. `set` takes the value and returns whether it is a known one.
///
/// # Errors
/// Broken JSON.
pub fn accept_integer_enum(
    input: Input<'_>,
    cx: &mut Context<'_>,
    name: &'static str,
    set: &mut dyn FnMut(i64) -> bool,
) -> Result<Fit, WireError> {
    let mut value = 0_i64;
    let fit = Decode::<Plain>::accept(&mut value, input, cx)?;
    if fit == Fit::Taken && !set(value) {
        cx.unknown_value(name);
    }
    Ok(fit)
}
