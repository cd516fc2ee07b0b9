//! The documentation of an operation: what it does, who may call it and how often, what it takes and
//! what can go wrong.

use std::iter;

use super::{prose, required_docs, scope_docs, types};
use crate::model::{Answer, Document, Limit, Operation, Pages, Per, Rate, Risk, Token, Type};

const WITH_HELPDESK: &str = "[`with_helpdesk`](lark_core::Client::with_helpdesk)";

/// The lines of the documentation of an operation's function.
pub(crate) fn lines(document: &Document, operation: &Operation) -> Vec<String> {
    let Operation { id, path, facts, .. } = operation;
    let verb = operation.verb.to_uppercase();
    let mut lines = Vec::new();
    if let Some(summary) = &facts.summary {
        lines.extend([prose::sentence(summary), String::new()]);
    }
    lines.extend([format!("`{verb} {path}`, operation `{id}`."), String::new()]);
    if operation.is_preview() {
        lines.push(
            "- Preview, behind the feature `preview`: its only source is the platform's own command \
             line."
                .to_owned(),
        );
    }
    let says_so = |summary: &String| summary.to_lowercase().contains("deprecated");
    if facts.deprecated && !facts.summary.as_ref().is_some_and(says_so) {
        lines.push("- Deprecated: a newer operation does the same.".to_owned());
    }
    if let Some(host) = &operation.host {
        lines.push(format!("- Host: `{}`", host.url()));
    }
    lines.push(format!("- Token: {}", tokens(&operation.tokens)));
    if operation.takes_helpdesk() {
        lines.push(format!("- Header: the id and the token of the help desk, see {WITH_HELPDESK}"));
    }
    lines.extend(apps(&operation.app_types));
    lines.extend(scope_docs::lines(document, operation));
    lines.extend(facts.rate.as_ref().map(|rate| format!("- Rate limit: {}", limits(rate))));
    lines.extend(facts.risk.map(risk));
    lines.extend(required_docs::lines(document, operation));
    lines.push(match operation.answer {
        Answer::Unit => "- Response: no data".to_owned(),
        Answer::Download => "- Response: a file, [`lark_core::Download`]".to_owned(),
        Answer::Value => "- Response: free-form JSON, [`lark_core::Value`]".to_owned(),
        Answer::Model(id) => format!("- Response: [`{}`]", document.model(id).name),
    });
    lines.extend(operation.paging.pages.as_ref().map(|pages| pages_line(document, pages)));
    lines.extend(errors(operation));
    lines.push(links(document, operation));
    lines
}

fn apps(types: &[String]) -> Option<String> {
    match types {
        [] => None,
        [only] => Some(format!("- Apps: {only} only")),
        several => {
            let mut several: Vec<&str> = several.iter().map(String::as_str).collect();
            several.sort_by_key(|it| *it != "self-built");
            Some(format!("- Apps: {}", several.join(" and ")))
        }
    }
}

/// The documented limits in words.
pub(crate) fn limits(Rate { limits, .. }: &Rate) -> String {
    if limits.is_empty() {
        return "not published".to_owned();
    }
    let limits: Vec<String> = limits
        .iter()
        .map(|Limit { calls, per }| match per {
            Per::Second => format!("{calls} a second"),
            Per::Minute => format!("{calls} a minute"),
        })
        .collect();
    limits.join(", ")
}

fn risk(risk: Risk) -> String {
    match risk {
        Risk::Read => "- Risk: read",
        Risk::Write => "- Risk: write",
        Risk::HighRiskWrite => "- Risk: high-risk write",
    }
    .to_owned()
}

fn pages_line(document: &Document, pages: &Pages) -> String {
    let Some((_, item)) = &pages.items else {
        return "- Pages: `client.pages(..)` is a stream of responses".to_owned();
    };
    let path = types::path(document, item);
    let item = match item {
        Type::Model(_) | Type::Enum(_) => format!("[`{path}`]"),
        _ => format!("`{path}`"),
    };
    format!("- Pages: `client.items(..)` is a stream of {item}")
}

/// The codes that are the operation's own, those of one meaning together.
fn errors(operation: &Operation) -> Vec<String> {
    let mut meanings: Vec<(&str, Vec<String>)> = Vec::new();
    for error in &operation.errors {
        let code = match &error.name {
            Some(name) => format!("{} {name}", error.code),
            None => error.code.to_string(),
        };
        match meanings.iter_mut().find(|(meaning, _)| *meaning == error.meaning) {
            Some((_, codes)) => codes.push(code),
            None => meanings.push((&error.meaning, vec![code])),
        }
    }
    // Those that nobody classified are the last, without a meaning.
    meanings.sort_by_key(|(meaning, _)| meaning.is_empty());
    let line = |(meaning, codes): &(&str, Vec<String>)| match *meaning {
        "" => format!("  - {}", codes.join(", ")),
        meaning => format!("  - {}: {}", codes.join(", "), prose::markdown(meaning)),
    };
    match meanings.as_slice() {
        [] => Vec::new(),
        [one] => vec![format!("- Error codes: {}", line(one).trim_start_matches([' ', '-']))],
        several => {
            iter::once("- Error codes:".to_owned()).chain(several.iter().map(line)).collect()
        }
    }
}

fn links(document: &Document, operation: &Operation) -> String {
    let mut links = Vec::new();
    // A few operations have no page but that of the explorer.
    if let Some(page) = operation.page.as_ref().filter(|page| !page.contains("/api-explorer?")) {
        links.push(format!("[official page](<{}>)", prose::url(page)));
    }
    let (resource, method) = (&operation.resource, &operation.method);
    links.push(format!(
        "[API explorer](<https://open.feishu.cn/api-explorer?from=op_doc&apiName={method}\
         &project={}&resource={resource}&version={}>)",
        document.project, document.version
    ));
    format!("- See the {}", links.join(", the "))
}

/// The kinds of tokens in words.
pub(crate) fn tokens(tokens: &[Token]) -> String {
    let names: Vec<&str> = tokens.iter().map(|token| token.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" or ") }
}
