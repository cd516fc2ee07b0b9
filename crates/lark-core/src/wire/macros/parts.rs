//! What the parts of a row expand to.

#[doc(hidden)]
#[macro_export]
macro_rules! __wire {
    ($field:ident []) => {
        stringify!($field)
    };
    ($field:ident [$wire:literal]) => {
        $wire
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __need_text {
    (!) => {
        ", required"
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
    ([] $this:ident $field:ident) => {
        $crate::__private::Slot::Plain(&mut $this.$field)
    };
    ([text] $this:ident $field:ident) => {
        $crate::__private::Slot::Text(&mut $this.$field)
    };
    ([number] $this:ident $field:ident) => {
        $crate::__private::Slot::Text(&mut $this.$field)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __part {
    ([] $this:ident $field:ident) => {
        $crate::__private::Part::Plain(&$this.$field)
    };
    ([text] $this:ident $field:ident) => {
        $crate::__private::Part::Text(&$this.$field)
    };
    ([number] $this:ident $field:ident) => {
        $crate::__private::Part::Text(&$this.$field)
    };
    ([file] $this:ident $field:ident) => {
        $crate::__private::Part::File(&$this.$field)
    };
}

/// The setter of a field of a model, unless it has none: only responses have the field.
#[doc(hidden)]
#[macro_export]
macro_rules! __model_setter {
    ($field:ident $need:tt []) => {};
    ($field:ident [$($need:tt)?] [$setter:ident ($ty:ty)]) => {
        $crate::__setter! {
            concat!("Sets [`", stringify!($field), "`](field@Self::", stringify!($field), ")"
                $(, $crate::__need_text!($need))?, "."),
            $setter $field $ty
        }
    };
}

/// The setter of an input, unless it has none.
#[doc(hidden)]
#[macro_export]
macro_rules! __input_setter {
    (clear $field:ident $wire:tt $need:tt [$setter:ident ($ty:ty)]) => {
        /// Clears fields: names them in `update_fields` without a value. What is set needs no naming.
        #[must_use]
        #[inline]
        pub fn clear(mut self, fields: impl IntoIterator<Item: Into<$ty>>) -> Self {
            let fields = fields.into_iter().map(Into::into);
            self.$field.get_or_insert_default().extend(fields);
            self
        }
    };
    ($place:ident $field:ident $wire:tt $need:tt []) => {};
    ($place:ident $field:ident {$($wire:tt)+} [$($need:tt)?]
       [$setter:ident ($ty:ty) $($role:ident)?]) => {
        $crate::__setter! {
            concat!("Sets ", stringify!($place), " input `", $($wire)+, "`"
                $(, $crate::__need_text!($need))?, "." $(, $crate::__role_text!($role))?),
            $setter $field $ty
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __setter {
    ($doc:expr, into $field:ident $ty:ty) => {
        #[doc = $doc]
        #[must_use]
        #[inline]
        pub fn $field(mut self, value: impl Into<$ty>) -> Self {
            self.$field = ::core::option::Option::Some(value.into());
            self
        }
    };
    ($doc:expr, copy $field:ident $ty:ty) => {
        #[doc = $doc]
        #[must_use]
        #[inline]
        pub fn $field(mut self, value: $ty) -> Self {
            self.$field = ::core::option::Option::Some(value.into());
            self
        }
    };
    ($doc:expr, list $field:ident $ty:ty) => {
        #[doc = $doc]
        #[must_use]
        #[inline]
        pub fn $field(mut self, values: impl IntoIterator<Item = $ty>) -> Self {
            self.$field = ::core::option::Option::Some(values.into_iter().collect());
            self
        }
    };
    ($doc:expr, list_into $field:ident $ty:ty) => {
        #[doc = $doc]
        #[must_use]
        #[inline]
        pub fn $field(mut self, values: impl IntoIterator<Item: Into<$ty>>) -> Self {
            self.$field =
                ::core::option::Option::Some(values.into_iter().map(Into::into).collect());
            self
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __body {
    ([]) => {
        $crate::__private::BodyFormat::None
    };
    ([json]) => {
        $crate::__private::BodyFormat::Json
    };
    ([multipart]) => {
        $crate::__private::BodyFormat::Multipart
    };
}

/// The facts about an input. Path inputs are always required.
#[doc(hidden)]
#[macro_export]
macro_rules! __input {
    (path $need:tt $($wire:tt)+) => {
        $crate::__private::InputMeta {
            name: $($wire)+,
            place: $crate::__private::Place::Path,
            need: $crate::__private::Need::Required,
            role: $crate::__private::Role::Plain,
        }
    };
    (clear [] $($wire:tt)+) => {
        $crate::__private::InputMeta {
            name: $($wire)+,
            place: $crate::__private::Place::Clear,
            need: $crate::__private::Need::Optional,
            role: $crate::__private::Role::Plain,
        }
    };
    (query [!] $($wire:tt)+) => {
        $crate::__private::InputMeta {
            name: $($wire)+,
            place: $crate::__private::Place::Query,
            need: $crate::__private::Need::Required,
            role: $crate::__private::Role::Plain,
        }
    };
    (query [] $($wire:tt)+) => {
        $crate::__private::InputMeta {
            name: $($wire)+,
            place: $crate::__private::Place::Query,
            need: $crate::__private::Need::Optional,
            role: $crate::__private::Role::Plain,
        }
    };
    (body [!] $($wire:tt)+) => {
        $crate::__private::InputMeta {
            name: $($wire)+,
            place: $crate::__private::Place::Body,
            need: $crate::__private::Need::Required,
            role: $crate::__private::Role::Plain,
        }
    };
    (body [] $($wire:tt)+) => {
        $crate::__private::InputMeta {
            name: $($wire)+,
            place: $crate::__private::Place::Body,
            need: $crate::__private::Need::Optional,
            role: $crate::__private::Role::Plain,
        }
    };
}
