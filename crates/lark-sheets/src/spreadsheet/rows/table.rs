//! Rows that are to be written.

use std::collections::HashMap;

use serde::Serialize;

use super::row_reader::Header;
use super::row_writer::{Row, RowWriter};
use crate::cell::Cell;
use crate::spreadsheet::{CellError, SheetError};

/// Rows that are to be written, all of the same length.
#[derive(Clone, Debug, Default)]
pub(in crate::spreadsheet) struct Table {
    /// The names of the columns, of structs and maps.
    pub(in crate::spreadsheet) header: Option<Vec<String>>,
    pub(in crate::spreadsheet) rows: Vec<Vec<Cell>>,
    pub(in crate::spreadsheet) width: usize,
}

impl Table {
    /// The rows of values: of structs and maps by their names, in the order in which names come up.
    pub(in crate::spreadsheet) fn of<T: Serialize>(
        values: impl IntoIterator<Item = T>,
    ) -> Result<Self, CellError> {
        let mut table = Self::default();
        let mut columns = HashMap::new();
        for (index, value) in values.into_iter().enumerate() {
            let error = |column: Option<String>, wanted: String, found: String| {
                let place = format!("row {} of those to be written", index + 1);
                CellError { place, column, wanted, found }
            };
            let row = value.serialize(RowWriter);
            let row = row.map_err(|it| error(it.column, it.wanted, it.found))?;
            let is_named = matches!(row, Row::Named(_));
            if index > 0 && is_named != table.header.is_some() {
                let [wanted, found] = match is_named {
                    true => ["a row by position, as the first", "one with names"],
                    false => ["a row with names, as the first", "one by position"],
                };
                return Err(error(None, wanted.to_owned(), found.to_owned()));
            }
            match row {
                Row::Positional(cells) => table.push(cells),
                Row::Named(fields) => {
                    let cells = table.named(&mut columns, fields).map_err(|column| {
                        error(Some(column), "each name once".to_owned(), "it twice".to_owned())
                    })?;
                    table.push(cells);
                }
            }
        }
        let Self { rows, width, .. } = &mut table;
        rows.iter_mut().for_each(|it| it.resize_with(*width, Cell::default));
        Ok(table)
    }

    fn push(&mut self, cells: Vec<Cell>) {
        self.width = self.width.max(cells.len());
        self.rows.push(cells);
    }

    /// The cells of a row in the order of the columns; the name that is there twice.
    fn named(
        &mut self,
        columns: &mut HashMap<String, usize>,
        fields: Vec<(String, Cell)>,
    ) -> Result<Vec<Cell>, String> {
        let header = self.header.get_or_insert_default();
        let mut cells: Vec<Option<Cell>> = vec![None; header.len()];
        for (name, cell) in fields {
            let column = *columns.entry(name.clone()).or_insert_with(|| {
                header.push(name.clone());
                header.len() - 1
            });
            if cells.len() <= column {
                cells.resize(column + 1, None);
            }
            if cells[column].replace(cell).is_some() {
                return Err(name);
            }
        }
        Ok(cells.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// Puts the columns where a header has them. Each of them must be there.
    pub(in crate::spreadsheet) fn arrange(
        &mut self,
        header: &Header,
        width: usize,
    ) -> Result<(), SheetError> {
        let names = self.header.take().unwrap_or_default();
        let places: Result<Vec<usize>, SheetError> =
            names.iter().map(|name| header.index(name)).collect();
        let places = match places {
            Ok(places) => places,
            Err(error) => {
                self.header = Some(names);
                return Err(error);
            }
        };
        for row in &mut self.rows {
            let mut arranged = vec![Cell::Empty; width];
            for (cell, place) in row.drain(..).zip(&places) {
                arranged[*place] = cell;
            }
            *row = arranged;
        }
        self.width = width;
        Ok(())
    }

    /// Makes a row of the names.
    pub(in crate::spreadsheet) fn put_header_first(&mut self) -> bool {
        let Some(names) = self.header.take() else { return false };
        let mut names: Vec<Cell> = names.into_iter().map(Cell::Text).collect();
        names.resize_with(self.width, Cell::default);
        self.rows.insert(0, names);
        true
    }
}
