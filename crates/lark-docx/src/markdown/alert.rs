//! Alerts of Markdown, which are callouts of documents.

use pulldown_cmark::BlockQuoteKind;

use crate::v1::{BorderColor, Callout, CalloutBackgroundColor};

const KINDS: [(BlockQuoteKind, &str); 5] = [
    (BlockQuoteKind::Note, "NOTE"),
    (BlockQuoteKind::Tip, "TIP"),
    (BlockQuoteKind::Important, "IMPORTANT"),
    (BlockQuoteKind::Warning, "WARNING"),
    (BlockQuoteKind::Caution, "CAUTION"),
];

/// The callout of an alert.
pub(super) fn callout(kind: BlockQuoteKind) -> Callout {
    use {BorderColor as Border, CalloutBackgroundColor as Background};

    let (emoji, background, border) = match kind {
        BlockQuoteKind::Note => ("pushpin", Background::LightBlue, Border::Blue),
        BlockQuoteKind::Tip => ("bulb", Background::LightGreen, Border::Green),
        BlockQuoteKind::Important => ("star", Background::LightPurple, Border::Purple),
        BlockQuoteKind::Warning => ("warning", Background::LightOrange, Border::Orange),
        BlockQuoteKind::Caution => ("no_entry", Background::LightRed, Border::Red),
    };
    Callout::new().emoji_id(emoji).background_color(background).border_color(border)
}

/// The alert whose callout this is.
pub(super) fn name(found: &Callout) -> Option<&'static str> {
    KINDS.iter().find(|(kind, _)| callout(*kind) == *found).map(|(_, name)| *name)
}

/// The name of an alert.
pub(super) fn name_of(kind: BlockQuoteKind) -> &'static str {
    KINDS.iter().find(|(it, _)| *it == kind).map_or("NOTE", |(_, name)| name)
}
