//! The permissions that an operation takes, in lines of its documentation.

use super::member_path;
use crate::model::{Answer, Document, Operation, Scopes};

/// What ids of the kind `user_id` take, whichever parameter asks for them.
const USER_IDS: &str = "contact:user.employee_id:readonly";

/// The lines.
pub(crate) fn lines(document: &Document, operation: &Operation) -> Vec<String> {
    let Some(Scopes { any_of, all_of, fields }) = &operation.facts.scopes else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    match any_of.as_slice() {
        [] => {}
        [scope] => lines.push(format!("- Scope: `{scope}`")),
        several => lines.push(format!("- Scopes, any of: {}", list(several))),
    }
    match all_of.as_slice() {
        [] => {}
        [scope] => lines.push(format!("- Scope, in any case: `{scope}`")),
        several => lines.push(format!("- Scopes, all of: {}", list(several))),
    }
    let unknown = fields.iter().filter(|(scope, members)| members.is_empty() && scope != USER_IDS);
    let unknown: Vec<&str> = unknown.map(|(scope, _)| scope.as_str()).collect();
    match guards(document, operation, fields).as_slice() {
        [] => {}
        [Guard { scopes, members }] => {
            lines.push(format!("- Scope for {}: {}", members.join(", "), any(scopes)));
        }
        several => {
            lines.push("- Scopes for single fields:".to_owned());
            lines.extend(several.iter().map(|Guard { scopes, members }| {
                format!("  - {}: {}", members.join(", "), any(scopes))
            }));
        }
    }
    if !unknown.is_empty() {
        let scopes = if unknown.len() == 1 { "Scope" } else { "Scopes" };
        lines.push(format!("- {scopes} for fields that no source names: {}", list(&unknown)));
    }
    lines
}

fn list(names: &[impl AsRef<str>]) -> String {
    let names = names.iter().map(|name| format!("`{}`", name.as_ref()));
    names.collect::<Vec<_>>().join(", ")
}

fn any(names: &[&str]) -> String {
    let any_of = if names.len() == 1 { "" } else { "any of " };
    format!("{any_of}{}", list(names))
}

/// Members, in Markdown, that any of the scopes makes visible.
struct Guard<'s> {
    scopes: Vec<&'s str>,
    members: Vec<String>,
}

/// The specs say for each scope which members are absent without it; one that is named with several
/// scopes takes any of them.
fn guards<'s>(
    document: &Document,
    operation: &Operation,
    fields: &'s [(String, Vec<String>)],
) -> Vec<Guard<'s>> {
    let mut by_member: Vec<(String, Vec<&str>)> = Vec::new();
    for (scope, members) in fields {
        if members.is_empty() && scope == USER_IDS {
            by_member.push(("ids of the kind `user_id`".to_owned(), vec![scope]));
        }
        for member in members.iter().filter(|it| !is_stray(it, members)) {
            let member = spell(document, operation, scope, member);
            match by_member.iter_mut().find(|(known, _)| *known == member) {
                Some((_, scopes)) => scopes.push(scope),
                None => by_member.push((member, vec![scope])),
            }
        }
    }
    let mut guards: Vec<Guard<'_>> = Vec::new();
    for (member, scopes) in by_member {
        match guards.iter_mut().find(|it| it.scopes == scopes) {
            Some(guard) => guard.members.push(member),
            None => guards.push(Guard { scopes, members: vec![member] }),
        }
    }
    guards
}

/// A row of a page that stands below the row of the same member, which has its whole path.
fn is_stray(member: &str, members: &[String]) -> bool {
    let Some(name) = member.strip_prefix('∟') else { return false };
    members.iter().any(|it| it.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')))
}

/// `data.department.name` is `department.name`, in names of Rust if it leads to fields.
fn spell(document: &Document, operation: &Operation, scope: &str, member: &str) -> String {
    let member = member.trim_start_matches('∟');
    if let Some(name) = member.strip_prefix("query:") {
        let is_kind_of_id = scope == USER_IDS && name.ends_with("id_type");
        return if is_kind_of_id { format!("`{name}=user_id`") } else { format!("`{name}`") };
    }
    let resolved = match (member.split_once('.'), operation.answer) {
        (Some(("data", path)), Answer::Model(id)) => {
            member_path::resolve(document, &document.model(id).fields, path)
        }
        (Some(("body", path)), _) => {
            member_path::resolve(document, operation.inputs.iter().map(|it| &it.field), path)
        }
        _ => None,
    };
    let bare = member.trim_start_matches("data.").trim_start_matches("body.");
    match resolved {
        Some(passed) => format!("`{}`", member_path::spell(&passed)),
        None => format!("`{bare}`"),
    }
}
