//! Which records are read: conditions by the types of the fields.

use lark_core::UnixMillis;

use super::error::TableError;
use super::schema::{Field, Schema};
use super::shape::Shape;
use crate::v1::{
    ChildrenFilter, Condition, ConditionOperator as Operator, Conjunction, FilterInfo,
};

/// Most conditions of a filter.
const MOST: usize = 50;
/// Most values of a condition.
const VALUES: usize = 10;

/// Which records are read. Fields are named by name or id.
///
/// ```
/// use lark_bitable::table::{Day, Filter};
///
/// let late = Filter::field("Due").is_before(Day::Today).and(Filter::field("Done").is(false));
/// let large = Filter::field("Hours").is_at_least(8).and(Filter::field("Owner").is_not_empty());
/// let filter = late.or(large);
/// ```
///
/// `all` and `any` may be nested once. It is checked against the table before anything is sent: the
/// fields, and whether values and comparisons are ones for their types.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(Node);

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Compare { field: String, operator: Operator, operand: Option<Operand> },
    Group(Conjunction, Vec<Node>),
}

/// A field that is compared with something.
#[derive(Clone, Debug)]
#[must_use = "a field is no filter yet"]
pub struct FieldFilter(String);

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Operand {
    /// A text, the name of an option, or an id of a person, chat or record.
    Text(String),
    /// Several of them.
    Texts(Vec<String>),
    /// A number.
    Number(f64),
    /// Whether a box is checked.
    Checked(bool),
    /// The day that a moment is in, by the time zone of the Base: the platform compares days.
    Moment(UnixMillis),
    /// A day or a time that goes with the present day.
    Day(Day),
}

/// Days that go with the present day, by the time zone of the Base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Day {
    /// The present day.
    Today,
    /// The next day.
    Tomorrow,
    /// The day before.
    Yesterday,
    /// The present week.
    CurrentWeek,
    /// The week before.
    LastWeek,
    /// The present month.
    CurrentMonth,
    /// The month before.
    LastMonth,
    /// The last 7 days.
    TheLastWeek,
    /// The next 7 days.
    TheNextWeek,
    /// The last 30 days.
    TheLastMonth,
    /// The next 30 days.
    TheNextMonth,
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $method:ident $operator:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $method(self, operand: impl Into<Operand>) -> Filter {
            self.compare(Operator::$operator, Some(operand.into()))
        }
    )*};
}

impl FieldFilter {
    fn compare(self, operator: Operator, operand: Option<Operand>) -> Filter {
        Filter(Node::Compare { field: self.0, operator, operand })
    }

    comparisons! {
        /// The same value.
        is Is;
        /// Another value. Not for dates.
        is_not IsNot;
        /// A text with this in it, or a list with one of these. Not for dates and numbers.
        contains Contains;
        /// The contrary of [`contains`](Self::contains).
        does_not_contain DoesNotContain;
        /// A larger number, or a later day.
        is_after IsGreater;
        /// A smaller number, or an earlier day.
        is_before IsLess;
        /// A larger number.
        is_more_than IsGreater;
        /// A smaller number.
        is_less_than IsLess;
        /// This number or a larger one.
        is_at_least IsGreaterEqual;
        /// This number or a smaller one.
        is_at_most IsLessEqual;
    }

    /// An empty cell.
    #[must_use]
    pub fn is_empty(self) -> Filter {
        self.compare(Operator::IsEmpty, None)
    }

    /// A cell with a value.
    #[must_use]
    pub fn is_not_empty(self) -> Filter {
        self.compare(Operator::IsNotEmpty, None)
    }
}

impl Filter {
    /// Begins a condition on a field, by its name or id.
    pub fn field(name_or_id: impl Into<String>) -> FieldFilter {
        FieldFilter(name_or_id.into())
    }

    /// All of these. Without any, every record.
    #[must_use]
    pub fn all(filters: impl IntoIterator<Item = Filter>) -> Self {
        Self(Node::group(Conjunction::And, filters.into_iter().map(|it| it.0)))
    }

    /// At least one of these.
    #[must_use]
    pub fn any(filters: impl IntoIterator<Item = Filter>) -> Self {
        Self(Node::group(Conjunction::Or, filters.into_iter().map(|it| it.0)))
    }

    /// This and the other.
    #[must_use]
    pub fn and(self, other: Filter) -> Self {
        Self::all([self, other])
    }

    /// This or the other.
    #[must_use]
    pub fn or(self, other: Filter) -> Self {
        Self::any([self, other])
    }

    /// The filter of a search; `None` for every record.
    pub(super) fn to_info(&self, schema: &Schema) -> Result<Option<FilterInfo>, TableError> {
        let alone = [self.0.clone()];
        let (conjunction, nodes) = match &self.0 {
            Node::Group(conjunction, nodes) => (conjunction, nodes.as_slice()),
            Node::Compare { .. } => (&Conjunction::And, alone.as_slice()),
        };
        if nodes.is_empty() && *conjunction == Conjunction::And {
            return Ok(None);
        }
        let (mut conditions, mut children) = (Vec::new(), Vec::new());
        for node in nodes {
            match node {
                Node::Compare { .. } => conditions.push(node.to_condition(schema)?),
                Node::Group(conjunction, nodes) => {
                    let below = nodes.iter().map(|it| it.to_condition(schema));
                    let below: Vec<Condition> = below.collect::<Result<_, _>>()?;
                    let group = ChildrenFilter::new().conjunction(conjunction.clone());
                    children.push((below.len(), group.conditions(below)));
                }
            }
        }
        let count = conditions.len() + children.iter().map(|(count, _)| count).sum::<usize>();
        if !(1..=MOST).contains(&count) || children.iter().any(|(count, _)| *count == 0) {
            let reason =
                format!("a filter has 1 to {MOST} conditions, and each group one, not {count}");
            return Err(TableError::request(reason));
        }
        let info = FilterInfo::new().conjunction(conjunction.clone()).conditions(conditions);
        Ok(Some(match children.is_empty() {
            true => info,
            false => info.children(children.into_iter().map(|(_, it)| it)),
        }))
    }
}

impl Node {
    /// A group; groups of the same kind in it become part of it.
    fn group(conjunction: Conjunction, nodes: impl Iterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for node in nodes {
            match node {
                Self::Group(of, mut nodes) if of == conjunction || nodes.len() == 1 => {
                    all.append(&mut nodes);
                }
                node => all.push(node),
            }
        }
        Self::Group(conjunction, all)
    }

    fn to_condition(&self, schema: &Schema) -> Result<Condition, TableError> {
        let Self::Compare { field: key, operator, operand } = self else {
            return Err(TableError::request("a filter nests all and any once, not deeper"));
        };
        let field = schema.field(key).ok_or_else(|| {
            let names = schema.names();
            TableError::request(format!("filter on field {key:?}: the table has {names}"))
        })?;
        let wrong = |why: String| {
            TableError::request(format!("filter on field {key:?} ({:?}): {why}", field.kind))
        };
        let value = match operand {
            None => Vec::new(),
            Some(operand) => {
                check_operator(field.shape(), operator).map_err(|it| wrong(it.to_owned()))?;
                operand.to_values(field).map_err(wrong)?
            }
        };
        Ok(Condition::new().field_name(&field.name).operator(operator.clone()).value(value))
    }
}

fn check_operator(shape: Shape, operator: &Operator) -> Result<(), &'static str> {
    let is_order = matches!(
        operator,
        Operator::IsGreater | Operator::IsGreaterEqual | Operator::IsLess | Operator::IsLessEqual
    );
    let is_part = matches!(operator, Operator::Contains | Operator::DoesNotContain);
    match shape {
        Shape::Date
            if matches!(operator, Operator::Is | Operator::IsGreater | Operator::IsLess) =>
        {
            Ok(())
        }
        Shape::Date => Err("dates are compared by is, is_before and is_after"),
        Shape::Checkbox if *operator != Operator::Is => Err("boxes are compared by is"),
        Shape::Number if is_part => Err("numbers have no parts"),
        Shape::Number | Shape::Computed | Shape::Json => Ok(()),
        _ if is_order => Err("only numbers and dates have an order"),
        _ => Ok(()),
    }
}

impl Operand {
    /// The operand as it travels.
    fn to_values(&self, field: &Field) -> Result<Vec<String>, String> {
        let wanted = match (field.shape(), self) {
            (Shape::Number, Self::Number(_)) => "",
            (Shape::Number, _) => "a number",
            (Shape::Checkbox, Self::Checked(_)) => "",
            (Shape::Checkbox, _) => "true or false",
            (Shape::Date, Self::Moment(_) | Self::Day(_)) => "",
            (Shape::Date, _) => "a moment or a day",
            (Shape::Computed | Shape::Json, _) => "",
            (_, Self::Text(_) | Self::Texts(_)) => "",
            (_, _) => "a text",
        };
        if !wanted.is_empty() {
            return Err(format!("wanted {wanted}, found {self:?}"));
        }
        let values = match self {
            Self::Text(text) => vec![text.clone()],
            Self::Texts(texts) => texts.clone(),
            Self::Number(number) => vec![number.to_string()],
            Self::Checked(value) => vec![value.to_string()],
            Self::Moment(moment) => vec!["ExactDate".to_owned(), moment.0.to_string()],
            Self::Day(day) => vec![format!("{day:?}")],
        };
        match (1..=VALUES).contains(&values.len()) {
            true => Ok(values),
            false => Err(format!("wanted 1 to {VALUES} values, found {}", values.len())),
        }
    }
}

impl From<&str> for Operand {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Operand {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Operand {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl<T: Into<String>> From<Vec<T>> for Operand {
    fn from(texts: Vec<T>) -> Self {
        Self::Texts(texts.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for Operand {
    fn from(texts: [T; N]) -> Self {
        Self::Texts(texts.into_iter().map(Into::into).collect())
    }
}

impl From<f64> for Operand {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Operand {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Operand {
    fn from(value: bool) -> Self {
        Self::Checked(value)
    }
}

impl From<UnixMillis> for Operand {
    fn from(moment: UnixMillis) -> Self {
        Self::Moment(moment)
    }
}

impl From<Day> for Operand {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}
