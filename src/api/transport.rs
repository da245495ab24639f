//! One request, one answer.
//!
//! Owns the HTTP client (built at the first request, off the caller's thread), its TLS, its proxy and its limits, and
//! the translation of what breaks on the way into a [`Failure`]. Knows nothing of tokens, retries or OData.

use super::connection::{Base, CORRECT, Connection};
use super::observe::{self, Exchange};
use crate::odata::{Distrust, Failure, FailureKind, Reach};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Certificate, Method, Response, redirect, retry};
use std::error::Error;
use std::fmt;
use std::io;
use std::time::{Duration, Instant};
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::timeout;

/// The largest answer that is taken, in bytes after unpacking.
const LARGEST: usize = 64 << 20;
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// How many headers a request has at most, with those that are added on its way.
const HEADERS: usize = 8;
const VERSION: HeaderName = HeaderName::from_static("x-3cx-version");

/// The way to one PBX.
pub(super) struct Transport {
    connection: Connection,
    base: Result<Base, Failure>,
    http: OnceCell<reqwest::Client>,
}

/// What travels with a request.
pub(super) enum Body<'a> {
    Nothing,
    Json(&'a [u8]),
    Form(&'a [(&'a str, &'a str)]),
}

/// One request as it is sent.
pub(super) struct Request<'a> {
    pub(super) method: Method,
    /// What stands below the address.
    pub(super) tail: &'a str,
    pub(super) bearer: Option<&'a HeaderValue>,
    pub(super) body: Body<'a>,
    /// How long its whole answer may take.
    pub(super) within: Duration,
}

/// Whatever was answered, success or not.
pub(super) struct Answer {
    pub(super) status: u16,
    headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// The request line of a failure: never with the query. Spelt only where something failed.
#[derive(Clone, Copy)]
pub(super) struct RequestLine<'a>(&'a Method, &'a str);

/// The request line of a failure.
pub(super) fn request_line<'a>(method: &'a Method, tail: &'a str) -> RequestLine<'a> {
    RequestLine(method, tail)
}

impl fmt::Display for RequestLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} /{}", self.0, self.1.split('?').next().unwrap_or_default())
    }
}

impl From<RequestLine<'_>> for String {
    fn from(line: RequestLine<'_>) -> Self {
        line.to_string()
    }
}

impl Transport {
    pub(super) fn new(connection: Connection) -> Self {
        Self { base: Base::parse(&connection), connection, http: OnceCell::new() }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The address, as far as it could be read.
    pub(super) fn address(&self) -> &str {
        self.base.as_ref().map_or("", |base| &base.text)
    }

    /// Sends one request, when it is its turn, and waits for the whole answer.
    ///
    /// A failure of kind `TimedOut` or `Truncated` means that the request was on its way; any other, that it was not.
    pub(super) async fn exchange(&self, request: Request<'_>, turns: Option<&Semaphore>) -> Result<Answer, Failure> {
        let (method, tail, within) = (request.method.clone(), request.tail, request.within);
        let line = request_line(&method, tail);
        let prepared = self.prepare(request).await;
        let turn = match turns {
            // Nobody closes it.
            Some(turns) => turns.acquire().await.ok(),
            None => None,
        };
        let began = Instant::now();
        let result = match prepared {
            Ok(sending) => match timeout(within, receive(line, sending)).await {
                Ok(result) => result,
                Err(_) => Err(Failure::new(FailureKind::TimedOut, line)),
            },
            Err(failure) => Err(failure),
        };
        let took = began.elapsed();
        if turn.is_some() {
            drop(turn);
            // Whoever has the next turn sends before this answer is looked at: the PBX does not wait for us.
            tokio::task::yield_now().await;
        }
        if let Some(observer) = &self.connection.observer {
            observer.tell(Exchange {
                pbx: self.connection.pbx.clone(),
                method: method.as_str().to_owned(),
                path: observe::shown(tail),
                status: result.as_ref().map_or_else(|failure| failure.status, |answer| Some(answer.status)),
                took,
                size: result.as_ref().map_or(0, |answer| answer.body.len()),
            });
        }
        result
    }

    /// Everything that can be done before it is sent.
    async fn prepare(
        &self,
        request: Request<'_>,
    ) -> Result<impl Future<Output = Result<Response, reqwest::Error>> + use<>, Failure> {
        let Request { method, tail, bearer, body, .. } = request;
        let base = self.base.as_ref().map_err(Clone::clone)?;
        let http = self.http.get_or_try_init(|| self.build(base)).await?;
        let Some(url) = base.below(tail) else {
            let wrong = FailureKind::Misconfigured("The request has no valid address.".into());
            return Err(Failure::new(wrong, request_line(&method, tail)));
        };
        let mut request = match body {
            Body::Form(form) => http
                .request(method.clone(), url)
                .form(form)
                .build()
                .map_err(|error| broken(request_line(&method, tail), &error))?,
            Body::Json(_) | Body::Nothing => reqwest::Request::new(method, url),
        };
        let headers = request.headers_mut();
        // The client and the connection add theirs: a map that has to grow costs as much as all else that is done here.
        headers.reserve(HEADERS);
        headers.insert(ACCEPT, JSON);
        if let Some(bearer) = bearer {
            headers.insert(AUTHORIZATION, bearer.clone());
        }
        if let Body::Json(json) = body {
            headers.insert(CONTENT_TYPE, JSON);
            *request.body_mut() = Some(json.to_vec().into());
        }
        Ok(http.execute(request))
    }

    /// Builds the client. Reading the certificates of this machine takes up to 30 ms, so on another thread.
    async fn build(&self, base: &Base) -> Result<reqwest::Client, Failure> {
        let (connection, base) = (self.connection.clone(), base.clone());
        tokio::task::spawn_blocking(move || client(&connection, &base))
            .await
            .unwrap_or_else(|_| Err(Failure::misconfigured("The HTTP client could not be started.")))
    }
}

/// Waits for the whole answer.
async fn receive(
    line: RequestLine<'_>,
    sending: impl Future<Output = Result<Response, reqwest::Error>>,
) -> Result<Answer, Failure> {
    let mut response = sending.await.map_err(|error| broken(line, &error))?;
    let length = response.content_length();
    let headers = std::mem::take(response.headers_mut());
    let mut answer = Answer { status: response.status().as_u16(), headers, body: Vec::new() };
    let too_large = || {
        Failure::new(FailureKind::TooLarge, line)
            .with_status(answer.status)
            .with_text(&format!("it is larger than {} MB", LARGEST >> 20))
    };
    if length.is_some_and(|length| length > LARGEST as u64) {
        return Err(too_large());
    }
    let mut received = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if received.len() + chunk.len() > LARGEST => return Err(too_large()),
            Ok(Some(chunk)) => received.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(_) => {
                let text = format!("the connection was cut after {} bytes of it", received.len());
                return Err(Failure::new(FailureKind::Truncated, line).with_status(answer.status).with_text(&text));
            }
        }
    }
    answer.body = received;
    Ok(answer)
}

impl Answer {
    fn text(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn content_type(&self) -> Option<&str> {
        self.text(&CONTENT_TYPE)
    }

    /// The build of the PBX.
    pub(super) fn version(&self) -> Option<&str> {
        self.text(&VERSION)
    }

    /// How long it asks to be left alone. A date in place of seconds is allowed and never seen; it counts as none.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.text(&RETRY_AFTER)?.trim().parse().ok().map(Duration::from_secs)
    }

    /// What it is called, where it comes as a file.
    pub(super) fn file_name(&self) -> Option<String> {
        self.text(&CONTENT_DISPOSITION).and_then(file_name)
    }

    /// The answer, if it is a success.
    pub(super) fn success(self, line: RequestLine<'_>) -> Result<Self, Failure> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        let mut failure = Failure::answered(&line.to_string(), self.status, self.content_type(), &self.body);
        failure.retry_after = self.retry_after();
        match self.text(&LOCATION) {
            Some(location) if failure.kind == FailureKind::Redirected => {
                // Where it points to; what it carries along is nobody's business.
                let place = location.split(['?', '#']).next().unwrap_or_default();
                Err(failure.with_text(&format!("it points to {}", place.rsplit('@').next().unwrap_or_default())))
            }
            _ => Err(failure),
        }
    }

    /// It is a page for people: a proxy or a network that wants a sign-in answers like that.
    pub(super) fn is_page(&self) -> bool {
        self.content_type().is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
    }

    /// It comes as a file, whatever the document says.
    pub(super) fn is_file(&self) -> bool {
        self.file_name().is_some() && !self.is_page()
    }

    /// The body, if it is JSON.
    pub(super) fn json(self, line: RequestLine<'_>) -> Result<Vec<u8>, Failure> {
        match Failure::not_json("", self.status, self.content_type(), &self.body) {
            Some(failure) => Err(Failure { request: line.to_string(), ..failure }),
            None => Ok(self.body),
        }
    }
}

/// The name in `attachment; filename="users.csv"`, without any folder.
fn file_name(disposition: &str) -> Option<String> {
    let named = disposition.split(';').map(str::trim).find_map(|part| part.strip_prefix("filename="))?;
    let name = named.trim_matches('"').rsplit(['/', '\\']).next().unwrap_or_default();
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

fn client(connection: &Connection, base: &Base) -> Result<reqwest::Client, Failure> {
    // An error means that a provider is installed already, which is all we want.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("cordboard/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connection.patience.connect)
        .redirect(redirect::Policy::none())
        // What is tried again is decided here, and a request that cannot be is not copied.
        .retry(retry::never().max_retries_per_request(0))
        .referer(false)
        .pool_idle_timeout(Duration::from_secs(50))
        .https_only(!base.plain);
    if base.loopback {
        builder = builder.no_proxy();
    }
    if base.plain {
        // No certificate is looked at, so none is read: a bare machine without any can still run the simulator.
        builder = builder.tls_certs_only([]);
    } else {
        builder = builder.tls_danger_accept_invalid_certs(connection.insecure);
        if let Some(file) = &connection.ca_file {
            builder = builder.tls_certs_merge(certificates(file)?);
        }
    }
    builder.build().map_err(|error| {
        let why = root(&error).to_string();
        if why.contains("No CA certificates") {
            return Failure::misconfigured(
                "This machine has no certificates to check the PBX with: install its package ca-certificates, \
                 or name a file as `ca_file` in the configuration.",
            );
        }
        Failure::misconfigured("The HTTP client could not be set up.").with_text(&why)
    })
}

fn certificates(file: &std::path::Path) -> Result<Vec<Certificate>, Failure> {
    let shown = file.display();
    let pem = std::fs::read(file)
        .map_err(|error| Failure::misconfigured(format!("The `ca_file` {shown} cannot be read: {error}. {CORRECT}")))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(Failure::misconfigured(format!("The `ca_file` {shown} holds no certificate in PEM form. {CORRECT}"))),
    }
}

/// The header by which a token is shown; `None` where it holds characters that no token has.
pub(super) fn bearer(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// What an error of the HTTP client means.
fn broken(line: RequestLine<'_>, error: &reqwest::Error) -> Failure {
    if let Some(error) = find::<rustls::Error>(error) {
        let (distrust, text) = distrust(error);
        return Failure::new(FailureKind::Tls(distrust), line).with_text(&text);
    }
    let io = find::<io::Error>(error).map(io::Error::kind);
    if error.is_connect() {
        let reach = if error.is_timeout() {
            Reach::TimedOut
        } else if error.is_dns() || io.is_none() && root(error).to_string().contains("dns") {
            Reach::Name
        } else {
            match io {
                Some(io::ErrorKind::ConnectionRefused) => Reach::Refused,
                Some(io::ErrorKind::TimedOut) => Reach::TimedOut,
                Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => Reach::NoRoute,
                _ => Reach::Other,
            }
        };
        return Failure::new(FailureKind::Unreachable(reach), line);
    }
    if error.is_timeout() {
        return Failure::new(FailureKind::TimedOut, line);
    }
    if error.is_builder() {
        return Failure::new(FailureKind::Misconfigured("The request could not be made.".to_owned()), line);
    }
    Failure::new(FailureKind::Truncated, line).with_text("the connection was cut before it began")
}

/// Why a handshake failed, and a word of the certificate where it helps.
fn distrust(error: &rustls::Error) -> (Distrust, String) {
    use rustls::CertificateError as C;
    let rustls::Error::InvalidCertificate(certificate) = error else {
        return (Distrust::NoTls, String::new());
    };
    match certificate {
        C::UnknownIssuer => (Distrust::UnknownIssuer, String::new()),
        C::Expired | C::ExpiredContext { .. } => (Distrust::Expired, String::new()),
        C::NotValidYet | C::NotValidYetContext { .. } => (Distrust::NotYetValid, String::new()),
        C::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            // `DnsName("pbx.acme.example")`, as rustls writes it
            let bare = |name: &String| {
                let inner = name.split_once('(').map_or(name.as_str(), |(_, inner)| inner);
                inner.trim_end_matches(')').trim_matches('"').to_owned()
            };
            (Distrust::OtherName, format!("it is for {}", presented.iter().map(bare).collect::<Vec<_>>().join(", ")))
        }
        C::NotValidForName | C::NotValidForNameContext { .. } => (Distrust::OtherName, String::new()),
        C::Revoked => (Distrust::Revoked, String::new()),
        // A self-signed certificate often calls itself an authority.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => (Distrust::UnknownIssuer, String::new()),
        _ => (Distrust::Unreadable, String::new()),
    }
}

/// The first error of this type behind an error. An `io::Error` hides its inner one from `source`.
fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        if let Some(found) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            let found: &(dyn Error + 'static) = found;
            if let Some(found) = find::<E>(found) {
                return Some(found);
            }
        }
        next = error.source();
    }
    None
}

fn root<'e>(error: &'e (dyn Error + 'static)) -> &'e (dyn Error + 'static) {
    let mut error = error;
    while let Some(deeper) = error.source() {
        error = deeper;
    }
    error
}
