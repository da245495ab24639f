//! Evaluates bound expressions over rows, one value at a time.
//!
//! Owns comparing: nulls, numbers, instants across offsets, text by code point. Asks rows for single values through
//! [`Fields`], so that a row that is generated on demand never has to be built whole to be filtered.

use super::bind::{Function, Kind, Node};
use super::parse::Compare;
use jiff::civil;
use jiff::{SignedDuration, Span, Timestamp};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A row that gives its values by name.
pub(crate) trait Fields {
    /// The value of a property, navigation properties included; null when it has none.
    fn value(&self, name: &str) -> Cow<'_, Value>;
}

impl Fields for Map<String, Value> {
    fn value(&self, name: &str) -> Cow<'_, Value> {
        self.get(name).map_or(Cow::Owned(Value::Null), Cow::Borrowed)
    }
}

/// One comparable value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Datum<'v> {
    /// No value.
    Null,
    /// true or false
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Decimal(f64),
    /// Text, enum members and uuids.
    Text(Cow<'v, str>),
    /// An instant or a date (its midnight in UTC).
    Instant(Timestamp),
    /// A time of day.
    Time(civil::Time),
    /// A duration.
    Duration(SignedDuration),
}

impl<'v> Datum<'v> {
    /// Reads text as a value of some kind; null when it is none.
    pub(crate) fn parse(text: &str, kind: Kind) -> Datum<'static> {
        let found = match kind {
            Kind::Instant | Kind::Date => text
                .parse::<Timestamp>()
                .ok()
                .or_else(|| {
                    let date = text.parse::<civil::Date>().ok().filter(|_| text.len() == 10)?;
                    date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp())
                })
                .map(Datum::Instant),
            Kind::Time => text.parse::<civil::Time>().ok().filter(|_| text.contains(':')).map(Datum::Time),
            Kind::Duration => text
                .parse::<Span>()
                .ok()
                .filter(|_| text.trim_start_matches('-').starts_with('P'))
                .and_then(|s| s.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok())
                .map(Datum::Duration),
            Kind::Uuid => is_uuid(text).then(|| Datum::Text(text.to_ascii_lowercase().into())),
            _ => Some(Datum::Text(text.to_owned().into())),
        };
        found.unwrap_or(Datum::Null)
    }

    fn of(value: Cow<'v, Value>, kind: Kind) -> Self {
        match value {
            Cow::Borrowed(Value::String(s)) => Self::text(Cow::Borrowed(s), kind),
            Cow::Owned(Value::String(s)) => Self::text(Cow::Owned(s), kind),
            other => match other.as_ref() {
                Value::Bool(b) => Self::Bool(*b),
                Value::Number(n) => n.as_i64().map_or_else(|| Self::Decimal(n.as_f64().unwrap_or(0.0)), Self::Integer),
                _ => Self::Null,
            },
        }
    }

    fn text(text: Cow<'v, str>, kind: Kind) -> Self {
        match kind {
            Kind::Instant | Kind::Date | Kind::Time | Kind::Duration | Kind::Uuid => Self::parse(&text, kind),
            _ => Self::Text(text),
        }
    }

    fn truth(&self) -> bool {
        *self == Self::Bool(true)
    }

    /// Order for sorting: null first, then by value.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            _ => self.against(other).unwrap_or(Ordering::Equal),
        }
    }

    fn against(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Integer(a), Self::Integer(b)) => Some(a.cmp(b)),
            (Self::Integer(a), Self::Decimal(b)) => (*a as f64).partial_cmp(b),
            (Self::Decimal(a), Self::Integer(b)) => a.partial_cmp(&(*b as f64)),
            (Self::Decimal(a), Self::Decimal(b)) => a.partial_cmp(b),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Instant(a), Self::Instant(b)) => Some(a.cmp(b)),
            (Self::Time(a), Self::Time(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// The same value, owning its text.
    pub(crate) fn into_owned(self) -> Datum<'static> {
        match self {
            Self::Null => Datum::Null,
            Self::Bool(b) => Datum::Bool(b),
            Self::Integer(n) => Datum::Integer(n),
            Self::Decimal(n) => Datum::Decimal(n),
            Self::Text(s) => Datum::Text(Cow::Owned(s.into_owned())),
            Self::Instant(t) => Datum::Instant(t),
            Self::Time(t) => Datum::Time(t),
            Self::Duration(d) => Datum::Duration(d),
        }
    }
}

/// Whether text is spelt as a uuid.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text
            .char_indices()
            .all(|(i, c)| if matches!(i, 8 | 13 | 18 | 23) { c == '-' } else { c.is_ascii_hexdigit() })
}

/// The row and the range variables in reach, innermost last.
enum Scope<'s> {
    Row(&'s dyn Fields),
    Variable(&'s Scope<'s>, usize, &'s Value),
}

/// Whether a condition holds for a row.
pub(crate) fn holds(node: &Node, row: &dyn Fields) -> bool {
    evaluate(node, &Scope::Row(row)).truth()
}

/// The value of a sort key for a row.
pub(crate) fn key(node: &Node, row: &dyn Fields) -> Datum<'static> {
    evaluate(node, &Scope::Row(row)).into_owned()
}

fn evaluate<'v>(node: &'v Node, scope: &'v Scope<'v>) -> Datum<'v> {
    match node {
        Node::Constant(datum) => datum.clone(),
        Node::Path { scope: level, names, kind } => match find(scope, *level, names) {
            Some(value) => Datum::of(value, *kind),
            None => Datum::Null,
        },
        Node::Call(function, arguments) => call(*function, arguments, scope),
        Node::Compare(op, a, b) => Datum::Bool(compare(*op, &evaluate(a, scope), &evaluate(b, scope))),
        Node::In(a, members) => {
            let a = evaluate(a, scope);
            Datum::Bool(members.iter().any(|m| compare(Compare::Eq, &a, m)))
        }
        Node::And(a, b) => Datum::Bool(evaluate(a, scope).truth() && evaluate(b, scope).truth()),
        Node::Or(a, b) => Datum::Bool(evaluate(a, scope).truth() || evaluate(b, scope).truth()),
        Node::Not(a) => Datum::Bool(!evaluate(a, scope).truth()),
        Node::Lambda { scope: level, names, every, body } => {
            let found = find(scope, *level, names);
            let elements = found.as_deref().and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            Datum::Bool(match body {
                None => !elements.is_empty(),
                Some(body) => {
                    let depth = depth(scope) + 1;
                    let mut each = elements.iter().map(|e| evaluate(body, &Scope::Variable(scope, depth, e)).truth());
                    if *every { each.all(|t| t) } else { each.any(|t| t) }
                }
            })
        }
    }
}

fn depth(scope: &Scope<'_>) -> usize {
    match scope {
        Scope::Row(_) => 0,
        Scope::Variable(_, depth, _) => *depth,
    }
}

fn find<'v>(scope: &'v Scope<'v>, level: usize, names: &[String]) -> Option<Cow<'v, Value>> {
    match scope {
        Scope::Row(row) => {
            let (first, rest) = names.split_first()?;
            match row.value(first) {
                Cow::Borrowed(value) => walk(value, rest).map(Cow::Borrowed),
                Cow::Owned(value) if rest.is_empty() => Some(Cow::Owned(value)),
                Cow::Owned(value) => walk(&value, rest).map(|v| Cow::Owned(v.clone())),
            }
        }
        Scope::Variable(_, depth, value) if *depth == level => walk(value, names).map(Cow::Borrowed),
        Scope::Variable(outer, ..) => find(outer, level, names),
    }
}

fn walk<'v>(value: &'v Value, names: &[String]) -> Option<&'v Value> {
    names.iter().try_fold(value, |at, name| at.get(name))
}

fn compare(op: Compare, a: &Datum<'_>, b: &Datum<'_>) -> bool {
    let null = *a == Datum::Null || *b == Datum::Null;
    match op {
        Compare::Eq if null => a == b,
        Compare::Ne if null => a != b,
        Compare::Has => match (a, b) {
            (Datum::Text(a), Datum::Text(b)) => b.split(',').all(|m| a.split(',').any(|n| n.trim() == m.trim())),
            _ => false,
        },
        _ if null => false,
        Compare::Eq => a.against(b) == Some(Ordering::Equal),
        Compare::Ne => a.against(b) != Some(Ordering::Equal),
        Compare::Gt => a.against(b) == Some(Ordering::Greater),
        Compare::Ge => matches!(a.against(b), Some(Ordering::Greater | Ordering::Equal)),
        Compare::Lt => a.against(b) == Some(Ordering::Less),
        Compare::Le => matches!(a.against(b), Some(Ordering::Less | Ordering::Equal)),
    }
}

fn call<'v>(function: Function, arguments: &'v [Node], scope: &'v Scope<'v>) -> Datum<'v> {
    let mut values = arguments.iter().map(|a| evaluate(a, scope));
    let (first, second, third) = (values.next(), values.next(), values.next());
    match (function, first, second, third) {
        (Function::Contains, Some(Datum::Text(a)), Some(Datum::Text(b)), _) => Datum::Bool(a.contains(&*b)),
        (Function::StartsWith, Some(Datum::Text(a)), Some(Datum::Text(b)), _) => Datum::Bool(a.starts_with(&*b)),
        (Function::EndsWith, Some(Datum::Text(a)), Some(Datum::Text(b)), _) => Datum::Bool(a.ends_with(&*b)),
        (Function::ToLower, Some(Datum::Text(a)), ..) => Datum::Text(a.to_lowercase().into()),
        (Function::ToUpper, Some(Datum::Text(a)), ..) => Datum::Text(a.to_uppercase().into()),
        (Function::Trim, Some(Datum::Text(a)), ..) => Datum::Text(a.trim().to_owned().into()),
        (Function::Length, Some(Datum::Text(a)), ..) => count(a.chars().count()),
        (Function::IndexOf, Some(Datum::Text(a)), Some(Datum::Text(b)), _) => match a.find(&*b) {
            Some(at) => count(a[..at].chars().count()),
            None => Datum::Integer(-1),
        },
        (Function::Concat, Some(Datum::Text(a)), Some(Datum::Text(b)), _) => Datum::Text(format!("{a}{b}").into()),
        (Function::Substring, Some(Datum::Text(a)), Some(Datum::Integer(from)), rest) => {
            let rest = match rest {
                Some(Datum::Integer(n)) => usize::try_from(n).unwrap_or(0),
                _ => usize::MAX,
            };
            Datum::Text(a.chars().skip(usize::try_from(from).unwrap_or(0)).take(rest).collect::<String>().into())
        }
        (function, Some(Datum::Instant(t)), ..) => {
            let at = t.to_zoned(jiff::tz::TimeZone::UTC);
            Datum::Integer(i64::from(match function {
                Function::Year => at.year(),
                Function::Month => at.month().into(),
                Function::Day => at.day().into(),
                Function::Hour => at.hour().into(),
                Function::Minute => at.minute().into(),
                Function::Second => at.second().into(),
                _ => return Datum::Null,
            }))
        }
        _ => Datum::Null,
    }
}

fn count(n: usize) -> Datum<'static> {
    Datum::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}
