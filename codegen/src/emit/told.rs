//! Which facts of a field its description tells already.

use crate::model::Range;

/// A description and the name of its field on the wire.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    description: &'a str,
    wire: &'a str,
}

impl<'a> Told<'a> {
    pub(crate) fn new(description: &'a str, wire: &'a str) -> Told<'a> {
        Told { description, wire }
    }

    /// These very words.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.description.contains(words)
    }

    /// That no request may set it.
    pub(crate) fn read_only(&self) -> bool {
        self.mentions("read-only") || self.mentions("read only")
    }

    /// What an id names.
    pub(crate) fn id(&self, kind: &str) -> bool {
        match kind {
            "user" => self.says("by `user_id_type`"),
            "department" => self.says("by `department_id_type`"),
            "chat" => self.wire.contains("chat_id") || self.says("`oc_"),
            "message" => self.wire.contains("message_id") || self.says("`om_"),
            "file" => self.wire.contains("token") || self.has_word(&["token", "tokens"]),
            "open_id" => self.wire.contains("open_id") || self.mentions("open id"),
            "union_id" => self.wire.contains("union_id") || self.mentions("union id"),
            "user_id" => self.mentions("user id"),
            "department_id" => self.mentions("id of the department"),
            "open_department_id" => {
                self.mentions("open department id") || self.mentions("open id of the department")
            }
            _ => false,
        }
    }

    /// How a text is written.
    pub(crate) fn format(&self, format: &str) -> bool {
        match format {
            "date" => self.mentions("yyyy-mm-dd"),
            "date-basic" => self.mentions("yyyymmdd"),
            "date-slash" => self.mentions("yyyy/mm/dd"),
            "date-time" => self.says("RFC 3339"),
            "local-date-time" => self.mentions("yyyy-mm-dd hh:mm:ss"),
            "local-date-minute" => self.mentions("yyyy-mm-dd hh:mm"),
            "month" => self.mentions("yyyy-mm"),
            "month-basic" => self.mentions("yyyymm"),
            "json" => self.says("JSON"),
            "base64" | "base64url" => self.mentions(format),
            _ => false,
        }
    }

    /// What a number counts.
    pub(crate) fn unit(&self, unit: &str) -> bool {
        let words: &[&str] = match unit {
            "ns" => &["nanoseconds"],
            "us" => &["microseconds"],
            "ms" => &["milliseconds"],
            "s" => &["seconds"],
            "min" => &["minutes"],
            "h" => &["hours"],
            "day" => &["days"],
            "byte" => &["bytes"],
            "KB" => &["kb"],
            "MB" => &["mb"],
            "px" => &["pixels"],
            "percent" => &["percent", "percentage"],
            "m" => &["metres"],
            _ => &[],
        };
        self.has_word(words)
    }

    /// The default, as JSON.
    pub(crate) fn default(&self, json: &str) -> bool {
        let value = json.trim_matches('"');
        let is_named = self.says(&format!("`{value}`")) || self.has_word(&[value]);
        self.mentions("default") && is_named
    }

    /// A range, in these words, or by all its numbers; 0 and 1 alone are no sign of it.
    pub(crate) fn range(&self, words: &str, Range { least, most }: &Range) -> bool {
        let counted = [" characters", " character", " items", " item"];
        let words = counted.iter().find_map(|it| words.strip_suffix(it)).unwrap_or(words);
        let numbers = [least, most].into_iter().flatten().map(String::as_str);
        let telling: Vec<&str> = numbers.filter(|it| !matches!(*it, "0" | "1")).collect();
        let has_numbers = !telling.is_empty() && telling.iter().all(|it| self.has_word(&[it]));
        has_numbers || self.mentions(&words.to_lowercase())
    }

    /// These words, in lower case here and in any case there.
    fn mentions(&self, words: &str) -> bool {
        self.description.to_lowercase().contains(words)
    }

    /// One of these words, in lower case.
    fn has_word(&self, words: &[&str]) -> bool {
        let text = self.description.to_lowercase();
        let is_part = |mark: char| mark.is_alphanumeric() || matches!(mark, '_' | '-' | '.');
        let mut found = text.split(|mark| !is_part(mark)).map(|word| word.trim_matches('.'));
        found.any(|word| words.contains(&word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_that_the_description_has() {
        let told = Told::new("Head of the department, by `user_id_type`.", "leader");
        assert!(told.id("user") && !told.id("department"));
        assert!(Told::new("The chat.", "chat_id").id("chat"));
        assert!(!Told::new("The chat.", "target").id("chat"));
        assert!(Told::new("How long, in seconds.", "time").unit("s"));
        assert!(!Told::new("How long, in milliseconds.", "time").unit("s"));
        assert!(Told::new("`user` (default) or `department`.", "type").default("\"user\""));
        assert!(!Told::new("The normal ones by default.", "type").default("1"));
    }

    #[test]
    fn ranges_that_the_description_has() {
        let told = Told::new("Users to look up, 1 to 10, with 300 each.", "users");
        assert!(told.range("1 to 10 items", &Range::of("1", "10")));
        assert!(told.range("At most 300 characters", &Range::of("", "300")));
        assert!(!told.range("At most 30 characters", &Range::of("", "30")));
        assert!(
            Told::new("Reminder. At most 1.", "reminders")
                .range("At most 1 item", &Range::of("", "1"))
        );
        for words in ["Read only.", "Number of columns. Read-only."] {
            assert!(Told::new(words, "columns").read_only());
        }
        assert!(!told.range("At least 1 character", &Range::of("1", "")));
        assert!(
            Told::new("Score, 0 to 1 in steps of 0.1.", "s").range("0 to 1", &Range::of("0", "1"))
        );
    }
}
