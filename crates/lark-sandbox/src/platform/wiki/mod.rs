//! Wiki spaces and their nodes: `wiki.v2.space.*`, `wiki.v2.task.*`
//!
//! Spaces that were made here, those in which a node was made, and the seeded one are kept. Ids of others are
//! taken as those of spaces that were there before, and answered from the schema.

mod moves;
mod node;
mod nodes;
mod seed;
mod space;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::documents::Documents;
use super::part::{data, no_data};
use super::tenants::Tenants;
use super::{Call, Part, Seed};
use crate::http::{ErrorCode, Rejection, Response, codes};
use crate::services::Services;
use moves::Move;
use node::Node;
use space::Space;

pub(crate) use seed::LIBRARY_SPACE;

const INVALID: ErrorCode = codes::code(400, 131_002, "param err");
const NOT_FOUND: ErrorCode = codes::code(400, 131_005, "not found");

/// The wiki, and the documents behind its nodes.
pub(crate) struct Wiki {
    stores: Tenants<Store>,
    documents: Arc<Documents>,
    /// How long a document takes on its way into the wiki.
    move_time: Mutex<Duration>,
}

/// The spaces and nodes of a tenant.
struct Store {
    spaces: BTreeMap<u64, Space>,
    nodes: HashMap<String, Node>,
    /// Tokens in the order of creation, by space and parent.
    children: HashMap<(String, String), BTreeMap<u64, String>>,
    /// Documents on their way into the wiki, by the ids of their tasks.
    moves: HashMap<String, Move>,
}

/// What an operation on the wiki works with.
struct Ctx<'a> {
    store: &'a mut Store,
    documents: &'a Documents,
    services: &'a Services,
    call: &'a Call,
}

impl Store {
    fn is_space(&self, id: &str) -> bool {
        self.spaces.values().any(|it| it.id == id)
    }

    /// Puts a node into its place, which must be there.
    fn insert(&mut self, node: Node) {
        let place = (node.space_id.clone(), node.parent.clone());
        self.children.entry(place).or_default().insert(node.serial, node.token.clone());
        self.nodes.insert(node.token.clone(), node);
    }

    fn children_of(&self, space_id: &str, parent: &str) -> Option<&BTreeMap<u64, String>> {
        let children = self.children.get(&(space_id.to_owned(), parent.to_owned()))?;
        (!children.is_empty()).then_some(children)
    }
}

impl Wiki {
    pub(super) fn new(seed: Option<Seed>, documents: Arc<Documents>) -> Self {
        Self { stores: Tenants::new(seed), documents, move_time: Mutex::default() }
    }

    pub(crate) fn set_move_time(&self, time: Duration) {
        *crate::lock(&self.move_time) = time;
    }

    /// A new space with so many nodes on so many levels, as even as they can be; its id. None if the sandbox
    /// is stateless.
    pub(crate) fn grow(
        &self,
        services: &Services,
        tenant_key: &str,
        nodes: usize,
        levels: usize,
    ) -> Option<String> {
        let store = self.stores.of(tenant_key)?;
        let store = &mut *crate::lock(&store);
        Some(seed::grow(services, store, &self.documents, tenant_key, nodes, levels))
    }
}

impl Part for Wiki {
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let store = self.stores.of(call.tenant_key())?;
        let store = &mut *crate::lock(&store);
        let ctx = &mut Ctx { store, documents: &self.documents, services, call };
        moves::settle(ctx);
        match call.operation_id {
            "wiki.v2.space.create" => data(Ok(space::create(ctx))),
            "wiki.v2.space.list" => data(space::list(ctx)),
            "wiki.v2.space.get_node" => data(Ok(nodes::get(ctx)?)),
            "wiki.v2.space.node.create" => data(nodes::create(ctx)),
            "wiki.v2.space.node.move_docs_to_wiki" => {
                data(moves::take_in(ctx, *crate::lock(&self.move_time))?)
            }
            "wiki.v2.task.get" => data(Ok(moves::task(ctx)?)),
            _ if !ctx.store.is_space(call.path("space_id")) => None,
            "wiki.v2.space.get" => data(Ok(space::get(ctx)?)),
            "wiki.v2.space.node.list" => data(nodes::list(ctx)),
            "wiki.v2.space.node.copy" => data(nodes::copy(ctx)),
            "wiki.v2.space.node.move" => data(nodes::move_to(ctx)),
            "wiki.v2.space.node.update_title" => no_data(nodes::rename(ctx)),
            _ => None,
        }
    }
}
