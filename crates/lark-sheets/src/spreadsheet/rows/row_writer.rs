//! A value of any type as a row.

use serde::ser::{self, Impossible, Serialize, Serializer};

use super::cell_writer::{CellWriter, WriteValueError};
use crate::cell::Cell;

/// A row of a type: of a struct or map the names as well.
#[derive(Debug)]
pub(super) enum Row {
    Named(Vec<(String, Cell)>),
    Positional(Vec<Cell>),
}

/// Makes a row of a value.
pub(super) struct RowWriter;

/// The cells of a list or tuple.
pub(super) struct Cells(Vec<Cell>);

/// The cells of a struct or map.
#[derive(Default)]
pub(super) struct Fields {
    fields: Vec<(String, Cell)>,
    key: Option<String>,
}

fn no_row<T>(found: &str) -> Result<T, WriteValueError> {
    Err(WriteValueError::new("a row: a struct, a map, a list or a tuple", found))
}

fn cell<T: Serialize + ?Sized>(value: &T) -> Result<Cell, WriteValueError> {
    value.serialize(CellWriter)
}

macro_rules! cells {
    ($($trait:ident $method:ident;)*) => {
        $(impl ser::$trait for Cells {
            type Ok = Row;
            type Error = WriteValueError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteValueError> {
                let column = crate::a1::letters(self.0.len() as u32 + 1);
                self.0.push(cell(value).map_err(|error| error.of(&column))?);
                Ok(())
            }

            fn end(self) -> Result<Row, WriteValueError> {
                Ok(Row::Positional(self.0))
            }
        })*
    };
}

cells! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
}

impl ser::SerializeStruct for Fields {
    type Ok = Row;
    type Error = WriteValueError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), WriteValueError> {
        let cell = cell(value).map_err(|error| error.of(name))?;
        self.fields.push((name.to_owned(), cell));
        Ok(())
    }

    fn end(self) -> Result<Row, WriteValueError> {
        Ok(Row::Named(self.fields))
    }
}

impl ser::SerializeMap for Fields {
    type Ok = Row;
    type Error = WriteValueError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), WriteValueError> {
        self.key = Some(cell(key)?.plain_text());
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteValueError> {
        let name = self.key.take().unwrap_or_default();
        let cell = cell(value).map_err(|error| error.of(&name))?;
        self.fields.push((name, cell));
        Ok(())
    }

    fn end(self) -> Result<Row, WriteValueError> {
        Ok(Row::Named(self.fields))
    }
}

macro_rules! no_rows {
    ($($method:ident $type:ty;)*) => {
        $(fn $method(self, it: $type) -> Result<Row, WriteValueError> {
            no_row(&it.to_string())
        })*
    };
}

impl Serializer for RowWriter {
    type Ok = Row;
    type Error = WriteValueError;
    type SerializeSeq = Cells;
    type SerializeTuple = Cells;
    type SerializeTupleStruct = Cells;
    type SerializeTupleVariant = Impossible<Row, WriteValueError>;
    type SerializeMap = Fields;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Impossible<Row, WriteValueError>;

    no_rows! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_f32 f32;
        serialize_f64 f64;
        serialize_char char;
        serialize_str &str;
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Row, WriteValueError> {
        no_row("bytes")
    }

    fn serialize_none(self) -> Result<Row, WriteValueError> {
        no_row("none")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, it: &T) -> Result<Row, WriteValueError> {
        it.serialize(self)
    }

    fn serialize_unit(self) -> Result<Row, WriteValueError> {
        no_row("nothing")
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<Row, WriteValueError> {
        no_row(name)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Row, WriteValueError> {
        no_row(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        it: &T,
    ) -> Result<Row, WriteValueError> {
        it.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        it: &T,
    ) -> Result<Row, WriteValueError> {
        it.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Cells, WriteValueError> {
        Ok(Cells(Vec::with_capacity(length.unwrap_or(0).min(1024))))
    }

    fn serialize_tuple(self, length: usize) -> Result<Cells, WriteValueError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Cells, WriteValueError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, WriteValueError> {
        no_row(variant)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields, WriteValueError> {
        Ok(Fields::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields, WriteValueError> {
        Ok(Fields::default())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, WriteValueError> {
        no_row(variant)
    }
}
