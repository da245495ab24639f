//! Joins a parsed expression with a schema: names must exist, kinds must fit.
//!
//! Owns the type rules of `$filter` and `$orderby` and turns literals into comparable values once. Knows nothing of
//! rows, and nothing of requests.

use super::eval::Datum;
use super::parse::{Compare, Expr, Literal};
use crate::catalog::{Catalog, EnumId, Schema, Type};

/// An expression whose names and kinds are known to fit.
#[derive(Debug)]
pub(crate) enum Node {
    /// A literal.
    Constant(Datum<'static>),
    /// A property; `depth` counts range variables outwards, the outermost level is the row.
    Path {
        /// Which variable: 0 is the row, 1 the outermost lambda's variable.
        scope: usize,
        /// The properties to walk; empty for a range variable over plain values.
        names: Vec<String>,
        /// What is found there.
        kind: Kind,
    },
    /// A function call.
    Call(Function, Vec<Node>),
    /// A comparison.
    Compare(Compare, Box<Node>, Box<Node>),
    /// Membership in a list of literals.
    In(Box<Node>, Vec<Datum<'static>>),
    /// Both.
    And(Box<Node>, Box<Node>),
    /// Either.
    Or(Box<Node>, Box<Node>),
    /// The opposite.
    Not(Box<Node>),
    /// `any`, or `all` when `every`, over the list at a path.
    Lambda {
        /// Which variable the path starts at.
        scope: usize,
        /// The path of the list.
        names: Vec<String>,
        /// `all`
        every: bool,
        /// The condition.
        body: Option<Box<Node>>,
    },
}

/// What a value is, as far as comparing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// true or false
    Bool,
    /// any number
    Number,
    /// text
    Text,
    /// an instant
    Instant,
    /// a date
    Date,
    /// a time of day
    Time,
    /// a duration
    Duration,
    /// a uuid
    Uuid,
    /// a member of an enum
    Enum(EnumId),
    /// an object or a list
    Complex,
    /// anything: `null`, or a value the document says nothing of
    Any,
}

/// A function of the expression language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    /// `contains(a, b)`
    Contains,
    /// `startswith(a, b)`
    StartsWith,
    /// `endswith(a, b)`
    EndsWith,
    /// `tolower(a)`
    ToLower,
    /// `toupper(a)`
    ToUpper,
    /// `trim(a)`
    Trim,
    /// `length(a)`
    Length,
    /// `indexof(a, b)`
    IndexOf,
    /// `concat(a, b)`
    Concat,
    /// `substring(a, from, count?)`
    Substring,
    /// `year(t)`
    Year,
    /// `month(t)`
    Month,
    /// `day(t)`
    Day,
    /// `hour(t)`
    Hour,
    /// `minute(t)`
    Minute,
    /// `second(t)`
    Second,
}

impl Function {
    fn named(name: &str) -> Option<(Self, &'static [Kind], Kind)> {
        use Kind::{Bool, Instant, Number, Text};
        Some(match name {
            "contains" => (Self::Contains, &[Text, Text], Bool),
            "startswith" => (Self::StartsWith, &[Text, Text], Bool),
            "endswith" => (Self::EndsWith, &[Text, Text], Bool),
            "tolower" => (Self::ToLower, &[Text], Text),
            "toupper" => (Self::ToUpper, &[Text], Text),
            "trim" => (Self::Trim, &[Text], Text),
            "length" => (Self::Length, &[Text], Number),
            "indexof" => (Self::IndexOf, &[Text, Text], Number),
            "concat" => (Self::Concat, &[Text, Text], Text),
            "substring" => (Self::Substring, &[Text, Number, Number], Text),
            "year" => (Self::Year, &[Instant], Number),
            "month" => (Self::Month, &[Instant], Number),
            "day" => (Self::Day, &[Instant], Number),
            "hour" => (Self::Hour, &[Instant], Number),
            "minute" => (Self::Minute, &[Instant], Number),
            "second" => (Self::Second, &[Instant], Number),
            _ => return None,
        })
    }
}

/// What a range variable, or the row, ranges over.
#[derive(Clone, Copy)]
enum Level<'c> {
    Schema(&'c Schema),
    Plain(&'c Type),
}

/// Binds expressions to the schema of the rows.
pub(crate) struct Binder<'c> {
    catalog: &'c Catalog,
    levels: Vec<(String, Level<'c>)>,
}

impl<'c> Binder<'c> {
    /// A binder for rows of this schema.
    pub(crate) fn new(catalog: &'c Catalog, schema: &'c Schema) -> Self {
        Self { catalog, levels: vec![("$it".to_owned(), Level::Schema(schema))] }
    }

    /// Binds a condition.
    ///
    /// # Errors
    /// A sentence naming the unknown property or the kinds that do not fit.
    pub(crate) fn condition(&mut self, expr: &Expr) -> Result<Node, String> {
        match self.bind(expr)? {
            (node, Kind::Bool | Kind::Any) => Ok(node),
            _ => Err("The $filter expression must evaluate to a single boolean value.".to_owned()),
        }
    }

    /// Binds a sort key.
    ///
    /// # Errors
    /// A sentence naming the unknown property.
    pub(crate) fn key(&mut self, expr: &Expr) -> Result<Node, String> {
        match self.bind(expr)? {
            (_, Kind::Complex) => {
                Err("The $orderby expression must evaluate to a single value of primitive type.".to_owned())
            }
            (node, _) => Ok(node),
        }
    }

    fn bind(&mut self, expr: &Expr) -> Result<(Node, Kind), String> {
        Ok(match expr {
            Expr::Literal(literal) => natural(literal)?,
            Expr::Path(path) => {
                let (scope, names, ty) = self.walk(path)?;
                let kind = ty.map_or(Kind::Complex, kind_of);
                (Node::Path { scope, names, kind }, kind)
            }
            Expr::Call(name, arguments) => self.call(name, arguments)?,
            Expr::Compare(op, left, right) => (self.compare(*op, left, right)?, Kind::Bool),
            Expr::In(left, literals) => {
                let (node, kind) = self.bind(left)?;
                let members = literals.iter().map(|l| self.coerce(l, kind)).collect::<Result<_, _>>()?;
                (Node::In(Box::new(node), members), Kind::Bool)
            }
            Expr::And(a, b) => (Node::And(Box::new(self.condition(a)?), Box::new(self.condition(b)?)), Kind::Bool),
            Expr::Or(a, b) => (Node::Or(Box::new(self.condition(a)?), Box::new(self.condition(b)?)), Kind::Bool),
            Expr::Not(a) => (Node::Not(Box::new(self.condition(a)?)), Kind::Bool),
            Expr::Lambda { path, every, body } => {
                let (scope, names, ty) = self.walk(path)?;
                let Some(Type::List(element)) = ty else {
                    return Err(format!(
                        "Any/All may only be used following a collection; '{}' is none.",
                        path.join("/")
                    ));
                };
                let level = match &**element {
                    Type::Object(id) => Level::Schema(self.catalog.schema(*id)),
                    other => Level::Plain(other),
                };
                let body = match body {
                    None => None,
                    Some((variable, condition)) => {
                        self.levels.push((variable.clone(), level));
                        let bound = self.condition(condition);
                        self.levels.pop();
                        Some(Box::new(bound?))
                    }
                };
                (Node::Lambda { scope, names, every: *every, body }, Kind::Bool)
            }
        })
    }

    fn call(&mut self, name: &str, arguments: &[Expr]) -> Result<(Node, Kind), String> {
        let Some((function, wanted, result)) = Function::named(name) else {
            return Err(format!("An unknown function with name '{name}' was found."));
        };
        let least = if function == Function::Substring { wanted.len() - 1 } else { wanted.len() };
        if arguments.len() < least || arguments.len() > wanted.len() {
            return Err(format!(
                "No function signature for the function with name '{name}' matches the specified arguments."
            ));
        }
        let mut nodes = Vec::with_capacity(arguments.len());
        for (argument, want) in arguments.iter().zip(wanted) {
            let (node, kind) = self.bind(argument)?;
            if kind != *want && kind != Kind::Any {
                return Err(format!(
                    "No function signature for the function with name '{name}' matches the specified arguments."
                ));
            }
            nodes.push(node);
        }
        Ok((Node::Call(function, nodes), result))
    }

    fn compare(&mut self, op: Compare, left: &Expr, right: &Expr) -> Result<Node, String> {
        let (left, right) = match (left, right) {
            (Expr::Literal(_), Expr::Literal(_)) => (self.bind(left)?.0, self.bind(right)?.0),
            (Expr::Literal(literal), other) => {
                let (node, kind) = self.bind(other)?;
                (Node::Constant(self.coerce(literal, kind)?), node)
            }
            (other, Expr::Literal(literal)) => {
                let (node, kind) = self.bind(other)?;
                let constant = self.coerce(literal, kind)?;
                (node, Node::Constant(constant))
            }
            (a, b) => {
                let ((a, ka), (b, kb)) = (self.bind(a)?, self.bind(b)?);
                if ka != kb && ka != Kind::Any && kb != Kind::Any {
                    return Err(incompatible(ka, kb));
                }
                (a, b)
            }
        };
        Ok(Node::Compare(op, Box::new(left), Box::new(right)))
    }

    /// Follows a path from a range variable or the row: the type found, or none for the row or variable object itself.
    fn walk(&self, path: &[String]) -> Result<(usize, Vec<String>, Option<&'c Type>), String> {
        let (scope, names) = match self.levels.iter().rposition(|(name, _)| path.first() == Some(name)) {
            Some(scope) => (scope, &path[1..]),
            None => (0, path),
        };
        let (mut schema, mut ty) = match self.levels[scope].1 {
            Level::Schema(schema) => (Some(schema), None),
            Level::Plain(ty) => (None, Some(ty)),
        };
        for name in names {
            let Some(at) = schema else {
                return Err(format!(
                    "The property '{name}' cannot be reached here: what stands before it has no properties."
                ));
            };
            let Some(field) = at.field(name) else {
                return Err(format!("Could not find a property named '{name}' on type '{}'.", at.name));
            };
            ty = Some(&field.ty);
            schema = match &field.ty {
                Type::Object(id) => Some(self.catalog.schema(*id)),
                _ => None,
            };
        }
        Ok((scope, names.to_vec(), ty))
    }

    /// Reads a literal as the kind it is compared with.
    fn coerce(&self, literal: &Literal, kind: Kind) -> Result<Datum<'static>, String> {
        let found = match (literal, kind) {
            (Literal::Null, _) => Datum::Null,
            (Literal::Bool(b), Kind::Bool) => Datum::Bool(*b),
            (Literal::Integer(n), Kind::Number) => Datum::Integer(*n),
            (Literal::Decimal(n), Kind::Number) => Datum::Decimal(*n),
            (Literal::Text(s), Kind::Text) => Datum::Text(s.clone().into()),
            (Literal::Text(s), Kind::Enum(id)) => {
                let enumeration = self.catalog.enumeration(id);
                let members: Vec<&str> = s.split(',').map(str::trim).collect();
                if (members.len() > 1 && !enumeration.flags) || !members.iter().all(|m| enumeration.members.contains(m))
                {
                    return Err(format!(
                        "The string '{s}' is not a valid enumeration type constant of '{}'.",
                        enumeration.name
                    ));
                }
                Datum::Text(s.clone().into())
            }
            (Literal::Text(s) | Literal::Bare(s), Kind::Duration) => Datum::parse(s, Kind::Duration),
            (Literal::Bare(s), Kind::Instant | Kind::Date | Kind::Time | Kind::Uuid) => Datum::parse(s, kind),
            (literal, Kind::Any) => natural(literal)?.0.into_constant(),
            _ => return Err(incompatible(kind, natural(literal)?.1)),
        };
        if found == Datum::Null && *literal != Literal::Null {
            return Err(format!("Unrecognized literal for a value of kind {kind:?}."));
        }
        Ok(found)
    }
}

impl Node {
    fn into_constant(self) -> Datum<'static> {
        match self {
            Self::Constant(datum) => datum,
            _ => Datum::Null,
        }
    }
}

fn incompatible(a: Kind, b: Kind) -> String {
    format!("A binary operator with incompatible types was detected. Found operand types '{a:?}' and '{b:?}'.")
}

/// A literal on its own, with no property to say what it should be.
fn natural(literal: &Literal) -> Result<(Node, Kind), String> {
    let (datum, kind) = match literal {
        Literal::Null => (Datum::Null, Kind::Any),
        Literal::Bool(b) => (Datum::Bool(*b), Kind::Bool),
        Literal::Integer(n) => (Datum::Integer(*n), Kind::Number),
        Literal::Decimal(n) => (Datum::Decimal(*n), Kind::Number),
        Literal::Text(s) => (Datum::Text(s.clone().into()), Kind::Text),
        Literal::Bare(s) => {
            let kinds = [Kind::Instant, Kind::Time, Kind::Uuid];
            let Some(kind) = kinds.into_iter().find(|&k| Datum::parse(s, k) != Datum::Null) else {
                return Err(format!("Unrecognized literal '{s}'."));
            };
            (Datum::parse(s, kind), kind)
        }
    };
    Ok((Node::Constant(datum), kind))
}

fn kind_of(ty: &Type) -> Kind {
    match ty {
        Type::Bool => Kind::Bool,
        Type::Integer { .. } | Type::Decimal => Kind::Number,
        Type::Text { .. } | Type::Binary => Kind::Text,
        Type::DateTime => Kind::Instant,
        Type::Date => Kind::Date,
        Type::Time => Kind::Time,
        Type::Duration => Kind::Duration,
        Type::Uuid => Kind::Uuid,
        Type::Enum(id) => Kind::Enum(*id),
        Type::Object(_) | Type::List(_) => Kind::Complex,
        Type::Opaque => Kind::Any,
    }
}
