//! A person uses an element of a card.

use std::fmt;

use serde_json::{Map, Value, json};

use super::Actor;
use super::card_elements::{callback_value, find, names};
use crate::platform::{CardMessage, CardTarget};
use crate::push::{Callback, CallbackResult, Event, PushError, Recipient};
use crate::sandbox::Instance;
use crate::services::Services;

/// Which element of a card a person uses, and what is entered there.
#[derive(Clone, Debug)]
pub struct Press {
    selector: Selector,
    entered: Map<String, Value>,
}

#[derive(Clone, Debug)]
pub(super) enum Selector {
    Named(String),
    Valued(Value),
}

impl Press {
    /// The element with this `name`, `element_id`, text or placeholder.
    pub fn on(name: impl Into<String>) -> Self {
        Self { selector: Selector::Named(name.into()), entered: Map::new() }
    }

    /// The element that sends this value back.
    pub fn on_value(value: Value) -> Self {
        Self { selector: Selector::Valued(value), entered: Map::new() }
    }

    /// The option that is chosen, or the date or time.
    pub fn option(self, option: &str) -> Self {
        self.with("option", json!(option))
    }

    /// The options that are chosen, where there may be several.
    pub fn options(self, options: &[&str]) -> Self {
        self.with("options", json!(options))
    }

    /// The text that is entered.
    pub fn input_value(self, text: &str) -> Self {
        self.with("input_value", json!(text))
    }

    /// What the form holds, by the names of its elements.
    pub fn form_value(self, values: Value) -> Self {
        self.with("form_value", values)
    }

    /// Whether the box is ticked.
    pub fn checked(self, checked: bool) -> Self {
        self.with("checked", json!(checked))
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.entered.insert(name.to_owned(), value);
        self
    }

    /// The press with what a command says was entered.
    pub(crate) fn entering(mut self, fields: impl Iterator<Item = (String, Value)>) -> Self {
        self.entered.extend(fields);
        self
    }

    /// `action` of the callback.
    fn action(&self, element: &Value) -> Result<Value, String> {
        let tag = element["tag"].as_str().unwrap_or_default();
        if element["disabled"] == true {
            return Err(format!("the {tag} is disabled"));
        }
        let submits =
            element["form_action_type"] == "submit" || element["action_type"] == "form_submit";
        let value = callback_value(element);
        if tag == "button" && value.is_none() && !submits {
            return Err("the button makes no callback, it has no value and no behavior".to_owned());
        }
        let mut action = self.entered.clone();
        action.insert("tag".to_owned(), json!(tag));
        if let Some(value) = value {
            action.insert("value".to_owned(), value.clone());
        }
        if let Some(name) = element["name"].as_str() {
            action.insert("name".to_owned(), json!(name));
        }
        action.insert("timezone".to_owned(), json!("Asia/Shanghai"));
        Ok(Value::Object(action))
    }
}

impl Selector {
    pub(super) fn fits(&self, element: &Value) -> bool {
        match self {
            Self::Named(name) => names(element).any(|known| known == name),
            Self::Valued(value) => callback_value(element) == Some(value),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => write!(f, "element {name:?}"),
            Self::Valued(value) => write!(f, "element with the value {value}"),
        }
    }
}

/// Makes the callback, and puts the card of its reply in the place of the one before.
pub(crate) async fn press(
    instance: &Instance,
    actor: &Actor,
    message_id: &str,
    press: &Press,
) -> Result<CallbackResult, PushError> {
    let Instance { services, pusher, platform, .. } = instance;
    let tenant = &actor.tenant_key;
    let message = platform.im.card(tenant, message_id)?;
    let operator = platform.contact.ids_of(tenant, &actor.open_id)?;
    let card: Value = serde_json::from_str(&message.content)
        .map_err(|error| PushError::new(format!("the card is not JSON: {error}")))?;
    let element = find(&card, &press.selector).map_err(PushError::new)?;
    let action = press.action(element).map_err(PushError::new)?;
    let target = CardTarget {
        app_id: message.app_id.clone(),
        tenant_key: tenant.clone(),
        message_id: message_id.to_owned(),
    };
    let token = platform.cards.issue(services, target.clone());
    let pressed = Pressed { target, message, operator, token, action };
    let result = pusher.call(pressed.callback(services)).await;
    if let Some(card) = &result.card {
        platform.im.replace_card(services, tenant, message_id, card)?;
    }
    Ok(result)
}

/// What the app gets of a press.
struct Pressed {
    target: CardTarget,
    message: CardMessage,
    /// The ids of who has pressed.
    operator: Value,
    /// For updates after the callback.
    token: String,
    action: Value,
}

impl Pressed {
    /// The callback in both forms.
    fn callback(self, services: &Services) -> Callback {
        let Self { target, message, mut operator, token, action } = self;
        let old = json!({
            "open_id": operator["open_id"],
            "user_id": operator["user_id"],
            "open_message_id": target.message_id,
            "open_chat_id": message.chat_id,
            "tenant_key": target.tenant_key,
            "token": token,
            "timezone": "Asia/Shanghai",
            "action": action,
        });
        operator["tenant_key"] = json!(target.tenant_key);
        let context = json!({
            "open_message_id": target.message_id, "open_chat_id": message.chat_id,
        });
        let payload = json!({
            "operator": operator,
            "token": token,
            "action": action,
            "host": "im_message",
            "context": context,
        });
        let to = Recipient { app_id: target.app_id, tenant_key: target.tenant_key };
        let event = Event::new(services, to, "card.action.trigger", payload);
        Callback { event, old: Some(old) }
    }
}
