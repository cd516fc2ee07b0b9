//! Tokens with which an app changes a card after its callback was answered.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use crate::services::ids::Ids;

/// How long a token is good, and how often. Source: the platform's page on delayed updates.
const LIFE: Duration = Duration::from_secs(30 * 60);
const USES: u32 = 2;

struct CardToken {
    target: Target,
    expires: SystemTime,
    uses: u32,
}

/// The card that a token changes.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) app_id: String,
    pub(crate) tenant_key: String,
    pub(crate) message_id: String,
}

/// All that were issued and may still be good.
#[derive(Default)]
pub(crate) struct CardTokens(HashMap<String, CardToken>);

impl CardTokens {
    pub(crate) fn issue(&mut self, target: Target, now: SystemTime, ids: &Ids) -> String {
        self.0.retain(|_, token| token.expires > now && token.uses > 0);
        let token = ids.next("c-");
        self.0.insert(token.clone(), CardToken { target, expires: now + LIFE, uses: USES });
        token
    }

    /// What a token of this app is for. A use is counted.
    pub(crate) fn redeem(
        &mut self,
        token: &str,
        app_id: &str,
        now: SystemTime,
    ) -> Result<Target, &'static str> {
        let known = self.0.get_mut(token).filter(|known| known.target.app_id == app_id);
        let known = known.ok_or("the token is unknown")?;
        if known.expires <= now {
            return Err("the token is older than 30 minutes");
        }
        known.uses = known.uses.checked_sub(1).ok_or("the token was used twice")?;
        Ok(known.target.clone())
    }
}
