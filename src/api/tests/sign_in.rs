//! Tokens and keys: fetched once, renewed once, never tried again when refused.

use super::server::{Pbx, Reply, grant};
use super::*;
use crate::api::KeySource;
use crate::odata::{Failure, FailureKind, Reach};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn hello() -> Reply {
    Reply::Json(200, json!({"@odata.context": "x", "Id": 0}))
}

#[tokio::test]
async fn ten_reads_sign_in_once_and_the_key_travels_in_the_body_alone() {
    let pbx = Pbx::open(|_| hello()).await;
    let client = client(&pbx);
    let greetings = join_all((0..10).map(|_| client.hello())).await;
    for greeting in greetings {
        assert_eq!(greeting.unwrap().version.as_deref(), Some("20.0.10.1234"));
    }
    assert_eq!(pbx.sign_ins(), 1);
    let first = &pbx.requests()[0];
    assert_eq!((first.method.as_str(), first.authorization.as_deref()), ("POST", None));
    assert_eq!(first.body, "client_id=900&client_secret=hunter2-the-key&grant_type=client_credentials");
    for request in &pbx.requests()[1..] {
        assert_eq!(request.target, "/xapi/v1/Defs?$select=Id");
        assert_eq!((request.authorization.as_deref(), request.body.as_str()), (Some("Bearer t1"), ""));
    }
}

#[tokio::test]
async fn ten_refused_requests_renew_once() {
    let pbx = Pbx::open(|request| match request.authorization.as_deref() {
        Some("Bearer t1") => Reply::status(401),
        _ => hello(),
    })
    .await;
    let client = client(&pbx);
    for greeting in join_all((0..10).map(|_| client.hello())).await {
        assert!(greeting.is_ok(), "{greeting:?}");
    }
    assert_eq!(pbx.sign_ins(), 2);
    assert!(client.hello().await.is_ok());
    assert_eq!(pbx.sign_ins(), 2, "the new token is kept");
}

#[tokio::test]
async fn a_token_that_is_refused_twice_was_taken() {
    let pbx = Pbx::open(|_| Reply::status(401)).await;
    let failure = client(&pbx).hello().await.unwrap_err();
    assert_eq!((failure.kind.clone(), failure.status), (FailureKind::TokenTaken, Some(401)));
    assert_eq!((pbx.sign_ins(), pbx.lines().len()), (2, 2));
    assert_eq!((failure.request.as_str(), failure.client.as_str()), ("GET /xapi/v1/Defs", "900"));
    assert_eq!(failure.address, pbx.base);
}

#[tokio::test]
async fn a_refused_key_is_not_tried_again_until_it_changes() {
    for status in [400, 401, 403] {
        let pbx = Pbx::raw(move |request| match request.is_token() {
            true if request.body.contains("the-good-one") => grant("t"),
            true => {
                // A PBX that quotes the key must not make us show it.
                let words = format!("{} is wrong", super::KEY);
                Reply::Json(status, json!({"error": "invalid_client", "error_description": words}))
            }
            false => hello(),
        })
        .await;
        let client = client(&pbx);
        for result in join_all((0..5).map(|_| client.hello())).await {
            let failure = result.unwrap_err();
            assert_eq!((&failure.kind, failure.text.as_str()), (&FailureKind::SignInRefused, "•••••• is wrong"));
            assert!(!format!("{failure:?}").contains("hunter2"));
        }
        client.set_secret(super::KEY.into()).await;
        assert!(client.hello().await.is_err());
        assert_eq!(pbx.sign_ins(), 1, "the same key is not another key");
        client.retry_sign_in().await;
        assert!(client.hello().await.is_err());
        assert_eq!(pbx.sign_ins(), 2, "the user asked for it");
        client.set_secret("the-good-one".into()).await;
        assert!(client.hello().await.is_ok());
        assert_eq!(pbx.sign_ins(), 3);
    }
}

#[tokio::test]
async fn the_key_is_fetched_anew_when_the_user_tries_again_and_not_before() {
    let pbx = Pbx::raw(|request| match request.is_token() {
        true if request.body.contains("the-good-one") => grant("t"),
        true => Reply::Json(401, json!({"error": "invalid_client"})),
        false => hello(),
    })
    .await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let secret = KeySource::new(move || {
        let answer = match count.fetch_add(1, Ordering::SeqCst) {
            0 => Err(Failure::misconfigured("There is no such file.")),
            1 => Ok("the-bad-one".into()),
            _ => Ok("the-good-one".into()),
        };
        std::future::ready(answer).boxed()
    });
    let client = Client::new(Connection { secret, ..connection(&pbx.base) }, Catalog::shipped());
    for result in join_all((0..5).map(|_| client.hello())).await {
        assert_eq!(result.unwrap_err().kind, FailureKind::Misconfigured("There is no such file.".to_owned()));
    }
    assert_eq!(
        (asked.load(Ordering::SeqCst), pbx.sign_ins()),
        (1, 0),
        "a program that asks its owner is not run again"
    );
    client.retry_sign_in().await;
    for result in join_all((0..5).map(|_| client.hello())).await {
        assert_eq!(result.unwrap_err().kind, FailureKind::SignInRefused);
    }
    assert_eq!((asked.load(Ordering::SeqCst), pbx.sign_ins()), (2, 1));
    client.retry_sign_in().await;
    assert!(client.hello().await.is_ok());
    assert_eq!((asked.load(Ordering::SeqCst), pbx.sign_ins()), (3, 2));
}

#[tokio::test]
async fn whoever_waits_for_a_sign_in_shares_its_failure() {
    let pbx = Pbx::raw(|_| Reply::status(404)).await;
    let client = client(&pbx);
    for result in join_all((0..8).map(|_| client.hello())).await {
        assert_eq!(result.unwrap_err().kind, FailureKind::NotFound);
    }
    assert_eq!(pbx.sign_ins(), 1);
    assert!(client.hello().await.is_err());
    assert_eq!(pbx.sign_ins(), 2, "it was not about the key, so it may be tried again");
}

#[tokio::test]
async fn a_token_that_says_it_is_dead_is_not_sent() {
    use base64::Engine as _;
    let fetched = AtomicUsize::new(0);
    let pbx = Pbx::raw(move |request| {
        if !request.is_token() {
            return hello();
        }
        let now = fetched.fetch_add(1, Ordering::SeqCst);
        let claims = json!({"iat": 1_000_000, "exp": 1_000_060, "role": ["system_owners"], "n": now}).to_string();
        grant(&format!("e30.{}.x", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims)))
    })
    .await;
    let client = client(&pbx);
    assert_eq!(client.hello().await.unwrap().roles, ["system_owners"]);
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(59)).await;
    assert!(client.hello().await.is_ok());
    assert_eq!(pbx.sign_ins(), 1);
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    assert!(client.hello().await.is_ok());
    assert_eq!(pbx.sign_ins(), 2);
}

#[tokio::test]
async fn a_sign_in_that_gives_no_token_says_so() {
    for (reply, kind) in [
        (r#"{"token_type":"Bearer"}"#, FailureKind::Malformed),
        (r#"{"access_token":""}"#, FailureKind::Malformed),
        (r#"{"access_token":"bad\r\nX: y"}"#, FailureKind::Malformed),
        ("<html><title>Hotel Wi-Fi</title></html>", FailureKind::NotJson),
        ("", FailureKind::NotJson),
    ] {
        let pbx = Pbx::raw(move |_| Reply::Text(200, Vec::new(), reply.to_owned())).await;
        let failure = client(&pbx).hello().await.unwrap_err();
        assert_eq!(failure.kind, kind, "{reply}");
    }
}

#[tokio::test]
async fn nobody_listens() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = Client::new(connection(&format!("http://{free}")), Catalog::shipped());
    let failure = client.hello().await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable(Reach::Refused));
    assert_eq!(failure.request, "POST /connect/token");
}

#[tokio::test]
async fn a_program_that_fetches_the_key_is_started_once_though_whoever_waited_has_gone() {
    let pbx = Pbx::open(|_| hello()).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let (count, unlocked) = (Arc::clone(&asked), Arc::new(tokio::sync::Semaphore::new(0)));
    let lock = Arc::clone(&unlocked);
    let secret = KeySource::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
        let lock = Arc::clone(&lock);
        async move {
            let _unlocked = lock.acquire().await;
            Ok("hunter2".into())
        }
        .boxed()
    });
    let client = Client::new(Connection { secret, ..connection(&pbx.base) }, Catalog::shipped());
    assert!(client.hello().now_or_never().is_none(), "it waits, and then nobody does");
    unlocked.add_permits(9);
    assert!(client.hello().await.is_ok());
    assert_eq!((asked.load(Ordering::SeqCst), pbx.sign_ins()), (1, 1));
}
