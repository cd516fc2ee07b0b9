//! Every generated operation is sent, and the sandbox accepts it against the spec.

use std::collections::BTreeSet;
use std::pin::Pin;

use lark_core::{Client, Operation, TokenKind};
use lark_sandbox::{Sandbox, spec};
use lark_tests::generated;
use lark_tests::sweep::Visitor;

type Call = Box<dyn FnOnce(Clients) -> Pin<Box<dyn Future<Output = Result<(), String>>>>>;

#[derive(Clone)]
struct Clients {
    tenant: Client,
    user: Client,
}

#[derive(Default)]
struct Calls {
    calls: Vec<Call>,
    ids: Vec<&'static str>,
}

impl Calls {
    fn push<O: Operation + 'static>(&mut self, request: O, kind: TokenKind) {
        self.calls.push(Box::new(move |clients| {
            let client = if kind == TokenKind::User { clients.user } else { clients.tenant };
            Box::pin(async move {
                client.send(request).await.map(drop).map_err(|error| error.to_string())
            })
        }));
    }
}

impl Visitor for Calls {
    fn operation<O: Operation + Clone + 'static>(&mut self, minimal: O, full: O) {
        self.ids.push(O::META.id);
        // The token endpoints take the app's own credentials, see tokens.rs.
        if O::META.id.starts_with("auth.v3.") {
            return;
        }
        let is_without = O::META.tokens.is_empty();
        for kind in [TokenKind::Tenant, TokenKind::User, TokenKind::App] {
            if O::META.tokens.contains(kind) || (is_without && kind == TokenKind::Tenant) {
                self.push(minimal.clone(), kind);
                self.push(full.clone(), kind);
            }
        }
    }
}

/// The first calls of the READMEs.
#[derive(Default)]
struct FirstCalls(Calls);

impl Visitor for FirstCalls {
    fn operation<O: Operation + Clone + 'static>(&mut self, _minimal: O, _full: O) {}

    fn first_call<O: Operation + 'static>(&mut self, request: O) {
        // The credentials of an app that the sandbox does not have.
        if O::META.id.starts_with("auth.v3.") {
            return;
        }
        self.0.ids.push(O::META.id);
        let is_tenants = O::META.tokens.contains(TokenKind::Tenant);
        self.0.push(request, if is_tenants { TokenKind::Tenant } else { TokenKind::User });
    }
}

fn all() -> Calls {
    let mut calls = Calls::default();
    generated::visit(&mut calls);
    calls
}

/// Strict decoding besides: the schema-made answers must fit the models without a drift.
#[tokio::test]
async fn is_accepted_with_required_and_with_all_inputs_and_its_answer_fits() {
    let sandbox = Sandbox::builder().strict().stateless().start().await.expect("a free port");
    let tenant = crate::sweeping_client(&sandbox);
    let user = tenant.as_user(sandbox.issue_user_token("ou_sweep"));
    let clients = Clients { tenant, user };
    let mut refused = Vec::new();
    for call in all().calls {
        refused.extend(call(clients.clone()).await.err());
    }
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused.join("\n"));
    let sent = all().ids.into_iter().filter(|id| !id.starts_with("auth.v3."));
    let unsent: Vec<_> = sent.filter(|id| sandbox.requests_of(id) < 2).collect();
    assert!(unsent.is_empty(), "not sent twice: {unsent:?}");
}

#[tokio::test]
async fn in_the_readme_of_a_crate_is_accepted() {
    let mut first = FirstCalls::default();
    generated::visit(&mut first);
    let FirstCalls(Calls { calls, ids }) = first;
    assert!(ids.len() > 50, "{ids:?}");
    let sandbox = Sandbox::builder().strict().stateless().start().await.expect("a free port");
    let tenant = crate::sweeping_client(&sandbox);
    let user = tenant.as_user(sandbox.issue_user_token("ou_reader"));
    let clients = Clients { tenant, user };
    let mut refused = Vec::new();
    for call in calls {
        refused.extend(call(clients.clone()).await.err());
    }
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused.join("\n"));
}

/// Operations that one source alone states, beside those of vc.
const NOT_EMITTED: [&str; 1] = ["sheets.v2.spreadsheet.data_validation.update_item"];

/// Of every project that is a crate; vc has operations that one source alone states.
#[test]
fn of_each_crate_is_there() {
    let Calls { ids, .. } = all();
    let project = |id: &&'static str| id.split('.').next().expect("split gives something");
    let projects: BTreeSet<_> = ids.iter().map(project).collect();
    assert!(projects.len() >= 20, "{projects:?}");
    let ours = |id: &&'static str| projects.contains(project(id));
    let ids: BTreeSet<_> = ids.iter().copied().collect();
    let missing: Vec<_> =
        spec::operation_ids().filter(ours).filter(|id| !ids.contains(id)).collect();
    let missing: Vec<_> = missing.into_iter().filter(|id| !NOT_EMITTED.contains(id)).collect();
    let of_vc = missing.iter().filter(|id| id.starts_with("vc.v1.")).count();
    assert_eq!((missing.len(), of_vc), (46, 46), "not emitted: {missing:?}");
}
