//! Path and query parameters.

use std::collections::BTreeMap;

use crate::platform::Params;
use crate::spec::{InputPlace, Kind, Operation, Parameter, Place, Violation, check_text};

/// The parameters by name, and what is wrong with them.
pub(super) fn check(
    operation: &Operation,
    path: BTreeMap<&'static str, String>,
    query: &str,
) -> (Params, Vec<Violation>) {
    let mut violations = Vec::new();
    let query = read_query(operation, query, &mut violations);
    for parameter in &operation.parameters {
        match parameter.place {
            Place::Path => check_path(parameter, &path, &mut violations),
            Place::Query => check_query(parameter, &query, &mut violations),
        }
    }
    (Params { path, query }, violations)
}

type Query = BTreeMap<&'static str, Vec<String>>;

/// The query by parameter. Axios writes lists as `a[]=1&a[]=2`.
fn read_query(operation: &Operation, query: &str, out: &mut Vec<Violation>) -> Query {
    let mut read = Query::new();
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        let name = key.strip_suffix("[]").unwrap_or(&key);
        let mut parameters = operation.parameters.iter();
        match parameters.find(|known| known.place == Place::Query && known.name == name) {
            Some(known) => read.entry(known.name).or_default().push(value.into_owned()),
            None => out.push(Violation::unknown(InputPlace::Query, name, value)),
        }
    }
    read
}

fn check_path(
    parameter: &Parameter,
    path: &BTreeMap<&'static str, String>,
    out: &mut Vec<Violation>,
) {
    match path.get(parameter.name).filter(|value| !value.is_empty()) {
        Some(value) => check_text(parameter.schema, parameter.name, value, out),
        None => out.push(missing(parameter)),
    }
}

fn check_query(parameter: &Parameter, query: &Query, out: &mut Vec<Violation>) {
    let Some(values) = query.get(parameter.name) else {
        out.extend(parameter.required.then(|| missing(parameter)));
        return;
    };
    let Some(items) = parameter.schema.items() else {
        check_single(parameter, values, out);
        return;
    };
    let field = format!("{}[*]", parameter.name);
    values.iter().for_each(|value| check_text(items, &field, value, out));
}

fn check_single(parameter: &Parameter, values: &[String], out: &mut Vec<Violation>) {
    let [value] = values else {
        let description = format!("expected one value, got {}", values.len());
        out.push(Violation::new(parameter.name, values.join(","), description));
        return;
    };
    // Node sends `n=` for null, so an empty value is an absent one, unless it has to be there.
    let text = parameter.schema.kind() == Kind::Text;
    if value.is_empty() && (!parameter.required || text) {
        return;
    }
    check_text(parameter.schema, parameter.name, value, out);
}

fn missing(parameter: &Parameter) -> Violation {
    Violation::new(parameter.name, "", format!("{} is required", parameter.name))
}
