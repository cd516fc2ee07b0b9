//! Lists in pages, as streams.

mod cursor;
mod items;
mod page_fetch;
mod paged;
mod stream;

pub use self::items::Items;
pub use self::paged::{Listed, NextPage, Paged};
pub use self::stream::Pages;

use crate::client::Client;

impl Client {
    /// The pages of a list, starting with `request`, as whole responses: for other data next to the
    /// list, such as a total, and for responses with several lists.
    ///
    /// Every page is a call of its own on this client: on behalf of the same user or tenant, with
    /// the timeout and the retries of a call. Set the size of a page in the request. Nothing is
    /// sent before the stream is polled.
    pub fn pages<O: Paged>(&self, request: O) -> Pages<O> {
        Pages::new(self.clone(), request)
    }

    /// The items of a list, page by page, starting with `request`. Otherwise like
    /// [`pages`](Self::pages).
    ///
    /// ```no_run
    /// use lark_core::{Client, Listed, Result};
    ///
    /// async fn count<O: Listed>(client: &Client, list: O) -> Result<usize> {
    ///     let mut items = client.items(list);
    ///     let mut count = 0;
    ///     while let Some(item) = items.next().await {
    ///         item?;
    ///         count += 1;
    ///     }
    ///     Ok(count)
    /// }
    /// ```
    pub fn items<O: Listed>(&self, request: O) -> Items<O> {
        Items::new(self.pages(request))
    }
}
