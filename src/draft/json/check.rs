//! Findings about a value, with the place in the text where each belongs.
//!
//! Owns the way from a path to a span, and what only the text can tell: a property written twice.

use super::parse::{Kind, Node, Parsed};
use super::{JsonIssue, Severity};
use crate::catalog::Catalog;
use crate::draft::Slot;
use crate::draft::Step;
use crate::draft::check::{Weight, findings};
use crate::order;
use serde_json::Value;

/// Everything there is to say of parsed text that stands for a value in this slot, in the order of the text.
/// `original` is what the PBX sent (concealed): what is unchanged in it is never wrong.
pub fn check(catalog: &Catalog, slot: &Slot<'_>, parsed: &Parsed, original: Option<&Value>) -> Vec<JsonIssue> {
    let mut issues = Vec::new();
    twice(parsed, &parsed.root, &mut issues);
    for finding in findings(catalog, slot, &parsed.value(), original) {
        let (start, end) = span(&parsed.root, &finding.steps, finding.name);
        let severity = match finding.weight {
            Weight::Note | Weight::Warning => Severity::Warning,
            Weight::Error => Severity::Error,
        };
        issues.push(JsonIssue::at(&parsed.text, start, end, severity, finding.message));
    }
    order::by_key(&mut issues, |issue| issue.start);
    issues
}

fn span(node: &Node, steps: &[Step], name: bool) -> (usize, usize) {
    let Some((step, rest)) = steps.split_first() else { return (node.start, node.end) };
    match (step, &node.kind) {
        // Of a property written twice the last one counts.
        (Step::Member(wanted), Kind::Object(members)) => match members.iter().rfind(|m| m.name == *wanted) {
            Some(member) if name && rest.is_empty() => (member.start, member.end),
            Some(member) => span(&member.node, rest, name),
            None => (node.start, node.end),
        },
        (Step::Element(at), Kind::List(nodes)) => {
            nodes.get(*at).map_or((node.start, node.end), |node| span(node, rest, name))
        }
        _ => (node.start, node.end),
    }
}

fn twice(parsed: &Parsed, node: &Node, issues: &mut Vec<JsonIssue>) {
    match &node.kind {
        Kind::Scalar(_) => {}
        Kind::List(nodes) => nodes.iter().for_each(|node| twice(parsed, node, issues)),
        Kind::Object(members) => {
            let mut names = std::collections::HashSet::new();
            for member in members {
                if !names.insert(&member.name) {
                    let message = format!("The property \"{}\" stands here twice.", member.name);
                    issues.push(JsonIssue::at(&parsed.text, member.start, member.end, Severity::Error, message));
                }
                twice(parsed, &member.node, issues);
            }
        }
    }
}
