//! Pushes that the platform would not send.

use std::time::{Duration, SystemTime};

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256};

use super::event::Event;
use super::sign::{PushRequest, SIGNATURE, encrypted, envelope, padded};
use super::subscription::{Mode, Subscription};
use super::{PushError, Pusher, Receipt};

/// What is wrong with a push. All but those about the signature are signed as they should be, so that
/// what comes after the signature is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// Encrypted and signed with another key.
    WrongSecret,
    /// The verification token of another app.
    WrongToken,
    /// No signature, although there is a key.
    Unsigned,
    /// One byte of the body was changed after signing.
    TamperedBody,
    /// Signed well, but so long ago.
    StaleTimestamp(Duration),
    /// The signature in upper-case hex.
    UppercaseSignature,
    /// The signature of legacy card callbacks: SHA-1 with the verification token.
    Sha1Signature,
    /// Not encrypted, although there is a key.
    Plaintext,
    /// The body ends in the middle.
    Truncated,
    /// The padding of the decrypted text is invalid.
    BadPadding,
    /// The decrypted text is not UTF-8.
    NotUtf8,
    /// An event padded with this number of bytes.
    Oversize(usize),
    /// An event with lists nested this deep.
    DeepJson(usize),
    /// A valid push, sent twice byte for byte; the receipt is of the second.
    Replay,
}

impl Forgery {
    /// Whether it means something only where there is an encrypt key.
    fn needs_key(self) -> bool {
        !matches!(
            self,
            Self::WrongToken
                | Self::Truncated
                | Self::NotUtf8
                | Self::Oversize(_)
                | Self::DeepJson(_)
                | Self::Replay
        )
    }
}

impl Pusher {
    /// Sends a forged event to the app's event URL, once. It is not among the deliveries.
    pub(crate) async fn forge(
        &self,
        forgery: Forgery,
        event: &Event,
    ) -> Result<Receipt, PushError> {
        let app_id = &event.to.app_id;
        let subscription = self.subscriptions.of(app_id);
        let no_url = || PushError::new(format!("app {app_id} has no event URL"));
        let Some(Mode::Webhook(url)) = &subscription.events else { return Err(no_url()) };
        if forgery.needs_key() && subscription.encrypt_key.is_none() {
            let reason = format!("{forgery:?} needs an encrypt key, app {app_id} has none");
            return Err(PushError::new(reason));
        }
        let push = forged(forgery, event, &subscription, self.services.now());
        if forgery == Forgery::Replay {
            self.post(url, push.clone()).await;
        }
        Ok(self.post(url, push).await)
    }
}

fn forged(
    forgery: Forgery,
    event: &Event,
    subscription: &Subscription,
    now: SystemTime,
) -> PushRequest {
    let key = subscription.encrypt_key.as_deref().unwrap_or_default();
    let plain = event.body(subscription.token());
    let good = || PushRequest::event(subscription, &plain, now);
    let signed = |body: Vec<u8>| match &subscription.encrypt_key {
        Some(key) => PushRequest::signed(&SHA256, key, body, now),
        None => PushRequest { headers: Vec::new(), body },
    };
    let good_over = |plain: &[u8]| signed(encrypted(subscription, plain));
    match forgery {
        Forgery::Replay => good(),
        Forgery::WrongSecret => {
            let encrypt_key = Some(format!("not {key}"));
            let other = Subscription { encrypt_key, ..subscription.clone() };
            PushRequest::event(&other, &plain, now)
        }
        Forgery::WrongToken => good_over(event.body("of another app").as_bytes()),
        Forgery::Unsigned => PushRequest { headers: Vec::new(), ..good() },
        Forgery::TamperedBody => tampered(good()),
        Forgery::StaleTimestamp(age) => PushRequest::event(subscription, &plain, now - age),
        Forgery::UppercaseSignature => {
            let mut push = good();
            push.headers.iter_mut().filter(|(name, _)| *name == SIGNATURE).for_each(upper);
            push
        }
        Forgery::Sha1Signature => {
            let body = encrypted(subscription, plain.as_bytes());
            PushRequest::signed(&SHA1_FOR_LEGACY_USE_ONLY, subscription.token(), body, now)
        }
        Forgery::Plaintext => signed(plain.into_bytes()),
        Forgery::Truncated => {
            let mut body = encrypted(subscription, plain.as_bytes());
            body.truncate(body.len() / 2);
            signed(body)
        }
        Forgery::BadPadding => {
            let mut blocks = padded(plain.as_bytes());
            // No padding has this length.
            blocks.last_mut().into_iter().for_each(|last| *last = 0);
            signed(envelope(key, &blocks))
        }
        Forgery::NotUtf8 => {
            let mut bytes = plain.into_bytes();
            let end = bytes.len() - 1;
            bytes.splice(end..end, *b",\"x\":\"\xff\xfe\"");
            good_over(&bytes)
        }
        Forgery::Oversize(count) => {
            good_over(with(&plain, &format!("\"{}\"", "x".repeat(count))).as_bytes())
        }
        Forgery::DeepJson(depth) => good_over(
            with(&plain, &format!("{}{}", "[".repeat(depth), "]".repeat(depth))).as_bytes(),
        ),
    }
}

/// The body with one more field in its event.
fn with(plain: &str, json: &str) -> String {
    const EVENT: &str = "\"event\":{";
    // Within a text the quotes would be escaped, so the first one is the envelope's.
    let (before, after) = plain.split_once(EVENT).expect("every envelope has an event");
    let comma = if after.starts_with('}') { "" } else { "," };
    format!("{before}{EVENT}\"x\":{json}{comma}{after}")
}

/// Changes a letter of the ciphertext.
fn tampered(mut push: PushRequest) -> PushRequest {
    let middle = push.body.len() / 2;
    push.body[middle] = if push.body[middle] == b'A' { b'B' } else { b'A' };
    push
}

fn upper((_, value): &mut (&'static str, String)) {
    value.make_ascii_uppercase();
}
