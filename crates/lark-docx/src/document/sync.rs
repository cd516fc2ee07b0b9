//! The difference between a document and Markdown, as few edits as it takes.

use std::collections::HashSet;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::batch::Place;
use super::plan::Step;
use super::suit::{check_all, suit};
use super::write::Write;
use crate::block::{Block, BlockError, Kind, is_creatable};
use crate::markdown::{Loss, Options, parse, render};
use crate::v1::{
    Fields, TextStyle, UpdateBlockRequest, UpdateTextElementsRequest, UpdateTextRequest,
};

impl Write {
    /// The steps that make a page of `new`.
    pub(super) fn differences(
        &mut self,
        page: &Block,
        new: Vec<Block>,
        losses: &mut Vec<Loss>,
    ) -> Result<Vec<Step>, BlockError> {
        let mut diff = Diff { write: self, losses, updates: Vec::new(), edits: Vec::new() };
        diff.children(page, new)?;
        let Diff { updates, edits, .. } = diff;
        let mut steps = Step::update(updates);
        steps.extend(edits);
        Ok(steps)
    }
}

struct Diff<'a> {
    write: &'a mut Write,
    losses: &'a mut Vec<Loss>,
    updates: Vec<(Place, UpdateBlockRequest)>,
    edits: Vec<Step>,
}

/// Neighbours that are replaced by others.
#[derive(Default)]
struct Hunk {
    /// The first of them, and how many there are.
    at: usize,
    old: usize,
    new: Vec<Block>,
}

impl Diff<'_> {
    /// Makes the children of a block those.
    fn children(&mut self, parent: &Block, new: Vec<Block>) -> Result<(), BlockError> {
        let old = parent.children();
        // What Markdown does not show, such as empty paragraphs, stays where it is.
        let shown = old.iter().enumerate().map(|(at, it)| (at, canonical(it)));
        let (places, before): (Vec<usize>, Vec<String>) =
            shown.filter(|(_, text)| !text.is_empty()).unzip();
        let new = self.suited(&before, new);
        let after: Vec<String> = new.iter().map(canonical).collect();
        let mut new: Vec<Option<Block>> = new.into_iter().map(Some).collect();
        let mut hunks = Vec::new();
        for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
            if matches!(op, DiffOp::Equal { .. }) {
                continue;
            }
            let (lines, news) = (op.old_range(), op.new_range());
            let mut fresh = new[news].iter_mut().filter_map(Option::take);
            let mut open = Hunk {
                at: places.get(lines.start).copied().unwrap_or(old.len()),
                ..Hunk::default()
            };
            for place in places[lines].iter().copied() {
                let candidate = fresh.next();
                let next = place + 1;
                match candidate {
                    Some(block) if self.change(&old[place], &block)? => {
                        hunks.push(std::mem::replace(
                            &mut open,
                            Hunk { at: next, ..Hunk::default() },
                        ));
                    }
                    candidate => {
                        // An empty paragraph between them is not one of them.
                        if open.at + open.old != place {
                            hunks.push(std::mem::replace(
                                &mut open,
                                Hunk { at: place, ..Hunk::default() },
                            ));
                        }
                        open.old += 1;
                        open.new.extend(candidate);
                    }
                }
            }
            open.new.extend(fresh);
            hunks.push(open);
        }
        hunks.into_iter().rev().try_for_each(|it| self.replace(parent, it))
    }

    /// What nobody can create, as the text that it is in the document.
    fn suited(&mut self, before: &[String], new: Vec<Block>) -> Vec<Block> {
        let known: HashSet<&String> = before.iter().collect();
        let mut all = Vec::with_capacity(new.len());
        for block in new {
            if is_creatable_whole(&block) || known.contains(&canonical(&block)) {
                all.push(block);
                continue;
            }
            let mut own = Vec::new();
            let suited = suit(vec![block.clone()], &mut own);
            match suited.iter().all(|it| known.contains(&canonical(it))) {
                true => {
                    all.extend(suited);
                    self.losses.append(&mut own);
                }
                false => all.push(block),
            }
        }
        all
    }

    /// Replaces neighbours: what is new comes before what is old goes, so that a failure loses
    /// nothing. The last ones first, so that the places of the others stay as they are.
    fn replace(&mut self, parent: &Block, hunk: Hunk) -> Result<(), BlockError> {
        let Hunk { at, old, new } = hunk;
        let place = Place::Real(parent.id().unwrap_or_default().to_owned());
        let mut new = suit(new, self.losses);
        check_all(parent.kind(), &new)?;
        self.write.state.total += new.iter().map(Block::count).sum::<usize>();
        self.write.state.name(&mut new);
        self.edits.extend(Step::insert(place.clone(), Some(at + old), new));
        if old > 0 {
            let gone = parent.children()[at..at + old].iter();
            let ids = gone.filter_map(|it| it.id().map(str::to_owned)).collect();
            self.edits.push(Step::Remove { parent: place, ids });
        }
        Ok(())
    }

    /// Makes a block say what another one says, if that takes no new block; whether it does.
    fn change(&mut self, old: &Block, new: &Block) -> Result<bool, BlockError> {
        if old.kind() != new.kind() {
            return Ok(false);
        }
        if !is_creatable(old.kind()) {
            self.losses.push(Loss {
                line: 0,
                what: format!("a block of kind {:?} is left as it is", old.kind()),
            });
            return Ok(true);
        }
        let is_same_shape = match old.kind() {
            Kind::Table => same_table(old, new),
            Kind::Grid => old.children().len() == new.children().len(),
            Kind::Callout => old.fields().callout == new.fields().callout,
            Kind::QuoteContainer | Kind::TableCell | Kind::GridColumn => true,
            _ => old.text_slot().is_some(),
        };
        if !is_same_shape {
            return Ok(false);
        }
        if let Some(update) = text_update(old, new) {
            let place = Place::Real(old.id().unwrap_or_default().to_owned());
            self.updates.push((place, update));
        }
        if matches!(old.kind(), Kind::Table | Kind::Grid) {
            for (old, new) in old.children().iter().zip(new.children()) {
                self.children(old, new.children().to_vec())?;
            }
        } else {
            self.children(old, new.children().to_vec())?;
        }
        Ok(true)
    }
}

fn is_creatable_whole(block: &Block) -> bool {
    is_creatable(block.kind()) && block.children().iter().all(is_creatable_whole)
}

/// What a block says in Markdown, after it was read and written once more: blocks that Markdown
/// cannot tell from each other are the same.
fn canonical(block: &Block) -> String {
    let options = Options::new();
    let mut block = block.clone();
    if block.kind() == Kind::Ordered
        && let Some(Some(text)) = block.text_slot_mut()
        && let Some(style) = &mut text.style
    {
        // The number follows from the place.
        style.sequence = None;
    }
    let once = render(&[block], &options);
    render(&parse(&once).blocks, &options)
}

/// The update that gives a block the text of another one; `None` if it has it.
fn text_update(old: &Block, new: &Block) -> Option<UpdateBlockRequest> {
    let text = new.rich_text()?;
    let alone = |block: &Block| canonical(&Block { children: Vec::new(), ..block.clone() });
    if alone(old) == alone(new) {
        return None;
    }
    let elements = text.elements.clone().unwrap_or_default();
    let style = text.style.clone().unwrap_or_default();
    let mut fields = Vec::new();
    let mut changed = TextStyle::new();
    if let (Kind::Todo, Some(done)) = (new.kind(), style.done) {
        fields.push(Fields::Done);
        changed = changed.done(done);
    }
    if let (Kind::Code, Some(language)) = (new.kind(), style.language) {
        fields.push(Fields::Language);
        changed = changed.language(language);
    }
    if let Some(align) = style.align {
        fields.push(Fields::Align);
        changed = changed.align(align);
    }
    Some(match fields.is_empty() {
        true => UpdateBlockRequest::new()
            .update_text_elements(UpdateTextElementsRequest::new().elements(elements)),
        false => UpdateBlockRequest::new()
            .update_text(UpdateTextRequest::new().elements(elements).fields(fields).style(changed)),
    })
}

/// Whether two tables differ only in what is in their cells.
fn same_table(old: &Block, new: &Block) -> bool {
    let size = |it: &Block| {
        let property = it.table_property();
        property.map(|it| (it.row_size, it.column_size, it.header_row == Some(true)))
    };
    let spans = |it: &Block| {
        let infos = it.table_property().and_then(|it| it.merge_info.clone()).unwrap_or_default();
        let is_merged = |it: &(usize, i64, i64)| it.1 > 1 || it.2 > 1;
        let spans = infos.iter().enumerate();
        let spans = spans.map(|(at, it)| (at, it.row_span.unwrap_or(1), it.col_span.unwrap_or(1)));
        spans.filter(is_merged).collect::<Vec<_>>()
    };
    size(old) == size(new) && spans(old) == spans(new)
}
