//! A walk over a tree.

use std::collections::HashSet;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::checkpoint::Listing;
use super::{Checkpoint, InvalidCheckpoint, Tree, WalkError};
use crate::client::Client;
use crate::error::Error;
use crate::moment::UnixSeconds;
use crate::pages::{Items, Listed};

/// Listings in flight. At 100 ms a call they are twice the documented rate of 20 calls a second.
const IN_FLIGHT: usize = 4;
/// More would only wait for the rate limit, and each until its timeout.
const MOST_IN_FLIGHT: usize = 100;

type ItemOf<T> = <<T as Tree>::List as Listed>::Item;

/// A node, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found<N> {
    /// The node.
    pub node: N,
    /// How many nodes are above it; 0 at the top.
    pub depth: usize,
    /// The names of the nodes from the top to this one, which is the last.
    pub path: Vec<String>,
}

/// A walk over a tree: its settings, and the stream of its nodes. It is a [`Stream`], and usable without a
/// stream library through [`next`](Self::next).
///
/// Its calls keep the documented rate limits, together with all other calls of the client to the same
/// operation ([`Client::with_documented_rate_limits`]). A listing that fails after the retries of the client
/// is an item of the stream, once, and the stream goes on.
///
/// Parents come before their children, and siblings in the order of the platform; the children of several nodes
/// come mixed. What changes during the walk may be in it or not. A node that is moved is in it once at most.
#[must_use = "nothing is sent before the stream is asked for something"]
pub struct Walk<T: Tree> {
    client: Client,
    tree: T,
    in_flight: usize,
    max_depth: usize,
    since: Option<UnixSeconds>,
    /// The next is the last: so that few are left, the children of a node come before its siblings.
    queue: Vec<Listing>,
    active: Vec<Active<T::List>>,
    failed: Vec<Listing>,
    /// The nodes that were returned.
    seen: HashSet<String>,
}

/// A listing under way.
struct Active<L: Listed> {
    listing: Listing,
    items: Items<L>,
}

impl<L: Listed> Active<L> {
    fn is_at_hand(&self) -> bool {
        self.items.size_hint().0 > 0
    }

    /// What is left of it, from the page whose nodes are being returned.
    fn rest(&self) -> Option<Listing> {
        let page = self.items.token().map(str::to_owned);
        let rest = Listing { page, ..self.listing.clone() };
        (!self.items.is_done()).then_some(rest)
    }
}

/// What came of asking the listings.
enum Event<N> {
    Node(usize, N),
    Finished(usize),
    Failed(usize, Error),
    None,
}

impl<T: Tree> Walk<T> {
    /// A walk from the top of a tree.
    pub fn new(client: &Client, tree: T) -> Self {
        Self {
            client: client.with_documented_rate_limits(),
            tree,
            in_flight: IN_FLIGHT,
            max_depth: usize::MAX,
            since: None,
            queue: vec![Listing::of("")],
            active: Vec::new(),
            failed: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// Walks only what is below a node, by its token. Depths and paths begin there.
    pub fn below(mut self, node: impl Into<String>) -> Self {
        self.queue = vec![Listing::of(node)];
        self
    }

    /// How many nodes are listed at the same time: 1 to 100, 4 by default. More help where the platform is far
    /// away; the rate stays the same.
    pub fn in_flight(mut self, listings: usize) -> Self {
        self.in_flight = listings.clamp(1, MOST_IN_FLIGHT);
        self
    }

    /// The largest depth that is listed: with 0, only what is at the top.
    pub fn max_depth(mut self, depth: usize) -> Self {
        self.max_depth = depth;
        self
    }

    /// Returns only the nodes that were edited at this time or later, and those of which it is not known.
    /// The whole tree is listed nevertheless, because a change shows in no node above it.
    ///
    /// The platform's times are whole seconds of its own clock. For an import that goes on where the last
    /// one ended, take the time when that began, less a minute for the difference of the clocks.
    pub fn changed_since(mut self, time: impl Into<UnixSeconds>) -> Self {
        self.since = Some(time.into());
        self
    }

    /// Goes on where another walk of the same tree was, without the nodes that it returned. Listings that
    /// failed are tried again.
    ///
    /// # Errors
    /// The checkpoint is of another tree.
    pub fn resume(mut self, checkpoint: Checkpoint) -> Result<Self, InvalidCheckpoint> {
        let name = self.tree.name();
        if checkpoint.tree != name {
            return Err(InvalidCheckpoint::of_another(&name, &checkpoint.tree));
        }
        (self.queue, self.seen) = (checkpoint.listings, checkpoint.seen);
        (self.active, self.failed) = (Vec::new(), Vec::new());
        Ok(self)
    }

    /// Where the walk is, with everything that [`next`](Self::next) has not returned.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        let rests = self.active.iter().filter_map(Active::rest);
        let listings = self.failed.iter().chain(&self.queue).cloned().chain(rests).collect();
        Checkpoint { tree: self.tree.name(), listings, seen: self.seen.clone() }
    }

    /// The next node, or a listing that failed; `None` after the last. Nothing is lost if the future is
    /// dropped.
    pub async fn next(&mut self) -> Option<Result<Found<ItemOf<T>>, WalkError>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// All nodes.
    ///
    /// # Errors
    /// The first listing that fails; a partial result is never returned.
    pub async fn all(mut self) -> Result<Vec<Found<ItemOf<T>>>, WalkError> {
        let mut nodes = Vec::new();
        while let Some(found) = self.next().await {
            nodes.push(found?);
        }
        Ok(nodes)
    }

    /// Lists again what failed, each from the page that did. The number of listings; 0 if none has failed.
    pub fn retry_failed(&mut self) -> usize {
        let count = self.failed.len();
        self.queue.append(&mut self.failed);
        count
    }

    /// How many listings have failed and were not tried again.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.failed.len()
    }

    /// How many nodes were found so far, also before a [`resume`](Self::resume).
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.seen.len()
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &T {
        &self.tree
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Found<ItemOf<T>>, WalkError>>> {
        loop {
            self.start();
            if self.active.is_empty() {
                return Poll::Ready(None);
            }
            match self.ask(cx) {
                Event::Node(index, node) => {
                    if let Some(found) = self.take(index, node) {
                        return Poll::Ready(Some(Ok(found)));
                    }
                }
                Event::Finished(index) => drop(self.active.remove(index)),
                Event::Failed(index, cause) => {
                    if let Some(error) = self.fail(index, cause) {
                        return Poll::Ready(Some(Err(error)));
                    }
                }
                Event::None => return Poll::Pending,
            }
        }
    }

    /// Starts listings while there are few in flight.
    fn start(&mut self) {
        while self.active.len() < self.in_flight
            && let Some(listing) = self.queue.pop()
        {
            let mut items = self.client.items(self.tree.list(&listing.parent));
            if let Some(page) = &listing.page {
                items = items.resume(page);
            }
            self.active.push(Active { listing, items });
        }
    }

    /// Asks the listings that wait for a page before those that have nodes, so that they make progress while
    /// somebody works on each node.
    fn ask(&mut self, cx: &mut Context<'_>) -> Event<ItemOf<T>> {
        for wants_hand in [false, true] {
            for (index, active) in self.active.iter_mut().enumerate() {
                if active.is_at_hand() != wants_hand {
                    continue;
                }
                match Pin::new(&mut active.items).poll_next(cx) {
                    Poll::Pending => {}
                    Poll::Ready(Some(Ok(node))) => return Event::Node(index, node),
                    Poll::Ready(Some(Err(error))) => return Event::Failed(index, error),
                    Poll::Ready(None) => return Event::Finished(index),
                }
            }
        }
        Event::None
    }

    /// Puts a listing aside that failed. One that was to go on with a page which the platform no longer knows
    /// begins anew: what was returned before is not returned again.
    fn fail(&mut self, index: usize, cause: Error) -> Option<WalkError> {
        let Active { listing, items } = self.active.remove(index);
        let page = items.token().map(str::to_owned);
        let is_resumed = page.is_some() && page == listing.page;
        if is_resumed && cause.api().is_some() && !cause.is_transient() {
            self.queue.push(Listing { page: None, ..listing });
            return None;
        }
        let Listing { parent: node, path, .. } = listing.clone();
        self.failed.push(Listing { page, ..listing });
        Some(WalkError { tree: self.tree.name(), node, path, cause })
    }

    /// Takes a node of a listing, unless it was there before: has it listed, and returns it if it is wanted.
    fn take(&mut self, index: usize, item: ItemOf<T>) -> Option<Found<ItemOf<T>>> {
        let node = self.tree.node(&item);
        if !node.token.is_empty() && !self.seen.insert(node.token.to_owned()) {
            return None;
        }
        let above = &self.active.get(index)?.listing.path;
        let depth = above.len();
        let path: Vec<String> = above.iter().cloned().chain([node.name.to_owned()]).collect();
        if node.is_parent && !node.token.is_empty() && depth < self.max_depth {
            let parent = node.token.to_owned();
            self.queue.push(Listing { parent, path: path.clone(), page: None });
        }
        let is_old = self.since.is_some_and(|since| node.edited.is_some_and(|at| at < since));
        (!is_old).then_some(Found { node: item, depth, path })
    }
}

// Nothing in it is pinned in place.
impl<T: Tree> Unpin for Walk<T> {}

impl<T: Tree> Stream for Walk<T> {
    type Item = Result<Found<ItemOf<T>>, WalkError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(cx)
    }
}

impl<T: Tree> fmt::Debug for Walk<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk")
            .field("tree", &self.tree.name())
            .field("nodes", &self.seen.len())
            .field("in_flight", &self.active.len())
            .field("waiting", &self.queue.len())
            .field("failed", &self.failed.len())
            .finish_non_exhaustive()
    }
}
