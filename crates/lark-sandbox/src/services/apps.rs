//! The apps a sandbox knows, and the tenants they work for.

/// The tenant that every sandbox has.
pub(crate) const DEFAULT_TENANT: &str = "1a2b3c4d5e6f7081";

/// An app: its credentials and how it is distributed. Some SDKs insist on an id of `cli_` and 16
/// hex digits.
#[derive(Clone)]
pub struct App {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) reach: Reach,
}

/// Which tenants an app works for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Self-built: this one.
    Tenant(String),
    /// Marketplace: all of them.
    Everyone,
}

impl App {
    /// An app that one tenant has built for itself: the default one, unless
    /// [`in_tenant`](Self::in_tenant) says otherwise.
    pub fn self_built(id: impl Into<String>, secret: impl Into<String>) -> Self {
        let reach = Reach::Tenant(DEFAULT_TENANT.to_owned());
        Self { id: id.into(), secret: secret.into(), reach }
    }

    /// An app of the marketplace, which every tenant of the sandbox has installed.
    pub fn marketplace(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: secret.into(), reach: Reach::Everyone }
    }

    /// Moves a self-built app to this tenant, which need not be named elsewhere. A marketplace app
    /// becomes self-built.
    pub fn in_tenant(mut self, tenant_key: impl Into<String>) -> Self {
        self.reach = Reach::Tenant(tenant_key.into());
        self
    }

    /// The tenant of a self-built app; None for a marketplace app.
    pub(crate) fn tenant(&self) -> Option<&str> {
        match &self.reach {
            Reach::Tenant(key) => Some(key),
            Reach::Everyone => None,
        }
    }

    /// The tenant whose people sign in to this app.
    pub(crate) fn home(&self) -> &str {
        self.tenant().unwrap_or(DEFAULT_TENANT)
    }
}

/// All apps and tenants of a sandbox.
pub(crate) struct Apps {
    /// Never empty.
    apps: Vec<App>,
    tenants: Vec<String>,
}

impl Default for Apps {
    fn default() -> Self {
        let first = App::self_built("cli_5a4db0c1e2f39687", "sandbox0secret0of0no0use0outside");
        Self { apps: vec![first], tenants: vec![DEFAULT_TENANT.to_owned()] }
    }
}

impl Apps {
    /// The app that every sandbox has.
    pub(crate) fn first(&self) -> &App {
        &self.apps[0]
    }

    pub(crate) fn name_first(&mut self, id: String, secret: String) {
        let first = &mut self.apps[0];
        (first.id, first.secret) = (id, secret);
    }

    pub(crate) fn add(&mut self, app: App) {
        self.add_tenant(app.home().to_owned());
        self.apps.push(app);
    }

    pub(crate) fn add_tenant(&mut self, key: String) {
        if !self.has_tenant(&key) {
            self.tenants.push(key);
        }
    }

    pub(crate) fn find(&self, id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.id == id)
    }

    pub(crate) fn all(&self) -> &[App] {
        &self.apps
    }

    /// Those that work for a tenant.
    pub(crate) fn of_tenant(&self, key: &str) -> impl Iterator<Item = &App> {
        self.apps.iter().filter(move |app| app.tenant().is_none_or(|tenant| tenant == key))
    }

    pub(crate) fn has_tenant(&self, key: &str) -> bool {
        self.tenants.iter().any(|known| known == key)
    }

    /// An id that two apps have.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let mut seen = std::collections::HashSet::new();
        self.apps.iter().map(|app| app.id.as_str()).find(|id| !seen.insert(*id))
    }
}
