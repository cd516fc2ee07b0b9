//! Dates and times to choose.

use super::element::{element, object, property};

element! {
    /// A date to choose, which comes back as `2024-04-01 +0800`, with the offset of the person's time
    /// zone. It needs a placeholder, or a date to begin with.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/date-picker>.
    DatePicker = "date_picker": name required placeholder width disabled confirm callback
}

impl DatePicker {
    /// Any date.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// The date that is chosen already: `2024-04-01`.
    #[must_use]
    pub fn initial_date(self, date: impl Into<String>) -> Self {
        self.set("initial_date", date.into())
    }
}

element! {
    /// A time of day to choose, which comes back as `05:05 +0800`. It needs a placeholder, or a time to
    /// begin with.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/time-selector>.
    TimePicker = "picker_time": name required placeholder width disabled confirm callback
}

impl TimePicker {
    /// Any time.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// The time that is chosen already: `11:30`.
    #[must_use]
    pub fn initial_time(self, time: impl Into<String>) -> Self {
        self.set("initial_time", time.into())
    }
}

element! {
    /// A date and time to choose, which comes back as `2024-04-29 07:07 +0800`. It needs a placeholder,
    /// or a time to begin with.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/date-time-picker>.
    DatetimePicker = "picker_datetime": name required placeholder width disabled confirm callback
}

impl DatetimePicker {
    /// Any time.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// The time that is chosen already: `2024-01-01 11:30`.
    #[must_use]
    pub fn initial_datetime(self, datetime: impl Into<String>) -> Self {
        self.set("initial_datetime", datetime.into())
    }
}
