//! What responds before the platform: the route, scripted responses, faults, tokens, rate limits,
//! and the checks against the spec.

// Where a request goes.
mod extra_routes;
pub(crate) mod route;

// What a test has asked for in place of a response, or with it.
mod faults;
mod scripted_response;

// Whether a request may pass.
mod authorize;
mod checks;
mod helpdesk;
mod limits;
mod tally;
mod unknown_inputs;
mod unlisted_values;

// What is said of it afterwards.
mod call_log;
mod counts;
mod gateway_response;

pub use call_log::RecordedCall;
pub use faults::Fault;
pub(crate) use gateway_response::GatewayResponse;
pub(crate) use helpdesk::Helpdesk;
pub use scripted_response::ScriptedResponse;
pub use unknown_inputs::UnknownInput;
pub use unlisted_values::UnlistedValue;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use http::request::Parts;

use crate::http::{FormFile, FormPart, FormValue, Peer, Rejection, RequestBody, Response};
use crate::platform::{Call, Caller, Checks, Platform, Raw};
use crate::services::{Script, Services};
use call_log::CallLog;
use counts::Counts;
use faults::Faults;
use limits::Limits;
use route::Route;
use unknown_inputs::UnknownInputs;
use unlisted_values::UnlistedValues;

/// Called with each call and its response.
pub(crate) type Observer = Box<dyn Fn(&RecordedCall) + Send + Sync>;

/// A request that came in whole, and where it goes.
pub(crate) struct Request {
    pub(crate) parts: Parts,
    pub(crate) body: RequestBody,
    /// None if no route fits.
    pub(crate) route: Option<Route>,
}

/// What a test has set up.
#[derive(Default)]
pub(crate) struct Settings {
    /// Inputs that no spec has are rejected, and values that an enum does not list.
    pub(crate) is_strict: bool,
    pub(crate) helpdesk: Helpdesk,
    pub(crate) observer: Option<Observer>,
}

/// What stands before the platform.
pub(crate) struct Gateway {
    pub(crate) counts: Counts,
    pub(crate) calls: CallLog,
    pub(crate) script: Script<ScriptedResponse>,
    pub(crate) faults: Faults,
    pub(crate) limits: Limits,
    pub(crate) unknown_inputs: UnknownInputs,
    pub(crate) unlisted_values: UnlistedValues,
    pub(crate) helpdesk: Helpdesk,
    observer: Option<Observer>,
    services: Arc<Services>,
    platform: Arc<Platform>,
}

impl Gateway {
    pub(crate) fn new(
        services: Arc<Services>,
        platform: Arc<Platform>,
        settings: Settings,
    ) -> Self {
        Self {
            counts: Counts::default(),
            calls: CallLog::default(),
            script: Script::default(),
            faults: Faults::default(),
            limits: Limits::default(),
            unknown_inputs: UnknownInputs::new(settings.is_strict),
            unlisted_values: UnlistedValues::new(settings.is_strict),
            helpdesk: settings.helpdesk,
            observer: settings.observer,
            services,
            platform,
        }
    }

    /// Responds to a request, and remembers it.
    pub(crate) fn respond(&self, request: Request) -> GatewayResponse {
        self.counts.count();
        let at = self.services.uptime();
        let Request { parts, body, route } = request;
        let operation_id = route.as_ref().map(|route| route.operation.id);
        let shown_path = route.as_ref().and_then(|route| route.shown_path);
        let mut caller = authorize::token_owner(&self.platform.auth.tokens, &parts.headers);
        let gateway_response = match route {
            Some(route) => self.decide(&parts, body, route, &mut caller),
            None => GatewayResponse::of(Response::not_found(), &self.log_id()),
        };
        let response = gateway_response.response.as_ref();
        let call = RecordedCall {
            at,
            method: parts.method.as_str().to_owned(),
            path: shown_path.unwrap_or(parts.uri.path()).to_owned(),
            operation_id,
            token_kind: caller.kind,
            app_id: caller.app_id,
            tenant_key: caller.tenant_key,
            open_id: caller.open_id,
            status: response.map_or(0, |response| response.status),
            code: response.and_then(|response| response.code),
            log_id: gateway_response.log_id.clone(),
        };
        if let Some(observer) = &self.observer {
            observer(&call);
        }
        self.calls.add(call);
        gateway_response
    }

    /// What is scripted comes first, then faults; what is left is executed.
    fn decide(
        &self,
        parts: &Parts,
        body: RequestBody,
        route: Route,
        caller: &mut Caller,
    ) -> GatewayResponse {
        let log_id = self.log_id();
        let operation_id = route.operation.id;
        self.counts.count_operation(operation_id);
        if let Some(scripted) = self.script.next(operation_id) {
            return GatewayResponse::foreign(scripted.into_response());
        }
        let fault = self.faults.next(operation_id);
        if let Some(response) = fault.as_ref().and_then(|fault| fault.instead(&log_id)) {
            return response;
        }
        let result = self.execute(parts, body, route, caller);
        let response = result.unwrap_or_else(|rejection| Response::rejected(&rejection, &log_id));
        let response = GatewayResponse::of(response, &log_id);
        match fault {
            Some(fault) => fault.spoil(response),
            None => response,
        }
    }

    /// Token, rate limit, parameters and body, as far as they are checked here; then the platform.
    fn execute(
        &self,
        parts: &Parts,
        body: RequestBody,
        route: Route,
        caller: &mut Caller,
    ) -> Result<Response, Rejection> {
        let operation = route.operation;
        let checks = self.platform.checks(operation.id);
        let mut call = Call::new(operation.id, Caller::default(), parts.headers.clone());
        if checks != Checks::Nothing {
            let now = self.services.now();
            call.caller =
                authorize::authorize(&self.platform.auth, operation, &parts.headers, now)?;
            self.helpdesk.check(operation.id, &parts.headers)?;
            self.limits.admit(operation.id, &call.caller, now)?;
        }
        if checks.fit_the_spec() {
            let mut checked = checks::check(operation, parts, route.path, (&body, checks));
            self.unknown_inputs.count(operation.id, &mut checked.violations);
            self.unlisted_values.count(operation, &mut checked);
            if !checked.violations.is_empty() {
                return Err(Rejection::of_fields(checked.violations));
            }
            (call.params, call.body) = (checked.params, checked.body);
            call.files = files(body);
        } else {
            call.params.path = route.path;
            call.raw = raw(parts, body);
        }
        let response = self.platform.respond(&self.services, operation, &mut call);
        if let Some(identity) = call.identity() {
            caller.app_id = Some(identity.app_id);
            caller.tenant_key = identity.tenant_key;
        }
        response
    }

    /// The time and a number, as on the platform.
    fn log_id(&self) -> String {
        let services = &self.services;
        let elapsed = services.now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        format!("{}{}", elapsed.as_millis(), services.ids.trace())
    }
}

/// The request for a part that reads it itself.
fn raw(parts: &Parts, body: RequestBody) -> Raw {
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.ip());
    Raw { query, body: body.into_bytes(), peer }
}

/// The files of a form, by the names of their fields.
fn files(body: RequestBody) -> BTreeMap<String, FormFile> {
    let RequestBody::Form(parts) = body else { return BTreeMap::new() };
    let file = |part: FormPart| match part.value {
        FormValue::File(file) => Some((part.name, file)),
        FormValue::Text(_) => None,
    };
    parts.into_iter().filter_map(file).collect()
}
