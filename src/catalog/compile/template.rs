//! Path templates of the document: `/Users({Id})/Pbx.SetMonitorStatus`, `/Fax(Number={Number})`.

/// One segment of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment<'p> {
    /// The name before the parentheses.
    pub(super) name: &'p str,
    /// What stands between the parentheses; `None` without parentheses.
    pub(super) arguments: Option<Vec<Argument<'p>>>,
}

/// One argument between the parentheses of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Argument<'p> {
    /// The name before the equals sign; `None` for a bare key.
    pub(super) name: Option<&'p str>,
    /// The parameter that stands between the braces.
    pub(super) parameter: &'p str,
    /// The template writes the quotes itself.
    pub(super) quoted: bool,
}

impl Segment<'_> {
    /// `({Id})`: the key of an entity.
    pub(super) fn has_key(&self) -> bool {
        matches!(self.arguments.as_deref(), Some([Argument { name: None, .. }]))
    }

    /// `(Number={Number})`
    pub(super) fn has_named(&self) -> bool {
        self.arguments.as_deref().is_some_and(|a| !a.is_empty() && a.iter().all(|a| a.name.is_some()))
    }

    /// The name after the namespace of a function or action; `None` where there is no namespace.
    pub(super) fn qualified(&self) -> Option<&str> {
        self.name.rsplit_once('.').map(|(_, name)| name)
    }
}

/// Splits a path template; `None` where it does not follow the grammar.
pub(super) fn parse(path: &str) -> Option<Vec<Segment<'_>>> {
    let path = path.strip_prefix('/')?;
    let mut segments = Vec::new();
    let (mut depth, mut start) = (0usize, 0usize);
    for (i, byte) in path.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.checked_sub(1)?,
            b'/' if depth == 0 => {
                segments.push(segment(&path[start..i])?);
                start = i + 1;
            }
            _ => {}
        }
    }
    if depth != 0 {
        return None;
    }
    segments.push(segment(&path[start..])?);
    Some(segments)
}

fn segment(text: &str) -> Option<Segment<'_>> {
    let Some((name, rest)) = text.split_once('(') else {
        return (!text.is_empty() && !text.contains(['{', '}'])).then_some(Segment { name: text, arguments: None });
    };
    let inside = rest.strip_suffix(')')?;
    if name.is_empty() || name.contains(['{', '}']) || inside.contains(['(', ')']) {
        return None;
    }
    let mut arguments = Vec::new();
    if !inside.is_empty() {
        for part in inside.split(',') {
            arguments.push(argument(part.trim())?);
        }
    }
    Some(Segment { name, arguments: Some(arguments) })
}

fn argument(text: &str) -> Option<Argument<'_>> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (Some(name), value),
        None => (None, text),
    };
    let bare = value.strip_prefix('\'').and_then(|v| v.strip_suffix('\''));
    let parameter = bare.unwrap_or(value).strip_prefix('{')?.strip_suffix('}')?;
    // An alias of OData (`name=@name`) is written by some generators.
    (!parameter.is_empty()).then_some(Argument { name, parameter, quoted: bare.is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_every_form() {
        let key = |parameter| Argument { name: None, parameter, quoted: false };
        let named = |name, quoted| Argument { name: Some(name), parameter: name, quoted };
        let cases = [
            ("/Users", vec![Segment { name: "Users", arguments: None }]),
            ("/Users({Id})", vec![Segment { name: "Users", arguments: Some(vec![key("Id")]) }]),
            ("/Fax(Number={Number})", vec![Segment { name: "Fax", arguments: Some(vec![named("Number", false)]) }]),
            ("/Fax(Number='{Number}')", vec![Segment { name: "Fax", arguments: Some(vec![named("Number", true)]) }]),
            ("/GetUpdates()", vec![Segment { name: "GetUpdates", arguments: Some(vec![]) }]),
            (
                "/Groups({Id})/Members",
                vec![
                    Segment { name: "Groups", arguments: Some(vec![key("Id")]) },
                    Segment { name: "Members", arguments: None },
                ],
            ),
            (
                "/Users/Pbx.F(a={a},b={b})",
                vec![
                    Segment { name: "Users", arguments: None },
                    Segment { name: "Pbx.F", arguments: Some(vec![named("a", false), named("b", false)]) },
                ],
            ),
        ];
        for (path, expected) in cases {
            assert_eq!(parse(path), Some(expected), "{path}");
        }
    }

    #[test]
    fn what_is_no_path() {
        for path in
            ["", "Users", "/Users(", "/Users)", "/Users({Id}", "/Users(Id)", "/{x}", "/a//b", "/Users({})", "/a((b))"]
        {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}
