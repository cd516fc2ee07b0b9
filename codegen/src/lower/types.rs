//! Schemas to types; objects and enums without a name get one.

use std::collections::{BTreeMap, HashMap};

use super::Settings;
use super::enums::EnumTable;
use super::names::Namer;
use crate::config::Crates;
use crate::error::Error;
use crate::load::error_codes::ErrorCode;
use crate::load::refinement::{self, Refinement};
use crate::load::schema::{EnumValue, Property, Schema};
use crate::load::spec::{Component, Spec};
use crate::model::{Field, Model, ModelId, Shared, Type};

/// The types of one document while it is lowered.
#[derive(Debug)]
pub(crate) struct Types<'a> {
    pub(crate) file: &'a str,
    pub(crate) namer: &'a Namer<'a>,
    pub(crate) crates: &'a Crates,
    /// What the codes of the platform mean.
    pub(crate) codes: &'a BTreeMap<i64, ErrorCode>,
    pub(crate) models: Vec<Model>,
    pub(crate) enums: EnumTable,
    pub(crate) errors: &'a mut Vec<Error>,
    /// Schema name to model; `None` is a schema without properties, which is free-form.
    by_schema: HashMap<String, Option<ModelId>>,
    /// What members of schemas say of the schemas they refer to, by the pointer of the member.
    pub(crate) refined: HashMap<String, Refinement>,
    /// Schemas that are the payload of an event, which names what they hold.
    payloads: HashMap<String, String>,
}

/// Where a schema stands: who it belongs to, under which field, and where in the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position<'a> {
    pub(crate) owner: &'a str,
    pub(crate) field: &'a str,
    pub(crate) pointer: &'a str,
}

impl<'a> Types<'a> {
    /// Lowers the named schemas.
    pub(crate) fn new(
        namer: &'a Namer<'a>,
        settings: Settings<'a>,
        spec: &'a Spec,
        errors: &'a mut Vec<Error>,
    ) -> Types<'a> {
        let (models, enums) = (Vec::new(), EnumTable::default());
        let (by_schema, payloads) = (HashMap::new(), payloads(namer, spec));
        let Settings { crates, codes, .. } = settings;
        let file = &spec.file;
        let refined = HashMap::new();
        let mut types = Types {
            file,
            namer,
            crates,
            codes,
            models,
            enums,
            errors,
            by_schema,
            refined,
            payloads,
        };
        // All names first: schemas refer to each other in any order.
        for component in &spec.schemas {
            types.declare(component);
        }
        for component in &spec.schemas {
            types.define(component);
        }
        types
    }

    fn declare(&mut self, component: &Component) {
        let id = match &component.schema {
            Schema::Object(_) => {
                let name = self.namer.model(&component.name);
                Some(self.push_model(name, &component.pointer))
            }
            Schema::Any => None,
            _ => {
                self.wrong(&component.pointer, "an object", "another type");
                None
            }
        };
        self.by_schema.insert(component.name.clone(), id);
    }

    fn define(&mut self, component: &Component) {
        let Schema::Object(properties) = &component.schema else { return };
        let Some(id) = self.by_schema.get(&component.name).copied().flatten() else { return };
        let payload = self.payloads.get(&component.name);
        let owner = payload.unwrap_or(&self.models[id.0].name).clone();
        self.models[id.0].fields = self.fields(&owner, properties);
    }

    /// Lowers the properties of `owner`.
    pub(crate) fn fields(&mut self, owner: &str, properties: &[Property]) -> Vec<Field> {
        let mut fields = Vec::new();
        for property in properties {
            let Property { name, schema, required, facts, pointer } = property;
            let position = Position { owner, field: name, pointer };
            let ty = self.ty(schema, position);
            if let Some(refinement) = refinement::of(schema) {
                self.refined.insert(pointer.clone(), refinement);
            }
            fields.push(Field {
                name: self.namer.field(owner, name),
                wire: name.clone(),
                required: *required,
                ty,
                boxed: false,
                telling: false,
                facts: facts.clone(),
                pointer: pointer.clone(),
            });
        }
        fields
    }

    /// Lowers a schema.
    pub(crate) fn ty(&mut self, schema: &Schema, position: Position<'_>) -> Type {
        match schema {
            Schema::Any => Type::Value,
            Schema::String if self.crates.is_secret(position.field) => Type::Secret,
            Schema::String => Type::String,
            Schema::NumericString => Type::NumericString,
            Schema::Moment(moment) => Type::Moment(*moment),
            Schema::TextInteger => Type::TextInteger,
            Schema::Integer => Type::Integer,
            Schema::Number => Type::Float,
            Schema::Boolean => Type::Bool,
            Schema::Binary => Type::File,
            Schema::Array(items) => Type::List(Box::new(self.ty(items, position))),
            Schema::Map(values) => Type::Map(Box::new(self.ty(values, position))),
            Schema::Enum(values) => self.enumeration(values, position),
            Schema::IntegerEnum(values) => Type::Enum(self.enums.integers(values, position)),
            Schema::Ref(name) | Schema::Refined(name, _) => {
                self.resolve(name, position.pointer).map_or(Type::Value, Type::Model)
            }
            Schema::Object(properties) => {
                let name = self.namer.hoisted(position.owner, position.field);
                Type::Model(self.inline(name, properties, position.pointer))
            }
        }
    }

    /// The model of a schema; `None` if it is free-form, or unknown, which is noted.
    pub(crate) fn resolve(&mut self, schema: &str, pointer: &str) -> Option<ModelId> {
        let found = self.by_schema.get(schema).copied();
        if found.is_none() {
            self.wrong(pointer, "the name of a schema", &format!("`{schema}`"));
        }
        found.flatten()
    }

    /// An object that has no name in the spec.
    pub(crate) fn inline(
        &mut self,
        name: String,
        properties: &[Property],
        pointer: &str,
    ) -> ModelId {
        let id = self.push_model(name.clone(), pointer);
        self.models[id.0].fields = self.fields(&name, properties);
        id
    }

    fn enumeration(&mut self, values: &[EnumValue<String>], position: Position<'_>) -> Type {
        let Some((name, shared)) = self.crates.shared(position.field) else {
            return Type::Enum(self.enums.texts(values, position));
        };
        let values: Vec<&String> = values.iter().map(|it| &it.value).collect();
        let unknown: Vec<&str> =
            values.iter().filter(|it| !shared.values.contains(it)).map(|it| it.as_str()).collect();
        if !unknown.is_empty() {
            let expected = format!("values of the shared enum {name}");
            self.wrong(position.pointer, &expected, &unknown.join(", "));
        }
        Type::Shared(Shared { name: name.to_owned(), first: values[0].clone() })
    }

    fn push_model(&mut self, name: String, pointer: &str) -> ModelId {
        let pointer = pointer.to_owned();
        self.models.push(Model { name, fields: Vec::new(), direction: None, pointer });
        ModelId(self.models.len() - 1)
    }

    /// Notes a mistake.
    pub(crate) fn wrong(&mut self, pointer: &str, expected: &str, found: &str) {
        self.errors.push(Error::at(self.file, pointer, expected, found));
    }
}

fn payloads(namer: &Namer<'_>, spec: &Spec) -> HashMap<String, String> {
    let mut payloads = HashMap::new();
    for event in &spec.events {
        if let Schema::Ref(schema) = &event.payload {
            payloads.insert(schema.clone(), namer.event(&spec.project, &event.id));
        }
    }
    payloads
}
