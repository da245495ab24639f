//! Answers typed by hand from what a PBX sends, and what is made of them.

use super::*;

const PATCH: &str = "PATCH /xapi/v1/Users(57)";
const GET: &str = "GET /xapi/v1/Users";
const JSON: Option<&str> = Some("application/json; odata.metadata=minimal");
const HTML: Option<&str> = Some("text/html; charset=utf-8");

fn detail(target: Option<&str>, code: &str, message: &str) -> Detail {
    Detail { target: target.map(str::to_owned), code: code.to_owned(), message: message.to_owned() }
}

#[test]
fn the_error_body_of_a_pbx_is_read_field_by_field() {
    let body = br#"{"error":{"code":"","message":"EmailAddress:\nWARNINGS.XAPI.ALREADY_IN_USE",
        "details":[{"code":"","message":"WARNINGS.XAPI.ALREADY_IN_USE","target":"EmailAddress"},
                   {"code":"","message":"WARNINGS.XAPI.NOT_FOUND","target":"Holiday.Group"}]}}"#;
    let failure = Failure::answered(PATCH, 400, JSON, body);
    assert_eq!(failure.kind, FailureKind::Refused);
    assert_eq!(
        failure.details,
        [
            detail(Some("EmailAddress"), "WARNINGS.XAPI.ALREADY_IN_USE", ""),
            detail(Some("Holiday.Group"), "WARNINGS.XAPI.NOT_FOUND", ""),
        ]
    );
    assert_eq!((failure.status, failure.request.as_str()), (Some(400), PATCH));
}

#[test]
fn without_a_list_the_message_is_read() {
    for (body, expected) in [
        (
            r#"{"error":{"code":"","message":"Number:\nWARNINGS.XAPI.FORBIDDEN_CHANGE"}}"#,
            detail(Some("Number"), "WARNINGS.XAPI.FORBIDDEN_CHANGE", ""),
        ),
        (
            r#"{"error":{"code":"400","message":"WARNINGS.XAPI.FILE_NOT_FOUND"}}"#,
            detail(None, "WARNINGS.XAPI.FILE_NOT_FOUND", ""),
        ),
        (
            r#"{"error":{"code":"WARNINGS.LIMIT_REACHED","message":"Ten at most"}}"#,
            detail(None, "WARNINGS.LIMIT_REACHED", "Ten at most"),
        ),
        (
            r#"{"error":{"code":null,"message":"WARNINGS.XAPI.MAC_USED_BY 214","details":null}}"#,
            detail(None, "WARNINGS.XAPI.MAC_USED_BY", "214"),
        ),
    ] {
        assert_eq!(Failure::answered(PATCH, 400, JSON, body.as_bytes()).details, [expected], "{body}");
    }
}

#[test]
fn status_and_body_give_the_kind() {
    use FailureKind as K;
    let top = br#"{"error":{"code":"","message":"The query specified in the URI is not valid. The limit of '100' for Top query has been exceeded."}}"#;
    let delta = br#"{"error":{"code":"","message":"The input was not valid.","details":[{"code":"","message":"The delta field is required.","target":"delta"}]}}"#;
    let page = b"<!DOCTYPE html><html><head><title>Welcome to\n nginx!</title>";
    for (request, status, kind_of_body, body, kind) in [
        (GET, 400, JSON, &top[..], K::BadQuery),
        (PATCH, 400, JSON, &delta[..], K::Refused),
        (PATCH, 400, None, b"", K::Refused),
        (GET, 401, None, b"", K::TokenTaken),
        (GET, 403, HTML, &page[..], K::NoRights),
        (GET, 404, None, b"", K::NotFound),
        (GET, 404, HTML, &page[..], K::NotJson),
        (PATCH, 405, None, b"", K::NotOffered),
        (PATCH, 409, JSON, &top[..], K::Refused),
        (GET, 429, None, b"", K::Busy),
        (GET, 500, None, b"", K::ServerError),
        (GET, 502, HTML, &page[..], K::ServerError),
        (GET, 302, HTML, &page[..], K::Redirected),
        (GET, 418, HTML, &page[..], K::NotJson),
    ] {
        assert_eq!(Failure::answered(request, status, kind_of_body, body).kind, kind, "{request} {status}");
    }
    assert_eq!(Failure::answered(GET, 502, HTML, page).text, "Welcome to nginx!");
}

#[test]
fn the_token_endpoint_speaks_oauth() {
    const TOKEN: &str = "POST /connect/token";
    for (status, body, kind, text) in [
        (
            401,
            r#"{"error":"invalid_client","error_description":"Key is wrong"}"#,
            FailureKind::SignInRefused,
            "Key is wrong",
        ),
        (400, r#"{"error":"invalid_client"}"#, FailureKind::SignInRefused, "invalid_client"),
        (403, "", FailureKind::SignInRefused, ""),
        (404, "", FailureKind::NotFound, ""),
        (503, "", FailureKind::ServerError, ""),
        (409, "", FailureKind::Malformed, ""),
    ] {
        let failure = Failure::sign_in(TOKEN, status, JSON, body.as_bytes());
        assert_eq!((failure.kind, failure.text.as_str()), (kind, text), "{status}");
    }
}

#[test]
fn a_success_that_is_not_json_is_told_apart() {
    for (content_type, body, json) in [
        (JSON, &b"{}"[..], true),
        (None, b"  {\"value\":[]}", true),
        (Some("text/plain"), b"[1]", true),
        (HTML, b"<html><title>3CX</title>", false),
        (None, b"<!doctype html>", false),
        (Some("text/plain"), b"hello", false),
        (None, b"", false),
    ] {
        assert_eq!(Failure::not_json(GET, 200, content_type, body).is_none(), json, "{content_type:?}");
    }
}
