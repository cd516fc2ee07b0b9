//! What the tables expand to. Here every row has all its parts, `field {wire name} [!] [codec]
//! [setter]`, with empty brackets for what was left out.

/// A table in which some fields have a wire name of their own.
#[doc(hidden)]
#[macro_export]
macro_rules! __renamed {
    ($direction:ident $model:ident;
     $($field:ident $wire:tt [$(! $($need:lifetime)?)?] $codec:tt $setter:tt;)*) => {
        $crate::__record!($direction $model [$($($($need)? $crate::__wire!($field $wire),)?)*];
            $($field {$crate::__wire!($field $wire)} [$(! $($need)?)?] $codec $setter;)*);
    };
}

/// The brackets after the model hold the wire names of its required fields; the literal tells whether
/// they are requirements of requests.
#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    (both $model:ident $required:tt; $($rows:tt)*) => {
        $crate::__record!(read true $model $required; $($rows)*);
        $crate::__record!(write $model $required; $($rows)*);
        $crate::__record!(set $model $required; $($rows)*);
        $crate::__serde!($model);
    };
    (decode $model:ident $required:tt; $($rows:tt)*) => {
        $crate::__record!(read false $model $required; $($rows)*);
        $crate::__stored!(write $model []; $($rows)*);
    };
    (encode $model:ident $required:tt; $($rows:tt)*) => {
        $crate::__record!(write $model $required; $($rows)*);
        $crate::__record!(set $model $required; $($rows)*);
        $crate::__stored!(read true $model []; $($rows)*);
    };
    (read $is_sent:literal $model:ident $required:tt;
     $($field:ident {$($wire:tt)+} $need:tt $codec:tt $setter:tt;)*) => {
        impl $crate::__private::RecordFields for $model {
            #[inline]
            fn slot(
                &mut self,
                key: &str,
            ) -> ::core::option::Option<(&'static str, $crate::__private::Slot<'_>)> {
                match key {
                    $($($wire)+ => ::core::option::Option::Some((
                        $($wire)+,
                        $crate::__slot!($codec self $field),
                    )),)*
                    _ => ::core::option::Option::None,
                }
            }
        }

        impl $crate::__private::Record for $model {
            const REQUIRED: &'static [&'static str] = &$required;
        }

        // `decode_record` keeps one bit a required field.
        const _: () = assert!(<$model as $crate::__private::Record>::REQUIRED.len() <= 128);

        impl $crate::__private::Decode for $model {
            #[inline]
            fn accept(
                &mut self,
                input: $crate::__private::Input<'_>,
                cx: &mut $crate::__private::Context<'_>,
            ) -> ::core::result::Result<$crate::__private::Fit, $crate::__private::WireError> {
                $crate::__private::decode_record(
                    self,
                    <Self as $crate::__private::Record>::REQUIRED,
                    $is_sent,
                    input,
                    cx,
                )
            }
        }
    };
    (set $model:ident $required:tt;
     $($field:ident {$($wire:tt)+} $need:tt $codec:tt $setter:tt;)*) => {
        impl $model {
            /// An empty value, to be filled by its setters.
            #[must_use]
            #[inline]
            pub fn new() -> Self {
                Self::default()
            }

            $($crate::__model_setter!($field $need $setter);)*
        }
    };
    (write $model:ident $required:tt;
     $($field:ident {$($wire:tt)+} $need:tt $codec:tt $setter:tt;)*) => {
        impl $crate::__private::VisitFields for $model {
            #[inline]
            fn visit_fields(&self, visit: &mut $crate::__private::FieldVisitor<'_>) {
                let _ = &visit; // a model may have no field
                $(visit($($wire)+, $crate::__part!($codec self $field));)*
            }
        }

        impl $crate::__private::Encode for $model {
            #[inline]
            fn json(&self, out: &mut $crate::__private::JsonWriter) {
                $crate::__private::encode_record(out, &$required, self);
            }

            #[inline]
            fn text(&self, each: &mut dyn FnMut(&str)) {
                each(&$crate::__private::JsonWriter::text_of(self));
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __operation {
    ($request:ident => $response:ty; $id:literal $method:ident $path:literal $body:tt
       [$($token:ident)*] [$($deviation:ident $values:tt)*]
       [$($fact:ident: $text:literal,)*];
     $($place:ident $field:ident {$($wire:tt)+} $need:tt $codec:tt
       [$($setter:ident ($ty:ty) $($role:ident)?)?];)*) => {
        impl $request {
            $($crate::__input_setter!($place $field {$($wire)+} $need
                [$($setter ($ty) $($role)?)?]);)*
        }

        impl $crate::__private::Inputs for $request {
            #[inline]
            fn each(&self, visit: &mut dyn FnMut($crate::__private::Part<'_>)) {
                let _ = &visit; // an operation may have no input
                $(visit($crate::__part!($codec self $field));)*
            }
        }

        impl $crate::Operation for $request {
            type Response = $response;
            #[allow(clippy::needless_update)] // a table may state every fact
            const META: &'static $crate::__private::Meta = &$crate::__private::Meta {
                id: $id,
                method: $crate::http::Method::$method,
                path: $path,
                body: $crate::__body!($body),
                tokens: $crate::__private::Tokens::NONE$(.and($crate::TokenKind::$token))*,
                inputs: &[$($crate::__input!($place $need $($wire)+)$($(.$role())?)?),*],
                deviations: $crate::__private::Deviations::NONE$(.$deviation $values)*,
                facts: $crate::__private::FactTexts {
                    $($fact: $text,)*
                    ..$crate::__private::FactTexts::NONE
                },
            };
        }
    };
}
