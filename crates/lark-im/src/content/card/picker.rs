//! Date and time pickers.

use super::element::{element, object, property};

element! {
    /// A date picker. The date arrives as `2024-04-01 +0800`, with the UTC offset of the user. It needs a
    /// placeholder or an initial date.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/date-picker>.
    DatePicker = "date_picker": name required placeholder width disabled confirm callback
}

impl DatePicker {
    /// A picker for a date.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Sets the initial date: `2024-04-01`.
    #[must_use]
    pub fn initial_date(self, date: impl Into<String>) -> Self {
        self.set("initial_date", date.into())
    }
}

element! {
    /// A time picker. The time arrives as `05:05 +0800`. It needs a placeholder or an initial time.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/time-selector>.
    TimePicker = "picker_time": name required placeholder width disabled confirm callback
}

impl TimePicker {
    /// A picker for a time.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Sets the initial time: `11:30`.
    #[must_use]
    pub fn initial_time(self, time: impl Into<String>) -> Self {
        self.set("initial_time", time.into())
    }
}

element! {
    /// A date and time picker. The value arrives as `2024-04-29 07:07 +0800`. It needs a placeholder or
    /// an initial value.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/date-time-picker>.
    DatetimePicker = "picker_datetime": name required placeholder width disabled confirm callback
}

impl DatetimePicker {
    /// A picker for a date and time.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Sets the initial date and time: `2024-01-01 11:30`.
    #[must_use]
    pub fn initial_datetime(self, datetime: impl Into<String>) -> Self {
        self.set("initial_datetime", datetime.into())
    }
}
