//! One call, as the parts of the platform see it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use super::Caller;
use crate::http::FormFile;
use crate::services::DEFAULT_TENANT;

/// Parameters by name.
#[derive(Debug, Default)]
pub(crate) struct Params {
    pub(crate) path: BTreeMap<&'static str, String>,
    pub(crate) query: BTreeMap<&'static str, Vec<String>>,
}

/// A call that has passed the checks of its part.
pub(crate) struct Call {
    pub(crate) operation_id: &'static str,
    pub(crate) caller: Caller,
    /// Of the spec. Without a spec there are those of the path only.
    pub(crate) params: Params,
    pub(crate) headers: HeaderMap,
    /// The body as the spec has it; null if the part reads it itself. Of a form: its texts, and the
    /// sizes of its files.
    pub(crate) body: Value,
    /// The files of a form.
    pub(crate) files: BTreeMap<String, FormFile>,
    pub(crate) raw: Raw,
    identified: Option<Identity>,
}

/// The request as it came, for the parts that read it themselves.
#[derive(Default)]
pub(crate) struct Raw {
    pub(crate) query: String,
    /// Empty for a form.
    pub(crate) body: Bytes,
    /// Where it came from; None if it came without a socket.
    pub(crate) peer: Option<IpAddr>,
}

/// The app that a request without a token comes from, and the tenant it is for.
pub(crate) struct Identity {
    pub(crate) app_id: String,
    pub(crate) tenant_key: Option<String>,
}

impl Call {
    /// A call of an operation without parameters and body.
    pub(crate) fn new(operation_id: &'static str, caller: Caller, headers: HeaderMap) -> Self {
        Self {
            operation_id,
            caller,
            params: Params::default(),
            headers,
            body: Value::Null,
            files: BTreeMap::new(),
            raw: Raw::default(),
            identified: None,
        }
    }

    /// Names the app that a request without a token comes from.
    pub(crate) fn identify(&mut self, app_id: &str, tenant_key: Option<&str>) {
        let tenant_key = tenant_key.map(str::to_owned);
        self.identified = Some(Identity { app_id: app_id.to_owned(), tenant_key });
    }

    /// The last of what was passed to [`identify`](Self::identify).
    pub(crate) fn identity(self) -> Option<Identity> {
        self.identified
    }

    /// The tenant that the call works in.
    pub(crate) fn tenant_key(&self) -> &str {
        self.caller.tenant_key.as_deref().unwrap_or(DEFAULT_TENANT)
    }

    /// A path parameter. All of a route's are there.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.params.path.get(name).map_or("", String::as_str)
    }

    /// A query parameter; an empty one counts as absent.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.list(name).first().map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A repeated query parameter.
    pub(crate) fn list(&self, name: &str) -> &[String] {
        self.params.query.get(name).map_or(&[], Vec::as_slice)
    }

    /// A boolean query parameter, in either spelling.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.query(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// A string of the body.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.body[name].as_str()
    }

    /// An integer of the body, which in a form is text.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        let value = &self.body[name];
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    /// A header, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
