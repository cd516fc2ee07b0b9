//! A value of any type as a cell.

use std::fmt;

use lark_core::__private::is_exact;
use lark_core::Value;
use serde::ser::{self, Serialize, Serializer};
use serde_json::value::Serializer as JsonSerializer;

use crate::cell::Cell;

/// Why a value is no cell, or no row.
#[derive(Debug)]
pub(super) struct WriteValueError {
    pub(super) wanted: String,
    pub(super) found: String,
    /// The name of the field, once it is known.
    pub(super) column: Option<String>,
}

impl WriteValueError {
    pub(super) fn new(wanted: impl Into<String>, found: impl Into<String>) -> Self {
        Self { wanted: wanted.into(), found: found.into(), column: None }
    }

    pub(super) fn of(mut self, column: &str) -> Self {
        self.column.get_or_insert_with(|| column.to_owned());
        self
    }
}

impl fmt::Display for WriteValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wanted {}, found {}", self.wanted, self.found)
    }
}

impl std::error::Error for WriteValueError {}

impl ser::Error for WriteValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new("a value", message.to_string())
    }
}

/// Makes a cell of a value.
pub(super) struct CellWriter;

type Json = Result<Value, serde_json::Error>;

/// A cell of what serde_json makes of a value.
fn of_json(json: Json) -> Result<Cell, WriteValueError> {
    match json.map_err(|error| WriteValueError::new("a cell", error.to_string()))? {
        Value::Array(items)
            if items.iter().all(|it| it["type"].is_string()) && !items.is_empty() =>
        {
            Ok(Cell::from_json(items.into()))
        }
        Value::Array(items) if items.iter().all(is_scalar) => Ok(match items.is_empty() {
            true => Cell::Empty,
            false => Cell::MultipleValues(items),
        }),
        value if value["type"].is_string() => Ok(Cell::from_json(value)),
        value => Err(WriteValueError::new("a cell", value.to_string())),
    }
}

fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_number() || value.is_boolean()
}

fn integer(number: impl fmt::Display, as_double: f64) -> Result<Cell, WriteValueError> {
    match is_exact(&number, as_double) {
        true => Ok(Cell::Number(as_double)),
        false => Err(WriteValueError::new(
            "an integer of at most 2^53, which a sheet keeps exactly (others as text)",
            number.to_string(),
        )),
    }
}

macro_rules! integers {
    ($($method:ident $type:ty;)*) => {
        $(fn $method(self, it: $type) -> Result<Cell, WriteValueError> {
            integer(it, it as f64)
        })*
    };
}

/// A list or map that serde_json collects.
pub(super) struct Collected<T>(T);

macro_rules! collected {
    ($($trait:ident $method:ident;)*) => {
        $(impl<T: ser::$trait<Ok = Value, Error = serde_json::Error>> ser::$trait for Collected<T> {
            type Ok = Cell;
            type Error = WriteValueError;

            fn $method<V: Serialize + ?Sized>(&mut self, value: &V) -> Result<(), WriteValueError> {
                self.0.$method(value).map_err(ser::Error::custom)
            }

            fn end(self) -> Result<Cell, WriteValueError> {
                of_json(self.0.end())
            }
        })*
    };
}

collected! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! collected_fields {
    ($($trait:ident)*) => {
        $(impl<T: ser::$trait<Ok = Value, Error = serde_json::Error>> ser::$trait for Collected<T> {
            type Ok = Cell;
            type Error = WriteValueError;

            fn serialize_field<V: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &V,
            ) -> Result<(), WriteValueError> {
                self.0.serialize_field(name, value).map_err(ser::Error::custom)
            }

            fn end(self) -> Result<Cell, WriteValueError> {
                of_json(self.0.end())
            }
        })*
    };
}

collected_fields! { SerializeStruct SerializeStructVariant }

impl<T: ser::SerializeMap<Ok = Value, Error = serde_json::Error>> ser::SerializeMap
    for Collected<T>
{
    type Ok = Cell;
    type Error = WriteValueError;

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<(), WriteValueError> {
        self.0.serialize_key(key).map_err(ser::Error::custom)
    }

    fn serialize_value<V: Serialize + ?Sized>(&mut self, value: &V) -> Result<(), WriteValueError> {
        self.0.serialize_value(value).map_err(ser::Error::custom)
    }

    fn end(self) -> Result<Cell, WriteValueError> {
        of_json(self.0.end())
    }
}

macro_rules! collectors {
    ($($type:ident $method:ident($($argument:ident: $of:ty),*);)*) => {
        $(fn $method(self, $($argument: $of),*) -> Result<Self::$type, WriteValueError> {
            JsonSerializer.$method($($argument),*).map(Collected).map_err(ser::Error::custom)
        })*
    };
}

impl Serializer for CellWriter {
    type Ok = Cell;
    type Error = WriteValueError;
    type SerializeSeq = Collected<<JsonSerializer as Serializer>::SerializeSeq>;
    type SerializeTuple = Collected<<JsonSerializer as Serializer>::SerializeTuple>;
    type SerializeTupleStruct = Collected<<JsonSerializer as Serializer>::SerializeTupleStruct>;
    type SerializeTupleVariant = Collected<<JsonSerializer as Serializer>::SerializeTupleVariant>;
    type SerializeMap = Collected<<JsonSerializer as Serializer>::SerializeMap>;
    type SerializeStruct = Collected<<JsonSerializer as Serializer>::SerializeStruct>;
    type SerializeStructVariant = Collected<<JsonSerializer as Serializer>::SerializeStructVariant>;

    integers! {
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_i128 i128;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_u128 u128;
    }

    fn serialize_f32(self, it: f32) -> Result<Cell, WriteValueError> {
        // 0.1 stays 0.1, which it is not as a double.
        self.serialize_f64(it.to_string().parse().unwrap_or_else(|_| it.into()))
    }

    fn serialize_bool(self, it: bool) -> Result<Cell, WriteValueError> {
        Ok(Cell::Bool(it))
    }

    fn serialize_f64(self, it: f64) -> Result<Cell, WriteValueError> {
        match it.is_finite() {
            true => Ok(Cell::Number(it)),
            false => Err(WriteValueError::new("a finite number", it.to_string())),
        }
    }

    fn serialize_char(self, it: char) -> Result<Cell, WriteValueError> {
        Ok(Cell::Text(it.to_string()))
    }

    fn serialize_str(self, it: &str) -> Result<Cell, WriteValueError> {
        Ok(Cell::Text(it.to_owned()))
    }

    fn serialize_bytes(self, it: &[u8]) -> Result<Cell, WriteValueError> {
        Err(WriteValueError::new("a cell", format!("{} bytes", it.len())))
    }

    fn serialize_none(self) -> Result<Cell, WriteValueError> {
        Ok(Cell::Empty)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, it: &T) -> Result<Cell, WriteValueError> {
        it.serialize(self)
    }

    fn serialize_unit(self) -> Result<Cell, WriteValueError> {
        Ok(Cell::Empty)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Cell, WriteValueError> {
        Ok(Cell::Empty)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Cell, WriteValueError> {
        Ok(Cell::Text(variant.to_owned()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        it: &T,
    ) -> Result<Cell, WriteValueError> {
        it.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        it: &T,
    ) -> Result<Cell, WriteValueError> {
        of_json(JsonSerializer.serialize_newtype_variant(name, index, variant, it))
    }

    collectors! {
        SerializeSeq serialize_seq(length: Option<usize>);
        SerializeTuple serialize_tuple(length: usize);
        SerializeTupleStruct serialize_tuple_struct(name: &'static str, length: usize);
        SerializeMap serialize_map(length: Option<usize>);
        SerializeStruct serialize_struct(name: &'static str, length: usize);
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, WriteValueError> {
        let inner = JsonSerializer.serialize_tuple_variant(name, index, variant, length);
        inner.map(Collected).map_err(ser::Error::custom)
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, WriteValueError> {
        let inner = JsonSerializer.serialize_struct_variant(name, index, variant, length);
        inner.map(Collected).map_err(ser::Error::custom)
    }
}
