//! Options of a connection.

use std::sync::Arc;

use lark_core::__private::client_tls;
use lark_core::{Secret, StoreError};

use crate::address::{self, Login, Parsed};
use crate::connection::Redis;
use crate::route::{Kind, Route};

/// Options of a [`Redis`]; [`Redis::builder`] makes one.
#[must_use]
pub struct RedisBuilder {
    urls: Vec<String>,
    service: Option<String>,
    sentinel_login: Login,
    is_cluster: bool,
    root_certificates: Option<Vec<u8>>,
    client_certificate: Option<(Vec<u8>, Secret)>,
}

impl RedisBuilder {
    pub(crate) fn new(urls: Vec<String>) -> Self {
        Self {
            urls,
            service: None,
            sentinel_login: Login::default(),
            is_cluster: false,
            root_certificates: None,
            client_certificate: None,
        }
    }

    /// The addresses are those of sentinels, of which any answers; they name the primary of `service`.
    /// User, password, database and TLS in the first address are those of the servers.
    pub fn sentinel(mut self, service: impl Into<String>) -> Self {
        self.service = Some(service.into());
        self
    }

    /// The user and the password of the sentinels themselves. By default they ask for none.
    pub fn sentinel_login(mut self, user: Option<&str>, password: &str) -> Self {
        let (user, password) = (user.map(str::to_owned), Some(password.into()));
        self.sentinel_login = Login { user, password, database: 0 };
        self
    }

    /// The addresses are those of nodes of a cluster, of which any answers. All keys of a namespace are
    /// in one slot; several namespaces spread over the nodes.
    pub fn cluster(mut self) -> Self {
        self.is_cluster = true;
        self
    }

    /// Certificates of authorities, in PEM, that are trusted besides those of the system. For addresses
    /// that begin with `rediss://`.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates = Some(pem.into());
        self
    }

    /// The certificate that this program presents, and its key, in PEM.
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>, key: impl Into<Secret>) -> Self {
        self.client_certificate = Some((pem.into(), key.into()));
        self
    }

    /// The servers, with the namespace `lark`. None of them is asked.
    ///
    /// # Errors
    /// An address or a certificate cannot be read, or they do not fit together.
    pub fn open(self) -> Result<Redis, StoreError> {
        let parsed: Result<Vec<_>, _> = self.urls.iter().map(|url| address::parse(url)).collect();
        let parsed = parsed?;
        let Some(Parsed { login, uses_tls, .. }) = parsed.first() else {
            return Err(StoreError::new("the address of Redis: there is none"));
        };
        let (login, uses_tls) = (login.clone(), *uses_tls);
        let rejected = |why: &str| Err(StoreError::new(format!("the address of Redis: {why}")));
        if parsed.iter().any(|it| it.uses_tls != uses_tls) {
            return rejected("some have TLS and some do not");
        }
        let kind = match (self.service, self.is_cluster) {
            (Some(_), true) => return rejected("a cluster has no sentinels"),
            (Some(service), false) => Kind::Sentinel(service, self.sentinel_login),
            (None, true) if login.database != 0 => {
                return rejected("a cluster has no databases but 0");
            }
            (None, true) => Kind::Cluster,
            (None, false) if parsed.len() > 1 => {
                return rejected("several are those of a cluster() or of a sentinel(service)");
            }
            (None, false) => Kind::Server,
        };
        let has_certificates =
            self.root_certificates.is_some() || self.client_certificate.is_some();
        if has_certificates && !uses_tls {
            return rejected("certificates are for addresses that begin with rediss://");
        }
        let tls = uses_tls.then(|| client_tls(self.root_certificates, self.client_certificate));
        let tls =
            tls.transpose().map_err(|error| StoreError::new("TLS of Redis").with_source(error))?;
        let addresses = parsed.into_iter().map(|it| it.address).collect();
        Ok(Redis::on(Arc::new(Route { kind, addresses, login, tls })))
    }
}

impl std::fmt::Debug for RedisBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisBuilder").field("service", &self.service).finish_non_exhaustive()
    }
}
