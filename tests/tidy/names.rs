//! Names of the API stay in the catalog: a resource or a field costs a line of overlay, never a line of code.

use crate::hold;
use crate::lexer::{Kind, Token};
use crate::sources::sources;
use cordboard::catalog::Catalog;
use std::collections::BTreeSet;

/// Where names may stand: views made by hand for one resource, the embedded PBX, the index of numbers and people.
const FREE: [&str; 3] = ["src/ui/special", "src/sim/", "src/directory/"];

/// Names that nobody would write by accident: resources, and the fields of the resource whose rows are people.
struct Names {
    resources: BTreeSet<String>,
    distinctive: BTreeSet<String>,
}

impl Names {
    fn shipped() -> Self {
        let catalog = Catalog::shipped();
        let resources: BTreeSet<String> = catalog.resources().iter().map(|r| r.name.to_owned()).collect();
        let people = catalog.resources().iter().filter(|r| catalog.roles(r).person).filter_map(|r| catalog.entity(r));
        let fields = people.flat_map(|schema| schema.fields.iter().map(|f| f.name.to_owned()));
        let distinctive = resources.iter().cloned().chain(fields).filter(|name| is_distinctive(name)).collect();
        Self { resources, distinctive }
    }

    /// The name that a text holds, if it does.
    fn held<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        let exact = self.resources.contains(text).then_some(text);
        exact.or_else(|| words.find(|word| self.distinctive.contains(*word)))
    }
}

/// Longer than six letters, and of several words: `EmailAddress`, not `Number`.
fn is_distinctive(name: &str) -> bool {
    let capitals = name.chars().skip(1).filter(|c| c.is_uppercase()).count();
    let small = name.chars().any(char::is_lowercase);
    name.chars().count() > 6 && capitals > 0 && small
}

#[test]
fn names_of_the_api_stay_in_the_catalog() {
    let names = Names::shipped();
    assert!(names.resources.len() > 100 && names.distinctive.len() > 100, "the catalog has become small");
    let mut complaints = Vec::new();
    for source in sources().iter().filter(|s| !FREE.iter().any(|free| s.path.starts_with(free))) {
        let texts = |t: &&Token| t.kind == Kind::Text;
        for token in source.code.iter().filter(texts) {
            if let Some(name) = names.held(&token.text) {
                complaints.push(format!("{}: `{name}` in {:?}", source.at(token.line), token.text));
            }
        }
    }
    hold("Names of resources and fields belong into src/catalog/data (overlay.toml), not into code:", &complaints);
}

#[test]
fn a_name_in_a_text_is_seen() {
    let names = Names::shipped();
    for (text, held) in [
        ("Users", Some("Users")),
        ("Users of this PBX", None),
        ("/xapi/v1/ReceptionistS?$top=1", None),
        ("$select=EmailAddress", Some("EmailAddress")),
        ("Number", None),
        ("email address", None),
    ] {
        assert_eq!(names.held(text), held, "{text}");
    }
}
