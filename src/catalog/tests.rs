//! The shipped catalog, counted.

use super::*;
use std::path::Path;

fn shipped_file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalog/data/catalog.bin")
}

/// With `CORDBOARD_XAPI_DOCUMENT` naming the official document, the shipped catalog is made from it anew.
#[test]
fn the_shipped_catalog_is_what_the_document_says() {
    let shipped = Catalog::shipped();
    if let Some(document) = std::env::var_os("CORDBOARD_XAPI_DOCUMENT") {
        let text = std::fs::read_to_string(document).expect("the document can be read");
        let compiled = compile::compile(&text, "20.0.10").expect("the document compiles");
        assert_eq!(compiled.report.notes, [], "what the compiler did not understand");
        let bytes = compile::encode(&compiled.facts);
        if std::fs::read(shipped_file()).expect("catalog.bin") != bytes {
            std::fs::write(shipped_file(), &bytes).expect("catalog.bin can be written");
        }
        let again = Catalog::from_bytes(bytes).expect("what was compiled can be loaded");
        assert_eq!(again.revision(), shipped.revision(), "catalog.bin was made anew: run the tests again");
    }
    assert_eq!(shipped.build(), "20.0.10");
    assert!(shipped.revision().starts_with("20.0.10-"), "{}", shipped.revision());
}

#[test]
fn the_counts_of_the_official_document() {
    let facts = Catalog::shipped().facts();
    assert_eq!(facts.operations.len(), 601);
    assert_eq!(facts.paths, 480);
    assert_eq!(facts.tags.len(), 132);
    assert_eq!(facts.schemas.len() + facts.enums.len(), 597);
    assert_eq!(facts.enums.len(), 113);
}

fn catalog() -> &'static Catalog {
    Catalog::shipped()
}

fn names<'r>(keep: impl Fn(&Resource) -> bool + 'r) -> Vec<&'static str> {
    catalog().resources().iter().filter(|r| keep(r)).map(|r| r.name).collect()
}

#[test]
fn shapes_of_the_resources() {
    assert_eq!(catalog().resources().len(), 142);
    assert_eq!(names(|r| r.shape == Shape::Collection).len(), 52);
    assert_eq!(names(|r| r.shape == Shape::Singleton && r.update.is_some()).len(), 37);
    assert_eq!(
        names(|r| r.shape == Shape::Singleton && r.update.is_none()),
        ["Defs", "Firewall", "LicenseStatus", "SystemStatus"]
    );
    assert_eq!(names(|r| r.shape == Shape::Functions).len(), 49);
    assert_eq!(
        names(|r| r.shape == Shape::Collection && r.get.is_none()),
        [
            "ActiveCalls",
            "Backups",
            "CallCostSettings",
            "CallFlowScripts",
            "CallHistoryView",
            "ChatHistoryView",
            "ChatMessagesHistoryView",
            "Countries",
            "CustomPrompts",
            "DidNumbers",
            "EmergencyGeoLocations",
            "EventLogs",
            "Firmwares",
            "LastCdrAndChatMessageTimestamp",
            "MyTokens",
            "NetworkInterfaces",
            "Peers",
            "PhoneLogos",
            "Recordings",
            "SecurityTokens",
            "Services",
            "SipDevices",
        ]
    );
    assert_eq!(
        names(|r| !r.alternate_keys.is_empty()),
        ["Fax", "Parkings", "Peers", "Queues", "Receptionists", "RingGroups", "Trunks", "Users"]
    );
}

#[test]
fn methods_and_roles() {
    let count = |keep: &dyn Fn(&Operation) -> bool| catalog().facts().operations.iter().filter(|o| keep(o)).count();
    assert_eq!(count(&|o| o.method == Method::Get), 322);
    assert_eq!(count(&|o| o.method == Method::Post), 180);
    assert_eq!(count(&|o| o.method == Method::Patch), 65);
    assert_eq!(count(&|o| o.method == Method::Delete), 34);
    assert_eq!(count(&|o| o.method == Method::Put), 0);
    assert_eq!(count(&|o| o.role == Role::Function), 163 + 7);
    assert_eq!(count(&|o| o.role == Role::Action), 147 + 7);
    assert_eq!(count(&|o| o.role == Role::Create && o.success == 201), 26);
    assert_eq!(count(&|o| o.method == Method::Post && o.success == 200), 33);
    assert_eq!(count(&|o| o.method == Method::Post && o.success == 204), 121);
    assert_eq!(count(&|o| o.role == Role::Update && o.success == 204 && o.result.is_none()), 65);
    assert_eq!(count(&|o| o.options.page), 160);
    assert_eq!(count(&|o| o.options.select), 231);
    assert_eq!(count(&|o| o.options.orderby), 151);
    assert_eq!(count(&|o| o.parameters.iter().any(|p| p.place == Place::Header)), 34);
}
