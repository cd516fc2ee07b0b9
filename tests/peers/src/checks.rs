//! What each SDK has to do against the sandbox.

use std::time::Duration;

use lark_sandbox::{
    ClientConfig, ConnectionFault, Fault, Press, PushAttempt, Sandbox, Times, spec,
};
use serde_json::{Value, json};

use crate::peer::{Bot, Installed, Peer, Proof};

const RECEIVED: &str = "im.message.receive_v1";
/// How soon the next thing happens, on a busy machine too.
const SOON: Duration = Duration::from_secs(30);
/// Small and odd, so that characters of several bytes are cut.
const PART_SIZE: usize = 4099;

/// A bot and the sandbox it is connected to.
struct Stage {
    peer: Peer,
    sandbox: Sandbox,
    bot: Bot,
}

/// Every check, in order. Returns their names.
///
/// # Errors
/// The first one that fails, and why.
pub(crate) async fn run(installed: &Installed) -> Result<Vec<&'static str>, String> {
    let plain = Sandbox::builder().part_size(PART_SIZE).start().await;
    let begun = Stage::begin(installed, plain, Proof::Secret).await;
    let mut stage = begun.map_err(|reason| format!("connect: {reason}"))?;
    let mut passed = vec!["connect"];
    macro_rules! check {
        ($stage:ident: $($name:ident),*) => {$(
            let outcome = tokio::time::timeout(SOON, $stage.$name()).await;
            let outcome = outcome.unwrap_or_else(|_| Err("it takes too long".to_owned()));
            outcome.map_err(|reason| format!("{}: {reason}", stringify!($name)))?;
            passed.push(stringify!($name));
        )*};
    }
    check!(stage: ping, small_event, parts, reversed_parts, callback, handler_error, kick, reset, restart);
    drop(stage);
    let secure = Sandbox::builder().tls().map_err(|error| error.to_string())?.start().await;
    let begun = Stage::begin(installed, secure, Proof::Assertion).await;
    let mut stage = begun.map_err(|reason| format!("wss, keyless: {reason}"))?;
    passed.push("wss, keyless");
    check!(stage: small_event, parts);
    Ok(passed)
}

impl Stage {
    async fn begin(
        installed: &Installed,
        sandbox: std::io::Result<Sandbox>,
        proof: Proof,
    ) -> Result<Self, String> {
        let sandbox = sandbox.map_err(|error| error.to_string())?;
        sandbox.client_config(ClientConfig {
            reconnect_interval: 1,
            reconnect_nonce: 0,
            ping_interval: 2,
            ..ClientConfig::default()
        });
        let bot = installed.start(&sandbox, proof).map_err(|error| error.to_string())?;
        let mut stage = Self { peer: installed.peer, sandbox, bot };
        stage.connected(1).await?;
        Ok(stage)
    }

    /// Waits until so many connections were opened, and one is open.
    async fn connected(&mut self, opened: u64) -> Result<(), String> {
        let wait = async {
            while self.sandbox.connections_opened() < opened
                || self.sandbox.connections().len() != 1
            {
                self.bot.check_alive()?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(())
        };
        let waited = tokio::time::timeout(SOON, wait).await;
        waited.unwrap_or_else(|_| Err("it does not connect".to_owned()))
    }

    /// It pings, and goes by the interval that it is given.
    async fn ping(&mut self) -> Result<(), String> {
        while self.sandbox.connections().first().is_none_or(|open| open.pings < 2) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    async fn small_event(&mut self) -> Result<(), String> {
        self.event("你好 👋", 200).await
    }

    /// A large event, cut within characters.
    async fn parts(&mut self) -> Result<(), String> {
        self.event(&"大きい 👋 ".repeat(10_000), 200).await
    }

    async fn reversed_parts(&mut self) -> Result<(), String> {
        self.sandbox.break_connections(ConnectionFault::reversed_parts());
        self.event(&"大きい 👋 ".repeat(500), 200).await
    }

    async fn handler_error(&mut self) -> Result<(), String> {
        self.event("fail", 500).await
    }

    /// Pushes an event with this text: the bot tells it, and acknowledges it with this code.
    async fn event(&mut self, text: &str, code: u16) -> Result<(), String> {
        let pushed = self.sandbox.pushes().push(RECEIVED, message(text)?).await;
        let id = pushed.map_err(|error| error.to_string())?;
        let deliveries = self.sandbox.deliveries();
        let attempt = deliveries.iter().find(|it| it.event_id == id).ok_or("it was not pushed")?;
        let told = self.bot.told_of(&id).await?;
        if told["text"] != text {
            return Err("the text came changed".to_owned());
        }
        self.acknowledged(attempt, code)
    }

    fn acknowledged(&self, attempt: &PushAttempt, code: u16) -> Result<(), String> {
        equal("the code", &json!(attempt.status), &json!(code))?;
        let has = |name: &str| attempt.headers.iter().any(|(known, _)| known == name);
        // Python's says nothing of the time of a handler that failed.
        let is_timed = code == 200 || self.peer == Peer::Node;
        let wanted = ["type", "message_id", "sum", "seq", "trace_id", "timestamp"];
        let wanted = wanted.into_iter().chain(is_timed.then_some("biz_rt"));
        match wanted.into_iter().find(|name| !has(name)) {
            Some(name) => Err(format!("the acknowledgement lacks {name}: {:?}", attempt.headers)),
            None => Ok(()),
        }
    }

    /// A card is pressed, and the toast of the bot is shown.
    async fn callback(&mut self) -> Result<(), String> {
        let card = json!({ "elements": [{
            "tag": "button", "text": { "tag": "plain_text", "content": "Go" }, "value": { "number": 7 },
        }] });
        let open_ids = self.sandbox.open_ids();
        let user = self.sandbox.user(open_ids.first().ok_or("nobody is there")?);
        let message_id = self.send_card(&card).await?;
        let shown = user.press(&message_id, Press::on("Go")).await;
        let shown = shown.map_err(|error| error.to_string())?;
        let toast =
            shown.toast.ok_or_else(|| format!("no toast is shown, but {:?}", shown.code))?;
        equal("the toast", &toast["content"], &json!("完成 7"))
    }

    /// Sends a card as the app, to the first person. Returns the id of the message.
    async fn send_card(&self, card: &Value) -> Result<String, String> {
        let app = json!({
            "app_id": self.sandbox.app_id(), "app_secret": self.sandbox.app_secret(),
        });
        let issued = self.call("auth/v3/tenant_access_token/internal", None, &app).await?;
        let token = issued["tenant_access_token"].as_str();
        let message = json!({
            "receive_id": self.sandbox.open_ids().first(),
            "msg_type": "interactive",
            "content": card.to_string(),
        });
        let sent = self.call("im/v1/messages?receive_id_type=open_id", token, &message).await?;
        let id = sent["data"]["message_id"].as_str();
        id.map(str::to_owned).ok_or_else(|| format!("the card is not sent: {sent}"))
    }

    async fn call(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Value, String> {
        let request = http::Request::post(format!("/open-apis/{path}"))
            .header("Authorization", format!("Bearer {}", token.unwrap_or_default()))
            .header("Content-Type", "application/json")
            .body(body.to_string().into());
        let response = self.sandbox.respond(request.map_err(|error| error.to_string())?).await;
        let response = response.map_err(|error| error.to_string())?;
        serde_json::from_slice(response.body()).map_err(|error| error.to_string())
    }

    /// The platform closes the connection; discovery is busy at first.
    async fn kick(&mut self) -> Result<(), String> {
        let opened = self.sandbox.connections_opened();
        self.sandbox.fault("callback.ws.endpoint", Times::Once, Fault::code(1_000_040_343, 200));
        self.sandbox.close_connections();
        self.connected(opened + 1).await?;
        self.small_event().await
    }

    /// The connection is reset; the next upgrade is refused.
    async fn reset(&mut self) -> Result<(), String> {
        let opened = self.sandbox.connections_opened();
        self.sandbox.fault("callback.ws.connect", Times::Once, Fault::status(503));
        self.sandbox.break_connections(ConnectionFault::reset());
        self.connected(opened + 1).await?;
        self.small_event().await
    }

    /// The platform goes away for a while.
    async fn restart(&mut self) -> Result<(), String> {
        let opened = self.sandbox.connections_opened();
        self.sandbox.restart(Duration::from_millis(500));
        self.connected(opened + 1).await?;
        self.small_event().await
    }
}

/// A message as a person would send it.
fn message(text: &str) -> Result<Value, String> {
    let event = spec::event(RECEIVED).ok_or("the specs lack it")?;
    let mut payload = event.sample(spec::Sampler::numbered(1));
    payload["message"]["message_type"] = json!("text");
    payload["message"]["content"] = json!(json!({ "text": text }).to_string());
    Ok(payload)
}

fn equal(what: &str, got: &Value, wanted: &Value) -> Result<(), String> {
    if got == wanted { Ok(()) } else { Err(format!("{what} is {got}, not {wanted}")) }
}
