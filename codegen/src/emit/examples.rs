//! Expressions that build a request, with the required inputs only and with all of them.

use crate::model::{Document, Field, ModelId, Moment, MomentUnit, Operation, Place, Type};

/// How much of a request an expression fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The required inputs.
    Minimal,
    /// Every input.
    Full,
}

/// An expression for a request, `v1::message::create().receive_id("receive_id")`.
pub(crate) fn request(document: &Document, operation: &Operation, extent: Extent) -> String {
    let mut builder = Builder { document, extent, path: Vec::new() };
    let Operation { module, function, .. } = operation;
    let of_path = operation.inputs.iter().filter(|it| it.place == Place::Path);
    let arguments: Vec<String> = of_path.map(|it| builder.loose(&it.field)).collect();
    let head = format!("{}::{module}::{function}({})", document.version, arguments.join(", "));
    let setters = operation.inputs.iter().filter(|it| it.place != Place::Path);
    setters.fold(head, |text, it| builder.set(text, &it.field))
}

struct Builder<'a> {
    document: &'a Document,
    extent: Extent,
    /// The models that are being built, outermost first; recursion ends at one of them.
    path: Vec<ModelId>,
}

impl Builder<'_> {
    fn set(&mut self, text: String, field: &Field) -> String {
        let is_wanted = field.required || self.extent == Extent::Full;
        if !is_wanted || self.is_recursive(&field.ty) {
            return text;
        }
        format!("{text}.{}({})", field.name, self.loose(field))
    }

    fn is_recursive(&self, ty: &Type) -> bool {
        matches!(ty.innermost(), Type::Model(id) if self.path.contains(id))
    }

    /// What a setter takes.
    fn loose(&mut self, field: &Field) -> String {
        let value = match &field.ty {
            Type::List(items) => format!("[{}]", self.element(items, &field.wire)),
            ty => self.element(ty, &field.wire),
        };
        if field.boxed { format!("Box::new({value})") } else { value }
    }

    /// A value where `Into` applies.
    fn element(&mut self, ty: &Type, wire: &str) -> String {
        match ty {
            Type::Enum(id) => {
                let enumeration = self.document.enumeration(*id);
                let value = &enumeration.variants[0].value;
                if enumeration.is_integer { value.clone() } else { format!("{value:?}") }
            }
            Type::Shared(shared) => format!("{:?}", shared.first),
            // Some documents have it as a text; it is a number all the same.
            Type::String if wire == "page_size" => "\"1\"".to_owned(),
            Type::NumericString => "\"1\"".to_owned(),
            Type::String | Type::Secret => format!("{wire:?}"),
            _ => self.exact(ty, wire),
        }
    }

    /// A value of exactly the type.
    fn exact(&mut self, ty: &Type, wire: &str) -> String {
        match ty {
            Type::Bool => "true".to_owned(),
            Type::Moment(moment) => self.moment(*moment),
            Type::Integer | Type::TextInteger => "1".to_owned(),
            Type::Float => "1.5".to_owned(),
            Type::Value => r#"lark_core::Value::from_iter([("key", "value")])"#.to_owned(),
            Type::File => r#"lark_core::FilePart::bytes("name.txt", "content")"#.to_owned(),
            Type::Model(id) => self.model(*id),
            Type::List(items) => format!("vec![{}]", self.exact(items, wire)),
            Type::Map(values) => {
                let value = self.exact(values, wire);
                format!("std::collections::BTreeMap::from([(\"key\".to_owned(), {value})])")
            }
            Type::String
            | Type::NumericString
            | Type::Secret
            | Type::Enum(_)
            | Type::Shared(_) => {
                format!("{}.into()", self.element(ty, wire))
            }
        }
    }

    fn moment(&self, moment: Moment) -> String {
        match moment.unit {
            MomentUnit::Seconds => "lark_core::UnixSeconds(1_790_000_000)".to_owned(),
            MomentUnit::Millis => "lark_core::UnixMillis(1_790_000_000_000)".to_owned(),
        }
    }

    fn model(&mut self, id: ModelId) -> String {
        let document = self.document;
        let model = document.model(id);
        let head = format!("{}::{}::new()", document.version, model.name);
        self.path.push(id);
        let text = model.fields.iter().fold(head, |text, field| self.set(text, field));
        self.path.pop();
        text
    }
}
