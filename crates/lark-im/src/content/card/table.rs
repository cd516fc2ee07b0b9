//! Tables and charts.

use serde_json::{Map, Value, json};

use super::element::{element, object, property, push};

element! {
    /// A table. It must be at the top level of the card, which has at most
    /// [five](super::MAX_CARD_TABLES), those in Markdown included.
    ///
    /// ```
    /// use lark_im::content::card::{Table, TableColumn};
    ///
    /// let table = Table::new()
    ///     .column(TableColumn::new("name", "Name"))
    ///     .column(TableColumn::new("tests", "Tests").data_type("number"))
    ///     .row([("name", "core".into()), ("tests", 312.into())]);
    /// ```
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/table>.
    Table = "table":
}

impl Table {
    /// A table without columns and rows.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty().set("columns", json!([])).set("rows", json!([]))
    }

    /// Appends a column. At most 50 are shown.
    #[must_use]
    pub fn column(mut self, column: TableColumn) -> Self {
        push(&mut self.0, "columns", column.0.into());
        self
    }

    /// Appends a row: values by the names of their columns.
    #[must_use]
    pub fn row<N: Into<String>>(mut self, cells: impl IntoIterator<Item = (N, Value)>) -> Self {
        let cells = cells.into_iter().map(|(name, value)| (name.into(), value));
        push(&mut self.0, "rows", Map::from_iter(cells).into());
        self
    }

    /// Sets the number of rows per page, 1 to 10; 5 by default.
    #[must_use]
    pub fn page_size(self, rows: u32) -> Self {
        self.set("page_size", rows)
    }

    /// Keeps the first column in place while the others scroll.
    #[must_use]
    pub fn freeze_first_column(self) -> Self {
        self.set("freeze_first_column", true)
    }
}

object! {
    /// A column of a [`Table`].
    TableColumn: horizontal_align vertical_align
}

impl TableColumn {
    /// A column of text, with its name in rows and its heading.
    pub fn new(name: impl Into<String>, display_name: impl Into<String>) -> Self {
        let (name, display_name): (String, String) = (name.into(), display_name.into());
        let column = [("name", name), ("display_name", display_name), ("data_type", "text".into())];
        Self(column.map(|(key, value)| (key.to_owned(), value.into())).into_iter().collect())
    }

    /// Sets the type of the values: `text`, `lark_md`, `markdown`, `number`, `options` (a string, or objects
    /// with `text` and `color`), `persons` (one or more `open_id`) or `date` (milliseconds since 1970).
    #[must_use]
    pub fn data_type(self, data_type: impl Into<String>) -> Self {
        self.set("data_type", data_type.into())
    }

    /// Sets the width: `auto`, 80 to 600 px as in `120px`, or a share as in `25%`.
    #[must_use]
    pub fn width(self, width: impl Into<String>) -> Self {
        self.set("width", width.into())
    }
}

element! {
    /// A chart, defined by a VChart specification.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/chart>.
    Chart = "chart":
}

impl Chart {
    /// A chart with this specification, a JSON object.
    pub fn new(chart_spec: impl Into<Value>) -> Self {
        Self::empty().set("chart_spec", chart_spec)
    }

    /// Sets the aspect ratio: `1:1`, `2:1`, `4:3` or `16:9`, which is the default on a desktop.
    #[must_use]
    pub fn aspect_ratio(self, ratio: impl Into<String>) -> Self {
        self.set("aspect_ratio", ratio.into())
    }
}
