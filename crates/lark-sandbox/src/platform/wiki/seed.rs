//! The space that every tenant has, and spaces of any size for tests.

use std::collections::{BTreeMap, HashMap};

use super::Store;
use super::node::Node;
use super::space::{Space, new_id};
use crate::platform::documents::{Documents, EVERY_KIND, LIBRARY, NewDocument};
use crate::services::Services;

/// The id of the space that every tenant has.
pub(crate) const LIBRARY_SPACE: &str = "7034502641455497244";

/// When it was made: in September 2026.
const SEEDED_MS: u64 = 1_790_000_000_000;

impl Default for Store {
    /// A page, one below it, and a shortcut from there back to the first.
    fn default() -> Self {
        let library = Space::named(LIBRARY_SPACE, "Library");
        let mut store = Self {
            spaces: BTreeMap::from([(0, library)]),
            nodes: HashMap::new(),
            children: HashMap::new(),
            moves: HashMap::new(),
        };
        let (top, page, back) = (
            "wikcnLibrary000000000000000",
            "wikcnEveryKind0000000000000",
            "wikcnShortcut00000000000000",
        );
        for (serial, token, parent, obj_token, origin) in [
            (1, top, "", LIBRARY, None),
            (2, page, top, EVERY_KIND, None),
            (3, back, page, LIBRARY, Some(top.to_owned())),
        ] {
            let text = str::to_owned;
            store.insert(Node {
                serial,
                token: text(token),
                space_id: text(LIBRARY_SPACE),
                parent: text(parent),
                obj_token: text(obj_token),
                obj_type: text("docx"),
                origin,
                creator: text("ou_7d8a6e6df7621556ce0d21922b676706"),
                title: text(""),
                created_ms: SEEDED_MS,
            });
        }
        store
    }
}

/// A space with so many nodes on so many levels; its id. Every node but the last level's has children, as long as
/// there are enough.
pub(super) fn grow(
    services: &Services,
    store: &mut Store,
    documents: &Documents,
    tenant_key: &str,
    nodes: usize,
    levels: usize,
) -> String {
    let space_id = new_id(services);
    let space = Space::named(&space_id, &format!("{nodes} nodes"));
    store.spaces.insert(services.ids.serial(), space);
    let of_level = |level: usize| {
        // Twice as many on each level as on the one above.
        let all = (1_usize << levels.min(20)) - 1;
        nodes.saturating_mul(1 << level.min(20)) / all.max(1)
    };
    let mut above: Vec<String> = vec![String::new()];
    let mut made = 0;
    for level in 0..levels {
        let is_last = level + 1 == levels;
        let count = if is_last { nodes - made } else { of_level(level).max(1).min(nodes - made) };
        let mut tokens = Vec::new();
        for number in 0..count {
            made += 1;
            let title = format!("Page {made}");
            let new = NewDocument {
                title: title.clone(),
                folder: None,
                owner: String::new(),
                lines: Vec::new(),
            };
            let node = Node {
                serial: services.ids.serial(),
                token: services.ids.token("wikcn"),
                space_id: space_id.clone(),
                // Uneven, so that some nodes have more children than a page.
                parent: above[if number % 4 == 0 { 0 } else { number % above.len() }].clone(),
                obj_token: documents.add(services, tenant_key, new).unwrap_or_default(),
                obj_type: "docx".to_owned(),
                origin: None,
                creator: String::new(),
                title,
                created_ms: services.now_ms(),
            };
            tokens.push(node.token.clone());
            store.insert(node);
        }
        if tokens.is_empty() {
            break;
        }
        above = tokens;
    }
    space_id
}
