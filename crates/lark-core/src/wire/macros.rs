//! The tables behind generated structs, turned into code.

/// Implements reading and writing of a model from its field table.
///
/// ```
/// /// A mention.
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct Mention {
///     /// `@_user_1`
///     pub key: String,
///     /// When, in milliseconds.
///     pub create_time: Option<i64>,
/// }
/// lark_core::record! { Mention decode;
///     key "key" required plain;
///     create_time "create_time" optional text;
/// }
/// ```
///
/// A row is `field "wire name" need codec`, and for models that are sent also the kind of setter
/// and its type. `decode` models are only read, `encode` models only sent.
#[macro_export]
macro_rules! record {
    ($model:ident decode; $($field:ident $wire:literal $need:ident $codec:ident;)*) => {
        $crate::__decode!($model; $($field $wire $need $codec;)*);
    };
    ($model:ident encode; $($field:ident $wire:literal $need:ident $codec:ident $setter:ident $ty:ty;)*) => {
        $crate::__encode!($model; $($field $wire $need $codec $setter ($ty);)*);
    };
    ($model:ident both; $($field:ident $wire:literal $need:ident $codec:ident $setter:ident $ty:ty;)*) => {
        $crate::__decode!($model; $($field $wire $need $codec;)*);
        $crate::__encode!($model; $($field $wire $need $codec $setter ($ty);)*);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __decode {
    ($model:ident; $($field:ident $wire:literal $need:ident $codec:ident;)*) => {
        impl $crate::__private::RecordFields for $model {
            fn slot(
                &mut self,
                key: &str,
            ) -> ::core::option::Option<($crate::__private::Field, $crate::__private::Slot<'_>)> {
                match key {
                    $($wire => ::core::option::Option::Some((
                        ($wire, $crate::__need!($need)),
                        $crate::__slot!($codec self $field),
                    )),)*
                    _ => ::core::option::Option::None,
                }
            }
        }

        impl $crate::__private::Record for $model {
            const FIELDS: &'static [$crate::__private::Field] = &[$(($wire, $crate::__need!($need))),*];
        }

        // `decode_record` keeps one bit a field.
        const _: () = assert!(<$model as $crate::__private::Record>::FIELDS.len() <= 128);

        impl $crate::__private::Decode for $model {
            fn accept(
                &mut self,
                input: $crate::__private::Input<'_>,
                cx: &mut $crate::__private::Context<'_>,
            ) -> ::core::result::Result<$crate::__private::Fit, $crate::__private::WireError> {
                $crate::__private::decode_record(
                    self,
                    <Self as $crate::__private::Record>::FIELDS,
                    input,
                    cx,
                )
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __encode {
    ($model:ident; $($field:ident $wire:literal $need:ident $codec:ident $setter:ident ($ty:ty);)*) => {
        impl $model {
            /// An empty value, to be filled by its setters.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            $($crate::__setter! { concat!("Sets `", $wire, "`", $crate::__need_text!($need)),
                $setter $field $ty })*
        }

        impl $crate::__private::Encode for $model {
            fn json(&self, out: &mut $crate::__private::JsonWriter) {
                $crate::__private::encode_record(out, &|field| {
                    $(field($wire, $crate::__need!($need), $crate::__part!($codec self $field));)*
                });
            }

            fn text(&self, each: &mut dyn FnMut(&str)) {
                each(&$crate::__private::JsonWriter::render(|out| $crate::__private::Encode::json(self, out)));
            }
        }
    };
}

/// Implements an operation from the table of its inputs. The table is written by codegen; see the
/// source of any domain crate. A row that ends in `as key` is the idempotency key; a path input that
/// ends in `as secret` is kept out of traces.
#[macro_export]
macro_rules! operation {
    ($request:ident => $response:ty; $id:literal $method:ident $path:literal $body:ident [$($token:ident)*];
     $($place:ident $field:ident $wire:literal $need:ident $codec:ident
       $($setter:ident $ty:ty $(as $role:ident)?)?;)*) => {
        impl $request {
            $($($crate::__setter! {
                concat!("Sets ", stringify!($place), " input `", $wire, "`", $crate::__need_text!($need)
                    $(, $crate::__role_text!($role))?),
                $setter $field $ty
            })?)*
        }

        impl $crate::__private::Inputs for $request {
            fn each(&self, visit: &mut dyn FnMut($crate::__private::Part<'_>)) {
                let _ = &visit; // an operation may have no input
                $(visit($crate::__part!($codec self $field));)*
            }
        }

        impl $crate::Operation for $request {
            type Response = $response;
            const META: &'static $crate::__private::Meta = &$crate::__private::Meta {
                id: $id,
                method: $crate::__method!($method),
                path: $path,
                body: $crate::__body!($body),
                tokens: $crate::__private::Tokens::NONE$(.and($crate::TokenKind::$token))*,
                inputs: &[$($crate::__private::InputMeta {
                    name: $wire,
                    place: $crate::__place!($place),
                    need: $crate::__need!($need),
                    role: $crate::__private::Role::Plain,
                }$($(.$role())?)?),*],
            };
        }
    };
}

/// Says how the answers of an operation are pages: which input takes the token, where the answer has
/// the next one and, unless it never says, whether there is more, and the list if it is one.
///
/// ```text
/// lark_core::pages! { ListUserRequest; page_token => page_token has_more; items: User; }
/// ```
#[macro_export]
macro_rules! pages {
    ($request:ident; $input:ident => $token:ident $($has_more:ident)?; $($items:ident: $item:ty;)?) => {
        impl $crate::Paged for $request {
            fn page_token(&self) -> ::core::option::Option<&str> {
                self.$input.as_deref()
            }

            fn set_page_token(&mut self, token: &str) {
                self.$input = ::core::option::Option::Some(token.into());
            }

            fn next_page(answer: &Self::Response) -> $crate::__private::NextPage {
                $crate::__private::NextPage {
                    token: answer.$token.clone().into(),
                    has_more: ::core::option::Option::None::<bool>$(.or(answer.$has_more))?,
                }
            }
        }

        $(impl $crate::Listed for $request {
            type Item = $item;

            fn items(answer: Self::Response) -> ::std::vec::Vec<Self::Item> {
                ::core::option::Option::from(answer.$items).unwrap_or_default()
            }
        })?
    };
}

/// Ties an event's payload to its type, and names the fields that lead to its ordering key and its
/// identity. A field on the way may be an `Option`; the last one is a text. See
/// [`EventPayload`](crate::EventPayload).
///
/// ```text
/// lark_core::event! { MessageReceive "im.message.receive_v1"; ordering_key message.chat_id; identity message.message_id; }
/// ```
#[macro_export]
macro_rules! event {
    ($payload:ident $event_type:literal;
     $(ordering_key $($ordering_key:ident).+;)? $(identity $($identity:ident).+;)?) => {
        impl $crate::EventPayload for $payload {
            const EVENT_TYPE: &'static str = $event_type;

            $(fn ordering_key(&self) -> ::core::option::Option<&str> {
                let it = self;
                $(let it = $crate::__private::Present::present(&it.$ordering_key)?;)+
                ::core::option::Option::Some(it)
            })?

            $(fn identity(&self) -> ::core::option::Option<&str> {
                let it = self;
                $(let it = $crate::__private::Present::present(&it.$identity)?;)+
                ::core::option::Option::Some(it)
            })?
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __need {
    (required) => {
        $crate::__private::Need::Required
    };
    (optional) => {
        $crate::__private::Need::Optional
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __need_text {
    (required) => {
        ", required."
    };
    (optional) => {
        "."
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __role_text {
    (key) => {
        " The idempotency key: made by the SDK before the first attempt unless set."
    };
    (secret) => {
        " A secret, kept out of traces."
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __slot {
    (plain $this:ident $field:ident) => {
        $crate::__private::Slot::Plain(&mut $this.$field)
    };
    (text $this:ident $field:ident) => {
        $crate::__private::Slot::Text(&mut $this.$field)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __part {
    (plain $this:ident $field:ident) => {
        $crate::__private::Part::Plain(&$this.$field)
    };
    (text $this:ident $field:ident) => {
        $crate::__private::Part::Text(&$this.$field)
    };
    (file $this:ident $field:ident) => {
        $crate::__private::Part::File(&$this.$field)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __setter {
    ($doc:expr, into $field:ident $ty:ty) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(mut self, value: impl Into<$ty>) -> Self {
            self.$field = ::core::option::Option::Some(value.into());
            self
        }
    };
    ($doc:expr, copy $field:ident $ty:ty) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(mut self, value: $ty) -> Self {
            self.$field = ::core::option::Option::Some(value.into());
            self
        }
    };
    ($doc:expr, list $field:ident $ty:ty) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(mut self, values: impl IntoIterator<Item = $ty>) -> Self {
            self.$field = ::core::option::Option::Some(values.into_iter().collect());
            self
        }
    };
    ($doc:expr, list_into $field:ident $ty:ty) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(mut self, values: impl IntoIterator<Item: Into<$ty>>) -> Self {
            self.$field =
                ::core::option::Option::Some(values.into_iter().map(Into::into).collect());
            self
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __method {
    (Get) => {
        $crate::http::Method::GET
    };
    (Post) => {
        $crate::http::Method::POST
    };
    (Put) => {
        $crate::http::Method::PUT
    };
    (Patch) => {
        $crate::http::Method::PATCH
    };
    (Delete) => {
        $crate::http::Method::DELETE
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __body {
    (none) => {
        $crate::__private::BodyFormat::None
    };
    (json) => {
        $crate::__private::BodyFormat::Json
    };
    (multipart) => {
        $crate::__private::BodyFormat::Multipart
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __place {
    (path) => {
        $crate::__private::Place::Path
    };
    (query) => {
        $crate::__private::Place::Query
    };
    (body) => {
        $crate::__private::Place::Body
    };
}
