//! Comments in which blocks travel that Markdown has no words for.
//!
//! `<!-- lark:board {..} -->` is a block, `<!-- lark:begin grid {..} -->` and
//! `<!-- lark:end grid -->` enclose what is in one. The JSON is the content of the block.

use lark_core::Json;

use crate::block::{Block, Kind, is_creatable};
use crate::v1;

/// Stands for a text without a character, where Markdown would see none.
pub(super) const EMPTY: &str = "lark:empty";

/// A comment that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Comment {
    /// A block without others in it.
    Leaf(Box<Block>),
    Begin(Box<Block>),
    End(String),
    /// Facts about the block that follows, or the one it is in.
    About(Box<Block>),
    /// Not one of ours.
    Foreign,
}

/// `okr_key_result`; `type_61` for kinds without a name.
pub(super) fn name(kind: Kind) -> String {
    if let Kind::Other(number) = kind {
        return format!("type_{number}");
    }
    snake_case(&kind)
}

/// The name of a variant in words: `light_red`.
pub(super) fn snake_case(variant: &impl std::fmt::Debug) -> String {
    let mut name = String::new();
    for c in format!("{variant:?}").chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

fn kind(name: &str) -> Option<Kind> {
    if let Some(number) = name.strip_prefix("type_") {
        return number.parse().ok().map(Kind::Other);
    }
    let listed = (1..=60).chain([999]).map(Kind::from);
    listed.filter(|it| !matches!(it, Kind::Other(_))).find(|it| self::name(*it) == name)
}

/// A block without others in it.
pub(super) fn leaf(block: &Block) -> String {
    format!("<!-- lark:{} -->", body(block))
}

/// Before the blocks in a block.
pub(super) fn begin(block: &Block) -> String {
    format!("<!-- lark:begin {} -->", body(block))
}

/// After the blocks in a block.
pub(super) fn end(block: &Block) -> String {
    format!("<!-- lark:end {} -->", name(block.kind()))
}

/// Facts about the block that follows.
pub(super) fn about(block: &Block) -> String {
    format!("<!-- lark:about {} -->", body(block))
}

fn body(block: &Block) -> String {
    let mut fields = block.fields.clone();
    let id = fields.block_id.take();
    fields.block_type = None;
    fields.comment_ids = None;
    if let Some(objective) = &mut fields.okr_objective {
        objective.content = None;
    }
    if let Some(result) = &mut fields.okr_key_result {
        result.content = None;
    }
    if fields.source_synced.is_some() {
        fields.source_synced = Some(Box::default());
    }
    if fields.agenda_item_title.is_some() {
        fields.agenda_item_title = Some(Box::default());
    }
    // What has no content of its own is known by its id.
    if is_bare(&fields) {
        fields.block_id = id;
    }
    let json = fields.to_json().replace("--", "-\\u002d").replace('>', "\\u003e");
    format!("{} {json}", name(block.kind()))
}

/// Whether a block that anybody can create has no content: nothing can be created of it.
pub(super) fn says_nothing(block: &Block) -> bool {
    let fields = v1::Block { block_type: None, ..(*block.fields).clone() };
    is_creatable(block.kind()) && fields == v1::Block::default()
}

fn is_bare(fields: &v1::Block) -> bool {
    *fields == v1::Block::default() || fields.undefined.is_some()
}

/// Reads a comment, without its marks: what is between `<!--` and `-->`.
pub(super) fn read(text: &str) -> Comment {
    let Some(rest) = text.trim().strip_prefix("lark:") else { return Comment::Foreign };
    let (word, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    match word {
        "begin" => block(rest).map_or(Comment::Foreign, |it| Comment::Begin(Box::new(it))),
        "about" => block(rest).map_or(Comment::Foreign, |it| Comment::About(Box::new(it))),
        "end" => Comment::End(rest.trim().to_owned()),
        name => read_block(name, rest).map_or(Comment::Foreign, |it| Comment::Leaf(Box::new(it))),
    }
}

fn block(text: &str) -> Option<Block> {
    let text = text.trim();
    let (name, json) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    read_block(name, json)
}

fn read_block(name: &str, json: &str) -> Option<Block> {
    let kind = kind(name)?;
    let json = json.trim();
    let mut fields =
        if json.is_empty() { v1::Block::default() } else { v1::Block::from_json(json).ok()? };
    fields.block_type = Some(kind);
    Some(Block::from_fields(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_that_is_read_back() {
        for number in (1..=60).chain([999]) {
            assert_eq!(kind(&name(Kind::from(number))), Some(Kind::from(number)));
        }
        assert_eq!(name(Kind::OkrKeyResult), "okr_key_result");
        assert_eq!(name(Kind::Other(4711)), "type_4711");
    }

    #[test]
    fn nothing_in_a_block_ends_its_comment() {
        let add_ons = v1::AddOns::new().component_type_id("b").record("--> <!-- --->");
        let block = Block::from_fields(v1::Block::new().block_type(Kind::AddOns).add_ons(add_ons));
        let text = leaf(&block);
        assert_eq!(text.matches("-->").count(), 1);
        let inner = text.strip_prefix("<!--").and_then(|it| it.strip_suffix("-->"));
        assert_eq!(read(inner.expect("a comment")), Comment::Leaf(Box::new(block)));
        assert_eq!(read(" a note "), Comment::Foreign);
        assert_eq!(read(" lark:board {broken "), Comment::Foreign);
    }
}
