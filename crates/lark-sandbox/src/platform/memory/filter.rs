//! Which of the created things the query of a list asks for.

use serde_json::{Map, Value};

use super::store::{Collection, Item};
use super::{Ctx, text_of};
use crate::spec::{Kind, Operation, Parameter, Place, Schema};

/// A query parameter that names a member which creations send.
pub(super) struct Filter {
    name: &'static str,
    /// The member of the member that is compared, as `emoji_type` of `reaction_type`.
    within: Option<&'static str>,
    place: At,
    /// Empty: those that have no such member.
    values: Vec<String>,
}

/// What a filter compares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Member,
    /// What a resource is below, if it is below any.
    Parent,
    /// The same, and who asks for nothing gets what is below none of the collection.
    Below,
}

impl Filter {
    /// What this call of a list asks for. `create` is what creates in it, `sent` the resource in its body.
    pub(super) fn all(
        list: &Operation,
        create: &Operation,
        sent: Schema,
        ctx: &Ctx<'_>,
    ) -> Vec<Self> {
        let is_of_both = |it: &Parameter| {
            create.parameters.iter().any(|known| known.name == it.name && known.place == it.place)
        };
        let parameters = list.parameters.iter().filter(|it| it.place == Place::Query);
        let telling = parameters.filter(|it| !is_of_both(it) && !is_about_the_list(it));
        telling.filter_map(|parameter| Self::of(parameter, sent, ctx)).collect()
    }

    /// None if it is not asked for, or if the member of that name is something else.
    fn of(parameter: &Parameter, sent: Schema, ctx: &Ctx<'_>) -> Option<Self> {
        let name = parameter.name;
        let values = ctx.call.params.query.get(name).cloned().unwrap_or_default();
        let values: Vec<_> = values.into_iter().filter(|value| !value.is_empty()).collect();
        // The id of one of them asks for what is below it.
        if Some(name) == ctx.resource.id_parameter() && sent.property("parent_id").is_some() {
            return Some(Self { name: "parent_id", within: None, place: At::Below, values });
        }
        let within = match sent.property(name) {
            Some(member) => like(parameter.schema, member)?,
            None => None,
        };
        let is_parent = name.starts_with("parent_") && sent.property(name).is_some();
        // Without a parent a list has what is at the top.
        let is_asked = !values.is_empty() || is_parent;
        let place = if is_parent { At::Parent } else { At::Member };
        is_asked.then_some(Self { name, within, place, values })
    }

    /// Whether a resource has this, as far as it is known.
    pub(super) fn fits(&self, item: &Item, collection: Option<&Collection>) -> bool {
        let field = item.said(self.name);
        let field = field.and_then(|it| self.within.map_or(Some(it), |within| it.get(within)));
        match field.filter(|it| !it.is_array() && !it.is_object()) {
            // What is at the top is in no parent.
            None => self.values.is_empty() || self.place == At::Member,
            Some(known) if self.values.is_empty() && self.place == At::Below => {
                collection.is_none_or(|it| it.get(&text_of(known)).is_none())
            }
            Some(known) if self.values.is_empty() => known.as_str() == Some(""),
            Some(known) => self.values.iter().any(|it| it.eq_ignore_ascii_case(&text_of(known))),
        }
    }
}

/// Whether a text is somewhere in what is known of a resource. It is in lower case.
pub(super) fn has_text(fields: &Map<String, Value>, text: &str) -> bool {
    fn is_in(value: &Value, text: &str) -> bool {
        match value {
            Value::String(known) => known.to_lowercase().contains(text),
            Value::Array(all) => all.iter().any(|it| is_in(it, text)),
            Value::Object(fields) => has_text(fields, text),
            _ => false,
        }
    }
    fields.values().any(|value| is_in(value, text))
}

/// Pages, kinds of ids and ranges of time are not members, whatever they are called.
fn is_about_the_list(parameter: &Parameter) -> bool {
    let last = parameter.name.rsplit('_').next().unwrap_or_default();
    let is_time = |format: &str| format.starts_with("unix-") || format.starts_with("date");
    matches!(parameter.name, "page_size" | "page_token")
        || parameter.name.ends_with("_id_type")
        || matches!(last, "time" | "at" | "date" | "timestamp")
        || parameter.schema.format().is_some_and(is_time)
}

/// The outer None: a parameter and a member differ in kind or in what they may be. The inner: the member
/// is compared as it stands, else its only member is.
fn like(asked: Schema, member: Schema) -> Option<Option<&'static str>> {
    if is_like(asked, member) {
        return Some(None);
    }
    let mut members = member.properties().filter(|_| member.kind() == Kind::Object);
    let (name, only) = members.next().filter(|_| members.next().is_none())?;
    is_like(asked, only).then_some(Some(name))
}

fn is_like(asked: Schema, member: Schema) -> bool {
    let kind = |schema: Schema| match schema.kind() {
        Kind::TextInteger | Kind::Integer => Some(Kind::Integer),
        kind @ (Kind::Text | Kind::Number | Kind::Boolean) => Some(kind),
        _ => None,
    };
    let choices = |schema: Schema| {
        let numbers = schema.integer_choices().map(|it| it.to_string());
        let mut all: Vec<_> = schema.choices().map(str::to_owned).chain(numbers).collect();
        all.sort_unstable();
        all
    };
    let (of_asked, of_member) = (choices(asked), choices(member));
    let is_one_set = of_asked.is_empty() || of_member.is_empty() || of_asked == of_member;
    kind(asked).is_some() && kind(asked) == kind(member) && is_one_set
}
