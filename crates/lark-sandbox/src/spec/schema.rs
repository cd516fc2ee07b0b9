//! A place in a schema: what may stand here.

use serde_json::Value;

/// One schema of the specs, references followed.
#[derive(Clone, Copy)]
pub struct Schema {
    document: &'static Value,
    node: &'static Value,
    model: Option<&'static str>,
}

/// What kind of value a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A string.
    Text,
    /// An integer that travels as a string.
    TextInteger,
    /// A 64-bit integer.
    Integer,
    /// A number with a fraction.
    Number,
    /// A boolean.
    Boolean,
    /// Bytes of a file.
    File,
    /// A list; see [`Schema::items`].
    List,
    /// An object with keys the spec does not name; see [`Schema::values`].
    Map,
    /// An object with named properties, or any object if it names none.
    Object,
    /// Any JSON.
    Any,
}

impl Schema {
    pub(super) fn new(document: &'static Value, node: &'static Value) -> Self {
        let mut schema = Self { document, node, model: None };
        while let Some(pointer) = schema.node.get("$ref").and_then(Value::as_str) {
            let path = pointer.trim_start_matches('#');
            schema.model = path.rsplit('/').next();
            schema.node = document.pointer(path).expect("references of a spec lead somewhere");
        }
        schema
    }

    /// The name of the model this schema refers to; None for one written in place.
    pub fn model(&self) -> Option<&'static str> {
        self.model
    }

    /// What kind of value stands here.
    pub fn kind(&self) -> Kind {
        let format = self.node["format"].as_str();
        match (self.node["type"].as_str(), format) {
            (Some("string"), Some("int64")) => Kind::TextInteger,
            (Some("string"), Some("binary")) => Kind::File,
            (Some("string"), _) => Kind::Text,
            (Some("integer"), _) => Kind::Integer,
            (Some("number"), _) => Kind::Number,
            (Some("boolean"), _) => Kind::Boolean,
            (Some("array"), _) => Kind::List,
            (Some("object"), _) if self.node.get("additionalProperties").is_some() => Kind::Map,
            (Some("object"), _) => Kind::Object,
            _ => Kind::Any,
        }
    }

    /// The values the spec lists; none means that any is allowed.
    pub fn choices(&self) -> impl Iterator<Item = &'static str> + use<> {
        let listed = self.node["enum"].as_array().into_iter().flatten();
        listed.chain(self.node.get("const")).filter_map(Value::as_str)
    }

    /// The properties of an object.
    pub fn properties(&self) -> impl Iterator<Item = (&'static str, Schema)> + use<> {
        let document = self.document;
        let properties = self.node["properties"].as_object().into_iter().flatten();
        properties.map(move |(name, node)| (name.as_str(), Self::new(document, node)))
    }

    /// One property of an object.
    pub fn property(&self, name: &str) -> Option<Schema> {
        let node = self.node["properties"].get(name)?;
        Some(Self::new(self.document, node))
    }

    /// The properties an object must have.
    pub fn required(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.node["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    /// What a list holds.
    pub fn items(&self) -> Option<Schema> {
        Some(Self::new(self.document, self.node.get("items")?))
    }

    /// What a map holds.
    pub fn values(&self) -> Option<Schema> {
        let node = self.node.get("additionalProperties").filter(|node| node.is_object())?;
        Some(Self::new(self.document, node))
    }
}
