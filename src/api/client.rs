//! One PBX, as one client id.
//!
//! Owns what every request has in common: the token it carries, the second try after a refused one, the second and
//! third try of a read that met a busy PBX, and the names put on a failure. Listing, reading and saving have modules
//! of their own.

use super::connection::{Connection, Patience};
use super::retry;
use super::token::Keeper;
use super::transport::{Answer, Body, Request, Transport, request_line};
use crate::catalog::Catalog;
use crate::odata::{Failure, FailureKind, PathError, PbxId};
use reqwest::Method;
use secrecy::SecretString;
use std::fmt;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Everything is below this, without the slash in front.
const ROOT: &str = "xapi/v1";
/// The question every role may ask; 3CX's own way to ask for the version.
const GREETING: &str = "Defs?$select=Id";

/// A client of one PBX. Cheap to make and to clone: connections, certificates and the token come at the first request.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    /// Who has to wait for a turn before each request.
    turns: Option<Arc<Semaphore>>,
}

struct Inner {
    transport: Transport,
    keeper: Keeper,
    catalog: &'static Catalog,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("pbx", self.pbx()).finish_non_exhaustive()
    }
}

/// What a PBX says of itself and of us.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Greeting {
    /// Its build, such as `20.0.10.1234`.
    pub version: Option<String>,
    /// The roles of the API client, by wire name, as its token tells.
    pub roles: Vec<String>,
}

fn below(tail: &str) -> String {
    [ROOT, "/", tail].concat()
}

impl Client {
    /// A client for this connection. Nothing is sent yet.
    pub fn new(connection: Connection, catalog: &'static Catalog) -> Self {
        let keeper = Keeper::new(connection.secret.clone());
        Self { inner: Arc::new(Inner { transport: Transport::new(connection), keeper, catalog }), turns: None }
    }

    /// The same client, which has no request under way without one of these turns.
    #[must_use]
    pub fn in_turn(&self, turns: Arc<Semaphore>) -> Self {
        Self { inner: Arc::clone(&self.inner), turns: Some(turns) }
    }

    /// Which PBX this is.
    pub fn pbx(&self) -> &PbxId {
        &self.inner.transport.connection().pbx
    }

    /// Where it is: scheme, host and port.
    pub fn address(&self) -> &str {
        &self.inner.transport.connection().base
    }

    /// Who signs in.
    pub fn client_id(&self) -> &str {
        &self.inner.transport.connection().client_id
    }

    /// The catalog by which it is spoken to.
    pub fn catalog(&self) -> &'static Catalog {
        self.inner.catalog
    }

    /// Takes another key: a sign-in that was refused is tried again. The same key changes nothing.
    pub async fn set_secret(&self, secret: SecretString) {
        self.inner.keeper.set_secret(secret).await;
    }

    /// The user says that the API client was put right on the PBX: the refused key may be tried once more.
    pub async fn retry_sign_in(&self) {
        self.inner.keeper.forgive().await;
    }

    /// Signs in and asks for the version: whether address, key and rights are good.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn hello(&self) -> Result<Greeting, Failure> {
        let answer = self.get(GREETING).await?;
        let version = answer.version().map(str::to_owned);
        let tail = below(GREETING);
        answer.json(request_line(&Method::GET, &tail)).map_err(|failure| self.named(failure))?;
        let roles = match self.inner.keeper.token(&self.inner.transport).await {
            Ok(token) => token.roles.to_vec(),
            Err(_) => Vec::new(),
        };
        Ok(Greeting { version, roles })
    }

    /// How long is waited for what.
    pub(super) fn patience(&self) -> Patience {
        self.inner.transport.connection().patience
    }

    /// GETs a path with its query, below `/xapi/v1/`. Tried again where that can help.
    pub(super) async fn get(&self, tail: &str) -> Result<Answer, Failure> {
        let patience = self.inner.transport.connection().patience;
        let tail = below(tail);
        let line = request_line(&Method::GET, &tail);
        let mut tries = 0;
        loop {
            let result = self.signed(&Method::GET, &tail, None, patience.read).await.and_then(|a| a.success(line));
            tries += 1;
            match result {
                Ok(answer) => return Ok(answer),
                Err(failure) => match retry::wait(&failure, tries, &patience) {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => return Err(self.named(failure)),
                },
            }
        }
    }

    /// GETs JSON: the body.
    pub(super) async fn get_json(&self, tail: &str) -> Result<Vec<u8>, Failure> {
        let answer = self.get(tail).await?;
        self.json(answer, &Method::GET, tail)
    }

    /// The body of an answer, if it is JSON.
    pub(super) fn json(&self, answer: Answer, method: &Method, tail: &str) -> Result<Vec<u8>, Failure> {
        let named = |failure| Failure { request: self.line(method, tail), ..self.named(failure) };
        answer.json(request_line(method, tail)).map_err(named)
    }

    /// Writes once. After a 401, before which nothing is applied, the same request goes out with a new token.
    ///
    /// A failure of kind `TimedOut` or `Truncated` says nothing about whether it was applied.
    pub(super) async fn write(&self, method: &Method, tail: &str, body: Option<&[u8]>) -> Result<Answer, Failure> {
        let within = self.inner.transport.connection().patience.write;
        let tail = below(tail);
        let answer = self.signed(method, &tail, body, within).await;
        answer.and_then(|answer| answer.success(request_line(method, &tail))).map_err(|failure| self.named(failure))
    }

    async fn signed(
        &self,
        method: &Method,
        tail: &str,
        body: Option<&[u8]>,
        within: std::time::Duration,
    ) -> Result<Answer, Failure> {
        let Inner { transport, keeper, .. } = &*self.inner;
        for _ in 0..2 {
            let token = keeper.token(transport).await?;
            let body = body.map_or(Body::Nothing, Body::Json);
            let request = Request { method: method.clone(), tail, bearer: Some(&token.bearer), body, within };
            let answer = transport.exchange(request, self.turns.as_deref()).await?;
            if answer.status != 401 {
                return Ok(answer);
            }
            keeper.refuse(&token).await;
        }
        Err(Failure::new(FailureKind::TokenTaken, request_line(method, tail)).with_status(401))
    }

    /// The request line that failures show.
    pub(super) fn line(&self, method: &Method, tail: &str) -> String {
        request_line(method, &below(tail)).to_string()
    }

    /// The failure with who was asked and as whom.
    pub(super) fn named(&self, failure: Failure) -> Failure {
        let connection = self.inner.transport.connection();
        failure.at(self.inner.transport.address(), &connection.client_id)
    }

    /// A request that cannot be spelt was never sent.
    pub(super) fn unspellable(&self, error: &PathError) -> Failure {
        Failure::misconfigured(format!("This cannot be asked for: {error}."))
    }
}
