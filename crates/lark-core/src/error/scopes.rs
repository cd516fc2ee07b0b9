//! What a call that was refused for a missing scope needs, and where that is granted.

use std::fmt;

use serde_json::Value;

use super::codes::Meaning;
use crate::operation::OperationFacts;

/// The app that made the call, and the developer console that it is in, if that is known.
#[derive(Clone, Copy)]
pub(crate) struct App<'a> {
    pub(crate) id: &'a str,
    pub(crate) console: Option<&'static str>,
}

/// What the SDK knows about a missing scope beside what the platform says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ScopeHint {
    whose: Meaning,
    /// One of them is needed; empty if the platform names the missing ones.
    any_of: Vec<&'static str>,
    /// All of them are needed too.
    all_of: Vec<&'static str>,
    /// Where they are granted.
    pub(super) url: Option<String>,
}

impl ScopeHint {
    /// `named` are the scopes that the platform names.
    pub(super) fn new(
        whose: Meaning,
        named: &[&str],
        facts: Option<OperationFacts>,
        app: App<'_>,
    ) -> Self {
        let facts = facts.filter(|_| named.is_empty());
        let any_of: Vec<_> = facts.into_iter().flat_map(OperationFacts::scopes_any_of).collect();
        let all_of: Vec<_> = facts.into_iter().flat_map(OperationFacts::scopes_all_of).collect();
        let scopes = [named, &any_of, &all_of].concat().join(",");
        let console = app.console.filter(|_| whose == Meaning::AppScope && !scopes.is_empty());
        let url = console.map(|console| format!("{console}/app/{}/auth?q={scopes}", app.id));
        Self { whose, any_of, all_of, url }
    }

    pub(super) fn with_link_of_platform(self, url: Option<String>) -> Self {
        Self { url: url.or(self.url), ..self }
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.any_of.iter().chain(&self.all_of).copied()
    }

    /// Continues the line of an error whose message is `msg`.
    pub(super) fn fmt(&self, f: &mut fmt::Formatter<'_>, msg: &str) -> fmt::Result {
        let needs = [self.any_of.join(" or "), self.all_of.join(" and ")];
        let needs: Vec<_> = needs.into_iter().filter(|list| !list.is_empty()).collect();
        if !needs.is_empty() {
            write!(f, ", needs {}", needs.join(", and "))?;
        }
        match &self.url {
            Some(url) if !msg.contains(url.as_str()) => write!(f, ", granted at {url}"),
            None if self.whose == Meaning::UserScope => {
                f.write_str(", granted by the user, who has to sign in again")
            }
            _ => Ok(()),
        }
    }
}

/// The link to the console that the platform gives, beside the message or in its text.
pub(super) fn link_of_platform(msg: &str, error: &Value) -> Option<String> {
    let helps = error["helps"].as_array().into_iter().flatten();
    let beside = helps.filter_map(|help| help["url"].as_str());
    let within = msg.match_indices("https://").map(|(start, _)| {
        // The text around it may be Chinese, without spaces.
        let is_end = |c: char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | ')' | ']');
        msg[start..].split(is_end).next().unwrap_or_default()
    });
    let is_grant = |url: &&str| url.starts_with("https://") && url.contains("/auth?q=");
    beside.chain(within).find(is_grant).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_platform_gives_its_link_beside_the_message_or_within() {
        const LINK: &str = "https://open.feishu.cn/app/cli_1/auth?q=a:b,c:d&op_from=openapi";
        let help = json!({ "helps": [
            { "url": "https://open.feishu.cn/document", "description": "" },
            { "url": LINK, "description": "" },
        ]});
        for (msg, error) in [
            ("Access denied.".to_owned(), help),
            (format!("\u{70b9}\u{51fb}\u{94fe}\u{63a5}\u{ff1a}{LINK}\u{3002}"), Value::Null),
            (format!("see https://open.feishu.cn/search or {LINK} (scopes)"), json!("denied")),
        ] {
            assert_eq!(link_of_platform(&msg, &error).as_deref(), Some(LINK), "{msg}");
        }
        assert_eq!(link_of_platform("http://x/auth?q=a https://", &Value::Null), None);
    }
}
