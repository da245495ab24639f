//! Reads a query string into options, as written.
//!
//! Owns percent-decoding of queries, the names of the options and the nested form inside `$expand`. Knows nothing of
//! schemas.

use crate::sim::path::decode;

/// How many nested expansions a request may have.
const MAX_EXPANSIONS: usize = 50;

/// The options of a request, or of one expanded property.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Query {
    /// `$filter`
    pub(crate) filter: Option<String>,
    /// `$orderby`
    pub(crate) orderby: Option<String>,
    /// `$search`
    pub(crate) search: Option<String>,
    /// `$top`
    pub(crate) top: Option<usize>,
    /// `$skip`
    pub(crate) skip: Option<usize>,
    /// `$count=true`
    pub(crate) count: bool,
    /// `$select`, its paths; `None` or a star for everything.
    pub(crate) select: Option<Vec<String>>,
    /// `$expand`
    pub(crate) expand: Vec<(String, Query)>,
}

impl Query {
    /// Reads the part of a URL after the question mark.
    ///
    /// # Errors
    /// A sentence naming the option that is not valid.
    pub(crate) fn read(raw: &str) -> Result<Self, String> {
        let mut query = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for pair in raw.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name, true), decode(value, true));
            if !name.starts_with('$') {
                continue;
            }
            if seen.contains(&name) {
                return Err(format!(
                    "Query option '{name}' was specified more than once, but it must be specified at most once."
                ));
            }
            query.set(&name, value.trim())?;
            seen.push(name);
        }
        Ok(query)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "$filter" => self.filter = Some(value.to_owned()),
            "$orderby" => self.orderby = Some(value.to_owned()),
            "$search" => self.search = Some(value.to_owned()),
            "$top" => self.top = Some(whole(name, value)?),
            "$skip" => self.skip = Some(whole(name, value)?),
            "$count" => {
                self.count = match value {
                    "true" => true,
                    "false" => false,
                    _ => {
                        return Err(format!(
                            "Invalid value '{value}' for $count query option found. Valid options are 'true' and 'false'."
                        ));
                    }
                }
            }
            "$select" => {
                let paths = split(value, ',')?;
                if paths.iter().any(|p| p.is_empty()) {
                    return Err(format!("Term '{value}' is not valid in a $select expression."));
                }
                self.select = (!paths.iter().any(|p| p == "*")).then_some(paths);
            }
            "$expand" if value.matches('(').count() > MAX_EXPANSIONS => {
                return Err("The request includes a $expand path which is too deep.".to_owned());
            }
            "$expand" => {
                self.expand = split(value, ',')?.iter().map(|item| expansion(item)).collect::<Result<_, _>>()?;
            }
            "$format" => {}
            _ => return Err(format!("The query parameter '{name}' is not supported.")),
        }
        Ok(())
    }
}

fn whole(name: &str, value: &str) -> Result<usize, String> {
    value.parse().map_err(|_| format!("Invalid value '{value}' for {name} query option found. The {name} query option requires a non-negative integer value."))
}

fn expansion(item: &str) -> Result<(String, Query), String> {
    let Some((name, rest)) = item.split_once('(') else {
        return if item.is_empty() || item.contains(')') {
            Err(format!("Term '{item}' is not valid in a $expand expression."))
        } else {
            Ok((item.to_owned(), Query::default()))
        };
    };
    let Some(inner) = rest.strip_suffix(')') else {
        return Err(format!("Term '{item}' is not valid in a $expand expression."));
    };
    let mut query = Query::default();
    for option in split(inner, ';')? {
        let Some((option, value)) = option.split_once('=') else {
            return Err(format!("Term '{item}' is not valid in a $expand expression."));
        };
        query.set(option.trim(), value.trim())?;
    }
    Ok((name.trim().to_owned(), query))
}

/// Splits at a separator that stands outside parentheses and quotes.
fn split(text: &str, separator: char) -> Result<Vec<String>, String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut quoted) = (0_usize, false);
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth =
                    depth.checked_sub(1).ok_or_else(|| format!("Found an unbalanced bracket expression: '{text}'."))?;
            }
            _ => {}
        }
        if c == separator && depth == 0 && !quoted {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    if depth != 0 || quoted {
        return Err(format!("Found an unbalanced bracket expression: '{text}'."));
    }
    Ok(parts.into_iter().map(|p| p.trim().to_owned()).collect())
}
