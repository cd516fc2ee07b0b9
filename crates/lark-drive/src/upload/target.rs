//! What an upload becomes.

/// One of the two things that Drive keeps.
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

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::File, Self::Media].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What the platform is told of a file.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) kind: Kind,
    /// Without it, that of the source.
    pub(super) name: Option<String>,
    /// The kind and the token of what it belongs to.
    pub(super) parent: Option<(String, String)>,
    pub(super) extra: Option<String>,
    pub(super) replaces: Option<String>,
}

impl Target {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, name: None, parent: None, extra: None, replaces: None }
    }
}
