//! Blocks in as few messages as the limits allow.

use super::block::{Block, indent};
use super::piece::{LINE_BREAK, Limits, Piece, split};

/// The text of one message.
#[derive(Debug, Default)]
pub(super) struct Part {
    pieces: Vec<Piece>,
}

/// Puts blocks into messages. A block is cut if it is too large for a message, or would leave more than
/// three quarters of one empty. A heading stays with what follows.
pub(super) fn pack(blocks: &[Block], limits: Limits) -> Vec<Part> {
    let mut packer = Packer { limits, parts: Vec::new(), part: Vec::new(), bytes: 0, tables: 0 };
    for block in blocks {
        packer.add(block);
    }
    packer.end();
    let mut parts = packer.parts;
    parts.iter_mut().for_each(Part::outdent);
    parts
}

impl Part {
    /// All of it.
    pub(super) fn text(&self) -> String {
        join(&self.pieces)
    }

    /// The text in rows, with each fence in a row of its own.
    pub(super) fn rows(&self) -> Vec<String> {
        let same_row = |a: &Piece, b: &Piece| !a.is_code && !b.is_code;
        self.pieces.chunk_by(same_row).map(join).collect()
    }

    /// What begins in the middle of a list would be code without this.
    fn outdent(&mut self) {
        let first = self.pieces.first().filter(|it| it.in_list);
        let line = first.and_then(|it| it.lines.first()).map_or(0, |line| indent(line));
        if line > 0 {
            for piece in self.pieces.iter_mut().take_while(|it| it.in_list) {
                if piece.outdent(line) {
                    break;
                }
            }
        }
    }
}

fn join(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        if !text.is_empty() {
            text.push_str(if piece.is_apart { "\n\n" } else { "\n" });
        }
        text.push_str(&piece.lines.join("\n"));
    }
    text
}

struct Packer {
    limits: Limits,
    parts: Vec<Part>,
    /// The message that is being made, with its bytes and tables.
    part: Vec<Piece>,
    bytes: usize,
    tables: usize,
}

impl Packer {
    fn add(&mut self, block: &Block) {
        let Limits { bytes, tables, .. } = self.limits;
        let piece = Piece::whole(block, self.limits);
        let is_late = piece.is_heading && self.bytes * 4 > bytes * 3;
        if is_late || self.tables + piece.tables > tables {
            self.end_before_headings();
        }
        if piece.bytes > self.room() && self.bytes * 4 >= bytes && piece.bytes <= bytes {
            self.end_before_headings();
        }
        if piece.bytes <= self.room() {
            return self.push(piece);
        }
        if self.room() * 4 < bytes {
            self.end();
        }
        let (here, others) = split(block, self.room(), self.limits);
        here.into_iter().for_each(|piece| self.push(piece));
        for piece in others {
            self.end();
            self.push(piece);
        }
    }

    fn room(&self) -> usize {
        self.limits.bytes.saturating_sub(self.bytes)
    }

    fn push(&mut self, piece: Piece) {
        self.bytes += piece.bytes + LINE_BREAK;
        self.tables += piece.tables;
        self.part.push(piece);
    }

    fn end(&mut self) {
        let pieces = std::mem::take(&mut self.part);
        (self.bytes, self.tables) = (0, 0);
        if pieces.iter().flat_map(|it| &it.lines).any(|line| !line.trim().is_empty()) {
            self.parts.push(Part { pieces });
        }
    }

    /// Ends a message; headings at its end go to the next.
    fn end_before_headings(&mut self) {
        let body = self.part.iter().rposition(|it| !it.is_heading).map_or(0, |at| at + 1);
        let headings = if body > 0 { self.part.split_off(body) } else { Vec::new() };
        self.end();
        headings.into_iter().for_each(|piece| self.push(piece));
    }
}
