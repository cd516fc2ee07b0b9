//! Columns.

use super::element::{element, object, property, push};

element! {
    /// Columns side by side.
    ///
    /// ```
    /// use lark_im::content::card::{Column, ColumnSet, FlexMode, Markdown};
    ///
    /// let numbers = ColumnSet::new()
    ///     .flex_mode(FlexMode::Stretch)
    ///     .column(Column::new().weight(1).element(Markdown::new("**312** tests")))
    ///     .column(Column::new().weight(1).element(Markdown::new("**4** min")));
    /// ```
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/containers/column-set>.
    ColumnSet = "column_set": horizontal_spacing horizontal_align background_style
}

impl ColumnSet {
    /// A set without columns.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Appends a column.
    #[must_use]
    pub fn column(mut self, column: Column) -> Self {
        push(&mut self.0, "columns", column.0.into());
        self
    }

    /// Sets the layout on narrow screens; by default the columns shrink.
    #[must_use]
    pub fn flex_mode(self, mode: FlexMode) -> Self {
        self.set("flex_mode", mode.as_str())
    }
}

element! {
    /// A column of a [`ColumnSet`], with any elements except forms and tables.
    Column = "column":
    elements direction horizontal_spacing vertical_spacing horizontal_align vertical_align padding
    background_style
}

impl Column {
    /// A column as wide as its content.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Sets the column's share of the width, 1 to 5.
    #[must_use]
    pub fn weight(self, weight: u8) -> Self {
        self.set("width", "weighted").set("weight", weight)
    }

    /// Sets the width: `auto`, or 16 to 600 px as in `100px`. For a share see [`weight`](Self::weight).
    #[must_use]
    pub fn width(self, width: impl Into<String>) -> Self {
        self.set("width", width.into())
    }
}

lark_core::open_enum! {
    /// Layout of columns on narrow screens.
    FlexMode {
        /// They shrink.
        None = "none",
        /// They are stacked at full width.
        Stretch = "stretch",
        /// They wrap.
        Flow = "flow",
        /// Two per row.
        Bisect = "bisect",
        /// Three per row.
        Trisect = "trisect",
    }
}
