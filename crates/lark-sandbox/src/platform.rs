//! The platform behind the socket: takes a request through every check to its answer.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::request::Parts;

use crate::answer::{Answer, Refusal, generic};
use crate::auth::{self, Caller, RefusalStatus, Tickets, Tokens};
use crate::builder::Config;
use crate::call::Call;
use crate::check::{check_body, check_params};
use crate::clock::Timeline;
use crate::counts::Counts;
use crate::ids::Ids;
use crate::oauth::{self, OAuth};
use crate::record::{Record, Records};
use crate::reply::Script;
use crate::route::{self, Match, Spec};
use crate::state::{Seed, World};

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
    pub(crate) records: Records,
    pub(crate) script: Script,
    pub(crate) world: World,
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
            records: Records::default(),
            script: Script::default(),
            world: World::new(seed),
        }
    }

    /// Answers a request. Also returns the log id, which is None in a dictated answer.
    pub(crate) async fn answer(&self, parts: &Parts, body: &[u8]) -> (Answer, Option<String>) {
        self.counts.count();
        let at = self.timeline.now().duration_since(self.started).unwrap_or_default();
        let log_id = self.log_id();
        let found = route::find(parts.method.as_str(), parts.uri.path());
        let operation_id = found.as_ref().map(Match::operation_id);
        let mut caller = Caller::of(&parts.headers, &self.tokens);
        let (answer, dictated) = self.decide(parts, body, found, &mut caller, &log_id).await;
        let log_id = (!dictated).then_some(log_id);
        let record = Record {
            at,
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            operation_id,
            token_kind: caller.kind,
            app_id: caller.app_id,
            tenant_key: caller.tenant_key,
            status: answer.status,
            code: answer.code,
            log_id: log_id.clone(),
        };
        if let Some(observer) = &self.config.observer {
            observer(&record);
        }
        self.records.add(record);
        (answer, log_id)
    }

    async fn decide(
        &self,
        parts: &Parts,
        body: &[u8],
        found: Option<Match>,
        caller: &mut Caller,
        log_id: &str,
    ) -> (Answer, bool) {
        let Some(found) = found else { return (Answer::not_found(), false) };
        let operation_id = found.operation_id();
        self.counts.count_operation(operation_id);
        if let Some(reply) = self.script.next(operation_id) {
            return (reply.into_answer(), true);
        }
        let answer = match found {
            Match::OAuth(id) => oauth::answer(self, id, parts, body, caller),
            Match::Spec(spec) => {
                let result = self.perform(spec, parts, body, caller).await;
                result.unwrap_or_else(|refusal| Answer::refused(&refusal, log_id))
            }
        };
        (answer, false)
    }

    /// Route is known; then token, parameters, body, and at last the operation itself.
    async fn perform(
        &self,
        Spec { operation, path }: Spec,
        parts: &Parts,
        body: &[u8],
        caller: &mut Caller,
    ) -> Result<Answer, Refusal> {
        if auth::is_auth_endpoint(operation.id) {
            return auth::token_endpoint(self, operation.id, body, caller);
        }
        let caller = auth::authorize(self, operation, &parts.headers)?;
        let query = parts.uri.query().unwrap_or_default();
        let (params, mut violations) = check_params(operation, path, query);
        let body = check_body(operation, &parts.method, &parts.headers, body).await;
        let body = body.unwrap_or_else(|more| {
            violations.extend(more);
            serde_json::Value::Null
        });
        if !violations.is_empty() {
            return Err(Refusal::of_fields(violations));
        }
        let call = Call { params, body, caller };
        let signed_in = || {
            let remembers = !self.world.is_stateless();
            remembers.then(|| oauth::v1(self, operation.id, &call)).flatten()
        };
        match signed_in().or_else(|| self.world.answer(self, operation.id, &call)) {
            Some(data) => data.map(Answer::success),
            None => Ok(generic(operation)),
        }
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
    }

    /// The time and a number, as on the platform.
    fn log_id(&self) -> String {
        let elapsed = self.timeline.now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        format!("{}{}", elapsed.as_millis(), self.ids.trace())
    }
}
