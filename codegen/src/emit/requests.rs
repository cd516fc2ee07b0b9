//! The file of one resource: a function, a request and a table for each operation.

use quote::{format_ident, quote};

use super::printer::Printer;
use super::{operation_docs, prose, tables, types};
use crate::model::{Answer, Document, Field, Input, Operation, Place, Role};

/// The requests of a module.
pub(crate) fn resource(document: &Document, operations: &[&Operation]) -> String {
    let Document { project, version, file, .. } = document;
    let resource = operations[0].module.as_str();
    let docs = format!("`{resource}` of {project} {version}.");
    let mut printer = Printer::with_legend(file, tables::OPERATION, &docs);
    if operations.iter().any(|operation| refers_to_types(operation)) {
        printer.lines("use super::*;");
    }
    for operation in operations {
        printer.item(function(document, operation));
        printer.item(request(document, operation));
        printer.adjacent(&tables::operation(document, operation));
    }
    printer.finish()
}

fn refers_to_types(operation: &Operation) -> bool {
    matches!(operation.answer, Answer::Model(_))
        || operation.inputs.iter().any(|input| types::is_named(&input.field.ty))
}

fn function(document: &Document, operation: &Operation) -> proc_macro2::TokenStream {
    let docs = operation_docs::lines(document, operation).into_iter().map(|line| {
        let line = if line.is_empty() { line } else { format!(" {line}") };
        quote!(#[doc = #line])
    });
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
    quote! {
        #(#docs)*
        #(#[doc(alias = #aliases)])*
        pub fn #name(#(#parameters),*) -> #request { #body }
    }
}

fn of_path(operation: &Operation) -> impl Iterator<Item = &Field> {
    operation.inputs.iter().filter(|it| it.place == Place::Path).map(|it| &it.field)
}

fn request(document: &Document, operation: &Operation) -> proc_macro2::TokenStream {
    let members: Vec<_> = operation
        .inputs
        .iter()
        .map(|input| {
            let ty = types::field_path(document, &input.field);
            let ty = if input.place == Place::Path { ty } else { format!("Option<{ty}>") };
            types::member(&input.field, &input_docs(input), &ty)
        })
        .collect();
    let docs = format!("Inputs of [`{}()`].", operation.function);
    types::structure(&docs, &[], &operation.request, &members)
}

fn input_docs(input: &Input) -> String {
    let mut docs = prose::field(&input.field.facts);
    if docs.is_empty() {
        // No source says what it means.
        docs = match input.place {
            Place::Path => format!("Path parameter `{}`.", input.field.wire),
            Place::Query => format!("Query parameter `{}`.", input.field.wire),
            Place::Body => format!("Member `{}` of the body.", input.field.wire),
        };
    }
    let mut add = |sentence: &str| {
        let gap = if docs.is_empty() { "" } else { " " };
        docs.push_str(&format!("{gap}{sentence}"));
    };
    if input.role == Role::IdempotencyKey {
        add("The idempotency key: made by the SDK before the first attempt unless set.");
    }
    match input.place {
        Place::Path => {}
        Place::Query | Place::Body if input.field.required => add("Required."),
        Place::Query | Place::Body => {}
    }
    docs
}
