//! The paths that code speaks of: `crate::app::Model`, `use std::{fs, env}`, `super::super::odata::Page`.

use crate::lexer::{Kind, Token};
use crate::sources::Source;

/// A path and the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spoken {
    /// Its parts, from the crate's root if it began with `crate`, `self` or `super` (the first part is `crate` then).
    pub(crate) parts: Vec<String>,
    /// The line.
    pub(crate) line: usize,
}

impl Spoken {
    /// Whether the path begins with these parts.
    pub(crate) fn begins(&self, parts: &str) -> bool {
        let mut mine = self.parts.iter();
        parts.split("::").all(|part| mine.next().is_some_and(|m| m == part))
    }

    /// As it would be written.
    pub(crate) fn text(&self) -> String {
        self.parts.join("::")
    }
}

/// Every path of two or more parts in the code that ships, groups taken apart.
pub(crate) fn spoken(source: &Source) -> Vec<Spoken> {
    paths(&source.code, &source.module)
}

/// Every path of two or more parts in these tokens, which stand in that module.
pub(crate) fn paths(tokens: &[Token], module: &[String]) -> Vec<Spoken> {
    let mut found = Vec::new();
    // Modules written inside of the file, each with the depth of braces it ends at.
    let mut inner: Vec<(String, usize)> = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        if token.is("{") {
            depth += 1;
            if at >= 2 && tokens[at - 2].is("mod") {
                inner.push((tokens[at - 1].text.clone(), depth));
            }
        } else if token.is("}") {
            inner.retain(|(_, opened)| *opened < depth);
            depth = depth.saturating_sub(1);
        } else if token.kind == Kind::Word && tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Colons) {
            let mut here = module.to_vec();
            here.extend(inner.iter().map(|(name, _)| name.clone()));
            let mut leaves = Vec::new();
            at = tree(tokens, at, &[], &mut leaves);
            found.extend(leaves.into_iter().map(|leaf| Spoken { parts: settle(leaf.parts, &here), line: leaf.line }));
            continue;
        }
        at += 1;
    }
    found
}

/// Reads a path, or the tree of a `use`, and hands back where it ends.
fn tree(tokens: &[Token], mut at: usize, before: &[String], leaves: &mut Vec<Spoken>) -> usize {
    let mut parts = before.to_vec();
    let line = tokens.get(at).map_or(0, |t| t.line);
    while let Some(token) = tokens.get(at) {
        if token.kind == Kind::Word {
            parts.push(token.text.clone());
            at += 1;
        } else if token.is("{") && !parts.is_empty() {
            at += 1;
            while tokens.get(at).is_some_and(|t| !t.is("}")) {
                let next = tree(tokens, at, &parts, leaves);
                // `a as b` and commas lie between the branches.
                at = next.max(at + 1);
                while tokens.get(at).is_some_and(|t| t.is(",") || t.is("as") || t.is("*")) {
                    at += if tokens[at].is("as") { 2 } else { 1 };
                }
            }
            return at + 1;
        } else {
            break;
        }
        if tokens.get(at).is_none_or(|t| t.kind != Kind::Colons) {
            break;
        }
        at += 1;
    }
    leaves.push(Spoken { parts, line });
    at
}

/// `super` and `self` in terms of the crate.
fn settle(parts: Vec<String>, module: &[String]) -> Vec<String> {
    let mut base = module.to_vec();
    let mut rest = parts.as_slice();
    match rest.first().map(String::as_str) {
        Some("self") => rest = &rest[1..],
        Some("super") => {
            while rest.first().is_some_and(|part| part == "super") {
                base.pop();
                rest = &rest[1..];
            }
        }
        _ => return parts,
    }
    std::iter::once("crate".to_owned()).chain(base).chain(rest.iter().cloned()).collect()
}

#[test]
fn paths_are_found_and_settled() {
    let text = "use crate::{a::{B, c as d}, e};\nuse super::super::odata::{Page};\nuse std::{fs, io::{self, Read}};\n\
                mod inner { fn f() { super::g::<u8>(); } }\nfn h() { crate::theme::Role::X; x::now(); match y { A::B {} => {} } }";
    let source = crate::sources::source("src/app/list/rows.rs", text);
    let found: Vec<String> = spoken(&source).iter().map(|p| format!("{} {}", p.line, p.text())).collect();
    assert_eq!(
        found,
        [
            "1 crate::a::B",
            "1 crate::a::c",
            "1 crate::e",
            "2 crate::app::odata::Page",
            "3 std::fs",
            "3 std::io::self",
            "3 std::io::Read",
            "4 crate::app::list::rows::g",
            "5 crate::theme::Role::X",
            "5 x::now",
            "5 A::B",
        ]
    );
}
