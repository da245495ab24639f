//! What can break between here and a PBX: silence, cuts, web pages, redirects, certificates.

use super::server::{Pbx, Reply};
use super::*;
use crate::odata::{Distrust, Failure, FailureKind};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

async fn failure_of(reply: fn() -> Reply) -> (Failure, usize) {
    let pbx = Pbx::open(move |_| reply()).await;
    let client = client(&pbx);
    // The client and its token come before the clock is stopped.
    let failure = client.hello().await.unwrap_err();
    (failure, pbx.lines().len())
}

#[tokio::test]
async fn answers_that_are_none_are_told_apart() {
    let (page, tries) = failure_of(|| {
        let html = "<!doctype html><html><head><title>Welcome to nginx!</title></head></html>";
        Reply::Text(200, vec![("Content-Type", "text/html".to_owned())], html.to_owned())
    })
    .await;
    assert_eq!((page.kind, page.text.as_str(), tries), (FailureKind::NotJson, "Welcome to nginx!", 1));
    let (moved, tries) = failure_of(|| {
        Reply::Text(302, vec![("Location", "https://elsewhere.example/login?t=1".to_owned())], String::new())
    })
    .await;
    assert_eq!((moved.kind, tries), (FailureKind::Redirected, 1));
    assert_eq!(moved.text, "it points to https://elsewhere.example/login");
}

#[tokio::test]
async fn a_token_never_follows_a_redirect() {
    let other = Pbx::open(|_| Reply::Json(200, json!({"Id": 0}))).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{}/xapi/v1/Defs", other.base);
        let pbx = Pbx::open(move |_| Reply::Text(status, vec![("Location", location.clone())], String::new())).await;
        assert_eq!(client(&pbx).hello().await.unwrap_err().kind, FailureKind::Redirected);
        let location = format!("{}/connect/token", other.base);
        let pbx = Pbx::raw(move |_| Reply::Text(status, vec![("Location", location.clone())], String::new())).await;
        assert_eq!(client(&pbx).hello().await.unwrap_err().kind, FailureKind::Redirected);
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_busy_pbx_is_left_alone_as_long_as_it_asks() {
    let asked = AtomicUsize::new(0);
    let pbx = Pbx::open(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::Json(200, json!({"Id": 0})),
        1 => Reply::Text(429, vec![("Retry-After", "7".to_owned())], String::new()),
        2 => Reply::status(503),
        _ => Reply::Json(200, json!({"Id": 0})),
    })
    .await;
    let client = client(&pbx);
    assert!(client.hello().await.is_ok());
    tokio::time::pause();
    let start = Instant::now();
    assert!(client.hello().await.is_ok());
    let waited = start.elapsed();
    assert!(waited >= Duration::from_secs(8) && waited < Duration::from_secs(9), "{waited:?}");
    assert_eq!(pbx.lines().len(), 4);
}

#[tokio::test]
async fn a_read_is_given_up_after_three_tries() {
    let up = AtomicUsize::new(0);
    let pbx = Pbx::open(move |_| match up.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::Json(200, json!({"Id": 0})),
        _ => Reply::status(502),
    })
    .await;
    let client = client(&pbx);
    assert!(client.hello().await.is_ok());
    tokio::time::pause();
    assert_eq!(client.hello().await.unwrap_err().kind, FailureKind::ServerError);
    assert_eq!(pbx.lines().len(), 4);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_truncated_and_says_where() {
    let asked = AtomicUsize::new(0);
    let pbx = Pbx::open(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::Json(200, json!({"Id": 0})),
        1..=3 => Reply::Cut(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"Id\":".to_owned(),
        ),
        // The whole answer came; it is the JSON in it that ends too early.
        4 => Reply::Text(200, vec![("Content-Type", "application/json".to_owned())], r#"{"Id":5"#.to_owned()),
        _ => Reply::Cut(String::new()),
    })
    .await;
    let client = client(&pbx);
    assert!(client.hello().await.is_ok());
    tokio::time::pause();
    let plan = crate::draft::ReadPlan { select: names(&["Id"]), expand: Vec::new() };
    let cut = client.read(&user(5), &plan).await.unwrap_err();
    assert_eq!((cut.kind, cut.text.as_str()), (FailureKind::Truncated, "the connection was cut after 6 bytes of it"));
    let short = client.read(&user(5), &plan).await.unwrap_err();
    assert_eq!((short.kind, short.text.as_str()), (FailureKind::Truncated, "the answer broke off at line 1, column 7"));
    let none = client.read(&user(5), &plan).await.unwrap_err();
    assert_eq!((none.kind, none.text.as_str()), (FailureKind::Truncated, "the connection was cut before it began"));
    assert_eq!(none.request, "GET /xapi/v1/Users(5)");
    assert_eq!(pbx.lines().len(), 1 + 3 + 1 + 3);
}

#[tokio::test]
async fn a_silent_pbx_times_out_once() {
    let asked = AtomicUsize::new(0);
    let pbx = Pbx::open(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::Json(200, json!({"Id": 0})),
        _ => Reply::Silence,
    })
    .await;
    let client = client(&pbx);
    assert!(client.hello().await.is_ok());
    tokio::time::pause();
    let start = Instant::now();
    assert_eq!(client.hello().await.unwrap_err().kind, FailureKind::TimedOut);
    assert!(start.elapsed() >= Duration::from_secs(30) && start.elapsed() < Duration::from_secs(31));
    assert_eq!(pbx.lines().len(), 2);
}

#[tokio::test]
async fn an_answer_larger_than_the_bound_is_refused_unread() {
    let pbx = Pbx::open(|_| {
        Reply::Cut("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{".into())
    })
    .await;
    let failure = client(&pbx).hello().await.unwrap_err();
    assert_eq!((failure.kind, failure.text.as_str()), (FailureKind::TooLarge, "it is larger than 64 MB"));
}

#[tokio::test]
async fn plain_http_where_tls_was_expected_is_no_tls() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let connection = connection(&format!("https://{}", listener.local_addr().unwrap()));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut hello = [0; 16];
            stream.read_exact(&mut hello).await.ok();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.ok();
        }
    });
    let connection = crate::api::Connection { insecure: true, ..connection };
    let failure = Client::new(connection, Catalog::shipped()).hello().await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Tls(Distrust::NoTls), "{failure:?}");
}

#[tokio::test]
async fn a_ca_file_that_is_none_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "no certificate").unwrap();
    for path in [file.path().to_owned(), "/nowhere/ca.pem".into()] {
        let connection = crate::api::Connection { ca_file: Some(path.clone()), ..connection("https://127.0.0.1:1") };
        let failure = Client::new(connection, Catalog::shipped()).hello().await.unwrap_err();
        let FailureKind::Misconfigured(words) = failure.kind else { panic!("{failure:?}") };
        assert!(words.contains(&*path.to_string_lossy()), "{words}");
    }
}

/// The environment of a process is set before it starts: this test runs another one in a process of its own.
#[test]
fn a_loopback_pbx_is_never_asked_through_a_proxy() {
    let run = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "api::tests::sign_in::ten_refused_requests_renew_once"])
        .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, "http://127.0.0.1:1")))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}
