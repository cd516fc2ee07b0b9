//! Walks a document, remembers where it is, and collects what is wrong instead of stopping at it.

use super::json::Json;
use crate::error::Error;

/// A value in a document and the JSON pointer to it.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) json: &'a Json,
    pub(crate) pointer: String,
}

impl<'a> Node<'a> {
    pub(crate) fn root(json: &'a Json) -> Node<'a> {
        Node { json, pointer: String::new() }
    }

    /// The member called `key`, if this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<Node<'a>> {
        self.json.get(key).map(|json| self.child(key, json))
    }

    fn child(&self, key: &str, json: &'a Json) -> Node<'a> {
        let key = key.replace('~', "~0").replace('/', "~1");
        Node { json, pointer: format!("{}/{key}", self.pointer) }
    }
}

/// Reads typed values out of nodes and keeps the list of mistakes.
#[derive(Debug)]
pub(crate) struct Reader<'e> {
    pub(crate) file: &'e str,
    pub(crate) errors: &'e mut Vec<Error>,
}

impl Reader<'_> {
    /// Notes that something else was expected at `node`.
    pub(crate) fn expected(&mut self, node: &Node<'_>, expected: &str) {
        self.wrong(node, expected, &node.json.describe());
    }

    /// Notes that something else was expected at `node`, and says what is there.
    pub(crate) fn wrong(&mut self, node: &Node<'_>, expected: &str, found: &str) {
        self.errors.push(Error::at(self.file, &node.pointer, expected, found));
    }

    /// The member called `key`; its absence is a mistake.
    pub(crate) fn required<'a>(&mut self, node: &Node<'a>, key: &str) -> Option<Node<'a>> {
        let member = node.get(key);
        if member.is_none() {
            let found = match node.json {
                Json::Object(_) => "nothing".to_owned(),
                other => other.describe(),
            };
            self.wrong(node, &format!("a member `{key}`"), &found);
        }
        member
    }

    /// The members of an object; anything but an object is a mistake.
    pub(crate) fn entries<'a>(&mut self, node: &Node<'a>) -> Vec<(&'a str, Node<'a>)> {
        match node.json {
            Json::Object(members) => {
                members.iter().map(|(key, json)| (key.as_str(), node.child(key, json))).collect()
            }
            _ => {
                self.expected(node, "an object");
                Vec::new()
            }
        }
    }

    /// The items of an array; anything but an array is a mistake.
    pub(crate) fn items<'a>(&mut self, node: &Node<'a>) -> Vec<Node<'a>> {
        match node.json {
            Json::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, json)| node.child(&index.to_string(), json))
                .collect(),
            _ => {
                self.expected(node, "an array");
                Vec::new()
            }
        }
    }

    /// A string; anything else is a mistake.
    pub(crate) fn string<'a>(&mut self, node: &Node<'a>) -> Option<&'a str> {
        match node.json {
            Json::String(value) => Some(value),
            _ => {
                self.expected(node, "a string");
                None
            }
        }
    }

    /// An array of strings.
    pub(crate) fn strings(&mut self, node: &Node<'_>) -> Vec<String> {
        let items = self.items(node);
        items.iter().filter_map(|item| self.string(item)).map(str::to_owned).collect()
    }

    /// A string that has to be there.
    pub(crate) fn required_string(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        let member = self.required(node, key)?;
        self.string(&member).map(str::to_owned)
    }

    /// A boolean that is `false` when absent.
    pub(crate) fn flag(&mut self, node: &Node<'_>, key: &str) -> bool {
        match node.get(key) {
            None => false,
            Some(Node { json: Json::Bool(value), .. }) => *value,
            Some(other) => {
                self.expected(&other, "a boolean");
                false
            }
        }
    }

    /// A whole number; anything else is a mistake.
    pub(crate) fn integer(&mut self, node: &Node<'_>) -> Option<i64> {
        let number = match node.json {
            Json::Number(number) => number.as_i64(),
            _ => None,
        };
        if number.is_none() {
            self.expected(node, "an integer");
        }
        number
    }

    /// Every member has to be one of `known`.
    pub(crate) fn exactly(&mut self, node: &Node<'_>, known: &[&str]) {
        for (key, member) in self.entries(node) {
            if !known.contains(&key) {
                let expected = format!("one of {}", known.join(", "));
                self.wrong(&member, &expected, &format!("the keyword `{key}`"));
            }
        }
    }

    /// Every member has to be one of `known`, or an extension.
    pub(crate) fn only(&mut self, node: &Node<'_>, known: &[&str]) {
        for (key, member) in self.entries(node) {
            if !known.contains(&key) && !key.starts_with("x-") {
                let expected = format!("one of {}", known.join(", "));
                self.wrong(&member, &expected, &format!("the keyword `{key}`"));
            }
        }
    }
}
