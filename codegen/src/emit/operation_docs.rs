//! The documentation of an operation: what it does, who may call it and how often, what it takes and
//! what can go wrong.

use super::{prose, types};
use crate::model::{
    Answer, Document, Limit, Operation, Pages, Per, Place, Rate, Risk, Role, Scopes, Token, Type,
};

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
            "- Preview: the only source of this operation is the platform's own command line."
                .to_owned(),
        );
    }
    if let Some(host) = &operation.host {
        lines.push(format!("- Host: `{}`", host.url()));
    }
    lines.push(format!("- Token: {}", tokens(&operation.tokens)));
    if !operation.app_types.is_empty() {
        lines.push(format!("- Apps: {}", operation.app_types.join(", ")));
    }
    lines.extend(facts.scopes.as_ref().map(scopes).unwrap_or_default());
    lines.extend(facts.rate.as_ref().map(rate));
    lines.extend(facts.risk.map(risk));
    lines.extend(required(operation));
    lines.push(match operation.answer {
        Answer::Unit => "- Response: no data".to_owned(),
        Answer::Download => "- Response: a file".to_owned(),
        Answer::Value => "- Response: free-form".to_owned(),
        Answer::Model(id) => format!("- Response: [`{}`]", document.model(id).name),
    });
    lines.extend(operation.paging.pages.as_ref().map(|pages| pages_line(document, pages)));
    lines.extend(errors(operation));
    lines.push(links(document, operation));
    lines
}

fn scopes(Scopes { any_of, all_of, fields }: &Scopes) -> Vec<String> {
    let list = |names: &[String]| {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let mut lines = Vec::new();
    match any_of.as_slice() {
        [] => {}
        [scope] => lines.push(format!("- Scope: `{scope}`")),
        several => lines.push(format!("- Scopes, any of: {}", list(several))),
    }
    if !all_of.is_empty() {
        lines.push(format!("- Scopes, all of: {}", list(all_of)));
    }
    for (scope, members) in fields {
        lines.push(match members.as_slice() {
            [] => format!("- Scope `{scope}` for some members"),
            members => format!("- Scope `{scope}` for {}", list(members)),
        });
    }
    lines
}

fn rate(Rate { limits, .. }: &Rate) -> String {
    if limits.is_empty() {
        return "- Rate limit: not published".to_owned();
    }
    let limits: Vec<String> = limits
        .iter()
        .map(|Limit { calls, per }| match per {
            Per::Second => format!("{calls} a second"),
            Per::Minute => format!("{calls} a minute"),
        })
        .collect();
    format!("- Rate limit: {}", limits.join(", "))
}

fn risk(risk: Risk) -> String {
    match risk {
        Risk::Read => "- Risk: reads",
        Risk::Write => "- Risk: writes",
        Risk::HighRiskWrite => "- Risk: a write of high risk",
    }
    .to_owned()
}

fn required(operation: &Operation) -> Option<String> {
    let mut names: Vec<String> = operation
        .inputs
        .iter()
        .filter(|it| it.field.required && it.place != Place::Path && it.role == Role::Plain)
        .map(|it| format!("`{}`", it.field.name))
        .collect();
    names.extend(operation.demands.iter().map(|path| format!("`{path}`")));
    (!names.is_empty()).then(|| format!("- Required: {}", names.join(", ")))
}

fn pages_line(document: &Document, pages: &Pages) -> String {
    let Some((_, item)) = &pages.items else { return "- Pages: `client.pages(..)`".to_owned() };
    let path = types::path(document, item);
    match item {
        Type::Model(_) | Type::Enum(_) => format!("- Pages: `client.items(..)` of [`{path}`]"),
        _ => format!("- Pages: `client.items(..)` of `{path}`"),
    }
}

/// The codes that are the operation's own, those of one meaning together.
fn errors(operation: &Operation) -> Option<String> {
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
    let lists: Vec<String> = meanings
        .iter()
        .map(|(meaning, codes)| format!("{}: {}", codes.join(", "), prose::markdown(meaning)))
        .collect();
    (!lists.is_empty()).then(|| format!("- Codes: {}", lists.join(" ")))
}

fn links(document: &Document, operation: &Operation) -> String {
    let mut links = Vec::new();
    if let Some(page) = &operation.page {
        let page = page.replace('<', "%3C").replace('>', "%3E");
        links.push(format!("[official page](<{page}>)"));
    }
    let (resource, method) = (&operation.resource, &operation.method);
    links.push(format!(
        "[API explorer](<https://open.feishu.cn/api-explorer?from=op_doc&apiName={method}\
         &project={}&resource={resource}&version={}>)",
        document.project, document.version
    ));
    format!("- See the {}", links.join(", the "))
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
