//! Tables that are too large for a call: the other rows are inserted one by one, then filled.

use lark_core::__private::random_uuid;

use super::DocumentError;
use super::batch::Place;
use super::plan::Step;
use super::write::Write;
use crate::block::{Block, Kind};
use crate::v1::{
    Fields, InsertTableRowRequest, TextElement, TextStyle, UpdateBlockRequest,
    UpdateTextElementsRequest, UpdateTextRequest, document_block, document_block_children,
};

/// Blocks of a page, the most that the platform has.
const PAGE_SIZE: i64 = 500;

/// The rows that a table lacks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Growth {
    table: Place,
    /// Cells that the table has.
    first: usize,
    columns: usize,
    /// The cells of the rows that it lacks.
    pub(super) cells: Vec<Block>,
    merges: Vec<(Place, UpdateBlockRequest)>,
    /// Rows that were inserted.
    inserted: usize,
}

impl Growth {
    pub(super) fn new(
        table: Place,
        first: usize,
        columns: usize,
        cells: Vec<Block>,
        merges: Vec<(Place, UpdateBlockRequest)>,
    ) -> Self {
        Self { table, first, columns, cells, merges, inserted: 0 }
    }
}

/// A cell on the platform, which comes with an empty text.
struct Cell {
    id: String,
    text: String,
}

impl Write {
    /// Inserts rows, a call each, because a call updates a block once, and plans what fills them.
    pub(super) async fn grow(
        &mut self,
        growth: &mut Growth,
        token: &mut String,
    ) -> Result<(), DocumentError> {
        let table = self.state.real(&growth.table)?;
        while growth.inserted * growth.columns < growth.cells.len() {
            let row = InsertTableRowRequest::new().row_index(-1);
            let row = UpdateBlockRequest::new().block_id(&*table).insert_table_row(row);
            let request = document_block::batch_update(self.document_id())
                .client_token(&**token)
                .requests([row]);
            let response = self.edit(request).await?;
            self.state.revision = response.document_revision_id.or(self.state.revision);
            let cells = growth.cells.chunks(growth.columns).nth(growth.inserted);
            let created = |cell: &Block| 1 + usize::from(own_text(cell).is_some());
            self.state.written += cells.into_iter().flatten().map(created).sum::<usize>();
            growth.inserted += 1;
            // The next row is another edit.
            *token = random_uuid();
            self.report();
        }
        let cells = self.cells(&table, growth.first + growth.cells.len()).await?;
        let steps = self.fill(growth, cells.into_iter().skip(growth.first));
        steps.into_iter().rev().for_each(|step| self.state.steps.push_front(step));
        Ok(())
    }

    /// The cells of a table, row by row.
    async fn cells(&self, table: &str, count: usize) -> Result<Vec<Cell>, DocumentError> {
        let list = document_block_children::get(self.document_id(), table)
            .with_descendants(true)
            .page_size(PAGE_SIZE);
        let mut items = self.client.items(list);
        let mut cells = Vec::new();
        while let Some(block) = items.next().await.transpose()? {
            if block.block_type == Some(Kind::TableCell)
                && block.parent_id.as_deref() == Some(table)
            {
                let text = block.children.and_then(|it| it.into_iter().next());
                let (id, text) = (block.block_id.unwrap_or_default(), text.unwrap_or_default());
                cells.push(Cell { id, text });
            }
        }
        match cells.len() == count {
            true => Ok(cells),
            false => Err(DocumentError::Response {
                reason: format!("table {table} has {} cells instead of {count}", cells.len()),
            }),
        }
    }

    /// The steps that put blocks into the cells of new rows, and merge cells of the table.
    fn fill(&mut self, growth: &Growth, cells: impl Iterator<Item = Cell>) -> Vec<Step> {
        let (mut texts, mut others) = (Vec::new(), Vec::new());
        for (new, cell) in growth.cells.iter().zip(cells) {
            let children = new.children().to_vec();
            let place = Place::Real(cell.id.clone());
            let Some(text) = own_text(new) else {
                let count = children.len();
                others.extend(Step::insert(place.clone(), Some(0), children));
                others.push(Step::delete(cell.id, count));
                continue;
            };
            let id = text.id().unwrap_or_default().to_owned();
            if let Some(update) = update_of(text) {
                texts.push((Place::Temporary(id.clone()), update));
            }
            self.state.ids.insert(id, cell.text);
            others.extend(Step::insert(place, Some(1), children.into_iter().skip(1).collect()));
        }
        let mut steps = Step::update(texts);
        steps.extend(others);
        steps.extend(Step::update(growth.merges.clone()));
        steps
    }
}

/// The text of a cell that takes the place of the one that the platform makes.
fn own_text(cell: &Block) -> Option<&Block> {
    let first = cell.children().first()?;
    (first.kind() == Kind::Text && first.children().is_empty()).then_some(first)
}

/// The update that gives an empty text this content; None if it is empty too.
fn update_of(block: &Block) -> Option<UpdateBlockRequest> {
    let text = block.rich_text()?.into_owned();
    let elements = text.elements.unwrap_or_default();
    let align = text.style.and_then(|style| style.align);
    let has_nothing = |it: &TextElement| {
        it.text_run.as_ref().is_some_and(|run| run.content.as_deref() == Some(""))
    };
    let is_empty = elements.iter().all(has_nothing);
    match align {
        Some(align) => {
            let style = TextStyle::new().align(align);
            let update = UpdateTextRequest::new().elements(elements).fields([Fields::Align]);
            Some(UpdateBlockRequest::new().update_text(update.style(style)))
        }
        None if is_empty => None,
        None => {
            let update = UpdateTextElementsRequest::new().elements(elements);
            Some(UpdateBlockRequest::new().update_text_elements(update))
        }
    }
}
