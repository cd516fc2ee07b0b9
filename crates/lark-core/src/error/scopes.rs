//! What a call that was refused for a missing scope needs, and where that is granted.

use std::fmt;

use serde_json::Value;

use super::codes::Meaning;
use super::quote::Quote;
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
    /// Of the operation, if the platform names no scope.
    facts: Option<OperationFacts>,
    /// Where the scopes are granted.
    pub(super) url: Option<String>,
}

impl ScopeHint {
    /// `named` are the scopes that the platform names, separated by commas.
    pub(super) fn new(
        whose: Meaning,
        named: String,
        facts: Option<OperationFacts>,
        app: App<'_>,
    ) -> Self {
        let facts = facts.filter(|_| named.is_empty());
        let mut hint = Self { whose, facts, url: None };
        let mut scopes = named;
        for scope in hint.scopes() {
            if !scopes.is_empty() {
                scopes.push(',');
            }
            scopes.push_str(scope);
        }
        let console = app.console.filter(|_| whose == Meaning::AppScope && !scopes.is_empty());
        hint.url = console.map(|console| [console, "/app/", app.id, "/auth?q=", &scopes].concat());
        hint
    }

    pub(super) fn with_link_of_platform(self, url: Option<String>) -> Self {
        Self { url: url.or(self.url), ..self }
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = &'static str> + use<> {
        let of = |facts: OperationFacts| facts.scopes_any_of().chain(facts.scopes_all_of());
        self.facts.into_iter().flat_map(of)
    }

    /// Continues the line of an error whose message is `msg`.
    pub(super) fn fmt(&self, f: &mut fmt::Formatter<'_>, msg: &str) -> fmt::Result {
        if let Some(facts) = self.facts {
            let mut gap = ", needs ";
            for scope in facts.scopes_any_of() {
                write!(f, "{gap}{scope}")?;
                gap = " or ";
            }
            gap = if gap == " or " { ", and " } else { gap };
            for scope in facts.scopes_all_of() {
                write!(f, "{gap}{scope}")?;
                gap = " and ";
            }
        }
        match &self.url {
            Some(url) if !msg.contains(url.as_str()) => write!(f, ", granted at {}", Quote(url)),
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
    let is_grant = |url: &&str| {
        let is_url = url.starts_with("https://") && url.chars().all(|it| it.is_ascii_graphic());
        is_url && url.contains("/auth?q=")
    };
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
