//! The bytes on the wire, typed by hand from what is known of a PBX: no client library in between.

use super::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn raw(sim: &Simulator, request: &str) -> String {
    let mut socket = TcpStream::connect(sim.url().trim_start_matches("http://")).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

fn token_request(content_type: &str, body: &str) -> String {
    format!(
        "POST /connect/token HTTP/1.1\r\nHost: pbx\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_token_is_given_for_both_kinds_of_form() {
    let sim = start(Options::default()).await.unwrap();
    let url_encoded = "client_id=900&client_secret=cordboard-demo&grant_type=client_credentials";
    let part = |n: &str, v: &str| format!("--b0\r\nContent-Disposition: form-data; name=\"{n}\"\r\n\r\n{v}\r\n");
    let multipart = [
        part("client_id", "900"),
        part("client_secret", "cordboard-demo"),
        part("grant_type", "client_credentials"),
        "--b0--\r\n".to_owned(),
    ]
    .concat();
    for (content_type, body) in
        [("application/x-www-form-urlencoded", url_encoded), ("multipart/form-data; boundary=b0", &multipart)]
    {
        let answer = raw(&sim, &token_request(content_type, body)).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("\r\nx-3cx-version: 20.0.10.1219\r\n"), "{answer}");
        assert!(answer.contains("\"token_type\":\"Bearer\"") && answer.contains("\"refresh_token\":null"), "{answer}");
    }
    let wrong =
        raw(&sim, &token_request("application/x-www-form-urlencoded", &url_encoded.replace("demo", "wrong"))).await;
    assert!(wrong.starts_with("HTTP/1.1 401 Unauthorized\r\n") && wrong.contains("\"error_description\":"), "{wrong}");
    sim.stop().await;
}

#[tokio::test]
async fn nothing_is_said_to_strangers() {
    let sim = start(Options::default()).await.unwrap();
    for header in ["", "Authorization: Bearer nonsense\r\n", "Authorization: Basic OTAwOng=\r\n"] {
        let answer =
            raw(&sim, &format!("GET /xapi/v1/Users HTTP/1.1\r\nHost: pbx\r\n{header}Connection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{answer}");
        assert!(
            answer.contains("\r\ncontent-length: 0\r\n") && answer.contains("\r\nx-content-type-options: nosniff\r\n"),
            "{answer}"
        );
        assert!(answer.contains("\r\nx-frame-options: DENY\r\n") && answer.contains("\r\nx-3cx-version: "), "{answer}");
    }
    sim.stop().await;
}

#[tokio::test]
async fn only_the_newest_token_of_a_client_is_live() {
    let mut pbx = Caller::default().await;
    let first = pbx.token.clone();
    assert_eq!(pbx.sign_in("cordboard-demo").await, 200);
    let second = std::mem::replace(&mut pbx.token, first);
    assert_eq!(pbx.get("Defs?$select=Id").await.0, 401);
    pbx.token = second;
    assert_eq!(
        pbx.get("Defs?$select=Id").await,
        (200, json!({"@odata.context": format!("{}/xapi/v1/$metadata#Defs", pbx.sim.url()), "Id": 0}))
    );
}

#[tokio::test]
async fn verbs_that_the_document_does_not_have_are_not_offered() {
    let pbx = Caller::default().await;
    for (method, path, status, allow) in [
        ("PUT", "Users(57)", 405, "GET, PATCH, DELETE"),
        ("POST", "DidNumbers", 405, "GET"),
        ("DELETE", "Users", 405, "GET, POST"),
        ("PATCH", "Defs", 405, "GET"),
        ("POST", "Queues(1)/Agents", 404, ""),
        ("PUT", "Queues(1)/Agents", 405, "GET"),
        ("GET", "Users/Pbx.BatchDelete", 405, "POST"),
        ("POST", "Nope", 404, ""),
    ] {
        let request = format!(
            "{method} /xapi/v1/{path} HTTP/1.1\r\nHost: pbx\r\nAuthorization: Bearer {}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}",
            pbx.token
        );
        let answer = raw(&pbx.sim, &request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{method} {path}: {answer}");
        let offered = answer.lines().find_map(|l| l.strip_prefix("allow: ")).unwrap_or_default();
        let (mut offered, mut allow): (Vec<&str>, Vec<&str>) =
            (offered.split(", ").collect(), allow.split(", ").collect());
        offered.sort_unstable();
        allow.sort_unstable();
        assert_eq!(offered, allow, "{method} {path}");
    }
}

#[tokio::test]
async fn a_patch_answers_204_with_no_body() {
    let pbx = Caller::default().await;
    let body = r#"{"VMEnabled":true,"VMEmailOptions":"Attachment"}"#;
    let request = format!(
        "PATCH /xapi/v1/Users(57) HTTP/1.1\r\nHost: pbx\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        pbx.token,
        body.len()
    );
    let answer = raw(&pbx.sim, &request).await;
    assert!(answer.starts_with("HTTP/1.1 204 No Content\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
}
