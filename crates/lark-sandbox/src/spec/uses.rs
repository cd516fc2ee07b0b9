//! What the places that use a schema say beyond it: `allOf` of a reference and of this.

use serde_json::Value;

/// Room for every use around a place: a body, a member of it, and what they hold.
const DEPTH: usize = 4;

/// The uses of a schema, the outermost first.
#[derive(Clone, Copy, Default)]
pub(super) struct Uses([Option<&'static Value>; DEPTH]);

impl Uses {
    pub(super) fn add(&mut self, of_use: &'static Value) {
        let free = self.0.iter_mut().find(|it| it.is_none());
        *free.expect("no spec refines a schema more often") = Some(of_use);
    }

    /// What they say of a property.
    pub(super) fn property(self, name: &str) -> Self {
        self.deeper(|of_use| of_use["properties"].get(name))
    }

    /// What they say of the items of a list.
    pub(super) fn items(self) -> Self {
        self.deeper(|of_use| of_use.get("items"))
    }

    /// The properties that they require, each once.
    pub(super) fn required(self) -> impl Iterator<Item = &'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        for of_use in self.0.into_iter().flatten() {
            let more = of_use["required"].as_array().into_iter().flatten();
            names.extend(more.filter_map(Value::as_str));
        }
        names.sort_unstable();
        names.dedup();
        names.into_iter()
    }

    /// Whether the value is of responses only, if they decide it.
    pub(super) fn read_only(self) -> Option<bool> {
        self.0.into_iter().flatten().find_map(|of_use| of_use["readOnly"].as_bool())
    }

    fn deeper(self, step: impl Fn(&'static Value) -> Option<&'static Value>) -> Self {
        let mut deeper = Self::default();
        for of_use in self.0.into_iter().flatten().filter_map(step) {
            deeper.add(of_use);
        }
        deeper
    }
}
