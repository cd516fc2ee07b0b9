//! Simulated people.

use serde_json::{Value, json};

use super::Arguments;
use super::command::{AsyncCommand, Outcome, data};
use super::pushes::render_receipt;
use crate::people::{self, Actor, Press};
use crate::platform::{NewMessage, Place};
use crate::push::{CallbackResult, PushError};
use crate::sandbox::Instance;

/// What a press may enter.
const ENTERED: [&str; 5] = ["option", "options", "input_value", "form_value", "checked"];

/// A person writes.
pub(crate) struct SendMessage {
    pub(crate) actor: Actor,
    pub(crate) message: NewMessage,
}

impl AsyncCommand for SendMessage {
    type Output = Result<String, PushError>;

    /// `text`, or `msg_type` and `content`; in `chat_id`, as a reply to `message_id`, or to the bot.
    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let actor = actor(instance, arguments)?;
        let (msg_type, content) = match arguments.optional_text("text")? {
            Some(text) => ("text", json!({ "text": text })),
            None => {
                let content = arguments.get("content").ok_or("text or content is required")?;
                (arguments.need_text("msg_type")?, content.clone())
            }
        };
        let chat_id = arguments.optional_text("chat_id")?;
        let place = match (arguments.optional_text("message_id")?, chat_id) {
            (Some(parent), _) => Place::ReplyTo(parent.to_owned()),
            (None, Some(chat_id)) => Place::Chat(chat_id.to_owned()),
            (None, None) => Place::Bot(actor.app_id.clone()),
        };
        Ok(Self { actor, message: NewMessage { place, msg_type: msg_type.to_owned(), content } })
    }

    async fn run(self, instance: &Instance) -> Self::Output {
        people::send(instance, &self.actor, &self.message).await
    }

    fn render(sent: Self::Output) -> Outcome {
        data(json!({ "message_id": sent.map_err(|error| error.to_string())? }))
    }
}

/// A person uses an element of a card.
pub(crate) struct PressElement {
    pub(crate) actor: Actor,
    pub(crate) message_id: String,
    pub(crate) press: Press,
}

impl AsyncCommand for PressElement {
    type Output = Result<CallbackResult, PushError>;

    /// The element `on`, or the one with `value`.
    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let actor = actor(instance, arguments)?;
        let press = match (arguments.optional_text("on")?, arguments.get("value")) {
            (Some(name), None) => Press::on(name),
            (None, Some(value)) => Press::on_value(value.clone()),
            _ => return Err("on or value is required, one of them".to_owned()),
        };
        let entered = ENTERED
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), arguments.get(name)?.clone())));
        let message_id = arguments.need_text("message_id")?.to_owned();
        Ok(Self { actor, message_id, press: press.entering(entered) })
    }

    async fn run(self, instance: &Instance) -> Self::Output {
        people::press(instance, &self.actor, &self.message_id, &self.press).await
    }

    fn render(result: Self::Output) -> Outcome {
        render_result(result)
    }
}

/// A person looks at a link in a message.
pub(crate) struct PreviewLink {
    pub(crate) actor: Actor,
    pub(crate) message_id: String,
    pub(crate) url: String,
}

impl AsyncCommand for PreviewLink {
    type Output = Result<CallbackResult, PushError>;

    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let actor = actor(instance, arguments)?;
        let message_id = arguments.need_text("message_id")?.to_owned();
        Ok(Self { actor, message_id, url: arguments.need_text("url")?.to_owned() })
    }

    async fn run(self, instance: &Instance) -> Self::Output {
        people::preview(instance, &self.actor, &self.message_id, &self.url).await
    }

    fn render(result: Self::Output) -> Outcome {
        render_result(result)
    }
}

/// The first person of the tenant if none is named.
fn actor(instance: &Instance, arguments: &Arguments) -> Result<Actor, String> {
    let app = arguments.app(instance)?;
    let tenant_key = arguments.optional_text("tenant_key")?.unwrap_or(app.home()).to_owned();
    let open_id = match arguments.optional_text("open_id")? {
        Some(open_id) => open_id.to_owned(),
        None => instance.platform.contact.somebody(&tenant_key),
    };
    Ok(Actor { app_id: app.id.clone(), tenant_key, open_id })
}

fn render_result(result: Result<CallbackResult, PushError>) -> Outcome {
    let result = result.map_err(|error| error.to_string())?;
    let receipt: Option<Value> = result.receipt.as_ref().map(render_receipt);
    data(json!({
        "code": result.code,
        "toast": result.toast,
        "card": result.card,
        "inline": result.inline,
        "receipt": receipt,
    }))
}
