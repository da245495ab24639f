//! The token of one client id.
//!
//! Owns its whole life: fetched at first need and once for all who wait, kept until the PBX refuses it, renewed once
//! however many requests were refused with it. A refused key is remembered and not tried again by itself, because a
//! few wrong ones make a PBX block the address; when the user tries again the key is fetched anew. A new token ends the older one, so there is no timer that renews early.

use super::connection::KeySource;
use super::transport::{Body, Request, Transport, bearer, request_line};
use crate::odata::{Failure, FailureKind};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Mutex;
use tokio::time::Instant;

const ENDPOINT: &str = "connect/token";

/// A token in use.
#[derive(Clone)]
pub(super) struct Token {
    /// As it travels; never printed.
    pub(super) bearer: HeaderValue,
    /// Which one it is of those fetched so far.
    generation: u64,
    /// When it is certainly dead, where it says so.
    dies: Option<Instant>,
    /// The roles it gives, by wire name.
    pub(super) roles: Arc<[String]>,
}

/// Keeps the token of one client id.
pub(super) struct Keeper {
    state: Mutex<State>,
    /// How many attempts have ended.
    attempts: AtomicU64,
}

struct State {
    source: KeySource,
    /// The key is asked for: a program that fetches it is not started twice, whoever stops waiting for it.
    asking: Option<Shared<BoxFuture<'static, Result<SecretString, Failure>>>>,
    /// The key, once it was asked for.
    secret: Option<SecretString>,
    token: Option<Token>,
    generation: u64,
    /// The key was refused, or could not be fetched, in these words: nothing more is tried until the user says so.
    refused: Option<Failure>,
    /// The last attempt that failed for another reason, by number.
    failed: Option<(u64, Failure)>,
}

impl Keeper {
    pub(super) fn new(source: KeySource) -> Self {
        let state =
            State { source, asking: None, secret: None, token: None, generation: 0, refused: None, failed: None };
        Self { state: Mutex::new(state), attempts: AtomicU64::new(0) }
    }

    /// The token, fetched if there is none that lives. Whoever waits meanwhile gets the same token or failure.
    pub(super) async fn token(&self, transport: &Transport) -> Result<Token, Failure> {
        let seen = self.attempts.load(Ordering::Acquire);
        let mut guard = self.state.lock().await;
        let state = &mut *guard;
        if let Some(refused) = &state.refused {
            return Err(refused.clone());
        }
        if let Some(token) = &state.token
            && token.dies.is_none_or(|dies| Instant::now() < dies)
        {
            return Ok(token.clone());
        }
        if let Some((attempt, failure)) = &state.failed
            && *attempt > seen
        {
            return Err(failure.clone());
        }
        state.token = None;
        let secret = match &state.secret {
            Some(secret) => secret.clone(),
            None => {
                let key = state.asking.get_or_insert_with(|| state.source.key().shared()).clone().await;
                state.asking = None;
                match key {
                    Ok(secret) => state.secret.insert(secret).clone(),
                    Err(failure) => return Err(state.refused.insert(failure).clone()),
                }
            }
        };
        let fetched = fetch(transport, &secret).await;
        let attempt = self.attempts.fetch_add(1, Ordering::AcqRel) + 1;
        match fetched {
            Ok(mut token) => {
                state.generation += 1;
                token.generation = state.generation;
                state.failed = None;
                state.token = Some(token.clone());
                Ok(token)
            }
            Err(failure) => {
                if failure.kind == FailureKind::SignInRefused {
                    state.refused = Some(failure.clone());
                } else {
                    state.failed = Some((attempt, failure.clone()));
                }
                Err(failure)
            }
        }
    }

    /// The PBX refused this token: it is not given out again. One that came after it stays.
    pub(super) async fn refuse(&self, token: &Token) {
        let mut state = self.state.lock().await;
        if state.token.as_ref().is_some_and(|held| held.generation == token.generation) {
            state.token = None;
        }
    }

    /// Takes another key. The same key changes nothing: if it was refused it stays refused.
    pub(super) async fn set_secret(&self, secret: SecretString) {
        let mut state = self.state.lock().await;
        if state.secret.as_ref().is_none_or(|known| known.expose_secret() != secret.expose_secret()) {
            state.source = secret.clone().into();
            state.asking = None;
            state.secret = Some(secret);
            state.token = None;
            state.refused = None;
            state.failed = None;
        }
    }

    /// The user says that something was put right: the key is fetched and tried once more.
    pub(super) async fn forgive(&self) {
        let mut state = self.state.lock().await;
        state.refused = None;
        state.secret = None;
    }
}

#[derive(Deserialize)]
struct Grant {
    access_token: Option<SecretString>,
}

/// The part of a token that is of use here. Nothing is verified: the PBX does that.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Claims {
    exp: Option<u64>,
    iat: Option<u64>,
    role: serde_json::Value,
}

async fn fetch(transport: &Transport, secret: &SecretString) -> Result<Token, Failure> {
    let line = request_line(&Method::POST, ENDPOINT);
    let form = [
        ("client_id", transport.connection().client_id.as_str()),
        ("client_secret", secret.expose_secret()),
        ("grant_type", "client_credentials"),
    ];
    let asked = Instant::now();
    let within = transport.connection().patience.read;
    let request = Request { method: Method::POST, tail: ENDPOINT, bearer: None, body: Body::Form(&form), within };
    let answer = transport.exchange(request, None).await?;
    if answer.status >= 400 {
        let mut failure = Failure::sign_in(&line.to_string(), answer.status, answer.content_type(), &answer.body);
        failure.retry_after = answer.retry_after();
        return Err(failure.without(&[secret.expose_secret()]));
    }
    let status = answer.status;
    let body = answer.success(line)?.json(line)?;
    let grant: Option<Grant> = serde_json::from_slice(&body).ok();
    let Some(value) = grant.and_then(|g| g.access_token).filter(|t| !t.expose_secret().is_empty()) else {
        return Err(Failure::new(FailureKind::Malformed, line)
            .with_status(status)
            .with_text("it took the key and gave no token"));
    };
    let Some(bearer) = bearer(value.expose_secret()) else {
        return Err(Failure::new(FailureKind::Malformed, line)
            .with_status(status)
            .with_text("the token it gave holds characters no token has"));
    };
    let claims = claims(value.expose_secret());
    let dies = lifetime(&claims).map(|lifetime| asked + lifetime);
    Ok(Token { bearer, generation: 0, dies, roles: roles(&claims.role).into() })
}

/// What a JWT says of itself; nothing where it is none.
fn claims(token: &str) -> Claims {
    token
        .split('.')
        .nth(1)
        .and_then(|part| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok())
        .and_then(|json| serde_json::from_slice(&json).ok())
        .unwrap_or_default()
}

/// How long a token lives from now. Reckoned within the PBX's own clock where it tells both ends; a token that
/// would be dead on arrival means that our clock is wrong, and says nothing.
fn lifetime(claims: &Claims) -> Option<Duration> {
    let from = match claims.iat {
        Some(iat) => iat,
        None => SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs(),
    };
    claims.exp?.checked_sub(from).filter(|&seconds| seconds > 0).map(Duration::from_secs)
}

fn roles(claim: &serde_json::Value) -> Vec<String> {
    match claim {
        serde_json::Value::String(role) => vec![role.clone()],
        serde_json::Value::Array(roles) => roles.iter().filter_map(|r| r.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_tells_how_long_it_lives_and_what_it_may() {
        let jwt = |json: &str| format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(json));
        let hour = Some(Duration::from_secs(3600));
        for (token, life, may) in [
            (jwt(r#"{"iat":1000,"exp":4600,"role":["App","system_owners"]}"#), hour, vec!["App", "system_owners"]),
            (jwt(r#"{"iat":1000,"exp":4600,"role":"users"}"#), hour, vec!["users"]),
            (jwt(r#"{"iat":1000,"exp":1000}"#), None, vec![]),
            (jwt(r#"{"exp":5}"#), None, vec![]),
            (jwt(r#"{"exp":"soon"}"#), None, vec![]),
            ("opaque".to_owned(), None, vec![]),
            ("a.%%%.c".to_owned(), None, vec![]),
            (String::new(), None, vec![]),
        ] {
            let claims = claims(&token);
            assert_eq!(lifetime(&claims), life, "{token}");
            assert_eq!(roles(&claims.role), may, "{token}");
        }
    }
}
