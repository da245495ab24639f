//! Imports run one way: catalog <- odata <- draft <- plan <- app <- ui <- shell <- main, and what stands beside that line.

use crate::hold;
use crate::paths::{Spoken, spoken};
use crate::sources::sources;

/// Which module may speak of which others. One that is not here may speak of none.
const ALLOWED: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("order", &[]),
    ("catalog", &["source"]),
    ("odata", &["catalog"]),
    ("draft", &["order", "catalog", "odata", "source"]),
    ("input", &["order", "source"]),
    ("plan", &["order", "catalog", "odata", "draft"]),
    ("app", &["order", "catalog", "odata", "draft", "plan", "input"]),
    ("theme", &["order", "source"]),
    ("settings", &["source", "theme"]),
    ("ui", &["catalog", "odata", "draft", "plan", "input", "app", "theme"]),
    ("api", &["catalog", "odata", "draft", "plan"]),
    ("journal", &["catalog", "odata", "draft", "plan", "api"]),
    ("directory", &["catalog", "odata", "draft"]),
    ("sim", &["order", "catalog", "odata"]),
    (
        "shell",
        &[
            "order",
            "catalog",
            "odata",
            "draft",
            "plan",
            "input",
            "app",
            "ui",
            "theme",
            "settings",
            "api",
            "journal",
            "directory",
        ],
    ),
    // The verbs draw no screens and decide nothing; they choose rows by the console's own filter, and text from a PBX is
    // made safe for a terminal in the same place as for the console.
    (
        "cli",
        &[
            "order",
            "catalog",
            "odata",
            "draft",
            "plan",
            "settings",
            "theme",
            "api",
            "journal",
            "directory",
            "sim",
            "app::list",
            "ui::text",
        ],
    ),
];

/// All that the simulator may know of the client's side of the wire: plain names, nothing that spells or reads a URL.
const SIM_OF_ODATA: [&str; 3] = ["PbxId", "EntityKey", "Target"];

fn complaint(area: &str, path: &Spoken) -> Option<String> {
    if area == "main" || area == "lib" || path.parts.first().is_none_or(|first| first != "crate") {
        return None;
    }
    let to = path.parts.get(1)?;
    // A name that is no module is something `lib.rs` hands out, of which there is nothing.
    if to == area || !to.starts_with(|c: char| c.is_lowercase()) {
        return None;
    }
    let allowed = ALLOWED.iter().find(|(from, _)| *from == area).map_or(&[][..], |(_, to)| to);
    if !allowed.iter().any(|to| path.begins(&format!("crate::{to}"))) {
        return Some(format!("`{area}` must not know `{}`", path.text().trim_start_matches("crate::")));
    }
    let plain = path.parts.get(2).is_some_and(|name| SIM_OF_ODATA.contains(&name.as_str()));
    (area == "sim" && to == "odata" && !plain)
        .then(|| format!("the simulator reads requests with its own code, not with `{}`", path.text()))
}

#[test]
fn imports_run_one_way() {
    let mut complaints = Vec::new();
    for source in sources() {
        for path in spoken(&source) {
            if let Some(complaint) = complaint(source.area(), &path) {
                complaints.push(format!("{}: {complaint}", source.at(path.line)));
            }
        }
    }
    hold("Imports run one way (the crate documentation shows which):", &complaints);
}

#[test]
fn every_module_has_its_place_in_the_table() {
    for source in sources() {
        let area = source.area();
        let known = area == "lib" || area == "main" || ALLOWED.iter().any(|(from, _)| *from == area);
        assert!(known, "{}: say in tests/tidy/imports.rs what `{area}` may know", source.path);
    }
}

#[test]
fn the_table_has_no_circle() {
    // Whatever stands in the table may only know what can be taken away before it.
    let mut left: Vec<_> = ALLOWED.to_vec();
    while !left.is_empty() {
        let names: Vec<&str> = left.iter().map(|(from, _)| *from).collect();
        let before = left.len();
        left.retain(|(_, to)| to.iter().any(|to| names.contains(&to.split("::").next().unwrap())));
        assert!(left.len() < before, "{names:?}");
    }
}

#[test]
fn a_wrong_import_is_seen() {
    for (area, path, wrong) in [
        ("app", "crate::ui::text", true),
        ("app", "crate::draft::Draft", false),
        ("ui", "crate::ui::text", false),
        ("cli", "crate::ui::text::visible", false),
        ("cli", "crate::ui::screens", true),
        ("api", "crate::app::Event", true),
        ("sim", "crate::odata::Target", false),
        ("sim", "crate::odata::Query", true),
        ("main", "crate::anything", false),
        ("ui", "std::fs", false),
    ] {
        let spoken = Spoken { parts: path.split("::").map(str::to_owned).collect(), line: 1 };
        assert_eq!(complaint(area, &spoken).is_some(), wrong, "{area} {path}");
    }
}
