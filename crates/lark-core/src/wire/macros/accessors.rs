//! Methods that insist on a member which a response may lack.

/// Implements a method for each field listed that returns it, or an error that says what the response
/// lacks and where.
///
/// ```
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct CreateTaskResponse {
///     pub guid: Option<String>,
///     pub revision: Option<i64>,
/// }
/// lark_core::accessors! { CreateTaskResponse "task.v2.task.create"; text guid; copy revision: i64 }
///
/// let response = CreateTaskResponse { guid: Some("t1".into()), revision: None };
/// assert_eq!(response.guid()?, "t1");
/// let error = response.revision().unwrap_err();
/// assert_eq!(error.to_string(), "task.v2.task.create: decode: the response has no `revision`");
/// # Ok::<(), lark_core::Error>(())
/// ```
///
/// What the methods return, in this order: of `text` fields a `&str`, of `copy` fields the value, of
/// `ref` fields a reference, of `boxed` fields a reference to what the box holds. Behind `get` stand
/// methods of another name, for texts whose name is that of a setter.
#[macro_export]
macro_rules! accessors {
    ($model:ident $place:literal
     $(; text $($text:ident),+)?
     $(; copy $($copy:ident: $copied:ty),+)?
     $(; ref $($shared:ident: $referenced:ty),+)?
     $(; boxed $($boxed:ident: $inner:ty),+)?
     $(; get $($method:ident = $member:ident),+)?
    ) => {
        impl $model {
            $($(
                /// The field of this name, or an error if the response lacks it.
                #[inline]
                pub fn $text(&self) -> $crate::Result<&str> {
                    $crate::__private::member(self.$text.as_deref(), $place, stringify!($text))
                }
            )+)?
            $($(
                /// The field of this name, or an error if the response lacks it.
                #[inline]
                pub fn $copy(&self) -> $crate::Result<$copied> {
                    $crate::__private::member(self.$copy, $place, stringify!($copy))
                }
            )+)?
            $($(
                /// The field of this name, or an error if the response lacks it.
                #[inline]
                pub fn $shared(&self) -> $crate::Result<&$referenced> {
                    $crate::__private::member(self.$shared.as_ref(), $place, stringify!($shared))
                }
            )+)?
            $($(
                /// The field of this name, or an error if the response lacks it.
                #[inline]
                pub fn $boxed(&self) -> $crate::Result<&$inner> {
                    $crate::__private::member(self.$boxed.as_deref(), $place, stringify!($boxed))
                }
            )+)?
            $($(
                #[doc = concat!("`", stringify!($member), "`, or an error if the response lacks it.")]
                #[inline]
                pub fn $method(&self) -> $crate::Result<&str> {
                    $crate::__private::member(self.$member.as_deref(), $place, stringify!($member))
                }
            )+)?
        }
    };
}
