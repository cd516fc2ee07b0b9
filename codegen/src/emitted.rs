//! The public names of generated code and their documentation, read from its text: what is locked and
//! counted is what is emitted, whichever way it came about.

mod rows;

use std::collections::{BTreeMap, HashMap};

use rows::Table;

/// The names of one crate, in the order of its modules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// Path of the module to its items.
    pub(crate) modules: BTreeMap<String, Vec<Item>>,
}

/// An item of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) name: Name,
    pub(crate) members: Vec<Name>,
}

/// A name in full, and all that is locked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// `v1::message::CreateMessageRequest.content`
    pub(crate) full: String,
    /// `content: String? into`
    pub(crate) text: String,
    /// Its rustdoc; empty in a lock.
    pub(crate) docs: String,
}

impl Name {
    pub(crate) fn new(full: String, text: &str) -> Name {
        Name { full, text: text.to_owned(), docs: String::new() }
    }
}

impl Names {
    /// Every name and its text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.all().map(|name| (name.full.as_str(), name.text.as_str()))
    }

    /// Items and members.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Name> {
        let items = self.modules.values().flatten();
        items.flat_map(|item| std::iter::once(&item.name).chain(&item.members))
    }
}

/// Scans every file below `directory`.
pub(crate) fn names(files: &BTreeMap<String, String>, directory: &str) -> Names {
    let mut scanner = Scanner::default();
    let below = files.iter().filter_map(|(path, text)| {
        let path = path.strip_prefix(directory)?.strip_prefix('/')?.strip_suffix(".rs")?;
        Some((path, text))
    });
    let below: Vec<(&str, &String)> = below.collect();
    for (path, text) in &below {
        let is_root = matches!(*path, "mod" | "lib");
        let module = path.strip_suffix("/mod").or((!is_root).then_some(path)).unwrap_or("");
        let is_private = |name: &str| text.contains(&format!("\nmod {name};"));
        for (other, _) in &below {
            let inner = other.strip_suffix("/mod").unwrap_or(other);
            let child = match module {
                "" => Some(inner),
                _ => inner.strip_prefix(module).and_then(|rest| rest.strip_prefix('/')),
            };
            if child.is_some_and(|child| !child.contains('/') && is_private(child)) {
                scanner.private.push(inner.to_owned());
            }
        }
    }
    for (path, text) in below {
        let module = scanner.module(path);
        scanner.file(&module, text);
    }
    scanner.finish()
}

#[derive(Debug, Default)]
struct Scanner {
    names: Names,
    /// Paths of modules whose names are exported by the module around them.
    private: Vec<String>,
    /// Module and struct to what a table says of it and of its fields.
    tables: HashMap<String, Vec<(String, String)>>,
}

impl Scanner {
    /// `v1/models` is `v1`: a private module shows its names through the one around it.
    fn module(&self, path: &str) -> String {
        let path = path.strip_suffix("/mod").unwrap_or(path);
        let mut module = Vec::new();
        let mut at = String::new();
        for segment in path.split('/').filter(|it| !matches!(*it, "mod" | "lib")) {
            at = if at.is_empty() { segment.to_owned() } else { format!("{at}/{segment}") };
            if !self.private.contains(&at) {
                module.push(segment);
            }
        }
        module.join("::")
    }

    fn file(&mut self, module: &str, text: &str) {
        let mut target = None;
        let mut above = Above::default();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if above.takes(line.trim()) {
                continue;
            }
            let above = above.take();
            if let Some(rest) = line.strip_prefix("pub struct ") {
                self.structure(module, rest, above, &mut lines);
            } else if let Some((name, rest)) = macro_call(line) {
                self.macro_call(module, name, rest, &mut lines);
            } else if line.starts_with("impl") && line.ends_with('{') {
                target = line.trim_end_matches(" {").rsplit(' ').next();
            } else if let Some(export) = line.strip_prefix("pub use ") {
                // A glob exports what is found where it comes from.
                if let Some((from, name)) = export.trim_end_matches(';').split_once(" as ") {
                    self.item(module, &format!("use {name} = {from}"), None, above);
                }
            } else if line.starts_with("pub ") {
                self.item(module, &until(line, &mut lines), None, above);
            } else if let Some(rest) = line.strip_prefix("    pub ") {
                let text = until(&format!("pub {rest}"), &mut lines);
                self.item(module, &text, target, above);
            }
        }
    }

    /// Anything without members: `pub fn create() -> CreateMessageRequest`.
    fn item(&mut self, module: &str, text: &str, of: Option<&str>, above: Above) {
        let text = text.trim_start_matches("pub ");
        let text = match of {
            Some(owner) => format!("impl {owner} {text}"),
            None => text.to_owned(),
        };
        self.push(module, text + &above.gates, above.docs, Vec::new());
    }

    fn structure<'t>(
        &mut self,
        module: &str,
        rest: &str,
        outer: Above,
        lines: &mut impl Iterator<Item = &'t str>,
    ) {
        let name = rest.split([' ', '{']).next().unwrap_or_default();
        let full = join(module, name);
        let mut members = Vec::new();
        if !rest.ends_with('}') {
            let (mut open, mut above) = (String::new(), Above::default());
            for line in lines.by_ref().take_while(|line| *line != "}") {
                let line = line.trim();
                if above.takes(line) {
                    continue;
                }
                open.push_str(line);
                let is_whole = open.matches('<').count() == open.matches('>').count();
                if let Some(member) = open.strip_suffix(',').filter(|_| is_whole) {
                    let docs = above.take().docs;
                    let member = member.replace(",>", ">");
                    members.extend(member.strip_prefix("pub ").map(|it| field(&full, it, docs)));
                    open.clear();
                }
            }
        }
        self.push(module, format!("struct {name}{}", outer.gates), outer.docs, members);
    }

    fn macro_call<'t>(
        &mut self,
        module: &str,
        name: &str,
        rest: &str,
        lines: &mut impl Iterator<Item = &'t str>,
    ) {
        if matches!(name, "open_enum" | "open_integer_enum") {
            return self.enumeration(module, lines);
        }
        let mut text = rest.to_owned();
        if rest.is_empty() || !is_balanced(rest) {
            for line in lines.by_ref().take_while(|line| *line != "}") {
                text.push('\n');
                text.push_str(line.trim());
            }
        } else if let Some(inner) = rest.strip_suffix('}') {
            text = inner.to_owned();
        }
        match name {
            "record" | "operation" => self.table(module, &rows::table(&text)),
            "accessors" => self.accessors(module, &text),
            "event" => self.event(module, &text),
            "pages" => self.pages(module, &text),
            _ => {
                let head = text.split([';', '{']).next().unwrap_or_default().trim();
                self.push(module, format!("{name}! {head}"), String::new(), Vec::new());
            }
        }
    }

    /// A line for the name, then one for each value.
    fn enumeration<'t>(&mut self, module: &str, lines: &mut impl Iterator<Item = &'t str>) {
        let (mut name, mut docs, mut above) = (String::new(), String::new(), Above::default());
        let mut members = Vec::new();
        for line in lines.by_ref().take_while(|line| *line != "}") {
            let line = line.trim();
            if above.takes(line) {
                continue;
            }
            if let Some(found) = line.strip_suffix(" {") {
                name = found.to_owned();
                docs = above.take().docs;
            } else if let Some(row) = line.strip_suffix(',') {
                let variant = row.split([' ', '=']).next().unwrap_or_default();
                let full = format!("{}.{variant}", join(module, &name));
                let docs = above.take().docs;
                members.push(Name { full, text: row.to_owned(), docs });
            }
        }
        self.push(module, format!("enum {name}"), docs, members);
    }

    fn table(&mut self, module: &str, Table { heads, rows }: &Table<'_>) {
        let Some(head) = heads.first() else { return };
        let name = head.split_whitespace().next().unwrap_or_default();
        let mut notes = Vec::new();
        if let Some((_, answer)) = head.split_once("=>") {
            let id = heads.get(1).and_then(|it| it.split('"').nth(1)).unwrap_or_default();
            notes.push((String::new(), format!("{id} => {}", answer.trim())));
        }
        let setters = rows.iter().filter_map(|row| {
            let (field, setter) = rows::row(row);
            setter.map(|setter| (field.to_owned(), setter.to_owned()))
        });
        notes.extend(setters);
        self.tables.entry(join(module, name)).or_default().extend(notes);
    }

    /// Methods with the names of fields: `Name "where"; text a, b; copy c: i64; get get_d = d`.
    fn accessors(&mut self, module: &str, text: &str) {
        let name = text.split_whitespace().next().unwrap_or_default();
        let rows = rows::split(text, ';').into_iter().skip(1).flat_map(|it| rows::split(it, ','));
        let notes = rows.filter_map(|row| {
            let field = row.split(':').next()?.split_whitespace().next_back()?;
            let method = row.split_once(" = ").map(|(it, _)| it.trim_start_matches("get "));
            let method = method.map(|it| format!(" {it}")).unwrap_or_default();
            Some((field.to_owned(), format!("accessor{method}")))
        });
        self.tables.entry(join(module, name)).or_default().extend(notes);
    }

    fn event(&mut self, module: &str, text: &str) {
        let name = text.split_whitespace().next().unwrap_or_default();
        let id = text.split('"').nth(1).unwrap_or_default();
        let note = (String::new(), format!("event {id}"));
        self.tables.entry(join(module, name)).or_default().push(note);
    }

    fn pages(&mut self, module: &str, text: &str) {
        let parts = rows::split(text, ';');
        let Some(name) = parts.first() else { return };
        let items = parts.iter().skip(1).find_map(|part| part.split_once(": "));
        let note = match items {
            Some((_, item)) => format!("items of {item}"),
            None => "pages".to_owned(),
        };
        self.tables.entry(join(module, name)).or_default().push((String::new(), note));
    }

    fn push(&mut self, module: &str, text: String, docs: String, members: Vec<Name>) {
        let full = join(module, &name_of(&text));
        let item = Item { name: Name { full, text, docs }, members };
        self.names.modules.entry(module.to_owned()).or_default().push(item);
    }

    /// Adds what the tables say, wherever they stood.
    fn finish(mut self) -> Names {
        for item in self.names.modules.values_mut().flatten() {
            for (field, note) in self.tables.get(&item.name.full).into_iter().flatten() {
                let name = match field.as_str() {
                    "" => Some(&mut item.name),
                    field => {
                        let full = format!("{}.{field}", item.name.full);
                        item.members.iter_mut().find(|member| member.full == full)
                    }
                };
                if let Some(name) = name {
                    name.text = format!("{}, {note}", name.text);
                }
            }
        }
        self.names
    }
}

/// `content: Option<String>` is `content: String?`.
fn field(owner: &str, text: &str, docs: String) -> Name {
    let (name, ty) = text.split_once(": ").unwrap_or((text, ""));
    let ty = match ty.strip_prefix("Option<").and_then(|ty| ty.strip_suffix('>')) {
        Some(inner) => format!("{inner}?"),
        None => ty.to_owned(),
    };
    Name { full: format!("{owner}.{name}"), text: format!("{name}: {ty}"), docs }
}

/// What stands above an item: documentation and attributes.
#[derive(Debug, Default)]
struct Above {
    docs: String,
    /// The features that the item takes: `, feature preview`.
    gates: String,
    /// An attribute goes on in the next line.
    is_open: bool,
}

impl Above {
    /// Whether the line belongs to the item below it.
    fn takes(&mut self, line: &str) -> bool {
        if let Some(text) = line.strip_prefix("///") {
            self.docs.push_str(text.strip_prefix(' ').unwrap_or(text));
            self.docs.push('\n');
            return true;
        }
        let gate = line.strip_prefix("#[cfg(feature = \"").and_then(|it| it.strip_suffix("\")]"));
        if let Some(feature) = gate {
            self.gates.push_str(&format!(", feature {feature}"));
        }
        let is_attribute = self.is_open || line.starts_with("#[");
        self.is_open = is_attribute && !line.ends_with(']');
        is_attribute
    }

    fn take(&mut self) -> Above {
        std::mem::take(self)
    }
}

/// `lark_core::record! { Name decode; .. }`: the name of the macro and what follows the brace.
fn macro_call(line: &str) -> Option<(&str, &str)> {
    let (path, rest) = line.split_once("! {")?;
    let is_path = |mark: char| mark.is_ascii_lowercase() || mark == '_' || mark == ':';
    path.chars().all(is_path).then(|| (path.rsplit(':').next().unwrap_or(path), rest.trim()))
}

fn is_balanced(rest: &str) -> bool {
    rest.ends_with('}') && rest.matches('{').count() + 1 == rest.matches('}').count()
}

/// A declaration up to its body, on one line.
fn until<'t>(first: &str, lines: &mut impl Iterator<Item = &'t str>) -> String {
    let mut text = first.trim().to_owned();
    while !text.ends_with(['{', ';', '}', ',']) || text.ends_with(',') && text.contains('(') {
        let Some(line) = lines.next() else { break };
        text.push_str(if text.ends_with('(') || line.trim().starts_with(')') { "" } else { " " });
        text.push_str(line.trim());
    }
    let head = text.split(" {").next().unwrap_or(&text);
    head.trim_end_matches([';', ' ']).replace(",)", ")")
}

/// The name in the text of an item: `fn create() -> CreateMessageRequest` is `create()`.
pub(crate) fn name_of(text: &str) -> String {
    let word = |text: &str| {
        let end = text.find(|mark: char| !(mark.is_alphanumeric() || mark == '_' || mark == '#'));
        text[..end.unwrap_or(text.len())].to_owned()
    };
    if let Some((owner, method)) = text.strip_prefix("impl ").and_then(|it| it.split_once(' ')) {
        return format!("{owner}.{}", name_of(method));
    }
    match text.split_once(' ') {
        Some((kind, rest)) if kind.ends_with('!') => format!("{kind} {rest}"),
        Some(("fn", rest)) => format!("{}()", word(rest)),
        Some((_, rest)) => word(rest),
        None => text.to_owned(),
    }
}

pub(crate) fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}
