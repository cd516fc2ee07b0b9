//! Expressions that build a request, with the required inputs only and with all of them.

use super::example_texts as texts;
use crate::model::{Document, Facts, Field, ModelId, Moment, MomentUnit, Operation, Place, Type};

/// How much of a request an expression fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The required inputs.
    Minimal,
    /// Every input.
    Full,
}

/// An expression for a request, `v1::message::create().receive_id("receive_id")`. Its values are within
/// the limits and of the formats that the spec states.
pub(crate) fn request(document: &Document, operation: &Operation, extent: Extent) -> String {
    let demands = &operation.demands;
    let mut builder = Builder { document, extent, demands, place: String::new(), path: Vec::new() };
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
    /// What the request demands within its inputs, as [`Operation::demands`] has it.
    demands: &'a [String],
    /// Where the next field stands, in the same spelling: empty, or with a dot at its end.
    place: String,
    /// The models that are being built, outermost first; recursion ends at one of them.
    path: Vec<ModelId>,
}

impl Builder<'_> {
    fn set(&mut self, text: String, field: &Field) -> String {
        if !self.is_wanted(field) || self.is_recursive(&field.ty) {
            return text;
        }
        format!("{text}.{}({})", field.name, self.loose(field))
    }

    fn is_wanted(&self, field: &Field) -> bool {
        let is_demanded = || {
            let place = format!("{}{}", self.place, field.wire);
            self.demands.contains(&place)
        };
        let is_required = field.required || self.extent == Extent::Full;
        !field.facts.read_only && is_required || is_demanded()
    }

    fn is_recursive(&self, ty: &Type) -> bool {
        matches!(ty.innermost(), Type::Model(id) if self.path.contains(id))
    }

    /// What a setter takes.
    fn loose(&mut self, field: &Field) -> String {
        let Field { ty, wire, facts, .. } = field;
        let outer = self.place.len();
        self.place.push_str(wire);
        let value = match ty {
            Type::List(items) => {
                self.place.push_str("[]");
                let item = self.element(items, wire, of_items(facts));
                format!("[{}]", repeated(&item, facts))
            }
            ty => self.element(ty, wire, facts),
        };
        self.place.truncate(outer);
        value
    }

    /// A value where `Into` applies.
    fn element(&mut self, ty: &Type, wire: &str, facts: &Facts) -> String {
        match ty {
            Type::Enum(id) => {
                let enumeration = self.document.enumeration(*id);
                let value = &enumeration.variants[0].value;
                if enumeration.is_integer { value.clone() } else { format!("{value:?}") }
            }
            Type::Shared(shared) => format!("{:?}", shared.first),
            Type::NumericString => "\"1\"".to_owned(),
            Type::String | Type::Secret => format!("{:?}", texts::text(wire, facts)),
            _ => self.exact(ty, wire, facts),
        }
    }

    /// A value of exactly the type.
    fn exact(&mut self, ty: &Type, wire: &str, facts: &Facts) -> String {
        match ty {
            Type::Bool => "true".to_owned(),
            Type::Moment(moment) => self.moment(*moment),
            Type::Integer | Type::TextInteger => texts::number("1", facts),
            Type::Float => texts::number("1.5", facts),
            Type::Value => r#"lark_core::Value::from_iter([("key", "value")])"#.to_owned(),
            Type::File => r#"lark_core::FilePart::bytes("name.txt", "content")"#.to_owned(),
            Type::Model(id) => self.model(*id),
            Type::List(items) => {
                let outer = self.place.len();
                self.place.push_str("[]");
                let item = self.exact(items, wire, of_items(facts));
                self.place.truncate(outer);
                format!("vec![{}]", repeated(&item, facts))
            }
            Type::Map(values) => {
                let value = self.exact(values, wire, NO_FACTS);
                format!("std::collections::BTreeMap::from([(\"key\".to_owned(), {value})])")
            }
            Type::String | Type::NumericString | Type::Secret | Type::Enum(_) | Type::Shared(_) => {
                format!("{}.into()", self.element(ty, wire, facts))
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
        self.place.push('.');
        let text = model.fields.iter().fold(head, |text, field| self.set(text, field));
        self.place.pop();
        self.path.pop();
        text
    }
}

/// What is known of the values of a map.
const NO_FACTS: &Facts = &Facts::NONE;

fn of_items(facts: &Facts) -> &Facts {
    facts.of_items.as_deref().unwrap_or(NO_FACTS)
}

/// The item once, or as many times as a list has to have it.
fn repeated(item: &str, facts: &Facts) -> String {
    let least = facts.items.least.as_deref().and_then(|least| least.parse().ok());
    vec![item; least.unwrap_or(1).max(1)].join(", ")
}
