//! The platform behind the socket: takes a request through every check to its answer.

pub(crate) mod auth;
mod call;
mod caller;
mod card_tokens;
mod contact;
mod files;
pub(crate) mod from_schema;
pub(crate) mod hook;
mod im;
pub(crate) mod oauth;
mod page;
mod state;
mod talk;

pub(crate) use call::{Call, Params};
pub(crate) use caller::Caller;
pub(crate) use card_tokens::{CardTokens, Target};
pub(crate) use contact::Seed;
pub use hook::Hook;
pub(crate) use hook::Hooks;
pub(crate) use im::{CardMessage, NewMessage, p2p_chat};
pub use oauth::RefreshReuse;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::request::Parts;

use crate::gateway::Counts;
use crate::gateway::Faults;
use crate::gateway::GatewayResponse;
use crate::gateway::Limits;
use crate::gateway::Script;
use crate::gateway::ScriptedResponse;
use crate::gateway::checks::{check_body, check_params};
use crate::gateway::route::{self, Match, Spec};
use crate::gateway::{CallLog, RecordedCall};
use crate::http::{FormFile, FormPart, FormValue, RequestBody};
use crate::http::{Refusal, Response};
use crate::platform::from_schema::{Foreign, generic};
use crate::push::{self, Pusher};
use crate::sandbox::Config;
use crate::services::App;
use crate::services::Timeline;
use crate::services::disk::Disk;
use crate::services::ids::Ids;
use auth::{RefusalStatus, Tickets, Tokens, UserPart};
use oauth::OAuth;
pub(crate) use state::Data;
use state::State;
use state::Stores;

/// All that one sandbox knows. Sandboxes share nothing but the specs.
pub(crate) struct Platform {
    pub(crate) base_url: String,
    pub(crate) config: Config,
    pub(crate) timeline: Timeline,
    pub(crate) ids: Ids,
    pub(crate) tokens: Tokens,
    pub(crate) tickets: Tickets,
    pub(crate) oauth: OAuth,
    pub(crate) refusal_status: RefusalStatus,
    pub(crate) counts: Counts,
    pub(crate) records: CallLog,
    pub(crate) script: Script<ScriptedResponse>,
    pub(crate) faults: Faults,
    pub(crate) limits: Limits,
    pub(crate) world: State,
    pub(crate) disk: Disk,
    pub(crate) outbox: Pusher,
    pub(crate) hooks: Hooks,
    started: SystemTime,
}

impl Platform {
    pub(crate) fn new(
        base_url: String,
        config: Config,
        timeline: Timeline,
        seed: Option<Seed>,
    ) -> Self {
        Self {
            base_url,
            config,
            started: timeline.now(),
            timeline,
            ids: Ids::new(),
            tokens: Tokens::default(),
            tickets: Tickets::default(),
            oauth: OAuth::default(),
            refusal_status: RefusalStatus::default(),
            counts: Counts::default(),
            records: CallLog::default(),
            script: Script::default(),
            faults: Faults::default(),
            limits: Limits::default(),
            world: State::new(seed),
            disk: Disk::default(),
            outbox: Pusher::default(),
            hooks: Hooks::default(),
        }
    }

    /// Answers a request, and remembers it.
    pub(crate) fn answer(&self, parts: &Parts, body: RequestBody) -> GatewayResponse {
        self.counts.count();
        let at = self.uptime();
        let found = route::find(parts.method.as_str(), parts.uri.path());
        let operation_id = found.as_ref().map(Match::operation_id);
        let shown_path = found.as_ref().and_then(Match::shown_path);
        let mut caller = Caller::of(&parts.headers, &self.tokens);
        let delivery = self.decide(parts, body, found, &mut caller);
        let answer = delivery.answer.as_ref();
        let record = RecordedCall {
            at,
            method: parts.method.as_str().to_owned(),
            path: shown_path.unwrap_or_else(|| parts.uri.path().to_owned()),
            operation_id,
            token_kind: caller.kind,
            app_id: caller.app_id,
            tenant_key: caller.tenant_key,
            open_id: caller.open_id,
            status: answer.map_or(0, |answer| answer.status),
            code: answer.and_then(|answer| answer.code),
            log_id: delivery.log_id.clone(),
        };
        if let Some(observer) = &self.config.observer {
            observer(&record);
        }
        self.records.add(record);
        delivery
    }

    /// How long the sandbox runs, by its clock.
    pub(crate) fn uptime(&self) -> Duration {
        self.timeline.now().duration_since(self.started).unwrap_or_default()
    }

    /// What is dictated comes first, then faults; what is left is executed.
    fn decide(
        &self,
        parts: &Parts,
        body: RequestBody,
        found: Option<Match>,
        caller: &mut Caller,
    ) -> GatewayResponse {
        let log_id = self.log_id();
        let Some(found) = found else { return GatewayResponse::of(Response::not_found(), &log_id) };
        let operation_id = found.operation_id();
        self.counts.count_operation(operation_id);
        if let Some(reply) = self.script.next(operation_id) {
            return GatewayResponse::foreign(reply.into_answer());
        }
        let fault = self.faults.next(operation_id);
        if let Some(delivery) = fault.as_ref().and_then(|fault| fault.instead(&log_id)) {
            return delivery;
        }
        let result = self.execute(parts, body, found, caller);
        let answer = result.unwrap_or_else(|refusal| Response::refused(&refusal, &log_id));
        let delivery = GatewayResponse::of(answer, &log_id);
        match fault {
            Some(fault) => fault.spoil(delivery),
            None => delivery,
        }
    }

    fn execute(
        &self,
        parts: &Parts,
        body: RequestBody,
        found: Match,
        caller: &mut Caller,
    ) -> Result<Response, Refusal> {
        let id = found.operation_id();
        let is_auth = auth::is_auth_endpoint(id);
        if is_auth || matches!(found, Match::OAuth(_)) {
            self.limits.admit(id, &Caller::default(), self.timeline.now())?;
        }
        match found {
            Match::Beside(route) => {
                crate::gateway::extra_routes::answer(self, &route, parts, body.bytes(), caller)
            }
            Match::OAuth(id) => Ok(oauth::answer(self, id, parts, body.bytes(), caller)),
            Match::Spec(_) if is_auth => auth::token_endpoint(self, id, body.bytes(), caller),
            Match::Spec(spec) => self.perform(spec, parts, body),
        }
    }

    /// Route is known; then token, rate limit, parameters, body, and at last the operation itself.
    fn perform(
        &self,
        Spec { operation, path }: Spec,
        parts: &Parts,
        body: RequestBody,
    ) -> Result<Response, Refusal> {
        let caller = crate::gateway::authorize(self, operation, &parts.headers)?;
        self.limits.admit(operation.id, &caller, self.timeline.now())?;
        let query = parts.uri.query().unwrap_or_default();
        let (params, mut violations) = check_params(operation, path, query);
        let checked = check_body(operation, &parts.method, &parts.headers, &body);
        let fields = checked.unwrap_or_else(|more| {
            violations.extend(more);
            serde_json::Value::Null
        });
        if !violations.is_empty() {
            return Err(Refusal::of_fields(violations));
        }
        let (headers, files) = (parts.headers.clone(), files(body));
        let call = Call { params, headers, body: fields, files, caller };
        let signed_in = || {
            let remembers = !self.world.is_stateless();
            remembers.then(|| oauth::v1(self, operation.id, &call)).flatten()
        };
        match signed_in().or_else(|| self.world.answer(self, operation.id, &call)) {
            Some(data) => data.map(Response::success),
            None => match self.world.file_answer(self, operation.id, &call) {
                Some(answer) => answer,
                None => {
                    let lenient = self.world.is_stateless();
                    let tokens = if lenient { Foreign::Ignore } else { Foreign::Refuse };
                    generic(operation, &call, tokens)
                }
            },
        }
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&self, by: Duration) {
        self.timeline.advance(by);
        self.outbox.wake();
    }

    /// A token of a user, such as signing in would give.
    pub(crate) fn user_token(&self, app: &App, tenant_key: &str, open_id: &str) -> String {
        let expires = self.timeline.now() + self.config.user_token_lifetime();
        let user = UserPart { open_id: open_id.to_owned(), grant: None };
        self.tokens.of_user(&app.id, tenant_key, user, expires, &self.ids)
    }

    /// Replaces the ticket of a marketplace app.
    pub(crate) fn rotate_ticket(&self, app_id: &str) -> String {
        let ticket = self.tickets.rotate(app_id, &self.ids);
        self.push_ticket(app_id, &ticket);
        ticket
    }

    /// Sends a marketplace app its ticket.
    pub(crate) fn push_ticket(&self, app_id: &str, ticket: &str) {
        if let Some(hook) = &self.config.on_ticket {
            hook(app_id, ticket);
        }
        let payload = serde_json::json!({ "app_ticket": ticket });
        push::publish(self, push::Event::new(self, app_id, "", "app_ticket", payload));
    }

    /// The time and a number, as on the platform.
    fn log_id(&self) -> String {
        let elapsed = self.timeline.now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        format!("{}{}", elapsed.as_millis(), self.ids.trace())
    }
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
