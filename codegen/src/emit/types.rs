//! How a type is written in a struct and in a macro row.

use quote::{format_ident, quote};

use crate::model::{Direction, Document, Field, Moment, MomentUnit, Type};

/// The type as Rust has it.
pub(crate) fn path(document: &Document, ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::Integer | Type::TextInteger => "i64".to_owned(),
        Type::Moment(Moment { unit: MomentUnit::Seconds, .. }) => {
            "lark_core::UnixSeconds".to_owned()
        }
        Type::Moment(Moment { unit: MomentUnit::Millis, .. }) => "lark_core::UnixMillis".to_owned(),
        Type::Float => "f64".to_owned(),
        Type::String | Type::NumericString => "String".to_owned(),
        Type::Secret => "lark_core::Secret".to_owned(),
        Type::Value => "lark_core::Value".to_owned(),
        Type::File => "lark_core::FilePart".to_owned(),
        Type::Shared(shared) => format!("lark_core::{}", shared.name),
        Type::Enum(id) => document.enumeration(*id).name.clone(),
        Type::Model(id) => document.model(*id).name.clone(),
        Type::List(items) => format!("Vec<{}>", path(document, items)),
        Type::Map(values) => {
            format!("std::collections::BTreeMap<String, {}>", path(document, values))
        }
    }
}

/// The type of a field, boxed if it has to be.
pub(crate) fn field_path(document: &Document, field: &Field) -> String {
    let inner = path(document, &field.ty);
    if field.boxed { format!("Box<{inner}>") } else { inner }
}

/// What is only read has defaults; what is written has to tell a default from nothing.
pub(crate) fn is_plain(field: &Field, direction: Direction) -> bool {
    let is_always_there = field.required && !field.boxed && !field.telling;
    direction == Direction::Decode && (is_always_there || matches!(field.ty, Type::List(_)))
}

/// The codec of a value that does not travel as JSON of its own kind.
pub(crate) fn codec(ty: &Type) -> Option<&'static str> {
    match ty.innermost() {
        Type::TextInteger | Type::Moment(Moment { is_text: true, .. }) => Some("text"),
        Type::NumericString => Some("number"),
        Type::File => Some("file"),
        _ => None,
    }
}

/// The type has a name in the version's own modules.
pub(crate) fn is_named(ty: &Type) -> bool {
    matches!(ty.innermost(), Type::Model(_) | Type::Enum(_))
}

/// The setter of a field and the type it speaks of.
pub(crate) fn setter(document: &Document, field: &Field) -> String {
    let kind = match &field.ty {
        Type::List(items) if is_into(items) => "list_into",
        Type::List(_) => "list",
        // What is in the box becomes a box.
        ty if field.boxed || is_into(ty) => "into",
        _ => "copy",
    };
    let ty = match &field.ty {
        Type::List(items) => path(document, items),
        _ => field_path(document, field),
    };
    format!("{kind} {ty}")
}

/// Types that setters take as `impl Into`, because a `&str` becomes one.
fn is_into(ty: &Type) -> bool {
    matches!(
        ty,
        Type::String
            | Type::NumericString
            | Type::Secret
            | Type::Moment(_)
            | Type::Enum(_)
            | Type::Shared(_)
    )
}

/// A field of a struct: its docs, its name, its type.
pub(crate) fn member(field: &Field, docs: &str, ty: &str) -> proc_macro2::TokenStream {
    let name = format_ident!("{}", field.name);
    let ty: syn::Type = syn::parse_str(ty).expect("the emitter builds valid types");
    let docs = (!docs.is_empty()).then(|| {
        let docs = format!(" {docs}");
        quote!(#[doc = #docs])
    });
    quote!(#docs pub #name: #ty,)
}

/// Lines of documentation.
pub(crate) fn docs(lines: &[String]) -> proc_macro2::TokenStream {
    let lines = lines.iter().map(|line| {
        let gap = if line.is_empty() { "" } else { " " };
        format!("{gap}{line}")
    });
    quote!(#(#[doc = #lines])*)
}

/// A struct with the attributes of all generated structs.
pub(crate) fn structure(
    docs: &[String],
    aliases: &[&str],
    name: &str,
    members: &[proc_macro2::TokenStream],
) -> proc_macro2::TokenStream {
    let name = format_ident!("{name}");
    let docs = self::docs(docs);
    quote! {
        #docs
        #(#[doc(alias = #aliases)])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct #name { #(#members)* }
    }
}
