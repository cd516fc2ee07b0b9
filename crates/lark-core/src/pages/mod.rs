//! Lists that come in pages, as streams.

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
    /// The pages that `request` begins, one call each, as whole responses: for what else stands beside
    /// the list, such as a total, and for responses with several lists.
    ///
    /// Every page is a call like any other on this client: on behalf of the same user or tenant, with
    /// the timeout and the retries of a call. The size of a page is set in the request. Nothing is sent
    /// before the stream is asked for something.
    pub fn pages<O: Paged>(&self, request: O) -> Pages<O> {
        Pages::new(self.clone(), request)
    }

    /// The items of the list that `request` begins, page after page. As [`pages`](Self::pages)
    /// otherwise.
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
