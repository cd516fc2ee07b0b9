//! What models have with the feature `serde` besides: the direction in which they do not travel, and
//! the traits of serde.

/// Without the feature a model is only read or only written, as it travels.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __stored {
    ($($all:tt)*) => {};
}

#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($model:ident) => {};
}

/// The other direction of a model. What is required is left to the direction in which it travels.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __stored {
    (write $model:ident $($all:tt)*) => {
        $crate::__record!(write $model $($all)*);
        $crate::__serde!($model);
    };
    (read true $model:ident $($all:tt)*) => {
        $crate::__record!(read true $model $($all)*);
        $crate::__serde!($model);
    };
}

/// The traits of serde, by the tables.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($model:ident) => {
        impl $crate::__private::serde::Serialize for $model {
            #[inline]
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::serialize(self, serializer)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $model {
            #[inline]
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::deserialize(deserializer)
            }
        }
    };
}
