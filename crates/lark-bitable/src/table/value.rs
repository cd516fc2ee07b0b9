//! What cells hold besides texts, numbers and truth values: types for the fields of your own structs.
//!
//! What the platform writes itself, such as the name of a person, is there after reading and left out
//! when a record is written.

use serde::{Deserialize, Serialize};

/// A piece of the text of a cell, for those who need links and mentions. A `String` has the whole text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TextSegment {
    /// The text that is shown.
    #[serde(default)]
    pub text: String,
    /// What it is: `text`, `mention` or `url`.
    #[serde(rename = "type", default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The address of a link or a mentioned document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The person or document that is mentioned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Person {
    /// The id, of the kind that [`Table::user_id_type`](super::Table::user_id_type) sets.
    pub id: String,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The English name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en_name: Option<String>,
    /// The email address, if the app may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Address of the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
}

impl Person {
    /// A person by id, to write.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}

/// A chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Chat {
    /// The id, `oc_...`.
    pub id: String,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address of the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
}

impl Chat {
    /// A chat by id, to write.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}

/// A hyperlink.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Link {
    /// The address.
    pub link: String,
    /// The text that is shown.
    #[serde(default)]
    pub text: String,
}

impl Link {
    /// A link with a text.
    #[must_use]
    pub fn new(text: impl Into<String>, link: impl Into<String>) -> Self {
        Self { link: link.into(), text: text.into() }
    }
}

/// A file in a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attachment {
    /// The token of the file, from an upload to the Base or from another cell.
    pub file_token: String,
    /// The name of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The media type, such as `image/png`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Where to download it, with a token of the app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where to ask for an address that works without a token for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tmp_url: Option<String>,
}

impl Attachment {
    /// A file by its token, to write.
    #[must_use]
    pub fn new(file_token: impl Into<String>) -> Self {
        Self { file_token: file_token.into(), ..Self::default() }
    }
}

/// Links to records of a table. A `Vec<String>` has the same ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkedRecords {
    /// Ids of the records.
    #[serde(default)]
    pub link_record_ids: Vec<String>,
}

impl LinkedRecords {
    /// Links to these records.
    #[must_use]
    pub fn new<I: Into<String>>(ids: impl IntoIterator<Item = I>) -> Self {
        Self { link_record_ids: ids.into_iter().map(Into::into).collect() }
    }
}

/// A place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Location {
    /// Longitude and latitude, with a comma between them. It alone is written.
    pub location: String,
    /// The name of the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The whole address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_address: Option<String>,
    /// The address within the district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pname: Option<String>,
    /// The city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cityname: Option<String>,
    /// The district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adname: Option<String>,
}

impl Location {
    /// A place by longitude and latitude in degrees, to write.
    #[must_use]
    pub fn new(longitude: f64, latitude: f64) -> Self {
        Self { location: format!("{longitude},{latitude}"), ..Self::default() }
    }
}
