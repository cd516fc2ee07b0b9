//! What the HTTP status of a code says of its kind.

use std::collections::{BTreeMap, HashMap};

use super::Loaded;
use super::error_codes::ErrorCodes;

/// What a code is that nearly always comes with statuses of one sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Unauthorized,
    Forbidden,
    NotFound,
    TooManyRequests,
    ServerFault,
}

impl Class {
    const ALL: [Class; 5] = [
        Class::Unauthorized,
        Class::Forbidden,
        Class::NotFound,
        Class::TooManyRequests,
        Class::ServerFault,
    ];

    /// The class of codes with these statuses, each with the number of operations that state it: three of
    /// four or more are of its sort.
    fn of(statuses: &BTreeMap<u16, usize>) -> Option<Class> {
        let all: usize = statuses.values().sum();
        Class::ALL.into_iter().find(|class| {
            let uses = statuses.iter().filter(|(status, _)| class.has(**status));
            all > 0 && uses.map(|(_, uses)| uses).sum::<usize>() * 4 >= all * 3
        })
    }

    fn has(self, status: u16) -> bool {
        match self {
            Class::Unauthorized => status == 401,
            Class::Forbidden => matches!(status, 401 | 403),
            Class::NotFound => status == 404,
            Class::TooManyRequests => status == 429,
            Class::ServerFault => status >= 500,
        }
    }

    /// Whether the class and this kind cannot both be true. A kind that says more than the class stands.
    fn contradicts(self, kind: &str) -> bool {
        match self {
            Class::Unauthorized | Class::Forbidden => matches!(
                kind,
                "already_exists"
                    | "conflict"
                    | "internal"
                    | "invalid_argument"
                    | "other"
                    | "rate_limited"
                    | "timed_out"
            ),
            Class::NotFound => kind != "not_found",
            Class::TooManyRequests => !matches!(kind, "rate_limited" | "limit_exceeded"),
            Class::ServerFault => matches!(kind, "already_exists" | "invalid_argument" | "other"),
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Class::Unauthorized => "token_invalid",
            Class::Forbidden => "permission_denied",
            Class::NotFound => "not_found",
            Class::TooManyRequests => "rate_limited",
            Class::ServerFault => "internal",
        }
    }
}

/// Gives every code whose kind contradicts its HTTP statuses the kind of those. Operations state the
/// statuses; a code that none states has those that it was seen with.
pub(crate) fn settle(error_codes: &mut ErrorCodes, loaded: &[Loaded]) {
    let statuses = statuses(loaded);
    let ErrorCodes { codes, kinds } = error_codes;
    for (number, code) in codes {
        let seen = code.http.iter().map(|status| (*status, 1)).collect();
        let Some(class) = Class::of(statuses.get(number).unwrap_or(&seen)) else { continue };
        if !class.contradicts(&code.kind) {
            continue;
        }
        if let Some(meaning) = kinds.get(class.kind()) {
            class.kind().clone_into(&mut code.kind);
            code.meaning.clone_from(meaning);
        }
    }
}

/// The statuses of every code, and how many operations state each.
fn statuses(loaded: &[Loaded]) -> HashMap<i64, BTreeMap<u16, usize>> {
    let mut statuses: HashMap<i64, BTreeMap<u16, usize>> = HashMap::new();
    let operations = loaded.iter().flat_map(|it| &it.spec.operations);
    for (status, code) in operations.flat_map(|it| &it.facts.errors) {
        *statuses.entry(*code).or_default().entry(*status).or_default() += 1;
    }
    statuses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::error_codes;

    fn settled(kind: &str, http: &str) -> (String, String) {
        let text = format!(
            r#"{{"kinds": {{
                "internal": {{"meaning": "A fault."}}, "invalid_argument": {{"meaning": "Wrong."}},
                "already_exists": {{"meaning": "There."}}, "not_found": {{"meaning": "Gone."}},
                "permission_denied": {{"meaning": "No."}}, "token_invalid": {{"meaning": "Who?"}},
                "rate_limited": {{"meaning": "Slow down."}}, "wrong_state": {{"meaning": "Closed."}}
            }}, "codes": {{"1": {{"kind": "{kind}", "meaning": "As stated.", "http": {http}}}}}}}"#
        );
        let mut errors = Vec::new();
        let mut codes = error_codes::read(&text, &[], &mut errors);
        assert!(errors.is_empty(), "{errors:?}");
        settle(&mut codes, &[]);
        let code = codes.codes.remove(&1).expect("it was read");
        (code.kind, code.meaning)
    }

    #[test]
    fn a_status_overrules_a_kind_that_contradicts_it() {
        for (kind, http, settled_kind, meaning) in [
            ("already_exists", "[404]", "not_found", "Gone."),
            ("invalid_argument", "[403]", "permission_denied", "No."),
            ("invalid_argument", "[401, 403]", "permission_denied", "No."),
            ("already_exists", "[401]", "token_invalid", "Who?"),
            ("invalid_argument", "[500, 504]", "internal", "A fault."),
            ("invalid_argument", "[429]", "rate_limited", "Slow down."),
        ] {
            let expected = (settled_kind.to_owned(), meaning.to_owned());
            assert_eq!(settled(kind, http), expected, "{kind} {http}");
        }
    }

    #[test]
    fn a_kind_that_fits_its_status_stands() {
        for (kind, http) in [
            ("wrong_state", "[403]"),
            ("not_found", "[500]"),
            ("invalid_argument", "[400]"),
            ("invalid_argument", "[200, 500]"),
            ("invalid_argument", "[]"),
        ] {
            assert_eq!(settled(kind, http), (kind.to_owned(), "As stated.".to_owned()), "{http}");
        }
    }
}
