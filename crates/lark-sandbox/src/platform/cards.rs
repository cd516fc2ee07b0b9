//! Cards changed after their callback was answered: `interactive.v1.card.update`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use super::im::Im;
use super::part::no_data;
use super::{Call, Checks, Part};
use crate::http::{Rejection, Response, codes};
use crate::services::Services;

/// How long a token is good, and for how many updates. Source: the platform's page on delayed updates.
const LIFE: Duration = Duration::from_secs(30 * 60);
const USES: u32 = 2;

/// The card that a token changes.
#[derive(Clone)]
pub(crate) struct CardTarget {
    pub(crate) app_id: String,
    pub(crate) tenant_key: String,
    pub(crate) message_id: String,
}

struct CardToken {
    target: CardTarget,
    expires: SystemTime,
    uses: u32,
}

/// The tokens that callbacks carry, and the updates that are made with them.
pub(crate) struct Cards {
    im: Arc<Im>,
    /// All that were issued and may still be good.
    tokens: Mutex<HashMap<String, CardToken>>,
}

impl Cards {
    pub(super) fn new(im: Arc<Im>) -> Self {
        Self { im, tokens: Mutex::default() }
    }

    /// A new token.
    pub(crate) fn issue(&self, services: &Services, target: CardTarget) -> String {
        let now = services.now();
        let mut tokens = crate::lock(&self.tokens);
        tokens.retain(|_, token| token.expires > now && token.uses > 0);
        let token = services.ids.next("c-");
        tokens.insert(token.clone(), CardToken { target, expires: now + LIFE, uses: USES });
        token
    }

    /// What a token of this app is for. A use is counted.
    fn redeem(
        &self,
        token: &str,
        app_id: &str,
        now: SystemTime,
    ) -> Result<CardTarget, &'static str> {
        let mut tokens = crate::lock(&self.tokens);
        let known = tokens.get_mut(token).filter(|known| known.target.app_id == app_id);
        let known = known.ok_or("the token is unknown")?;
        if known.expires <= now {
            return Err("the token is older than 30 minutes");
        }
        known.uses = known.uses.checked_sub(1).ok_or("the token was used twice")?;
        Ok(known.target.clone())
    }

    /// `{"token":"c-…","card":{…}}`. `open_ids` in the card says who sees the change; here everybody
    /// does.
    fn update(&self, services: &Services, call: &Call) -> Result<(), Rejection> {
        let reject = |reason: &str| codes::CARD_TOKEN.because(reason);
        let body = &call.body;
        let token = body["token"].as_str().ok_or_else(|| reject("token is required"))?;
        let mut card = body["card"].clone();
        let fields = card.as_object_mut().ok_or_else(|| reject("card is required, an object"))?;
        fields.remove("open_ids");
        let target = self.redeem(token, call.caller.app(), services.now()).map_err(reject)?;
        self.im.replace_card(services, &target.tenant_key, &target.message_id, &card)
    }
}

impl Part for Cards {
    fn checks(&self) -> Checks {
        Checks::All
    }

    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        no_data(self.update(services, call))
    }
}
