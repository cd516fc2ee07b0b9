//! Blocks, whole or in pieces that fit.

use super::block::{Block, Kind, blocks, indent};
use super::cut::cut;
use super::request_bytes::request_bytes;

/// A block, or what one message has of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Piece {
    pub(super) lines: Vec<String>,
    /// Bytes of its text in a request.
    pub(super) bytes: usize,
    pub(super) tables: usize,
    pub(super) is_apart: bool,
    pub(super) is_heading: bool,
    /// A fence that stands on lines of its own.
    pub(super) is_code: bool,
    pub(super) in_list: bool,
}

/// What a text costs beside its own bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of a message's text in a request.
    pub(super) bytes: usize,
    /// Bytes that a fence takes more.
    pub(super) fence: usize,
    pub(super) tables: usize,
}

/// Bytes of a line break.
pub(super) const LINE_BREAK: usize = 3;

impl Piece {
    /// A block, as it is.
    pub(super) fn whole(block: &Block, limits: Limits) -> Self {
        Self::of(block, block.lines.clone(), limits)
    }

    fn of(block: &Block, lines: Vec<String>, limits: Limits) -> Self {
        let bytes = lines.iter().map(|line| line_bytes(line)).sum::<usize>();
        let is_fence = matches!(block.kind, Kind::Fence(_));
        Self {
            bytes: bytes + if is_fence { limits.fence } else { 0 },
            lines,
            tables: usize::from(block.kind == Kind::Table),
            is_apart: block.is_apart,
            is_heading: matches!(block.kind, Kind::Heading(_)),
            is_code: matches!(&block.kind, Kind::Fence(it) if it.is_plain()) && !block.in_list,
            in_list: block.in_list,
        }
    }

    /// Takes up to `columns` blanks from the beginning of each line; returns whether a line without
    /// indentation ends what is indented.
    pub(super) fn outdent(&mut self, columns: usize) -> bool {
        for line in &mut self.lines {
            if indent(line) == 0 && !line.is_empty() {
                return true;
            }
            let mut left = columns;
            let rest = line.trim_start_matches(|c| {
                let width = if c == '\t' { 4 } else { 1 };
                let is_taken = matches!(c, ' ' | '\t') && left >= width;
                left = if is_taken { left - width } else { 0 };
                is_taken
            });
            *line = rest.to_owned();
        }
        false
    }
}

fn line_bytes(line: &str) -> usize {
    request_bytes(line) + LINE_BREAK
}

/// A block in pieces: the first of up to `room` bytes, none if nothing of it fits there, and the
/// others within the limits. Each piece of a table has its heading row, and each of a fence is a
/// fence.
pub(super) fn split(block: &Block, room: usize, limits: Limits) -> (Option<Piece>, Vec<Piece>) {
    let frame = Frame::of(block, limits);
    let text;
    let (frame, block) = match frame {
        Some(frame) => (frame, block),
        None => {
            text = Block { kind: Kind::Text, ..block.clone() };
            (Frame::none(&text), &text)
        }
    };
    let used = frame.bytes;
    let (lines, pieces) = (Vec::new(), Vec::new());
    let mut splitter = Splitter { block, frame, limits, room, used, lines, pieces };
    splitter.run();
    let mut pieces = splitter.pieces.into_iter();
    (pieces.next().flatten(), pieces.flatten().collect())
}

/// What each piece of a block begins and ends with.
struct Frame<'a> {
    /// What the first piece begins with, which may begin an item.
    first: Vec<String>,
    head: Vec<String>,
    body: &'a [String],
    tail: Option<String>,
    bytes: usize,
    is_code: bool,
}

impl<'a> Frame<'a> {
    fn none(block: &'a Block) -> Self {
        let (first, head) = (Vec::new(), Vec::new());
        Self { first, head, body: &block.lines, tail: None, bytes: 0, is_code: false }
    }

    /// None if the frame or a row is too large for that.
    fn of(block: &'a Block, limits: Limits) -> Option<Self> {
        let lines = &block.lines;
        let mut frame = match &block.kind {
            Kind::Text | Kind::Heading(_) => return Some(Self::none(block)),
            Kind::Table => Self {
                first: lines.iter().take(2).cloned().collect(),
                head: lines.iter().take(2).cloned().collect(),
                body: lines.get(2..).unwrap_or_default(),
                ..Self::none(block)
            },
            Kind::Fence(fence) => {
                let end = lines.len() - usize::from(fence.is_closed(lines));
                Self {
                    first: lines.iter().take(1).map(|line| line.trim_end().to_owned()).collect(),
                    head: vec![fence.opening()],
                    body: lines.get(1..end).unwrap_or_default(),
                    tail: Some(fence.closing()),
                    bytes: limits.fence,
                    is_code: true,
                }
            }
        };
        let around = frame.head.iter().chain(&frame.tail);
        frame.bytes += around.map(|line| line_bytes(line)).sum::<usize>();
        let longest = frame.body.iter().map(|line| line_bytes(line)).max().unwrap_or(0);
        let fits = frame.bytes * 2 <= limits.bytes
            && (frame.is_code || frame.bytes + longest <= limits.bytes);
        fits.then_some(frame)
    }
}

struct Splitter<'a> {
    block: &'a Block,
    frame: Frame<'a>,
    limits: Limits,
    /// Bytes of the piece that is being made.
    room: usize,
    used: usize,
    lines: Vec<String>,
    /// The first is None if nothing fits.
    pieces: Vec<Option<Piece>>,
}

impl Splitter<'_> {
    fn run(&mut self) {
        for line in self.frame.body {
            if self.used + line_bytes(line) > self.room {
                self.end();
            }
            let mut rest = line.as_str();
            loop {
                let room = self.room.saturating_sub(self.used + LINE_BREAK);
                let (now, later) = rest.split_at(cut(rest, room, self.frame.is_code));
                if later.is_empty() {
                    break;
                }
                self.lines.push(now.to_owned());
                self.end();
                rest = later;
            }
            self.used += line_bytes(rest);
            self.lines.push(rest.to_owned());
        }
        self.end();
    }

    /// Ends a piece.
    fn end(&mut self) {
        let body = std::mem::take(&mut self.lines);
        let is_empty = body.is_empty() && !self.frame.body.is_empty();
        if !is_empty {
            let is_first = self.pieces.iter().all(Option::is_none);
            let head = if is_first { &self.frame.first } else { &self.frame.head };
            let lines = head.iter().cloned().chain(body).chain(self.frame.tail.clone()).collect();
            let mut piece = Piece::of(self.block, lines, self.limits);
            piece.is_heading = false;
            if self.block.kind == Kind::Text {
                let found = blocks(&piece.lines.join("\n"));
                piece.tables = found.iter().filter(|it| it.kind == Kind::Table).count();
            }
            self.pieces.push(Some(piece));
        } else if self.pieces.is_empty() {
            self.pieces.push(None);
        }
        (self.room, self.used) = (self.limits.bytes, self.frame.bytes);
    }
}
