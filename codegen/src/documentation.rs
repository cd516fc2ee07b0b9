//! What the specs say in words, looked for in the rustdoc of the item it belongs to.

mod taken;

use std::collections::{HashMap, HashSet};

use crate::emitted;
use crate::error::Errors;
use crate::load::Loaded;
use crate::load::json::Json;
use crate::model::{Document, EnumId, Field, Operation, Type};
use crate::output::{self, Output};
use crate::workspace::Workspace;
use crate::{Inputs, Selection};

/// How much of what is emitted is documented with the words of the specs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Documentation {
    /// Operations and their summaries.
    pub operations: Documented,
    /// Fields of requests, models and events, and their descriptions.
    pub fields: Documented,
    /// Values of enums and their meanings.
    pub values: Documented,
    /// What the specs say and the rustdoc does not.
    pub lost: Vec<Lost>,
}

/// How many items there are, of how many the specs say something, and how many have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Documented {
    /// Items that are emitted.
    pub emitted: usize,
    /// Those of which the specs say something.
    pub stated: usize,
    /// Those whose rustdoc says it.
    pub documented: usize,
}

/// A text of the specs that is not in the rustdoc of its item.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lost {
    /// `lark-im v1::message::CreateMessageRequest.content`; without a name if no item has the text.
    pub item: String,
    /// `api-specs/im/v1.json#/components/..`
    pub place: String,
    /// What the specs say.
    pub text: String,
}

/// Compares the words of the specs with the rustdoc of everything that is emitted.
///
/// # Errors
///
/// Everything that is wrong with the inputs.
pub fn documentation(inputs: &Inputs) -> Result<Documentation, Errors> {
    let workspace = Workspace::build(inputs)?;
    let output = output::emit(&workspace, &Selection::All)?;
    let mut documentation = compare(&workspace, &output);
    for (file, text) in &inputs.documents {
        let loaded = workspace.loaded.iter().find(|it| it.spec.file == *file);
        let (Some(loaded), Ok(raw)) = (loaded, serde_json::from_str(text)) else { continue };
        documentation.lost.extend(taken::away(file, &raw, &loaded.json));
    }
    Ok(documentation)
}

fn compare(workspace: &Workspace, output: &Output) -> Documentation {
    let mut documentation = Documentation::default();
    let specs: HashMap<&str, &Loaded> =
        workspace.loaded.iter().map(|it| (it.spec.file.as_str(), it)).collect();
    for entry in &workspace.crates.crates {
        let directory = format!("crates/{}/src/generated", entry.name);
        let names = emitted::names(&output.files, &directory);
        let docs = names.all().map(|it| (it.full.as_str(), it.docs.as_str())).collect();
        for document in workspace.documents_of(entry) {
            let Some(loaded) = specs.get(document.file.as_str()) else { continue };
            let mut search = Search {
                crate_name: &entry.name,
                document,
                json: &loaded.json,
                docs: &docs,
                found: HashSet::new(),
                documentation: &mut documentation,
            };
            search.operations();
            search.fields();
            search.values();
            search.unmet();
        }
    }
    documentation
}

/// One document beside what was emitted of it.
struct Search<'s> {
    crate_name: &'s str,
    document: &'s Document,
    json: &'s Json,
    /// Names to their rustdoc.
    docs: &'s HashMap<&'s str, &'s str>,
    /// Pointers of the texts that have an item.
    found: HashSet<String>,
    documentation: &'s mut Documentation,
}

impl Search<'_> {
    fn operations(&mut self) {
        for operation in self.document.emitted() {
            let name = format!("{}::{}()", self.module(operation), operation.function);
            let pointer = format!("{}/summary", operation.pointer);
            let found = self.look(&name, &[pointer]);
            add(&mut self.documentation.operations, found);
        }
    }

    fn fields(&mut self) {
        for (name, field) in self.named_fields() {
            let found = self.look(&name, &[format!("{}/description", field.pointer)]);
            add(&mut self.documentation.fields, found);
        }
    }

    /// Every field that is emitted, with its name.
    fn named_fields(&self) -> Vec<(String, Field)> {
        let Document { version, .. } = self.document;
        let mut fields = Vec::new();
        let mut add = |owner: String, field: &Field| {
            fields.push((format!("{owner}.{}", field.name), field.clone()));
        };
        for operation in self.document.emitted() {
            let owner = format!("{}::{}", self.module(operation), operation.request);
            operation.inputs.iter().for_each(|it| add(owner.clone(), &it.field));
        }
        for model in self.document.reached_models() {
            model.fields.iter().for_each(|it| add(format!("{version}::{}", model.name), it));
        }
        for event in &self.document.events {
            event.fields.iter().for_each(|it| add(format!("{version}::event::{}", event.name), it));
        }
        fields
    }

    /// A value has the meaning that one of its fields states.
    fn values(&mut self) {
        let Document { version, .. } = self.document;
        let mut places: HashMap<EnumId, Vec<String>> = HashMap::new();
        for (_, field) in self.named_fields() {
            if let Type::Enum(id) = field.ty.innermost() {
                places.entry(*id).or_default().push(field.pointer);
            }
        }
        for (id, places) in places {
            let it = self.document.enumeration(id);
            for variant in &it.variants {
                let name = format!("{version}::{}.{}", it.name, variant.name);
                let meanings = places.iter().filter_map(|it| self.meaning(it, &variant.value));
                let meanings: Vec<String> = meanings.collect();
                let found = self.look(&name, &meanings);
                add(&mut self.documentation.values, found);
            }
        }
    }

    /// The pointer to the meaning of a value at the field with this pointer: the schema is there, or in
    /// a parameter, or in the items of a list.
    fn meaning(&self, pointer: &str, value: &str) -> Option<String> {
        let mut at = self.json.pointer(pointer)?;
        let mut pointer = pointer.to_owned();
        for key in ["schema", "items", "additionalProperties", "items"] {
            if let Some(inner) = at.get(key) {
                at = inner;
                pointer = format!("{pointer}/{key}");
            }
        }
        let Json::Array(values) = at.get("enum")? else { return None };
        let is_value = |it: &Json| match it {
            Json::String(text) => text == value,
            other => other.to_text() == value,
        };
        let at = values.iter().position(is_value)?;
        Some(format!("{pointer}/x-enum-descriptions/{at}"))
    }

    /// Looks for one of the texts at `pointers` in the rustdoc of `name`. `None` if there is no text.
    fn look(&mut self, name: &str, pointers: &[String]) -> Option<bool> {
        let texts: Vec<(&String, String)> = pointers
            .iter()
            .filter_map(|pointer| match self.json.pointer(pointer) {
                Some(Json::String(text)) if !text.is_empty() => Some((pointer, text.clone())),
                _ => None,
            })
            .collect();
        self.found.extend(texts.iter().map(|(pointer, _)| (*pointer).clone()));
        let (pointer, text) = texts.first()?;
        let docs = self.docs.get(name).map(|docs| plain(docs)).unwrap_or_default();
        let is_there = texts.iter().any(|(_, text)| docs.contains(&plain(text)));
        if !is_there {
            self.lose(name, pointer, text);
        }
        Some(is_there)
    }

    /// Summaries and descriptions that belong to something emitted and that no item was asked for.
    fn unmet(&mut self) {
        let used = used_by_emitted(self.document, self.json);
        for (pointer, text) in used {
            if !self.found.contains(&pointer) {
                self.lose("", &pointer, &text);
            }
        }
    }

    fn lose(&mut self, name: &str, pointer: &str, text: &str) {
        self.documentation.lost.push(Lost {
            item: format!("{} {name}", self.crate_name).trim_end().to_owned(),
            place: format!("{}#{pointer}", self.document.file),
            text: text.to_owned(),
        });
    }

    /// `v1::message`
    fn module(&self, operation: &Operation) -> String {
        format!("{}::{}", self.document.version, operation.module)
    }
}

fn add(documented: &mut Documented, found: Option<bool>) {
    documented.emitted += 1;
    documented.stated += usize::from(found.is_some());
    documented.documented += usize::from(found == Some(true));
}

/// A text without what Markdown and sentences add to it.
fn plain(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let marks = |mark: &char| !matches!(mark, '\\' | '<' | '>');
        word.chars().filter(marks).collect::<String>().to_lowercase()
    });
    words.collect::<Vec<_>>().join(" ").trim_end_matches(['.', '。']).to_owned()
}

/// The summaries and descriptions of all that emitted operations and events use, read from the JSON: an
/// item that is lost on the way from there is lost with its words.
fn used_by_emitted(document: &Document, json: &Json) -> Vec<(String, String)> {
    let mut used = Vec::new();
    let mut schemas: HashSet<String> = HashSet::new();
    let operations = document.emitted().map(|it| it.pointer.clone());
    let events = document.events.iter().map(|it| it.pointer.clone());
    let mut queue: Vec<String> = operations.chain(events).collect();
    while let Some(pointer) = queue.pop() {
        let Some(at) = json.pointer(&pointer) else { continue };
        visit(at, &pointer, &mut used, &mut |name| {
            let pointer = format!("/components/schemas/{name}");
            if schemas.insert(pointer.clone()) {
                queue.push(pointer);
            }
        });
    }
    used
}

fn visit(at: &Json, pointer: &str, used: &mut Vec<(String, String)>, refer: &mut impl FnMut(&str)) {
    match at {
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                visit(item, &format!("{pointer}/{index}"), used, refer);
            }
        }
        Json::Object(members) => {
            for (key, member) in members {
                let key_pointer =
                    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                match (key.as_str(), member) {
                    // What HTTP says of a response.
                    ("description", Json::String(_)) if pointer.ends_with("/responses/200") => {}
                    ("description" | "summary", Json::String(text)) if !text.is_empty() => {
                        used.push((key_pointer, text.clone()));
                    }
                    ("$ref", Json::String(target)) => {
                        refer(target.rsplit('/').next().unwrap_or_default());
                    }
                    _ => visit(member, &key_pointer, used, refer),
                }
            }
        }
        Json::String(_) | Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = include_str!("../tests/fixtures/documentation.json");
    const CRATES: &str = r#"
[[crate]]
project = "demo"
name = "lark-demo"
summary = "tasks"
summary_zh = "任务"
example = "demo.v1.task.create"
example_request = "task::create(\"list\")"
example_event = "demo.task.done_v1"
"#;

    fn lost(tamper: impl FnOnce(&mut Output)) -> Vec<(String, String)> {
        let inputs = Inputs {
            documents: vec![("api-specs/demo/v1.json".to_owned(), DOCUMENT.to_owned())],
            crates: CRATES.to_owned(),
            ..Inputs::default()
        };
        let workspace = Workspace::build(&inputs).expect("the fixture is fine");
        let mut output = output::emit(&workspace, &Selection::All).expect("the fixture is fine");
        tamper(&mut output);
        let lost = compare(&workspace, &output).lost;
        lost.into_iter().map(|it| (it.item, it.text)).collect()
    }

    fn replace(file: &str, from: &str, to: &str) -> impl FnOnce(&mut Output) {
        let path = format!("crates/lark-demo/src/generated/v1/{file}");
        let (from, to) = (from.to_owned(), to.to_owned());
        move |output| {
            let text = output.files.get_mut(&path).expect("the file is generated");
            assert!(text.contains(&from), "{path} has no {from}");
            *text = text.replacen(&from, &to, 1);
        }
    }

    #[test]
    fn all_words_of_the_fixture_arrive() {
        assert_eq!(lost(|_| {}), []);
    }

    #[test]
    fn words_that_are_gone_are_lost() {
        for (file, from, item, text) in [
            ("task.rs", "Makes a task.", "task::create()", "Makes a task."),
            (
                "task.rs",
                "What is to be done",
                "task::CreateTaskRequest.summary",
                "What is to be done",
            ),
            ("models.rs", "Id of the task", "Task.id", "Id of the task"),
            ("enums.rs", "It is done", "TaskStatus.Done", "it is done"),
            ("event.rs", "The task that", "event::TaskDone.task", "The task that is done"),
        ] {
            let found = lost(replace(file, from, "Something"));
            assert_eq!(found, [(format!("lark-demo v1::{item}"), text.to_owned())]);
        }
    }

    #[test]
    fn words_at_another_item_are_lost() {
        let found = lost(replace("models.rs", "Id of the task.", "When it was made."));
        assert_eq!(found, [("lark-demo v1::Task.id".to_owned(), "Id of the task".to_owned())]);
    }

    #[test]
    fn an_item_is_lost_with_its_words() {
        let found = lost(replace("models.rs", "pub id: Option<String>,", ""));
        assert_eq!(found, [("lark-demo v1::Task.id".to_owned(), "Id of the task".to_owned())]);
    }
}
