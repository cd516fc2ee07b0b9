//! Operations: parameters and body become one flat request.

use std::collections::BTreeMap;

use super::names;
use super::types::{Position, Types};
use crate::load::error_codes::ErrorCode;
use crate::load::schema::Schema;
use crate::load::spec::{self, ParameterPlace};
use crate::model::{
    Answer, BodyFormat, Field, Input, ModelId, Operation, OperationError, Place, Role,
};

/// Lowers an operation.
pub(crate) fn lower(types: &mut Types<'_>, operation: &spec::Operation) -> Operation {
    let spec::Operation { id, resource, method, .. } = operation;
    let request = types.namer.request(method, resource);
    let mut inputs = parameters(types, operation);
    let mut demands = Vec::new();
    if let Some(body) = &operation.body {
        demands = body_inputs(types, body, &request, &mut inputs);
    }
    super::keys::mark(types, operation, &mut inputs);
    let answer = answer(types, operation);
    if let (spec::Answer::Flat { pointer, .. }, false) =
        (&operation.answer, matches!(answer, Answer::Model(_)))
    {
        types.wrong(pointer, "an object with properties beside the code", "something else");
    }
    let paging = super::pagination::lower(types, operation, &inputs, answer);
    Operation {
        id: id.clone(),
        resource: resource.clone(),
        method: method.clone(),
        module: types.namer.module(resource),
        function: types.namer.function(id, method),
        request,
        verb: operation.verb.clone(),
        path: operation.path.clone(),
        page: operation.page.clone(),
        tokens: operation.tokens.clone(),
        app_types: operation.app_types.clone(),
        host: operation.host,
        witnesses: operation.witnesses.clone(),
        facts: operation.facts.clone(),
        errors: errors(operation, types.codes),
        inputs,
        demands,
        format: operation.body.as_ref().map(|body| body.format),
        answer,
        is_flat: matches!(operation.answer, spec::Answer::Flat { .. }),
        paging,
        changes: None,
        pointer: operation.pointer.clone(),
    }
}

fn errors(operation: &spec::Operation, codes: &BTreeMap<i64, ErrorCode>) -> Vec<OperationError> {
    let known = |&(_, code): &(u16, i64)| {
        let ErrorCode { name, meaning, .. } = codes.get(&code)?.clone();
        Some(OperationError { code, name, meaning })
    };
    operation.facts.errors.iter().filter_map(known).collect()
}

/// The parameters: those of the path first and in its order, because they are positional.
fn parameters(types: &mut Types<'_>, operation: &spec::Operation) -> Vec<Input> {
    let owner = names::method_first(&operation.method, &operation.resource);
    let mut inputs = Vec::new();
    for parameter in &operation.parameters {
        let spec::Parameter { name, pointer, .. } = parameter;
        let ty = types.ty(&parameter.schema, Position { owner: &owner, field: name, pointer });
        let field = Field {
            name: types.namer.field(&operation.id, name),
            wire: name.clone(),
            required: parameter.required,
            ty,
            boxed: false,
            telling: false,
            facts: parameter.facts.clone(),
            pointer: pointer.clone(),
        };
        let place = match parameter.place {
            ParameterPlace::Path => Place::Path,
            ParameterPlace::Query => Place::Query,
        };
        inputs.push(Input { place, role: Role::Plain, field });
    }
    inputs.sort_by_key(|input| match input.place {
        Place::Path => operation.path.find(&format!("{{{}}}", input.field.wire)),
        Place::Query | Place::Body => Some(usize::MAX),
    });
    inputs
}

/// Adds the members of the body; returns what the request demands within them.
fn body_inputs(
    types: &mut Types<'_>,
    body: &spec::Body,
    request: &str,
    inputs: &mut Vec<Input>,
) -> Vec<String> {
    let mut fields = match &body.schema {
        Schema::Object(properties) => types.fields(request, properties),
        Schema::Ref(name) | Schema::Refined(name, _) => match types.resolve(name, &body.pointer) {
            Some(model) => types.models[model.0].fields.clone(),
            None => {
                types.wrong(&body.pointer, "an object with properties", "a free-form body");
                Vec::new()
            }
        },
        _ => {
            types.wrong(&body.pointer, "an object with properties", "something else");
            Vec::new()
        }
    };
    let mut demands = Vec::new();
    if let Schema::Refined(_, refinement) = &body.schema {
        demands = super::refine::apply(types, &mut fields, refinement);
    }
    demands.extend(super::refine::everywhere(types, &fields));
    if body.format == BodyFormat::Multipart && !demands.is_empty() {
        // Only the writer of a JSON body knows the members of an object.
        types.wrong(&body.pointer, "a form that requires nothing within", &demands.join(", "));
    }
    // What only answers have is no input.
    fields.retain(|field| !field.facts.read_only);
    let parameters: Vec<String> = inputs.iter().map(|input| input.field.name.clone()).collect();
    for mut field in fields {
        if parameters.contains(&field.name) {
            field.name = names::beside_parameter(&field.name);
        }
        field.required &= body.required;
        inputs.push(Input { place: Place::Body, role: Role::Plain, field });
    }
    demands
}

fn answer(types: &mut Types<'_>, operation: &spec::Operation) -> Answer {
    let (schema, pointer) = match &operation.answer {
        spec::Answer::Empty => return Answer::Unit,
        spec::Answer::File => return Answer::Download,
        spec::Answer::Data { schema, pointer } | spec::Answer::Flat { schema, pointer } => {
            (schema, pointer)
        }
    };
    match schema {
        Schema::Any => Answer::Value,
        Schema::Ref(name) | Schema::Refined(name, _) => {
            types.resolve(name, pointer).map_or(Answer::Value, Answer::Model)
        }
        Schema::Object(properties) => {
            let name = types.namer.response(&operation.method, &operation.resource);
            Answer::Model(types.inline(name, properties, pointer))
        }
        _ => {
            types.wrong(pointer, "an object", "another type");
            Answer::Unit
        }
    }
}

/// The fields of an answer, if it has any.
pub(crate) fn answer_fields<'t>(types: &'t Types<'_>, answer: Answer) -> &'t [Field] {
    match answer {
        Answer::Model(ModelId(index)) => &types.models[index].fields,
        Answer::Unit | Answer::Value | Answer::Download => &[],
    }
}
