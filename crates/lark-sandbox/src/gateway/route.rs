//! From method and path to operation.
//!
//! A tree of its own, since the common routers reject two templates that name a parameter
//! differently in one place, as the specs do, and skip an empty segment, which the platform answers
//! as a missing parameter.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;

use super::extra_routes;
use crate::generated::ROUTES;
use crate::spec::{self, BodyFormat, Operation, Schema};

/// What is at a method and path: an operation, and the parameters in its path.
pub(crate) struct Route {
    pub(crate) operation: &'static Operation,
    pub(crate) path: BTreeMap<&'static str, String>,
    /// The path as records may show it, where the path itself is a secret.
    pub(super) shown_path: Option<&'static str>,
}

impl Route {
    /// The schema of the form that the operation takes, if it takes one.
    pub(crate) fn form(&self) -> Option<Schema> {
        match self.operation.body {
            BodyFormat::Multipart(schema) => Some(schema),
            BodyFormat::Json(_) | BodyFormat::None => None,
        }
    }
}

/// What is at a method and path. A slash at the end counts only where there is another operation without.
pub(crate) fn find(method: &str, path: &str) -> Option<Route> {
    find_exactly(method, path).or_else(|| match path.strip_suffix('/') {
        Some(without) => find_exactly(method, without),
        // What may follow the slash is not there.
        None => find_exactly(method, &format!("{path}/"))
            .filter(|route| route.path.values().all(|value| !value.is_empty())),
    })
}

fn find_exactly(method: &str, path: &str) -> Option<Route> {
    extra_routes::find(method, path).or_else(|| find_spec(method, path))
}

/// The id itself, if there is such an operation.
pub(crate) fn operation_id(id: &str) -> Option<&'static str> {
    extra_routes::operation_id(id).or_else(|| spec::index_of(id).map(|index| ROUTES[index].2))
}

/// The operations that no spec describes.
#[cfg(test)]
pub(crate) fn extra_operation_ids() -> impl Iterator<Item = &'static str> {
    extra_routes::operation_ids()
}

/// The operation of the specs at a method and path. A fixed segment wins over a parameter.
fn find_spec(method: &str, path: &str) -> Option<Route> {
    static TREE: LazyLock<Node> = LazyLock::new(build);
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let index = TREE.find(method, &segments)?;
    let (_, template, _, _) = ROUTES[index];
    let path = parameters(template, &segments);
    Some(Route { operation: spec::operation(index), path, shown_path: None })
}

#[derive(Default)]
struct Node {
    fixed: HashMap<&'static str, Node>,
    parameter: Option<Box<Node>>,
    operations: Vec<(&'static str, usize)>,
}

fn build() -> Node {
    let mut root = Node::default();
    for (index, (method, path, _, _)) in ROUTES.iter().enumerate() {
        let segments = path.trim_start_matches('/').split('/');
        let leaf = segments.fold(&mut root, |node, segment| match parameter(segment) {
            Some(_) => node.parameter.get_or_insert_default(),
            None => node.fixed.entry(segment).or_default(),
        });
        leaf.operations.push((method, index));
    }
    root
}

impl Node {
    fn find(&self, method: &str, segments: &[&str]) -> Option<usize> {
        let Some((segment, rest)) = segments.split_first() else {
            return self.operations.iter().find(|(known, _)| *known == method).map(|(_, i)| *i);
        };
        let fixed = self.fixed.get(segment).and_then(|node| node.find(method, rest));
        fixed.or_else(|| self.parameter.as_ref()?.find(method, rest))
    }
}

fn parameters(template: &'static str, segments: &[&str]) -> BTreeMap<&'static str, String> {
    let template = template.trim_start_matches('/').split('/');
    let decode = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
    template
        .zip(segments)
        .filter_map(|(name, segment)| Some((parameter(name)?, decode(segment))))
        .collect()
}

fn parameter(segment: &'static str) -> Option<&'static str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}
