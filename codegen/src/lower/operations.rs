//! Operations: parameters and body become one flat request.

use super::names;
use super::types::{Position, Types};
use crate::load::schema::Schema;
use crate::load::spec::{self, ParameterPlace};
use crate::model::{Answer, Field, Input, ModelId, Operation, Place, Role};

/// Lowers an operation.
pub(crate) fn lower(types: &mut Types<'_>, operation: &spec::Operation) -> Operation {
    let spec::Operation { id, resource, method, .. } = operation;
    let request = types.namer.request(method, resource);
    let mut inputs = parameters(types, operation);
    if let Some(body) = &operation.body {
        body_inputs(types, body, &request, &mut inputs);
    }
    super::keys::mark(types, operation, &mut inputs);
    let answer = answer(types, operation);
    let paging = super::pagination::lower(types, operation, &inputs, answer);
    Operation {
        id: id.clone(),
        module: types.namer.module(resource),
        function: types.namer.function(id, method),
        request,
        verb: operation.verb.clone(),
        path: operation.path.clone(),
        page: operation.page.clone(),
        tokens: operation.tokens.clone(),
        app_types: operation.app_types.clone(),
        witnesses: operation.witnesses,
        inputs,
        format: operation.body.as_ref().map(|body| body.format),
        answer,
        paging,
        pointer: operation.pointer.clone(),
    }
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

fn body_inputs(types: &mut Types<'_>, body: &spec::Body, request: &str, inputs: &mut Vec<Input>) {
    let fields = match &body.schema {
        Schema::Object(properties) => types.fields(request, properties),
        Schema::Ref(name) => match types.resolve(name, &body.pointer) {
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
    let parameters: Vec<String> = inputs.iter().map(|input| input.field.name.clone()).collect();
    for mut field in fields {
        if parameters.contains(&field.name) {
            field.name = names::beside_parameter(&field.name);
        }
        field.required &= body.required;
        inputs.push(Input { place: Place::Body, role: Role::Plain, field });
    }
}

fn answer(types: &mut Types<'_>, operation: &spec::Operation) -> Answer {
    let (schema, pointer) = match &operation.answer {
        spec::Answer::Empty => return Answer::Unit,
        spec::Answer::File => return Answer::Download,
        spec::Answer::Data { schema, pointer } => (schema, pointer),
    };
    match schema {
        Schema::Any => Answer::Value,
        Schema::Ref(name) => types.resolve(name, pointer).map_or(Answer::Value, Answer::Model),
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
