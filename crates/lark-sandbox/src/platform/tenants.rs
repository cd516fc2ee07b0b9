//! State that each tenant has for itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::http::{ErrorCode, Rejection};

/// What a tenant begins with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seed {
    pub(crate) users: usize,
    pub(crate) departments: usize,
}

/// What a part remembers of one tenant. Whatever has a default begins with that.
pub(crate) trait TenantState: Send {
    fn new(seed: Seed, tenant_key: &str) -> Self;
}

impl<T: Default + Send> TenantState for T {
    fn new(_: Seed, _: &str) -> Self {
        Self::default()
    }
}

/// One `T` for each tenant, made when it is first asked for.
pub(crate) struct Tenants<T> {
    /// None: the sandbox is stateless.
    seed: Option<Seed>,
    states: Mutex<HashMap<String, Arc<Mutex<T>>>>,
}

impl<T: TenantState> Tenants<T> {
    pub(crate) fn new(seed: Option<Seed>) -> Self {
        Self { seed, states: Mutex::default() }
    }

    /// The state of a tenant; None if the sandbox is stateless.
    pub(crate) fn of(&self, tenant_key: &str) -> Option<Arc<Mutex<T>>> {
        let seed = self.seed?;
        let mut states = crate::lock(&self.states);
        let new = || Arc::new(Mutex::new(T::new(seed, tenant_key)));
        Some(Arc::clone(states.entry(tenant_key.to_owned()).or_insert_with(new)))
    }

    /// The same for what makes no sense without state: a stateless sandbox rejects it with `code`.
    pub(crate) fn need(
        &self,
        tenant_key: &str,
        code: ErrorCode,
    ) -> Result<Arc<Mutex<T>>, Rejection> {
        let state = self.of(tenant_key);
        state.ok_or_else(|| code.because("a stateless sandbox remembers nothing"))
    }

    /// The states of all tenants that were asked for so far.
    pub(crate) fn all(&self) -> Vec<Arc<Mutex<T>>> {
        crate::lock(&self.states).values().map(Arc::clone).collect()
    }
}
