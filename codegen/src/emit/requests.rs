//! The file of one resource: a function, a request and a table for each operation.

use quote::{format_ident, quote};

use super::printer::{self, Printer};
use super::{features, operation_docs, prose, tables, types};
use crate::lower::changes;
use crate::model::{Answer, Changes, Document, Field, Input, Operation, Place, Role};

/// The requests of a module, and the hand-written functions that it exports.
pub(crate) fn resource(
    document: &Document,
    operations: &[&Operation],
    exports: &[String],
) -> String {
    let Document { project, version, file, .. } = document;
    let resource = operations[0].module.as_str();
    let docs = format!("`{resource}` of {project} {version}.");
    let mut printer = Printer::with_legend(file, tables::OPERATION, &docs);
    let users = operations.iter().filter(|operation| refers_to_types(operation));
    let gates = users.map(|operation| features::of_operation(operation, operations));
    // An empty one, which is the least, if an operation without a gate needs the types.
    if let Some(gate) = gates.min() {
        printer.lines(&format!("{gate}use super::*;"));
    }
    for path in exports {
        printer.lines(&format!("#[doc(inline)]\npub use crate::{path};"));
    }
    for operation in operations {
        let gate = features::of_operation(operation, operations);
        for item in [function(document, operation), request(document, operation)] {
            printer.lines(&format!("{gate}{}", printer::item(item)));
        }
        printer.adjacent(&tables::operation(document, operation, &gate));
    }
    printer.finish()
}

fn refers_to_types(operation: &Operation) -> bool {
    matches!(operation.answer, Answer::Model(_))
        || operation.inputs.iter().any(|input| types::is_named(&input.field.ty))
}

fn function(document: &Document, operation: &Operation) -> proc_macro2::TokenStream {
    let docs = types::docs(&operation_docs::lines(document, operation));
    let short = operation.path.trim_start_matches("/open-apis/");
    let mut aliases = vec![&*operation.id, &*operation.path, short];
    aliases.dedup();
    let name = format_ident!("{}", operation.function);
    let request = format_ident!("{}", operation.request);
    let path: Vec<&Field> = of_path(operation).collect();
    let parameters = path.iter().map(|field| {
        let name = format_ident!("{}", field.name);
        let ty: syn::Type = syn::parse_str(&types::path(document, &field.ty))
            .expect("the emitter builds valid types");
        quote!(#name: impl Into<#ty>)
    });
    let values = path.iter().map(|field| {
        let name = format_ident!("{}", field.name);
        quote!(#name: #name.into())
    });
    let body = match (path.len(), operation.inputs.len()) {
        (0, _) => quote!(#request::default()),
        (path, all) if path == all => quote!(#request { #(#values,)* }),
        _ => quote!(#request { #(#values,)* ..Default::default() }),
    };
    // Compiled where it is called. With parameters it is generic, so it is anyway.
    let inline = path.is_empty().then(|| quote!(#[inline]));
    quote! {
        #docs
        #(#[doc(alias = #aliases)])*
        #inline
        pub fn #name(#(#parameters),*) -> #request { #body }
    }
}

fn of_path(operation: &Operation) -> impl Iterator<Item = &Field> {
    operation.inputs.iter().filter(|it| it.place == Place::Path).map(|it| &it.field)
}

fn request(document: &Document, operation: &Operation) -> proc_macro2::TokenStream {
    let mut members: Vec<_> = operation
        .inputs
        .iter()
        .map(|input| {
            let ty = types::field_path(document, &input.field);
            let ty = if input.place == Place::Path { ty } else { format!("Option<{ty}>") };
            types::member(&input.field, &input_docs(operation, input), &ty)
        })
        .collect();
    if let (Some(_), Some(list)) = (&operation.changes, changes::input(operation)) {
        let docs = "Fields to clear, see [`clear`](Self::clear).";
        let field = Field { name: tables::CLEARED.to_owned(), ..list.clone() };
        let ty = format!("Option<{}>", types::field_path(document, list));
        members.push(types::member(&field, docs, &ty));
    }
    let docs = [format!("Inputs of [`{}()`].", operation.function)];
    types::structure(&docs, &[], &operation.request, &members)
}

fn input_docs(operation: &Operation, Input { place, role, field }: &Input) -> String {
    let is_made = operation.changes.is_some() && field.wire == changes::INPUT;
    let mut docs = match place {
        _ if is_made => prose::field(field),
        Place::Query | Place::Body if field.required => prose::required_field(field),
        _ => prose::field(field),
    };
    if docs.is_empty() {
        // No source says what it means.
        docs = match place {
            Place::Path => format!("Path parameter `{}`.", field.wire),
            Place::Query => format!("Query parameter `{}`.", field.wire),
            Place::Body => format!("Member `{}` of the body.", field.wire),
        };
    }
    if let Some(Changes { object, .. }) = operation.changes.as_ref().filter(|_| is_made) {
        docs.push_str(&format!(
            " Unless set, the SDK names the fields that are set in `{object}`, and those of \
             [`clear`](Self::clear)."
        ));
    }
    if *role == Role::IdempotencyKey {
        let is_told = docs.to_lowercase().contains("idempoten");
        let what = if is_told { "Made" } else { "The idempotency key, made" };
        docs.push_str(&format!(" {what} by the SDK before the first attempt unless set."));
    }
    docs
}
