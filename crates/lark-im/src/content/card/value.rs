//! Values of callbacks.

use serde_json::{Map, Value};

/// The value that an interaction sends to the app, as
/// [`action.value`](crate::callback::Action::value): pairs of a name and a value, or JSON.
///
/// ```
/// use lark_im::content::card::{Button, CallbackValue};
///
/// let approve = Button::new("Approve").callback([("leave", 7)]);
/// let later = Button::new("Later").callback([("leave", "7"), ("days", "2")]);
/// assert_eq!(CallbackValue::from([("leave", 7)]).into_json().to_string(), r#"{"leave":7}"#);
/// ```
///
/// The platform only documents objects. A string is sent as a string.
/// Source: <https://open.feishu.cn/document/feishu-cards/configuring-card-interactions>.
#[derive(Clone, Debug, PartialEq)]
pub struct CallbackValue(Value);

impl CallbackValue {
    /// The value's JSON.
    pub fn into_json(self) -> Value {
        self.0
    }
}

impl<K: Into<String>, V: Into<Value>, const N: usize> From<[(K, V); N]> for CallbackValue {
    fn from(pairs: [(K, V); N]) -> Self {
        Self(Value::from_iter(pairs))
    }
}

impl From<Map<String, Value>> for CallbackValue {
    fn from(object: Map<String, Value>) -> Self {
        Self(object.into())
    }
}

impl From<Value> for CallbackValue {
    fn from(json: Value) -> Self {
        Self(json)
    }
}

impl From<&str> for CallbackValue {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for CallbackValue {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}
