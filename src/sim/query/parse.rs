//! Builds the tree of an OData expression from its tokens.
//!
//! Owns the grammar and its precedence (or, and, not, comparison, primary) and `$orderby`. Knows nothing of schemas:
//! names are checked when the tree is bound.

use super::lex::{Token, tokens};

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compare {
    /// `eq`
    Eq,
    /// `ne`
    Ne,
    /// `gt`
    Gt,
    /// `ge`
    Ge,
    /// `lt`
    Lt,
    /// `le`
    Le,
    /// `has`, for flags
    Has,
}

/// A literal as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Decimal(f64),
    /// Quoted text.
    Text(String),
    /// An unquoted instant, date, time or uuid.
    Bare(String),
}

/// An expression as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    /// A literal.
    Literal(Literal),
    /// A property path.
    Path(Vec<String>),
    /// A function call.
    Call(String, Vec<Expr>),
    /// A comparison.
    Compare(Compare, Box<Expr>, Box<Expr>),
    /// `x in (a, b)`
    In(Box<Expr>, Vec<Literal>),
    /// `and`
    And(Box<Expr>, Box<Expr>),
    /// `or`
    Or(Box<Expr>, Box<Expr>),
    /// `not`
    Not(Box<Expr>),
    /// `path/any(x: body)`; `all` when `every`; no body asks whether there is any element.
    Lambda {
        /// The path to the list.
        path: Vec<String>,
        /// `all` instead of `any`.
        every: bool,
        /// Name of the range variable and the condition.
        body: Option<(String, Box<Expr>)>,
    },
}

/// One key of `$orderby`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    /// What is compared.
    pub(crate) by: Expr,
    /// `desc`
    pub(crate) descending: bool,
}

/// How deep parentheses may nest, as any server bounds it.
const MAX_DEPTH: usize = 60;

/// How many tokens an expression may have, likewise.
const MAX_TOKENS: usize = 2000;

/// Parses a `$filter`.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(crate) fn filter(text: &str) -> Result<Expr, String> {
    let mut parser = Parser::new(text)?;
    let expr = parser.or()?;
    parser.end()?;
    Ok(expr)
}

/// Parses an `$orderby`.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(crate) fn orderby(text: &str) -> Result<Vec<Order>, String> {
    let mut parser = Parser::new(text)?;
    let mut keys = Vec::new();
    loop {
        let by = parser.primary()?;
        let descending = match parser.peek_name() {
            Some("asc") => {
                parser.at += 1;
                false
            }
            Some("desc") => {
                parser.at += 1;
                true
            }
            _ => false,
        };
        keys.push(Order { by, descending });
        if !parser.take(&Token::Comma) {
            break;
        }
    }
    parser.end()?;
    Ok(keys)
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(Token, usize)>,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Result<Self, String> {
        let tokens = tokens(text)?;
        if tokens.len() > MAX_TOKENS {
            return Err(format!("The node count limit of '{MAX_TOKENS}' has been exceeded."));
        }
        Ok(Self { text, tokens, at: 0, depth: 0 })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(t, _)| t)
    }

    fn peek_name(&self) -> Option<&str> {
        match self.peek() {
            Some(Token::Name(n)) => Some(n),
            _ => None,
        }
    }

    fn take(&mut self, token: &Token) -> bool {
        let hit = self.peek() == Some(token);
        if hit {
            self.at += 1;
        }
        hit
    }

    fn take_word(&mut self, word: &str) -> bool {
        let hit = self.peek_name() == Some(word);
        if hit {
            self.at += 1;
        }
        hit
    }

    fn wrong(&self) -> String {
        match self.tokens.get(self.at) {
            Some((token, at)) => format!("Syntax error at position {at} in '{}': unexpected '{token}'.", self.text),
            None => format!("Syntax error at position {} in '{}': expression expected.", self.text.len(), self.text),
        }
    }

    fn expect(&mut self, token: &Token) -> Result<(), String> {
        if self.take(token) { Ok(()) } else { Err(self.wrong()) }
    }

    fn end(&self) -> Result<(), String> {
        if self.at == self.tokens.len() { Ok(()) } else { Err(self.wrong()) }
    }

    fn or(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("The recursion limit of the expression has been exceeded.".to_owned());
        }
        let mut left = self.and()?;
        while self.take_word("or") {
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr, String> {
        let mut left = self.not()?;
        while self.take_word("and") {
            left = Expr::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expr, String> {
        let mut negations = 0;
        while self.take_word("not") {
            negations += 1;
        }
        let mut expr = self.comparison()?;
        for _ in 0..negations {
            expr = Expr::Not(Box::new(expr));
        }
        Ok(expr)
    }

    fn comparison(&mut self) -> Result<Expr, String> {
        let left = self.primary()?;
        let op = match self.peek_name() {
            Some("eq") => Compare::Eq,
            Some("ne") => Compare::Ne,
            Some("gt") => Compare::Gt,
            Some("ge") => Compare::Ge,
            Some("lt") => Compare::Lt,
            Some("le") => Compare::Le,
            Some("has") => Compare::Has,
            Some("in") => {
                self.at += 1;
                return self.members(left);
            }
            _ => return Ok(left),
        };
        self.at += 1;
        let right = self.primary()?;
        Ok(Expr::Compare(op, Box::new(left), Box::new(right)))
    }

    fn members(&mut self, left: Expr) -> Result<Expr, String> {
        self.expect(&Token::Open)?;
        let mut literals = Vec::new();
        loop {
            match self.primary()? {
                Expr::Literal(literal) => literals.push(literal),
                _ => return Err(self.wrong()),
            }
            if !self.take(&Token::Comma) {
                break;
            }
        }
        self.expect(&Token::Close)?;
        Ok(Expr::In(Box::new(left), literals))
    }

    fn primary(&mut self) -> Result<Expr, String> {
        let Some((token, _)) = self.tokens.get(self.at).cloned() else { return Err(self.wrong()) };
        let literal = match token {
            Token::Open => {
                self.at += 1;
                let inner = self.or()?;
                self.expect(&Token::Close)?;
                return Ok(inner);
            }
            Token::Name(name) => {
                let called = self.tokens.get(self.at + 1).is_some_and(|(t, _)| *t == Token::Open);
                match name.as_str() {
                    "null" => Literal::Null,
                    "true" => Literal::Bool(true),
                    "false" => Literal::Bool(false),
                    _ if called => return self.call(name),
                    _ => return self.path(name),
                }
            }
            Token::Text(s) => Literal::Text(s),
            Token::Integer(n) => Literal::Integer(n),
            Token::Decimal(n) => Literal::Decimal(n),
            Token::Bare(s) => Literal::Bare(s),
            _ => return Err(self.wrong()),
        };
        self.at += 1;
        Ok(Expr::Literal(literal))
    }

    fn call(&mut self, name: String) -> Result<Expr, String> {
        self.at += 2;
        let mut arguments = Vec::new();
        if !self.take(&Token::Close) {
            loop {
                arguments.push(self.or()?);
                if !self.take(&Token::Comma) {
                    break;
                }
            }
            self.expect(&Token::Close)?;
        }
        Ok(Expr::Call(name, arguments))
    }

    fn path(&mut self, first: String) -> Result<Expr, String> {
        self.at += 1;
        let mut path = vec![first];
        while self.take(&Token::Slash) {
            let Some(name) = self.peek_name().map(str::to_owned) else { return Err(self.wrong()) };
            self.at += 1;
            if (name == "any" || name == "all") && self.take(&Token::Open) {
                return self.lambda(path, name == "all");
            }
            path.push(name);
        }
        Ok(Expr::Path(path))
    }

    fn lambda(&mut self, path: Vec<String>, every: bool) -> Result<Expr, String> {
        if self.take(&Token::Close) {
            return if every { Err(self.wrong()) } else { Ok(Expr::Lambda { path, every, body: None }) };
        }
        let Some(variable) = self.peek_name().map(str::to_owned) else { return Err(self.wrong()) };
        self.at += 1;
        self.expect(&Token::Colon)?;
        let body = self.or()?;
        self.expect(&Token::Close)?;
        Ok(Expr::Lambda { path, every, body: Some((variable, Box::new(body))) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_tighter_than_or_and_not_tighter_than_both() {
        let tree = filter("not A eq 1 and B eq 2 or C eq 3").unwrap();
        let Expr::Or(left, _) = tree else { unreachable!("or is outermost") };
        let Expr::And(first, _) = *left else { unreachable!("then and") };
        assert!(matches!(*first, Expr::Not(_)));
    }

    #[test]
    fn sound_expressions_parse() {
        for good in [
            "Number eq '100'",
            "(A eq 1)",
            "((A eq 1) or (B eq 2)) and C ne null",
            "contains(tolower(Name), 'x')",
            "contains(tolower(Name),'x') eq true",
            "not contains(Name,'x')",
            "not (A eq 1)",
            "A in ('x','y')",
            "Id in (1, 2, 3)",
            "Groups/any(g: g/GroupId eq 28)",
            "Groups/any(g:g/Rights/RoleName eq 'users' and g/GroupId ne 5)",
            "Tags/any()",
            "Tags/all(t: t eq 'MS')",
            "Registrar/MAC eq 'x'",
            "TimeGenerated ge 2026-01-01T00:00:00Z and TimeGenerated lt 2026-02-01",
            "length(Name) gt 5",
            "Enabled",
        ] {
            assert!(filter(good).is_ok(), "{good}: {:?}", filter(good));
        }
    }

    #[test]
    fn broken_expressions_are_refused() {
        for bad in [
            "",
            "Number eq",
            "eq '1'",
            "Number eq '1' and",
            "(Number eq '1'",
            "Number eq '1')",
            "Number = '1'",
            "A eq 1 B eq 2",
            "A in ()",
            "A in (B)",
            "Groups/any(g g/Id eq 1)",
            "Groups/all()",
            "contains(Name,'x'",
            "A/",
        ] {
            assert!(filter(bad).is_err(), "{bad}");
        }
        assert!(filter(&"(".repeat(100)).is_err());
        assert!(filter(&format!("{}A", "not ".repeat(5000))).is_err());
        assert!(filter(&format!("A eq 1{}", " or A eq 1".repeat(5000))).is_err());
        assert!(filter(&format!("A eq 1{}", " or A eq 1".repeat(300))).is_ok());
    }

    #[test]
    fn order_takes_several_keys() {
        let keys = orderby("LastName, FirstName desc,Number asc").unwrap();
        assert_eq!(keys.iter().map(|k| k.descending).collect::<Vec<_>>(), [false, true, false]);
        for bad in ["", "Name down", "Name,", ",Name", "Name asc desc"] {
            assert!(orderby(bad).is_err(), "{bad}");
        }
    }
}
