//! The README says what is there: its keys, flags, variables, files and commands are looked up.

use crate::process::{Home, Simulator};
use cordboard::input::{Context, Row, TABLE};
use cordboard::theme::Theme;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// What stands between two marks, each time.
fn between<'t>(mut text: &'t str, open: &str, close: &str) -> Vec<&'t str> {
    let mut found = Vec::new();
    while let Some((inner, rest)) = text.split_once(open).and_then(|(_, rest)| rest.split_once(close)) {
        found.push(inner);
        text = rest;
    }
    found
}

/// The text without its blocks of code.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

const OPEN: &str = "<!-- keys -->\n";
const CLOSE: &str = "<!-- /keys -->";

#[test]
fn its_keys_are_those_of_the_table() {
    let readme = readme();
    let (before, rest) = readme.split_once(OPEN).unwrap();
    let (written, after) = rest.split_once(CLOSE).unwrap();
    let table = key_table();
    if std::env::var_os("CORDBOARD_REGENERATE").is_some() {
        // Other tests read it at the same time: it is whole at any moment.
        let fresh = root().join("README.new");
        std::fs::write(&fresh, format!("{before}{OPEN}{table}{CLOSE}{after}")).unwrap();
        std::fs::rename(fresh, root().join("README.md")).unwrap();
        return;
    }
    assert_eq!(written, table, "CORDBOARD_REGENERATE=1 cargo test --test program readme writes it again");
}

/// The table of commands for people, by place.
fn key_table() -> String {
    let mut places: Vec<(String, Vec<(String, &str)>)> = Vec::new();
    for Row { keys, help, contexts, .. } in TABLE {
        let keys = keys.iter().map(|key| spelt(key)).collect::<Vec<_>>().join(" or ");
        let place = place(contexts);
        let at = places.iter().position(|(known, _)| *known == place).unwrap_or_else(|| {
            places.push((place, Vec::new()));
            places.len() - 1
        });
        if !places[at].1.iter().any(|row| row.0 == keys && row.1 == *help) {
            places[at].1.push((keys, help));
        }
    }
    let mut table = "| Where | Keys | |\n|---|---|---|\n".to_owned();
    for (place, rows) in places {
        for (at, (keys, help)) in rows.iter().enumerate() {
            table += &format!("| {} | {keys} | {help} |\n", if at == 0 { place.as_str() } else { "" });
        }
    }
    table
}

/// `g g` and `ctrl-s` as people write them.
fn spelt(keys: &str) -> String {
    let one = |key: &str| match key.rsplit_once('-').filter(|(before, last)| !before.is_empty() && !last.is_empty()) {
        Some((before, last)) => format!("{}-{}", capital(before), capital(last)),
        None if key.chars().count() > 1 => capital(key),
        None => key.to_owned(),
    };
    keys.split(' ').map(|key| format!("`{}`", one(key))).collect::<Vec<_>>().join(" ")
}

fn capital(word: &str) -> String {
    match word {
        "pgup" => "PgUp".to_owned(),
        "pgdn" => "PgDn".to_owned(),
        word => word[..1].to_uppercase() + &word[1..],
    }
}

fn place(contexts: &[Context]) -> String {
    if contexts.contains(&Context::Global) {
        return "everywhere".to_owned();
    }
    // Many kinds of places: wherever a letter is not a letter of a text.
    if contexts.len() > 5 {
        return "where nothing is typed".to_owned();
    }
    let name = |context: &Context| match context {
        Context::Global => "everywhere",
        Context::Sidebar => "sidebar",
        Context::List => "list",
        Context::Form => "form",
        Context::Table => "table in a field",
        Context::Part => "form in a field",
        Context::Editor => "JSON editor",
        Context::Preview => "preview",
        Context::Conflict => "conflict",
        Context::Plan => "plan for several",
        Context::Run => "run for several",
        Context::Line => "line being typed",
        Context::Picker => "choice",
        Context::Ticks => "choice of several",
        Context::Rows => "sent changes, operations",
        Context::Answer => "answer of an operation",
        Context::Question => "question",
    };
    contexts.iter().map(name).collect::<Vec<_>>().join(", ")
}

#[test]
fn every_file_it_names_is_there() {
    let readme = readme();
    let links: Vec<&str> = between(&readme, "](", ")").into_iter().filter(|link| !link.contains("://")).collect();
    assert!(links.len() > 7, "{links:?}");
    for link in links {
        assert!(root().join(link).exists(), "{link} is not there");
    }
}

#[test]
fn every_theme_that_ships_is_named() {
    let readme = readme();
    let (_, themes) = readme.split_once("## Themes").unwrap();
    for name in Theme::shipped_names() {
        assert!(themes.contains(&format!("`{name}`")), "{name} is not named");
    }
}

#[test]
fn every_command_it_names_is_taken() {
    let home = Home::new();
    let readme = readme();
    let mut checked = 0;
    let blocks = between(&readme, "```sh\n", "```").into_iter().flat_map(str::lines);
    let prose = prose(&readme);
    let asides = between(&prose, "`", "`").into_iter().filter(|code| code.starts_with("cordboard"));
    for line in blocks.chain(asides) {
        let line = line.replace("cargo run --release --", "cordboard");
        let Some(arguments) = line.strip_prefix("cordboard") else { continue };
        // Its help, in the place of what it does: this takes the same verbs and the same flags.
        let arguments: Vec<&str> = arguments.split_whitespace().chain(["--help"]).collect();
        let said = home.run(&arguments);
        assert_eq!(said.code, Some(0), "{line}: {}", said.err);
        checked += 1;
    }
    assert!(checked > 6, "{checked} commands were found");
}

#[test]
fn what_it_shows_on_the_demo_works() {
    let home = Home::new();
    let readme = readme();
    let blocks = between(&readme, "```sh\n", "```").into_iter().flat_map(str::lines);
    let shown: Vec<&str> = blocks.filter(|line| line.starts_with("cordboard ") && line.ends_with(" --demo")).collect();
    assert!(shown.len() > 5, "{shown:?}");
    for line in shown {
        let said = home.run(&line.split_whitespace().skip(1).collect::<Vec<_>>());
        assert_eq!(said.code, Some(0), "{line}: {}", said.err);
    }
    // The plan and the sheet that were written there come back.
    for line in ["apply sales.plan.json --dry-run --demo", "import sales.csv --dry-run --demo"] {
        let said = home.run(&line.split(' ').collect::<Vec<_>>());
        assert_eq!(said.code, Some(0), "{line}: {}", said.err);
    }
}

#[test]
fn its_exit_codes_are_those_of_the_program() {
    let readme = readme();
    let told = Home::new().run(&["help", "exit-codes"]).out;
    let rows = readme.split_once("| Exit code | |").unwrap().1.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut count = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let words = cells[2].replace('`', "");
        assert!(told.lines().any(|line| line.trim() == format!("{}  {words}", cells[1])), "{row}\n{told}");
        count += 1;
    }
    assert_eq!(count, told.lines().filter(|line| line.starts_with(' ')).count());
}

#[test]
fn every_flag_and_variable_it_names_exists() {
    let home = Home::new();
    let readme = readme();
    let alone = [
        "demo",
        "sim",
        "get",
        "list",
        "set",
        "plan",
        "apply",
        "export",
        "import",
        "resume",
        "undo",
        "history",
        "who",
        "completion",
    ];
    let alone = alone.iter().map(std::slice::from_ref);
    let verbs: Vec<&[&str]> =
        [&[][..], &["catalog", "show"], &["catalog", "compile"]].into_iter().chain(alone).collect();
    let help: String = verbs.iter().map(|verb| home.run(&[verb, &["--help"][..]].concat()).out).collect();
    let flags: BTreeSet<&str> = readme
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| word.starts_with("--") && word.len() > 3 && !["--release", "--bench"].contains(word))
        .filter(|word| word[2..].starts_with(|c: char| c.is_ascii_lowercase()))
        .collect();
    assert!(flags.len() > 6, "{flags:?}");
    for flag in flags {
        assert!(help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(|word| word == flag), "{flag}");
    }

    // What libraries read for us.
    let read_elsewhere = ["HTTPS_PROXY", "NO_PROXY", "XDG_CONFIG_HOME"];
    let sources = sources();
    let variables: BTreeSet<&str> = readme
        .split(|c: char| !(c.is_ascii_uppercase() || c == '_'))
        .filter(|word| word.contains('_') && word.len() > 4 && !word.starts_with('_'))
        .filter(|word| !read_elsewhere.contains(word))
        .collect();
    assert!(variables.len() > 6, "{variables:?}");
    for variable in variables {
        assert!(sources.contains(&format!("\"{variable}\"")), "{variable} is read nowhere");
    }
}

#[test]
fn what_its_figures_were_measured_with_is_there() {
    let readme = readme();
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let is_part = |bench: &str, name: &str| {
        let parts = std::fs::read_dir(root().join("benches").join(bench)).unwrap();
        let parts: Vec<PathBuf> = parts.map(|entry| entry.unwrap().path()).collect();
        let is_file = parts.iter().any(|path| path.file_stem().is_some_and(|stem| stem == name));
        let sources = || parts.iter().map(|path| std::fs::read_to_string(path).unwrap());
        is_file || sources().any(|source| source.contains(&format!("fn {name}")))
    };
    let (_, section) = readme.split_once("## Performance").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let commands: Vec<&str> =
        between(section, "`", "`").into_iter().filter(|code| code.starts_with("cargo bench")).collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(words[..3], ["cargo", "bench", "--bench"], "{command}");
        assert!(manifest.contains(&format!("[[bench]]\nname = \"{}\"", words[3])), "{command}");
        if let Some(filter) = words.get(5) {
            assert!(is_part(words[3], filter), "{command}: there is no {filter}");
        }
    }
    // Every row of figures says how it is come by.
    for row in section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| What")) {
        assert!(row.trim_end().ends_with("` |"), "{row}");
    }
}

/// Every source that ships, as one text.
fn sources() -> String {
    let mut folders: Vec<PathBuf> = vec![root().join("src")];
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                text += &std::fs::read_to_string(&path).unwrap();
            }
        }
    }
    text
}

#[test]
fn the_simulator_does_what_it_says() {
    let home = Home::new();
    let readme = readme();
    let simulator = home.simulator(&["--users", "5"]);

    let line: serde_json::Value = serde_json::from_str(between(&readme, "```json\n", "```")[0]).unwrap();
    let real: serde_json::Value = serde_json::from_str(&simulator.line).unwrap();
    let names = |line: &serde_json::Value| line.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&line), names(&real));

    let seed = between(&readme, "set by set: `", "`")[0];
    home.write("seed.json", seed);
    let seeded = home.simulator(&["--seed", "seed.json"]);
    assert_eq!(seeded.get("/Users?$select=FirstName", &seeded.token()).1["value"][0]["FirstName"], "Grace");

    let knob = readme.lines().find(|line| line.starts_with("curl -d ")).unwrap();
    let (body, path) = (between(knob, "'", "'")[0], &knob[knob.find("/__sim/").unwrap()..]);
    let status = |simulator: &Simulator| simulator.get("/Users?$top=1", &simulator.token()).0;
    let (turned, answer) = simulator.ask("POST", path, "Content-Type: application/json", body);
    assert!((200..300).contains(&turned), "{turned}: {answer}");
    assert_eq!([status(&simulator), status(&simulator)], [429, 200]);
}
