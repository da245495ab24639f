//! Failures in words: each kind has its own, and none repeats a secret.

use super::*;
use std::time::Duration;

fn failure(kind: FailureKind) -> Failure {
    Failure::new(kind, "PATCH /xapi/v1/Users(57)").at("https://pbx.acme.example:5001", "900")
}

fn detail(target: Option<&str>, code: &str, message: &str) -> Detail {
    Detail { target: target.map(str::to_owned), code: code.to_owned(), message: message.to_owned() }
}

fn shown(failure: &Failure) -> Problem {
    failure.problem(Catalog::shipped(), None)
}

#[test]
fn every_kind_says_what_why_and_what_next() {
    use FailureKind as K;
    let kinds = [
        K::SignInRefused,
        K::TokenTaken,
        K::NoRights,
        K::NotFound,
        K::NotOffered,
        K::Refused,
        K::BadQuery,
        K::Busy,
        K::ServerError,
        K::TimedOut,
        K::Lost,
        K::NotJson,
        K::Truncated,
        K::Malformed,
        K::TooLarge,
        K::Redirected,
        K::Cancelled,
    ];
    let reaches = [Reach::Name, Reach::Refused, Reach::TimedOut, Reach::NoRoute, Reach::Other].map(K::Unreachable);
    let distrusts = [
        Distrust::UnknownIssuer,
        Distrust::Expired,
        Distrust::NotYetValid,
        Distrust::OtherName,
        Distrust::Revoked,
        Distrust::Unreadable,
        Distrust::NoTls,
    ]
    .map(K::Tls);
    for kind in kinds.into_iter().chain(reaches).chain(distrusts) {
        let said = shown(&failure(kind.clone()));
        for part in [&said.what, &said.why, &said.next] {
            assert!(part.ends_with('.') && part.len() > 6, "{kind:?}: {said:?}");
            assert!(!part.contains("  ") && !part.contains(".."), "{kind:?}: {said:?}");
        }
    }
}

#[test]
fn a_sign_in_is_refused_as_somebody() {
    assert_eq!(shown(&failure(FailureKind::SignInRefused)).what, "The PBX refused the sign-in as 900.");
    let taken = shown(&failure(FailureKind::TokenTaken));
    assert_eq!(taken.what, "The PBX refused the sign-in as 900: another program took this client's token.");
    assert!(taken.next.starts_with("Give that program a client id of its own (Admin › Integrations › API)."));
}

#[test]
fn a_refusal_is_pinned_to_its_field_in_words() {
    let mut refused = failure(FailureKind::Refused);
    refused.details.push(detail(Some("EmailAddress"), "WARNINGS.XAPI.ALREADY_IN_USE", ""));
    refused.details.push(detail(None, "WARNINGS.LIMIT_REACHED", ""));
    let said = shown(&refused);
    assert_eq!(said.fields, [("EmailAddress".to_owned(), "is already used by something else on this PBX".to_owned())]);
    assert_eq!(
        said.why,
        "EmailAddress is already used by something else on this PBX. The limit of this system is reached."
    );
    assert_eq!(said.next, "Look up who has it, or choose another.");
}

#[test]
fn fields_are_called_as_the_form_calls_them() {
    let catalog = Catalog::shipped();
    let schema = catalog.entity(catalog.resource("Users").unwrap()).unwrap();
    let title = |name: &str| catalog.note(schema, schema.field(name).unwrap()).title;
    for (target, field, begins) in [
        ("EmailAddress", "EmailAddress", format!("{} is ", title("EmailAddress"))),
        ("emailaddress", "EmailAddress", format!("{} is ", title("EmailAddress"))),
        ("Groups[0].GroupId", "Groups", format!("{} (Groups[0].GroupId) is ", title("Groups"))),
        ("User.Mobile", "Mobile", format!("{} is ", title("Mobile"))),
        ("Nowhere", "Nowhere", "Nowhere is ".to_owned()),
    ] {
        let mut refused = failure(FailureKind::Refused);
        refused.details.push(detail(Some(target), "WARNINGS.STRING_TOO_LONG", ""));
        let said = refused.problem(catalog, Some(schema));
        assert_eq!(said.fields[0].0, field, "{target}");
        assert!(said.why.starts_with(&begins), "{target}: {}", said.why);
    }
}

#[test]
fn an_unknown_key_or_message_is_shown_raw() {
    for (code, message, words) in [
        ("WARNINGS.NEW_IN_21", "", "the PBX says “WARNINGS.NEW_IN_21”"),
        ("WARNINGS.NEW_IN_21", "up to 7", "the PBX says “WARNINGS.NEW_IN_21 up to 7”"),
        ("", "Cannot do that", "the PBX says “Cannot do that”"),
        ("WARNINGS.XAPI.MAC_USED_BY", "214", "this MAC address belongs to another extension (214)"),
    ] {
        assert_eq!(detail(None, code, message).words().0, words);
    }
}

#[test]
fn a_body_that_could_not_be_bound_is_explained_without_delta() {
    let mut bare = failure(FailureKind::Refused).with_text("The input was not valid: The delta field is required.");
    let from_text = shown(&bare);
    bare.text.clear();
    bare.details.push(detail(Some("delta"), "", "The delta field is required."));
    for said in [from_text, shown(&bare)] {
        assert!(said.why.contains("does not know the name, or the value has the wrong type"), "{said:?}");
        assert!(!said.why.contains("delta") && said.fields.is_empty());
    }
}

#[test]
fn waiting_and_addresses_are_named() {
    let mut busy = failure(FailureKind::Busy);
    busy.retry_after = Some(Duration::from_secs(7));
    assert_eq!(shown(&busy).why, "It asks to be left alone for 7 s.");
    let web = shown(&failure(FailureKind::NotJson).with_text("Welcome to nginx!"));
    assert_eq!(web.why, "It says “Welcome to nginx!”.");
    assert!(
        web.next.contains("https://pbx.acme.example:5001") && web.next.contains("443") && web.next.contains("5001")
    );
    let nobody = shown(&failure(FailureKind::Unreachable(Reach::Refused)));
    assert_eq!(nobody.what, "pbx.acme.example:5001 refused the connection.");
}

#[test]
fn what_was_sent_is_blotted_out_of_what_was_said() {
    let mut refused = failure(FailureKind::Refused).with_text("the value 'hunter2' is too simple");
    refused.details.push(detail(Some("VMPIN"), "WARNINGS.INVALID", "hunter2"));
    let clean = refused.without(&["hunter2", ""]);
    assert!(!format!("{clean:?}").contains("hunter2"));
    assert_eq!(clean.text, "the value '••••••' is too simple");
}

#[test]
fn what_is_said_of_several_is_not_called_the_fault_of_one() {
    let mut refused = failure(FailureKind::Refused);
    refused.details.push(detail(Some("Mobile"), "WARNINGS.INVALID", ""));
    let alone = shown(&refused.clone().of_several(1));
    assert_eq!(alone, shown(&refused));
    let several = refused.of_several(50);
    assert_eq!((several.with_others(), shown(&several).fields), (" with 49 others".to_owned(), alone.fields));
    assert!(shown(&several).next.contains("each alone"));
}
