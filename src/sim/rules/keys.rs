//! The keys of phones, which a user has as XML.
//!
//! Owns what becomes of a key that does not say whom it watches: it is taken, and comes back blank. Text that is no
//! such XML is kept as it came.

use crate::sim::store::State;
use roxmltree::{Document, Node};

/// What stands under which kind of key, by its Id.
const WATCHING: [(&str, &str); 3] = [("BLF", "Users"), ("SpeedDial", "Users"), ("SharedParking", "Parkings")];

/// The XML with its keys as the PBX keeps them.
pub(super) fn kept(state: &State, xml: &str) -> String {
    let Ok(document) = Document::parse(xml) else { return xml.to_owned() };
    let mut out = xml.to_owned();
    let keys: Vec<Node<'_, '_>> = document.descendants().filter(|node| node.has_tag_name("BLF")).collect();
    for key in keys.into_iter().rev() {
        let kind = key.attribute("BLFType").unwrap_or_default();
        let Some((_, set)) = WATCHING.iter().find(|(known, _)| *known == kind) else { continue };
        if key.attribute("ID").is_some_and(|id| state.find(set, id).is_some()) {
            continue;
        }
        let place = |name: &str| {
            key.attribute(name).map(|text| format!(" {name}=\"{}\"", text.replace('"', ""))).unwrap_or_default()
        };
        let blank = format!("<BLF ID=\"-1\"{}{}{} />", place("BLFNo"), place("BLFType"), place("BLFTypeID"));
        out.replace_range(key.range(), &blank);
    }
    out
}
