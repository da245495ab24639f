//! The files of the crate, each split into what ships and what is for tests only.

use crate::lexer::{Kind, Token, lex};
use std::path::{Path, PathBuf};

/// A Rust file.
pub(crate) struct Source {
    /// Its path from the root of the package, with `/`.
    pub(crate) path: String,
    /// The module it is: `["app", "list"]`; empty for the crate itself.
    pub(crate) module: Vec<String>,
    /// The tokens that ship.
    pub(crate) code: Vec<Token>,
    /// The tokens that are there for tests only.
    pub(crate) tests: Vec<Token>,
}

impl Source {
    /// The module below the crate that the file belongs to: `app`, `main` …
    pub(crate) fn area(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    /// `src/app/mod.rs:12`
    pub(crate) fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }
}

/// The root of the package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the package as text.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The files below a folder of the package with that ending, in order.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                let path = path.strip_prefix(root()).unwrap();
                found.push(path.components().map(|c| c.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("/"));
            }
        }
    }
    found.sort();
    found
}

/// Every Rust file below `src`.
pub(crate) fn sources() -> Vec<Source> {
    let mut sources: Vec<Source> = files("src", "rs").iter().map(|path| source(path, &read(path))).collect();
    assert!(sources.len() > 20, "the sources were not found");
    // `#[cfg(test)] mod tests;` makes a test of that file and of all that is below it.
    let mut for_tests: Vec<Vec<String>> = Vec::new();
    for source in &sources {
        for pair in source.tests.windows(3) {
            if pair[0].is("mod") && pair[1].kind == Kind::Word && pair[2].is(";") {
                for_tests.push(source.module.iter().cloned().chain([pair[1].text.clone()]).collect());
            }
        }
    }
    for source in &mut sources {
        if for_tests.iter().any(|module| source.module.starts_with(module)) {
            source.tests.append(&mut source.code);
        }
    }
    sources
}

/// A file, split.
pub(crate) fn source(path: &str, text: &str) -> Source {
    let (code, tests) = split(lex(text));
    Source { path: path.to_owned(), module: module_of(path), code, tests }
}

fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| last == "mod" || (module.len() == 1 && last == "lib")) {
        module.pop();
    }
    module
}

/// Takes out each item that stands behind `#[cfg(test)]`.
fn split(tokens: Vec<Token>) -> (Vec<Token>, Vec<Token>) {
    let (mut code, mut tests) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        let attribute = attribute_end(&tokens, at);
        match attribute {
            Some(end) if is_for_tests(&tokens[at..end]) => {
                let end = item_end(&tokens, end);
                tests.extend_from_slice(&tokens[at..end]);
                at = end;
            }
            _ => {
                code.push(tokens[at].clone());
                at += 1;
            }
        }
    }
    (code, tests)
}

/// Where the attribute that begins here ends.
fn attribute_end(tokens: &[Token], at: usize) -> Option<usize> {
    let open = tokens.get(at)?.is("#") && tokens.get(at + 1)?.is("[");
    open.then(|| closing(tokens, at + 1, "[", "]") + 1)
}

fn is_for_tests(attribute: &[Token]) -> bool {
    let word = |i: usize| attribute.get(i).map_or("", |t| t.text.as_str());
    let any = |name: &str| attribute.iter().any(|t| t.is(name));
    word(2) == "cfg" && any("test") && !any("not") && !any("any")
}

/// Where the item that begins here ends: behind its attributes, at its `;` or behind its braces.
fn item_end(tokens: &[Token], mut at: usize) -> usize {
    while let Some(end) = attribute_end(tokens, at) {
        at = end;
    }
    while let Some(token) = tokens.get(at) {
        if token.is("(") {
            at = closing(tokens, at, "(", ")");
        } else if token.is(";") {
            return at + 1;
        } else if token.is("{") {
            // `use a::{b, c};` goes on behind its braces.
            let end = closing(tokens, at, "{", "}") + 1;
            return end + usize::from(tokens.get(end).is_some_and(|t| t.is(";")));
        }
        at += 1;
    }
    at
}

fn closing(tokens: &[Token], open: usize, opens: &str, closes: &str) -> usize {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        if token.is(opens) {
            depth += 1;
        } else if token.is(closes) {
            depth -= 1;
            if depth == 0 {
                return i;
            }
        }
    }
    tokens.len() - 1
}

#[test]
fn tests_are_told_from_what_ships() {
    let text = "mod a;\n#[cfg(test)]\nmod tests;\n#[cfg(not(test))]\nfn b() {}\n#[cfg(test)]\n#[path = \"x\"]\n\
                use crate::{c, d};\nfn e() {}\n#[cfg(unix)]\n#[cfg(test)]\nmod more { fn f() { g(); } }\nfn h() {}\n";
    let source = source("src/app/list/mod.rs", text);
    let words = |tokens: &[Token]| {
        let names = tokens.iter().filter(|t| t.kind == Kind::Word && t.text.len() == 1);
        names.map(|t| t.text.clone()).collect::<String>()
    };
    assert_eq!((words(&source.code), words(&source.tests)), ("abeh".to_owned(), "cdfg".to_owned()));
    assert_eq!((source.module.join("::"), source.area()), ("app::list".to_owned(), "app"));
}
