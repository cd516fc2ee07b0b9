//! Ranges that are read: in as many calls as their size needs, all of one revision.

use lark_core::Value;

use super::area::{Area, MAX_COLUMNS, MAX_ROWS};
use super::selection::Render;
use super::{Selection, SheetError, Spreadsheet};
use crate::a1::Range;
use crate::cell::Cell;
use crate::v2::{self, ValueRenderOption};

/// The answer would have more than 10 MB.
const CODE_TOO_LARGE: i64 = 90_221;
/// How often cells are read that change meanwhile.
const ATTEMPTS: usize = 3;
/// Ranges of a call, so that its URL does not become too long.
const MAX_RANGES: usize = 100;

/// Cells that were read.
pub(super) struct Read {
    pub(super) area: Area,
    pub(super) title: String,
    /// Without the empty ones at the end.
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Selection {
    /// `None` if nothing of the range is on the sheet.
    pub(super) async fn read(&self) -> Result<Option<Read>, SheetError> {
        let range = self.range.clone()?;
        let Some((area, title)) = self.book.locate(&range).await? else { return Ok(None) };
        let rows = self.book.read_area(&area, &title, &self.render).await?;
        Ok(Some(Read { area, title, rows }))
    }
}

impl Spreadsheet {
    /// The part of a range that is on its sheet, with the title of that.
    pub(super) async fn locate(&self, range: &Range) -> Result<Option<(Area, String)>, SheetError> {
        let corner = range.last().map(|it| (it.column(), it.row()));
        let sheet = self.sheet_of(range, corner).await?;
        Ok(Area::within(range, &sheet).map(|area| (area, sheet.title)))
    }

    /// Reads several ranges: those of a call together.
    pub(super) async fn read_all(
        &self,
        ranges: &[Range],
    ) -> Result<Vec<Vec<Vec<Cell>>>, SheetError> {
        let render = Render::default();
        let mut read: Vec<Vec<Vec<Cell>>> = vec![Vec::new(); ranges.len()];
        let mut areas = Vec::new();
        for (index, range) in ranges.iter().enumerate() {
            areas.extend(self.locate(range).await?.map(|(area, title)| (index, area, title)));
        }
        let most = u64::from(MAX_ROWS) * u64::from(MAX_COLUMNS);
        let is_large = |area: &Area| area.rows > MAX_ROWS || area.columns > MAX_COLUMNS;
        let (large, small): (Vec<_>, Vec<_>) = areas.into_iter().partition(|it| is_large(&it.1));
        for (index, area, title) in large {
            read[index] = self.read_area(&area, &title, &render).await?;
        }
        let mut rest = small.as_slice();
        while !rest.is_empty() {
            let mut cells = 0;
            let fits = |it: &&(usize, Area, String)| {
                cells += it.1.cells();
                cells <= most
            };
            let count = rest.iter().take(MAX_RANGES).take_while(fits).count().max(1);
            let (group, others) = rest.split_at(count);
            rest = others;
            match self.read_group(group, &render).await {
                Ok(rows) => group.iter().zip(rows).for_each(|(it, rows)| read[it.0] = rows),
                Err(error) if is_too_large(&error) => {
                    for (index, area, title) in group {
                        read[*index] = self.read_area(area, title, &render).await?;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    async fn read_group(
        &self,
        group: &[(usize, Area, String)],
        render: &Render,
    ) -> Result<Vec<Vec<Vec<Cell>>>, SheetError> {
        let ranges: Vec<String> = group.iter().map(|it| it.1.wire()).collect();
        let mut request = v2::spreadsheet_values::batch_get(self.token())
            .ranges(ranges.join(","))
            .value_render_option(render.values.clone())
            .user_id_type(self.user_id_type.clone());
        request.date_time_render_option.clone_from(&render.dates);
        let found = self.client.send(request).await?.value_ranges;
        if found.len() != group.len() {
            let (found, wanted) = (found.len(), group.len());
            let reason = format!("the response has {found} ranges, {wanted} were asked for");
            return Err(SheetError::Response { reason });
        }
        let areas = group.iter().map(|it| &it.1);
        Ok(areas.zip(found).map(|(area, found)| self::rows(area, found.values, render)).collect())
    }

    /// The rows of an area, without the empty ones at the end.
    pub(super) async fn read_area(
        &self,
        area: &Area,
        title: &str,
        render: &Render,
    ) -> Result<Vec<Vec<Cell>>, SheetError> {
        let mut changed = (0, 0);
        for attempt in 0..ATTEMPTS {
            match self.read_once(area, title, render).await? {
                Ok(rows) => return Ok(rows),
                Err(revisions) if attempt == 0 => changed = revisions,
                Err((_, to)) => changed.1 = to,
            }
        }
        let (from, to) = changed;
        Err(SheetError::Changed { range: area.range(title).to_string(), from, to })
    }

    /// The same, once; the revisions between which it changed.
    async fn read_once(
        &self,
        area: &Area,
        title: &str,
        render: &Render,
    ) -> Result<Result<Vec<Vec<Cell>>, (i64, i64)>, SheetError> {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let mut first_revision = None;
        let mut left = area.pieces(MAX_ROWS, MAX_COLUMNS);
        left.reverse();
        while let Some(piece) = left.pop() {
            let mut request = v2::spreadsheet_values::get(self.token(), piece.wire())
                .value_render_option(render.values.clone())
                .user_id_type(self.user_id_type.clone());
            request.date_time_render_option.clone_from(&render.dates);
            let response = match self.client.send(request).await.map_err(SheetError::Call) {
                Ok(response) => response,
                Err(error) if is_too_large(&error) => {
                    let halves = piece.halves().ok_or_else(|| SheetError::TooMany {
                        what: "bytes at least in a cell",
                        place: piece.range(title).to_string(),
                        count: 10 << 20,
                        limit: 10 << 20,
                    })?;
                    left.extend(halves.into_iter().rev());
                    continue;
                }
                Err(error) => return Err(error),
            };
            let found = response.value_range.unwrap_or_default();
            let revision = response.revision.or(found.revision);
            match (first_revision, revision) {
                (Some(first), Some(revision)) if first != revision => {
                    return Ok(Err((first, revision)));
                }
                (None, Some(revision)) => first_revision = Some(revision),
                _ => {}
            }
            place(&mut rows, area, &piece, self::rows(&piece, found.values, render));
        }
        Ok(Ok(rows))
    }
}

fn is_too_large(error: &SheetError) -> bool {
    matches!(error, SheetError::Call(error) if error.code() == Some(CODE_TOO_LARGE))
}

/// The rows of an answer: as wide as the area, without the empty ones at the end.
fn rows(area: &Area, values: Vec<Vec<Value>>, render: &Render) -> Vec<Vec<Cell>> {
    let cell = match render.values {
        ValueRenderOption::Formula => Cell::from_formulas,
        _ => Cell::from_json,
    };
    let row = |values: Vec<Value>| {
        let mut cells: Vec<Cell> = values.into_iter().map(cell).collect();
        cells.resize_with(area.columns as usize, Cell::default);
        cells
    };
    let mut rows: Vec<Vec<Cell>> = values.into_iter().take(area.rows as usize).map(row).collect();
    while rows.last().is_some_and(|it| it.iter().all(Cell::is_empty)) {
        rows.pop();
    }
    rows
}

/// Puts the rows of a piece where they belong.
fn place(rows: &mut Vec<Vec<Cell>>, area: &Area, piece: &Area, found: Vec<Vec<Cell>>) {
    // What is empty at the end is not there.
    if found.is_empty() {
        return;
    }
    let (down, right) = ((piece.top - area.top) as usize, (piece.left - area.left) as usize);
    if rows.len() < down + found.len() {
        rows.resize_with(down + found.len(), || vec![Cell::Empty; area.columns as usize]);
    }
    for (row, cells) in rows[down..].iter_mut().zip(found) {
        for (place, cell) in row[right..].iter_mut().zip(cells) {
            *place = cell;
        }
    }
}
