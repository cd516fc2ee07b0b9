//! What the Rust compiler would refuse, reported with the places in the specs it comes from.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::model::{BodyFormat, Document, Field, Operation, Place, Type};

/// Modules that every version has beside those of its resources.
const RESERVED_MODULES: [&str; 3] = ["enums", "models", "event"];

/// Types that generated code means when it says their name.
const PRELUDE: [&str; 22] = [
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "From",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Result",
    "Self",
    "Send",
    "Some",
    "String",
    "Sync",
    "Vec",
];

/// Checks everything that is emitted of a document.
pub(crate) fn check(document: &Document, errors: &mut Vec<Error>) {
    let mut check = Check { document, errors };
    check.version();
    for (module, operations) in modules(document) {
        check.module(module, &operations);
    }
    check.events();
    for model in document.reached_models() {
        check.fields(&model.name, &model.fields);
    }
    check.ids();
}

/// The emitted operations of a version by module, in the order of their names.
pub(crate) fn modules(document: &Document) -> BTreeMap<&str, Vec<&Operation>> {
    let mut modules: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in document.emitted() {
        modules.entry(&operation.module).or_default().push(operation);
    }
    modules
}

struct Check<'a> {
    document: &'a Document,
    errors: &'a mut Vec<Error>,
}

/// A name and the pointer to what it was made from.
type Named<'n> = (&'n str, &'n str);

impl<'a> Check<'a> {
    /// The types of models.rs and enums.rs, which share one name space.
    fn version(&mut self) {
        let types = self.types();
        self.unique("type", &types);
        for (name, pointer) in types {
            self.identifier(name, pointer);
            if PRELUDE.contains(&name) {
                let found = format!("`{name}`, which is a name of the standard library");
                self.wrong(pointer, "a type name of its own (see names.toml)", &found);
            }
        }
    }

    fn types(&self) -> Vec<Named<'a>> {
        let models = self.document.reached_models().map(|it| (&*it.name, &*it.pointer));
        let enums = self.document.reached_enums().map(|it| (&*it.name, &*it.pointer));
        models.chain(enums).collect()
    }

    fn module(&mut self, module: &str, operations: &[&'a Operation]) {
        let first = operations[0];
        self.identifier(module, &first.pointer);
        if RESERVED_MODULES.contains(&module) {
            let found = format!("`{module}`, which every version has");
            self.wrong(&first.pointer, "a module name of its own (see names.toml)", &found);
        }
        let functions: Vec<Named<'_>> =
            operations.iter().map(|it| (&*it.function, &*it.pointer)).collect();
        self.unique("function", &functions);
        // A request would hide a model of the same name from its module.
        let requests = operations.iter().map(|it| (&*it.request, &*it.pointer));
        let requests: Vec<Named<'_>> = requests.chain(self.types()).collect();
        self.unique("type", &requests);
        for operation in operations {
            self.identifier(&operation.function, &operation.pointer);
            self.operation(operation);
        }
    }

    fn operation(&mut self, operation: &Operation) {
        let fields: Vec<Field> = operation.inputs.iter().map(|it| it.field.clone()).collect();
        self.unique_fields(&operation.request, &fields);
        let is_multipart = operation.format == Some(BodyFormat::Multipart);
        for input in &operation.inputs {
            self.identifier(&input.field.name, &input.field.pointer);
            let is_file = matches!(input.field.ty.innermost(), Type::File);
            if is_file && !(is_multipart && input.place == Place::Body) {
                self.wrong(&input.field.pointer, "files in multipart bodies only", "a file");
            }
        }
    }

    fn events(&mut self) {
        let events = self.document.events.iter().map(|it| (&*it.name, &*it.pointer));
        // event.rs sees models and enums, too.
        let types: Vec<Named<'_>> = events.chain(self.types()).collect();
        self.unique("type", &types);
        for event in &self.document.events {
            self.identifier(&event.name, &event.pointer);
            self.fields(&event.name, &event.fields);
        }
    }

    fn fields(&mut self, owner: &str, fields: &[Field]) {
        self.unique_fields(owner, fields);
        for field in fields {
            self.identifier(&field.name, &field.pointer);
            if matches!(field.ty.innermost(), Type::File) {
                self.wrong(&field.pointer, "files in multipart bodies only", "a file in a model");
            }
        }
    }

    fn unique_fields(&mut self, owner: &str, fields: &[Field]) {
        let names: Vec<Named<'_>> = fields.iter().map(|it| (&*it.name, &*it.pointer)).collect();
        self.unique(&format!("field of {owner}"), &names);
    }

    fn ids(&mut self) {
        let operations = self.document.operations.iter().map(|it| (&*it.id, &*it.pointer));
        let ids: Vec<Named<'_>> = operations.collect();
        self.unique("operation id", &ids);
    }

    fn unique(&mut self, what: &str, names: &[Named<'_>]) {
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        for &(name, pointer) in names {
            match first.get(name) {
                Some(other) => {
                    let expected = format!("one {what} called `{name}` (see names.toml)");
                    self.wrong(pointer, &expected, &format!("another one at #{other}"));
                }
                None => drop(first.insert(name, pointer)),
            }
        }
    }

    fn identifier(&mut self, name: &str, pointer: &str) {
        if syn::parse_str::<syn::Ident>(name).is_err() {
            let expected = "something that makes a Rust name (see names.toml)";
            self.wrong(pointer, expected, &format!("`{name}`"));
        }
    }

    fn wrong(&mut self, pointer: &str, expected: &str, found: &str) {
        self.errors.push(Error::at(&self.document.file, pointer, expected, found));
    }
}
