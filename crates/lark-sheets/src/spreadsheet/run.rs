//! The calls of a write, one after the other.

use std::collections::VecDeque;

use lark_core::{Stage, Value};

use super::area::{Area, MAX_COLUMNS};
use super::check::{Place, check};
use super::plan::{self, Piece, Step};
use super::rows::{Header, Table};
use super::selection::Render;
use super::sheets::SheetInfo;
use super::write::{Mode, Part, Write};
use super::{SheetError, Spreadsheet};
use crate::a1::{Cells, Range};
use crate::cell::Cell;
use crate::v2::{
    AddedDimension, InsertDataOption, MajorDimension, ValueRange, ValueRenderOption,
    spreadsheet_dimension, spreadsheet_values,
};

/// Where rows go.
struct Target {
    mode: Mode,
    sheet: SheetInfo,
    area: Area,
}

impl Write {
    pub(super) async fn run(&mut self) -> Result<(), SheetError> {
        if self.steps.is_none() {
            self.plan().await?;
        }
        while let Some(step) = self.steps.as_mut().and_then(VecDeque::pop_front) {
            if let Err((step, error)) = self.step(step).await {
                if let Some(steps) = &mut self.steps {
                    steps.push_front(step);
                }
                return Err(error);
            }
            if let Some(hook) = &self.on_progress {
                hook(self.progress());
            }
        }
        Ok(())
    }

    /// Makes the steps. Nothing is written before it is known that the platform would take it all.
    async fn plan(&mut self) -> Result<(), SheetError> {
        let mut targets = Vec::new();
        for Part { range, table, mode } in &mut self.parts {
            let range = range.clone()?;
            let table = table.as_mut().map_err(|error| error.clone())?;
            targets.push(match mode {
                _ if table.rows.is_empty() => None,
                Mode::Write => Some(self.book.place(&range, table).await?),
                Mode::Append => Some(self.book.place_below(&range, table).await?),
            });
        }
        let mut steps = VecDeque::new();
        let mut pieces = Vec::new();
        for (target, part) in targets.into_iter().zip(std::mem::take(&mut self.parts)) {
            let (Some(Target { mode, sheet, area }), Ok(table)) = (target, part.table) else {
                continue;
            };
            self.total += table.rows.len();
            match mode {
                Mode::Append => steps.extend(plan::appends(&area, &sheet, table.rows)),
                Mode::Write => {
                    let (right, bottom) = (area.left + area.columns - 1, area.top + area.rows - 1);
                    let sizes = [
                        (MajorDimension::Columns, sheet.columns, right),
                        (MajorDimension::Rows, sheet.rows, bottom),
                    ];
                    for (dimension, there, wanted) in sizes {
                        steps.extend(plan::grow(&sheet.sheet_id, dimension, there, wanted));
                    }
                    self.written.ranges.push(area.range(&sheet.title));
                    pieces.extend(plan::pieces(&area, table.rows));
                }
            }
        }
        steps.extend(plan::puts(pieces));
        self.steps = Some(steps);
        Ok(())
    }

    /// Does a step; what is left of it if it fails.
    async fn step(&mut self, mut step: Step) -> Result<(), (Step, SheetError)> {
        let result = match &mut step {
            Step::Grow { sheet_id, dimension, length, until, is_uncertain } => {
                let wanted = is_uncertain.then_some(*until);
                let result = self.grow(sheet_id, dimension, *length, wanted).await;
                *is_uncertain |= result.as_ref().is_err_and(may_be_done);
                result
            }
            Step::Put { pieces } => self.put(pieces).await,
            Step::Append { area, title, rows, sheet_rows, is_uncertain } => {
                let before = is_uncertain.then_some(*sheet_rows);
                let result = self.append(area, title, rows, before).await;
                *is_uncertain |= result.as_ref().is_err_and(may_be_done);
                result
            }
        };
        result.map_err(|error| (step, error))
    }

    /// Makes a sheet longer. If it may be already, `wanted` says how long it is to be.
    async fn grow(
        &mut self,
        sheet_id: &str,
        dimension: &MajorDimension,
        length: u32,
        wanted: Option<u32>,
    ) -> Result<(), SheetError> {
        if let Some(wanted) = wanted {
            let sheets = self.book.sheets().await?;
            let sheet = sheets.iter().find(|it| it.sheet_id == sheet_id);
            let is_columns = *dimension == MajorDimension::Columns;
            let there = sheet.map_or(0, |it| if is_columns { it.columns } else { it.rows });
            if there >= wanted {
                return Ok(());
            }
        }
        let added = AddedDimension::new()
            .sheet_id(sheet_id)
            .major_dimension(dimension.clone())
            .length(i64::from(length));
        self.written.calls += 1;
        let request = spreadsheet_dimension::add(self.book.token()).dimension(added);
        self.book.client.send(request).await?;
        Ok(())
    }

    async fn put(&mut self, pieces: &[Piece]) -> Result<(), SheetError> {
        self.written.calls += 1;
        let token = self.book.token();
        let revision = match pieces {
            // Repeated by the client if need be: it is a PUT.
            [piece] => {
                let range = value_range(&piece.area, &piece.rows);
                let request = spreadsheet_values::update(token).value_range(range);
                self.book.client.send(request).await?.revision
            }
            pieces => {
                let ranges = pieces.iter().map(|it| value_range(&it.area, &it.rows));
                let request = spreadsheet_values::batch_update(token).value_ranges(ranges);
                self.book.client.send(request).await?.revision
            }
        };
        self.written.revision = revision.or(self.written.revision);
        for Piece { area, rows, is_last, .. } in pieces {
            self.written.cells += area.cells();
            self.written.rows += if *is_last { rows.len() } else { 0 };
        }
        Ok(())
    }

    /// Appends rows. If they may be there already, `before` says how many rows the sheet had before them.
    async fn append(
        &mut self,
        area: &Area,
        title: &str,
        rows: &[Vec<Cell>],
        before: Option<u32>,
    ) -> Result<(), SheetError> {
        let mut found = None;
        if let Some(before) = before {
            // Rows that are inserted make the sheet longer.
            let unchanged = (!self.overwrite).then_some(before);
            found = self.book.find_at_the_end(area, title, rows, unchanged).await?;
        }
        if found.is_none() {
            let insert = match self.overwrite {
                true => InsertDataOption::Overwrite,
                false => InsertDataOption::InsertRows,
            };
            let request = spreadsheet_values::append(self.book.token())
                .insert_data_option(insert)
                .value_range(value_range(area, rows));
            self.written.calls += 1;
            let response = self.book.client.send(request).await?;
            self.written.revision = response.revision.or(self.written.revision);
            let range = response.updates.and_then(|it| it.updated_range).or(response.table_range);
            found = range.as_deref().and_then(Area::of_wire);
        }
        self.written.rows += rows.len();
        self.written.cells += area.cells();
        self.note(found, title);
        Ok(())
    }

    /// Notes where rows went, together with those above them.
    fn note(&mut self, area: Option<Area>, title: &str) {
        let Some(area) = area else { return };
        let above = self.written.ranges.last().and_then(|it| Area::of_wire(&it.to_string()));
        let follows = above.filter(|it| {
            (it.left, it.columns, it.top + it.rows) == (area.left, area.columns, area.top)
                && it.sheet_id == title
        });
        match follows {
            Some(above) => {
                let both = Area { rows: above.rows + area.rows, ..above };
                self.written.ranges.pop();
                self.written.ranges.push(both.range(title));
            }
            None => self.written.ranges.push(area.range(title)),
        }
    }
}

impl Spreadsheet {
    /// Where rows go over what is there.
    async fn place(&self, range: &Range, table: &mut Table) -> Result<Target, SheetError> {
        table.put_header_first();
        let first = range.first();
        let (columns, rows) = (table.width.max(1) as u32, table.rows.len() as u32);
        let corner = (first.column() + columns - 1, first.row() + rows - 1);
        let sheet = self.sheet_of(range, Some(corner)).await?;
        let (left, top) = (first.column(), first.row());
        let place = Place { title: &sheet.title, left, top, is_known: true };
        let (most_columns, most_rows) = room(range);
        for (what, count, limit) in [
            ("columns of rows to be written", columns, most_columns),
            ("rows to be written", rows, most_rows),
        ] {
            if let Some(limit) = limit.filter(|it| count > *it) {
                let (count, limit) = (count as usize, limit as usize);
                let place = range.to_string();
                return Err(SheetError::TooMany { what, place, count, limit });
            }
        }
        check(&table.rows, place)?;
        let area = Area { sheet_id: sheet.sheet_id.clone(), left, top, columns, rows };
        Ok(Target { mode: Mode::Write, sheet, area })
    }

    /// Where rows go below what is there: under the names of the first row of the range, if they have names.
    async fn place_below(&self, range: &Range, table: &mut Table) -> Result<Target, SheetError> {
        let sheet = self.sheet_of(range, None).await?;
        let first = range.first();
        if table.header.is_some() {
            let columns = match range.shape() {
                Cells::All | Cells::Rows { .. } => None,
                Cells::Bounded { columns, .. } | Cells::Columns { columns, .. } => Some(columns),
            };
            // A single cell is where the table begins.
            let columns = columns.filter(|it| it.0 < it.1);
            let right = columns.map_or(sheet.columns, |it| it.1.min(sheet.columns));
            let row = Area {
                sheet_id: sheet.sheet_id.clone(),
                left: first.column(),
                top: first.row(),
                columns: (right + 1).saturating_sub(first.column()).max(1),
                rows: 1,
            };
            let names = self.read_area(&row, &sheet.title, &Render::default()).await?;
            match names.first() {
                Some(names) => {
                    let header = Header::of(names, &row, &sheet.title);
                    let width = header.columns.last().map_or(1, |it| it.0 + 1);
                    table.arrange(&header, width)?;
                }
                None => drop(table.put_header_first()),
            }
        }
        let columns = table.width.max(1) as u32;
        let most = room(range).0.unwrap_or(MAX_COLUMNS).min(MAX_COLUMNS);
        if columns > most {
            let (count, limit, place) = (columns as usize, most as usize, range.to_string());
            let what = "columns of rows to be appended";
            return Err(SheetError::TooMany { what, place, count, limit });
        }
        let (left, top) = (first.column(), first.row());
        check(&table.rows, Place { title: &sheet.title, left, top, is_known: false })?;
        let area = Area { sheet_id: sheet.sheet_id.clone(), left, top, columns, rows: 1 };
        Ok(Target { mode: Mode::Append, sheet, area })
    }

    /// Where rows are that were appended by a call without an answer; `None` if they are not at the end, or
    /// the sheet still has the length at which nothing was inserted: the last rows may look the same.
    async fn find_at_the_end(
        &self,
        area: &Area,
        title: &str,
        rows: &[Vec<Cell>],
        unchanged: Option<u32>,
    ) -> Result<Option<Area>, SheetError> {
        let sheets = self.sheets().await?;
        let sheet = sheets.iter().find(|it| it.sheet_id == area.sheet_id);
        let bottom = sheet.map_or(0, |it| it.rows);
        if bottom < area.top || unchanged == Some(bottom) {
            return Ok(None);
        }
        let below = Area { rows: bottom - area.top + 1, ..area.clone() };
        let render = Render { values: ValueRenderOption::Formula, dates: None };
        let there = self.read_area(&below, title, &render).await?;
        let mut wanted = rows;
        // Empty rows at the end look like none.
        while let Some((last, others)) = wanted.split_last()
            && last.iter().all(Cell::is_empty)
        {
            wanted = others;
        }
        // Behind the last row, or where the first gap was.
        let gap = there.iter().position(|row| row.iter().all(Cell::is_empty));
        let ends = [Some(there.len()), gap];
        let mut starts = ends.into_iter().flatten().filter_map(|it| it.checked_sub(wanted.len()));
        let is_there = |start: &usize| {
            let mut rows = there[*start..].iter().zip(wanted);
            !wanted.is_empty() && rows.all(|(a, b)| is_same_row(a, b))
        };
        let start = starts.find(is_there);
        Ok(start.map(|it| Area { top: area.top + it as u32, ..area.clone() }))
    }
}

/// How many columns and rows a range has room for; `None` for any number.
fn room(range: &Range) -> (Option<u32>, Option<u32>) {
    let length = |it: (u32, u32)| Some(it.1 - it.0 + 1);
    match range.shape() {
        Cells::Bounded { columns, rows } if columns.0 < columns.1 || rows.0 < rows.1 => {
            (length(columns), length(rows))
        }
        Cells::Columns { columns, .. } => (length(columns), None),
        Cells::Rows { rows } => (None, length(rows)),
        Cells::All | Cells::Bounded { .. } => (None, None),
    }
}

fn value_range(area: &Area, rows: &[Vec<Cell>]) -> ValueRange {
    let row = |cells: &Vec<Cell>| cells.iter().map(Cell::to_json).collect::<Vec<Value>>();
    ValueRange::new().range(area.wire()).values(rows.iter().map(row))
}

/// Whether a call that failed may have been executed all the same.
fn may_be_done(error: &SheetError) -> bool {
    let SheetError::Call(error) = error else { return false };
    match error.stage() {
        Stage::Send | Stage::Http | Stage::Decode => true,
        Stage::Api => error.status().is_some_and(|it| it.is_server_error()),
        _ => false,
    }
}

/// Whether a row may be one that was written. Texts that look like links become links, and styles change;
/// what is not plain is only there or not.
fn is_same_row(read: &[Cell], written: &[Cell]) -> bool {
    let same = |(a, b): (&Cell, &Cell)| {
        let is_plain = a.is_plain() && b.is_plain();
        a.plain_text() == b.plain_text() || (!is_plain && a.is_empty() == b.is_empty())
    };
    read.len() == written.len() && read.iter().zip(written).all(same)
}
