//! The file of one resource: a function, a request and a table for each operation.

use quote::{format_ident, quote};

use super::printer::Printer;
use super::{tables, types};
use crate::model::{Answer, Document, Field, Input, Operation, Pages, Place, Role, Token, Type};

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
    let docs = docs(document, operation).into_iter().map(|line| {
        let line = if line.is_empty() { line } else { format!(" {line}") };
        quote!(#[doc = #line])
    });
    let short = operation.path.trim_start_matches("/open-apis/");
    let aliases = [&*operation.id, &*operation.path, short];
    let name = format_ident!("{}", operation.function);
    let request = format_ident!("{}", operation.request);
    let path: Vec<&Field> = of_path(operation).collect();
    let parameters = path.iter().map(|field| {
        let name = format_ident!("{}", field.name);
        match field.ty {
            Type::String => quote!(#name: impl Into<String>),
            _ => quote!(#name: i64),
        }
    });
    let values = path.iter().map(|field| {
        let name = format_ident!("{}", field.name);
        match field.ty {
            Type::String => quote!(#name: #name.into()),
            _ => quote!(#name),
        }
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

fn docs(document: &Document, operation: &Operation) -> Vec<String> {
    let Operation { id, path, .. } = operation;
    let verb = operation.verb.to_uppercase();
    let mut lines = vec![format!("`{verb} {path}`, operation `{id}`."), String::new()];
    lines.push(format!("- Token: {}", tokens(&operation.tokens)));
    if !operation.app_types.is_empty() {
        lines.push(format!("- Apps: {}", operation.app_types.join(", ")));
    }
    let required: Vec<String> = operation
        .inputs
        .iter()
        .filter(|it| it.field.required && it.place != Place::Path && it.role == Role::Plain)
        .map(|it| format!("`{}`", it.field.name))
        .collect();
    if !required.is_empty() {
        lines.push(format!("- Required: {}", required.join(", ")));
    }
    lines.push(match operation.answer {
        Answer::Unit => "- Answer: none".to_owned(),
        Answer::Download => "- Answer: a file".to_owned(),
        Answer::Value => "- Answer: free-form".to_owned(),
        Answer::Model(id) => format!("- Answer: [`{}`]", document.model(id).name),
    });
    lines.extend(operation.paging.pages.as_ref().map(|pages| pages_docs(document, pages)));
    if let Some(page) = &operation.page {
        lines
            .push(format!("- [Official page](<{}>)", page.replace('<', "%3C").replace('>', "%3E")));
    }
    lines
}

fn pages_docs(document: &Document, pages: &Pages) -> String {
    let Some((_, item)) = &pages.items else { return "- Pages: `client.pages(..)`".to_owned() };
    let path = types::path(document, item);
    match item {
        Type::Model(_) | Type::Enum(_) => format!("- Pages: `client.items(..)` of [`{path}`]"),
        _ => format!("- Pages: `client.items(..)` of `{path}`"),
    }
}

fn tokens(tokens: &[Token]) -> String {
    let names: Vec<&str> = tokens
        .iter()
        .map(|token| match token {
            Token::Tenant => "tenant",
            Token::User => "user",
            Token::App => "app",
        })
        .collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" or ") }
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
    let place = match input.place {
        Place::Path => return format!("Path `{}`.", input.field.wire),
        Place::Query => "Query",
        Place::Body => "Body",
    };
    let need = if input.field.required { ", required" } else { "" };
    let role = match input.role {
        Role::Plain => "",
        Role::IdempotencyKey => {
            " The idempotency key: made by the SDK before the first attempt unless set."
        }
    };
    format!("{place} `{}`{need}.{role}", input.field.wire)
}
