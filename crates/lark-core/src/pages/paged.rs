//! Operations whose response is a page.

use crate::operation::Operation;

/// An operation that returns a page of something longer. Implemented by generated code.
pub trait Paged: Operation + Clone + 'static {
    /// The page token of the request; `None` for the first page.
    #[doc(hidden)]
    fn page_token(&self) -> Option<&str>;

    /// Sets the page token of the request.
    #[doc(hidden)]
    fn set_page_token(&mut self, token: &str);

    /// What a response says about the next page.
    #[doc(hidden)]
    fn next_page(response: &Self::Response) -> NextPage;
}

/// An operation that returns a page of one list. Implemented by generated code.
pub trait Listed: Paged {
    /// What the list holds.
    type Item: Send + 'static;

    /// The items of a page; empty if the response has no list.
    #[doc(hidden)]
    fn items(response: Self::Response) -> Vec<Self::Item>;
}

/// What a response says about the next page. There is one if the response has a token, unless it
/// says that there are no more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextPage {
    /// The token of the next page; an empty one counts as none.
    pub token: Option<String>,
    /// Whether there are more pages; `None` if the response does not say.
    pub has_more: Option<bool>,
}
