//! Users and documents in cells.

use lark_core::Value;
use serde_json::json;

/// What the numbers of documents stand for where mentions are read.
const DOCUMENTS: [(i64, &str); 9] = [
    (1, "doc"),
    (3, "sheet"),
    (8, "bitable"),
    (11, "mindnote"),
    (12, "file"),
    (15, "slide"),
    (16, "wiki"),
    (22, "docx"),
    (30, "slides"),
];

/// A user or a document in a cell.
///
/// The platform accepts 50 in a call, and only users of the same tenant.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Mention {
    /// What the id is.
    pub kind: MentionKind,
    /// The id, the e-mail address, or the token of the document.
    pub id: String,
    /// The name, where the platform says it. It is not written.
    pub name: Option<String>,
    /// Whether the user gets a message. Users who may not read the spreadsheet get none.
    pub notify: Option<bool>,
    /// Whether the user may read the spreadsheet from then on.
    pub grant_read_permission: Option<bool>,
    /// How it looks, in the platform's form (`segmentStyle`).
    pub style: Option<Value>,
}

/// What a mention names, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MentionKind {
    /// A user by open_id.
    OpenId,
    /// A user by union_id.
    UnionId,
    /// A user by e-mail address.
    Email,
    /// A document by its token: `sheet`, `doc`, `slide`, `bitable` or `mindnote`.
    Document {
        /// The kind of document.
        obj_type: String,
    },
    /// Something else, by the platform's name for it.
    Other(String),
}

impl Mention {
    /// Mentions a user by open_id.
    #[must_use]
    pub fn open_id(id: impl Into<String>) -> Self {
        Self::new(MentionKind::OpenId, id.into())
    }

    /// Mentions a user by union_id.
    #[must_use]
    pub fn union_id(id: impl Into<String>) -> Self {
        Self::new(MentionKind::UnionId, id.into())
    }

    /// Mentions a user by e-mail address.
    #[must_use]
    pub fn email(address: impl Into<String>) -> Self {
        Self::new(MentionKind::Email, address.into())
    }

    /// Mentions a document, such as `("sheet", "shtcn..")`.
    #[must_use]
    pub fn document(obj_type: impl Into<String>, token: impl Into<String>) -> Self {
        Self::new(MentionKind::Document { obj_type: obj_type.into() }, token.into())
    }

    fn new(kind: MentionKind, id: String) -> Self {
        Self { kind, id, name: None, notify: None, grant_read_permission: None, style: None }
    }

    /// Whether the user gets a message. Default: the platform's, which is none.
    #[must_use]
    pub fn notify(mut self, notify: bool) -> Self {
        self.notify = Some(notify);
        self
    }

    /// Whether the user may read the spreadsheet from then on.
    #[must_use]
    pub fn grant_read_permission(mut self, grant: bool) -> Self {
        self.grant_read_permission = Some(grant);
        self
    }

    pub(super) fn plain_text(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// Of either shape: the written one says the kind of id, the read one has a token. `None` without an id.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| value[name].as_str().filter(|it| !it.is_empty());
        let flag = |name: &str| value[name].as_bool();
        let (kind, id, name) = match text("textType") {
            Some(kind) => {
                let kind = match kind {
                    "openId" => MentionKind::OpenId,
                    "unionId" => MentionKind::UnionId,
                    "email" => MentionKind::Email,
                    "fileToken" => {
                        let obj_type = text("objType").unwrap_or_default().to_owned();
                        MentionKind::Document { obj_type }
                    }
                    other => MentionKind::Other(other.to_owned()),
                };
                (kind, text("text")?, text("name"))
            }
            None => {
                let id = text("token").or_else(|| text("userId")).or_else(|| text("id"))?;
                let name = text("name").or_else(|| text("text"));
                (kind_of(id, value["mentionType"].as_i64()), id, name)
            }
        };
        Some(Self {
            kind,
            id: id.to_owned(),
            name: name.map(|it| it.trim_start_matches('@').to_owned()),
            notify: flag("notify"),
            grant_read_permission: flag("grantReadPermission"),
            style: Some(&value["segmentStyle"]).filter(|it| it.is_object()).cloned(),
        })
    }

    /// The written shape.
    pub(super) fn to_json(&self) -> Value {
        let kind = match &self.kind {
            MentionKind::OpenId => "openId",
            MentionKind::UnionId => "unionId",
            MentionKind::Email => "email",
            MentionKind::Document { .. } => "fileToken",
            MentionKind::Other(kind) => kind,
        };
        let mut json = json!({ "type": "mention", "textType": kind, "text": self.id });
        if let MentionKind::Document { obj_type } = &self.kind {
            json["objType"] = obj_type.as_str().into();
        }
        let flags = [("notify", self.notify), ("grantReadPermission", self.grant_read_permission)];
        for (name, flag) in flags {
            if let Some(flag) = flag {
                json[name] = flag.into();
            }
        }
        if let Some(style) = &self.style {
            json["segmentStyle"] = style.clone();
        }
        json
    }
}

/// The kind of an id that was read.
fn kind_of(id: &str, mention_type: Option<i64>) -> MentionKind {
    let document = DOCUMENTS.iter().find(|(number, _)| Some(*number) == mention_type);
    match document {
        Some((_, obj_type)) => MentionKind::Document { obj_type: (*obj_type).to_owned() },
        None if id.starts_with("on_") => MentionKind::UnionId,
        None if id.contains('@') => MentionKind::Email,
        None => MentionKind::OpenId,
    }
}
