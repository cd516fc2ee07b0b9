//! Blocks as Markdown, and Markdown as blocks, without any call.
//!
//! The Markdown is CommonMark with tables, task lists, strikethrough, alerts, footnotes and `$math$`. What
//! it cannot say is kept in comments such as `<!-- lark:okr {..} -->`, which [`parse`] reads back.
//! The guide has a table of what is exact and what is approximated.
//!
//! ```
//! use lark_docx::markdown;
//!
//! let parsed = markdown::parse("# Plan\n\n- [x] measure\n- [ ] **cut** it\n");
//! assert_eq!(parsed.blocks.len(), 3);
//! let text = markdown::render(&parsed.blocks, &markdown::Options::new());
//! assert_eq!(text, "# Plan\n\n- [x] measure\n- [ ] **cut** it\n");
//! ```

mod alert;
mod comment;
mod options;
mod parse;
mod render;

pub use self::options::Options;
pub use self::parse::{Loss, Parsed, parse};
pub use self::render::render;

pub(crate) use self::parse::Reader;
pub(crate) use self::render::{Flow, label_and_link};

/// The scheme of links to what only the platform knows: `lark:user/ou_..`, `lark:image/TOKEN`.
pub(crate) const SCHEME: &str = "lark:";

/// How deep blocks of Markdown may be nested. Deeper ones go into the block around them, because
/// the platform limits the depth, too (1770005).
pub const MAX_DEPTH: usize = 32;

/// The Markdown that both directions agree on.
fn syntax() -> pulldown_cmark::Options {
    use pulldown_cmark::Options as Syntax;

    Syntax::ENABLE_TABLES
        | Syntax::ENABLE_FOOTNOTES
        | Syntax::ENABLE_STRIKETHROUGH
        | Syntax::ENABLE_TASKLISTS
        | Syntax::ENABLE_MATH
        | Syntax::ENABLE_GFM
}
