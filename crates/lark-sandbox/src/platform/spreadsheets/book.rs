//! One spreadsheet.

use serde_json::{Value, json};

use crate::platform::Caller;
use crate::services::Services;
use crate::services::ids::hash;

/// How tokens of spreadsheets of the sandbox begin; samples have no capitals.
const PREFIX: &str = "shtcnSB";
/// Rows and columns of a new sheet.
const ROWS: usize = 200;
const COLUMNS: usize = 20;

/// A spreadsheet.
#[derive(Clone, Debug)]
pub(super) struct Book {
    pub(super) token: String,
    pub(super) title: String,
    pub(super) folder: String,
    pub(super) revision: i64,
    /// In the order of their tabs.
    pub(super) sheets: Vec<Sheet>,
}

/// A sheet.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) hidden: bool,
    pub(super) frozen_rows: i64,
    pub(super) frozen_columns: i64,
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Cells by row, as they were written. What is missing is null.
    pub(super) cells: Vec<Vec<Value>>,
}

impl Book {
    pub(super) fn new(services: &Services, title: Option<&str>, folder: Option<&str>) -> Self {
        let id = services.ids.next("");
        Self {
            token: format!("{PREFIX}{}", &id[id.len() - 20..]),
            title: title.unwrap_or_default().to_owned(),
            folder: folder.unwrap_or_default().to_owned(),
            revision: 0,
            sheets: vec![Sheet::new(services, "Sheet1")],
        }
    }

    pub(super) fn rename(&mut self, title: Option<&str>) {
        if let Some(title) = title {
            title.clone_into(&mut self.title);
            self.revision += 1;
        }
    }

    fn url(&self) -> String {
        format!("https://sample.feishu.cn/sheets/{}", self.token)
    }

    /// As its creation shows it.
    pub(super) fn head(&self) -> Value {
        json!({
            "title": self.title,
            "folder_token": self.folder,
            "url": self.url(),
            "spreadsheet_token": self.token,
        })
    }

    /// As `spreadsheet.get` shows it.
    pub(super) fn shown(&self, caller: &Caller) -> Value {
        let owner = caller.open_id.as_deref().unwrap_or(caller.app());
        json!({ "title": self.title, "owner_id": owner, "token": self.token, "url": self.url() })
    }
}

impl Sheet {
    pub(super) fn new(services: &Services, title: &str) -> Self {
        Self {
            id: new_id(services),
            title: title.to_owned(),
            hidden: false,
            frozen_rows: 0,
            frozen_columns: 0,
            rows: ROWS,
            columns: COLUMNS,
            cells: Vec::new(),
        }
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> &Value {
        self.cells.get(row).and_then(|it| it.get(column)).unwrap_or(&Value::Null)
    }

    pub(super) fn set(&mut self, row: usize, column: usize, value: Value) {
        if self.cells.len() <= row {
            self.cells.resize(row + 1, Vec::new());
        }
        let cells = &mut self.cells[row];
        if cells.len() <= column {
            cells.resize(column + 1, Value::Null);
        }
        cells[column] = value;
    }

    /// Inserts empty rows before one.
    pub(super) fn insert_rows(&mut self, at: usize, count: usize) {
        self.rows += count;
        if at < self.cells.len() {
            self.cells.splice(at..at, std::iter::repeat_n(Vec::new(), count));
        }
    }
}

/// The id of a sheet: six letters and digits.
pub(super) fn new_id(services: &Services) -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut number = hash(&services.ids.next("sheet"));
    let mut id = String::new();
    while id.len() < 6 {
        id.push(char::from(DIGITS[(number % 32) as usize]));
        number /= 32;
    }
    id
}
