//! Every name that is emitted is made here.

use heck::{ToSnakeCase, ToUpperCamelCase};

use crate::config::{Kind, Names};
use crate::load::schema::EnumValue;

/// Field names that would be a setter nobody expects: they hide a method every value has.
const RESERVED_FIELDS: [&str; 14] = [
    "new", "clone", "default", "into", "try_into", "from", "fmt", "eq", "ne", "cmp", "hash",
    "to_owned", "as_ref", "borrow",
];

/// Field names that say too little to name an enum.
const GENERIC_FIELDS: [&str; 24] = [
    "type",
    "status",
    "state",
    "mode",
    "level",
    "role",
    "kind",
    "scope",
    "name",
    "key",
    "value",
    "id",
    "action",
    "format",
    "direction",
    "language",
    "source",
    "result",
    "category",
    "code",
    "reason",
    "operator",
    "method",
    "permission",
];

/// Makes the names of one document.
#[derive(Clone, Debug)]
pub(crate) struct Namer<'a> {
    /// `im/v1`
    pub(crate) document: String,
    pub(crate) names: &'a Names,
}

impl Namer<'_> {
    /// `chat.members` is `chat_members`.
    pub(crate) fn module(&self, resource: &str) -> String {
        self.chosen(Kind::Module, resource)
            .unwrap_or_else(|| escape(resource.replace('.', "_").to_snake_case()))
    }

    /// The method of the operation.
    pub(crate) fn function(&self, id: &str, method: &str) -> String {
        self.chosen(Kind::Function, id).unwrap_or_else(|| escape(snake(method)))
    }

    /// `message` and `create` are `CreateMessageRequest`.
    pub(crate) fn request(&self, method: &str, resource: &str) -> String {
        let name = format!("{}Request", method_first(method, resource));
        self.chosen(Kind::Request, &name).unwrap_or(name)
    }

    /// The name of a model whose schema sits inside the operation.
    pub(crate) fn response(&self, method: &str, resource: &str) -> String {
        self.inline(format!("{}Response", method_first(method, resource)))
    }

    /// A schema of the spec: `CreateMessageResponseBody` is `CreateMessageResponse`.
    pub(crate) fn model(&self, schema: &str) -> String {
        self.chosen(Kind::Model, schema).unwrap_or_else(|| {
            let name = match schema.strip_suffix("ResponseBody") {
                Some(stem) => format!("{stem}Response"),
                None => schema.to_owned(),
            };
            if is_camel(&name) { name } else { camel(&name) }
        })
    }

    /// An object without a name of its own: its owner and its field.
    pub(crate) fn hoisted(&self, owner: &str, field: &str) -> String {
        self.inline(format!("{owner}{}", camel(field)))
    }

    /// An enum, by its field alone or with its owner before.
    pub(crate) fn enumeration(&self, owner: Option<&str>, field: &str) -> String {
        let name = format!("{}{}", owner.map_or("", stem), camel(field));
        self.chosen(Kind::Enum, &name).unwrap_or(name)
    }

    /// `im.message.receive_v1` is `MessageReceive`.
    pub(crate) fn event(&self, project: &str, id: &str) -> String {
        self.chosen(Kind::Event, id).unwrap_or_else(|| {
            let local = id.strip_prefix(project).map_or(id, |rest| rest.trim_start_matches('.'));
            camel(without_version(local))
        })
    }

    /// A field of the model or operation `owner`.
    pub(crate) fn field(&self, owner: &str, wire: &str) -> String {
        self.chosen(Kind::Field, &format!("{owner}.{wire}")).unwrap_or_else(|| {
            let name = escape(snake(wire));
            if RESERVED_FIELDS.contains(&name.as_str()) { format!("{name}_") } else { name }
        })
    }

    fn inline(&self, name: String) -> String {
        self.chosen(Kind::Model, &name).unwrap_or(name)
    }

    fn chosen(&self, kind: Kind, from: &str) -> Option<String> {
        self.names.chosen(&self.document, kind, from).map(str::to_owned)
    }
}

/// `create` of `chat.members` is `CreateChatMembers`.
pub(crate) fn method_first(method: &str, resource: &str) -> String {
    format!("{}{}", camel(method), camel(resource))
}

/// A body field that shares its name with a path or query parameter.
pub(crate) fn beside_parameter(field: &str) -> String {
    format!("body_{}", field.trim_end_matches('_'))
}

/// The field name says too little to name an enum.
pub(crate) fn is_generic(field: &str) -> bool {
    GENERIC_FIELDS.contains(&field)
}

/// The variants of an enum, one for each value, in order.
pub(crate) fn variants(values: &[EnumValue<String>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for value in values {
        let name = variant_of(value);
        // `Other` is the variant that holds values the spec does not know.
        let taken = |name: &String| name == "Other" || names.contains(name);
        let unique = std::iter::once(name.clone())
            .chain((2..).map(|n| numbered(&name, n)))
            .find(|name| !taken(name))
            .expect("there are more numbers than values");
        names.push(unique);
    }
    names
}

/// The name that the spec has for a value, or one made of the value. `Other` is taken.
fn variant_of(EnumValue { value, name, .. }: &EnumValue<String>) -> String {
    let computed = variant(value);
    let is_number = value.parse::<i64>().is_ok();
    match name.as_deref().filter(|name| is_camel(name)) {
        Some("Other") if !is_number && computed != "Other" => computed,
        Some("Other") => "OtherKind".to_owned(),
        Some(name) => escape(name.to_owned()),
        None if computed == "Other" => "OtherKind".to_owned(),
        None => computed,
    }
}

fn variant(value: &str) -> String {
    if value.is_empty() {
        return "Empty".to_owned();
    }
    let name = camel(value);
    let name = match name.chars().next() {
        None => value.chars().map(spell).collect(),
        Some(first) if first.is_numeric() && value.starts_with('-') => format!("Minus{name}"),
        Some(first) if first.is_numeric() => format!("V{name}"),
        Some(_) => name,
    };
    escape(name)
}

fn numbered(name: &str, n: usize) -> String {
    let separator = if name.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
    format!("{name}{separator}{n}")
}

/// A name for a punctuation mark.
fn spell(mark: char) -> String {
    match mark {
        '=' => "Equal".to_owned(),
        '!' => "Not".to_owned(),
        '<' => "Less".to_owned(),
        '>' => "Greater".to_owned(),
        '+' => "Plus".to_owned(),
        '-' => "Minus".to_owned(),
        '*' => "Star".to_owned(),
        '/' => "Slash".to_owned(),
        '%' => "Percent".to_owned(),
        other => format!("U{:04X}", u32::from(other)),
    }
}

/// The part of an owner's name that names an enum: requests and answers often share one.
fn stem(owner: &str) -> &str {
    ["RequestBody", "Request", "Response"]
        .iter()
        .find_map(|suffix| owner.strip_suffix(suffix))
        .unwrap_or(owner)
}

fn without_version(id: &str) -> &str {
    let stem = id.trim_end_matches(|c: char| c.is_ascii_digit());
    match stem.strip_suffix("_v") {
        Some(name) if stem.len() < id.len() => name,
        _ => id,
    }
}

fn snake(name: &str) -> String {
    let is_snake = name.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_'));
    let name = if is_snake { name.to_owned() } else { name.to_snake_case() };
    if name.starts_with(|c: char| c.is_numeric()) { format!("_{name}") } else { name }
}

fn camel(name: &str) -> String {
    name.to_upper_camel_case()
}

fn is_camel(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// A keyword gets a trailing underscore.
fn escape(name: String) -> String {
    // What is no identifier at all (an empty name) is left for the check to report.
    let is_keyword = !name.is_empty() && syn::parse_str::<syn::Ident>(&name).is_err();
    if is_keyword { format!("{name}_") } else { name }
}
