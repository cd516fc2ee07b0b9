//! The app ticket of a marketplace app. The platform pushes one about once an hour, as the event
//! `app_ticket`; the app exchanges it for its token.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::{fetch, stored};
use crate::client::Core;
use crate::error::{Error, Result};
use crate::store::{StoreEntry, overwrite};
use crate::util::{Secret, spawn};

/// Shortest time between two requests for a ticket.
const RESEND_PAUSE: Duration = Duration::from_secs(60);

/// Keeps `ticket` as the newest.
pub(crate) async fn set(core: &Core, ticket: Secret) -> Result<()> {
    let entry = StoreEntry { value: ticket, expires_at: None };
    overwrite(&*core.store, &name(core), entry).await?;
    core.tickets.lock().asked_at = None;
    core.tokens.forget_failures();
    Ok(())
}

/// The newest ticket; if there is none, the platform is asked for one, and the error says so.
pub(crate) async fn current(core: &Arc<Core>) -> Result<Secret> {
    match newest(core).await? {
        Some(ticket) => Ok(ticket),
        None => Err(missing(core, "there is no app ticket").await),
    }
}

/// Removes `ticket`, which the platform rejected.
///
/// # Errors
/// There is no other ticket; the platform is asked for one.
pub(crate) async fn rejected(core: &Arc<Core>, ticket: &Secret) -> Result<()> {
    core.tickets.lock().given.take_if(|given| given == ticket);
    core.store.compare_and_set(&name(core), Some(ticket), None).await?;
    match newest(core).await? {
        Some(other) if other != *ticket => Ok(()),
        // Another attempt with the same one would be the next of many.
        Some(_) => {
            let why = "the platform did not accept the app ticket, and the store still has it";
            Err(missing(core, why).await)
        }
        None => Err(missing(core, "the platform did not accept the app ticket").await),
    }
}

/// Stores `ticket`, which the platform accepted, if the store has none: the next start must not
/// need the one from the settings.
pub(crate) async fn accepted(core: &Arc<Core>, ticket: Secret) {
    let core = Arc::clone(core);
    let saving = spawn(async move { save_first(&core, ticket).await });
    _ = tokio::time::timeout(stored::SAVE_PATIENCE, saving).await;
}

async fn save_first(core: &Core, ticket: Secret) {
    let entry = StoreEntry { value: ticket, expires_at: None };
    if let Err(error) = core.store.compare_and_set(&name(core), None, Some(entry)).await {
        tracing::warn!(%error, "the app ticket is not stored");
    }
}

async fn newest(core: &Core) -> Result<Option<Secret>> {
    let stored = core.store.get(&name(core)).await;
    let given = core.tickets.lock().given.clone();
    match (stored, given) {
        (Ok(stored), given) => Ok(stored.map(|entry| entry.value).or(given)),
        // It may be an older one; the platform decides.
        (Err(error), Some(given)) => {
            tracing::warn!(%error, "the app ticket in the store cannot be read");
            Ok(Some(given))
        }
        (Err(error), None) => Err(error.into()),
    }
}

/// Asks for a ticket, now.
pub(crate) async fn resend(core: &Arc<Core>) -> Result<()> {
    core.tickets.lock().asked_at = Some(Instant::now());
    let body = json!({ "app_id": core.app_id, "app_secret": core.app_secret.expose() });
    let path = "/open-apis/auth/v3/app_ticket/resend";
    fetch::post(core, "auth.v3.app_ticket.resend", path, &body).await?;
    Ok(())
}

async fn missing(core: &Arc<Core>, why: &str) -> Error {
    let asked = core.tickets.lock().asked_at;
    let now = if asked.is_none_or(|at| at.elapsed() >= RESEND_PAUSE) {
        match resend(core).await {
            Ok(()) => "the platform was asked for one just now".to_owned(),
            Err(error) => format!("asking the platform for one failed ({error})"),
        }
    } else {
        "the platform was asked for one less than a minute ago".to_owned()
    };
    Error::no_ticket(format!(
        "{why}; {now} and sends it as the event app_ticket: give the client to the event router, \
         hand the ticket to client.set_app_ticket, or start with LARK_APP_TICKET"
    ))
}

fn name(core: &Core) -> String {
    format!("{}/app_ticket", core.store_prefix)
}
