//! The sentence on how much there is, for the READMEs of the project.

use lark_codegen::{CrateSummary, Output};

/// What all domain crates have together.
#[derive(Debug)]
pub(crate) struct Counts {
    crates: usize,
    operations: usize,
    previews: usize,
    events: usize,
}

impl Counts {
    pub(crate) fn of(output: &Output) -> Self {
        let sum = |of: fn(&CrateSummary) -> usize| output.crates.iter().map(of).sum::<usize>();
        Self {
            crates: output.crates.len(),
            operations: sum(|it| it.operations - it.previews),
            previews: sum(|it| it.previews),
            events: sum(|it| it.events),
        }
    }

    pub(crate) fn sentence(&self) -> String {
        let Self { crates, previews, .. } = self;
        let (operations, events) = (grouped(self.operations), grouped(self.events));
        format!(
            "{crates} domain crates have {operations} operations and {events} events; {previews} more operations are previews, \
             behind a feature.\n"
        )
    }

    pub(crate) fn sentence_zh(&self) -> String {
        let Self { crates, previews, .. } = self;
        let (operations, events) = (grouped(self.operations), grouped(self.events));
        format!(
            "共有 {crates} 个业务域 crate，{operations} 个接口和 {events} 个事件；另有 {previews} 个预览接口，在 feature 之后。\n"
        )
    }
}

/// `1,701`
fn grouped(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1000), number % 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let counts = Counts { crates: 70, operations: 1_001_042, previews: 30, events: 257 };
        assert_eq!(
            counts.sentence(),
            "70 domain crates have 1,001,042 operations and 257 events; 30 more operations are \
             previews, behind a feature.\n"
        );
    }
}
