//! Headers with a meaning, for the calls of a scoped copy.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::{HeaderName, HeaderValue};

use crate::client::Client;
use crate::error::Result;
use crate::secret::Secret;

const HELPDESK: HeaderName = HeaderName::from_static("x-lark-helpdesk-authorization");
const REQUEST_ID: &str = "Oapi-Sdk-Request-Id";

impl Client {
    /// A copy that shows the credentials of a help desk, which the operations of `helpdesk` want
    /// beside a token: its id and its token, both from the settings of the help desk. They go to the
    /// platform with every call of the copy, in the header `X-Lark-Helpdesk-Authorization`.
    ///
    /// ```no_run
    /// # fn run(client: lark_core::Client) {
    /// let desk = client.with_helpdesk("6930815272790114324", "ht-...");
    /// # _ = desk;
    /// # }
    /// ```
    #[must_use]
    pub fn with_helpdesk(&self, id: &str, token: impl Into<Secret>) -> Self {
        let pair = BASE64_STANDARD.encode(format!("{id}:{}", token.into().expose()));
        let mut value = HeaderValue::try_from(pair).expect("Base64 is fit for a header");
        value.set_sensitive(true);
        self.scoped(|scope| _ = scope.headers.insert(HELPDESK, value))
    }

    /// A copy that sends `id` with every call, in the header `Oapi-Sdk-Request-Id` as the platform's
    /// own SDKs do, to find the call in the logs of a gateway. The platform's id of a call is another
    /// one, the [log id](crate::ResponseHead::log_id).
    ///
    /// # Errors
    /// `id` is not fit for a header: it has line breaks or other control characters.
    pub fn with_request_id(&self, id: &str) -> Result<Self> {
        self.with_header(REQUEST_ID, id)
    }
}
