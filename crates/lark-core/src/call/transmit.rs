//! One HTTP exchange.

use http::{HeaderMap, Request};

use super::classify;
use super::headers;
use super::request::{BodyContent, Prepared};
use crate::client::Core;
use crate::error::{Cause, Error, Result, Stage};
use crate::files::form::{BodyFailure, OpenForm};
use crate::transport::{Body, ResponseHead, TransportError, TransportErrorKind};
use crate::util::Secret;

/// A request with everything that an attempt adds to it.
pub(crate) struct Exchange<'a> {
    pub(crate) core: &'a Core,
    pub(crate) request: &'a Prepared,
    /// The headers of the scope.
    pub(crate) headers: &'a HeaderMap,
    pub(crate) token: Option<&'a Secret>,
    pub(crate) wants_file: bool,
}

impl Exchange<'_> {
    /// Sends the request and waits for the head of its response. `form` is its body, if it has files.
    pub(crate) async fn transmit(&self, form: Option<OpenForm>) -> Result<(ResponseHead, Body)> {
        let Self { core, request, .. } = *self;
        let (form, failure) = form.map(|it| (it.body, it.failure)).unzip();
        let failed = |error| self.failed(failure.as_ref(), error);
        let http = self
            .http_request(form)
            .map_err(|error| failed(TransportError::new(TransportErrorKind::Request, error)))?;
        let (parts, body) = core.transport.send(http).await.map_err(failed)?.into_parts();
        let head = ResponseHead::from(parts);
        classify::reject_redirect(core, request, &head)?;
        Ok((head, body))
    }

    /// The error of the transport, or of the file because of which it failed.
    fn failed(&self, failure: Option<&BodyFailure>, error: TransportError) -> Error {
        let file = failure.and_then(BodyFailure::get);
        let cause = file.map_or(Cause::Transport(error), Cause::File);
        Error::new(&*self.request.operation, Stage::Send, cause)
    }

    fn http_request(&self, form: Option<Body>) -> Result<Request<Body>, http::Error> {
        let Self { core, request, headers, token, wants_file } = *self;
        let body = match request.body.as_ref().map(|body| &body.content) {
            Some(BodyContent::Bytes(bytes)) => bytes.clone().into(),
            Some(BodyContent::Form(_)) => form.unwrap_or_default(),
            None => Body::default(),
        };
        let mut http = Request::new(body);
        *http.method_mut() = request.method.clone();
        *http.uri_mut() = core.hosts.of(request.host).join(&request.path_and_query)?;
        *http.headers_mut() = headers::of_request(request, headers, token, wants_file)?;
        Ok(http)
    }
}
