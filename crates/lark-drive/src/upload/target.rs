//! The target of an upload.

/// The two kinds of uploads of Drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Media,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Media => "media",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::File, Self::Media].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Name and place of the uploaded file.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) kind: Kind,
    /// Defaults to the name of the source.
    pub(super) name: Option<String>,
    /// Type and token of the parent.
    pub(super) parent: Option<(String, String)>,
    /// JSON that some parents of medias require.
    pub(super) extra: Option<String>,
    /// The token of the file whose content is replaced.
    pub(super) replaces: Option<String>,
}

impl Target {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, name: None, parent: None, extra: None, replaces: None }
    }
}
