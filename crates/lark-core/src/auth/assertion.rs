//! Apps that prove who they are without a secret.

use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::client::Core;
use crate::client::endpoint::Host;
use crate::error::{Error, Result};
use crate::util::{Secret, caught};

/// `client_assertion_type` of RFC 7523.
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The grant that an assertion alone is good for.
pub(crate) const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Makes client assertions (RFC 7523): signed JWTs that prove which app a program is, in place of the
/// app secret. They come from whoever vouches for the program, such as the identity service of its
/// cluster or cloud; the developer console says whose are accepted.
///
/// ```
/// use lark_core::{ClientAssertionFuture, ClientAssertions, Error};
///
/// /// A token that Kubernetes projects into the pod, and renews there.
/// struct ServiceAccount(std::path::PathBuf);
///
/// impl ClientAssertions for ServiceAccount {
///     fn assertion<'a>(&'a self, _audience: &'a str) -> ClientAssertionFuture<'a> {
///         Box::pin(async move {
///             let token = tokio::fs::read_to_string(&self.0).await;
///             let token = token.map_err(|error| Error::no_token(format!("no assertion: {error}")))?;
///             Ok(token.trim().into())
///         })
///     }
/// }
/// ```
pub trait ClientAssertions: Send + Sync {
    /// An assertion for `audience`, the host that is going to check it, with its port if it has one of its
    /// own: that of the accounts URL (`accounts.feishu.cn`) for tokens, that of the API for the long
    /// connection. It should be valid for a minute or more: a request is repeated with the same one.
    fn assertion<'a>(&'a self, audience: &'a str) -> ClientAssertionFuture<'a>;
}

/// What [`ClientAssertions::assertion`] returns. Errors of your own are
/// [`Error::no_token`](crate::Error::no_token).
pub type ClientAssertionFuture<'a> = Pin<Box<dyn Future<Output = Result<Secret>> + Send + 'a>>;

/// An assertion for a host of the platform.
async fn assertion(source: &dyn ClientAssertions, core: &Core, host: Host) -> Result<Secret> {
    let audience = core.hosts.of(host).authority().as_str();
    let made = caught(|| source.assertion(audience)).await;
    let made = made.map_err(|_| Error::no_token("the source of client assertions panicked"))??;
    if made.expose().is_empty() {
        return Err(Error::no_token("the client assertion is empty"));
    }
    Ok(made)
}

/// What proves to the token endpoint which app a request is from.
pub(super) async fn credentials(core: &Arc<Core>) -> Result<Map<String, Value>> {
    let mut fields = Map::new();
    fields.insert("client_id".to_owned(), core.app_id.clone().into());
    match &core.assertions {
        Some(source) => {
            let assertion = assertion(&**source, core, Host::Accounts).await?;
            fields.insert("client_assertion_type".to_owned(), TYPE.into());
            fields.insert("client_assertion".to_owned(), assertion.expose().into());
        }
        None => {
            fields.insert("client_secret".to_owned(), core.app_secret.expose().into());
        }
    }
    Ok(fields)
}

/// The body of the request that finds the long connection.
#[cfg(feature = "events")]
pub(crate) async fn discovery_body(core: &Arc<Core>) -> Result<Value> {
    let mut fields = Map::new();
    fields.insert("AppID".to_owned(), core.app_id.clone().into());
    fields.insert("AppSecret".to_owned(), core.app_secret.expose().into());
    if let Some(source) = &core.assertions {
        let assertion = assertion(&**source, core, Host::Open).await?;
        fields.insert("ClientAssertion".to_owned(), assertion.expose().into());
    }
    Ok(Value::Object(fields))
}
