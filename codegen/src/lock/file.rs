//! A lock as a text: reasons first, then a line a name.

use crate::emitted::{self, Item, Name, Names};

/// The module of the names that are in none.
const ROOT: &str = "crate";

/// What a lock says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lock {
    crate_name: String,
    /// Why names vanished or changed, and which.
    reasons: Vec<(String, Vec<String>)>,
    pub(crate) names: Names,
}

impl Lock {
    pub(crate) fn new(crate_name: &str) -> Lock {
        Lock { crate_name: crate_name.to_owned(), ..Lock::default() }
    }

    /// Reads a lock; the error is a line and what was expected there.
    pub(crate) fn parse(text: &str) -> Result<Lock, String> {
        let mut lock = Lock::default();
        let mut module = None;
        for (at, line) in text.lines().enumerate() {
            let wrong = |expected: &str| Err(format!("{}: expected {expected}", at + 1));
            if let Some(rest) = line.strip_prefix("# ") {
                lock.crate_name = rest.split(':').next().unwrap_or_default().to_owned();
            } else if let Some(reason) = line.strip_prefix("! ") {
                lock.reasons.push((reason.trim().to_owned(), Vec::new()));
            } else if let Some(name) = line.strip_prefix("- ") {
                let Some((_, names)) = lock.reasons.last_mut() else {
                    return wrong("`! why`, the reason of the names below it");
                };
                names.push(name.trim().to_owned());
            } else if let Some(path) = line.strip_prefix("mod ") {
                let path = if path == ROOT { "" } else { path };
                module = Some(path.to_owned());
                lock.names.modules.entry(path.to_owned()).or_default();
            } else if !line.trim().is_empty() {
                let items = module.as_ref().and_then(|path| lock.names.modules.get_mut(path));
                let (Some(items), Some(path)) = (items, module.as_ref()) else {
                    return wrong("`mod path`, the module of the names below it");
                };
                if !push(items, path, line) {
                    return wrong("an item of the module, or a member of the item above");
                }
            }
        }
        Ok(lock)
    }

    /// Writes down why these names are not what they were.
    pub(crate) fn acknowledge<'n>(&mut self, reason: &str, names: impl Iterator<Item = &'n str>) {
        let names: Vec<String> = names.map(str::to_owned).collect();
        if !names.is_empty() {
            self.reasons.push((reason.trim().to_owned(), names));
        }
    }

    /// There is a reason for what happened to the name.
    pub(crate) fn is_acknowledged(&self, name: &str) -> bool {
        let mut reasons = self.reasons.iter().filter(|(reason, _)| !reason.is_empty());
        reasons.any(|(_, names)| names.iter().any(|it| it == name))
    }

    /// The lock of these names.
    pub(crate) fn with(&self, names: &Names) -> String {
        let mut text = format!("# {}: the public names of its generated code\n", self.crate_name);
        for (reason, names) in &self.reasons {
            text.push_str(&format!("! {reason}\n"));
            names.iter().for_each(|name| text.push_str(&format!("- {name}\n")));
        }
        for (module, items) in &names.modules {
            let module = if module.is_empty() { ROOT } else { module };
            text.push_str(&format!("mod {module}\n"));
            for item in items {
                text.push_str(&format!(" {}\n", item.name.text));
                item.members.iter().for_each(|it| text.push_str(&format!("  {}\n", it.text)));
            }
        }
        text
    }
}

/// Adds a line to the items of a module; `false` if it is none.
fn push(items: &mut Vec<Item>, module: &str, line: &str) -> bool {
    if let Some(text) = line.strip_prefix("  ") {
        let Some(item) = items.last_mut() else { return false };
        let name = text.split([':', ' ']).next().unwrap_or_default();
        let full = format!("{}.{name}", item.name.full);
        item.members.push(Name::new(full, text));
        return true;
    }
    let Some(text) = line.strip_prefix(' ') else { return false };
    let name = emitted::name_of(text);
    let full = emitted::join(module, &name);
    items.push(Item { name: Name::new(full, text), members: Vec::new() });
    true
}
