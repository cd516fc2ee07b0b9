//! Events: the members of `webhooks`.

use super::reader::{Node, Reader};
use super::schema;
use super::spec::{Envelope, Event};

/// Reads every event of the document.
pub(crate) fn read_all(reader: &mut Reader<'_>, root: &Node<'_>) -> Vec<Event> {
    let Some(webhooks) = root.get("webhooks") else { return Vec::new() };
    let entries = reader.entries(&webhooks);
    entries.iter().filter_map(|(id, node)| read(reader, id, node)).collect()
}

fn read(reader: &mut Reader<'_>, id: &str, node: &Node<'_>) -> Option<Event> {
    reader.only(node, &["post"]);
    let mut shape = reader.required(node, "post")?;
    let envelope = read_envelope(reader, &shape);
    for key in ["requestBody", "content", "application/json", "schema", "properties"] {
        shape = reader.required(&shape, key)?;
    }
    let payload = reader.required(&shape, "event")?;
    let schema = schema::read(reader, &payload)?;
    Some(Event {
        id: id.to_owned(),
        envelope: envelope?,
        payload: schema,
        pointer: payload.pointer,
    })
}

fn read_envelope(reader: &mut Reader<'_>, post: &Node<'_>) -> Option<Envelope> {
    let schema = reader.required(post, "x-lark-event-schema")?;
    match reader.string(&schema)? {
        "1.0" => Some(Envelope::V1),
        "2.0" => Some(Envelope::V2),
        _ => {
            reader.expected(&schema, "1.0 or 2.0");
            None
        }
    }
}
