//! Operations whose response is a page.

use crate::operation::Operation;

/// An operation whose response is a page of something longer. Implemented by generated code.
pub trait Paged: Operation + Clone + 'static {
    /// The token in the request: which page it asks for, the first one if there is none.
    #[doc(hidden)]
    fn page_token(&self) -> Option<&str>;

    /// Asks for the page of this token.
    #[doc(hidden)]
    fn set_page_token(&mut self, token: &str);

    /// What a response says about the page behind it.
    #[doc(hidden)]
    fn next_page(response: &Self::Response) -> NextPage;
}

/// An operation whose response is a page of one list. Implemented by generated code.
pub trait Listed: Paged {
    /// What the list holds.
    type Item: Send + 'static;

    /// The items of a page; none if the response has no list.
    #[doc(hidden)]
    fn items(response: Self::Response) -> Vec<Self::Item>;
}

/// What a response says about the page behind it. There is one if the response has a token, unless it
/// says itself that there is no more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextPage {
    /// The token to ask for it with; an empty one is none.
    pub token: Option<String>,
    /// Whether there is more; `None` if the response does not say.
    pub has_more: Option<bool>,
}
