//! Events: the members of `webhooks`.

use super::reader::{Node, Reader};
use super::schema;
use super::spec::Event;

/// Reads every event of the document.
pub(crate) fn read_all(reader: &mut Reader<'_>, root: &Node<'_>) -> Vec<Event> {
    let Some(webhooks) = root.get("webhooks") else { return Vec::new() };
    let entries = reader.entries(&webhooks);
    entries.iter().filter_map(|(id, node)| read(reader, id, node)).collect()
}

fn read(reader: &mut Reader<'_>, id: &str, node: &Node<'_>) -> Option<Event> {
    reader.only(node, &["post"]);
    let mut shape = node.clone();
    for key in ["post", "requestBody", "content", "application/json", "schema", "properties"] {
        shape = reader.required(&shape, key)?;
    }
    let payload = reader.required(&shape, "event")?;
    let schema = schema::read(reader, &payload)?;
    Some(Event { id: id.to_owned(), payload: schema, pointer: payload.pointer })
}
