//! The tables behind generated structs, turned into code.
//!
//! The grammar of these macros is the contract between generated code and lark-core; what they
//! expand to is not. A row states only what differs from the ordinary. Square brackets enclose what
//! may be left out:
//!
//! ```text
//! record! { Model direction; row, .. }
//!     direction  decode: only read; encode: only sent; both
//!     row        field[!] [as codec] [= "wire"] [: setter type]
//!
//! operation! { Request => Response; "id" METHOD "path" [body] [tokens] [deviation ..] [facts]; row, .. }
//!     body       json or multipart; none without it
//!     tokens     the token kinds that the platform accepts, in brackets: [Tenant User App]
//!     deviation  flat: the members of the response stand beside `code`, not in `data`; www: the
//!                host of the platform's website serves it; helpdesk: it takes the
//!                credentials of a help desk; needs "a[].b c.d": the paths of members
//!                that objects within the body must have; changes "a": `update_fields` names the fields
//!                of `a` that are set, and `changes "a b=B c"` only these, `b` by the name `B`; then no
//!                other name can be cleared
//!     facts      what is known about it, in braces: { summary: "..", any_of: "scope scope",
//!                all_of: "scope", members: "scope=member,member", rate: "1000/min 50/s",
//!                risk: "write", codes: "230001 230002" }
//!     row        place field[!] [as codec] [= "wire"] [: setter type [as role]]
//!     place      path, query or body; clear for the names of fields to be cleared, before body
//!     role       key: the idempotency key; secret: a part of the path that traces do not show
//!
//! pages! { Request[; input => token [has_more]][; list: Item] }
//!     input      the input that takes the page token; without this part the fields are
//!                page_token => page_token has_more
//!     list       the field of the response that holds the items, if there is one such list
//!
//! accessors! { Model "place"[; text field, ..][; copy field: type, ..][; ref ..][; boxed ..]
//!              [; get method = field, ..] }
//!     place      the operation, event or model that errors name
//!     text ..    what the methods of the fields' names return
//!     get        methods that return the text of a field whose name is that of a setter
//!
//! event! { Payload "event type"[; ordering_key path][; identity path] }
//!     path       field.field, to a text of the payload
//!
//! !          required; path inputs always are and carry no mark
//! codec      text: integers that travel as JSON strings; file: a file of a form; without it
//!            plain JSON
//! "wire"     the name in JSON or in the query; the field's own without it
//! setter     what the method that sets the field takes
//!                copy       a value of the type
//!                into       anything that converts into it
//!                list       an iterator over the type
//!                list_into  an iterator over anything that converts into it
//!            Every field of a model that is sent has one; an input may have none.
//! ```
//!
//! `record!` and `operation!` have two arms: tables without any `= "wire"`, nearly all of them,
//! compile faster. `macro_rules` cannot repeat a lone `!`, so the patterns give it a lifetime that is
//! never there.

mod accessors;
mod expand;
mod parts;
mod stored;

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
///     /// What is mentioned.
///     pub type_: Option<String>,
/// }
/// lark_core::record! { Mention decode; key!, create_time as text, type_ = "type" }
/// ```
///
/// A row is `field[!] [as codec] [= "wire"] [: setter type]`: `!` marks a required field, `as text`
/// an integer that travels as a JSON string, `= ".."` a name in JSON other than the field's. `decode`
/// models are only read. Rows of models that are sent, `encode` and `both`, end with the kind of
/// setter (`copy`, `into`, `list` or `list_into`) and the type it takes:
///
/// ```
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct Tag {
///     pub name: Option<String>,
///     pub weight: Option<f64>,
/// }
/// lark_core::record! { Tag both; name!: into String, weight: copy f64 }
/// # assert_eq!(Tag::new().name("a").name.as_deref(), Some("a"));
/// ```
#[macro_export]
macro_rules! record {
    ($model:ident $direction:ident;
     $($field:ident $(! $($need:lifetime)?)? $(as $codec:ident)?
       $(: $setter:ident $ty:ty)?),* $(,)?) => {
        $crate::__record!($direction $model [$($($($need)? stringify!($field),)?)*];
            $($field {stringify!($field)} [$(! $($need)?)?] [$($codec)?] [$($setter ($ty))?];)*);
    };
    ($model:ident $direction:ident;
     $($field:ident $(! $($need:lifetime)?)? $(as $codec:ident)? $(= $wire:literal)?
       $(: $setter:ident $ty:ty)?),* $(,)?) => {
        $crate::__renamed!($direction $model;
            $($field [$($wire)?] [$(! $($need)?)?] [$($codec)?] [$($setter ($ty))?];)*);
    };
}

/// Implements an operation from the table of its inputs.
///
/// ```text
/// lark_core::operation! { CreateMessageRequest => CreateMessageResponse;
///     "im.v1.message.create" POST "/open-apis/im/v1/messages" json [Tenant User] {
///         summary: "Sends a message to a user or chat.", any_of: "im:message im:message:send",
///         rate: "1000/min 50/s", codes: "230001 230002",
///     };
///     query receive_id_type!: into ReceiveIdType,
///     body content!: into String,
///     body uuid: into String as key,
/// }
/// ```
///
/// A row is `place field[!] [as codec] [= "wire"] [: setter type [as role]]`: a row of
/// [`record!`](crate::record) behind its place. Path inputs are required without a mark. `as key`
/// marks the idempotency key, `as secret` a path input that is kept out of traces. The facts in braces
/// are those of [`OperationFacts`](crate::OperationFacts), as texts. Words between them and the tokens
/// say in what the operation differs from most: `flat`, `www`, `helpdesk`, `needs ".."`, `changes ".."`.
#[macro_export]
macro_rules! operation {
    ($request:ident => $response:ty;
     $id:literal $method:ident $path:literal $($body:ident)? [$($token:ident)*]
       $($deviation:ident $($value:literal)?)*
       $({ $($fact:ident: $text:literal),* $(,)? })?;
     $($place:ident $field:ident $(! $($need:lifetime)?)? $(as $codec:ident)?
       $(: $setter:ident $ty:ty $(as $role:ident)?)?),* $(,)?) => {
        $crate::__operation!($request => $response; $id $method $path [$($body)?] [$($token)*]
            [$($deviation($($value)?))*] [$($($fact: $text,)*)?];
            $($place $field {stringify!($field)} [$(! $($need)?)?] [$($codec)?]
              [$($setter ($ty) $($role)?)?];)*);
    };
    ($request:ident => $response:ty;
     $id:literal $method:ident $path:literal $($body:ident)? [$($token:ident)*]
       $($deviation:ident $($value:literal)?)*
       $({ $($fact:ident: $text:literal),* $(,)? })?;
     $($place:ident $field:ident $(! $($need:lifetime)?)? $(as $codec:ident)? $(= $wire:literal)?
       $(: $setter:ident $ty:ty $(as $role:ident)?)?),* $(,)?) => {
        $crate::__operation!($request => $response; $id $method $path [$($body)?] [$($token)*]
            [$($deviation($($value)?))*] [$($($fact: $text,)*)?];
            $($place $field {$crate::__wire!($field [$($wire)?])} [$(! $($need)?)?] [$($codec)?]
              [$($setter ($ty) $($role)?)?];)*);
    };
}

/// Makes an operation paged. The row names the list of items, if a page is one list, and the fields
/// that lead from page to page, unless they are `page_token => page_token has_more`: the input that
/// takes the token, the next token in the response, and its flag for more pages, if it has one.
///
/// ```text
/// lark_core::pages! { ListUserRequest; items: User }
/// lark_core::pages! { ListTaskRequest; page_token => next_page_token has_more; items: Task }
/// ```
#[macro_export]
macro_rules! pages {
    ($request:ident $(; $items:ident: $item:ty)?) => {
        $crate::pages!($request; page_token => page_token has_more $(; $items: $item)?);
    };
    ($request:ident; $input:ident => $token:ident $($has_more:ident)?
       $(; $items:ident: $item:ty)?) => {
        impl $crate::Paged for $request {
            #[inline]
            fn page_token(&self) -> ::core::option::Option<&str> {
                self.$input.as_deref()
            }

            #[inline]
            fn set_page_token(&mut self, token: &str) {
                self.$input = ::core::option::Option::Some(token.into());
            }

            #[inline]
            fn next_page(response: &Self::Response) -> $crate::__private::NextPage {
                $crate::__private::NextPage {
                    token: response.$token.clone().into(),
                    has_more: ::core::option::Option::None::<bool>$(.or(response.$has_more))?,
                }
            }
        }

        $(impl $crate::Listed for $request {
            type Item = $item;

            #[inline]
            fn items(response: Self::Response) -> ::std::vec::Vec<Self::Item> {
                ::core::option::Option::from(response.$items).unwrap_or_default()
            }
        })?
    };
}

/// Ties an event's payload to its type, and names the fields that lead to its ordering key and its
/// identity. A field on the way may be an `Option`; the last one is a text. See
/// [`EventPayload`](crate::EventPayload).
///
/// ```text
/// lark_core::event! { MessageReceive "im.message.receive_v1";
///     ordering_key message.chat_id; identity message.message_id }
/// ```
#[macro_export]
macro_rules! event {
    ($payload:ident $event_type:literal
       $(; ordering_key $($ordering_key:ident).+)? $(; identity $($identity:ident).+)?) => {
        impl $crate::EventPayload for $payload {
            const EVENT_TYPE: &'static str = $event_type;

            $(#[inline]
            fn ordering_key(&self) -> ::core::option::Option<&str> {
                let it = self;
                $(let it = $crate::__private::Present::present(&it.$ordering_key)?;)+
                ::core::option::Option::Some(it)
            })?

            $(#[inline]
            fn identity(&self) -> ::core::option::Option<&str> {
                let it = self;
                $(let it = $crate::__private::Present::present(&it.$identity)?;)+
                ::core::option::Option::Some(it)
            })?
        }
    };
}
