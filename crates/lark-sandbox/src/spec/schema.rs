//! A place in a schema: what may stand here.

use serde_json::Value;

use super::uses::Uses;

/// One schema of the specs, references followed.
#[derive(Clone, Copy)]
pub struct Schema {
    document: &'static Value,
    node: &'static Value,
    model: Option<&'static str>,
    uses: Uses,
    is_read_only: bool,
    has_limits: bool,
}

/// What kind of value a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A string.
    Text,
    /// An integer that travels as a string.
    TextInteger,
    /// A 64-bit integer, or an id that travels as one.
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
        Self::used(document, node, Uses::default())
    }

    /// The schema as if it had no limits.
    pub(crate) fn without_limits(self) -> Self {
        Self { has_limits: false, ..self }
    }

    /// A schema within this one.
    fn within(&self, node: &'static Value, uses: Uses) -> Self {
        Self { has_limits: self.has_limits, ..Self::used(self.document, node, uses) }
    }

    /// The schema at `node`, with what the places around it say of it.
    fn used(document: &'static Value, node: &'static Value, mut uses: Uses) -> Self {
        let (mut node, mut model) = (node, None);
        // What is nearest to the use counts.
        let mut read_only = uses.read_only();
        loop {
            read_only = read_only.or_else(|| node["readOnly"].as_bool());
            if let Some([schema, of_use]) = node["allOf"].as_array().map(Vec::as_slice) {
                uses.add(of_use);
                node = schema;
            } else if let Some(pointer) = node["$ref"].as_str() {
                let path = pointer.trim_start_matches('#');
                model = path.rsplit('/').next();
                node = document.pointer(path).expect("references of a spec lead somewhere");
            } else {
                break;
            }
        }
        let is_read_only = read_only.unwrap_or_default();
        Self { document, node, model, uses, is_read_only, has_limits: true }
    }

    /// The name of the model this schema refers to; None for one written in place.
    pub fn model(&self) -> Option<&'static str> {
        self.model
    }

    /// What kind of value stands here.
    pub fn kind(&self) -> Kind {
        match (self.node["type"].as_str(), self.format()) {
            (Some("string"), _) if self.node["x-lark-wire"] == "integer" => Kind::Integer,
            (Some("string"), Some("int64" | "unix-s" | "unix-ms")) => Kind::TextInteger,
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

    /// How the value is written, or what it counts: `date`, `json`, `unix-ms`.
    pub fn format(&self) -> Option<&'static str> {
        self.node["format"].as_str()
    }

    /// Only responses have it: in a request the platform ignores it.
    pub fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// The texts the spec lists; none means that any is allowed. The platform adds to them at will.
    pub fn choices(&self) -> impl Iterator<Item = &'static str> + use<> {
        let listed = self.node["enum"].as_array().into_iter().flatten();
        listed.chain(self.node.get("const")).filter_map(Value::as_str)
    }

    /// The integers the spec lists, as [`choices`](Self::choices) lists the texts.
    pub fn integer_choices(&self) -> impl Iterator<Item = i64> + use<> {
        self.node["enum"].as_array().into_iter().flatten().filter_map(Value::as_i64)
    }

    /// The properties of an object.
    pub fn properties(&self) -> impl Iterator<Item = (&'static str, Schema)> + use<> {
        let here = *self;
        let properties = self.node["properties"].as_object().into_iter().flatten();
        properties
            .map(move |(name, node)| (name.as_str(), here.within(node, here.uses.property(name))))
    }

    /// One property of an object.
    pub fn property(&self, name: &str) -> Option<Schema> {
        let node = self.node["properties"].get(name)?;
        Some(self.within(node, self.uses.property(name)))
    }

    /// The properties an object must have, here if not everywhere.
    pub fn required(&self) -> impl Iterator<Item = &'static str> + use<> {
        let names = |node: &'static Value| node["required"].as_array().into_iter().flatten();
        let by_itself = self.node;
        let of_uses =
            self.uses.required().filter(move |name| !names(by_itself).any(|it| it == name));
        names(by_itself).filter_map(Value::as_str).chain(of_uses)
    }

    /// Those of them that it must have wherever it is used.
    pub fn required_everywhere(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.node["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    /// What a list holds.
    pub fn items(&self) -> Option<Schema> {
        let node = self.node.get("items")?;
        Some(self.within(node, self.uses.items()))
    }

    /// What a map holds.
    pub fn values(&self) -> Option<Schema> {
        let node = self.node.get("additionalProperties").filter(|node| node.is_object())?;
        Some(self.within(node, Uses::default()))
    }

    /// What such a text is, where nothing else says it.
    pub(crate) fn example(&self) -> Option<&'static str> {
        self.node["example"].as_str()
    }

    /// What an id names: `open_id`, `chat`.
    pub(super) fn id(&self) -> Option<&'static str> {
        self.node["x-lark-id"].as_str()
    }

    /// The kinds of JSON that were seen where any may stand.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.node["x-lark-kinds"].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    /// The regular expression that a text has to match somewhere.
    pub(super) fn pattern(&self) -> Option<&'static str> {
        self.node["pattern"].as_str().filter(|_| self.has_limits)
    }

    /// A limit by its keyword: `maxLength`, `minItems`.
    pub(super) fn limit(&self, keyword: &str) -> Option<usize> {
        let limit = self.node[keyword].as_u64().filter(|_| self.has_limits)?;
        limit.try_into().ok()
    }

    /// What an integer is if it is not there.
    pub(crate) fn default_integer(&self) -> Option<u64> {
        self.node["default"].as_u64()
    }

    /// `minimum` or `maximum`.
    pub(crate) fn bound(&self, keyword: &str) -> Option<f64> {
        self.node[keyword].as_f64().filter(|_| self.has_limits)
    }
}
