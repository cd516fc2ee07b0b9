//! Rows of cells as the rows of a type.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::cell_reader::CellReader;
use super::read_error::ReadError;
use crate::a1::CellAddress;
use crate::cell::Cell;
use crate::spreadsheet::area::Area;
use crate::spreadsheet::{CellError, SheetError};

/// The names of columns: the texts of a row, each with the place of its column in the area.
#[derive(Clone, Debug)]
pub(in crate::spreadsheet) struct Header {
    pub(in crate::spreadsheet) columns: Vec<(usize, String)>,
    /// Where it is, for errors.
    pub(in crate::spreadsheet) place: String,
}

impl Header {
    /// The header of a row. Columns without a name are left out.
    pub(in crate::spreadsheet) fn of(cells: &[Cell], area: &Area, title: &str) -> Self {
        let names = cells.iter().map(|it| it.plain_text().trim().to_owned()).enumerate();
        let row = Area { rows: 1, ..area.clone() };
        Self {
            columns: names.filter(|it| !it.1.is_empty()).collect(),
            place: row.range(title).to_string(),
        }
    }

    /// Where a column is, if it is there once.
    pub(in crate::spreadsheet) fn index(&self, column: &str) -> Result<usize, SheetError> {
        let mut found = self.columns.iter().filter(|it| it.1 == column);
        match (found.next(), found.count()) {
            (Some((index, _)), 0) => Ok(*index),
            (None, _) => Err(self.error(column.to_owned(), 0)),
            (Some(_), others) => Err(self.error(column.to_owned(), others + 1)),
        }
    }

    fn error(&self, column: String, count: usize) -> SheetError {
        let columns = self.columns.iter().map(|it| it.1.clone()).collect();
        SheetError::Column { column, count, header: self.place.clone(), columns }
    }

    fn count(&self, column: &str) -> usize {
        self.columns.iter().filter(|it| it.1 == column).count()
    }
}

/// The rows of an area that are not empty, each with its number in the sheet.
pub(in crate::spreadsheet) fn read_rows<T: DeserializeOwned>(
    rows: &[Vec<Cell>],
    area: &Area,
    title: &str,
    header: Option<&Header>,
) -> Result<Vec<(u32, T)>, SheetError> {
    let mut read = Vec::new();
    for (number, cells) in (area.top..).zip(rows) {
        if cells.iter().all(Cell::is_empty) {
            continue;
        }
        let value = T::deserialize(RowReader { cells, header });
        let value = value.map_err(|error| place(error, cells, number, area, title, header))?;
        read.push((number, value));
    }
    Ok(read)
}

fn place(
    error: ReadError,
    cells: &[Cell],
    row: u32,
    area: &Area,
    title: &str,
    header: Option<&Header>,
) -> SheetError {
    match (error, header) {
        (ReadError::Missing(column), Some(header)) => header.error(column, 0),
        (ReadError::Duplicate(column), Some(header)) => {
            let count = header.count(&column).max(2);
            header.error(column, count)
        }
        (ReadError::Unfit { wanted, place: Some((index, column)) }, _) => {
            let address = CellAddress::at(area.left + index as u32, row);
            let place = crate::a1::Range::from(address).on_sheet(title).to_string();
            let found = cells.get(index).map_or_else(|| "no cell".to_owned(), Cell::describe);
            CellError { place, column, wanted, found }.into()
        }
        (error, _) => {
            let place = Area { top: row, rows: 1, ..area.clone() }.range(title).to_string();
            let found = format!("a row of {} cells", cells.len());
            CellError { place, column: None, wanted: error.to_string(), found }.into()
        }
    }
}

/// A row that is read into a type: by the names of a header, or by position.
#[derive(Clone, Copy)]
struct RowReader<'a> {
    cells: &'a [Cell],
    header: Option<&'a Header>,
}

impl<'a> RowReader<'a> {
    fn by_name<'de, V: Visitor<'de>>(
        self,
        header: &'a Header,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_map(ByName { cells: self.cells, header, next: 0 })
    }

    fn by_position<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_seq(ByPosition { cells: self.cells, next: 0 })
    }
}

impl<'de> Deserializer<'de> for RowReader<'_> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.header {
            Some(header) => self.by_name(header, visitor),
            None => self.by_position(visitor),
        }
    }

    /// A map would keep the last of two columns of a name only.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let Some(header) = self.header else {
            return Err(ReadError::unfit("a list or a tuple, rows by position have no names"));
        };
        match header.columns.iter().find(|it| header.count(&it.1) > 1) {
            Some((_, column)) => Err(ReadError::Duplicate(column.clone())),
            None => self.by_name(header, visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.by_position(visitor)
    }

    /// A tuple leaves no value behind.
    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let rest = self.cells.iter().enumerate().skip(length).find(|it| !it.1.is_empty());
        match rest {
            Some((index, _)) => {
                let wanted = format!("nothing behind the {length} values of a tuple");
                Err(ReadError::unfit(wanted).at(index, None))
            }
            None => self.by_position(visitor),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct struct enum identifier ignored_any
    }
}

/// The cells of a row with the names of their columns.
struct ByName<'a> {
    cells: &'a [Cell],
    header: &'a Header,
    next: usize,
}

impl<'de> MapAccess<'de> for ByName<'_> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReadError> {
        let column = self.header.columns.get(self.next);
        column.map(|(_, name)| seed.deserialize(StrDeserializer::new(name))).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ReadError> {
        let Some((index, name)) = self.header.columns.get(self.next) else {
            return Err(ReadError::unfit("a column"));
        };
        self.next += 1;
        let cell = self.cells.get(*index).unwrap_or(&Cell::Empty);
        seed.deserialize(CellReader(cell)).map_err(|error| error.at(*index, Some(name)))
    }
}

/// The cells of a row in their order.
struct ByPosition<'a> {
    cells: &'a [Cell],
    next: usize,
}

impl<'de> SeqAccess<'de> for ByPosition<'_> {
    type Error = ReadError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ReadError> {
        let Some(cell) = self.cells.get(self.next) else { return Ok(None) };
        self.next += 1;
        let value = seed.deserialize(CellReader(cell));
        value.map(Some).map_err(|error| error.at(self.next - 1, None))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.cells.len() - self.next)
    }
}
