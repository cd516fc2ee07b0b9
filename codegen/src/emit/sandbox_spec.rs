//! A document as the sandbox carries it: without what it does not read, such as documentation, so
//! that its package is small and it starts quickly.

use super::sandbox_example;
use crate::load::json::Json;

/// What decides which values fit a schema. Those that hold schemas themselves are not here.
const SCHEMA: [&str; 18] = [
    "$ref",
    "type",
    "format",
    "enum",
    "const",
    "default",
    "required",
    "readOnly",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "pattern",
    "x-lark-id",
    "x-lark-kinds",
    "x-lark-wire",
];

/// The document in short.
pub(super) fn strip(document: &Json) -> Json {
    pick(document, |key, member| match key {
        "paths" => Some(each(member, |item| each(item, operation))),
        "webhooks" => Some(each(member, |item| each(item, webhook))),
        "components" => {
            Some(pick(member, |key, schemas| (key == "schemas").then(|| each(schemas, schema))))
        }
        _ => None,
    })
}

fn operation(node: &Json) -> Json {
    pick(node, |key, member| match key {
        "security" | "x-lark-envelope" | "x-lark-errors" | "x-lark-pagination" => {
            Some(member.clone())
        }
        "parameters" => Some(all(member, parameter)),
        "requestBody" => Some(content(member, schema)),
        "responses" => Some(each(member, |response| content(response, envelope))),
        _ => None,
    })
}

fn parameter(node: &Json) -> Json {
    pick(node, |key, member| match key {
        "name" | "in" | "required" => Some(member.clone()),
        "schema" => Some(with_example(node, member)),
        _ => None,
    })
}

fn webhook(node: &Json) -> Json {
    pick(node, |key, body| (key == "requestBody").then(|| content(body, envelope)))
}

/// The media types of a body, and the schema of each.
fn content(body: &Json, schema: fn(&Json) -> Json) -> Json {
    pick(body, |key, media| {
        let of_media = |it: &Json| pick(it, |key, it| (key == "schema").then(|| schema(it)));
        (key == "content").then(|| each(media, of_media))
    })
}

/// Of what is the same in all responses and events only what is in it stays.
fn envelope(node: &Json) -> Json {
    let Some(properties) = node.get("properties") else { return schema(node) };
    let properties =
        pick(properties, |name, it| matches!(name, "data" | "event").then(|| schema(it)));
    Json::Object(vec![("properties".to_owned(), properties)])
}

fn schema(node: &Json) -> Json {
    pick(node, |key, member| match key {
        "properties" => Some(properties(member)),
        "items" | "additionalProperties" => Some(schema(member)),
        "allOf" => Some(all(member, schema)),
        "format" if says_nothing(node, member) => None,
        _ => SCHEMA.contains(&key).then(|| member.clone()),
    })
}

/// The schema of a parameter, whose words are beside it.
fn with_example(parameter: &Json, member: &Json) -> Json {
    let mut described = member.clone();
    let (name, words) = (parameter.get("name"), parameter.get("description"));
    if let (Json::Object(keywords), Some(words)) = (&mut described, words) {
        keywords.push(("description".to_owned(), words.clone()));
    }
    let mut short = schema(member);
    let Some(Json::String(name)) = name else { return short };
    let example = sandbox_example::of(name, &described, &[]);
    if let (Json::Object(keywords), Some(example)) = (&mut short, example) {
        keywords.push(("example".to_owned(), Json::String(example)));
    }
    short
}

/// Each with an example, if its words hold one.
fn properties(node: &Json) -> Json {
    let Json::Object(members) = node else { return node.clone() };
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    let property = |(name, member): &(String, Json)| {
        let mut short = schema(member);
        let example = sandbox_example::of(name, member, &names);
        if let (Json::Object(keywords), Some(example)) = (&mut short, example) {
            keywords.push(("example".to_owned(), Json::String(example)));
        }
        (name.clone(), short)
    };
    Json::Object(members.iter().map(property).collect())
}

/// Every integer has 64 bits, and every number is double.
fn says_nothing(node: &Json, format: &Json) -> bool {
    let is = |json: Option<&Json>, text: &str| json == Some(&Json::String(text.to_owned()));
    let of = |ty, name| is(node.get("type"), ty) && is(Some(format), name);
    of("integer", "int64") || of("number", "double")
}

/// The members of an object that `choose` takes, as it makes them.
fn pick(node: &Json, choose: impl Fn(&str, &Json) -> Option<Json>) -> Json {
    let Json::Object(members) = node else { return node.clone() };
    let chosen = members.iter().filter_map(|(key, it)| Some((key.clone(), choose(key, it)?)));
    Json::Object(chosen.collect())
}

fn each(node: &Json, change: impl Fn(&Json) -> Json) -> Json {
    pick(node, |_, member| Some(change(member)))
}

fn all(node: &Json, change: impl Fn(&Json) -> Json) -> Json {
    let Json::Array(items) = node else { return node.clone() };
    Json::Array(items.iter().map(change).collect())
}
